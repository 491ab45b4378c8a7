"""A stage made by hand with every kind of thing in every state, for the style guide; no world stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecslab.scene import labels, layout, words
from ecslab.scene.boxes import (
    AddPlace,
    Box,
    ClusterPicture,
    FargateLane,
    InstanceCard,
    LegendItem,
    Segment,
    Stage,
    SubnetLine,
    TaskBlock,
    TaskFacts,
    ZoneColumn,
)
from ecslab.scene.words import Shape

_STATES: tuple[tuple[str, Shape, str, int, int], ...] = (
    ("web:1", "running", "RUNNING", 1, 34),
    ("web:2", "pending", "PENDING", 1, 34),
    ("web:2", "provisioning", "PROVISIONING", 1, 34),
    ("game:1", "running", "RUNNING", 2, 68),
    ("chat:1", "stopping", "STOPPING", 3, 34),
)
_LOW: tuple[tuple[str, Shape, str, int, int], ...] = (
    ("lobby:1", "running", "RUNNING", 4, 10),
    ("batch:1", "running", "RUNNING", 5, 5),
    ("batch:1", "running", "RUNNING", 5, 5),
    ("mail:2", "pending", "PENDING", 7, 20),
)
_TOP = 120
_SLOT_HEIGHT = 240
_MIB_FOR_EACH_UNIT = 15


def sample() -> Stage:
    """Words inside, words beside, an instance that is DRAINING with an unhealthy task, Fargate, an empty place."""
    cells = layout.cells(3, layout.WIDTH)
    columns = [Box(x, 60, width, 400) for x, width in cells]
    inside = _card(1, columns[0], _STATES)
    beside = _card(2, columns[1], _LOW, is_beside=True)
    draining = _card(3, columns[2], (("game:1", "running", "RUNNING", 2, 68),), state="DRAINING")
    zones = tuple(
        ZoneColumn(
            id=f"sample-zone-{name}",
            name=name,
            box=box,
            summary="1 instance",
            subnets=(SubnetLine(f"subnet-{name}", cidr, "4,089 of 4,091 addresses free", "4,089 free", False),),
            cards=(card,),
            add=AddPlace(f"sample-add-{name}", "sample", name, Box(box.x + layout.PAD, 448, card.box.width, 36)),
            lane=_lane(number, box),
        )
        for number, (name, cidr, box, card) in enumerate(
            zip(
                ("us-east-1a", "us-east-1b", "us-east-1c"),
                ("172.31.0.0/20", "172.31.16.0/20", "172.31.32.0/20"),
                [Box(box.x, box.y, box.width, 560) for box in columns],
                (inside, beside, draining),
                strict=True,
            )
        )
    )
    legend = (
        LegendItem(
            "sample-web", Box(0, 30, 380, 20), 1, "web", "1 of 3 running · 2 pending", "task role web-task-role", ""
        ),
        LegendItem("sample-game", Box(396, 30, 330, 20), 2, "game", "1 of 2 running", "", "1 task not placed"),
    )
    box = Box(0, 0, layout.WIDTH, 620)
    picture = ClusterPicture("sample", "sample", box, "3 container instances · 11 tasks", legend, zones)
    return Stage(box.width, box.height, "memory", (picture,))


def _card(
    number: int,
    zone: Box,
    tasks: Sequence[tuple[str, Shape, str, int, int]],
    *,
    is_beside: bool = False,
    state: str = "",
) -> InstanceCard:
    box = Box(
        zone.x + layout.PAD,
        _TOP - 12,
        zone.width - 2 * layout.PAD,
        layout.CARD_HEAD + _SLOT_HEIGHT + layout.CARD_FOOT + layout.PAD,
    )
    height = _SLOT_HEIGHT - (layout.LINE + 2 if state else 0)
    inner = box.width - 2 * layout.PAD - layout.BAR_WIDTH - 4
    width = layout.SLOT_WIDTH_BESIDE if is_beside else inner
    slot = Box(box.x + layout.PAD + inner - width, box.bottom - layout.CARD_FOOT - layout.PAD - height, width, height)
    blocks = _pile(number, slot, tasks, is_unhealthy=bool(state))
    column = Box(box.x + layout.PAD, slot.y, inner - width - layout.LEADER, slot.height)
    whole, used = slot.height, sum(reserved for *_, reserved in tasks)
    return InstanceCard(
        id=f"sample-instance-{number}",
        arn=f"sample-{number}",
        ec2_instance_id=f"i-000000000000000{number}",
        box=box,
        slot=slot,
        bar=Box(slot.right + 4, slot.y, layout.BAR_WIDTH, slot.height),
        bar_fill=used,
        instance_type="t3.medium",
        state=state,
        role="ecsInstanceRole",
        memory=words.of(used * _MIB_FOR_EACH_UNIT, whole * _MIB_FOR_EACH_UNIT, "MiB"),
        cpu=words.of(used * 8, whole * 8, "CPU units"),
        cpu_short=words.percent(used, whole),
        enis="0 of 2 ENIs for awsvpc tasks",
        free=f"{words.mib((whole - used) * _MIB_FOR_EACH_UNIT)} free",
        free_box=Box(column.x, slot.y, column.width if is_beside else slot.width, 30),
        scale_note="",
        is_selected=False,
        blocks=labels.beside(blocks, column) if is_beside else blocks,
    )


def _pile(
    number: int, slot: Box, tasks: Sequence[tuple[str, Shape, str, int, int]], *, is_unhealthy: bool
) -> tuple[TaskBlock, ...]:
    blocks: list[TaskBlock] = []
    floor = slot.bottom
    for name, shape, state, colour, height in tasks:
        floor -= height
        place = Box(slot.x, floor, slot.width, height)
        key = f"sample-task-{number}-{len(blocks)}"
        blocks.append(_block(key, place, name, (shape, state), colour, is_unhealthy=is_unhealthy))
    return tuple(blocks)


def _lane(number: int, zone: Box) -> FargateLane:
    box = Box(zone.x + layout.PAD, 492, zone.width - 2 * layout.PAD, 122)
    if number != 1:
        return FargateLane(box, ())
    place = Box(box.x + layout.PAD, box.y + layout.LANE_HEAD, box.width - 2 * layout.PAD, 88)
    notes = ("0.5 vCPU · 1,024 MiB", "ENI 172.31.16.9")
    block = _block("sample-fargate", place, "search:1", ("running", "RUNNING"), 6)
    return FargateLane(box, (replace(block, notes=notes, is_selected=True),))


def _block(
    key: str,
    box: Box,
    name: str,
    state: tuple[Shape, str],
    colour: int,
    *,
    is_unhealthy: bool = False,
) -> TaskBlock:
    memory = words.mib(box.height * _MIB_FOR_EACH_UNIT)
    health = "UNHEALTHY" if is_unhealthy else ""
    role = f"{name.partition(':')[0]}-task-role"
    cpu = words.cpu_units(box.height * 8)
    facts = TaskFacts(key, "sample", name, state[1], health, memory, cpu, "app, envoy", "", "", role, "none")
    return TaskBlock(
        id=key,
        arn=key,
        box=box,
        name=name,
        colour=colour,
        shape=state[0],
        state=state[1],
        size=memory,
        count=1,
        is_newer=name.endswith(":2"),
        is_unhealthy=is_unhealthy,
        is_selected=False,
        segments=(Segment("app", True, "RUNNING"), Segment("envoy", False, "RUNNING")),
        notes=(),
        further=((f"task role {role}", role),),
        facts=facts,
    )

"""A world as a stage: clusters one above the other, zones as columns, instances, Fargate tasks and empty places."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ecslab.scene import instances, layout, words
from ecslab.scene.blocks import MOST_SINGLE_TASKS, Bundle, View, address, block, bundles
from ecslab.scene.boxes import (
    AddPlace,
    Box,
    ClusterPicture,
    FargateLane,
    InstanceCard,
    LegendItem,
    ScaleBy,
    Stage,
    SubnetLine,
    TaskBlock,
    ZoneColumn,
)
from ecslab.scene.colours import Colours
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.network import Subnet
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

FARGATE_SCALE = {"memory": 4096, "cpu": 2048}
"""What fills a slot's height where a cluster has no instance to set the scale: MiB, CPU units."""


@dataclass(frozen=True, slots=True)
class _Content:
    """What a cluster holds, and the measures that its zones share."""

    cluster: Cluster
    members: tuple[ContainerInstance, ...]
    tasks: tuple[Task, ...]
    fargate: tuple[Task, ...]
    has_lane: bool
    has_places: bool
    scale: instances.Scale
    columns: int
    zone_width: int

    def in_zone(self, zone: str) -> list[ContainerInstance]:
        """The container instances of a zone."""
        return [each for each in self.members if each.availability_zone == zone]


def stage(
    world: World,
    *,
    scale_by: ScaleBy = "memory",
    clusters: Collection[str] | None = None,
    selected: str | None = None,
    has_places: bool = True,
) -> Stage:
    """The map of a world at its moment.

    `clusters` are the names to draw, in the world's order; None draws all. INACTIVE clusters and
    STOPPED tasks are not drawn. `selected` is the ARN of a task or a container instance, an EC2 instance id, or an
    element id such as `task-0000000000000001`. Without `has_places` no room is kept for one more instance.
    """
    view = View(world, Colours(world), scale_by, selected)
    width = _width(world)
    pictures: list[ClusterPicture] = []
    y = 0
    for cluster in world.clusters.values():
        if cluster.status == "ACTIVE" and (clusters is None or cluster.name in clusters):
            picture = _cluster(view, _content(view, cluster, width, has_places=has_places), y, width)
            pictures.append(picture)
            y = picture.box.bottom + layout.CLUSTER_GAP
    return Stage(width, max(y - layout.CLUSTER_GAP, 0), scale_by, tuple(pictures))


def _width(world: World) -> int:
    """Wider where instances stand side by side in a zone, and where there are more zones than fit."""
    zones = [(each.cluster_name, each.availability_zone) for c in world.clusters for each in world.instances_of(c)]
    is_single = len(set(zones)) == len(zones)
    least = len(world.zones) * (layout.MIN_ZONE_WIDTH + layout.GAP) - layout.GAP
    return max(layout.WIDTH if is_single else layout.WIDTH_SIDE_BY_SIDE, least)


def _content(view: View, cluster: Cluster, width: int, *, has_places: bool) -> _Content:
    world = view.world
    members = tuple(world.instances_of(cluster.name))
    tasks = tuple(t for t in world.tasks.values() if t.cluster_name == cluster.name and t.last_status != "STOPPED")
    fargate = tuple(task for task in tasks if task.launch_type == "FARGATE")
    has_service = any(s.launch_type == "FARGATE" for s in _services(world, cluster))
    zones = max(len(world.zones), 1)
    zone_width = (width - layout.GAP * (zones - 1)) // zones
    most = max((sum(i.availability_zone == zone for i in members) for zone in world.zones), default=0)
    columns = layout.columns(most, zone_width - 2 * layout.PAD)
    return _Content(
        cluster=cluster,
        members=members,
        tasks=tasks,
        fargate=fargate,
        has_lane=bool(fargate) or has_service,
        has_places=has_places,
        scale=instances.scale_of(
            view, members, grouped=len(tasks) > MOST_SINGLE_TASKS, columns=columns, rows=-(-most // columns)
        ),
        columns=columns,
        zone_width=zone_width,
    )


def _services(world: World, cluster: Cluster) -> list[Service]:
    return [s for s in world.services.values() if s.cluster_name == cluster.name and s.status != "INACTIVE"]


def _cluster(view: View, content: _Content, y: int, width: int) -> ClusterPicture:
    cluster = content.cluster
    legend = _legend(view, content, y + layout.CLUSTER_HEAD, width)
    top = legend[-1].box.bottom + 6 if legend else y + layout.CLUSTER_HEAD
    zones = _zones(view, content, top)
    bottom = max((zone.box.bottom for zone in zones), default=top)
    count, tasks = words.plural(len(content.members), "container instance"), words.plural(len(content.tasks), "task")
    return ClusterPicture(
        id=f"cluster-{cluster.name}",
        name=cluster.name,
        box=Box(0, y, width, bottom - y),
        summary=f"{count} · {tasks}",
        legend=legend,
        zones=zones,
    )


def _legend(view: View, content: _Content, y: int, width: int) -> tuple[LegendItem, ...]:
    entries = [_service_words(view, content, service) for service in _services(view.world, content.cluster)]
    families: dict[str, list[Task]] = {}
    for task in content.tasks:
        if task.service_arn is None:
            families.setdefault(view.world.definition_of(task).family, []).append(task)
    for family, tasks in families.items():
        colour = view.colours.of_family(family)
        waiting = _waiting(tasks)
        entries.append((f"family-{family}", colour, family, words.plural(len(tasks), "task"), _roles(tasks), waiting))
    widths = [24 + layout.text_width("  ".join(entry[2:])) for entry in entries]
    places = layout.wrapped(widths, width)
    return tuple(
        LegendItem(
            id=f"legend-{content.cluster.name}-{key}",
            box=Box(x, y + line * layout.LEGEND_LINE, item_width, layout.LEGEND_LINE - 2),
            colour=colour,
            name=name,
            counts=counts,
            role=role,
            warning=warning,
        )
        for (key, colour, name, counts, role, warning), (x, line), item_width in zip(
            entries, places, widths, strict=True
        )
    )


def _service_words(view: View, content: _Content, service: Service) -> tuple[str, int, str, str, str, str]:
    tasks = [task for task in content.tasks if task.service_arn == service.arn]
    running = sum(task.is_running for task in tasks)
    counts = f"{running:,} of {service.desired_count:,} running"
    if starting := sum(task.is_starting for task in tasks):
        counts += f" · {starting:,} pending"
    warning = (
        f"{words.plural(service.unplaced_count, 'task')} not placed" if service.unplaced_count else _waiting(tasks)
    )
    if service.status == "DRAINING":
        warning = f"DRAINING · {warning}" if warning else "DRAINING"
    colour = view.colours.of_service(service.name)
    return f"service-{service.name}", colour, service.name, counts, _roles(tasks), warning


def _waiting(tasks: Sequence[Task]) -> str:
    """How many tasks are drawn nowhere, because their capacity provider has no instance for them yet (SS:C-60)."""
    count = sum(task.waits_for_capacity for task in tasks)
    return f"{words.plural(count, 'task')} waiting for an instance" if count else ""


def _roles(tasks: Sequence[Task]) -> str:
    """The task role that these tasks have, or all of them where they differ; empty where none has one."""
    names = list(dict.fromkeys(words.role_name(task.task_role_arn) for task in tasks if task.task_role_arn))
    return f"task role {', '.join(names)}" if names else ""


def _zones(view: View, content: _Content, top: int) -> tuple[ZoneColumn, ...]:
    """The columns of a cluster, all of one height, with their Fargate lanes at one level."""
    drafts = [
        _draft(view, content, zone, Box(number * (content.zone_width + layout.GAP), top, content.zone_width, 0))
        for number, zone in enumerate(view.world.zones)
    ]
    level = max((_bottom(draft) for draft in drafts), default=top) + layout.GAP
    drafts = [_reaching(draft, level - layout.GAP) for draft in drafts]
    lanes = [_lane(view, content, draft, level) if content.has_lane else None for draft in drafts]
    bottoms = [lane.box.bottom for lane in lanes if lane] or [level - layout.GAP]
    height = max(bottoms) + layout.PAD - top
    return tuple(
        ZoneColumn(
            id=draft.id,
            name=draft.name,
            box=Box(draft.box.x, top, draft.box.width, height),
            summary=draft.summary,
            subnets=draft.subnets,
            cards=draft.cards,
            add=draft.add,
            lane=FargateLane(Box(lane.box.x, level, lane.box.width, max(bottoms) - level), lane.blocks)
            if lane
            else None,
        )
        for draft, lane in zip(drafts, lanes, strict=True)
    )


def _bottom(zone: ZoneColumn) -> int:
    """Where the instances of a zone and its empty place end."""
    return zone.add.box.bottom if zone.add else max((card.box.bottom for card in zone.cards), default=zone.box.bottom)


def _reaching(zone: ZoneColumn, level: int) -> ZoneColumn:
    """A zone whose empty place fills what its neighbours' instances leave below its own."""
    if zone.add is None:
        return zone
    box = zone.add.box
    return replace(zone, add=replace(zone.add, box=Box(box.x, box.y, box.width, level - box.y)))


def _draft(view: View, content: _Content, zone: str, box: Box) -> ZoneColumn:
    """A column down to its empty place, without its height and its Fargate lane."""
    subnets = [subnet for subnet in view.world.subnets.values() if subnet.availability_zone == zone]
    members = content.in_zone(zone)
    most = max(sum(s.availability_zone == each for s in view.world.subnets.values()) for each in view.world.zones)
    y = box.y + layout.ZONE_HEAD + layout.LINE * most + layout.PAD
    cards, y = _cards(view, content, members, Box(box.x + layout.PAD, y, box.width - 2 * layout.PAD, 0))
    name = content.cluster.name
    place = Box(box.x + layout.PAD, y, box.width - 2 * layout.PAD, _place_height(content, members))
    add = AddPlace(f"add-{name}-{zone}", name, zone, place) if content.has_places else None
    head = Box(box.x, box.y, box.width, y - layout.PAD - box.y)
    summary = words.plural(len(members), "instance") if zone not in view.world.failed_zones else "zone lost"
    lines = tuple(_subnet(subnet) for subnet in subnets)
    return ZoneColumn(f"zone-{name}-{zone}", zone, head, summary, lines, cards, add, None)


def _place_height(content: _Content, members: Sequence[ContainerInstance]) -> int:
    """A line below instances; more where a zone is empty, and only a line again where the cluster is for Fargate."""
    return layout.ADD_HEIGHT if members or (content.has_lane and not content.members) else layout.ADD_HEIGHT_ALONE


def _subnet(subnet: Subnet) -> SubnetLine:
    free, usable = subnet.free_addresses, subnet.usable_addresses
    return SubnetLine(
        id=subnet.id,
        cidr=subnet.cidr,
        free=f"{words.of(free, usable, 'addresses')} free",
        free_short=f"{free:,} of {usable:,} free",
        is_full=free <= 0,
    )


def _cards(
    view: View, content: _Content, members: Sequence[ContainerInstance], room: Box
) -> tuple[tuple[InstanceCard, ...], int]:
    """The cards of a zone in rows, and the y below them."""
    cells = layout.cells(content.columns, room.width)
    cards: list[InstanceCard] = []
    y = room.y
    for start in range(0, len(members), content.columns):
        row = members[start : start + content.columns]
        width = cells[0][1]
        height = max(instances.card_height(view, each, content.scale) for each in row)
        for each, (offset, _) in zip(row, cells, strict=False):
            own = instances.card_height(view, each, content.scale)
            box = Box(room.x + offset, y + height - own, width, own)
            cards.append(instances.card(view, each, content.scale, box))
        y += height + layout.GAP
    return tuple(cards), y


def _lane(view: View, content: _Content, zone: ZoneColumn, y: int) -> FargateLane:
    room = Box(zone.box.x + layout.PAD, y, zone.box.width - 2 * layout.PAD, 0)
    members = [task for task in content.fargate if _zone_of(view.world, task) == zone.name]
    alike = bundles(members, zone.id, content.scale.grouped)
    cells = layout.cells(_lane_columns(view, content), room.width - 2 * layout.PAD)
    blocks: list[TaskBlock] = []
    y += layout.LANE_HEAD
    for start in range(0, len(alike), len(cells)):
        row = alike[start : start + len(cells)]
        width = cells[0][1]
        height = max(_lane_height(view, content, bundle, width) for bundle in row)
        for bundle, (offset, _) in zip(row, cells, strict=False):
            own = _lane_height(view, content, bundle, width)
            box = Box(room.x + layout.PAD + offset, y + height - own, width, own)
            blocks.append(block(view, bundle, box, _fargate_notes(view.world, bundle, width)))
        y += height + 4
    if not alike:
        y += layout.LINE
    return FargateLane(Box(room.x, room.y, room.width, y + 4 - room.y), tuple(blocks))


def _lane_columns(view: View, content: _Content) -> int:
    """One column while no zone has more than two Fargate tasks."""
    zones = [_zone_of(view.world, task) for task in content.fargate]
    return 1 if max((zones.count(zone) for zone in set(zones)), default=0) <= 2 else 2


def _lane_height(view: View, content: _Content, bundle: Bundle, width: int) -> int:
    """To the scale of the cluster's instances, between a height that can be read and one that leaves room."""
    scale = content.scale
    whole = scale.largest or FARGATE_SCALE[view.scale_by]
    height = layout.proportional(view.amount(bundle.first), whole, scale.slot_height)
    lines = 2 + len(_fargate_notes(view.world, bundle, width))
    least = layout.LINE * lines + 8 + (layout.LINE + 4 if len(bundle.first.containers) > 1 else 0)
    return min(max(height, least), layout.LANE_BLOCK_HEIGHT_MOST)


def _fargate_notes(world: World, bundle: Bundle, width: int) -> tuple[str, ...]:
    """The size, in one line or two as the width has it, and the private address."""
    task = bundle.first
    cpu, memory = words.vcpu(task.cpu_units), words.mib(task.memory_mib)
    joined = f"{cpu} · {memory}"
    size = (joined,) if layout.text_width(joined) <= width - layout.NOTE_INSET else (cpu, memory)
    if len(bundle.tasks) > 1:
        return (*size, "each")
    private = address(world, task)
    if private:
        return (*size, f"ENI {private}")
    return (*size, "attaching ENI" if task.last_status == "PROVISIONING" else "no ENI")


def _zone_of(world: World, task: Task) -> str:
    """Where a Fargate task is; the first zone while its subnet is not known."""
    subnet = world.subnets.get(task.subnet_id or "")
    return task.availability_zone or (subnet.availability_zone if subnet else world.zones[0])

"""Container instances as cards: a slot that tasks fill from the floor, to scale, and a bar for the other resource."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecslab.scene import layout, words
from ecslab.scene.blocks import Bundle, View, block, bundles
from ecslab.scene.boxes import Box, InstanceCard, TaskBlock
from ecslab.sim.state.container_instance import ContainerInstance

LEAVING_WIDTH = 28
"""The least width for tasks that are stopping where others have their room already."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale for all instances of a cluster: the largest capacity, and the smallest task that is to be read."""

    largest: int
    smallest_task: int
    readable: int
    grouped: bool

    @property
    def slot_height(self) -> int:
        """The height of the largest instance's slot."""
        return self.height_of(self.largest)

    def height_of(self, amount: int) -> int:
        """The height of the slot of an instance that has so much."""
        return layout.slot_height(amount, self.largest, self.smallest_task, self.readable)


def scale_of(view: View, instances: Sequence[ContainerInstance], *, grouped: bool, readable: int) -> Scale:
    """The scale for the instances of a cluster."""
    amounts = [view.amount(task) for each in instances for task in view.world.tasks_on(each.arn)]
    largest = max((capacity(view, each) for each in instances), default=0)
    return Scale(largest, 0 if grouped else min(filter(None, amounts), default=0), readable, grouped)


def capacity(view: View, instance: ContainerInstance) -> int:
    """registeredResources of an instance in the resource that heights stand for."""
    return instance.registered_memory_mib if view.scale_by == "memory" else instance.registered_cpu_units


def card_height(view: View, instance: ContainerInstance, scale: Scale, width: int) -> int:
    """How tall the card of an instance is."""
    slot = scale.height_of(capacity(view, instance))
    return _head(instance) + slot + _foot(instance, width) + layout.PAD


def card(view: View, instance: ContainerInstance, scale: Scale, box: Box) -> InstanceCard:
    """An instance at its place, with its tasks."""
    whole = capacity(view, instance)
    height = scale.height_of(whole)
    inner = box.width - 2 * layout.PAD
    slot = Box(box.x + layout.PAD, box.y + _head(instance), inner - layout.BAR_WIDTH - 4, height)
    bar = Box(slot.right + 4, slot.y, layout.BAR_WIDTH, height)
    ec2 = view.world.ec2_instances.get(instance.ec2_instance_id)
    profile = ec2.instance_profile if ec2 else None
    return InstanceCard(
        id=f"instance-{instance.id}",
        arn=instance.arn,
        ec2_instance_id=instance.ec2_instance_id,
        box=box,
        slot=slot,
        bar=bar,
        bar_fill=_bar_fill(view, instance, height),
        instance_type=instance.instance_type,
        state=words.instance_state(instance),
        role=words.role_name(profile),
        memory=_memory(instance),
        cpu=_cpu(instance),
        cpu_short=f"CPU {words.percent(instance.reserved_cpu_units, instance.registered_cpu_units)}",
        scale_note="drawn larger than to scale" if height * scale.largest > whole * scale.slot_height + whole else "",
        is_selected=view.is_selected(instance.arn, f"instance-{instance.id}", instance.ec2_instance_id),
        blocks=_blocks(view, instance, slot, scale.grouped),
    )


def _memory(instance: ContainerInstance) -> str:
    return words.of(instance.reserved_memory_mib, instance.registered_memory_mib, "MiB")


def _cpu(instance: ContainerInstance) -> str:
    return words.of(instance.reserved_cpu_units, instance.registered_cpu_units, "CPU units")


def _head(instance: ContainerInstance) -> int:
    return layout.CARD_HEAD + (layout.LINE + 2 if words.instance_state(instance) else 0)


def _foot(instance: ContainerInstance, width: int) -> int:
    """One line for both figures where they would fit beside each other on a full instance, else two."""
    memory = words.of(instance.registered_memory_mib, instance.registered_memory_mib, "MiB")
    cpu = words.of(instance.registered_cpu_units, instance.registered_cpu_units, "CPU units")
    side_by_side = layout.text_width(memory) + layout.text_width(cpu) + layout.GAP
    return layout.LINE + 2 if side_by_side <= width - 2 * layout.PAD else 2 * layout.LINE + 2


def _bar_fill(view: View, instance: ContainerInstance, height: int) -> int:
    if view.scale_by == "memory":
        return layout.proportional(instance.reserved_cpu_units, instance.registered_cpu_units, height)
    return layout.proportional(instance.reserved_memory_mib, instance.registered_memory_mib, height)


def _blocks(view: View, instance: ContainerInstance, slot: Box, grouped: bool) -> tuple[TaskBlock, ...]:
    """Tasks from the floor; those that are stopping on top, or beside, where their room is already taken (PN:R-7)."""
    all_of_them = bundles(view.world.tasks_on(instance.arn), instance.id, grouped)
    staying = [bundle for bundle in all_of_them if not bundle.is_stopping]
    leaving = [bundle for bundle in all_of_them if bundle.is_stopping]
    whole = capacity(view, instance)
    if _amount(view, all_of_them) <= whole:
        return _pile(view, [*staying, *leaving], whole, slot)
    narrow = slot.width - max(slot.width * 3 // 10, LEAVING_WIDTH)
    left = Box(slot.x, slot.y, narrow, slot.height)
    right = Box(slot.x + narrow, slot.y, slot.width - narrow, slot.height)
    return (*_pile(view, staying, whole, left), *_pile(view, leaving, whole, right))


def _amount(view: View, members: Sequence[Bundle]) -> int:
    return sum(view.amount(task) for bundle in members for task in bundle.tasks)


def _pile(view: View, members: Sequence[Bundle], whole: int, room: Box) -> tuple[TaskBlock, ...]:
    heights = layout.stack([_amount(view, [bundle]) for bundle in members], whole, room.height)
    blocks: list[TaskBlock] = []
    floor = room.bottom
    for bundle, height in zip(members, heights, strict=True):
        floor -= height
        blocks.append(block(view, bundle, Box(room.x, floor, room.width, height)))
    return tuple(blocks)

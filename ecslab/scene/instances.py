"""Container instances as cards: a slot that tasks fill from the floor, to scale, and a bar for the other resource."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecslab.scene import labels, layout, words
from ecslab.scene.blocks import Bundle, View, block, bundles
from ecslab.scene.boxes import Box, InstanceCard, TaskBlock
from ecslab.sim.state.container_instance import ContainerInstance

LEAVING_WIDTH = 28
"""The least width for tasks that are stopping where others have their room already."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale for all instances of a cluster: how high the slot of the largest is, and where the words stand."""

    largest: int
    slot_height: int
    is_beside: bool
    grouped: bool

    def height_of(self, amount: int) -> int:
        """The height of the slot of an instance that has so much."""
        return layout.slot_height(amount, self.largest, self.slot_height)


def scale_of(view: View, instances: Sequence[ContainerInstance], *, grouped: bool, columns: int, rows: int) -> Scale:
    """The scale for the instances of a cluster, such that the words of every task find room if possible."""
    amounts = [view.amount(task) for each in instances for task in view.world.tasks_on(each.arn)]
    largest = max((capacity(view, each) for each in instances), default=0)
    smallest = 0 if grouped else min(filter(None, amounts), default=0)
    height = layout.height_for(largest, smallest, columns, rows)
    return Scale(largest, height or layout.SLOT_HEIGHT_BESIDE, not height, grouped)


def capacity(view: View, instance: ContainerInstance) -> int:
    """registeredResources of an instance in the resource that heights stand for."""
    return instance.registered_memory_mib if view.scale_by == "memory" else instance.registered_cpu_units


def card_height(view: View, instance: ContainerInstance, scale: Scale) -> int:
    """How tall the card of an instance is."""
    slot = scale.height_of(capacity(view, instance))
    return _head(instance) + slot + layout.CARD_FOOT + layout.PAD


def card(view: View, instance: ContainerInstance, scale: Scale, box: Box) -> InstanceCard:
    """An instance at its place, with its tasks."""
    whole = capacity(view, instance)
    height = scale.height_of(whole)
    words_width = _words_width(box, scale)
    slot = Box(box.x + layout.PAD + words_width, box.y + _head(instance), _slot_width(box, scale), height)
    bar = Box(slot.right + 4, slot.y, layout.BAR_WIDTH, height)
    ec2 = view.world.ec2_instances.get(instance.ec2_instance_id)
    blocks = _blocks(view, instance, slot, scale.grouped)
    column = Box(box.x + layout.PAD, slot.y, words_width - layout.LEADER, height)
    if scale.is_beside:
        blocks = labels.beside(blocks, column)
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
        role=words.role_name(ec2.instance_profile if ec2 else None),
        memory=_memory(instance),
        cpu=_cpu(instance),
        cpu_short=words.percent(instance.reserved_cpu_units, instance.registered_cpu_units),
        enis=_enis(instance),
        free=f"{view.size(max(whole - _reserved(view, instance), 0))} free",
        free_box=_free_box(blocks, slot, column if scale.is_beside else slot),
        scale_note="drawn larger than to scale" if height * scale.largest > whole * scale.slot_height + whole else "",
        is_selected=view.is_selected(instance.arn, f"instance-{instance.id}", instance.ec2_instance_id),
        blocks=blocks,
    )


def _words_width(box: Box, scale: Scale) -> int:
    """How wide the words beside the slot may be, with the line that leads to the blocks; 0 where they stand inside."""
    return box.width - 2 * layout.PAD - layout.BAR_WIDTH - 4 - _slot_width(box, scale)


def _slot_width(box: Box, scale: Scale) -> int:
    if scale.is_beside:
        return layout.SLOT_WIDTH_BESIDE
    return box.width - 2 * layout.PAD - layout.BAR_WIDTH - 4


def _reserved(view: View, instance: ContainerInstance) -> int:
    return instance.reserved_memory_mib if view.scale_by == "memory" else instance.reserved_cpu_units


def _free_box(blocks: Sequence[TaskBlock], slot: Box, place: Box) -> Box | None:
    """Where the words for the free room stand: above all blocks and labels, None where that is too low for them."""
    tops = [b.box.y for b in blocks] + [b.label.box.y for b in blocks if b.label]
    height = min(tops, default=slot.bottom) - slot.y
    return Box(place.x, slot.y, place.width, height) if height >= layout.ONE_LINE else None


def _enis(instance: ContainerInstance) -> str:
    return words.of(instance.task_enis, instance.task_eni_limit, "ENIs for awsvpc tasks")


def _memory(instance: ContainerInstance) -> str:
    return words.of(instance.reserved_memory_mib, instance.registered_memory_mib, "MiB")


def _cpu(instance: ContainerInstance) -> str:
    return words.of(instance.reserved_cpu_units, instance.registered_cpu_units, "CPU units")


def _head(instance: ContainerInstance) -> int:
    return layout.CARD_HEAD + (layout.LINE + 2 if words.instance_state(instance) else 0)


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

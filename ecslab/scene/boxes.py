"""What a stage is made of: frozen boxes with whole coordinates, and the words that stand on them.

Distances are in units of the drawing, one CSS pixel where the map is drawn at its own width. Ids are those of the
elements on the page, so that a thing keeps its element while it moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ecslab.scene.words import Shape

ScaleBy = Literal["memory", "cpu"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downwards."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The x where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The y where it ends."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Segment:
    """One container inside the block of its task."""

    name: str
    essential: bool
    last_status: str


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the text twin says of a task, in words."""

    task: str
    group: str
    revision: str
    state: str
    health: str
    memory: str
    cpu: str
    containers: str
    ports: str
    addresses: str
    task_role: str
    execution_role: str


@dataclass(frozen=True, slots=True)
class Label:
    """The words of a block that is too low to hold them, beside it: one line or two, for `count` blocks that are alike.

    `leads` is false where the line from the words to the block would cross another block.
    """

    box: Box
    count: int
    leads: bool


@dataclass(frozen=True, slots=True)
class TaskBlock:
    """A task, or above the limit all tasks of one revision in one state on one instance (`count` of them).

    `colour` is the service's place in the palette, 1 to 8. `is_newer` is true for the revision that a deployment
    brings while an older one still runs (SS:D-12). `notes` are lines below its name, `further` more of them where there
    is room, each in one or more wordings, the best first. The words stand inside the block unless `is_worded` is
    false: then they are in its `label`, or in that of a neighbour that is alike.
    """

    id: str
    arn: str
    box: Box
    name: str
    colour: int
    shape: Shape
    state: str
    size: str
    count: int
    is_newer: bool
    is_unhealthy: bool
    is_selected: bool
    segments: tuple[Segment, ...]
    notes: tuple[str, ...]
    further: tuple[tuple[str, ...], ...]
    facts: TaskFacts
    is_worded: bool = True
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class InstanceCard:
    """A container instance: the slot that its tasks fill from the floor, and a bar for the other resource.

    `free` are words for the room that is left, and `free_box` where they stand; None where there is no place for them.
    """

    id: str
    arn: str
    ec2_instance_id: str
    box: Box
    slot: Box
    bar: Box
    bar_fill: int
    instance_type: str
    state: str
    role: str
    memory: str
    cpu: str
    cpu_short: str
    enis: str
    free: str
    free_box: Box | None
    scale_note: str
    is_selected: bool
    blocks: tuple[TaskBlock, ...]


@dataclass(frozen=True, slots=True)
class AddPlace:
    """The empty place of a zone, where one more instance can be added."""

    id: str
    cluster: str
    zone: str
    box: Box


@dataclass(frozen=True, slots=True)
class FargateLane:
    """The Fargate tasks of a zone."""

    box: Box
    blocks: tuple[TaskBlock, ...]


@dataclass(frozen=True, slots=True)
class SubnetLine:
    """A subnet and its addresses; `free_short` is for where the long words do not fit."""

    id: str
    cidr: str
    free: str
    free_short: str
    is_full: bool


@dataclass(frozen=True, slots=True)
class ZoneColumn:
    """An Availability Zone of a cluster."""

    id: str
    name: str
    box: Box
    summary: str
    subnets: tuple[SubnetLine, ...]
    cards: tuple[InstanceCard, ...]
    add: AddPlace | None
    lane: FargateLane | None


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A service, or a family run on its own, with its colour, how it stands and the task role that its tasks have."""

    id: str
    box: Box
    colour: int
    name: str
    counts: str
    role: str
    warning: str


@dataclass(frozen=True, slots=True)
class ClusterPicture:
    """One cluster with its zones as columns."""

    id: str
    name: str
    box: Box
    summary: str
    legend: tuple[LegendItem, ...]
    zones: tuple[ZoneColumn, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that is drawn at one moment."""

    width: int
    height: int
    scale_by: ScaleBy
    clusters: tuple[ClusterPicture, ...]

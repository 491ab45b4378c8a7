"""The text twin of the map: one row for each task, and one for each instance without tasks."""

from __future__ import annotations

from dataclasses import dataclass

from ecslab.scene.boxes import InstanceCard, Stage, TaskFacts, ZoneColumn

HEADINGS = (
    "Cluster",
    "Availability Zone",
    "Container instance",
    "Task",
    "Service or family",
    "Revision",
    "State",
    "Memory",
    "CPU",
    "Ports",
    "Addresses",
    "Task role",
    "Task execution role",
)


@dataclass(frozen=True, slots=True)
class Row:
    """The facts of one task; without a task only where it could be. `element` is the id of what is drawn.

    `memory` and `cpu` of an instance without tasks say what it has.
    """

    element: str
    arn: str
    cluster: str
    zone: str
    instance: str
    task: str
    group: str
    revision: str
    state: str
    memory: str
    cpu: str
    ports: str
    addresses: str
    task_role: str
    execution_role: str

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands under HEADINGS, in their order."""
        return (
            self.cluster,
            self.zone,
            self.instance,
            self.task,
            self.group,
            self.revision,
            self.state,
            self.memory,
            self.cpu,
            self.ports,
            self.addresses,
            self.task_role,
            self.execution_role,
        )


def table(stage: Stage) -> list[Row]:
    """What the map shows, in the order in which it shows it."""
    rows: list[Row] = []
    for cluster in stage.clusters:
        for zone in cluster.zones:
            for card in zone.cards:
                rows += _instance_rows(cluster.name, zone, card)
            for block in zone.lane.blocks if zone.lane else ():
                rows.append(_row(block.id, block.arn, (cluster.name, _zone(zone), "Fargate"), block.facts))
    return rows


def _zone(zone: ZoneColumn) -> str:
    """A zone with the free addresses of its subnets."""
    subnets = "; ".join(f"{subnet.cidr}: {subnet.free}" for subnet in zone.subnets)
    return f"{zone.name} ({subnets})" if subnets else zone.name


def _instance_rows(cluster: str, zone: ZoneColumn, card: InstanceCard) -> list[Row]:
    notes = [card.instance_type, *([card.state] if card.state else []), f"instance role {card.role}"]
    notes += [f"{card.memory} and {card.cpu} reserved", card.enis] if card.blocks else [card.enis]
    instance = f"{card.ec2_instance_id} ({', '.join(notes)})"
    place = (cluster, _zone(zone), instance)
    if not card.blocks:
        facts = TaskFacts("no task", "", "", "", "", card.memory, card.cpu, "", "", "", "", "")
        return [_row(card.id, card.arn, place, facts)]
    return [_row(block.id, block.arn, place, block.facts) for block in card.blocks]


def _row(element: str, arn: str, place: tuple[str, str, str], facts: TaskFacts) -> Row:
    cluster, zone, instance = place
    return Row(
        element=element,
        arn=arn,
        cluster=cluster,
        zone=zone,
        instance=instance,
        task=facts.task,
        group=facts.group,
        revision=facts.revision,
        state=f"{facts.state}, {facts.health}" if facts.health else facts.state,
        memory=facts.memory,
        cpu=facts.cpu,
        ports=facts.ports,
        addresses=facts.addresses,
        task_role=facts.task_role,
        execution_role=facts.execution_role,
    )

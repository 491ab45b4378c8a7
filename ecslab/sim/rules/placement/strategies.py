"""Placement strategies: each keeps the best of what the one before it kept (PN:P-14, PN:P-20 to PN:P-30)."""

from __future__ import annotations

from collections.abc import Sequence

from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.task_definition import PlacementStrategy
from ecslab.sim.world import World

ZONE = "attribute:ecs.availability-zone"
SERVICE_DEFAULT = (PlacementStrategy("spread", ZONE), PlacementStrategy("spread", "instanceId"))
RUN_TASK_DEFAULT = (PlacementStrategy("random"),)
BARE_ZONE = ZONE.removeprefix("attribute:")
RULES = {"spread": "PN:P-23", "binpack": "PN:P-27", "random": "PN:P-28"}


def effective(request: PlacementRequest) -> tuple[PlacementStrategy, ...]:
    """The strategies of the request, else the default of services or of RunTask (PN:P-20, PN:P-21, PN:P-46)."""
    if request.named:
        return ()
    return request.strategies or (SERVICE_DEFAULT if request.is_service else RUN_TASK_DEFAULT)


def field_value(instance: ContainerInstance, field: str) -> str:
    """What an instance has for a spread field; the empty text when it lacks the attribute (PN:P-26)."""
    if field in ("instanceId", "host"):
        return instance.ec2_instance_id
    return instance.attributes.get(field.removeprefix("attribute:")) or ""


def scores(
    world: World, request: PlacementRequest, strategy: PlacementStrategy, instances: Sequence[ContainerInstance]
) -> list[int]:
    """One score for each instance, lower is better; `random` scores all alike."""
    if strategy.type == "binpack":
        by_cpu = strategy.field.lower() == "cpu"
        return [i.remaining_cpu_units if by_cpu else i.remaining_memory_mib for i in instances]
    if strategy.type == "spread":
        counts = group_counts(world, request.cluster_name, request.group, strategy.field)
        return [counts.get(field_value(i, strategy.field), 0) for i in instances]
    return [0 for _ in instances]


def group_counts(world: World, cluster_name: str, group: str, field: str) -> dict[str, int]:
    """Tasks of a group by the field's value, on all instances, candidates or not (PN:P-23, PN:P-24)."""
    counts: dict[str, int] = {}
    for arn, count in world.group_on_instances(cluster_name, group).items():
        value = field_value(world.container_instances[arn], field)
        counts[value] = counts.get(value, 0) + count
    return counts

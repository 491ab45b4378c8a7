"""Tasks that wait in PROVISIONING for an instance of their capacity provider (SS:C-60, PN:E-3)."""

from __future__ import annotations

from ecslab.sim.changes import task_changes
from ecslab.sim.data.tables import LIMITS, TIMINGS
from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.rules import choosing, providers
from ecslab.sim.rules.placement import place
from ecslab.sim.rules.tasks import launching, stopping
from ecslab.sim.state.task import Task
from ecslab.sim.timers import PlaceWaiting, WaitingGivesUp
from ecslab.sim.world import World

PROVISIONING_LIMIT = (
    "was unable to place tasks in your cluster because the tasks provisioning capacity limit was exceeded."
)
"""The service event of a service whose tasks may wait no more (SS:S-41 v)."""


def may_wait(world: World, cluster_name: str, count: int = 1) -> bool:
    """Whether so many more tasks of a cluster may wait for capacity (IC:Q-8, SS:S-48)."""
    waiting = sum(1 for arn in world.waiting if world.tasks[arn].cluster_name == cluster_name)
    return waiting + count <= LIMITS["cluster.provisioning"]


def request_of(world: World, task: Task) -> PlacementRequest:
    """What a waiting task needs of a container instance, as it was asked for."""
    definition = world.definition_of(task)
    vpc = (task.network_configuration or {}).get("awsvpcConfiguration", {})
    return PlacementRequest(
        cluster_name=task.cluster_name,
        group=task.group,
        cpu_units=task.cpu_units,
        memory_mib=task.memory_mib,
        gpus=task.gpus,
        host_ports=task.host_ports,
        needs_eni=task.network_mode == "awsvpc",
        subnets=tuple(vpc.get("subnets", ())),
        required_attributes=definition.requires_attributes,
        operating_system_family=definition.operating_system_family,
        cpu_architecture=definition.cpu_architecture,
        constraints=task.wanted_constraints,
        strategies=task.wanted_strategies,
        is_service=task.service_arn is not None,
        capacity_provider=task.capacity_provider,
        waits=True,
    )


def place_waiting(world: World, _timer: PlaceWaiting) -> None:
    """Each waiting task looks for a place, the oldest first; equal ones that found none are not asked again."""
    task_changes.placing_begun(world)
    in_vain: dict[PlacementRequest, str] = {}
    for arn in list(world.waiting):
        task = world.tasks[arn]
        request = request_of(world, task)
        if request in in_vain:
            task_changes.placement_tried(world, task, in_vain[request])
            continue
        instance_arn, decision = choosing.choose_instance(world, request)
        if instance_arn is None:
            in_vain[request] = decision
            task_changes.placement_tried(world, task, decision)
        else:
            launching.give_place(world, task, instance_arn, decision)


def gives_up(world: World, timer: WaitingGivesUp) -> None:
    """A task has waited long enough and ends without having run (SS:C-60).

    Model choice: after 30 minutes. Readers of AWS's blog tell of 10 to 30; AWS's guide says nothing.
    """
    task = world.tasks.get(timer.task_arn)
    if task and task.waits_for_capacity and world.now_ms >= task.created_at_ms + TIMINGS["waiting_for_capacity"]:
        stopping.fail_to_start(world, task, f"TaskFailedToStart: {why_not(world, task)}")


def why_not(world: World, task: Task) -> str:
    """AWS's word for why a waiting task has no place (PN:E-3, SS:T-31)."""
    provider = providers.find(world, task.capacity_provider or "")
    instances = providers.container_instances(world, provider, task.cluster_name) if provider else []
    if not instances:
        return place.EMPTY_PROVIDER
    if not any(instance.status == "ACTIVE" for instance in instances):
        return "NO ACTIVE INSTANCES"
    near = place.closest(place.decide(world, request_of(world, task), lambda _stream, _n: 0))
    return (near.reason if near else None) or "NO ACTIVE INSTANCES"

"""A task is made and takes its place (SS:T-8, PN:R-9)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ecslab.sim.changes import journal, task_changes
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.rules import launch_rate, networking, providers, stock
from ecslab.sim.rules.tasks import durations
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.task import Container, LaunchType, Task
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.timers import TaskStep, WaitingGivesUp
from ecslab.sim.world import World


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """What a new task is, before it has a place; the roles of an override replace those of the revision (IC:I-1)."""

    definition: TaskDefinition
    cluster_name: str
    group: str
    launch_type: LaunchType
    capacity_provider: str | None = None
    service_arn: str | None = None
    deployment_id: str | None = None
    started_by: str | None = None
    attempt: int = 0
    platform_version: str | None = None
    network_configuration: dict[str, Any] | None = None
    volume_configuration: dict[str, Any] | None = None
    overrides: dict[str, Any] = field(default_factory=dict)
    tags: tuple[dict[str, str], ...] = ()
    idempotent_request: dict[str, Any] | None = None
    enables_execute_command: bool = False


def launch_on_instance(world: World, spec: TaskSpec, instance_arn: str, decision: str) -> Task:
    """A task on a container instance; an awsvpc task's interface is made in the instance's zone (PN:N-35)."""
    instance = world.container_instances[instance_arn]
    place = _Place(instance_arn, instance.availability_zone, _subnet_on(world, spec.network_configuration, instance))
    return launch(world, _task(world, spec, decision, place))


def _subnet_on(world: World, network: dict[str, Any] | None, instance: ContainerInstance) -> str | None:
    """The subnet of an awsvpc task in the zone of its instance, None in the other network modes."""
    named = (network or {}).get("awsvpcConfiguration", {}).get("subnets", [])
    in_zone = [
        s
        for s in (world.subnets[n] for n in named if n in world.subnets)
        if s.availability_zone == instance.availability_zone
    ]
    return max(in_zone, key=lambda s: s.free_addresses).id if in_zone else None


def launch_on_fargate(world: World, spec: TaskSpec, subnet_id: str, decision: str) -> Task:
    """A task on Fargate, with an interface of its own in a subnet (PN:F-8)."""
    place = _Place(None, world.subnets[subnet_id].availability_zone, subnet_id)
    return launch(world, _task(world, spec, decision, place))


def launch_waiting(world: World, spec: TaskSpec, request: PlacementRequest, decision: str) -> Task:
    """A task that fits nowhere is made all the same, and waits in PROVISIONING for its provider's group (SS:C-60)."""
    task = _task(world, spec, decision, _Place())
    task = replace(
        task,
        last_status="PROVISIONING",
        waits_for_capacity=True,
        wanted_constraints=request.constraints,
        wanted_strategies=request.strategies,
    )
    task_changes.task_created(world, task)
    journal.timer_set(world, TIMINGS["waiting_for_capacity"], WaitingGivesUp(task.arn))
    providers.task_changed(world, task)
    return task


def give_place(world: World, task: Task, instance_arn: str, decision: str) -> None:
    """A task that waited has a container instance; its life begins as that of any other (SS:C-60)."""
    instance = world.container_instances[instance_arn]
    subnet_id = _subnet_on(world, task.network_configuration, instance)
    task_changes.task_given_place(world, task, instance, subnet_id, decision)
    if task.network_mode != "awsvpc":
        task_changes.task_moved(world, task, "PENDING")
    _set_going(world, task)


@dataclass(frozen=True, slots=True)
class _Place:
    instance_arn: str | None = None
    zone: str | None = None
    subnet_id: str | None = None


def _task(world: World, spec: TaskSpec, decision: str, place: _Place) -> Task:
    definition = spec.definition
    serial = world.ids.serial("task")
    task_id = f"{serial:016x}"
    arn = world.ids.arn("ecs", f"task/{spec.cluster_name}/{task_id}")
    return Task(
        arn=arn,
        id=task_id,
        serial=serial,
        cluster_name=spec.cluster_name,
        group=spec.group,
        task_definition_arn=definition.arn,
        launch_type=spec.launch_type,
        network_mode=definition.network_mode,
        cpu_units=definition.reserved_cpu_units,
        memory_mib=definition.reserved_memory_mib,
        gpus=definition.reserved_gpus,
        last_status="PROVISIONING" if definition.network_mode == "awsvpc" else "PENDING",
        created_at_ms=world.now_ms,
        placed_at_ms=world.now_ms,
        containers=containers_for(world, definition, arn),
        service_arn=spec.service_arn,
        deployment_id=spec.deployment_id,
        started_by=spec.started_by,
        container_instance_arn=place.instance_arn,
        capacity_provider=spec.capacity_provider,
        availability_zone=place.zone,
        subnet_id=place.subnet_id,
        host_ports=definition.reserved_host_ports,
        task_role_arn=spec.overrides.get("taskRoleArn") or definition.task_role_arn,
        execution_role_arn=spec.overrides.get("executionRoleArn") or definition.execution_role_arn,
        platform_version=spec.platform_version,
        network_configuration=spec.network_configuration,
        volume_configuration=spec.volume_configuration,
        overrides=spec.overrides,
        tags=[dict(tag) for tag in spec.tags],
        idempotent_request=spec.idempotent_request,
        enables_execute_command=spec.enables_execute_command,
        attempt=spec.attempt,
        placement_decision=decision,
    )


def containers_for(world: World, definition: TaskDefinition, task_arn: str) -> list[Container]:
    """The containers of a new task, in the order of the task definition."""
    base = task_arn.replace(":task/", ":container/")
    return [
        Container(f"{base}/{world.ids.hex('container')}", c.name, c.image, c.essential)
        for c in definition.container_definitions
    ]


def launch(world: World, task: Task) -> Task:
    """Create a task in its first state and set its clock going (SS:T-8). It holds its place from now on (PN:R-9)."""
    task_changes.task_created(world, task)
    stock.task_taken(world, task)
    if task.launch_type == "FARGATE":
        launch_rate.fargate_launched(world)
    _set_going(world, task)
    return task


def _set_going(world: World, task: Task) -> None:
    if task.network_mode == "awsvpc":
        networking.attach_interface(world, task, world.subnets[task.subnet_id or ""])
        journal.timer_set(world, durations.provisioning_ms(task.launch_type), TaskStep(task.arn, "PROVISIONING"))
    else:
        journal.timer_set(world, TIMINGS["ec2.pending"], TaskStep(task.arn, "PENDING"))
    providers.task_changed(world, task)

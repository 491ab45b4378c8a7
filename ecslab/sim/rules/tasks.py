"""The life of a task: PROVISIONING to RUNNING, and from there to STOPPED (SS sections T-1 to T-34).

Durations are the lab's choice (SS:K-10 to SS:K-20), read from the table of timings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ecslab.sim.changes import deployment_changes, journal, service_changes, task_changes
from ecslab.sim.data.tables import TIMINGS, pull_cold_ms
from ecslab.sim.rules import networking, preparing, programs, supplies
from ecslab.sim.rules.health import schedule_health, task_health
from ecslab.sim.state.image import Image
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.state.task import STARTING, Container, LaunchType, Task
from ecslab.sim.state.task_definition import ContainerDefinition, TaskDefinition
from ecslab.sim.timers import (
    ContainerExits,
    CountsAsHealthy,
    ForgetTask,
    HealthChanges,
    ImagePulled,
    Reconcile,
    TaskStep,
)
from ecslab.sim.world import World

SIGKILL_EXIT_CODE = 137
"""SS:T-34."""
NO_DYNAMIC_PORT = "CannotStartContainerError: every host port of the instance's dynamic range is taken"
"""SS:T-33 names the error; its words are the lab's own."""


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """What a new task is, before it has a place; the roles of an override replace those of the revision (IC:I-1)."""

    definition: TaskDefinition
    cluster_name: str
    group: str
    launch_type: LaunchType
    service_arn: str | None = None
    deployment_id: str | None = None
    started_by: str | None = None
    attempt: int = 0
    platform_version: str | None = None
    network_configuration: dict[str, Any] | None = None
    overrides: dict[str, Any] = field(default_factory=dict)
    tags: tuple[dict[str, str], ...] = ()
    idempotent_request: dict[str, Any] | None = None


def launch_on_instance(world: World, spec: TaskSpec, instance_arn: str, decision: str) -> Task:
    """A task on a container instance; an awsvpc task's interface is made in the instance's zone (PN:N-35)."""
    instance = world.container_instances[instance_arn]
    subnet_id: str | None = None
    if spec.definition.network_mode == "awsvpc":
        vpc = (spec.network_configuration or {}).get("awsvpcConfiguration", {})
        subnets = [world.subnets[name] for name in vpc.get("subnets", [])]
        in_zone = [s for s in subnets if s.availability_zone == instance.availability_zone]
        subnet_id = max(in_zone, key=lambda s: s.free_addresses).id
    return _launch(world, spec, decision, instance_arn, instance.availability_zone, subnet_id)


def launch_on_fargate(world: World, spec: TaskSpec, subnet_id: str, decision: str) -> Task:
    """A task on Fargate, with an interface of its own in a subnet (PN:F-8)."""
    return _launch(world, spec, decision, None, world.subnets[subnet_id].availability_zone, subnet_id)


def _launch(
    world: World, spec: TaskSpec, decision: str, instance_arn: str | None, zone: str, subnet_id: str | None
) -> Task:
    definition = spec.definition
    serial = world.ids.serial("task")
    task_id = f"{serial:016x}"
    arn = world.ids.arn("ecs", f"task/{spec.cluster_name}/{task_id}")
    task = Task(
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
        containers=containers_for(world, definition, arn),
        service_arn=spec.service_arn,
        deployment_id=spec.deployment_id,
        started_by=spec.started_by,
        container_instance_arn=instance_arn,
        availability_zone=zone,
        subnet_id=subnet_id,
        host_ports=definition.reserved_host_ports,
        task_role_arn=spec.overrides.get("taskRoleArn") or definition.task_role_arn,
        execution_role_arn=spec.overrides.get("executionRoleArn") or definition.execution_role_arn,
        platform_version=spec.platform_version,
        network_configuration=spec.network_configuration,
        overrides=spec.overrides,
        tags=[dict(tag) for tag in spec.tags],
        idempotent_request=spec.idempotent_request,
        attempt=spec.attempt,
        placement_decision=decision,
    )
    launch(world, task)
    return task


def containers_for(world: World, definition: TaskDefinition, task_arn: str) -> list[Container]:
    """The containers of a new task, in the order of the task definition."""
    base = task_arn.replace(":task/", ":container/")
    return [
        Container(f"{base}/{world.ids.hex('container')}", c.name, c.image, c.essential)
        for c in definition.container_definitions
    ]


def launch(world: World, task: Task) -> None:
    """Create a task in its first state and set its clock going (SS:T-8). It holds its place from now on (PN:R-9)."""
    task_changes.task_created(world, task)
    if task.network_mode == "awsvpc":
        networking.attach_interface(world, task, world.subnets[task.subnet_id or ""])
        journal.timer_set(world, _provisioning_ms(task.launch_type), TaskStep(task.arn, "PROVISIONING"))
    else:
        journal.timer_set(world, TIMINGS["ec2.pending"], TaskStep(task.arn, "PENDING"))


def _provisioning_ms(launch_type: LaunchType) -> int:
    return TIMINGS["fargate.provisioning" if launch_type == "FARGATE" else "ec2.awsvpc.provisioning"]


def _pending_ms(task: Task) -> int:
    return TIMINGS["fargate.pending" if task.launch_type == "FARGATE" else "ec2.pending"]


def step(world: World, timer: TaskStep) -> None:
    """The task leaves a state, if it is still in it."""
    task = world.tasks.get(timer.task_arn)
    if task is None or task.last_status != timer.status:
        return
    if timer.status in STARTING and task.desired_status == "STOPPED":
        return
    if timer.status in ("PENDING", "ACTIVATING") and _is_cut_off(world, task):
        return
    match timer.status:
        case "PROVISIONING":
            _provisioned(world, task)
        case "PENDING":
            _accepted(world, task)
        case "ACTIVATING":
            _started(world, task)
        case "DEPROVISIONING":
            _stopped(world, task)
        case _:
            raise AssertionError(f"no step leaves {timer.status}")


def _is_cut_off(world: World, task: Task) -> bool:
    """Whether the machine under a task is lost: nothing on it goes on, its last states stand (SS:C-23, SS:C-44)."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    return instance is not None and not instance.agent_connected


def _provisioned(world: World, task: Task) -> None:
    """The network interface is there, or could not be made (PN:N-42)."""
    if task.eni_id is None:
        fail_to_start(
            world,
            task,
            "Unexpected EC2 error while attempting to Create Network Interface in subnet "
            f"'{task.subnet_id}': InsufficientFreeAddressesInSubnet",
        )
        return
    task_changes.task_moved(world, task, "PENDING")
    journal.timer_set(world, _pending_ms(task), TaskStep(task.arn, "PENDING"))


def _accepted(world: World, task: Task) -> None:
    """The agent takes the task on, once the tasks before it have really left (PN:R-7)."""
    if task.container_instance_arn and not _agent_has_room(world, task):
        return
    task_changes.task_moved(world, task, "ACTIVATING")
    obstacle = preparing.obstacle(world, task, preparing.BEFORE_PULL)
    if obstacle is not None:
        fail_to_start(world, task, obstacle)
        return
    task_changes.pull_started(world, task)
    journal.timer_set(world, _pull_ms(world, task), ImagePulled(task.arn))


def _agent_has_room(world: World, task: Task) -> bool:
    """Whether what the instance's agent still sees in use leaves room for a PENDING task (PN:R-7)."""
    instance = world.container_instances[task.container_instance_arn or ""]
    held = [t for t in world.tasks_on(instance.arn) if t.last_status not in ("PROVISIONING", "PENDING")]
    cpu = instance.registered_cpu_units - sum(t.cpu_units for t in held)
    memory = instance.registered_memory_mib - sum(t.memory_mib for t in held)
    ports = {port for t in held for port in t.host_ports}
    return task.cpu_units <= cpu and task.memory_mib <= memory and ports.isdisjoint(task.host_ports)


def _pull_ms(world: World, task: Task) -> int:
    """How long the slowest image takes; containers pull side by side (SS:K-12, SS:K-13)."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    cached = instance.cached_images if instance else []
    return max(
        TIMINGS["pull_warm"] if c.image in cached else _cold_pull_ms(world.image(c.image)) for c in task.containers
    )


def _cold_pull_ms(image: Image) -> int:
    return pull_cold_ms(image.size_mib) if image.pull_ms is None else image.pull_ms


def image_pulled(world: World, timer: ImagePulled) -> None:
    """All images are there, or one of them cannot be pulled."""
    task = world.tasks.get(timer.task_arn)
    if task is None or task.last_status != "ACTIVATING" or task.desired_status == "STOPPED":
        return
    if _is_cut_off(world, task):
        return
    obstacle = preparing.obstacle(world, task, preparing.AFTER_PULL)
    pulled = [c.image for c in task.containers if not world.image(c.image).is_missing]
    task_changes.pull_stopped(world, task, pulled)
    if obstacle is not None:
        fail_to_start(world, task, obstacle)
        return
    default = TIMINGS["fargate.container_start" if task.launch_type == "FARGATE" else "ec2.container_start"]
    starts = [world.image(c.image).start_ms for c in task.containers]
    journal.timer_set(world, max(default if s is None else s for s in starts), TaskStep(task.arn, "ACTIVATING"))


def _started(world: World, task: Task) -> None:
    """Every container runs and the task is RUNNING, or one gets no host port (PN:N-26)."""
    definition = world.definition_of(task)
    for container, container_definition in zip(task.containers, definition.container_definitions, strict=True):
        image = world.image(container.image)
        if not networking.bind_ports(world, task, container, container_definition):
            fail_to_start(world, task, NO_DYNAMIC_PORT)
            return
        task_changes.container_started(world, container, handles_sigterm=image.handles_sigterm)
        supplies.open_log_stream(world, task, container)
        programs.begin(world, task, container, image)
        if image.exit_after_ms is not None:
            exits = ContainerExits(task.arn, container.name, image.exit_code)
            journal.timer_set(world, image.exit_after_ms, exits)
        if container_definition.health_check:
            schedule_health(world, task, container, container_definition.health_check, image)
    task_changes.task_moved(world, task, "RUNNING")
    if not has_essential_check(definition):
        journal.timer_set(world, TIMINGS["healthy_wait_no_checks"], CountsAsHealthy(task.arn))
    for service, deployment in _deployment(world, task):
        deployment_changes.start_succeeded(world, service, deployment, task.attempt)
    _service_looks(world, task)


def _deployment(world: World, task: Task) -> list[tuple[Service, Deployment]]:
    """The service and the deployment that a task belongs to, as long as the one lists the other; at most one pair."""
    service = world.services.get(task.service_arn or "")
    deployment = service.deployment(task.deployment_id) if service else None
    return [(service, deployment)] if service and deployment else []


def has_essential_check(definition: TaskDefinition) -> bool:
    """Whether some essential container has a health check (SS:D-6)."""
    return any(c.essential and c.health_check for c in definition.container_definitions)


def counts_as_healthy(world: World, timer: CountsAsHealthy) -> None:
    """Forty seconds of RUNNING without checks (SS:D-6)."""
    task = world.tasks.get(timer.task_arn)
    if task and task.is_running:
        _judge(world, task, is_healthy=True)


def _judge(world: World, task: Task, *, is_healthy: bool) -> None:
    """A task counts as healthy from now on, or no longer; the first of its deployment ends the failures (SS:D-15)."""
    task_changes.task_counts_as_healthy(world, task, is_healthy)
    for service, deployment in _deployment(world, task) if is_healthy else ():
        deployment_changes.deployment_ran_well(world, deployment)
        deployment_changes.breaker_reset(world, service, deployment)
    _service_looks(world, task)


def health_changes(world: World, timer: HealthChanges) -> None:
    """A container health check has a new verdict (SS:T-21, SS:T-22)."""
    task = world.tasks.get(timer.task_arn)
    if task is None or not task.is_running or _is_cut_off(world, task):
        return
    container = next(c for c in task.containers if c.name == timer.container)
    if container.last_status != "RUNNING":
        return
    health = task_health(task, container, timer.status)
    task_changes.container_health_changed(world, task, container, timer.status, health)
    if has_essential_check(world.definition_of(task)):
        _judge(world, task, is_healthy=health == "HEALTHY")
        look_after_grace(world, task)


def look_after_grace(world: World, task: Task) -> None:
    """A check that is failing when the grace period ends acts at once, so the scheduler looks then (SS:S-26)."""
    service = world.services.get(task.service_arn or "")
    if service and task.health_status == "UNHEALTHY" and not grace_is_over(world, service, task):
        wait_then_look(world, service.arn, _grace_end_ms(service, task) - world.now_ms)


def grace_is_over(world: World, service: Service, task: Task) -> bool:
    """Unhealthy verdicts count after the grace period, which begins at RUNNING (SS:S-25, SS:S-26)."""
    return world.now_ms >= _grace_end_ms(service, task)


def _grace_end_ms(service: Service, task: Task) -> int:
    return (task.started_at_ms or 0) + service.health_check_grace_period_s * 1000


def container_exits(world: World, task: Task, container: Container, exit_code: int) -> None:
    """A container ends; an essential one takes the task with it, the last one ends the stopping (SS:T-16)."""
    task_changes.container_exited(world, task, container, exit_code, None)
    if container.essential and task.desired_status != "STOPPED":
        stop(world, task, "EssentialContainerExited", "Essential container in task exited")
    elif task.last_status == "STOPPING" and all(c.last_status == "STOPPED" for c in task.containers):
        _containers_gone(world, task)


def container_due_to_exit(world: World, timer: ContainerExits) -> None:
    """An image's `exitAfter` has passed, or the container has had its signal and its time (SS:T-12)."""
    task = world.tasks.get(timer.task_arn)
    if task is None or _is_cut_off(world, task):
        return
    container = next(c for c in task.containers if c.name == timer.container)
    if container.last_status == "RUNNING":
        container_exits(world, task, container, timer.exit_code)


def fail_to_start(world: World, task: Task, reason: str) -> None:
    """The task never reaches RUNNING (SS:T-31). It counts as a failure now, deprovisioning follows (SS:W-7)."""
    task_changes.task_stop_decided(world, task, "TaskFailedToStart", reason, None)
    _count_failed_start(world, task)
    for container in task.containers:
        task_changes.container_exited(world, task, container, None, reason)
    task_changes.task_moved(world, task, "STOPPING")
    _containers_gone(world, task)


def _count_failed_start(world: World, task: Task) -> None:
    for service, deployment in _deployment(world, task):
        deployment_changes.start_failed(world, deployment, task.attempt)
        if not deployment.has_run:
            deployment_changes.breaker_counted(world, service, deployment, 1)


def stop(world: World, task: Task, code: str, reason: str, decision: str | None = None) -> None:
    """Begin to stop a task: SIGTERM to all that runs at once, SIGKILL after the stop timeout (SS:T-12, SS:T-15)."""
    task_changes.task_stop_decided(world, task, code, reason, decision)
    task_changes.task_moved(world, task, "STOPPING")
    _service_looks(world, task)
    capacity_freed(world, task.cluster_name, task)
    for container, definition in zip(task.containers, world.definition_of(task).container_definitions, strict=True):
        if container.last_status == "RUNNING":
            wait, exit_code = _exit_when_told(container, definition)
            journal.timer_set(world, wait, ContainerExits(task.arn, container.name, exit_code))
        elif container.last_status != "STOPPED":
            task_changes.container_exited(world, task, container, None, None)
    if all(c.last_status == "STOPPED" for c in task.containers):
        _containers_gone(world, task)


def _exit_when_told(container: Container, definition: ContainerDefinition) -> tuple[int, int]:
    """How long a container runs on after SIGTERM, and its exit code: killed when its time is up (SS:K-18, SS:T-34)."""
    timeout = TIMINGS["stop_timeout_default"]
    if definition.stop_timeout_s is not None:
        timeout = definition.stop_timeout_s * 1000
    if container.handles_sigterm and TIMINGS["app_exit"] <= timeout:
        return TIMINGS["app_exit"], 0
    return timeout, SIGKILL_EXIT_CODE


def _containers_gone(world: World, task: Task) -> None:
    task_changes.execution_stopped(world, task)
    if task.network_mode == "awsvpc":
        task_changes.task_moved(world, task, "DEPROVISIONING")
        journal.timer_set(world, TIMINGS["deprovisioning.awsvpc"], TaskStep(task.arn, "DEPROVISIONING"))
        _service_looks(world, task)
        capacity_freed(world, task.cluster_name, task)
    else:
        _stopped(world, task)


def _stopped(world: World, task: Task) -> None:
    networking.detach_interface(world, task)
    task_changes.task_moved(world, task, "STOPPED")
    journal.timer_set(world, TIMINGS["stopped_task_kept"], ForgetTask(task.arn))
    _wake_waiting(world, task)
    _service_looks(world, task)
    capacity_freed(world, task.cluster_name, task)


def _wake_waiting(world: World, task: Task) -> None:
    """Tasks that waited in PENDING for this one's resources look again (PN:R-7)."""
    for waiting in world.tasks_on(task.container_instance_arn or ""):
        provisioning = _provisioning_ms(waiting.launch_type) if waiting.network_mode == "awsvpc" else 0
        if (
            waiting.last_status == "PENDING"
            and waiting.created_at_ms + provisioning + _pending_ms(waiting) <= world.now_ms
        ):
            journal.timer_set(world, 0, TaskStep(waiting.arn, "PENDING"))


def lose(world: World, task: Task, code: str, reason: str) -> None:
    """The machine under a task is gone: it is STOPPED at once (SS:C-44), a failed start if it never ran (SS:S-30)."""
    if task.desired_status != "STOPPED":
        task_changes.task_stop_decided(world, task, code, reason, None)
        if task.started_at_ms is None:
            _count_failed_start(world, task)
    if task.last_status not in ("STOPPING", "DEPROVISIONING"):
        task_changes.task_moved(world, task, "STOPPING")
    for container in task.containers:
        if container.last_status != "STOPPED":
            task_changes.container_exited(world, task, container, None, reason)
    task_changes.execution_stopped(world, task)
    _stopped(world, task)


def forget(world: World, timer: ForgetTask) -> None:
    """An hour after STOPPED (SS:T-11)."""
    task = world.tasks.get(timer.task_arn)
    if task:
        task_changes.task_forgotten(world, task)


def _service_looks(world: World, task: Task) -> None:
    service = world.services.get(task.service_arn or "")
    if service:
        service_changes.reconcile_queued(world, service)


def capacity_freed(world: World, cluster_name: str, left_by: Task | None = None) -> None:
    """Usable capacity changed: services with unplaced tasks look at once (SS:S-35).

    The room that a failed start gives back is none for its own service, which waits as S-33 has it.
    """
    failed_for = left_by.service_arn if left_by and left_by.started_at_ms is None else None
    for service in world.services.values():
        if service.cluster_name == cluster_name and service.unplaced_count and service.arn != failed_for:
            deployment_changes.throttle_reset(world, service.primary)
            service_changes.reconcile_queued(world, service)


def wait_then_look(world: World, service_arn: str, delay_ms: int) -> None:
    """The scheduler looks again after a wait (SS:S-33)."""
    journal.timer_set(world, delay_ms, Reconcile(service_arn))

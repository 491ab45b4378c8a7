"""Changes of tasks and their containers."""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import journal, traffic_changes, usage_changes, waking
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.image import Image
from ecslab.sim.state.task import Container, LastStatus, Task
from ecslab.sim.timers import PlaceWaiting, Timer
from ecslab.sim.world import World


def task_created(world: World, task: Task) -> None:
    """A task exists and holds what it reserves on its instance from this moment (PN:R-9)."""
    world.tasks[task.arn] = task
    world.tasks_by_group.setdefault(task.group_key, {})[task.arn] = task
    if task.service_arn:
        world.tasks_by_service.setdefault(task.service_arn, {})[task.arn] = task
    if task.waits_for_capacity:
        world.waiting.append(task.arn)
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance:
        _take_place(world, task, instance)
    _task_state(world, task, None)


def _take_place(world: World, task: Task, instance: ContainerInstance) -> None:
    world.tasks_by_instance.setdefault(instance.arn, {})[task.arn] = task
    count_in_group(world, task, 1)
    instance.reserved_cpu_units += task.cpu_units
    instance.reserved_memory_mib += task.memory_mib
    instance.reserved_gpus += task.gpus
    instance.used_ports.extend(task.host_ports)
    instance.task_enis += 1 if task.network_mode == "awsvpc" else 0
    usage_changes.reservation_told(world, instance)


def count_in_group(world: World, task: Task, change: int) -> None:
    """Keep the index of how many tasks of a group an instance has that are to run (PN:P-24)."""
    if task.container_instance_arn is None:
        return
    journal.instance_touched(world, task.container_instance_arn)
    counts = world.groups_on_instances.setdefault(task.group_key, {})
    counts[task.container_instance_arn] = counts.get(task.container_instance_arn, 0) + change
    if not counts[task.container_instance_arn]:
        del counts[task.container_instance_arn]


def _task_state(world: World, task: Task, before: str | None) -> None:
    service = world.services.get(task.service_arn or "")
    journal.record(
        world,
        "taskState",
        task.arn,
        cluster=task.cluster_name,
        service=service.name if service else None,
        taskDefinition=world.definition_of(task).name,
        deployment=task.deployment_id,
        instance=task.container_instance_arn,
        size=[task.cpu_units, task.memory_mib, task.network_mode == "awsvpc"],
        decision=task.placement_decision if before is None else task.stop_decision,
        stopCode=task.stop_code,
        stoppedReason=task.stopped_reason,
        **{"from": before, "to": task.last_status},
    )


def task_moved(world: World, task: Task, status: LastStatus) -> None:
    """A task takes its next lastStatus; STOPPING frees resources for placement (PN:R-7), STOPPED the rest (PN:R-8)."""
    before = task.last_status
    task.last_status = status
    task.version += 1
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance and status in ("STOPPING", "STOPPED"):
        journal.instance_touched(world, instance.arn)
    if status == "RUNNING":
        task.started_at_ms = world.now_ms
    elif status == "STOPPING":
        task.stopping_at_ms = world.now_ms
        if instance:
            _give_back(instance, task)
            usage_changes.reservation_told(world, instance)
    elif status == "STOPPED":
        task.stopped_at_ms = world.now_ms
        usage_changes.task_meter_stopped(world, task)
        if task.waits_for_capacity:
            task.waits_for_capacity = False
            world.waiting.remove(task.arn)
        world.tasks_by_group[task.group_key].pop(task.arn, None)
        if task.service_arn:
            world.tasks_by_service[task.service_arn].pop(task.arn, None)
        if instance:
            world.tasks_by_instance[instance.arn].pop(task.arn, None)
            instance.task_enis -= 1 if task.network_mode == "awsvpc" else 0
            _free_dynamic_ports(instance, task)
    if "RUNNING" in (before, status):
        traffic_changes.running_changed(world, task)
        waking.scaling_moves(world, task.service_arn or "")
    _task_state(world, task, before)


def _give_back(instance: ContainerInstance, task: Task) -> None:
    instance.reserved_cpu_units -= task.cpu_units
    instance.reserved_memory_mib -= task.memory_mib
    instance.reserved_gpus -= task.gpus
    for port in task.host_ports:
        instance.used_ports.remove(port)


def _free_dynamic_ports(instance: ContainerInstance, task: Task) -> None:
    for container in task.containers:
        for binding in container.network_bindings:
            for number in range(binding.length):
                port = (binding.protocol, binding.host_port + number)
                if port in instance.dynamic_ports:
                    instance.dynamic_ports.remove(port)


def task_stop_decided(world: World, task: Task, code: str, reason: str, decision: str | None) -> None:
    """ECS has decided to stop a task: its desiredStatus is STOPPED (SS:T-7)."""
    if task.desired_status == "RUNNING":
        count_in_group(world, task, -1)
    task.desired_status = "STOPPED"
    task.stop_code = code
    task.stopped_reason = reason
    task.stop_decision = decision
    task.counts_as_healthy = False
    waking.scaling_moves(world, task.service_arn or "")
    journal.record(
        world, "taskStopDecided", task.arn, cluster=task.cluster_name, reason=reason, code=code, decision=decision
    )


def spot_task_interrupted(world: World, task: Task) -> None:
    """A task on Fargate Spot has its notice (SS:C-42)."""
    values = {"from": task.last_status, "to": task.last_status}
    journal.record(world, "spotTaskNotice", task.arn, cluster=task.cluster_name, **values)


def session_begun(world: World, container: Container) -> None:
    """Somebody opened a session into a container (IC:Q-18)."""
    container.sessions_begun_ms.append(world.now_ms)


def execution_stopped(world: World, task: Task) -> None:
    """The last container of a task has ended."""
    if task.execution_stopped_at_ms is None:
        task.execution_stopped_at_ms = world.now_ms


def task_forgotten(world: World, task: Task) -> None:
    """A STOPPED task can no longer be described (SS:T-11)."""
    del world.tasks[task.arn]


def pull_started(world: World, task: Task, container: Container) -> None:
    """The image of a container is being pulled; the first of a task begins the task's pull."""
    container.is_waiting = False
    if task.pull_started_at_ms is None:
        task.pull_started_at_ms = world.now_ms
        usage_changes.task_metered(world, task)


def pull_stopped(world: World, task: Task, container: Container, *, is_there: bool) -> None:
    """The pull of a container's image has ended; what is there stays on the instance. The last ends the task's pull."""
    task.pull_stopped_at_ms = world.now_ms
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance and is_there and container.image not in instance.cached_images:
        instance.cached_images.append(container.image)


def container_started(world: World, task: Task, container: Container, image: Image) -> None:
    """A container runs; what its image does with SIGTERM and memory now is what it will do."""
    container.last_status = "RUNNING"
    _take_behaviour(world, container, image)
    _container_state(world, task, container, "PENDING")


def _take_behaviour(world: World, container: Container, image: Image) -> None:
    container.started_at_ms = world.now_ms
    container.handles_sigterm = image.handles_sigterm
    container.memory_use_mib = image.memory_mib
    container.well_from_ms = world.now_ms + (image.healthy_after_ms or 0) if image.healthy else None
    until = image.healthy_until_ms
    container.well_until_ms = None if until is None else world.now_ms + until
    container.cpu_use_units = image.cpu_units
    container.cpu_units_per_rps = image.cpu_units_per_rps
    container.memory_kib_per_rps = image.memory_kib_per_rps
    container.request_ms = image.request_ms


def _behaves(world: World, task: Task) -> None:
    """What a RUNNING task uses is what its containers use that run."""
    if task.last_status == "RUNNING":
        traffic_changes.running_changed(world, task)


def container_restarted(
    world: World, task: Task, container: Container, image: Image, exit_code: int, reason: str | None
) -> None:
    """A container has ended and runs again in place; its health is unknown until its check speaks (SS:T-17)."""
    container.restart_count += 1
    container.health_status = "UNKNOWN"
    if container.essential:
        task.health_status = "UNKNOWN" if task.health_status == "HEALTHY" else task.health_status
    _take_behaviour(world, container, image)
    _behaves(world, task)
    _container_state(world, task, container, "RUNNING", exit_code, reason)


def container_told_to_stop(world: World, task: Task, container: Container) -> None:
    """A container has got its stop signal (SS:T-12)."""
    container.is_told_to_stop = True
    journal.record(world, "containerSignalled", task.arn, cluster=task.cluster_name, container=container.name)


def _container_state(
    world: World, task: Task, container: Container, before: str, exit_code: int | None = None, reason: str | None = None
) -> None:
    service = world.services.get(task.service_arn or "")
    values = {
        "cluster": task.cluster_name,
        "service": service.name if service else None,
        "container": container.name,
        "from": before,
        "to": container.last_status,
        "exitCode": exit_code,
        "reason": reason,
        "restartCount": container.restart_count,
    }
    journal.record(world, "containerState", task.arn, **values)


def ports_bound(
    world: World, task: Task, container: Container, bindings: list[Any], picked: list[tuple[str, int]]
) -> None:
    """A container's ports are bound; those that the agent picked move its search for the next (PN:N-11, PN:N-26)."""
    container.network_bindings.extend(bindings)
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance and picked:
        instance.dynamic_ports.extend(picked)
        instance.next_dynamic_port = picked[-1][1] + 1


def container_exited(world: World, task: Task, container: Container, exit_code: int | None, reason: str | None) -> None:
    """A container has ended, or will never start."""
    before = container.last_status
    container.last_status = "STOPPED"
    container.is_waiting = False
    container.exit_code = exit_code
    container.reason = reason
    _behaves(world, task)
    _container_state(world, task, container, before, exit_code, reason)


def container_health_changed(world: World, task: Task, container: Container, health: str, task_health: str) -> None:
    """A container's health check has a new verdict, and the task's with it (PN:T-63)."""
    container.health_status = health
    task.health_status = task_health
    journal.record(
        world, "containerHealth", task.arn, cluster=task.cluster_name, container=container.name, health=health
    )


def task_counts_as_healthy(world: World, task: Task, healthy: bool) -> None:
    """A task begins or ceases to count as healthy for deployments (SS:D-6)."""
    if task.counts_as_healthy != healthy:
        task.counts_as_healthy = healthy
        journal.record(world, "taskHealthy", task.arn, cluster=task.cluster_name, healthy=healthy)


def protection_set(world: World, task: Task, until_ms: int | None) -> None:
    """A task is protected from scale-in until a moment, or no longer (SS:S-50)."""
    task.protected_until_ms = until_ms
    journal.record(world, "protection", task.arn, cluster=task.cluster_name, until=until_ms)


def timer_held_back(world: World, holder: str, timer: Timer) -> None:
    """Something happened where ECS cannot see it; it is told when the agent is back (SS:C-23)."""
    world.held_back[holder] = (*world.held_back.get(holder, ()), timer)


def held_back_dropped(world: World, holder: str) -> tuple[Timer, ...]:
    """Nobody waits any more for what ECS could not see; what it was."""
    return world.held_back.pop(holder, ())


def placing_queued(world: World) -> None:
    """Tasks that wait for capacity will look for a place in this instant (SS:K-3)."""
    if not world.placing_queued:
        world.placing_queued = True
        journal.timer_set(world, 0, PlaceWaiting())


def placing_begun(world: World) -> None:
    """Tasks that wait for capacity look for a place."""
    world.placing_queued = False


def placement_tried(world: World, task: Task, decision: str) -> None:
    """A waiting task found no place; why is told by the newest try (SS:C-60)."""
    task.placement_decision = decision


def task_given_place(
    world: World, task: Task, instance: ContainerInstance, subnet_id: str | None, decision: str
) -> None:
    """A task that waited for capacity has its container instance and holds its place there (SS:C-60)."""
    task.container_instance_arn = instance.arn
    task.availability_zone = instance.availability_zone
    task.subnet_id = subnet_id
    task.waits_for_capacity = False
    task.placed_at_ms = world.now_ms
    task.placement_decision = decision
    world.waiting.remove(task.arn)
    _take_place(world, task, instance)

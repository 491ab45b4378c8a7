"""From PROVISIONING to RUNNING: each container starts when what it depends on has come (SS:T-2 to SS:T-5)."""

from __future__ import annotations

from ecslab.sim.changes import deployment_changes, journal, task_changes
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.rules import hub_limit, networking, preparing, programs, supplies
from ecslab.sim.rules.health import schedule_health
from ecslab.sim.rules.storage import ebs, mounts
from ecslab.sim.rules.tasks import behind, dependencies, durations
from ecslab.sim.rules.tasks.health import has_essential_check, is_behind, verdict_told
from ecslab.sim.rules.tasks.looking import deployment_of, is_held_back, service_looks
from ecslab.sim.rules.tasks.stopping import SIGKILL_EXIT_CODE, fail_to_start, stopped
from ecslab.sim.state.image import Image
from ecslab.sim.state.task import STARTING, Container, Task
from ecslab.sim.state.task_definition import ContainerDefinition
from ecslab.sim.timers import (
    ContainerExits,
    ContainerStarts,
    CountsAsHealthy,
    DependencyTimedOut,
    ImagePulled,
    TaskStep,
)
from ecslab.sim.world import World

NO_DYNAMIC_PORT = "CannotStartContainerError: every host port of the instance's dynamic range is taken"
"""SS:T-33 names the error; its words are the lab's own."""
NOT_STARTED_EXIT_CODE = 143
"""What a container shows whose dependencies could not be met (PN:T-46)."""
ESSENTIAL_EXIT = "EssentialContainerExited"
ESSENTIAL_REASON = "Essential container in task exited"
OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"
"""PN:T-14, SS:T-31."""


def step(world: World, timer: TaskStep) -> None:
    """The task leaves a state, if it is still in it."""
    task = world.tasks.get(timer.task_arn)
    if task is None or task.last_status != timer.status:
        return
    if timer.status in STARTING and task.desired_status == "STOPPED":
        return
    heard = timer.status == "DEPROVISIONING" or (timer.status == "PROVISIONING" and task.launch_type != "FARGATE")
    if not heard and is_held_back(world, task, timer):
        return
    match timer.status:
        case "PROVISIONING":
            _provisioned(world, task)
        case "PENDING":
            _accepted(world, task)
        case "DEPROVISIONING":
            stopped(world, task)
        case _:
            raise AssertionError(f"no step leaves {timer.status}")


def _provisioned(world: World, task: Task) -> None:
    """The network interface is there, or could not be made (PN:N-42)."""
    if task.eni_id is None:
        vpc = (task.network_configuration or {}).get("awsvpcConfiguration", {})
        is_gone = networking.missing_group(world, vpc.get("securityGroups") or [])
        code = "InvalidGroup.NotFound" if is_gone else "InsufficientFreeAddressesInSubnet"
        lead = "Unexpected EC2 error while attempting to Create Network Interface in subnet"
        fail_to_start(world, task, f"{lead} '{task.subnet_id}': {code}")
        return
    task_changes.task_moved(world, task, "PENDING")
    journal.timer_set(world, durations.pending_ms(task), TaskStep(task.arn, "PENDING"))


def _accepted(world: World, task: Task) -> None:
    """The agent takes the task on, once the tasks before it have really left (PN:R-7)."""
    if task.container_instance_arn and not _agent_has_room(world, task):
        return
    task_changes.task_moved(world, task, "ACTIVATING")
    ebs.attach(world, task)
    obstacle = preparing.obstacle(world, task, preparing.BEFORE_PULL)
    if obstacle is not None:
        fail_to_start(world, task, obstacle)
        return
    advance(world, task)


def _agent_has_room(world: World, task: Task) -> bool:
    """Whether what the instance's agent still sees in use leaves room for a PENDING task (PN:R-7)."""
    instance = world.container_instances[task.container_instance_arn or ""]
    held = [t for t in world.tasks_on(instance.arn) if t.last_status not in ("PROVISIONING", "PENDING")]
    cpu = instance.registered_cpu_units - sum(t.cpu_units for t in held)
    memory = instance.registered_memory_mib - sum(t.memory_mib for t in held)
    ports = {port for t in held for port in t.host_ports}
    return task.cpu_units <= cpu and task.memory_mib <= memory and ports.isdisjoint(task.host_ports)


def advance(world: World, task: Task) -> None:
    """Set going every container that waits no longer, give up those that wait in vain.

    The task is RUNNING when every container has started.
    """
    definitions = world.definition_of(task).container_definitions
    for container, definition in zip(task.containers, definitions, strict=True):
        if task.desired_status == "STOPPED" or task.last_status != "ACTIVATING":
            return
        if not container.is_waiting:
            continue
        if (vain := dependencies.hopeless(task, definition)) is not None:
            give_up(world, task, container, vain.container_name, dependencies.NO_SUCCESS)
        elif dependencies.are_met(task, definition):
            task_changes.pull_started(world, task, container)
            timer = ImagePulled(task.arn, container.name)
            journal.timer_set(world, durations.pull_ms(world, task, container), timer)
    if task.last_status == "ACTIVATING" and all(c.has_started for c in task.containers):
        _all_started(world, task)


def give_up(world: World, task: Task, container: Container, needed: str, why: str) -> None:
    """A container whose dependency failed is marked STOPPED without having run (PN:T-46, PN:X-13)."""
    reason = dependencies.sentence(needed, container.name, why)
    task_changes.container_exited(world, task, container, NOT_STARTED_EXIT_CODE, reason)
    if container.essential:
        fail_to_start(world, task, ESSENTIAL_REASON, ESSENTIAL_EXIT)
    elif why == dependencies.TOO_LATE:
        # Model choice: AWS says that the task stops, not under which code; no essential container has exited.
        fail_to_start(world, task, reason)
    else:
        advance(world, task)


def dependency_timed_out(world: World, timer: DependencyTimedOut) -> None:
    """The startTimeout of a container is over: who still waits for it gives up (PN:T-47, SS:T-18)."""
    task = world.tasks.get(timer.task_arn)
    if task is None or task.desired_status == "STOPPED" or is_held_back(world, task, timer):
        return
    needed = task.container(timer.container)
    for definition in dependencies.waiting_for(world.definition_of(task), timer.container):
        waiter = task.container(definition.name)
        if waiter.is_waiting and not dependencies.came_in_time(definition, needed):
            give_up(world, task, waiter, needed.name, dependencies.TOO_LATE)
            return


def image_pulled(world: World, timer: ImagePulled) -> None:
    """A container's image is there, or cannot be pulled."""
    task = world.tasks.get(timer.task_arn)
    if task is None or task.desired_status == "STOPPED" or is_held_back(world, task, timer):
        return
    container = task.container(timer.container)
    obstacle = preparing.obstacle(world, task, preparing.AFTER_PULL)
    problem = preparing.pull_problem(world, task, container)
    if obstacle is None and problem is None:
        hub_limit.pulled(world, task, container)
    task_changes.pull_stopped(world, task, container, is_there=obstacle is None and problem is None)
    if obstacle is not None:
        fail_to_start(world, task, obstacle)
    elif problem is not None:
        _cannot_start(world, task, container, problem)
    else:
        wait = min(durations.start_ms(world, task, container), durations.start_limit_ms(world, task))
        journal.timer_set(world, wait, ContainerStarts(task.arn, container.name))


def _cannot_start(world: World, task: Task, container: Container, reason: str) -> None:
    """A container does not start: an essential one takes the task with it (PN:T-31, SS:T-31)."""
    task_changes.container_exited(world, task, container, None, reason)
    if container.essential:
        fail_to_start(world, task, reason)
    else:
        advance(world, task)


def container_starts(world: World, timer: ContainerStarts) -> None:
    """A container begins to run, or fails to: no host port (PN:N-26), or the agent's patience is over (SS:T-18)."""
    task = world.tasks.get(timer.task_arn)
    if task is None or task.desired_status == "STOPPED" or is_held_back(world, task, timer):
        return
    container = task.container(timer.container)
    definition = world.definition_of(task).container(container.name)
    if problem := _start_problem(world, task, container, definition):
        _cannot_start(world, task, container, problem)
        return
    image = world.image(container.image)
    task_changes.container_started(world, task, container, image)
    mounts.mount(world, task, container, definition)
    supplies.open_log_stream(world, task, container)
    programs.begin(world, task, container, image)
    _set_clocks(world, task, container, definition, image)
    behind.listening_changed(world, task, container)
    waited_for = dependencies.waiting_for(world.definition_of(task), container.name)
    if definition.start_timeout_s is not None and waited_for:
        timeout = DependencyTimedOut(task.arn, container.name)
        journal.timer_set(world, definition.start_timeout_s * 1000, timeout)
    advance(world, task)


def _start_problem(world: World, task: Task, container: Container, definition: ContainerDefinition) -> str | None:
    limit = durations.start_limit_ms(world, task)
    if durations.start_ms(world, task, container) > limit:
        return f"ContainerRuntimeTimeoutError: Could not transition to started; timed out after waiting {_go(limit)}"
    if not networking.bind_ports(world, task, container, definition):
        return NO_DYNAMIC_PORT
    return None


def _go(duration_ms: int) -> str:
    """A duration as the agent, a Go program, writes it: 3m0s."""
    minutes, seconds = divmod(duration_ms // 1000, 60)
    return f"{minutes}m{seconds}s" if minutes else f"{seconds}s"


def restart(world: World, task: Task, container: Container, exit_code: int, reason: str | None) -> None:
    """A container runs again in place, with the behaviour that its image has now; its clocks begin anew (SS:T-17)."""
    image = world.image(container.image)
    definition = world.definition_of(task).container(container.name)
    task_changes.container_restarted(world, task, container, image, exit_code, reason)
    mounts.mount(world, task, container, definition)
    programs.begin(world, task, container, image)
    _set_clocks(world, task, container, definition, image)
    behind.listening_changed(world, task, container)


def _set_clocks(world: World, task: Task, container: Container, definition: ContainerDefinition, image: Image) -> None:
    """What will come of a container that runs from now on: its end and the verdicts of its health check."""
    run = container.restart_count
    if _outgrows(world, task, container, definition):
        exits = ContainerExits(task.arn, container.name, SIGKILL_EXIT_CODE, run, OUT_OF_MEMORY)
        journal.timer_set(world, 0, exits)
    elif image.exit_after_ms is not None:
        exits = ContainerExits(task.arn, container.name, image.exit_code, run)
        journal.timer_set(world, image.exit_after_ms, exits)
    if definition.health_check:
        schedule_health(world, task, container, definition.health_check, image)


def _outgrows(world: World, task: Task, container: Container, definition: ContainerDefinition) -> bool:
    """Whether a container uses more than its hard limit, or takes its task over the task's memory (PN:T-14).

    Model choice: the container whose start goes over the task's memory is the one that is killed.
    """
    if definition.memory_mib is not None and container.memory_use_mib > definition.memory_mib:
        return True
    of_task = world.definition_of(task).memory_mib
    return of_task is not None and sum(c.memory_use_mib for c in task.containers if c.is_running) > of_task


def _all_started(world: World, task: Task) -> None:
    """Every container runs or has run: the task is RUNNING (SS:T-5)."""
    behind.put_behind(world, task)
    task_changes.task_moved(world, task, "RUNNING")
    if has_essential_check(world.definition_of(task)) or is_behind(world, task):
        verdict_told(world, task)
    else:
        journal.timer_set(world, TIMINGS["healthy_wait_no_checks"], CountsAsHealthy(task.arn))
    for service, deployment in deployment_of(world, task):
        deployment_changes.start_succeeded(world, service, deployment, task.attempt)
    service_looks(world, task)

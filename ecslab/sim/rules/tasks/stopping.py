"""How tasks end: told to, failed to start, or lost with their machine (SS:T-12 to SS:T-16, SS:T-30 to SS:T-34)."""

from __future__ import annotations

from ecslab.sim.changes import deployment_changes, journal, task_changes
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.rules import choosing, networking, providers, stock
from ecslab.sim.rules.load_balancing import targets
from ecslab.sim.rules.storage import mounts
from ecslab.sim.rules.tasks import dependencies, durations
from ecslab.sim.rules.tasks.looking import daemons_look, deployment_of, left_by_task, service_looks
from ecslab.sim.state.task import Container, Task
from ecslab.sim.state.task_definition import ContainerDefinition
from ecslab.sim.timers import ContainerExits, ForgetTask, InstanceEmptied, TaskStep
from ecslab.sim.world import World

SIGKILL_EXIT_CODE = 137
"""SS:T-34."""


def stop(world: World, task: Task, code: str, reason: str, decision: str | None = None) -> None:
    """Begin to stop a task (SS:T-12). Without a choice among tasks the cause itself is the decision.

    Behind a load balancer its targets are drained first, and the stop signal comes when they are gone (SS:T-13).
    Model choice: a task whose essential container has ended has nothing to wait for; its targets drain by themselves.
    """
    decision = decision or choosing.note_stop(world, task, code, reason)
    task_changes.task_stop_decided(world, task, code, reason, decision)
    waits = targets.deregister_task(world, task) and code != "EssentialContainerExited"
    if task.targets:
        task_changes.task_moved(world, task, "DEACTIVATING")
        service_looks(world, task)
    if not waits:
        begin_stopping(world, task)


def interrupt(world: World, task: Task) -> None:
    """Fargate Spot takes a task's capacity back: SIGTERM now, its load balancers let go of it (SS:C-42, SS:C-43).

    A task that runs shows RUNNING until its containers have ended; its service replaces it from now on.
    """
    code, reason = "SpotInterruption", "Your Spot Task was interrupted."
    if task.last_status != "RUNNING":
        stop(world, task, code, reason)
        return
    task_changes.task_stop_decided(world, task, code, reason, choosing.note_stop(world, task, code, reason))
    task_changes.spot_task_interrupted(world, task)
    targets.deregister_task(world, task)
    wind_down(world, task)
    service_looks(world, task)


def begin_stopping(world: World, task: Task) -> None:
    """The stop signal goes out: what the task held is free for placement from now on (PN:R-7)."""
    task_changes.task_moved(world, task, "STOPPING")
    service_looks(world, task)
    left_by_task(world, task)
    wind_down(world, task)


def wind_down(world: World, task: Task) -> None:
    """SIGTERM to each container that nothing depends on any more, SIGKILL after its time (SS:T-12, SS:T-15)."""
    definition = world.definition_of(task)
    for container in task.containers:
        if container.last_status == "PENDING":
            task_changes.container_exited(world, task, container, None, None)
    for container, of_container in zip(task.containers, definition.container_definitions, strict=True):
        if container.awaits_signal and dependencies.may_stop(task, definition, container):
            task_changes.container_told_to_stop(world, task, container)
            wait, exit_code = _exit_when_told(world, task, container, of_container)
            journal.timer_set(world, wait, ContainerExits(task.arn, container.name, exit_code, container.restart_count))
    if all(c.last_status == "STOPPED" for c in task.containers):
        _containers_gone(world, task)


def _exit_when_told(world: World, task: Task, container: Container, definition: ContainerDefinition) -> tuple[int, int]:
    """How long a container runs on after SIGTERM, and its exit code: killed when its time is up (SS:K-18, SS:T-34)."""
    timeout = durations.stop_limit_ms(world, task, definition)
    if container.handles_sigterm and TIMINGS["app_exit"] <= timeout:
        return TIMINGS["app_exit"], 0
    return timeout, SIGKILL_EXIT_CODE


def fail_to_start(world: World, task: Task, reason: str, code: str = "TaskFailedToStart") -> None:
    """The task never reaches RUNNING (SS:T-31). It counts as a failure now, what runs of it is stopped (SS:W-7)."""
    decision = choosing.note_stop(world, task, code, reason)
    task_changes.task_stop_decided(world, task, code, reason, decision)
    _count_failed_start(world, task)
    task_changes.task_moved(world, task, "STOPPING")
    wind_down(world, task)


def _count_failed_start(world: World, task: Task) -> None:
    for service, deployment in deployment_of(world, task):
        deployment_changes.start_failed(world, deployment, task.attempt)
        if not deployment.has_run:
            deployment_changes.breaker_counted(world, service, deployment, 1)


def _containers_gone(world: World, task: Task) -> None:
    task_changes.execution_stopped(world, task)
    if task.last_status == "RUNNING":
        task_changes.task_moved(world, task, "STOPPING")
    if task.network_mode == "awsvpc" and not task.waits_for_capacity:
        task_changes.task_moved(world, task, "DEPROVISIONING")
        journal.timer_set(world, TIMINGS["deprovisioning.awsvpc"], TaskStep(task.arn, "DEPROVISIONING"))
        service_looks(world, task)
        left_by_task(world, task)
    else:
        stopped(world, task)


def stopped(world: World, task: Task) -> None:
    """The last state: the interface is deleted, everything that the task held is free (PN:R-8)."""
    networking.detach_interface(world, task)
    mounts.release(world, task)
    task_changes.task_moved(world, task, "STOPPED")
    journal.timer_set(world, TIMINGS["stopped_task_kept"], ForgetTask(task.arn))
    _give_back(world, task)
    providers.task_changed(world, task)
    _wake_waiting(world, task)
    service_looks(world, task)
    left_by_task(world, task)


def _give_back(world: World, task: Task) -> None:
    """Fargate has its vCPUs again; a draining instance may be empty now (SS:C-34, PN:P-53)."""
    stock.task_given_back(world, task)
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance is None or instance.status != "DRAINING":
        return
    daemons_look(world, instance.cluster_name)
    if not world.tasks_on(instance.arn):
        journal.timer_set(world, 0, InstanceEmptied(instance.arn))


def _wake_waiting(world: World, task: Task) -> None:
    """Tasks that waited in PENDING for this one's resources look again (PN:R-7)."""
    for waiting in world.tasks_on(task.container_instance_arn or ""):
        provisioning = durations.provisioning_ms(waiting.launch_type) if waiting.network_mode == "awsvpc" else 0
        if (
            waiting.last_status == "PENDING"
            and waiting.placed_at_ms + provisioning + durations.pending_ms(waiting) <= world.now_ms
        ):
            journal.timer_set(world, 0, TaskStep(waiting.arn, "PENDING"))


def lose(world: World, task: Task, code: str, reason: str) -> None:
    """The machine under a task is gone: it is STOPPED at once (SS:C-44), a failed start if it never ran (SS:S-30)."""
    if task.desired_status != "STOPPED":
        decision = choosing.note_stop(world, task, code, reason)
        task_changes.task_stop_decided(world, task, code, reason, decision)
        if task.started_at_ms is None:
            _count_failed_start(world, task)
    targets.deregister_task(world, task)
    if task.last_status not in ("STOPPING", "DEPROVISIONING"):
        task_changes.task_moved(world, task, "STOPPING")
    for container in task.containers:
        if container.last_status != "STOPPED":
            task_changes.container_exited(world, task, container, None, reason)
    task_changes.execution_stopped(world, task)
    stopped(world, task)


def forget(world: World, timer: ForgetTask) -> None:
    """An hour after STOPPED (SS:T-11)."""
    task = world.tasks.get(timer.task_arn)
    if task:
        task_changes.task_forgotten(world, task)

"""What containers do once they run: end, be started again in place, change their health (SS:T-16, SS:T-17, SS:T-22)."""

from __future__ import annotations

from ecslab.sim.changes import task_changes
from ecslab.sim.rules.health import task_health
from ecslab.sim.rules.tasks import behind, starting, stopping
from ecslab.sim.rules.tasks.health import verdict_told
from ecslab.sim.rules.tasks.looking import is_held_back
from ecslab.sim.state.task import Container, Task
from ecslab.sim.timers import ContainerExits, HealthChanges
from ecslab.sim.world import World


def container_due_to_exit(world: World, timer: ContainerExits) -> None:
    """An image's `exitAfter` has passed, or the container has had its signal and its time (SS:T-12)."""
    task = world.tasks.get(timer.task_arn)
    if task is None or is_held_back(world, task, timer):
        return
    container = task.container(timer.container)
    if container.is_running and container.restart_count == timer.run:
        container_exits(world, task, container, timer.exit_code, timer.reason)


def container_exits(world: World, task: Task, container: Container, exit_code: int, reason: str | None = None) -> None:
    """A container ends: it is started again in place, or ends its task, or lets others start or stop (SS:T-16)."""
    if task.desired_status != "STOPPED" and may_restart(world, task, container, exit_code):
        starting.restart(world, task, container, exit_code, reason)
        return
    task_changes.container_exited(world, task, container, exit_code, reason)
    behind.listening_changed(world, task, container)
    if task.last_status == "STOPPING" or (task.last_status == "RUNNING" and task.desired_status == "STOPPED"):
        stopping.wind_down(world, task)
    elif task.last_status == "DEACTIVATING" and container.essential:
        stopping.begin_stopping(world, task)
    elif task.desired_status == "STOPPED":
        return
    elif not container.essential:
        starting.advance(world, task)
    elif task.started_at_ms is None:
        stopping.fail_to_start(world, task, starting.ESSENTIAL_REASON, starting.ESSENTIAL_EXIT)
    else:
        stopping.stop(world, task, starting.ESSENTIAL_EXIT, starting.ESSENTIAL_REASON)


def may_restart(world: World, task: Task, container: Container, exit_code: int) -> bool:
    """Whether the restart policy starts an ended container again: it ran for the whole period (SS:T-17, PN:T-32)."""
    policy = world.definition_of(task).container(container.name).restart_policy
    if policy is None or exit_code in policy.ignored_exit_codes:
        return False
    return world.now_ms - (container.started_at_ms or 0) >= policy.attempt_period_s * 1000


def health_changes(world: World, timer: HealthChanges) -> None:
    """A container health check has a new verdict (SS:T-21, SS:T-22); who waited for it may start (PN:T-41)."""
    task = world.tasks.get(timer.task_arn)
    if task is None or task.desired_status == "STOPPED" or is_held_back(world, task, timer):
        return
    container = task.container(timer.container)
    if not container.is_running or container.restart_count != timer.run:
        return
    health = task_health(task, container, timer.status)
    task_changes.container_health_changed(world, task, container, timer.status, health)
    if task.last_status == "ACTIVATING":
        starting.advance(world, task)
    if task.is_running:
        verdict_told(world, task)

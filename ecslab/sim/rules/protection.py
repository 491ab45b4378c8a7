"""Task scale-in protection: what it lasts for and who may have it (SS:S-50 to SS:S-54)."""

from __future__ import annotations

from ecslab.sim.changes import journal, service_changes, task_changes
from ecslab.sim.state.task import Task
from ecslab.sim.timers import ProtectionEnds
from ecslab.sim.world import World

MS_PER_MINUTE = 60_000


def obstacle(world: World, task: Task, *, enabling: bool) -> str | None:
    """Why a task cannot be protected now, None when it can (SS:S-52).

    Model choice: a task that is stopping is not valid either, and a service is blocked while its protected tasks are
    more than it wants.
    """
    service = world.services.get(task.service_arn or "")
    if service is None or task.desired_status == "STOPPED":
        return "TASK_NOT_VALID"
    return "DEPLOYMENT_BLOCKED" if enabling and not task.is_protected and "protected" in service.told else None


def protect(world: World, task: Task, minutes: int) -> None:
    """Protect a task for so many minutes from now, whatever was left before (SS:S-50)."""
    duration_ms = minutes * MS_PER_MINUTE
    until_ms = world.now_ms + duration_ms
    task_changes.protection_set(world, task, until_ms)
    journal.timer_set(world, duration_ms, ProtectionEnds(task.arn, until_ms))


def unprotect(world: World, task: Task) -> None:
    """A task has no protection any more, and its service looks at once (SS:S-54)."""
    task_changes.protection_set(world, task, None)
    service = world.services.get(task.service_arn or "")
    if service:
        service_changes.condition_ended(world, service, "rebalancingFailed")
        service_changes.reconcile_queued(world, service)


def protection_ends(world: World, timer: ProtectionEnds) -> None:
    """The protection of a task expires, unless it was set anew or taken away since (SS:S-50, SS:S-54)."""
    task = world.tasks.get(timer.task_arn)
    if task and task.protected_until_ms == timer.until_ms:
        unprotect(world, task)

"""When a task counts as healthy, and what the verdict of a health check leads to (SS:T-20 to SS:T-25, SS:D-6)."""

from __future__ import annotations

from ecslab.sim.changes import deployment_changes, task_changes
from ecslab.sim.rules.load_balancing import targets
from ecslab.sim.rules.tasks.looking import deployment_of, service_looks, wait_then_look
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.timers import CountsAsHealthy
from ecslab.sim.world import World


def has_essential_check(definition: TaskDefinition) -> bool:
    """Whether some essential container has a health check (SS:D-6)."""
    return any(c.essential and c.health_check for c in definition.container_definitions)


def counts_as_healthy(world: World, timer: CountsAsHealthy) -> None:
    """Forty seconds of RUNNING without checks (SS:D-6)."""
    task = world.tasks.get(timer.task_arn)
    if task and task.is_running:
        judge(world, task, is_healthy=True)


def judge(world: World, task: Task, *, is_healthy: bool) -> None:
    """A task counts as healthy from now on, or no longer; the first of its deployment ends the failures (SS:D-15)."""
    task_changes.task_counts_as_healthy(world, task, is_healthy)
    for service, deployment in deployment_of(world, task) if is_healthy else ():
        deployment_changes.deployment_ran_well(world, deployment)
        deployment_changes.breaker_reset(world, service, deployment)
    service_looks(world, task)


def is_behind(world: World, task: Task) -> bool:
    """Whether a task is, or is to be, behind load balancers."""
    return bool(task.targets) or any(d.load_balancers for _, d in deployment_of(world, task))


def passes_checks(world: World, task: Task) -> bool:
    """Whether every check there is has found a task healthy: containers' and load balancers' (SS:D-6, PN:L-41)."""
    if has_essential_check(world.definition_of(task)) and task.health_status != "HEALTHY":
        return False
    needed = [len(d.load_balancers) for _, d in deployment_of(world, task)]
    found = [target for _, target in targets.targets_of(world, task) if target.state == "healthy"]
    return len(found) >= max(len(task.targets), *needed, 0)


def failing_group(world: World, task: Task) -> str | None:
    """The first target group that finds a task unhealthy or has lost it, by ARN (PN:L-42)."""
    if not task.targets:
        return None
    found = {group.arn: target for group, target in targets.targets_of(world, task)}
    for place in task.targets:
        target = found.get(place.target_group_arn)
        if target is None or target.state == "draining" or target.is_failing:
            return place.target_group_arn
    return None


def is_found_unhealthy(world: World, task: Task) -> bool:
    """Whether a check of a container or a load balancer finds a task unhealthy (SS:S-21)."""
    return task.health_status == "UNHEALTHY" or failing_group(world, task) is not None


def verdict_told(world: World, task: Task) -> None:
    """The health of a RUNNING task may have changed: the scheduler hears of it (SS:D-6, SS:S-21)."""
    if has_essential_check(world.definition_of(task)) or is_behind(world, task):
        judge(world, task, is_healthy=passes_checks(world, task))
        look_after_grace(world, task)


def look_after_grace(world: World, task: Task) -> None:
    """A check that is failing when the grace period ends acts at once, so the scheduler looks then (SS:S-26)."""
    service = world.services.get(task.service_arn or "")
    if service and is_found_unhealthy(world, task) and not grace_is_over(world, service, task):
        wait_then_look(world, service.arn, _grace_end_ms(service, task) - world.now_ms)


def grace_is_over(world: World, service: Service, task: Task) -> bool:
    """Unhealthy verdicts count after the grace period, which begins at RUNNING (SS:S-25, SS:S-26)."""
    return world.now_ms >= _grace_end_ms(service, task)


def _grace_end_ms(service: Service, task: Task) -> int:
    return (task.started_at_ms or 0) + service.health_check_grace_period_s * 1000

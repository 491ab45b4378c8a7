"""The service scheduler: bring what runs to what is wanted (SS sections S and D).

It is event driven (SS:K-3): it looks whenever a service, its tasks or its usable capacity changed, and repeats its
arithmetic in the same instant until neither a start nor a stop is possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ecslab.sim.changes import deployment_changes, service_changes
from ecslab.sim.data.tables import THROTTLE_WAITS
from ecslab.sim.rules import choosing, launch_rate, rebalancing, service_tasks, target_messages
from ecslab.sim.rules.deployments import (
    alarm_rollback,
    circuit_breaker,
    daemons,
    plans,
    records,
    rollback,
    rolling,
    steps,
)
from ecslab.sim.rules.placement.stop_queue import StopQueue
from ecslab.sim.rules.service_events import names, say, say_while
from ecslab.sim.rules.tasks import health, stopping
from ecslab.sim.rules.tasks.looking import wait_then_look
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.state.task import Task
from ecslab.sim.timers import Reconcile
from ecslab.sim.world import World

MAX_STEPS = 64
IMPAIRED_AFTER = 3
"""Failures after which the service says that it cannot start tasks (SS:S-33)."""


def reconcile(world: World, timer: Reconcile) -> None:
    """Look at a service: step until nothing more can be done now, then say where it stands."""
    service = world.services.get(timer.service_arn)
    if service is None or service.status == "INACTIVE":
        return
    if not service.is_daemon:
        _daemons_first(world, service)
    service_changes.reconcile_begun(world, service)
    target_messages.tell_news(world, service)
    target_messages.tell_unhealthy(world, service)
    if service.status == "ACTIVE":
        target_messages.tell_missing(world, service)
        records.begin(world, service)
        rollback.carry_out(world, service)
        circuit_breaker.judge(world, service)
        alarm_rollback.judge(world, service)
        rebalancing.go_on(world, service)
    count_failures(world, service)
    daemons.count(world, service)
    for _ in range(MAX_STEPS):
        plan = plans.plan(world, service)
        if service.unplaced_count and 0 < plan.wanted < service.unplaced_count:
            message, decision = service.unplaced_message, service.unplaced_decision
            service_changes.unplaced(world, service, plan.wanted, message, decision)
        if not plan.wanted and service.unplaced_count:
            service_changes.unplaced(world, service, 0, None, None)
            deployment_changes.throttle_reset(world, service.primary)
        if not take_step(world, service, plan):
            break
    _wait_for_launches(world, service, plan)
    if service.status == "DRAINING":
        if not world.tasks_of(service.arn):
            service_changes.service_inactive(world, service)
        return
    daemons.tell_unplaced(world, service)
    settle(world, service)


def _wait_for_launches(world: World, service: Service, plan: rolling.Plan) -> None:
    """Starts that only the rate of launches holds up come when it allows them (IC:Q-10, IC:Q-27)."""
    has_planned = service.launch_look_ms is not None and service.launch_look_ms > world.now_ms
    if has_planned or service.is_daemon or plan.waits or plan.is_blocked or plan.starts or not plan.wanted:
        return
    if not launch_rate.room(world, service):
        delay_ms = launch_rate.wait_ms(world, service, plan.wanted)
        service_changes.launch_look_planned(service, world.now_ms + delay_ms)
        wait_then_look(world, service.arn, delay_ms)


def _daemons_first(world: World, service: Service) -> None:
    """Daemons that are to look in this instant take their places before the tasks of other services (PN:P-53)."""
    for other in list(world.services.values()):
        if other.is_daemon and other.reconcile_queued and other.cluster_name == service.cluster_name:
            reconcile(world, Reconcile(other.arn))


def take_step(world: World, service: Service, plan: rolling.Plan) -> bool:
    """Do a step's starts, then its stops (SS:D-7); whether it changed anything."""
    if not plan.starts and not plan.restarts and not plan.stops:
        return False
    started = start_tasks(world, service, service.primary, plan.starts, plan.places)
    if plan.restarted is not None:
        started += start_tasks(world, service, plan.restarted, plan.restarts)
    stopped = stop_tasks(world, service, plan)
    values = steps.values(service, plan, started=started, stopped=stopped)
    deployment_changes.deployment_stepped(world, service, values)
    return bool(started or stopped)


def start_tasks(
    world: World, service: Service, deployment: Deployment, count: int, places: Sequence[str] = ()
) -> list[Task]:
    """Place up to `count` new tasks of a deployment's revision one by one; those that were placed (PN:S-4).

    `places` are the instances for them in a DAEMON service (PN:P-51). The share of a capacity provider without room
    waits, and the others get theirs (SS:C-57).
    """
    if not count:
        return []
    attempt = deployment_changes.attempt_begun(world, deployment)
    placed: list[Task] = []
    short: Counter[str] = Counter()
    while len(placed) + short.total() < count:
        provider = service_tasks.next_provider(world, service, deployment, short)
        if provider is not None and provider in short:
            short[provider] += 1
            continue
        where = service_tasks.Where(provider=provider, instance=places[len(placed)] if places else None)
        task = service_tasks.start(world, service, deployment, attempt, where)
        if task is not None:
            placed.append(task)
        else:
            short[provider or ""] += 1 if provider else count - len(placed)
    if short:
        _not_placed(world, service, deployment, attempt, short.total())
    elif not service.is_daemon:
        service_changes.unplaced(world, service, 0, None, None)
        service_changes.condition_ended(world, service, "unplaced")
    if placed:
        launch_rate.count(world, service, len(placed))
        say(world, service, f"has started {len(placed)} tasks: {names(placed)}.")
    return placed


def _not_placed(world: World, service: Service, deployment: Deployment, attempt: int, missing: int) -> None:
    """Lack of room is throttled like a failed start (SS:S-35), and counted like one (SS:D-15)."""
    service_changes.unplaced(world, service, missing, service.unplaced_message, service.unplaced_decision)
    deployment_changes.tasks_failed(world, deployment, missing)
    if not deployment.has_run:
        deployment_changes.breaker_counted(world, service, deployment, missing)
    _fail_attempt(world, service, deployment, attempt)


def _fail_attempt(world: World, service: Service, deployment: Deployment, attempt: int) -> None:
    """One more failure, a longer wait, and at the third in a row a message (SS:S-32, SS:S-33)."""
    wait = THROTTLE_WAITS[min(deployment.throttle.failures, len(THROTTLE_WAITS) - 1)]
    deployment_changes.attempt_failed(world, service, deployment, attempt, wait)
    wait_then_look(world, service.arn, wait)
    if deployment.throttle.failures == IMPAIRED_AFTER:
        text = (
            "is unable to consistently start tasks successfully. For more information, see the Troubleshooting section."
        )
        say(world, service, text)


def count_failures(world: World, service: Service) -> None:
    """Tasks that stop without ever having been RUNNING slow the service down, once an attempt (SS:S-30 to SS:S-34)."""
    for deployment in service.deployments:
        if deployment.rollout_state == "FAILED":
            continue
        if deployment.throttle.failed_attempt > deployment.throttle.counted_attempt:
            _fail_attempt(world, service, deployment, deployment.throttle.failed_attempt)


def stop_tasks(world: World, service: Service, plan: rolling.Plan) -> list[Task]:
    """Stop what the plan says, one at a time, each chosen anew (PN:K-10); old revisions first."""
    running: list[Task] = []
    pending: list[Task] = []
    for pool, count in (
        (plan.free, len(plan.free)),
        (_unhealthy_pool(plan), plan.unhealthy_stops),
        (plan.old, plan.old_stops),
        (plan.removable, plan.surplus),
    ):
        if not count:
            continue
        queue = StopQueue(world, service, pool)
        for _ in range(count):
            victim, decision = choosing.choose_queued(world, service, queue)
            (running if victim.last_status == "RUNNING" else pending).append(victim)
            _stop(world, service, victim, decision)
    if running:
        say(world, service, f"has stopped {len(running)} running tasks: {names(running)}.")
    if pending:
        say(world, service, f"stopped {len(pending)} pending tasks.")
    target_messages.tell_news(world, service)
    return [*running, *pending]


def _unhealthy_pool(plan: rolling.Plan) -> tuple[Task, ...]:
    """Without room the oldest unhealthy tasks make place for their replacements (SS:S-22)."""
    if plan.is_blocked and plan.unhealthy:
        by_age = sorted(plan.unhealthy, key=lambda t: (t.started_at_ms or 0, t.serial))
        return tuple(by_age[: plan.unhealthy_stops])
    return plan.unhealthy


def _stop(world: World, service: Service, victim: Task, decision: str) -> None:
    """Stop one task, and say so when a failed health check is why (SS:T-31)."""
    reason = f"Scaling activity initiated by (deployment {service.primary.id})"
    daemons.tell_violated(world, service, victim)
    if rolling.is_unhealthy(world, service, victim):
        reason = _why_unhealthy(world, service, victim)
        deployment = service.deployment(victim.deployment_id)
        if deployment:
            deployment_changes.tasks_failed(world, deployment, 1)
            deployment_changes.breaker_counted(world, service, deployment, 1)
    stopping.stop(world, victim, "ServiceSchedulerInitiated", reason, decision)


def _why_unhealthy(world: World, service: Service, victim: Task) -> str:
    """The stoppedReason of a task that a check has found unhealthy (SS:T-31); a target's verdict has been told."""
    group = health.failing_group(world, victim)
    if group is not None:
        return f"Task failed ELB health checks in (target-group {group})"
    say(world, service, f"(task {victim.id}) failed container health checks.")
    return "Task failed container health checks"


def settle(world: World, service: Service) -> None:
    """Say what has been reached: replaced, completed, stuck or steady (SS:D-5, SS:D-12, SS:D-14, SS:S-45)."""
    all_tasks = world.tasks_of(service.arn)
    for deployment in service.deployments[1:]:
        if not any(t.deployment_id == deployment.id for t in all_tasks):
            deployment_changes.deployment_replaced(world, service, deployment)
    alive = rolling.staying(world, service, all_tasks)
    moving = any(t not in alive and not t.is_stopping for t in all_tasks)
    is_whole = len(alive) == service.desired_count and not moving and not rolling.left_over(service, all_tasks)
    is_reached = service.primary.rollout_state == "IN_PROGRESS" and rolling.is_reached(world, service, all_tasks)
    if is_reached and alarm_rollback.has_baked(world, service) and rolling.is_cleaned_up(service, all_tasks):
        deployment_changes.deployment_completed(world, service)
        records.complete(world, service)
        say(world, service, f"(deployment {service.primary.id}) deployment completed.")
    _tell_protected(world, service, all_tasks)
    _tell_stuck(world, service, all_tasks)
    if is_whole and service.primary.rollout_state == "COMPLETED" and all(_is_well(world, t) for t in alive):
        say_while(world, service, "steady", "has reached a steady state.")
        rebalancing.look(world, service)
    else:
        service_changes.condition_ended(world, service, "steady")


def _tell_protected(world: World, service: Service, all_tasks: list[Task]) -> None:
    """More tasks are protected from scale-in than are wanted (SS:S-53)."""
    if sum(1 for t in all_tasks if t.is_protected and not t.is_stopping) <= service.desired_count:
        service_changes.condition_ended(world, service, "protected")
        return
    lead = f"was unable to reach steady state because task set ({service.primary.id}) was unable to scale in."
    text = "Reason: The number of protected tasks are more than the desired count of tasks."
    say_while(world, service, "protected", f"{lead} {text}")


def _is_well(world: World, task: Task) -> bool:
    """RUNNING, and healthy in every check there is (SS:S-45)."""
    return task.last_status == "RUNNING" and health.passes_checks(world, task)


def _tell_stuck(world: World, service: Service, all_tasks: list[Task]) -> None:
    """Old tasks are left, everything is healthy, and the percentages allow neither a start nor a stop (SS:D-5)."""
    at_rest = all(t.counts_as_healthy and not t.is_stopping for t in all_tasks)
    has_old = len(service.deployments) > 1
    is_open = service.primary.rollout_state != "FAILED" and not any(t.is_protected for t in all_tasks)
    is_open = is_open and not rolling.is_baking(world, service, all_tasks)
    if is_open and has_old and at_rest and len(all_tasks) >= service.ceiling and not service.unplaced_count:
        if service.stuck_since_ms is None:
            service_changes.service_stuck(world, service, world.now_ms)
        lead = "was unable to stop or start tasks during a deployment because of the service"
        text = "deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again."
        say_while(world, service, "stuck", f"{lead} {text}")
    elif service.stuck_since_ms is not None:
        service_changes.service_stuck(world, service, None)
        service_changes.condition_ended(world, service, "stuck")

"""The service scheduler for REPLICA services: bring what runs to what is wanted (SS sections S and D).

It is event driven (SS:K-3): it looks whenever a service, its tasks or its usable capacity changed, and repeats its
arithmetic in the same instant until neither a start nor a stop is possible.
"""

from __future__ import annotations

from ecslab.sim import changes
from ecslab.sim.data.tables import THROTTLE_WAITS
from ecslab.sim.rules import choosing, tasks
from ecslab.sim.rules.deployments import rolling
from ecslab.sim.rules.placement import place
from ecslab.sim.state.service import Service
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
    changes.reconcile_begun(world, service)
    if service.status == "DRAINING":
        if not world.tasks_of(service.arn):
            changes.service_inactive(world, service)
        return
    count_failures(world, service)
    for _ in range(MAX_STEPS):
        plan = rolling.plan(world, service, may_start=_may_start(world, service))
        if not plan.starts and not plan.stops:
            break
        changes.deployment_stepped(world, service, rolling.step_values(plan))
        placed = start_tasks(world, service, plan.starts)
        stop_tasks(world, service, plan)
        if not plan.stops and not placed:
            break
    settle(world, service)


def _may_start(world: World, service: Service) -> bool:
    retry = service.throttle.retry_at_ms
    return service.primary.rollout_state != "FAILED" and (retry is None or world.now_ms >= retry)


def start_tasks(world: World, service: Service, count: int) -> int:
    """Place up to `count` new tasks of the PRIMARY revision one by one; how many were placed (PN:S-4)."""
    if not count:
        return 0
    attempt = changes.attempt_begun(world, service)
    placed: list[Task] = []
    for number in range(count):
        task = start_task(world, service, attempt)
        if task is None:
            _not_placed(world, service, attempt, count - number)
            break
        placed.append(task)
    else:
        changes.unplaced(world, service, 0, None, None)
    if placed:
        names = " ".join(f"(task {task.id})" for task in placed)
        changes.service_event(world, service, f"(service {service.name}) has started {len(placed)} tasks: {names}.")
    return len(placed)


def wishes(service: Service) -> choosing.Wishes:
    """What a service asks of placement."""
    vpc = (service.primary.network_configuration or {}).get("awsvpcConfiguration", {})
    subnets = tuple(vpc.get("subnets", ()))
    return choosing.Wishes(service.placement_constraints, service.placement_strategies, subnets, is_service=True)


def start_task(world: World, service: Service, attempt: int) -> Task | None:
    """Make one task of the PRIMARY revision where there is a place for it; None when there is none (PN:P-50)."""
    deployment = service.primary
    definition = world.task_definitions[deployment.task_definition_arn]
    group = f"service:{service.name}"
    spec = tasks.TaskSpec(
        definition=definition,
        cluster_name=service.cluster_name,
        group=group,
        launch_type="FARGATE" if deployment.launch_type == "FARGATE" else "EC2",
        service_arn=service.arn,
        deployment_id=deployment.id,
        started_by=deployment.id,
        attempt=attempt,
        platform_version=deployment.platform_version,
        network_configuration=deployment.network_configuration,
    )
    if deployment.launch_type == "FARGATE":
        subnet_id, decision = choosing.choose_subnet(world, service.cluster_name, group, wishes(service).subnets)
        return tasks.launch_on_fargate(world, spec, subnet_id, decision)
    request = choosing.request_for(definition, service.cluster_name, group, wishes(service))
    instance_arn, decision = choosing.choose_instance(world, request)
    if instance_arn is None:
        found = place.decide(world, request, lambda _stream, _n: 0)
        message = place.unplaced_sentence(found, service.name)
        if message != service.unplaced_message:
            changes.service_event(world, service, message)
        changes.unplaced(world, service, service.unplaced_count, message, decision)
        return None
    return tasks.launch_on_instance(world, spec, instance_arn, decision)


def _not_placed(world: World, service: Service, attempt: int, missing: int) -> None:
    """Lack of room is throttled like a failed start (SS:S-35)."""
    changes.unplaced(world, service, missing, service.unplaced_message, service.unplaced_decision)
    if service.throttle.last_failed_attempt != attempt:
        _fail_attempt(world, service, attempt)


def _fail_attempt(world: World, service: Service, attempt: int) -> None:
    wait = THROTTLE_WAITS[min(service.throttle.failures, len(THROTTLE_WAITS) - 1)]
    changes.attempt_failed(world, service, attempt, wait)
    tasks.wait_then_look(world, service.arn, wait)


def count_failures(world: World, service: Service) -> None:
    """Tasks that stop without ever having been RUNNING slow the service down, once an attempt (SS:S-30 to SS:S-34)."""
    if service.throttle.failed_attempt <= service.throttle.last_failed_attempt:
        return
    _fail_attempt(world, service, service.throttle.failed_attempt)
    if service.throttle.failures == IMPAIRED_AFTER:
        changes.service_event(
            world,
            service,
            f"(service {service.name}) is unable to consistently start tasks successfully. "
            "For more information, see the Troubleshooting section.",
        )


def stop_tasks(world: World, service: Service, plan: rolling.Plan) -> None:
    """Stop what the plan says, one at a time, each chosen anew (PN:K-10); old revisions first."""
    running: list[Task] = []
    pending: list[Task] = []
    for pool, count in ((plan.free_stops, len(plan.free_stops)), (plan.old, plan.old_stops), (plan.new, plan.surplus)):
        for _ in range(count):
            candidates = [task for task in pool if not task.is_stopping and task.last_status != "STOPPED"]
            victim, decision = choosing.choose_victim(world, service, candidates)
            (running if victim.last_status == "RUNNING" else pending).append(victim)
            reason = f"Scaling activity initiated by (deployment {service.primary.id})"
            if victim.health_status == "UNHEALTHY":
                reason = "Task failed container health checks"
                message = f"(service {service.name}) (task {victim.id}) failed container health checks."
                changes.service_event(world, service, message)
            tasks.stop(world, victim, "ServiceSchedulerInitiated", reason, decision)
    if running:
        names = " ".join(f"(task {task.id})" for task in running)
        count = len(running)
        changes.service_event(world, service, f"(service {service.name}) has stopped {count} running tasks: {names}.")
    if pending:
        changes.service_event(world, service, f"(service {service.name}) stopped {len(pending)} pending tasks.")


def settle(world: World, service: Service) -> None:
    """Say what has been reached: deployment completed, steady state, or stuck (SS:D-5, SS:D-14, SS:S-45)."""
    all_tasks = world.tasks_of(service.arn)
    new = [t for t in all_tasks if t.deployment_id == service.primary.id]
    alive = [t for t in new if not t.is_stopping]
    old = [t for t in all_tasks if t.deployment_id != service.primary.id]
    healthy = [t for t in alive if t.counts_as_healthy]
    if (
        service.primary.rollout_state == "IN_PROGRESS"
        and not old
        and len(healthy) == len(alive) == service.desired_count
    ):
        changes.deployment_completed(world, service)
        message = f"(service {service.name}) (deployment {service.primary.id}) deployment completed."
        changes.service_event(world, service, message)
    _tell_stuck(world, service, all_tasks, old)
    running = [t for t in alive if t.last_status == "RUNNING" and t.health_status != "UNHEALTHY"]
    is_steady = service.primary.rollout_state != "IN_PROGRESS" and len(running) == len(alive) == service.desired_count
    if is_steady and not service.is_steady:
        changes.service_event(world, service, f"(service {service.name}) has reached a steady state.")
    if is_steady != service.is_steady:
        changes.steady(world, service, is_steady)


def _tell_stuck(world: World, service: Service, all_tasks: list[Task], old: list[Task]) -> None:
    """Old tasks are left, everything is healthy, and the percentages allow neither a start nor a stop (SS:D-5)."""
    at_rest = all(t.counts_as_healthy and not t.is_stopping for t in all_tasks)
    is_stuck = bool(old) and at_rest and len(all_tasks) >= service.ceiling and not service.unplaced_count
    if is_stuck and service.stuck_since_ms is None:
        changes.service_stuck(world, service, world.now_ms)
        changes.service_event(
            world,
            service,
            f"(service {service.name}) was unable to stop or start tasks during a deployment because of the service "
            "deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
        )
    elif not is_stuck and service.stuck_since_ms is not None:
        changes.service_stuck(world, service, None)

"""Changes of deployments and of how their starts are throttled."""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import journal, service_changes, waking
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.timers import Reconcile
from ecslab.sim.world import World


def deployment_started(world: World, service: Service, deployment: Deployment) -> None:
    """A new PRIMARY deployment, with no failed start yet; the others become ACTIVE (SS:D-12, SS:S-33)."""
    for other in service.deployments:
        other.status = "ACTIVE"
    _put_first(world, service, deployment)


def _put_first(world: World, service: Service, deployment: Deployment) -> None:
    service.deployments.insert(0, deployment)
    deployment.begun_at_ms = world.now_ms
    deployment.bakes_until_ms = None
    watched = [world.alarms[name] for name in service.alarms.names if name in world.alarms]
    deployment.ignores_alarms = service.alarms.is_on and any(alarm.state == "ALARM" for alarm in watched)
    service.told.clear()
    service.stuck_since_ms = None
    service_changes.unplaced(world, service, 0, None, None)
    deployment_told(world, service, deployment, deployment.rollout_state)


def deployment_failed(world: World, service: Service, reason: str) -> None:
    """The PRIMARY deployment is FAILED and starts no more tasks (SS:D-14, SS:D-23)."""
    primary = service.primary
    primary.rollout_state = "FAILED"
    primary.rollout_state_reason = reason
    primary.updated_at_ms = primary.finished_at_ms = world.now_ms
    deployment_told(world, service, primary, primary.rollout_state)


def rolled_back(world: World, service: Service, target: Deployment, reason: str, *, has_run: bool) -> None:
    """An older deployment is the one to reach again, under its own id and with what it deployed (SS:D-27, SS:D-28)."""
    service.deployments = [d for d in service.deployments if d is not target]
    if service.retired is target:
        service.retired = None
    for other in service.deployments:
        other.status = "ACTIVE"
    target.status, target.rollout_state, target.rollout_state_reason = "PRIMARY", "IN_PROGRESS", reason
    target.updated_at_ms, target.finished_at_ms = world.now_ms, None
    target.desired_count = service.desired_count
    target.failed_tasks = target.breaker_failures = 0
    target.has_run = has_run
    throttle_reset(world, target)
    service.task_definition_arn = target.task_definition_arn
    service.network_configuration = target.network_configuration
    service.platform_version = target.platform_version
    service.load_balancers = target.load_balancers
    service.launch_type, service.strategy = target.launch_type, target.strategy
    _put_first(world, service, target)


def bake_begun(world: World, service: Service, bake_ms: int) -> None:
    """The PRIMARY deployment has reached what it deploys and is watched for a while (SS:D-34)."""
    service.primary.bakes_until_ms = world.now_ms + bake_ms
    journal.timer_set(world, bake_ms, Reconcile(service.arn))


def deployment_told(world: World, service: Service, deployment: Deployment, state: str) -> None:
    """What has become of a deployment: its rolloutState, or INACTIVE."""
    journal.record(
        world,
        "deployment",
        service.arn,
        cluster=service.cluster_name,
        service=service.name,
        deployment=deployment.id,
        state=state,
        taskDefinition=world.task_definitions[deployment.task_definition_arn].name,
        reason=deployment.rollout_state_reason,
    )
    waking.scaling_moves(world, service.arn)


def deployment_completed(world: World, service: Service) -> None:
    """The PRIMARY deployment is COMPLETED (SS:D-14)."""
    primary = service.primary
    primary.rollout_state = "COMPLETED"
    primary.rollout_state_reason = f"ECS deployment {primary.id} completed."
    primary.updated_at_ms = primary.finished_at_ms = world.now_ms
    deployment_told(world, service, primary, primary.rollout_state)


def deployment_replaced(world: World, service: Service, deployment: Deployment) -> None:
    """An older deployment without tasks is INACTIVE and no longer listed (SS:D-12); rollbacks reach it (SS:D-27)."""
    service.deployments.remove(deployment)
    deployment.status = "INACTIVE"
    if deployment.rollout_state == "COMPLETED":
        service.retired = deployment
    deployment_told(world, service, deployment, "INACTIVE")


def tasks_failed(world: World, deployment: Deployment, count: int) -> None:
    """Tasks could not be launched, never ran or failed their health checks; no matter once one ran well (SS:D-15)."""
    if not deployment.has_run_well:
        deployment.failed_tasks += count
        deployment.updated_at_ms = world.now_ms


def deployment_ran_well(world: World, deployment: Deployment) -> None:
    """A task of a deployment counts as healthy: its failures before are forgotten (SS:D-15)."""
    if not deployment.has_run_well:
        deployment.has_run_well = True
        deployment.failed_tasks = 0
        deployment.updated_at_ms = world.now_ms


def start_failed(world: World, deployment: Deployment, attempt: int) -> None:
    """A task stopped before RUNNING: its attempt has failed, unless another task of it runs (SS:S-34)."""
    if attempt > deployment.throttle.well_attempt:
        deployment.throttle.failed_attempt = max(deployment.throttle.failed_attempt, attempt)
    tasks_failed(world, deployment, 1)


def breaker_counted(world: World, service: Service, deployment: Deployment, failures: int) -> None:
    """The circuit breaker counts failures of the deployment in progress, up to its threshold (SS:D-22, SS:D-23)."""
    is_watched = deployment is service.primary and deployment.rollout_state == "IN_PROGRESS"
    if not (service.circuit_breaker.is_on and is_watched):
        return
    before = deployment.breaker_failures
    deployment.breaker_failures = max(before, min(service.breaker_threshold, before + failures))
    journal.record(
        world,
        "circuitBreaker",
        service.arn,
        cluster=service.cluster_name,
        service=service.name,
        failures=deployment.breaker_failures,
        threshold=service.breaker_threshold,
    )


def breaker_reset(world: World, service: Service, deployment: Deployment) -> None:
    """A task runs first or became healthy: the count begins anew, unless it is never reset (SS:D-24, SS:D-25)."""
    if service.circuit_breaker.resets_on_healthy_task:
        deployment.breaker_failures = 0


def start_succeeded(world: World, service: Service, deployment: Deployment, attempt: int) -> None:
    """A task reached RUNNING: no wait any more (SS:S-33); the first of a deployment ends its stage 1 (SS:D-25)."""
    if not deployment.has_run:
        deployment.has_run = True
        breaker_reset(world, service, deployment)
    deployment.throttle.well_attempt = max(deployment.throttle.well_attempt, attempt)
    throttle_reset(world, deployment)


def deployment_stepped(world: World, service: Service, step: dict[str, Any]) -> None:
    """One step of the scheduler's arithmetic (SS:D-7)."""
    journal.record(world, "deploymentStep", service.arn, cluster=service.cluster_name, service=service.name, **step)


def attempt_begun(world: World, deployment: Deployment) -> int:
    """A batch of starts begins; its number (SS:S-34)."""
    deployment.throttle.attempt += 1
    deployment.throttle.retry_at_ms = None
    return deployment.throttle.attempt


def attempt_failed(world: World, service: Service, deployment: Deployment, attempt: int, wait_ms: int) -> None:
    """An attempt failed: one more failure and a wait (SS:S-33)."""
    throttle = deployment.throttle
    throttle.failures += 1
    throttle.counted_attempt = attempt
    throttle.retry_at_ms = world.now_ms + wait_ms
    if throttle.since_ms is None:
        throttle.since_ms = world.now_ms
    journal.record(world, "throttle", service.arn, cluster=service.cluster_name, failures=throttle.failures)


def throttle_reset(world: World, deployment: Deployment) -> None:
    """A start succeeded or capacity changed: no wait any more (SS:S-33, SS:S-35)."""
    throttle = deployment.throttle
    throttle.failures = 0
    throttle.since_ms = throttle.retry_at_ms = None
    throttle.counted_attempt = max(throttle.counted_attempt, throttle.failed_attempt)

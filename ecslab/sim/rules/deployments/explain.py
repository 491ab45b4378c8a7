"""The newest deployment of a service: its sums now, the steps it took, what blocks it (lab:ExplainDeployment)."""

from __future__ import annotations

from typing import Any

from ecslab.sim import events
from ecslab.sim.rules import stock
from ecslab.sim.rules.deployments import alarm_rollback, circuit_breaker, plans, rolling
from ecslab.sim.state.service import Service
from ecslab.sim.world import World

ONLY_JOURNAL = ("cluster", "service", "deployment")
"""Members of a step that the journal needs and the answer says once."""


def response(world: World, service: Service) -> dict[str, Any]:
    """The whole answer (lab-responses section 5)."""
    deployment = service.primary
    finished_ms = deployment.finished_at_ms
    return {
        "service": service.arn,
        "deployment": deployment.id,
        "taskDefinition": world.task_definitions[deployment.task_definition_arn].name,
        "strategy": "ROLLING",
        "rolloutState": deployment.rollout_state,
        "startedAt": events.seconds(deployment.created_at_ms),
        "finishedAt": None if finished_ms is None else events.seconds(finished_ms),
        "desired": service.desired_count,
        "minimumHealthyPercent": service.minimum_healthy_percent,
        "maximumPercent": service.maximum_percent,
        "floor": service.floor,
        "ceiling": service.ceiling,
        "now": _now(world, service),
        "steps": _steps(world, service),
        "circuitBreaker": circuit_breaker.explained(service),
        "alarms": alarm_rollback.explained(world, service),
        "traffic": None,
        "stuck": _stuck(world, service),
    }


def _now(world: World, service: Service) -> dict[str, int]:
    """The tasks that are not STOPPED; those that are stopping count in `total` and in `old` or `new` (SS:D-4)."""
    tasks = world.tasks_of(service.arn)
    new = sum(1 for t in tasks if t.deployment_id == service.primary.id)
    return {
        "total": len(tasks),
        "running": sum(1 for t in tasks if t.last_status == "RUNNING"),
        "healthy": sum(1 for t in tasks if t.counts_as_healthy and not t.is_stopping),
        "old": len(tasks) - new,
        "new": new,
        "stopping": sum(1 for t in tasks if t.is_stopping),
    }


def _steps(world: World, service: Service) -> list[dict[str, Any]]:
    """The steps that the scheduler took for the newest deployment, oldest first."""
    own = [
        entry
        for entry in world.history()
        if entry.kind == "deploymentStep"
        and entry.values["deployment"] == service.primary.id
        and entry.at_ms >= service.primary.begun_at_ms
    ]
    return [
        {"at": events.seconds(entry.at_ms), **{k: v for k, v in entry.values.items() if k not in ONLY_JOURNAL}}
        for entry in own
    ]


def _stuck(world: World, service: Service) -> dict[str, Any] | None:
    """What keeps the service from what it wants, if nothing that happens by itself will change it soon."""
    primary = service.primary
    if primary.rollout_state == "FAILED" and primary.finished_at_ms is not None:
        sentence = "The deployment has failed and there is no going back; nothing is started until a new deployment."
        return _reason(primary.finished_at_ms, "failed", sentence, ("SS:D-29", "D"))
    if "protected" in service.told or plans.plan(world, service).shielded:
        since_ms = service.told.get("protected", primary.begun_at_ms)
        sentence = "Tasks that are protected from scale-in stay until their protection ends."
        return _reason(since_ms, "protection", sentence, ("SS:S-53", "D"))
    if service.stuck_since_ms is not None:
        sentence = (
            f"No task may start (ceiling {service.ceiling}) and none may stop (floor {service.floor}); "
            "lower minimumHealthyPercent or raise maximumPercent."
        )
        return _reason(service.stuck_since_ms, "deploymentConfiguration", sentence, ("SS:D-5", "D"))
    if service.unplaced_since_ms is not None:
        if stock.NO_QUOTA in (service.unplaced_message or ""):
            sentence = f"The account's quota of vCPUs has no room for {_tasks(service.unplaced_count)}; raise it."
            return _reason(service.unplaced_since_ms, "vcpuQuota", sentence, ("IC:Q-33", "O"))
        if stock.NO_CAPACITY in (service.unplaced_message or ""):
            sentence = f"Fargate has no capacity for {_tasks(service.unplaced_count)}; wait, or name another zone."
            return _reason(service.unplaced_since_ms, "capacity", sentence, ("PN:E-7", "D"))
        sentence = (
            f"No container instance has a place for {_tasks(service.unplaced_count)}; add capacity, "
            "or see what keeps its next task from each instance (ExplainPlacement)."
        )
        return _reason(service.unplaced_since_ms, "placement", sentence, ("PN:P-50", "D"))
    throttle = service.primary.throttle
    is_missing_some = plans.plan(world, service).wanted > 0
    if is_missing_some and throttle.since_ms is not None and throttle.retry_at_ms is not None:
        sentence = f"{_attempts(throttle.failures)} failed"
        if not rolling.may_start(world, service.primary):
            sentence += f"; the next one is made at {events.seconds(throttle.retry_at_ms)} s"
        return _reason(throttle.since_ms, "startFailures", f"{sentence}.", ("SS:S-30", "D"))
    return None


def _reason(since_ms: int, reason: str, sentence: str, known: tuple[str, str]) -> dict[str, Any]:
    rule, mark = known
    return {"since": events.seconds(since_ms), "reason": reason, "sentence": sentence, "rule": rule, "mark": mark}


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"


def _attempts(count: int) -> str:
    return "The last attempt to start tasks" if count == 1 else f"The last {count} attempts to start tasks"

"""The deployment circuit breaker: a deployment that fails too often is given up (SS:D-20 to SS:D-30).

What counts is written down as it happens (`deployment_changes.breaker_counted`): starts that fail until a task of the
deployment has run (stage 1), from then on tasks that failed their health checks (stage 2). A task that ran and ended by
itself counts in neither (SS:D-26).
"""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import service_deployment_changes
from ecslab.sim.rules.deployments import records, rollback
from ecslab.sim.rules.service_events import say
from ecslab.sim.state.service import Service
from ecslab.sim.world import World

FAILURE = rollback.Failure(
    "tasks failed to start",
    "ECS deployment circuit breaker: tasks failed to start.",
    "ECS deployment circuit breaker: rolling back to deploymentId",
)
"""SS:S-41 k and SS:D-13."""


def judge(world: World, service: Service) -> None:
    """Fail the deployment in progress when its failures have reached the threshold of now (SS:D-21, SS:D-23)."""
    breaker, primary = service.circuit_breaker, service.primary
    if not breaker.is_on or primary.rollout_state != "IN_PROGRESS":
        return
    if not 0 < primary.breaker_failures >= service.breaker_threshold:
        return
    if service.unplaced_count:
        say(world, service, f"could not launch {service.unplaced_count} tasks for deployment {primary.id}.")
    record = records.current(world, service)
    service_deployment_changes.moved(world, record, record.status, breaker_tripped=True)
    rollback.fail(world, service, FAILURE, rolls_back=breaker.rolls_back)


def explained(service: Service) -> dict[str, Any]:
    """The circuit breaker as lab:ExplainDeployment tells it (lab-responses section 5)."""
    breaker, primary = service.circuit_breaker, service.primary
    if not breaker.is_on:
        return {"enabled": False, "rollback": False, "failures": 0, "threshold": None, "stage": None}
    return {
        "enabled": True,
        "rollback": breaker.rolls_back,
        "failures": primary.breaker_failures,
        "threshold": service.breaker_threshold,
        "stage": (2 if primary.has_run else 1) if primary.rollout_state == "IN_PROGRESS" else None,
    }

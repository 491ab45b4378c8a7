"""Alarms that fail a deployment, and the bake time in which they still can (SS:D-32 to SS:D-35)."""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import deployment_changes, service_deployment_changes
from ecslab.sim.rules.deployments import records, rollback
from ecslab.sim.state.service import Service
from ecslab.sim.world import World

FAILURE = rollback.Failure(
    "alarm detected",
    "ECS deployment failed: alarm detected.",
    "ECS deployment failed: alarm detected: rolling back to deploymentId",
)
"""SS:S-41 l. Model choice: the words of the reasons, which AWS does not publish."""
LONGEST_BAKE_MS = 299_000
SHORTEST_BAKE_MS = 60_000


def judge(world: World, service: Service) -> None:
    """Fail the deployment in progress as soon as one of its alarms is in ALARM (SS:D-32).

    An alarm that was in ALARM when the deployment began switches them all off for it (SS:D-33).
    Model choice: a name without an alarm is never in ALARM.
    """
    primary = service.primary
    if not service.alarms.is_on or primary.ignores_alarms or primary.rollout_state != "IN_PROGRESS":
        return
    triggered = in_alarm(world, service)
    if not triggered:
        return
    record = records.current(world, service)
    service_deployment_changes.moved(world, record, record.status, triggered_alarms=tuple(triggered))
    rollback.fail(world, service, FAILURE, rolls_back=service.alarms.rolls_back)


def in_alarm(world: World, service: Service) -> list[str]:
    """The alarms of a service's deployments that are in ALARM."""
    named = (world.alarms.get(name) for name in service.alarms.names)
    return [alarm.name for alarm in named if alarm is not None and alarm.state == "ALARM"]


def has_baked(world: World, service: Service) -> bool:
    """Whether a deployment that has reached its tasks is done, after its bake time where alarms watch it (SS:D-34)."""
    primary = service.primary
    if not service.alarms.is_on or primary.ignores_alarms:
        return True
    if primary.bakes_until_ms is None:
        deployment_changes.bake_begun(world, service, bake_ms(world, service))
    return primary.bakes_until_ms is not None and world.now_ms >= primary.bakes_until_ms


def bake_ms(world: World, service: Service) -> int:
    """How long alarms still count: what bakeTimeInMinutes says, else what they need to judge (SS:D-34, SS:D-35)."""
    if service.alarms.bake_ms is not None:
        return service.alarms.bake_ms
    named = [world.alarms[name] for name in service.alarms.names if name in world.alarms]
    longest = max((alarm.period_ms * alarm.evaluation_periods for alarm in named), default=0)
    return max(SHORTEST_BAKE_MS, min(LONGEST_BAKE_MS, longest))


def explained(world: World, service: Service) -> dict[str, Any]:
    """The alarms as lab:ExplainDeployment tells them (lab-responses section 5)."""
    record = records.current(world, service)
    is_on = service.alarms.is_on
    return {
        "enabled": is_on,
        "ignored": is_on and service.primary.ignores_alarms,
        "triggered": list(record.triggered_alarms),
    }

"""Alarms: what they are and what state they are in."""

from __future__ import annotations

from ecslab.sim.changes import journal, service_changes, waking
from ecslab.sim.state.alarms import Alarm, AlarmState
from ecslab.sim.world import World


def alarm_put(world: World, alarm: Alarm) -> None:
    """An alarm exists, or has been replaced by one of the same name that keeps its state."""
    before = world.alarms.get(alarm.name)
    if before is not None:
        alarm.state, alarm.reason, alarm.changed_ms = before.state, before.reason, before.changed_ms
        alarm.has_left_start, alarm.due_ms, alarm.evaluated_ms = (
            before.has_left_start,
            before.due_ms,
            before.evaluated_ms,
        )
    else:
        alarm.changed_ms = world.now_ms
    world.alarms[alarm.name] = alarm
    waking.wake(world, alarm)


def alarm_deleted(world: World, alarm: Alarm) -> None:
    """An alarm is gone."""
    del world.alarms[alarm.name]


def evaluated(world: World, alarm: Alarm) -> None:
    """An alarm has been looked at, and sleeps until it is woken."""
    alarm.evaluated_ms = world.now_ms
    alarm.due_ms = None


def state_set(world: World, alarm: Alarm, state: AlarmState, reason: str) -> None:
    """An alarm has a new state."""
    before = alarm.state
    alarm.state, alarm.reason, alarm.changed_ms = state, reason, world.now_ms
    alarm.has_left_start = alarm.has_left_start or state != "INSUFFICIENT_DATA"
    journal.record(
        world,
        "alarm",
        alarm.arn,
        alarm=alarm.name,
        cluster=dict(alarm.metric.dimensions).get("ClusterName"),
        service=dict(alarm.metric.dimensions).get("ServiceName"),
        reason=reason,
        **{"from": before, "to": state},
    )
    _scaling_heeds(world, alarm)
    for service in world.services.values():
        if service.status == "ACTIVE" and service.alarms.is_on and alarm.name in service.alarms.names:
            service_changes.reconcile_queued(world, service)


def _scaling_heeds(world: World, alarm: Alarm) -> None:
    """Other alarms of a target wake: whether tracking scales in depends on the alarms of all its policies (SS:A-6)."""
    named = {arn for arns in alarm.actions.values() for arn in arns}
    for arn, policy in world.scaling_policies.items():
        if arn in named:
            waking.scaling_moves(world, world.scalable_targets[policy.resource_id].service_arn)

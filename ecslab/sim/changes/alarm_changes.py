"""Alarms: what they are, what state they are in, when they are looked at next."""

from __future__ import annotations

from ecslab.sim.changes import journal, service_changes
from ecslab.sim.state.alarms import Alarm, AlarmState
from ecslab.sim.state.metrics import Metric
from ecslab.sim.timers import AlarmDue
from ecslab.sim.world import World

MINUTE_MS = 60_000


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
    wake(world, alarm)


def alarm_deleted(world: World, alarm: Alarm) -> None:
    """An alarm is gone."""
    del world.alarms[alarm.name]


def wake(world: World, alarm: Alarm) -> None:
    """An alarm is evaluated at the next whole minute, and from then on as long as its metric may change (SS:M-21)."""
    if alarm.due_ms is not None:
        return
    due = -(-world.now_ms // MINUTE_MS) * MINUTE_MS
    if alarm.evaluated_ms == due:
        due += MINUTE_MS
    alarm.due_ms = due
    journal.timer_set(world, due - world.now_ms, AlarmDue(alarm.name, due))


def evaluated(world: World, alarm: Alarm) -> None:
    """An alarm has been looked at, and sleeps until it is woken."""
    alarm.evaluated_ms = world.now_ms
    alarm.due_ms = None


def metric_moves(world: World, cluster_name: str) -> None:
    """Something that metrics of a cluster or of its services depend on has changed: sleeping alarms wake."""
    for alarm in world.alarms.values():
        if alarm.due_ms is None and ("ClusterName", cluster_name) in alarm.metric.dimensions:
            wake(world, alarm)


def aws_metrics_move(world: World) -> None:
    """What load balancers or capacity providers do has changed: sleeping alarms of AWS's own metrics wake."""
    for alarm in world.alarms.values():
        if alarm.due_ms is None and alarm.metric.namespace.startswith(("AWS/", "ECS/")):
            wake(world, alarm)


def custom_metric_moves(world: World, metric: Metric) -> None:
    """A metric of one's own has a new value."""
    for alarm in world.alarms.values():
        if alarm.metric == metric:
            wake(world, alarm)


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
    for service in world.services.values():
        if service.status == "ACTIVE" and service.alarms.is_on and alarm.name in service.alarms.names:
            service_changes.reconcile_queued(world, service)

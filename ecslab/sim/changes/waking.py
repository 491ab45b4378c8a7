"""What wakes alarms: they sleep while what they watch, and what comes of the policies that they call, stands still."""

from __future__ import annotations

from ecslab.sim.changes import journal
from ecslab.sim.state.alarms import Alarm
from ecslab.sim.state.metrics import Metric
from ecslab.sim.timers import AlarmDue
from ecslab.sim.world import World

MINUTE_MS = 60_000


def wake(world: World, alarm: Alarm) -> None:
    """An alarm is evaluated at the next whole minute, and from then on as long as its metric may change (SS:M-21)."""
    if alarm.due_ms is not None:
        return
    due = -(-world.now_ms // MINUTE_MS) * MINUTE_MS
    if alarm.evaluated_ms == due:
        due += MINUTE_MS
    alarm.due_ms = due
    journal.timer_set(world, due - world.now_ms, AlarmDue(alarm.name, due))


def metric_moves(world: World, cluster_name: str) -> None:
    """Something that metrics of a cluster or of its services depend on has changed: sleeping alarms wake."""
    for alarm in world.alarms.values():
        if alarm.due_ms is None and ("ClusterName", cluster_name) in alarm.metric.dimensions:
            wake(world, alarm)


def scaling_moves(world: World, service_arn: str) -> None:
    """Something that scaling of a service depends on has changed: alarms wake that call a policy of its target."""
    for target in world.scalable_targets.values():
        if target.is_settled and target.service_arn == service_arn:
            target.is_settled = False
            _policies_called_again(world, target.resource_id)


def _policies_called_again(world: World, resource_id: str) -> None:
    policies = {arn for arn, policy in world.scaling_policies.items() if policy.resource_id == resource_id}
    for alarm in world.alarms.values():
        if alarm.due_ms is None and not policies.isdisjoint(alarm.wakes_policies):
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

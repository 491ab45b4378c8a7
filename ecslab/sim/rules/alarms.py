"""How alarms judge their metrics (SS:M-20 to SS:M-26).

An alarm is looked at each minute while its metric may change, and sleeps while it cannot: when every datapoint in its
range is the same, no traffic is going to change by itself, and the policies that it calls have nothing to do. A change
of what the metric or those policies depend on wakes it (`changes/waking.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from ecslab.sim.changes import alarm_changes, metric_changes, scaling_changes, waking
from ecslab.sim.rules import balancer_metrics, insights, metrics, traffic
from ecslab.sim.rules.datapoints import MINUTE_MS, Datapoint
from ecslab.sim.state.alarms import Alarm, AlarmState
from ecslab.sim.timers import AlarmDue
from ecslab.sim.world import World

MORE_POINTS = 2
"""The evaluation range has so many datapoints more than the alarm needs (SS:M-25)."""
COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
STATES: tuple[AlarmState, ...] = ("OK", "ALARM", "INSUFFICIENT_DATA")
AWS = ("AWS/", "ECS/")
LASTING = (metrics.ECS, balancer_metrics.APPLICATION, balancer_metrics.NETWORK)
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


def alarm_state(world: World, name: str) -> AlarmState | None:
    """The state of an alarm by its name, None when there is no such alarm."""
    alarm = world.alarms.get(name)
    return alarm.state if alarm else None


def judge(
    breaches: Sequence[bool | None], needed: int, to_alarm: int, missing: str, now: AlarmState, *, is_new: bool = False
) -> AlarmState:
    """The state that datapoints lead to, oldest first, None where one is missing (SS:M-22 to SS:M-26).

    Model choice: datapoints that the treatment fills in count for a new alarm; too few breaching ones that are too
    young for the premature rule keep the state.
    """
    real = [b for b in breaches if b is not None][-needed:]
    if len(real) < needed:
        if missing in ("breaching", "notBreaching"):
            real += [missing == "breaching"] * (needed - len(real))
        else:
            return _with_gaps(breaches, real, to_alarm, missing, now, is_new)
    return "ALARM" if sum(real) >= to_alarm else "OK"


def _with_gaps(
    breaches: Sequence[bool | None], real: list[bool], to_alarm: int, missing: str, now: AlarmState, is_new: bool
) -> AlarmState:
    if missing == "missing" and len(real) < to_alarm and _is_premature(breaches, to_alarm):
        return "ALARM"
    if not real:
        return now if missing == "ignore" else "INSUFFICIENT_DATA"
    if is_new or (len(real) < to_alarm and all(real)):
        return now
    return "ALARM" if sum(real) >= to_alarm else "OK"


def _is_premature(breaches: Sequence[bool | None], to_alarm: int) -> bool:
    """The oldest breaching datapoint is old enough, and nothing since was fine (SS:M-24)."""
    oldest = next((n for n, b in enumerate(breaches) if b), None)
    return oldest is not None and len(breaches) - oldest >= to_alarm and False not in breaches[oldest:]


def datapoints(world: World, alarm: Alarm) -> list[Datapoint | None]:
    """The datapoints in an alarm's evaluation range, oldest first."""
    count = alarm.evaluation_periods + MORE_POINTS
    last = world.now_ms // MINUTE_MS * MINUTE_MS
    ends = (last - n * alarm.period_ms for n in range(count - 1, -1, -1))
    return [_point(world, alarm, end) for end in ends]


def _point(world: World, alarm: Alarm, end_ms: int) -> Datapoint | None:
    """A datapoint. Of AWS's tasks and load balancers it is remembered: what a minute was does not change any more."""
    if alarm.metric.namespace not in LASTING or not 0 < end_ms <= world.now_ms:
        return metrics.period(world, alarm.metric, end_ms, alarm.period_ms)
    key = f"{alarm.metric.key}|{alarm.period_ms}"
    known = world.recent_points.get(key, {})
    if end_ms in known:
        found: Datapoint | None = known[end_ms]
        return found
    point = metrics.period(world, alarm.metric, end_ms, alarm.period_ms)
    metric_changes.point_remembered(world, key, end_ms, point)
    return point


def due(world: World, timer: AlarmDue) -> None:
    """Evaluate an alarm, and look at the policies that its state calls (SS:M-21)."""
    alarm = world.alarms.get(timer.alarm)
    if alarm is None or alarm.due_ms != timer.at_ms:
        return
    alarm_changes.evaluated(world, alarm)
    points = datapoints(world, alarm)
    is_breaching, threshold = COMPARISONS[alarm.comparison], Fraction(alarm.threshold)
    breaches = [None if p is None else is_breaching(p.statistic(alarm.statistic), threshold) for p in points]
    needed, to_alarm = alarm.evaluation_periods, alarm.datapoints_to_alarm
    state = judge(breaches, needed, to_alarm, alarm.missing, alarm.state, is_new=not alarm.has_left_start)
    if state != alarm.state:
        alarm_changes.state_set(world, alarm, state, _reason(alarm, breaches, state))
    call_policies(world, alarm)
    if not (_calls_change_nothing(world, alarm) and _stands_still(world, alarm, points)):
        waking.wake(world, alarm)


def call_policies(world: World, alarm: Alarm) -> None:
    """The policies that an alarm's state calls are looked at when every alarm of this minute has been (SS:K-2)."""
    for arn in alarm.wakes_policies:
        scaling_changes.policy_called(world, arn, alarm.name)


def _calls_change_nothing(world: World, alarm: Alarm) -> bool:
    """Whether each policy that an alarm calls would find again that nothing is to be done."""
    called = (world.scaling_policies.get(arn) for arn in alarm.wakes_policies)
    return all(world.scalable_targets[policy.resource_id].is_settled for policy in called if policy)


def _reason(alarm: Alarm, breaches: Sequence[bool | None], state: AlarmState) -> str:
    real = sum(1 for b in breaches[-alarm.evaluation_periods :] if b is not None)
    if state == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {alarm.evaluation_periods} datapoints were unknown."
    verb = "were" if state == "ALARM" else "were not all"
    return f"Threshold Crossed: {real} datapoints {verb} breaching the threshold ({alarm.threshold})."


def _stands_still(world: World, alarm: Alarm, points: Sequence[Datapoint | None]) -> bool:
    """Whether every later look would find the same, unless something wakes the alarm."""
    facts = [None if p is None else (p.average, p.minimum, p.maximum, p.count) for p in points]
    if any(fact != facts[0] for fact in facts):
        return False
    begin = world.now_ms - MINUTE_MS
    if alarm.metric.namespace.startswith(AWS) and not traffic.balancers_stand_still(world, begin):
        return False
    if alarm.metric.namespace in (balancer_metrics.APPLICATION, balancer_metrics.NETWORK):
        return _tasks_stand_still(world, None, begin)
    if alarm.metric.namespace == metrics.MANAGED_SCALING:
        return all(d.at_ms <= begin for p in world.capacity_providers.values() for d in p.datapoints[-1:])
    if alarm.metric.namespace not in (metrics.ECS, insights.NAMESPACE):
        series = world.custom_metrics.get(alarm.metric.key)
        is_past = series is None or all(v.at_ms < world.now_ms - alarm.period_ms for v in series.values)
        return is_past and facts[0] is None
    cluster = dict(alarm.metric.dimensions).get("ClusterName", "")
    if any(s.from_ms > begin or (s.until_ms or 0) > begin for s in world.capacity_spans.get(cluster, [])):
        return False
    return _tasks_stand_still(world, cluster, begin)


def _tasks_stand_still(world: World, cluster: str | None, begin: int) -> bool:
    """Whether the tasks of a cluster, or all with None, and what clients send to services stay as they are."""
    return all(
        traffic.is_constant_after(world, owner, begin) and _is_unchanged(world, owner, begin)
        for owner, spans in world.running_spans.items()
        if spans and cluster in (None, spans[0].cluster_name)
    )


def _is_unchanged(world: World, owner: str, begin: int) -> bool:
    return not any(s.from_ms > begin or (s.until_ms or 0) > begin for s in world.running_spans[owner])

"""The alarms that a target tracking policy owns (SS:A-11, SS:A-16)."""

from __future__ import annotations

from fractions import Fraction

from ecslab.sim.rules.billing import text as plain
from ecslab.sim.rules.datapoints import MINUTE_MS
from ecslab.sim.state.alarms import Alarm
from ecslab.sim.state.metrics import Metric
from ecslab.sim.state.scaling import ScalingPolicy
from ecslab.sim.world import World

PREDEFINED = {
    "ECSServiceAverageCPUUtilization": "CPUUtilization",
    "ECSServiceAverageMemoryUtilization": "MemoryUtilization",
}
LOW_SHARE = Fraction(9, 10)
"""AlarmLow is below this share of the target."""
KINDS = (("AlarmHigh", "GreaterThanThreshold", 3), ("AlarmLow", "LessThanThreshold", 15))


def alarms_of(world: World, policy: ScalingPolicy, before: ScalingPolicy | None) -> list[Alarm]:
    """AlarmHigh, and AlarmLow unless scale in is off; those that the policy had keep their names."""
    if policy.metric is None:
        return []
    kept = before.alarms if before else []
    found: list[Alarm] = []
    for kind, comparison, periods in KINDS[:1] if policy.is_scale_in_disabled else KINDS:
        name = next((n for n in kept if f"-{kind}-" in n), None)
        name = name or f"TargetTracking-{policy.resource_id}-{kind}-{world.ids.hex('scaling-alarm')}"
        found.append(_alarm(world, policy, policy.metric, name, comparison, periods))
    return found


def _alarm(world: World, policy: ScalingPolicy, metric: Metric, name: str, comparison: str, periods: int) -> Alarm:
    share = LOW_SHARE if comparison == "LessThanThreshold" else Fraction(1)
    return Alarm(
        name=name,
        arn=world.ids.arn("cloudwatch", f"alarm:{name}"),
        metric=metric,
        statistic=policy.statistic,
        period_ms=MINUTE_MS,
        evaluation_periods=periods,
        datapoints_to_alarm=periods,
        threshold=plain(Fraction(policy.target_value or "0") * share),
        comparison=comparison,
        missing="missing",
        request={"AlarmDescription": f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.arn}."},
        configured_ms=world.now_ms,
        owner=policy.arn,
        actions={"ALARM": [policy.arn]},
    )

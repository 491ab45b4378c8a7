"""What each policy that an alarm calls would like to do (SS:A-3, SS:A-12, SS:A-13, SS:A-35)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ecslab.sim.rules import alarms, metrics
from ecslab.sim.rules.datapoints import MINUTE_MS, shown
from ecslab.sim.rules.scaling import formulas
from ecslab.sim.state.alarms import Alarm
from ecslab.sim.state.scaling import Direction, ScalableTarget, ScalingPolicy
from ecslab.sim.world import World


@dataclass(frozen=True, slots=True)
class Proposal:
    """A policy's wish; `wanted` None without a datapoint or a step that fits. `formula` tells how it came about."""

    policy: ScalingPolicy
    alarm: Alarm
    direction: Direction
    wanted: int | None
    formula: dict[str, Any] | None
    datapoints: list[dict[str, Any]]


def bases(target: ScalableTarget, now_ms: int, running: int) -> int:
    """What a scale out starts from: RUNNING tasks, in its cooldown those at its begin (SS:A-3, SS:A-27)."""
    cooldown = target.cooldown
    if cooldown is not None and cooldown.kind == "out" and now_ms < cooldown.until_ms:
        return cooldown.base
    return running


def propose(world: World, target: ScalableTarget, policy: ScalingPolicy, alarm: Alarm, running: int) -> Proposal:
    """Work out a policy from its newest datapoint (SS:A-13)."""
    point = metrics.period(world, alarm.metric, world.now_ms // MINUTE_MS * MINUTE_MS, alarm.period_ms)
    value = None if point is None else point.statistic(policy.statistic)
    told = _datapoints(world, alarm)
    base = bases(target, world.now_ms, running)
    if policy.type == "TargetTrackingScaling":
        direction: Direction = "in" if alarm.comparison.startswith("Less") else "out"
        start = base if direction == "out" else running
        if value is None:
            return Proposal(policy, alarm, direction, None, None, told)
        goal = Fraction(policy.target_value or "1")
        wanted = formulas.tracked(start, value, goal)
        inputs = {"running": start, "metric": shown(value), "target": shown(goal)}
        text = f"ceil({start} x {shown(value)} / {shown(goal)})"
        return Proposal(policy, alarm, direction, wanted, {"text": text, "inputs": inputs, "result": wanted}, told)
    return _stepped(policy, alarm, value, base, running, told)


def _stepped(
    policy: ScalingPolicy, alarm: Alarm, value: Fraction | None, base: int, running: int, told: list[dict[str, Any]]
) -> Proposal:
    beyond = None if value is None else value - Fraction(alarm.threshold)
    step = None if beyond is None else formulas.step_for(policy.steps, beyond)
    if value is None or step is None:
        return Proposal(policy, alarm, "out", None, None, told)
    wanted = formulas.stepped(base, policy.adjustment_type, step.adjustment, policy.min_magnitude)
    direction: Direction = "out" if wanted >= base else "in"
    start = base
    if direction == "in":
        start = running
        wanted = formulas.stepped(running, policy.adjustment_type, step.adjustment, policy.min_magnitude)
    inputs = {
        "running": start,
        "metric": shown(value),
        "threshold": alarm.threshold,
        "adjustment": step.adjustment,
    }
    text = f"{policy.adjustment_type} {step.adjustment:+d} of {start}"
    return Proposal(policy, alarm, direction, wanted, {"text": text, "inputs": inputs, "result": wanted}, told)


def _datapoints(world: World, alarm: Alarm) -> list[dict[str, Any]]:
    points = [p for p in alarms.datapoints(world, alarm)[alarms.MORE_POINTS :] if p]
    return [{"at": p.at_ms // 1000, "value": shown(p.statistic(alarm.statistic))} for p in points]

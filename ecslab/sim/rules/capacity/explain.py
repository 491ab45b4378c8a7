"""Why managed scaling gave a group its desired capacity (lab:ExplainScaling, lab-responses section 6)."""

from __future__ import annotations

from typing import Any

from ecslab.sim import events
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules import providers
from ecslab.sim.rules.capacity import reservation
from ecslab.sim.state.capacity import CapacityProvider, ProviderDecision
from ecslab.sim.world import World

METRIC = "CapacityProviderReservation"
HIGH, LOW = "AlarmHigh", "AlarmLow"
DATAPOINTS = {HIGH: 1, LOW: 15}
"""How many datapoints in a row each alarm needs (SS:C-71)."""


def response(world: World, name: str) -> dict[str, Any]:
    """The group of a provider, its policy, and what was decided with the newest first.

    Raises InvalidParameterException for a provider without managed scaling.
    """
    provider = providers.find(world, providers.name_of(name))
    group = world.auto_scaling_groups.get(provider.group_name) if provider else None
    if provider is None or group is None or not provider.scaling.is_on:
        raise InvalidParameterException(f"There is no capacity provider {name} with managed scaling.")
    return {
        "target": provider.name,
        "at": events.seconds(world.now_ms),
        "min": group.min_size,
        "max": group.max_size,
        "desired": group.desired,
        "running": sum(1 for m in group.staying if m.lifecycle_state == "InService"),
        "suspended": {"in": False, "out": False, "scheduled": False},
        "deploymentBlocksScaleIn": False,
        "policies": [_policy(world, provider)],
        "decisions": [_decision(provider, decision) for decision in reversed(provider.decisions)],
    }


def _policy(world: World, provider: CapacityProvider) -> dict[str, Any]:
    group = world.auto_scaling_groups[provider.group_name]
    warmup_ms = provider.scaling.warmup_s * 1000
    launched = [world.ec2_instances[m.instance_id].launched_at_ms for m in group.staying]
    warm_at_ms = max((at_ms + warmup_ms for at_ms in launched), default=0)
    is_warming = warm_at_ms > world.now_ms
    return {
        "name": f"ECSManagedAutoScalingPolicy-{provider.name}",
        "type": "TargetTrackingScaling",
        "metric": METRIC,
        "targetValue": str(provider.scaling.target_capacity),
        "alarms": [_alarm(world, provider, kind) for kind in (HIGH, LOW)],
        "cooldown": {
            "out": provider.scaling.warmup_s,
            "in": 0,
            "until": events.seconds(warm_at_ms) if is_warming else None,
            "kind": "out" if is_warming else None,
        },
    }


def _alarm(world: World, provider: CapacityProvider, kind: str) -> dict[str, Any]:
    """The two alarms of the policy, with the states that the datapoints so far give them."""
    target = provider.scaling.target_capacity
    last = provider.datapoints[-1] if provider.datapoints else None
    state = "OK" if last else "INSUFFICIENT_DATA"
    if kind == HIGH and last and last.numerator > target * last.denominator:
        state = "ALARM"
    low_ms = provider.low_since_ms
    if kind == LOW and low_ms is not None and world.now_ms >= low_ms + TIMINGS["managed_scaling.low"]:
        state = "ALARM"
    return {
        "name": f"TargetTracking-{provider.group_name}-{kind}-{provider.name}",
        "state": state,
        "comparison": "GreaterThanThreshold" if kind == HIGH else "LessThanThreshold",
        "threshold": str(target),
        "period": 60,
        "datapointsToAlarm": DATAPOINTS[kind],
        "evaluationPeriods": DATAPOINTS[kind],
    }


def _decision(provider: CapacityProvider, decision: ProviderDecision) -> dict[str, Any]:
    found = decision.reservation
    is_low = found.numerator < provider.scaling.target_capacity * found.denominator
    return {
        "at": events.seconds(found.at_ms),
        "policy": f"ECSManagedAutoScalingPolicy-{provider.name}",
        "alarm": LOW if is_low else HIGH,
        "datapoints": [{"at": events.seconds(found.at_ms), "value": reservation.percent(found)}],
        "formula": {
            "text": decision.formula,
            "inputs": {
                "M": found.needed,
                "N": found.running,
                "targetCapacity": provider.scaling.target_capacity,
                "waiting": [dict(kind) for kind in found.waiting],
            },
            "result": decision.value,
        },
        "clampedTo": decision.clamped_to,
        "from": decision.before,
        "to": decision.after,
        "result": decision.result,
        "reason": decision.reason,
        "rule": decision.rule,
        "mark": decision.mark,
    }

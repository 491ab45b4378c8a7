"""Why a service has the desired count that auto scaling gave it (lab:ExplainScaling, lab-responses section 6)."""

from __future__ import annotations

from typing import Any

from ecslab.sim import events
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.scaling.deciding import is_deploying
from ecslab.sim.state.alarms import Alarm
from ecslab.sim.state.scaling import ScalableTarget, ScalingPolicy
from ecslab.sim.state.service import Service
from ecslab.sim.world import World


def response(world: World, service: Service) -> dict[str, Any]:
    """The target of a service, its policies, and its decisions with the newest first. Refused without a target."""
    target = next((t for t in world.scalable_targets.values() if t.service_arn == service.arn), None)
    if target is None:
        raise InvalidParameterException(
            f"Service {service.name} is no scalable target; use application-autoscaling:RegisterScalableTarget."
        )
    policies = [p for p in world.scaling_policies.values() if p.resource_id == target.resource_id]
    return {
        "target": target.resource_id,
        "at": events.seconds(world.now_ms),
        "min": target.least,
        "max": target.most,
        "desired": service.desired_count,
        "running": sum(1 for task in world.tasks_of(service.arn) if task.is_running),
        "suspended": {
            "in": target.is_in_suspended,
            "out": target.is_out_suspended,
            "scheduled": target.is_scheduled_suspended,
        },
        "deploymentBlocksScaleIn": is_deploying(service),
        "policies": [_policy(world, target, policy) for policy in policies],
        "decisions": [dict(decision) for decision in target.decisions],
    }


def alarms_of(world: World, policy: ScalingPolicy) -> list[Alarm]:
    """The alarms that call a policy: its own (SS:A-11), or those of yours that name it (SS:A-35)."""
    return [alarm for alarm in world.alarms.values() if policy.arn in alarm.actions["ALARM"]]


def _policy(world: World, target: ScalableTarget, policy: ScalingPolicy) -> dict[str, Any]:
    alarms = alarms_of(world, policy)
    return {
        "name": policy.name,
        "type": policy.type,
        "metric": policy.metric_name or (alarms[0].metric.name if alarms else None),
        "targetValue": policy.target_value,
        "alarms": [_alarm(alarm) for alarm in alarms],
        "cooldown": _cooldown(world, target, policy),
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "name": alarm.name,
        "state": alarm.state,
        "comparison": alarm.comparison,
        "threshold": alarm.threshold,
        "period": alarm.period_ms // 1000,
        "datapointsToAlarm": alarm.datapoints_to_alarm,
        "evaluationPeriods": alarm.evaluation_periods,
    }


def _cooldown(world: World, target: ScalableTarget, policy: ScalingPolicy) -> dict[str, Any]:
    """How long a policy's cooldowns are, and the end of the one that it has begun while it lasts."""
    cooldown = target.cooldown
    lasts = cooldown is not None and cooldown.policy == policy.name and world.now_ms < cooldown.until_ms
    return {
        "out": policy.out_cooldown_ms // 1000,
        "in": policy.in_cooldown_ms // 1000,
        "until": events.seconds(cooldown.until_ms) if cooldown and lasts else None,
        "kind": cooldown.kind if cooldown and lasts else None,
    }

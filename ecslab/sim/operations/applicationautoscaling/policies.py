"""Scaling policies: target tracking with alarms of its own, and step scaling, which an alarm of yours calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import journal, scaling_changes
from ecslab.sim.errors.applicationautoscaling import ObjectNotFoundException
from ecslab.sim.errors.common import InvalidParameterValue, MissingParameter, ValidationException
from ecslab.sim.operations.applicationautoscaling.targets import DIMENSION, check_dimension, find_target
from ecslab.sim.operations.cloudwatch import reading
from ecslab.sim.operations.pages import page
from ecslab.sim.rules import balancer_metrics
from ecslab.sim.rules.scaling import explain, formulas, tracking
from ecslab.sim.state.metrics import Metric
from ecslab.sim.state.scaling import ScalableTarget, ScalingPolicy, Step
from ecslab.sim.world import World

COOLDOWN_S = 300
"""Seconds without further scaling, for ECS (SS:A-25)."""
REQUESTS = "ALBRequestCountPerTarget"
ADJUSTMENTS = ("ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity")
TRACKING, STEP = "TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration"


def put_scaling_policy(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A policy, in place of one of its name (SS:A-10, SS:A-35)."""
    target = find_target(world, parameters)
    name = str(parameters["PolicyName"])
    before = _find(world, target, name)
    kind = str(parameters.get("PolicyType", before.type if before else "StepScaling"))
    if before is not None and kind != before.type:
        raise ValidationException("The type of a policy cannot be changed; delete it first.")
    arn = before.arn if before else ""
    try:
        if kind == "TargetTrackingScaling":
            policy = _tracking(world, target, name, arn, parameters)
        elif kind == "StepScaling":
            policy = _step(world, target, name, arn, parameters)
        else:
            raise ValidationException(
                f"PolicyType {kind[:64]} is not simulated; use TargetTrackingScaling or StepScaling."
            )
    except (InvalidParameterValue, MissingParameter) as problem:
        raise ValidationException(str(problem)) from None
    policy = policy if before else replace(policy, arn=_arn(world, target, name))
    alarms = tracking.alarms_of(world, policy, before) if policy.metric else []
    scaling_changes.policy_put(world, policy, alarms)
    service = world.services[target.service_arn]
    journal.call_made(world, "application-autoscaling:PutScalingPolicy", policy.arn, service.cluster_name, service.name)
    return {"PolicyARN": policy.arn, "Alarms": [{"AlarmName": a.name, "AlarmARN": a.arn} for a in alarms]}


def _arn(world: World, target: ScalableTarget, name: str) -> str:
    identity = world.ids.hex("scaling-policy")
    return world.ids.arn("autoscaling", f"scalingPolicy:{identity}:resource/ecs/{target.resource_id}:policyName/{name}")


def _find(world: World, target: ScalableTarget, name: str) -> ScalingPolicy | None:
    policies = world.scaling_policies.values()
    return next((p for p in policies if p.resource_id == target.resource_id and p.name == name), None)


def _configuration(parameters: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = parameters.get(member)
    if not found:
        raise ValidationException(f"{member} is needed for this PolicyType.")
    return found


def _tracking(
    world: World, target: ScalableTarget, name: str, arn: str, parameters: Mapping[str, Any]
) -> ScalingPolicy:
    given = _configuration(parameters, TRACKING)
    value = reading.number(given["TargetValue"], "TargetValue")
    if Fraction(value) <= 0:
        raise ValidationException("TargetValue needs to be more than 0.")
    metric, metric_name, statistic = _metric(world, target, given)
    for other in world.scaling_policies.values():
        if other.resource_id == target.resource_id and other.metric == metric and other.name != name:
            raise ValidationException(
                "Only one TargetTrackingScaling policy for a given metric specification is allowed."
            )
    return ScalingPolicy(
        arn=arn,
        name=name,
        resource_id=target.resource_id,
        type="TargetTrackingScaling",
        configuration={TRACKING: dict(given)},
        created_ms=world.now_ms,
        out_cooldown_ms=_cooldown(given, "ScaleOutCooldown"),
        in_cooldown_ms=_cooldown(given, "ScaleInCooldown"),
        metric=metric,
        metric_name=metric_name,
        statistic=statistic,
        target_value=value,
        is_scale_in_disabled=bool(given.get("DisableScaleIn", False)),
    )


def _metric(world: World, target: ScalableTarget, given: Mapping[str, Any]) -> tuple[Metric, str, str]:
    """The metric that is tracked, how it is called, and its statistic."""
    predefined, own = given.get("PredefinedMetricSpecification"), given.get("CustomizedMetricSpecification")
    if bool(predefined) == bool(own):
        raise ValidationException("Give one of PredefinedMetricSpecification and CustomizedMetricSpecification.")
    if own:
        return reading.metric(own), str(own["MetricName"]), reading.statistic(own.get("Statistic"), "Statistic")
    kind, label = str((predefined or {})["PredefinedMetricType"]), (predefined or {}).get("ResourceLabel")
    if (kind == REQUESTS) != bool(label):
        raise ValidationException(
            f"{REQUESTS} needs a ResourceLabel, app/NAME/ID/targetgroup/NAME/ID; no other metric has one."
        )
    if label:
        return _requests_metric(world, str(label)), kind, "Sum"
    if kind not in tracking.PREDEFINED:
        names = ", ".join((*tracking.PREDEFINED, REQUESTS))
        raise ValidationException(f"{kind[:64]} is not simulated; use one of {names}.")
    _, cluster, service = target.resource_id.split("/")
    dimensions = (("ClusterName", cluster), ("ServiceName", service))
    return Metric("AWS/ECS", tracking.PREDEFINED[kind], dimensions), kind, "Average"


def _requests_metric(world: World, label: str) -> Metric:
    """Requests for each target of a group and minute, of the load balancer that the label names (SS:A-19)."""
    balancer, group, name = label.partition("/targetgroup/")
    balancers = [balancer_metrics.label_of(arn) for arn in world.load_balancers]
    groups = [balancer_metrics.label_of(arn) for arn in world.target_groups]
    if balancer not in balancers or group.strip("/") + "/" + name not in groups:
        raise ValidationException(f"The resource label {label[:160]} names no load balancer with a target group.")
    dimensions = (("LoadBalancer", balancer), ("TargetGroup", f"targetgroup/{name}"))
    return Metric(balancer_metrics.APPLICATION, "RequestCountPerTarget", dimensions)


def _cooldown(given: Mapping[str, Any], member: str) -> int:
    seconds = int(given.get(member, COOLDOWN_S))
    if seconds < 0:
        raise ValidationException(f"{member} is {seconds}; it needs to be 0 or more.")
    return seconds * 1000


def _step(world: World, target: ScalableTarget, name: str, arn: str, parameters: Mapping[str, Any]) -> ScalingPolicy:
    given = _configuration(parameters, STEP)
    kind = str(given.get("AdjustmentType"))
    if kind not in ADJUSTMENTS:
        raise ValidationException(f"AdjustmentType is {kind[:64]}; use one of {', '.join(ADJUSTMENTS)}.")
    steps = tuple(
        Step(
            _bound(step, "MetricIntervalLowerBound"),
            _bound(step, "MetricIntervalUpperBound"),
            int(step["ScalingAdjustment"]),
        )
        for step in given.get("StepAdjustments") or []
    )
    problem = formulas.problem_of(steps)
    if problem:
        raise ValidationException(problem)
    if "MinAdjustmentMagnitude" in given and kind != "PercentChangeInCapacity":
        raise ValidationException("MinAdjustmentMagnitude goes with PercentChangeInCapacity alone.")
    cooldown = _cooldown(given, "Cooldown")
    return ScalingPolicy(
        arn=arn,
        name=name,
        resource_id=target.resource_id,
        type="StepScaling",
        configuration={STEP: dict(given)},
        created_ms=world.now_ms,
        out_cooldown_ms=cooldown,
        in_cooldown_ms=cooldown,
        statistic=reading.statistic(given.get("MetricAggregationType", "Average"), "MetricAggregationType"),
        adjustment_type=kind,
        steps=steps,
        min_magnitude=int(given.get("MinAdjustmentMagnitude", 0)),
    )


def _bound(step: Mapping[str, Any], member: str) -> str | None:
    return reading.number(step[member], member) if step.get(member) is not None else None


def delete_scaling_policy(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A policy is gone, and the alarms that it owned."""
    target = find_target(world, parameters)
    policy = _find(world, target, str(parameters["PolicyName"]))
    if policy is None:
        raise ObjectNotFoundException(f"No scaling policy found for resource ID: {target.resource_id}.")
    scaling_changes.policy_removed(world, policy)
    journal.call_made(world, "application-autoscaling:DeleteScalingPolicy", policy.arn, None)
    return {}


def describe_scaling_policies(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The policies, in the order in which they were put."""
    check_dimension(parameters)
    names, wanted = parameters.get("PolicyNames"), parameters.get("ResourceId")
    found = [
        policy
        for policy in world.scaling_policies.values()
        if (not names or policy.name in names) and wanted in (None, policy.resource_id)
    ]
    shown, rest = page(found, parameters, size="MaxResults", token="NextToken")
    return {"ScalingPolicies": [_shape(world, policy) for policy in shown], **rest}


def _shape(world: World, policy: ScalingPolicy) -> dict[str, Any]:
    return {
        "PolicyARN": policy.arn,
        "PolicyName": policy.name,
        "ServiceNamespace": "ecs",
        "ResourceId": policy.resource_id,
        "ScalableDimension": DIMENSION,
        "PolicyType": policy.type,
        **policy.configuration,
        "Alarms": [{"AlarmName": a.name, "AlarmARN": a.arn} for a in explain.alarms_of(world, policy)],
        "CreationTime": calendar.iso(world.start.starts_at, policy.created_ms),
    }

"""Scalable targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import journal, scaling_changes
from ecslab.sim.errors.applicationautoscaling import ObjectNotFoundException
from ecslab.sim.errors.common import ValidationException
from ecslab.sim.operations.pages import page
from ecslab.sim.rules.scaling import scheduled
from ecslab.sim.state.scaling import ScalableTarget
from ecslab.sim.state.service import Service
from ecslab.sim.world import World

DIMENSION = "ecs:service:DesiredCount"
ROLE = (
    "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"
)
SUSPENSIONS = {
    "DynamicScalingInSuspended": "is_in_suspended",
    "DynamicScalingOutSuspended": "is_out_suspended",
    "ScheduledScalingSuspended": "is_scheduled_suspended",
}


def check_dimension(parameters: Mapping[str, Any]) -> None:
    """Services of ECS alone can be scaled here. Raises ValidationException."""
    namespace, dimension = parameters.get("ServiceNamespace", "ecs"), parameters.get("ScalableDimension", DIMENSION)
    if namespace != "ecs" or dimension != DIMENSION:
        raise ValidationException(
            f"Unsupported service namespace, resource type or scalable dimension; use ecs and {DIMENSION}."
        )


def service_of(world: World, resource_id: str) -> Service:
    """The service that a resource id names, which is no DAEMON (SS:S-2). Raises ValidationException."""
    parts = resource_id.split("/")
    cluster = world.clusters.get(parts[1]) if len(parts) == 3 and parts[0] == "service" else None
    service = world.find_service(cluster, parts[2]) if cluster else None
    if service is None or service.status != "ACTIVE":
        raise ValidationException(f"ECS service doesn't exist: {resource_id[:160]}")
    if service.is_daemon:
        raise ValidationException(f"{resource_id[:160]} is a DAEMON service, which has no desired count to scale.")
    return service


def find_target(world: World, parameters: Mapping[str, Any]) -> ScalableTarget:
    """The target that a request names. Raises ObjectNotFoundException."""
    check_dimension(parameters)
    resource_id = str(parameters["ResourceId"])
    target = world.scalable_targets.get(resource_id)
    if target is None:
        raise ObjectNotFoundException(
            f"No scalable target registered for service namespace: ecs, resource ID: {resource_id[:160]}, "
            f"scalable dimension: {DIMENSION}"
        )
    return target


def register_scalable_target(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A target, or new bounds of one; the desired count moves between them at once (SS:A-1)."""
    check_dimension(parameters)
    resource_id = str(parameters["ResourceId"])
    service = service_of(world, resource_id)
    before = world.scalable_targets.get(resource_id)
    least, most = _bounds(parameters, before)
    target = before or ScalableTarget(
        resource_id=resource_id,
        arn=world.ids.arn("application-autoscaling", f"scalable-target/{world.ids.hex('scalable-target')}"),
        service_arn=service.arn,
        least=least,
        most=most,
        created_ms=world.now_ms,
        role_arn=str(parameters.get("RoleARN") or world.ids.global_arn("iam", ROLE)),
    )
    given = parameters.get("SuspendedState") or {}
    suspended = {member: bool(given[name]) for name, member in SUSPENSIONS.items() if name in given}
    scaling_changes.target_put(world, target, least=least, most=most, service_arn=service.arn, **suspended)
    scheduled.move_between_bounds(world, target)
    journal.call_made(
        world, "application-autoscaling:RegisterScalableTarget", target.arn, service.cluster_name, service.name
    )
    return {"ScalableTargetARN": target.arn}


def _bounds(parameters: Mapping[str, Any], before: ScalableTarget | None) -> tuple[int, int]:
    if before is None and ("MinCapacity" not in parameters or "MaxCapacity" not in parameters):
        raise ValidationException("Both MinCapacity and MaxCapacity are needed to register a new scalable target.")
    least = int(parameters.get("MinCapacity", before.least if before else 0))
    most = int(parameters.get("MaxCapacity", before.most if before else 0))
    if least < 0 or most < least:
        raise ValidationException("MinCapacity needs to be 0 or more, and MaxCapacity at least as much.")
    return least, most


def deregister_scalable_target(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A target is gone, and its policies with it."""
    target = find_target(world, parameters)
    scaling_changes.target_removed(world, target)
    journal.call_made(world, "application-autoscaling:DeregisterScalableTarget", target.arn, None)
    return {}


def describe_scalable_targets(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The targets, in the order in which they were registered."""
    check_dimension(parameters)
    wanted = parameters.get("ResourceIds")
    found = [t for t in world.scalable_targets.values() if not wanted or t.resource_id in wanted]
    shown, rest = page(found, parameters, size="MaxResults", token="NextToken")
    return {"ScalableTargets": [_shape(world, target) for target in shown], **rest}


def _shape(world: World, target: ScalableTarget) -> dict[str, Any]:
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": target.resource_id,
        "ScalableDimension": DIMENSION,
        "MinCapacity": target.least,
        "MaxCapacity": target.most,
        "RoleARN": target.role_arn,
        "CreationTime": calendar.iso(world.start.starts_at, target.created_ms),
        "SuspendedState": {name: getattr(target, member) for name, member in SUSPENSIONS.items()},
        "ScalableTargetARN": target.arn,
    }


def describe_scaling_activities(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What was scaled, newest first, and when asked also what was not (SS:A-60, SS:A-61)."""
    check_dimension(parameters)
    wanted = parameters.get("ResourceId")
    found = [
        (target, activity)
        for target in world.scalable_targets.values()
        if wanted in (None, target.resource_id)
        for activity in target.activities
        if activity.reason is None or parameters.get("IncludeNotScaledActivities")
    ]
    found.sort(key=lambda pair: -pair[1].at_ms)
    shown, rest = page(found, parameters, size="MaxResults", token="NextToken")
    moment = world.start.starts_at
    return {
        "ScalingActivities": [
            {
                "ActivityId": activity.id,
                "ServiceNamespace": "ecs",
                "ResourceId": target.resource_id,
                "ScalableDimension": DIMENSION,
                "Description": activity.description,
                "Cause": activity.cause,
                "StartTime": calendar.iso(moment, activity.at_ms),
                "EndTime": calendar.iso(moment, activity.at_ms),
                "StatusCode": activity.status,
                "StatusMessage": activity.message,
                **({"NotScaledReasons": [{"Code": activity.reason}]} if activity.reason else {}),
            }
            for target, activity in shown
        ],
        **rest,
    }

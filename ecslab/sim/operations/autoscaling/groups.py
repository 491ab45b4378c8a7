"""Auto Scaling groups: make, change, scale, delete and describe them (SS:C-1 to SS:C-12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ecslab.sim.changes import group_changes, journal
from ecslab.sim.errors.autoscaling import AlreadyExists
from ecslab.sim.errors.common import ResourceInUse, SimError, ValidationError
from ecslab.sim.operations.autoscaling import shapes
from ecslab.sim.rules import providers
from ecslab.sim.rules.capacity import templates, victims
from ecslab.sim.state.capacity import AutoScalingGroup, Mixture, TemplateReference
from ecslab.sim.world import World

Parameters = Mapping[str, Any]
LARGEST = 10_000


def group_named(world: World, parameters: Parameters) -> AutoScalingGroup:
    """The group of a call. Raises ValidationError."""
    name = str(parameters["AutoScalingGroupName"])
    group = world.auto_scaling_groups.get(name)
    if group is None or group.is_deleting:
        raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup '{name[:255]}' not found")
    return group


def create_auto_scaling_group(world: World, parameters: Parameters) -> dict[str, Any]:
    """A group; it launches its desired capacity at once (SS:C-1)."""
    name = str(parameters["AutoScalingGroupName"])
    if not 1 <= len(name) <= 255:
        raise ValidationError("AutoScalingGroupName needs 1 to 255 characters.")
    if name in world.auto_scaling_groups:
        raise AlreadyExists("AutoScalingGroup by this name already exists - A group with the name is in the account.")
    bounds = sizes(parameters, int(parameters["MinSize"]), int(parameters["MaxSize"]), None)
    launch = _launch(world, parameters)
    subnets = _subnets(world, parameters)
    policies = _policies(parameters) or ("Default",)
    group = AutoScalingGroup(
        name,
        "",
        world.now_ms,
        *bounds,
        subnets,
        launch.template,
        launch.mixture,
        protects_new=bool(parameters.get("NewInstancesProtectedFromScaleIn", False)),
        termination_policies=policies,
        grace_period_s=int(parameters.get("HealthCheckGracePeriod", 0)),
        tags=_tags(name, parameters),
    )
    _judge_orders(world, group)
    arn = world.ids.arn("autoscaling", f"autoScalingGroup:{world.ids.hex('group')}:autoScalingGroupName/{name}")
    group = replace(group, arn=arn)
    group_changes.group_made(world, group)
    group_changes.look_queued(world, group)
    journal.call_made(world, "autoscaling:CreateAutoScalingGroup", arn, None, group=name)
    return {}


def sizes(parameters: Parameters, least: int, most: int, desired: int | None) -> tuple[int, int, int]:
    """MinSize, MaxSize and DesiredCapacity (SS:C-1). Raises ValidationError.

    A desired capacity that nobody names follows the bounds.
    """
    if not 0 <= least <= LARGEST or not 0 <= most <= LARGEST:
        raise ValidationError(f"MinSize is {least} and MaxSize is {most}; both need to be from 0 to {LARGEST}.")
    if least > most:
        raise ValidationError(f"Max bound, {most}, must be greater than or equal to min bound, {least}")
    if "DesiredCapacity" not in parameters:
        return least, most, least if desired is None else min(max(desired, least), most)
    wanted = int(parameters["DesiredCapacity"])
    judge_desired(wanted, least, most)
    return least, most, wanted


def judge_desired(wanted: int, least: int, most: int) -> None:
    """A desired capacity between the bounds (SS:C-1). Raises ValidationError."""
    if wanted < least:
        raise ValidationError(f"Desired capacity:{wanted} must be greater than or equal to min size:{least}")
    if wanted > most:
        raise ValidationError(f"Desired capacity:{wanted} must be less than or equal to max size:{most}")


@dataclass(frozen=True, slots=True)
class _Launch:
    template: TemplateReference
    mixture: Mixture | None


def _launch(world: World, parameters: Parameters) -> _Launch:
    """What a group launches: from a launch template, or a mixed instances policy around one."""
    policy = parameters.get("MixedInstancesPolicy")
    if policy and parameters.get("LaunchTemplate"):
        raise ValidationError("Valid requests must contain either launchTemplate or MixedInstancesPolicy parameter.")
    inner = (policy or {}).get("LaunchTemplate") or {}
    reference = inner.get("LaunchTemplateSpecification") if policy else parameters.get("LaunchTemplate")
    if not reference:
        raise ValidationError(
            "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or "
            "MixedInstancesPolicy parameter. The lab takes LaunchTemplate and MixedInstancesPolicy."
        )
    template = templates.find(world, reference)
    version = str(reference.get("Version", "$Default"))
    templates.version(template, version)
    return _Launch(TemplateReference(template.id, version), _mixture(policy, inner) if policy else None)


def _mixture(policy: Parameters, inner: Parameters) -> Mixture:
    spread = policy.get("InstancesDistribution") or {}
    types = tuple(str(o["InstanceType"]) for o in inner.get("Overrides") or [] if "InstanceType" in o)
    percent, base = int(spread.get("OnDemandPercentageAboveBaseCapacity", 100)), spread.get("OnDemandBaseCapacity", 0)
    if not 0 <= percent <= 100 or base < 0:
        raise ValidationError(
            f"OnDemandPercentageAboveBaseCapacity is {percent} and OnDemandBaseCapacity is {base}; the first goes from "
            "0 to 100, the second from 0."
        )
    return Mixture(types, int(base), percent)


def _subnets(world: World, parameters: Parameters) -> tuple[str, ...]:
    """The subnets of VPCZoneIdentifier, else the default subnets of AvailabilityZones."""
    given = str(parameters.get("VPCZoneIdentifier") or "")
    names = [name.strip() for name in given.split(",") if name.strip()]
    for name in names:
        if name not in world.subnets:
            raise ValidationError(f"The subnet ID '{name[:64]}' does not exist")
    if len({world.subnets[name].vpc_id for name in names}) > 1:
        raise ValidationError("The subnets of VPCZoneIdentifier are in different VPCs; name subnets of one VPC.")
    if names:
        return tuple(names)
    zones = parameters.get("AvailabilityZones") or []
    if not zones:
        raise ValidationError("At least one Availability Zone or VPC Subnet is required.")
    for zone in zones:
        if zone not in world.zones:
            raise ValidationError(f"Invalid availability zones: [{str(zone)[:64]}]")
    default = {s.availability_zone: s.id for s in world.subnets.values() if s.is_default}
    found = tuple(default[zone] for zone in zones if zone in default)
    if not found:
        raise ValidationError(f"No default subnet for availability zone: '{', '.join(zones)}'.")
    return found


def _policies(parameters: Parameters) -> tuple[str, ...]:
    found = tuple(str(policy) for policy in parameters.get("TerminationPolicies") or [])
    for policy in found:
        if policy not in victims.POLICIES:
            raise ValidationError(
                f"The termination policy {policy[:64]} is not known; use {', '.join(victims.POLICIES)}."
            )
    return found


def _tags(name: str, parameters: Parameters) -> list[dict[str, Any]]:
    return [
        {
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
            "Key": tag["Key"],
            "Value": tag.get("Value", ""),
            "PropagateAtLaunch": bool(tag.get("PropagateAtLaunch", False)),
        }
        for tag in parameters.get("Tags") or []
    ]


def _judge_orders(world: World, group: AutoScalingGroup) -> None:
    """AWS tries the template before it takes a group. Raises ValidationError with what EC2 says."""
    try:
        templates.orders(world, group)
    except SimError as error:
        raise ValidationError(f"You must use a valid fully-formed launch template. {error.message}") from None


def update_auto_scaling_group(world: World, parameters: Parameters) -> dict[str, Any]:
    """Change a group; what is not named stays, and instances that run stay as they are."""
    group = group_named(world, parameters)
    least, most = int(parameters.get("MinSize", group.min_size)), int(parameters.get("MaxSize", group.max_size))
    least, most, desired = sizes(parameters, least, most, group.desired)
    members: dict[str, Any] = {"min_size": least, "max_size": most, "desired": desired}
    if parameters.get("LaunchTemplate") or parameters.get("MixedInstancesPolicy"):
        launch = _launch(world, parameters)
        members.update(template=launch.template, mixture=launch.mixture)
    if parameters.get("VPCZoneIdentifier") or parameters.get("AvailabilityZones"):
        members.update(subnets=_subnets(world, parameters), balances=True)
    if policies := _policies(parameters):
        members["termination_policies"] = policies
    if "NewInstancesProtectedFromScaleIn" in parameters:
        members["protects_new"] = bool(parameters["NewInstancesProtectedFromScaleIn"])
    if "HealthCheckGracePeriod" in parameters:
        members["grace_period_s"] = int(parameters["HealthCheckGracePeriod"])
    group_changes.group_set(world, group, **members)
    group_changes.look_queued(world, group)
    _provider_looks(world, group)
    journal.call_made(world, "autoscaling:UpdateAutoScalingGroup", group.arn, None, group=group.name)
    return {}


def _provider_looks(world: World, group: AutoScalingGroup) -> None:
    """Managed scaling may want another number again (SS:C-79)."""
    provider = providers.of_group(world, group.name)
    if provider:
        providers.changed(world, provider)


def set_desired_capacity(world: World, parameters: Parameters) -> dict[str, Any]:
    """How many instances a group is to have (SS:C-1)."""
    group = group_named(world, parameters)
    wanted = int(parameters["DesiredCapacity"])
    if wanted < group.min_size:
        raise ValidationError(
            f"New SetDesiredCapacity value {wanted} is below min value {group.min_size} for the AutoScalingGroup."
        )
    if wanted > group.max_size:
        raise ValidationError(
            f"New SetDesiredCapacity value {wanted} is above max value {group.max_size} for the AutoScalingGroup."
        )
    group_changes.group_set(world, group, desired=wanted)
    group_changes.look_queued(world, group)
    _provider_looks(world, group)
    journal.call_made(world, "autoscaling:SetDesiredCapacity", group.arn, None, group=group.name, count=wanted)
    return {}


def delete_auto_scaling_group(world: World, parameters: Parameters) -> dict[str, Any]:
    """A group without instances is gone; ForceDelete ends its instances first."""
    group = group_named(world, parameters)
    if group.members and not parameters.get("ForceDelete"):
        raise ResourceInUse(
            "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still "
            "in the group."
        )
    for member in group.staying:
        group_changes.member_unhealthy(world, member)
    group_changes.group_set(world, group, min_size=0, max_size=0, desired=0, is_deleting=True)
    group_changes.look_queued(world, group)
    journal.call_made(world, "autoscaling:DeleteAutoScalingGroup", group.arn, None, group=group.name)
    return {}


def describe_auto_scaling_groups(world: World, parameters: Parameters) -> dict[str, Any]:
    """Groups by name, all when none is named."""
    names = parameters.get("AutoScalingGroupNames") or []
    found = [g for g in world.auto_scaling_groups.values() if not names or g.name in names]
    return {"AutoScalingGroups": [shapes.group_shape(world, group) for group in found]}


def describe_scaling_activities(world: World, parameters: Parameters) -> dict[str, Any]:
    """What groups did, newest first."""
    name = parameters.get("AutoScalingGroupName")
    groups = [g for g in world.auto_scaling_groups.values() if name in (None, g.name)]
    wanted = parameters.get("ActivityIds") or []
    found = [
        shapes.activity_shape(world, group, activity)
        for group in groups
        for activity in group.activities
        if not wanted or activity.id in wanted
    ]
    return {"Activities": found}

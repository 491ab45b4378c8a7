"""Instances of Auto Scaling groups: end one, protect some, call one unhealthy (SS:C-5, SS:C-6, SS:C-10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import group_changes, journal
from ecslab.sim.errors.common import ValidationError
from ecslab.sim.operations.autoscaling import shapes
from ecslab.sim.operations.autoscaling.groups import group_named
from ecslab.sim.rules.capacity import groups
from ecslab.sim.state.capacity import AutoScalingGroup, Member
from ecslab.sim.world import World

Parameters = Mapping[str, Any]


def _member(world: World, instance_id: str) -> tuple[AutoScalingGroup, Member]:
    """The group of an instance and its place in it. Raises ValidationError."""
    for group in world.auto_scaling_groups.values():
        member = group.members.get(instance_id)
        if member:
            return group, member
    raise ValidationError(f"Instance Id not found - No managed instance found for instance ID {instance_id[:64]}")


def terminate_instance(world: World, parameters: Parameters) -> dict[str, Any]:
    """End an instance of a group, protected or not (SS:C-6); the group replaces it unless it is to shrink."""
    group, member = _member(world, str(parameters["InstanceId"]))
    shrinks = bool(parameters["ShouldDecrementDesiredCapacity"])
    if shrinks and group.desired <= group.min_size:
        raise ValidationError(
            "Currently, desiredSize equals minSize "
            f"({group.min_size}). Terminating instance without replacement will violate group's min size constraint. "
            "Either set shouldDecrementDesiredCapacity flag to false or lower group's min size."
        )
    if not member.lifecycle_state.startswith("Terminating"):
        if shrinks:
            group_changes.group_set(world, group, desired=group.desired - 1, balances=True)
        groups.end_member(world, group, member, "in response to a user request")
        group_changes.look_queued(world, group)
    journal.call_made(
        world,
        "autoscaling:TerminateInstanceInAutoScalingGroup",
        group.arn,
        None,
        group=group.name,
        name=member.instance_id,
    )
    return {"Activity": shapes.activity_shape(world, group, group.activities[0])}


def set_instance_protection(world: World, parameters: Parameters) -> dict[str, Any]:
    """Protect instances of a group from scale-in, or no longer (SS:C-6)."""
    group = group_named(world, parameters)
    names = [str(name) for name in parameters["InstanceIds"]]
    missing = [name for name in names if name not in group.members]
    if missing:
        raise ValidationError(f"The instance {missing[0][:64]} is not part of Auto Scaling group {group.name}.")
    for name in names:
        group_changes.member_protected(world, group, group.members[name], bool(parameters["ProtectedFromScaleIn"]))
    journal.call_made(world, "autoscaling:SetInstanceProtection", group.arn, None, group=group.name)
    return {}


def set_instance_health(world: World, parameters: Parameters) -> dict[str, Any]:
    """Call an instance unhealthy, and its group replaces it (SS:C-10)."""
    status = str(parameters["HealthStatus"])
    if status not in ("Healthy", "Unhealthy"):
        raise ValidationError(f"HealthStatus is {status[:32]!r}; use Healthy or Unhealthy.")
    group, member = _member(world, str(parameters["InstanceId"]))
    if status == "Unhealthy":
        group_changes.member_unhealthy(world, member)
        group_changes.look_queued(world, group)
    journal.call_made(world, "autoscaling:SetInstanceHealth", group.arn, None, group=group.name)
    return {}

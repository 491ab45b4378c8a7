"""Changes of launch templates and Auto Scaling groups."""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.state.capacity import (
    AutoScalingGroup,
    LaunchTemplate,
    LaunchTemplateVersion,
    LifecycleState,
    Member,
    ScalingActivity,
)
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.timers import GroupLooks
from ecslab.sim.world import World

KEPT_ACTIVITIES = 200


def template_made(world: World, template: LaunchTemplate) -> None:
    """A launch template exists."""
    world.launch_templates[template.id] = template


def template_version_made(world: World, template: LaunchTemplate, version: LaunchTemplateVersion) -> None:
    """A launch template has one version more."""
    template.versions[str(version.number)] = version


def template_default_set(world: World, template: LaunchTemplate, number: int) -> None:
    """Another version is the default one."""
    template.default_version = number


def template_deleted(world: World, template: LaunchTemplate) -> None:
    """A launch template is gone."""
    del world.launch_templates[template.id]


def group_made(world: World, group: AutoScalingGroup) -> None:
    """An Auto Scaling group exists."""
    world.auto_scaling_groups[group.name] = group
    _told(world, group)


def group_set(world: World, group: AutoScalingGroup, **members: Any) -> None:
    """Some members of a group take new values."""
    for member, value in members.items():
        setattr(group, member, value)
    _told(world, group)


def group_gone(world: World, group: AutoScalingGroup) -> None:
    """A group is deleted."""
    del world.auto_scaling_groups[group.name]
    journal.record(world, "groupState", group.arn, cluster=None, group=group.name, desired=0, min=0, max=0)


def _told(world: World, group: AutoScalingGroup) -> None:
    journal.record(
        world,
        "groupState",
        group.arn,
        cluster=None,
        group=group.name,
        desired=group.desired,
        min=group.min_size,
        max=group.max_size,
    )


def look_queued(world: World, group: AutoScalingGroup, delay_ms: int = 0) -> None:
    """A group will look at what it has, in this instant or later."""
    if delay_ms:
        journal.timer_set(world, delay_ms, GroupLooks(group.name))
    elif not group.look_queued:
        group.look_queued = True
        journal.timer_set(world, 0, GroupLooks(group.name))


def look_begun(world: World, group: AutoScalingGroup) -> None:
    """A group looks at what it has."""
    group.look_queued = False


def member_joined(world: World, group: AutoScalingGroup, machine: Ec2Instance, *, is_extra: bool) -> None:
    """A machine is launched into a group (SS:C-7)."""
    group.members[machine.id] = Member(
        machine.id, machine.availability_zone, is_protected=group.protects_new, is_extra=is_extra
    )


def member_moved(world: World, member: Member, state: LifecycleState, waits_until_ms: int | None = None) -> None:
    """A member takes its next lifecycle state (SS:C-7)."""
    member.lifecycle_state = state
    member.waits_until_ms = waits_until_ms
    if state != "Pending":
        member.is_extra = False


def member_unhealthy(world: World, member: Member, delay_ms: int = 0) -> None:
    """A member's health check fails; its group acts on it after a delay (SS:C-10, SS:C-11)."""
    if member.health_status != "Unhealthy":
        member.health_status = "Unhealthy"
        member.replaced_from_ms = world.now_ms + delay_ms


def member_protected(world: World, group: AutoScalingGroup, member: Member, is_protected: bool) -> None:
    """A member may not, or may again, be picked by scale-in (SS:C-6)."""
    if member.is_protected != is_protected:
        member.is_protected = is_protected
        journal.record(
            world,
            "memberProtection",
            member.instance_id,
            cluster=None,
            group=group.name,
            isProtected=is_protected,
        )


def member_left(world: World, group: AutoScalingGroup, member: Member) -> None:
    """A terminated instance is in its group no more."""
    del group.members[member.instance_id]


def activity_done(world: World, group: AutoScalingGroup, activity: ScalingActivity) -> None:
    """A launch or a termination, or its failure, newest first."""
    group.activities.insert(0, activity)
    del group.activities[KEPT_ACTIVITIES:]
    journal.record(
        world,
        "groupActivity",
        group.arn,
        cluster=None,
        group=group.name,
        status=activity.status,
        description=activity.description,
        cause=activity.cause,
        message=activity.message,
    )

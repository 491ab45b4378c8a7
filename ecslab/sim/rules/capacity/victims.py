"""Which instance of a group scale-in ends (SS:C-5, SS:C-6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ecslab.sim.rules.capacity import templates
from ecslab.sim.state.capacity import AutoScalingGroup, Member
from ecslab.sim.world import World

MS_PER_HOUR = 3_600_000
POLICIES = (
    "Default",
    "OldestInstance",
    "NewestInstance",
    "OldestLaunchTemplate",
    "OldestLaunchConfiguration",
    "ClosestToNextInstanceHour",
    "AllocationStrategy",
)
"""The termination policies that AWS knows; two of them find nothing to choose by in the lab."""
Score = Callable[[Member], int]


def choose(world: World, group: AutoScalingGroup) -> Member | None:
    """The zone with the most instances that has an unprotected one, then the policies; None when all are protected.

    Model choice: what the policies leave open is decided for the oldest launch (SS:C-5).
    """
    free = [m for m in group.staying if not m.is_protected]
    if not free:
        return None
    counts = Counter(m.availability_zone for m in group.staying)
    zone = min({m.availability_zone: None for m in free}, key=lambda z: (-counts[z], z))
    left = [m for m in free if m.availability_zone == zone]
    scores = _scores(world, group)
    for policy in group.termination_policies:
        for score in scores.get(policy, ()):
            best = min(score(m) for m in left)
            left = [m for m in left if score(m) == best]
    return min(left, key=lambda m: world.ec2_instances[m.instance_id].launched_at_ms)


def _scores(world: World, group: AutoScalingGroup) -> dict[str, tuple[Score, ...]]:
    """What each policy looks at, one after the other; the lowest score goes first."""
    current = templates.template_of(world, group).id

    def age(member: Member) -> int:
        return world.ec2_instances[member.instance_id].launched_at_ms

    def version(member: Member) -> int:
        """Instances of another template than the group's first, then those of its oldest version."""
        identifier, number = world.ec2_instances[member.instance_id].launch_template or ("", 0)
        return number if identifier == current else 0

    def left_of_hour(member: Member) -> int:
        return (age(member) - world.now_ms) % MS_PER_HOUR

    return {
        "Default": (version, left_of_hour),
        "OldestInstance": (age,),
        "NewestInstance": (lambda member: -age(member),),
        "OldestLaunchTemplate": (version,),
        "ClosestToNextInstanceHour": (left_of_hour,),
    }

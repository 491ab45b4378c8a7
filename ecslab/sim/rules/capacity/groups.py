"""Auto Scaling groups: launch and end instances until there are as many as desired (SS:C-1 to SS:C-12)."""

from __future__ import annotations

from collections import Counter

from ecslab.sim.calendar import iso
from ecslab.sim.changes import group_changes, journal
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.errors.common import SimError
from ecslab.sim.rules.capacity import draining, ending, looks, machines, protection, templates, victims
from ecslab.sim.state.capacity import AutoScalingGroup, Member, ScalingActivity
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.timers import DrainingOver, GroupLooks, InstanceEmptied
from ecslab.sim.world import World

MANAGED_DRAINING = "Amazon ECS managed draining"
OF_DESIRED = "in response to a difference between desired and actual capacity"
OF_HEALTH = "in response to an EC2 health check indicating it has been terminated or stopped"
OF_ZONES = "to rebalance the Availability Zones of the group"


def look(world: World, timer: GroupLooks) -> None:
    """Compare what a group has with what it wants, and act (SS:C-1)."""
    group = world.auto_scaling_groups.get(timer.group)
    if group is None:
        return
    group_changes.look_begun(world, group)
    _replace_unhealthy(world, group)
    staying = group.staying
    if len(staying) < group.desired:
        launch(world, group, group.desired - len(staying), OF_DESIRED)
    elif len(staying) > group.desired and not any(m.is_extra for m in staying):
        _shrink(world, group, len(staying) - group.desired)
    if group.balances:
        _balance(world, group)
    if group.is_deleting and not group.members:
        group_changes.group_gone(world, group)


def _replace_unhealthy(world: World, group: AutoScalingGroup) -> None:
    """An instance that is ill or gone is replaced, whatever policies and protection say (SS:C-5, SS:C-10)."""
    for member in group.staying:
        if member.health_status == "Unhealthy" and world.now_ms >= member.replaced_from_ms:
            end_member(world, group, member, OF_HEALTH)


def launch(world: World, group: AutoScalingGroup, count: int, cause: str, *, is_extra: bool = False) -> int:
    """Launch up to `count` instances one at a time; how many found a place."""
    for number in range(count):
        problem = _launch_one(world, group, cause, is_extra=is_extra)
        if problem is not None:
            text = f"Launching a new EC2 instance.  Status Reason: {problem.message} Launching EC2 instance failed."
            if not group.activities or group.activities[0].description != text:
                _tell(world, group, "Failed", text, _cause(world, "started", cause), problem.message)
            return number
    return count


def _launch_one(world: World, group: AutoScalingGroup, cause: str, *, is_extra: bool) -> SimError | None:
    """One instance in the zone with the fewest, another zone where that fails (SS:C-2, SS:C-3)."""
    problem: SimError | None = None
    try:
        orders = templates.orders(world, group)
    except SimError as error:
        return error
    subnets = templates.subnets_of(world, group)
    for zone in zones(world, group):
        in_zone = sorted((s for s in subnets if s.availability_zone == zone), key=lambda s: -s.free_addresses)
        for subnet in in_zone:
            for order in orders:
                problem = machines.obstacle(world, order, subnet)
                if problem is None:
                    machine = machines.launch(world, order, subnet)
                    group_changes.member_joined(world, group, machine, is_extra=is_extra)
                    text = f"Launching a new EC2 instance: {machine.id}"
                    _tell(world, group, "Successful", text, _cause(world, "started", cause))
                    return None
    return problem


def zones(world: World, group: AutoScalingGroup) -> list[str]:
    """The zones of a group, those with the fewest instances first, ties by name (SS:C-2, SS:C-3)."""
    counts = Counter(m.availability_zone for m in group.staying)
    named = sorted({subnet.availability_zone: None for subnet in templates.subnets_of(world, group)})
    return sorted(named, key=lambda zone: counts[zone])


def _shrink(world: World, group: AutoScalingGroup, count: int) -> None:
    for _ in range(count):
        member = victims.choose(world, group)
        if member is None:
            return
        end_member(world, group, member, OF_DESIRED)


def end_member(world: World, group: AutoScalingGroup, member: Member, cause: str) -> None:
    """End an instance of a group, after it has drained where its provider has managed draining (SS:C-35)."""
    machine = world.ec2_instances[member.instance_id]
    text = f"Terminating EC2 instance: {machine.id}"
    _tell(world, group, "Successful", text, _cause(world, "taken out of service", cause))
    instance = None if machine.is_gone else world.instance_on(machine.id)
    waits = protection.drains(world, group) and instance is not None and instance.agent_connected
    if waits and instance and world.tasks_on(instance.arn):
        until_ms = world.now_ms + TIMINGS["managed_draining"]
        group_changes.member_moved(world, member, "Terminating:Wait", until_ms)
        looks.group_of_machine_changed(world, machine)
        journal.timer_set(world, TIMINGS["managed_draining"], DrainingOver(group.name, machine.id, until_ms))
        if instance.status == "ACTIVE":
            draining.drain(world, instance, MANAGED_DRAINING)
        return
    finish(world, group, member, machine)


def finish(world: World, group: AutoScalingGroup, member: Member, machine: Ec2Instance) -> None:
    """The machine of a member goes; one that is gone already is forgotten."""
    group_changes.member_moved(world, member, "Terminating")
    if machine.state in ("terminated", "stopped"):
        group_changes.member_left(world, group, member)
    ending.terminate(world, machine, ending.BY_USER)


def emptied(world: World, timer: InstanceEmptied) -> None:
    """A draining instance has no task left: where its group waits for that, it goes (SS:C-34, SS:C-35)."""
    instance = world.container_instances[timer.container_instance_arn]
    machine = world.ec2_instances[instance.ec2_instance_id]
    group = world.auto_scaling_groups.get(machine.auto_scaling_group or "")
    member = group.members.get(machine.id) if group else None
    if group and member and member.lifecycle_state == "Terminating:Wait" and not world.tasks_on(instance.arn):
        finish(world, group, member, machine)


def draining_over(world: World, timer: DrainingOver) -> None:
    """Forty-eight hours were not enough (SS:C-35)."""
    group = world.auto_scaling_groups.get(timer.group)
    member = group.members.get(timer.instance_id) if group else None
    if group and member and member.waits_until_ms == timer.until_ms:
        finish(world, group, member, world.ec2_instances[timer.instance_id])


def _balance(world: World, group: AutoScalingGroup) -> None:
    """Launch in the emptiest zones before older instances of the fullest go (SS:C-4).

    Model choice: an instance that still drains counts too for the tenth, or the one, that a group may have beyond its
    most.
    """
    if any(m.lifecycle_state == "Pending" for m in group.staying) or len(group.staying) != group.desired:
        return
    counts = Counter({zone: 0 for zone in zones(world, group) if zone not in world.failed_zones})
    counts.update(m.availability_zone for m in group.staying if m.availability_zone in counts)
    moves = 0
    while counts and max(counts.values()) - min(counts.values()) > 1:
        fullest, emptiest = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
        counts[fullest] -= 1
        counts[emptiest] += 1
        moves += 1
    room = group.max_size + max(1, group.max_size // 10) - len(group.members)
    is_over = not moves or victims.choose(world, group) is None
    if not is_over and room > 0:
        is_over = not launch(world, group, min(moves, room), OF_ZONES, is_extra=True)
    if is_over:
        group_changes.group_set(world, group, balances=False)


def _tell(
    world: World, group: AutoScalingGroup, status: str, description: str, cause: str, message: str | None = None
) -> None:
    activity = ScalingActivity(world.ids.hex("activity"), world.now_ms, status, description, cause, message)
    group_changes.activity_done(world, group, activity)


def _cause(world: World, what: str, why: str) -> str:
    return f"At {iso(world.start.starts_at, world.now_ms)} an instance was {what} {why}."

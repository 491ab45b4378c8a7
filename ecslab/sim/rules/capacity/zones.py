"""An Availability Zone that is lost, and its return (SS:C-45)."""

from __future__ import annotations

from ecslab.sim.changes import group_changes, journal, stock_changes, task_changes
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.rules.capacity import booting, ending, templates
from ecslab.sim.rules.load_balancing import probing
from ecslab.sim.rules.tasks import looking, stopping
from ecslab.sim.state.task import Task
from ecslab.sim.timers import ZoneGivenUp
from ecslab.sim.world import World

LOST = "The Availability Zone {zone} of the task was lost."
"""Model choice: AWS names no reason for a Fargate task whose zone is lost."""


def fail(world: World, zone: str) -> None:
    """Every machine there dies, and the Fargate tasks there are given up a minute later as theirs are (SS:C-45)."""
    stock_changes.zone_failed(world, zone)
    probing.look_again(world)
    for machine in list(world.ec2_instances.values()):
        if machine.availability_zone == zone and not machine.is_gone and machine.failed_at_ms is None:
            ending.fail(world, machine)
    journal.timer_set(world, TIMINGS["instance_given_up"], ZoneGivenUp(zone, world.now_ms))


def given_up(world: World, timer: ZoneGivenUp) -> None:
    """The Fargate tasks of a zone that has been lost for a minute are STOPPED (SS:C-45)."""
    if world.failed_zones.get(timer.zone) != timer.since_ms:
        return
    for task in _fargate_tasks(world, timer.zone):
        task_changes.held_back_dropped(world, task.arn)
        stopping.lose(world, task, "TerminationNotice", LOST.format(zone=timer.zone))


def recover(world: World, zone: str) -> None:
    """Machines and Fargate tasks that were not given up yet go on; groups and services balance zones (SS:C-4, S-63).

    Model choice: a group balances its zones the moment that the zone is back.
    """
    since_ms = world.failed_zones[zone]
    stock_changes.zone_recovered(world, zone)
    probing.look_again(world)
    for machine in list(world.ec2_instances.values()):
        if machine.availability_zone == zone and machine.failed_at_ms == since_ms and not machine.is_gone:
            ending.recover(world, machine)
    booting.try_again(world)
    for task in _fargate_tasks(world, zone):
        looking.told_at_last(world, task.arn)
    for group in world.auto_scaling_groups.values():
        if any(subnet.availability_zone == zone for subnet in templates.subnets_of(world, group)):
            group_changes.group_set(world, group, balances=True)
            group_changes.look_queued(world, group)
    looking.fargate_freed(world)


def _fargate_tasks(world: World, zone: str) -> list[Task]:
    return [
        task
        for task in world.tasks.values()
        if task.launch_type == "FARGATE" and task.availability_zone == zone and task.last_status != "STOPPED"
    ]

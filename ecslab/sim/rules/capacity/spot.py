"""Spot Instances that AWS takes back: the notice, and the end two minutes later (SS:C-40, SS:C-41, SS:K-27)."""

from __future__ import annotations

from ecslab.sim.changes import instance_changes, journal
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.rules.capacity import draining, ending, user_data
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.timers import SpotEnds
from ecslab.sim.world import World

NOTICE = "EC2 Spot interruption notice"


def interrupt(world: World, machine: Ec2Instance) -> None:
    """A Spot Instance has its notice: an agent that is told to sets it to DRAINING, else its tasks go on (SS:C-40)."""
    instance_changes.spot_interrupted(world, machine)
    instance = world.instance_on(machine.id)
    heeds = user_data.drains_on_notice(user_data.agent_settings(machine.user_data))
    if instance and heeds and instance.agent_connected and instance.status == "ACTIVE":
        draining.drain(world, instance, NOTICE)
    journal.timer_set(world, TIMINGS["spot_notice"], SpotEnds(machine.id))


def taken(world: World, timer: SpotEnds) -> None:
    """Two minutes after the notice the machine goes, whatever runs on it (SS:C-41)."""
    ending.terminate(world, world.ec2_instances[timer.instance_id], ending.BY_SPOT)

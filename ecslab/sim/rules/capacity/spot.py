"""Spot capacity is taken back: a notice, and the end two minutes later (SS:C-40 to SS:C-43, SS:K-27)."""

from __future__ import annotations

from ecslab.sim.changes import instance_changes, journal
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.rules.capacity import draining, ending, protection, user_data
from ecslab.sim.state.container_instance import ContainerInstance, Ec2Instance
from ecslab.sim.timers import SpotEnds
from ecslab.sim.world import World


def interrupt(world: World, machine: Ec2Instance) -> None:
    """The notice: the instance drains where its agent or its capacity provider sees to that (SS:C-35, SS:C-40)."""
    instance_changes.spot_interrupted(world, machine)
    journal.timer_set(world, TIMINGS["spot_notice"], SpotEnds(machine.id, world.now_ms))
    instance = world.instance_on(machine.id)
    if instance and instance.status == "ACTIVE" and instance.agent_connected and _drains(world, machine, instance):
        draining.drain(world, instance)


def _drains(world: World, machine: Ec2Instance, instance: ContainerInstance) -> bool:
    group = world.auto_scaling_groups.get(machine.auto_scaling_group or "")
    managed = group is not None and protection.drains(world, group)
    return managed or user_data.drains_on_notice(instance.agent_settings)


def ends(world: World, timer: SpotEnds) -> None:
    """Two minutes are over: the machine goes, whatever still runs on it (SS:C-41)."""
    machine = world.ec2_instances[timer.instance_id]
    if machine.doomed_at_ms == timer.since_ms:
        ending.terminate(world, machine, ending.BY_SPOT)

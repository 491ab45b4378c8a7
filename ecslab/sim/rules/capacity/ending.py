"""How machines and container instances go: ended, stopped, lost, deregistered (SS:C-24, SS:C-25, SS:C-44, SS:T-31)."""

from __future__ import annotations

from ecslab.sim.changes import group_changes, instance_changes, journal, task_changes
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.rules import stock
from ecslab.sim.rules.capacity import looks
from ecslab.sim.rules.load_balancing import probing
from ecslab.sim.rules.tasks import looking, stopping
from ecslab.sim.state.container_instance import ContainerInstance, Ec2Instance
from ecslab.sim.timers import AgentStarts, InstanceLost, MachineSteps
from ecslab.sim.world import World

BY_USER = "Client.UserInitiatedShutdown: User initiated shutdown"
BY_SPOT = "Server.SpotInstanceTermination: Instance terminated, no Spot capacity"
FAILED = "Server.InternalError: Internal error on the machine under the instance"


def terminate(world: World, machine: Ec2Instance, reason: str, *, looks_at_once: bool = False) -> None:
    """A machine ends: its tasks are gone now, the machine in a moment (SS:K-26, SS:T-31).

    It is deregistered unless its agent was disconnected while the machine was well, by hand or by a stop: then it stays
    listed, and its tasks with it, until somebody deregisters it (SS:C-24).
    """
    if machine.is_gone:
        return
    was_running = machine.state in ("pending", "running")
    instance = world.instance_on(machine.id)
    stays = instance is not None and not instance.agent_connected and not machine.failure_cut_agent
    _leave(world, machine, "shutting-down", reason, was_running=was_running)
    _leave_group(world, machine, looks_at_once=looks_at_once)
    if instance and not stays:
        instance_changes.status_set(world, instance, "INACTIVE")
        _lose_tasks(world, instance, f"Host EC2 (instance {machine.id}) terminated.")
    looks.group_of_machine_changed(world, machine)


def stop(world: World, machine: Ec2Instance) -> None:
    """A machine stops: it can be started again and stays registered, its agent disconnected (SS:C-24)."""
    instance = world.instance_on(machine.id)
    _leave(world, machine, "stopping", BY_USER, was_running=True)
    _leave_group(world, machine, looks_at_once=False)
    if instance:
        if instance.agent_connected:
            instance_changes.agent_disconnected(world, instance)
        _lose_tasks(world, instance, f"Host EC2 (instance {machine.id}) stopped.")
    looks.group_of_machine_changed(world, machine)


def _leave(world: World, machine: Ec2Instance, state: str, reason: str, *, was_running: bool) -> None:
    instance_changes.machine_moved(world, machine, state, reason)
    probing.machine_changed(world, machine.id)
    if machine.failed_at_ms is not None:
        instance_changes.machine_recovered(world, machine)
    if was_running and reason != BY_SPOT:
        stock.instance_given_back(world, machine)
    journal.timer_set(world, TIMINGS["ec2.terminate"], MachineSteps(machine.id, state))
    if world.supply_limits:
        looks.all_groups(world)


def _leave_group(world: World, machine: Ec2Instance, *, looks_at_once: bool) -> None:
    """The group replaces a member that it has not ended itself, once its health check fails (SS:C-11)."""
    group = world.auto_scaling_groups.get(machine.auto_scaling_group or "")
    member = group.members.get(machine.id) if group else None
    if group is None or member is None or member.lifecycle_state == "Terminating":
        return
    delay_ms = 0 if looks_at_once else TIMINGS["group_replaces"]
    group_changes.member_unhealthy(world, member, delay_ms)
    group_changes.look_queued(world, group, delay_ms)


def _lose_tasks(world: World, instance: ContainerInstance, reason: str) -> None:
    task_changes.held_back_dropped(world, instance.arn)
    for task in world.tasks_on(instance.arn):
        stopping.lose(world, task, "TerminationNotice", reason)
    looking.daemons_look(world, instance.cluster_name)


def deregister(world: World, instance: ContainerInstance) -> None:
    """A container instance leaves its cluster; its tasks end for ECS, whatever runs on the machine (SS:C-25)."""
    machine = world.ec2_instances.get(instance.ec2_instance_id)
    instance_changes.status_set(world, instance, "INACTIVE")
    task_changes.held_back_dropped(world, instance.arn)
    for task in world.tasks_on(instance.arn):
        stopping.lose(world, task, "UserInitiated", "Container instance deregistration forced by user")
    looking.capacity_freed(world, instance.cluster_name)
    if machine:
        looks.group_of_machine_changed(world, machine)


def fail(world: World, machine: Ec2Instance) -> None:
    """The machine dies: the agent is gone now, its tasks are given up a minute later (SS:C-44)."""
    instance = world.instance_on(machine.id)
    connected = instance if instance and instance.agent_connected else None
    instance_changes.machine_failed(world, machine, cuts_agent=connected is not None)
    probing.look_again(world)
    if connected:
        instance_changes.agent_disconnected(world, connected)
        looks.group_of_machine_changed(world, machine)
    journal.timer_set(world, TIMINGS["instance_given_up"], InstanceLost(machine.id, world.now_ms))


def recover(world: World, machine: Ec2Instance) -> None:
    """A dead machine returns before it was given up; an agent that was disconnected before it died stays so (SS:C-23).

    Model choice: what ran on it goes on from where it was; one that has not joined its cluster yet boots again.
    """
    cut_agent = machine.failure_cut_agent
    instance_changes.machine_recovered(world, machine)
    probing.look_again(world)
    instance = world.instance_on(machine.id)
    if instance and cut_agent:
        reconnect(world, instance)
    elif instance is None and machine.state == "running":
        journal.timer_set(world, TIMINGS["ec2.boot_to_registered"], AgentStarts(machine.id))


def reconnect(world: World, instance: ContainerInstance) -> None:
    """An agent is back: it tells what happened meanwhile, and takes tasks again (SS:C-23)."""
    instance_changes.agent_reconnected(world, instance)
    looking.told_at_last(world, instance.arn)
    looking.capacity_freed(world, instance.cluster_name)
    machine = world.ec2_instances.get(instance.ec2_instance_id)
    if machine:
        looks.group_of_machine_changed(world, machine)


def lost(world: World, timer: InstanceLost) -> None:
    """A machine that failed a minute ago is terminated, and its tasks with it (SS:C-44, SS:T-31)."""
    machine = world.ec2_instances[timer.instance_id]
    if machine.failed_at_ms == timer.since_ms:
        terminate(world, machine, FAILED, looks_at_once=True)

"""The agent of a machine comes up and joins its cluster, or cannot (SS:C-20, SS:C-21, SS:K-24)."""

from __future__ import annotations

from ecslab.sim.changes import instance_changes
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.capacity import images, looks, registering, user_data
from ecslab.sim.rules.reachability import service_path
from ecslab.sim.rules.tasks import looking
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.timers import AgentStarts
from ecslab.sim.world import World


def agent_starts(world: World, timer: AgentStarts) -> None:
    """A machine has booted: its agent registers it, or connects again when it is registered already."""
    machine = world.ec2_instances[timer.instance_id]
    if machine.state != "running" or machine.failed_at_ms is not None:
        return
    instance = world.instance_on(machine.id)
    if instance is None:
        join(world, machine)
        return
    if not instance.agent_connected:
        instance_changes.agent_reconnected(world, instance)
        looks.group_of_machine_changed(world, machine)
        looking.capacity_freed(world, instance.cluster_name)


def join(world: World, machine: Ec2Instance) -> None:
    """Register a machine to the cluster that its start script names, or say in the agent's log why not (SS:C-21)."""
    settings = user_data.agent_settings(machine.user_data)
    cluster = settings.get(user_data.CLUSTER, user_data.DEFAULT_CLUSTER)
    if problem := obstacle(world, machine, cluster):
        instance_changes.registration_failed(world, machine, cluster, problem)
        return
    try:
        agent = registering.agent_of(settings)
        found = registering.registration(
            world, machine.instance_type, cpu=None, memory_mib=None, reserved_mib=agent.reserved_memory_mib
        )
    except InvalidParameterException as error:
        instance_changes.registration_failed(world, machine, cluster, f"Unable to start the ECS agent: {error.message}")
        return
    if instance := registering.register(world, machine, cluster, found, agent):
        looks.group_of_machine_changed(world, machine)
        looking.capacity_freed(world, instance.cluster_name)


def obstacle(world: World, machine: Ec2Instance, cluster_name: str) -> str | None:
    """What keeps an agent from registering, before anybody asks for its permissions (SS:C-21)."""
    if not images.IMAGES[machine.image_id].has_agent:
        return f"No ECS agent runs on this machine: its image {machine.image_id} is not ECS-optimized."
    has_public = machine.public_address is not None
    path = service_path(world, machine.subnet_id, machine.security_groups, has_public, "ecs", machine.private_address)
    if not path.reached:
        return f"Error registering container instance: RequestError: send request failed. {path.sentence}"
    cluster = world.clusters.get(cluster_name)
    if cluster is None or cluster.status != "ACTIVE":
        return (
            "Error registering container instance: ClientException: "
            f"Cluster not found. The agent's ECS_CLUSTER is {cluster_name}."
        )
    if problem := registering.too_many(world, cluster_name):
        return f"Error registering container instance: ClientException: {problem}"
    return None


def try_again(world: World) -> None:
    """Agents that could not register try again when what kept them may have changed.

    Model choice: an agent that failed is started again by its machine over and over; the lab lets it try when a cluster
    is made or a way through the network opens.
    """
    for machine in list(world.ec2_instances.values()):
        if machine.unregistered and machine.state == "running" and machine.failed_at_ms is None:
            join(world, machine)

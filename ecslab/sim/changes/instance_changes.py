"""Changes of EC2 instances and container instances."""

from __future__ import annotations

from ecslab.sim.changes import journal, usage_changes
from ecslab.sim.state.container_instance import ContainerInstance, Ec2Instance
from ecslab.sim.world import World


def ec2_instance_launched(world: World, instance: Ec2Instance) -> None:
    """An EC2 instance runs."""
    world.ec2_instances[instance.id] = instance
    usage_changes.machine_metered(world, instance)


def registration_failed(world: World, instance: Ec2Instance, cluster_name: str, problem: str) -> None:
    """An agent has not been able to register its machine; its log says why (IC:I-50)."""
    journal.record(world, "agentLog", instance.id, cluster=cluster_name, ec2InstanceId=instance.id, message=problem)


def metadata_options_put(world: World, instance: Ec2Instance, *, enabled: bool, tokens: str, hop_limit: int) -> None:
    """How containers reach the metadata of a machine from now on (IC:I-39)."""
    instance.metadata_enabled = enabled
    instance.metadata_tokens = tokens
    instance.metadata_hop_limit = hop_limit
    journal.record(world, "instanceMetadata", instance.id, enabled=enabled, tokens=tokens, hopLimit=hop_limit)


def container_instance_registered(world: World, instance: ContainerInstance) -> None:
    """A container instance joins its cluster (SS:C-20)."""
    world.container_instances[instance.arn] = instance
    usage_changes.reservation_told(world, instance)
    _instance_state(world, instance)


def agent_disconnected(world: World, instance: ContainerInstance) -> None:
    """The agent of an instance is gone; its tasks' last states stand (SS:C-23)."""
    instance.agent_connected = False
    _instance_state(world, instance)


def instance_deregistered(world: World, instance: ContainerInstance) -> None:
    """A container instance becomes INACTIVE and its machine is terminated (SS:C-44)."""
    instance.status = "INACTIVE"
    machine = world.ec2_instances[instance.ec2_instance_id]
    machine.state = "terminated"
    machine.public_address = None
    machine.terminated_at_ms = world.now_ms
    usage_changes.machine_meter_stopped(world, machine)
    _instance_state(world, instance)


def _instance_state(world: World, instance: ContainerInstance) -> None:
    journal.record(
        world,
        "instanceState",
        instance.arn,
        cluster=instance.cluster_name,
        status=instance.status,
        agentConnected=instance.agent_connected,
        ec2InstanceId=instance.ec2_instance_id,
        zone=instance.availability_zone,
    )


def attributes_set(world: World, instance: ContainerInstance, attributes: dict[str, str | None]) -> None:
    """The attributes of a container instance are these from now on (PN:R-34)."""
    instance.attributes = attributes
    _instance_state(world, instance)

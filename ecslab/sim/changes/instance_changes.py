"""Changes of EC2 instances and container instances."""

from __future__ import annotations

from ecslab.sim.changes import journal, traffic_changes, usage_changes
from ecslab.sim.state.container_instance import ContainerInstance, ContainerInstanceStatus, Ec2Instance
from ecslab.sim.world import World


def ec2_instance_launched(world: World, instance: Ec2Instance) -> None:
    """An EC2 instance is there; its root volume costs from now on, the instance itself while it runs."""
    world.ec2_instances[instance.id] = instance
    usage_changes.volume_metered(world, instance)
    if instance.state == "running":
        usage_changes.machine_metered(world, instance)
    else:
        _machine_state(world, instance)


def machine_moved(world: World, instance: Ec2Instance, state: str, reason: str | None = None) -> None:
    """An EC2 instance takes its next state; it costs while it runs, its volume until it is terminated (IC:$-25).

    What becomes of a container instance on it is told by the container instance.
    """
    instance.state = state
    instance.state_reason = reason or instance.state_reason
    if state in ("shutting-down", "stopping"):
        instance.public_address = None
        usage_changes.machine_meter_stopped(world, instance)
        if state == "shutting-down":
            usage_changes.volume_meter_stopped(world, instance)
    elif state == "pending":
        instance.state_reason = None
        instance.launched_at_ms = world.now_ms
    elif state == "running":
        usage_changes.machine_metered(world, instance)
    elif state == "terminated":
        instance.terminated_at_ms = world.now_ms
    if state != "shutting-down" or world.instance_on(instance.id) is None:
        _machine_state(world, instance)


def machine_failed(world: World, instance: Ec2Instance, *, cuts_agent: bool) -> None:
    """A machine is dead; AWS has not noticed yet (SS:C-44)."""
    instance.failed_at_ms = world.now_ms
    instance.failure_cut_agent = cuts_agent


def machine_recovered(world: World, instance: Ec2Instance) -> None:
    """A machine that was dead runs again."""
    instance.failed_at_ms = None
    instance.failure_cut_agent = False


def spot_interrupted(world: World, instance: Ec2Instance) -> None:
    """AWS will take a Spot Instance back in two minutes (SS:C-40)."""
    instance.doomed_at_ms = world.now_ms
    journal.record(world, "spotNotice", instance.id, cluster=None, ec2InstanceId=instance.id)


def _machine_state(world: World, instance: Ec2Instance) -> None:
    journal.record(
        world,
        "machineState",
        instance.id,
        cluster=None,
        state=instance.state,
        ec2InstanceId=instance.id,
        instanceType=instance.instance_type,
        zone=instance.availability_zone,
        group=instance.auto_scaling_group,
        reason=instance.state_reason,
    )


def registration_failed(world: World, instance: Ec2Instance, cluster_name: str, problem: str) -> None:
    """An agent has not been able to register its machine; its log says why (IC:I-50, SS:C-21)."""
    instance.unregistered = problem
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
    machine = world.ec2_instances.get(instance.ec2_instance_id)
    if machine:
        machine.unregistered = None
    usage_changes.reservation_told(world, instance)
    _instance_state(world, instance)


def agent_disconnected(world: World, instance: ContainerInstance) -> None:
    """The agent of an instance is gone; its tasks' last states stand (SS:C-23)."""
    instance.agent_connected = False
    _instance_state(world, instance)


def agent_reconnected(world: World, instance: ContainerInstance) -> None:
    """The agent of an instance has found its way to ECS again (SS:C-23)."""
    instance.agent_connected = True
    _instance_state(world, instance)


def agent_update_moved(world: World, instance: ContainerInstance, status: str, version: str) -> None:
    """An update of an agent begins, or ends with a version (IC:X-54)."""
    instance.agent_update = status
    instance.agent_version = version
    _instance_state(world, instance)


def status_set(
    world: World, instance: ContainerInstance, status: ContainerInstanceStatus, reason: str | None = None
) -> None:
    """A container instance is ACTIVE, DRAINING or INACTIVE from now on (SS:C-22)."""
    instance.status = status
    instance.status_reason = reason
    _instance_state(world, instance)


def _instance_state(world: World, instance: ContainerInstance) -> None:
    journal.instance_touched(world, instance.arn)
    traffic_changes.capacity_changed(world, instance)
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

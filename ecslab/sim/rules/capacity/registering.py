"""What an EC2 instance registers with when it joins a cluster (PN section R, SS:C-20, SS:C-26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ecslab.sim.changes import instance_changes
from ecslab.sim.data.tables import instance_type, registered_memory_mib
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules import agent_settings, quotas
from ecslab.sim.rules.iam import agent as permissions
from ecslab.sim.state.container_instance import NEWEST_AGENT, ContainerInstance, Ec2Instance
from ecslab.sim.state.network import Subnet
from ecslab.sim.world import World

TRUNKING = "awsvpcTrunking"
"""The account setting that gives instances launched after it a trunk interface (PN:N-32)."""

CAPABILITIES = (
    "ecs.capability.task-eni",
    "ecs.capability.task-eni-trunking",
    "ecs.capability.task-cpu-mem-limit",
    "ecs.capability.container-health-check",
    "ecs.capability.container-ordering",
    "ecs.capability.execution-role-awslogs",
    "ecs.capability.execution-role-ecr-pull",
    "ecs.capability.secrets.asm.environment-variables",
    "ecs.capability.secrets.ssm.environment-variables",
    "ecs.capability.efs",
    "ecs.capability.efsAuth",
    "ecs.capability.storage.ebs-task-volume-attach",
    "ecs.capability.storage.s3-files",
    "ecs.capability.service-connect-v1",
    "ecs.capability.container-restart-policy",
    "ecs.capability.network.container-port-range",
    "ecs.capability.firelens.fluentd",
    "ecs.capability.firelens.fluentbit",
    "ecs.capability.execute-command",
    "ecs.capability.env-files.s3",
    "ecs.capability.pid-ipc-namespace-sharing",
    "com.amazonaws.ecs.capability.privileged-container",
    "com.amazonaws.ecs.capability.task-iam-role",
    "com.amazonaws.ecs.capability.task-iam-role-network-host",
    "com.amazonaws.ecs.capability.ecr-auth",
    "com.amazonaws.ecs.capability.logging-driver.awslogs",
    "com.amazonaws.ecs.capability.logging-driver.awsfirelens",
    "com.amazonaws.ecs.capability.logging-driver.fluentd",
    "com.amazonaws.ecs.capability.logging-driver.json-file",
    "com.amazonaws.ecs.capability.logging-driver.journald",
    "com.amazonaws.ecs.capability.logging-driver.syslog",
    "com.amazonaws.ecs.capability.logging-driver.none",
)
"""What the agent of the lab's images can do, as name-only attributes (PN:R-31)."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What an instance of a given type registers, overrides applied; `has_trunk` when it gets a trunk interface."""

    type_name: str
    cpu_units: int
    memory_mib: int
    gpus: int
    task_eni_limit: int
    has_trunk: bool
    architecture: str


def too_many(world: World, cluster_name: str, count: int = 1) -> str | None:
    """Why a cluster takes no more container instances, None when it does (IC:Q-2)."""
    have = len(world.instances_of(cluster_name))
    return quotas.exceeded(world, quotas.INSTANCES, have + count, "container instances in a cluster")


def registration(
    world: World, type_name: str, *, cpu: int | None, memory_mib: int | None, reserved_mib: int
) -> Registration:
    """CPU units and MiB that an instance registers (PN:R-1 to PN:R-5), its GPUs and its task ENIs (PN:N-30, PN:N-32).

    A type that the lab does not know is allowed when both sizes are given; it then has the network interfaces of a
    large general-purpose instance.
    """
    known = instance_type(type_name)
    if known is None and (cpu is None or memory_mib is None):
        raise InvalidParameterException(
            f"The instance type {type_name} is not known to the lab; name a known type such as t3.medium, "
            "or give cpu and memoryMiB."
        )
    total = memory_mib if memory_mib is not None else registered_memory_mib(type_name)
    if total <= reserved_mib:
        raise InvalidParameterException(
            f"ECS_RESERVED_MEMORY is {reserved_mib} MiB and the instance has {total} MiB; reserve less than it has."
        )
    trunk = known.trunk_task_enis if known and world.account_settings.get(TRUNKING) == "enabled" else None
    return Registration(
        type_name,
        cpu if cpu is not None else (known.vcpus * 1024 if known else 0),
        total - reserved_mib,
        known.gpus if known else 0,
        trunk or (known.max_enis - 1 if known else 2),
        trunk is not None,
        known.architecture if known else "x86_64",
    )


@dataclass(frozen=True, slots=True)
class Agent:
    """What the ECS agent of a machine registers with, beside what its type has; `registered_at_ms` None means now."""

    attributes: Mapping[str, str | None]
    ports: tuple[tuple[str, int], ...]
    dynamic_ports: tuple[int, int]
    settings: Mapping[str, str] = field(default_factory=dict)
    version: str = NEWEST_AGENT
    registered_at_ms: int | None = None
    container_stop_timeout_ms: int | None = None
    container_start_timeout_ms: int | None = None
    reserved_memory_mib: int = 0


def agent_of(settings: Mapping[str, str]) -> Agent:
    """The agent as its settings make it. Raises InvalidParameterException."""
    read = agent_settings.read(settings)
    return Agent(
        read.attributes,
        read.ports,
        read.dynamic_ports,
        settings,
        container_stop_timeout_ms=read.container_stop_timeout_ms,
        container_start_timeout_ms=read.container_start_timeout_ms,
        reserved_memory_mib=read.reserved_memory_mib,
    )


def register(
    world: World, machine: Ec2Instance, cluster_name: str, found: Registration, agent: Agent
) -> ContainerInstance | None:
    """Register a machine to a cluster (SS:C-20, SS:C-26).

    None when its role does not let the agent register: the machine runs, and the cluster never sees it (IC:I-50).
    """
    if problem := permissions.can_register(world, machine, cluster_name):
        instance_changes.registration_failed(world, machine, cluster_name, problem)
        return None
    built_in = _built_in(world.subnets[machine.subnet_id], machine, found)
    for name in agent_settings.withheld(agent.settings, list(built_in)):
        del built_in[name]
    if found.has_trunk:
        built_in["ecs.awsvpc-trunk-id"] = world.ids.prefixed("eni")
    serial = world.ids.serial("container-instance")
    instance = ContainerInstance(
        arn=world.ids.arn("ecs", f"container-instance/{cluster_name}/{serial:016x}"),
        id=f"{serial:016x}",
        serial=serial,
        cluster_name=cluster_name,
        ec2_instance_id=machine.id,
        instance_type=found.type_name,
        availability_zone=machine.availability_zone,
        subnet_id=machine.subnet_id,
        registered_at_ms=world.now_ms if agent.registered_at_ms is None else agent.registered_at_ms,
        registered_cpu_units=found.cpu_units,
        registered_memory_mib=found.memory_mib,
        registered_gpus=found.gpus,
        task_eni_limit=found.task_eni_limit,
        agent_ports=agent.ports,
        attributes={**built_in, **agent.attributes},
        dynamic_port_range=agent.dynamic_ports,
        next_dynamic_port=agent.dynamic_ports[0],
        agent_version=agent.version,
        container_stop_timeout_ms=agent.container_stop_timeout_ms,
        container_start_timeout_ms=agent.container_start_timeout_ms,
        agent_settings=dict(agent.settings),
    )
    instance_changes.container_instance_registered(world, instance)
    if not permissions.stays_connected(world, machine, instance.arn):
        instance_changes.agent_disconnected(world, instance)
    return instance


def _built_in(subnet: Subnet, machine: Ec2Instance, found: Registration) -> dict[str, str | None]:
    """The attributes that ECS gives every Linux instance (PN:R-30, PN:R-31)."""
    return {
        "ecs.ami-id": machine.image_id,
        "ecs.availability-zone": subnet.availability_zone,
        "ecs.instance-type": found.type_name,
        "ecs.os-type": "linux",
        "ecs.os-family": "LINUX",
        "ecs.cpu-architecture": found.architecture,
        "ecs.vpc-id": subnet.vpc_id,
        "ecs.subnet-id": subnet.id,
        **dict.fromkeys(CAPABILITIES, None),
    }

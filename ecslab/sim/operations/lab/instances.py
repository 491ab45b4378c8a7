"""Container instances in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import journal
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ec2 import VcpuLimitExceeded
from ecslab.sim.errors.ecs import ClientException
from ecslab.sim.operations.ecs import attributes
from ecslab.sim.operations.ecs.shapes import container_instance_shape
from ecslab.sim.rules import agent_settings, quotas
from ecslab.sim.rules.capacity import images, machines, registering, user_data
from ecslab.sim.rules.iam import roles
from ecslab.sim.rules.tasks import looking
from ecslab.sim.rules.vpcs import default_group
from ecslab.sim.state.container_instance import NEWEST_AGENT
from ecslab.sim.state.network import Subnet
from ecslab.sim.world import World

MAX_INSTANCES_A_CALL = 100


def add_container_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Launch EC2 instances and register them to a cluster in the moment of the call."""
    cluster = world.cluster(parameters.get("cluster"))
    count = parameters.get("count", 1)
    if not 1 <= count <= MAX_INSTANCES_A_CALL:
        raise InvalidParameterException(f"count is {count}; one call adds 1 to {MAX_INSTANCES_A_CALL} instances.")
    settings = {str(k): str(v) for k, v in (parameters.get("agent") or {}).items()}
    agent = registering.agent_of(settings)
    found = registering.registration(
        world,
        str(parameters["instanceType"]),
        cpu=parameters.get("cpu"),
        memory_mib=parameters.get("memoryMiB"),
        reserved_mib=agent.reserved_memory_mib,
    )
    subnets = subnets_of(world, parameters)
    _judge_room(world, subnets, count)
    _judge_stock(world, found.type_name, subnets, count)
    if problem := registering.too_many(world, cluster.name, count):
        raise ClientException(problem)
    if problem := quotas.vcpus_exceeded(world, found.type_name, str(parameters.get("market", "on-demand")), count):
        raise VcpuLimitExceeded(problem)
    attributes = _attributes(parameters, agent.attributes)
    ports = parameters.get("ports")
    agent_ports = agent.ports if ports is None else tuple(("tcp", int(port)) for port in ports)
    groups = security_groups_of(world, parameters, subnets[0])
    registered = parameters.get("registeredAt")
    joining = replace(
        agent,
        attributes=attributes,
        ports=agent_ports,
        version=str(parameters.get("agentVersion", NEWEST_AGENT)),
        registered_at_ms=None if registered is None else _registered_at(world, str(registered)),
    )
    order = machines.Order(
        images.optimized_for(found.architecture).id,
        found.type_name,
        profile_of(world, str(parameters.get("instanceProfile", roles.DEFAULT_PROFILE))),
        tuple(groups),
        user_data.script_of(cluster.name, settings),
        str(parameters.get("market", "on-demand")),
    )
    before = len(world.ec2_instances)
    launched = [machines.make(world, order, subnets[number % len(subnets)]) for number in range(count)]
    tried = [registering.register(world, machine, cluster.name, found, joining) for machine in launched]
    made = [instance for instance in tried if instance]
    looking.capacity_freed(world, cluster.name)
    resource = made[0].arn if made else cluster.arn
    journal.call_made(world, "lab:AddContainerInstances", resource, cluster.name, count=len(made))
    return {
        "containerInstances": [container_instance_shape(world, instance) for instance in made],
        "instanceIds": list(world.ec2_instances)[before:],
        "notSimulated": tuple(f"agent.{name}" for name in agent_settings.read(settings).unread),
    }


def profile_of(world: World, name: str) -> str | None:
    """The ARN of an instance profile by name or ARN; an empty text launches without one (IC:I-50)."""
    if not name:
        return None
    profile = world.instance_profiles.get(roles.name_of(name))
    if profile is None:
        raise InvalidParameterException(
            f"Value ({name[:128]}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
        )
    return profile.arn


def _registered_at(world: World, text: str) -> int:
    try:
        return calendar.milliseconds_since(world.start.starts_at, text)
    except (ValueError, OverflowError):
        raise InvalidParameterException(
            f"registeredAt is {text[:64]!r}; write a date such as 2026-01-05T00:00:00Z."
        ) from None


def subnets_of(world: World, parameters: Mapping[str, Any]) -> list[Subnet]:
    """The subnets to fill in turn: those named, else the default subnet of each zone (named or all)."""
    names = parameters.get("subnets") or []
    for name in names:
        if name not in world.subnets:
            raise InvalidParameterException(f"The subnet ID '{name}' does not exist.")
    if names:
        found = [world.subnets[name] for name in names]
        if len({subnet.vpc_id for subnet in found}) > 1:
            raise InvalidParameterException("The subnets are in different VPCs; name subnets of one VPC.")
        return found
    zones = parameters.get("zones") or world.zones
    for zone in zones:
        if zone not in world.zones:
            raise InvalidParameterException(f"The Availability Zone {zone} is none of {', '.join(world.zones)}.")
    default = {s.availability_zone: s for s in world.subnets.values() if s.is_default}
    return [default[zone] for zone in zones]


def security_groups_of(world: World, parameters: Mapping[str, Any], subnet: Subnet) -> list[str]:
    """The groups named, else the default group of the subnets' VPC (PN:N-36)."""
    groups = [str(group) for group in parameters.get("securityGroups") or []]
    for group in groups:
        if group not in world.security_groups:
            raise InvalidParameterException(f"The security group '{group}' does not exist.")
        if world.security_groups[group].vpc_id != subnet.vpc_id:
            raise InvalidParameterException(
                f"The security group '{group}' is in another VPC than the subnet '{subnet.id}'; "
                f"name a group of {subnet.vpc_id}."
            )
    return groups or [default_group(world, subnet.vpc_id).id]


def _judge_room(world: World, subnets: list[Subnet], count: int) -> None:
    """Every instance needs a private address, and a zone that is there (PN:N-41, SS:C-45)."""
    lost = [subnet.availability_zone for subnet in subnets if subnet.availability_zone in world.failed_zones]
    if lost:
        raise InvalidParameterException(f"The Availability Zone {lost[0]} is lost; name others, or recover it.")
    need: dict[str, int] = {}
    for number in range(count):
        subnet = subnets[number % len(subnets)]
        need[subnet.id] = need.get(subnet.id, 0) + 1
    for subnet in subnets:
        if need.get(subnet.id, 0) > subnet.free_addresses:
            raise InvalidParameterException(
                f"The subnet {subnet.id} has {subnet.free_addresses} free addresses and {need[subnet.id]} are needed; "
                "add fewer instances or name another subnet."
            )


def _judge_stock(world: World, instance_type: str, subnets: list[Subnet], count: int) -> None:
    """AWS may have fewer instances of the type left than are asked for."""
    zones = [subnets[number % len(subnets)].availability_zone for number in range(count)]
    for limit in world.supply_limits:
        if limit.what == instance_type:
            asked = [zone for zone in zones if limit.zone in (None, zone)]
            if len(asked) > limit.left:
                raise machines.insufficient(instance_type, asked[-1])


def _attributes(parameters: Mapping[str, Any], of_agent: Mapping[str, str | None]) -> dict[str, str | None]:
    """Custom attributes: the agent's at its first registration, then those of the call (PN:R-34, PN:R-35)."""
    items = parameters.get("attributes") or []
    found = {**of_agent, **{str(item["name"]): item.get("value") for item in items}}
    attributes.judge_count(found)
    for name, value in found.items():
        attributes.judge(name, value)
    return found

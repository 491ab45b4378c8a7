"""The loadBalancers of a service: which target groups its tasks are put behind (PN:L-1 to PN:L-7, PN:X-20).

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html, as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.load_balancing import attachment
from ecslab.sim.state.load_balancer import ServiceLoadBalancer, TargetGroup
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.world import World

TARGET_TYPES = {"awsvpc": "ip", "bridge": "instance", "host": "instance"}
"""What a task of each network mode is registered as (PN:L-3)."""


def read(
    world: World, items: Sequence[Mapping[str, Any]], definition: TaskDefinition, network: Mapping[str, Any] | None
) -> tuple[ServiceLoadBalancer, ...]:
    """The entries of a request, each judged against the task definition. Raises InvalidParameterException."""
    if len(items) > LIMITS["service.target_groups"]:
        raise InvalidParameterException(
            f"loadBalancers can have at most {LIMITS['service.target_groups']} items, and there are {len(items)}."
        )
    entries = tuple(_entry(item) for item in items)
    if len({entry.target_group_arn for entry in entries}) < len(entries):
        raise InvalidParameterException("loadBalancers names a target group twice; name each once.")
    judge(world, entries, definition, network)
    return entries


def _entry(item: Mapping[str, Any]) -> ServiceLoadBalancer:
    if item.get("loadBalancerName"):
        raise InvalidParameterException(
            "Classic Load Balancers are not simulated; give targetGroupArn in place of loadBalancerName."
        )
    for member in ("targetGroupArn", "containerName", "containerPort"):
        if not item.get(member):
            raise InvalidParameterException(f"{member} cannot be blank in loadBalancers.")
    return ServiceLoadBalancer(str(item["targetGroupArn"]), str(item["containerName"]), int(item["containerPort"]))


def judge(
    world: World,
    entries: Sequence[ServiceLoadBalancer],
    definition: TaskDefinition,
    network: Mapping[str, Any] | None,
) -> None:
    """Whether the tasks of a revision can be put behind these target groups (PN:L-2 to PN:L-4, PN:L-7)."""
    for entry in entries:
        _judge_container(entry, definition)
        group = world.target_groups.get(entry.target_group_arn)
        if group is None:
            raise InvalidParameterException(
                f"Unable to retrieve the target group {entry.target_group_arn}: One or more target groups not found"
            )
        _judge_type(group, definition)
        if attachment.balancer_of(world, group.arn) is None:
            raise InvalidParameterException(
                f"The target group with targetGroupArn {group.arn} does not have an associated load balancer."
            )
        _judge_vpc(world, group, network)


def _judge_container(entry: ServiceLoadBalancer, definition: TaskDefinition) -> None:
    """The container and its port are in the task definition (PN:L-2)."""
    container = next((c for c in definition.container_definitions if c.name == entry.container_name), None)
    if container is None:
        raise InvalidParameterException(
            f"The container {entry.container_name} does not exist in the task definition {definition.name}."
        )
    if all(mapping.container_port != entry.container_port for mapping in container.port_mappings):
        raise InvalidParameterException(
            f"The container {entry.container_name} did not have a container port {entry.container_port} defined."
        )


def _judge_type(group: TargetGroup, definition: TaskDefinition) -> None:
    """The target type goes with the network mode (PN:L-3)."""
    if TARGET_TYPES.get(definition.network_mode) != group.target_type:
        raise InvalidParameterException(
            f"The provided target group {group.arn} has target type {group.target_type}, which is incompatible with "
            f"the {definition.network_mode} network mode specified in the task definition."
        )


def _judge_vpc(world: World, group: TargetGroup, network: Mapping[str, Any] | None) -> None:
    """The network interfaces of tasks are in the VPC of the target group (PN:L-7)."""
    subnets = (network or {}).get("awsvpcConfiguration", {}).get("subnets", [])
    for vpc_id in dict.fromkeys(world.subnets[subnet].vpc_id for subnet in subnets):
        if vpc_id != group.vpc_id:
            raise InvalidParameterException(
                f"The target group {group.arn} is in the VPC {group.vpc_id} and the subnets are in {vpc_id}."
            )


def judge_role(parameters: Mapping[str, Any], definition: TaskDefinition) -> None:
    """A role of the caller's own was for load balancers before there was the service-linked role (IC:I-10)."""
    if not parameters.get("role"):
        return
    if definition.network_mode == "awsvpc":
        raise InvalidParameterException(
            "You cannot specify an IAM role for services that require a service linked role."
        )
    if not parameters.get("loadBalancers"):
        raise InvalidParameterException("You cannot specify an IAM role for services without a load balancer.")


def shape(entries: Sequence[ServiceLoadBalancer]) -> list[dict[str, Any]]:
    """The entries as DescribeServices answers them."""
    return [
        {"targetGroupArn": e.target_group_arn, "containerName": e.container_name, "containerPort": e.container_port}
        for e in entries
    ]

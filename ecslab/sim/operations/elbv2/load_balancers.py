"""Load balancers: made in subnets of two or more zones, described, changed and deleted (PN:L-7, PN:L-19).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.changes import journal, load_balancer_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import SubnetNotFound, ValidationError
from ecslab.sim.errors.elbv2 import (
    DuplicateLoadBalancerName,
    InvalidConfigurationRequest,
    InvalidScheme,
    InvalidSecurityGroup,
    InvalidSubnet,
    LoadBalancerNotFound,
    OperationNotPermitted,
    TooManyLoadBalancers,
)
from ecslab.sim.operations.elbv2 import finding
from ecslab.sim.operations.elbv2.shapes import attributes_shape, load_balancer_shape
from ecslab.sim.rules import gateways, vpcs
from ecslab.sim.rules.load_balancing import attachment, probing
from ecslab.sim.rules.tasks import behind
from ecslab.sim.state.load_balancer import LoadBalancer, Node
from ecslab.sim.state.network import Subnet
from ecslab.sim.world import World

ATTRIBUTES: dict[str, dict[str, str]] = {
    "application": {
        "access_logs.s3.enabled": "false",
        "deletion_protection.enabled": "false",
        "idle_timeout.timeout_seconds": "60",
        "load_balancing.cross_zone.enabled": "true",
        "routing.http2.enabled": "true",
        "routing.http.drop_invalid_header_fields.enabled": "false",
        "client_keep_alive.seconds": "3600",
    },
    "network": {
        "access_logs.s3.enabled": "false",
        "deletion_protection.enabled": "false",
        "load_balancing.cross_zone.enabled": "false",
        "dns_record.client_routing_policy": "any_availability_zone",
    },
}
"""Attributes and their defaults (PN:L-19)."""
ACTS = ("deletion_protection.enabled", "load_balancing.cross_zone.enabled")
"""Attributes that have an effect in the lab."""
SCHEMES = ("internet-facing", "internal")
FEWEST_ZONES = {"application": 2, "network": 1}


def create_load_balancer(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A load balancer; the same request again answers the one that is there. Model choice: active at once."""
    name = str(parameters["Name"])
    finding.check_name(name, "Load balancer")
    if name.startswith("internal-"):
        raise ValidationError("Load balancer name cannot begin with 'internal-'")
    existing = next((b for b in world.load_balancers.values() if b.name == name), None)
    if existing is not None:
        return _again(world, existing, parameters)
    kind = str(parameters.get("Type", "application"))
    if kind not in FEWEST_ZONES:
        raise ValidationError(f"Load balancers of type '{kind[:64]}' are not simulated; use application or network")
    scheme = str(parameters.get("Scheme", "internet-facing"))
    if scheme not in SCHEMES:
        raise InvalidScheme(f"The scheme '{scheme[:64]}' must be one of {', '.join(SCHEMES)}")
    subnets = _subnets(world, parameters, kind)
    _judge_room(world, subnets, is_internal=scheme == "internal")
    groups = _security_groups(world, parameters.get("SecurityGroups") or [], subnets[0].vpc_id)
    if not groups and kind == "application":
        groups = [vpcs.default_group(world, subnets[0].vpc_id).id]
    if len(world.load_balancers) >= LIMITS["elb.balancers"]:
        raise TooManyLoadBalancers("The maximum number of load balancers has been reached")
    path = f"{'app' if kind == 'application' else 'net'}/{name}/{world.ids.hex('load-balancer')}"
    arn = world.ids.arn("elasticloadbalancing", f"loadbalancer/{path}")
    balancer = LoadBalancer(
        arn=arn,
        name=name,
        path=path,
        type="application" if kind == "application" else "network",
        scheme=scheme,
        vpc_id=subnets[0].vpc_id,
        nodes=[_node(world, subnet, arn, groups, scheme) for subnet in subnets],
        security_groups=groups,
        created_at_ms=world.now_ms,
        attributes=dict(ATTRIBUTES[kind]),
        tags=finding.tags_of(parameters),
        request=dict(parameters),
    )
    load_balancer_changes.load_balancer_added(world, balancer)
    journal.call_made(world, "elbv2:CreateLoadBalancer", arn, None)
    return {"LoadBalancers": [load_balancer_shape(world, balancer)]}


def _again(world: World, existing: LoadBalancer, parameters: Mapping[str, Any]) -> dict[str, Any]:
    if existing.request != dict(parameters):
        raise DuplicateLoadBalancerName(
            f"A load balancer with the same name '{existing.name}' exists, but with different settings"
        )
    journal.call_made(world, "elbv2:CreateLoadBalancer", existing.arn, None)
    return {"LoadBalancers": [load_balancer_shape(world, existing)]}


def _node(world: World, subnet: Subnet, arn: str, groups: Sequence[str], scheme: str) -> Node:
    """A node takes an address of its subnet, and a public one beside it where clients come from the internet."""
    is_public = scheme == "internet-facing"
    interface = gateways.interface_in(world, subnet, arn, "interface", groups, is_public=is_public)
    return Node(subnet.availability_zone, subnet.id, interface.id, interface.private_address)


def _subnets(world: World, parameters: Mapping[str, Any], kind: str) -> list[Subnet]:
    """One subnet for each zone, of one VPC, two or more for an Application Load Balancer (PN:L-7)."""
    names = [str(m.get("SubnetId")) for m in parameters.get("SubnetMappings") or []] or list(
        parameters.get("Subnets") or []
    )
    for name in names:
        if name not in world.subnets:
            raise SubnetNotFound(f"The subnet ID '{name}' does not exist")
    subnets = [world.subnets[name] for name in names]
    zones = list(dict.fromkeys(subnet.availability_zone for subnet in subnets))
    if len(zones) < FEWEST_ZONES[kind]:
        needed = "two subnets in two different Availability Zones" if kind == "application" else "one subnet"
        raise ValidationError(f"At least {needed} must be specified")
    if len(zones) < len(subnets):
        raise InvalidConfigurationRequest(
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        )
    if len({subnet.vpc_id for subnet in subnets}) > 1:
        raise InvalidConfigurationRequest("All subnets must belong to the same VPC")
    return subnets


def _judge_room(world: World, subnets: Sequence[Subnet], *, is_internal: bool) -> None:
    """A node needs an address, and clients from the internet need a way into the VPC (PN:N-41)."""
    _judge_addresses(subnets)
    vpc_id = subnets[0].vpc_id
    has_gateway = any(gateway.vpc_id == vpc_id for gateway in world.internet_gateways.values())
    if not is_internal and not has_gateway:
        raise InvalidSubnet(f"VPC {vpc_id} has no internet gateway")


def _judge_addresses(subnets: Sequence[Subnet]) -> None:
    for subnet in subnets:
        if subnet.free_addresses <= 0:
            raise InvalidSubnet(
                f"Not enough IP space available in {subnet.id}. ELB requires at least 1 free IP address"
            )


def _security_groups(world: World, groups: Sequence[str], vpc_id: str) -> list[str]:
    """Security groups of the load balancer's VPC."""
    if len(groups) > LIMITS["elb.security_groups"]:
        raise InvalidConfigurationRequest(f"At most {LIMITS['elb.security_groups']} security groups can be specified")
    for name in groups:
        group = world.security_groups.get(name)
        if group is None or group.vpc_id != vpc_id:
            raise InvalidSecurityGroup(f"One or more security groups are invalid: '{name}'")
    return list(groups)


def delete_load_balancer(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A load balancer goes with its listeners; its target groups stay, unused. One that is gone is no error."""
    finding.check_arn(str(parameters["LoadBalancerArn"]), "loadbalancer", "load balancer")
    balancer = world.load_balancers.get(str(parameters["LoadBalancerArn"]))
    if balancer is not None:
        if balancer.attributes["deletion_protection.enabled"] == "true":
            raise OperationNotPermitted(
                f"Load balancer '{balancer.arn}' cannot be deleted because deletion protection is enabled"
            )
        groups = attachment.groups_of(world, balancer)
        for listener in attachment.listeners_of(world, balancer):
            load_balancer_changes.listener_deleted(world, listener)
        for node in balancer.nodes:
            gateways.remove_interface(world, node.interface_id)
        load_balancer_changes.load_balancer_deleted(world, balancer)
        for group in groups:
            behind.group_changed(world, group)
    journal.call_made(world, "elbv2:DeleteLoadBalancer", str(parameters["LoadBalancerArn"]), None)
    return {}


def set_security_groups(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Other security groups for a load balancer."""
    balancer = finding.load_balancer(world, str(parameters["LoadBalancerArn"]))
    wanted = parameters["SecurityGroups"]
    if not balancer.is_application and bool(wanted) != bool(balancer.security_groups):
        raise InvalidConfigurationRequest(
            "A Network Load Balancer has security groups from its creation on, or has none; make another one."
        )
    if not wanted and balancer.is_application:
        raise InvalidConfigurationRequest("You must specify at least one security group")
    groups = _security_groups(world, wanted, balancer.vpc_id)
    load_balancer_changes.security_groups_set(world, balancer, groups)
    probing.look_again(world)
    journal.call_made(world, "elbv2:SetSecurityGroups", balancer.arn, None)
    return {"SecurityGroupIds": groups}


def set_subnets(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Enable a load balancer in other zones: nodes in subnets that stay are kept (PN:L-7)."""
    balancer = finding.load_balancer(world, str(parameters["LoadBalancerArn"]))
    subnets = _subnets(world, parameters, balancer.type)
    if subnets[0].vpc_id != balancer.vpc_id:
        raise InvalidConfigurationRequest("The subnets must be in the VPC of the load balancer")
    kept = {node.subnet_id: node for node in balancer.nodes}
    _judge_addresses([subnet for subnet in subnets if subnet.id not in kept])
    for node in balancer.nodes:
        if all(subnet.id != node.subnet_id for subnet in subnets):
            gateways.remove_interface(world, node.interface_id)
    groups, scheme = balancer.security_groups, balancer.scheme
    nodes = [kept.get(s.id) or _node(world, s, balancer.arn, groups, scheme) for s in subnets]
    load_balancer_changes.load_balancer_set(world, balancer, nodes=nodes)
    for group in attachment.groups_of(world, balancer):
        behind.group_changed(world, group)
    probing.look_again(world)
    journal.call_made(world, "elbv2:SetSubnets", balancer.arn, None)
    return {"AvailabilityZones": load_balancer_shape(world, balancer)["AvailabilityZones"]}


def modify_attributes(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of a load balancer; cross-zone cannot be turned off on an Application Load Balancer (PN:L-19)."""
    balancer = finding.load_balancer(world, str(parameters["LoadBalancerArn"]))
    given = {str(item.get("Key")): str(item.get("Value", "")) for item in parameters["Attributes"]}
    for key, value in given.items():
        if key not in ATTRIBUTES[balancer.type]:
            raise ValidationError(f"Load balancer attribute key '{key}' is not recognized")
        if key.endswith(".enabled") and value not in ("true", "false"):
            raise ValidationError(f"Load balancer attribute '{key}' must be true or false, not '{value}'")
    if balancer.is_application and given.get("load_balancing.cross_zone.enabled") == "false":
        raise InvalidConfigurationRequest(
            "Cross-zone load balancing cannot be disabled on an Application Load Balancer"
        )
    load_balancer_changes.attributes_set(world, balancer, given)
    journal.call_made(world, "elbv2:ModifyLoadBalancerAttributes", balancer.arn, None)
    without = tuple(f"Attributes.{key}" for key in given if key not in ACTS)
    return {"Attributes": attributes_shape(balancer), "notSimulated": without}


def describe_attributes(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a load balancer."""
    return {"Attributes": attributes_shape(finding.load_balancer(world, str(parameters["LoadBalancerArn"])))}


def describe_load_balancers(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Load balancers in creation order, all or those named."""
    arns, names = finding.asked(parameters, "LoadBalancerArns"), finding.asked(parameters, "Names")
    for arn in arns:
        finding.load_balancer(world, arn)
    every = list(world.load_balancers.values())
    for name in names:
        if all(b.name != name for b in every):
            raise LoadBalancerNotFound(f"Load balancers '[{name}]' not found")
    found = [b for b in every if not (arns or names) or b.arn in arns or b.name in names]
    return {"LoadBalancers": [load_balancer_shape(world, b) for b in found]}

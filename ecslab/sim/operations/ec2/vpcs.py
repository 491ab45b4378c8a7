"""VPCs: making, changing, showing and deleting them (PN:N-45)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.changes import journal, network_changes
from ecslab.sim.errors.common import InvalidParameterCombination
from ecslab.sim.errors.ec2 import DependencyViolation, InvalidVpcNotFound, InvalidVpcRange
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.operations.ec2.filters import matching, tag_values, tags_of
from ecslab.sim.rules import network_watchers, vpcs
from ecslab.sim.rules.addresses import address_text, block_ends, read_block
from ecslab.sim.state.network import Vpc
from ecslab.sim.world import World


def found_vpc(world: World, name: object) -> Vpc:
    """A VPC by id. Raises InvalidVpcID.NotFound."""
    vpc = world.vpcs.get(str(name))
    if vpc is None:
        raise InvalidVpcNotFound(f"The vpc ID '{name}' does not exist")
    return vpc


def create_vpc(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A VPC of /16 to /28 with its main route table and its default security group; it leads nowhere yet."""
    cidr = str(parameters.get("CidrBlock", ""))
    tags = tags_of(parameters, "vpc")
    block = read_block(cidr)
    if block is None or not 16 <= block[1] <= 28:
        raise InvalidVpcRange(f"The CIDR '{cidr[:64]}' is invalid. Write it like 10.0.0.0/16, from /16 to /28.")
    vpc = Vpc(world.ids.prefixed("vpc"), f"{address_text(block_ends(cidr)[0])}/{block[1]}", tags=tags)
    vpcs.add_vpc(world, vpc)
    vpcs.add_default_group(world, vpc)
    journal.call_made(world, "ec2:CreateVpc", vpc.id, None)
    return {"Vpc": _shape(vpc)}


def _shape(vpc: Vpc) -> dict[str, Any]:
    return {
        "VpcId": vpc.id,
        "CidrBlock": vpc.cidr,
        "IsDefault": vpc.is_default,
        "InstanceTenancy": "default",
        "State": "available",
        "OwnerId": ACCOUNT,
        "Tags": vpc.tags,
    }


def describe_vpcs(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """VPCs in creation order, chosen by id and by filters."""
    wanted: Sequence[str] = parameters.get("VpcIds") or []
    for name in wanted:
        found_vpc(world, name)
    vpcs_ = [vpc for vpc in world.vpcs.values() if not wanted or vpc.id in wanted]
    return {"Vpcs": [_shape(vpc) for vpc in matching(vpcs_, parameters, _values)]}


def _values(vpc: Vpc) -> dict[str, list[str]]:
    is_default = ["true" if vpc.is_default else "false"]
    values = {"vpc-id": [vpc.id], "cidr": [vpc.cidr], "is-default": is_default, "isDefault": is_default}
    return {**values, **tag_values(vpc.tags)}


def modify_vpc_attribute(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Whether DNS answers in a VPC, and whether machines have names: private DNS of endpoints needs both (IC:R-23)."""
    vpc = found_vpc(world, parameters["VpcId"])
    support, hostnames = parameters.get("EnableDnsSupport"), parameters.get("EnableDnsHostnames")
    if support is not None and hostnames is not None:
        raise InvalidParameterCombination("Fields for multiple attribute types specified")
    network_changes.vpc_changed(
        world,
        vpc,
        dns_support=vpc.dns_support if support is None else bool(support.get("Value")),
        dns_hostnames=vpc.dns_hostnames if hostnames is None else bool(hostnames.get("Value")),
    )
    network_watchers.network_changed(world)
    journal.call_made(world, "ec2:ModifyVpcAttribute", vpc.id, None)
    return {}


def describe_vpc_attribute(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """One attribute of a VPC."""
    vpc = found_vpc(world, parameters["VpcId"])
    if parameters["Attribute"] == "enableDnsSupport":
        return {"VpcId": vpc.id, "EnableDnsSupport": {"Value": vpc.dns_support}}
    return {"VpcId": vpc.id, "EnableDnsHostnames": {"Value": vpc.dns_hostnames}}


def delete_vpc(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a VPC that holds nothing but what AWS made with it."""
    vpc = found_vpc(world, parameters["VpcId"])
    if vpcs.vpc_users(world, vpc):
        raise DependencyViolation(f"The vpc '{vpc.id}' has dependencies and cannot be deleted.")
    network_changes.vpc_deleted(world, vpc)
    journal.call_made(world, "ec2:DeleteVpc", vpc.id, None)
    return {}

"""VPCs, subnets, security groups and zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.changes import journal, network_changes
from ecslab.sim.errors.common import InvalidParameterException, MissingParameter
from ecslab.sim.errors.ec2 import (
    DependencyViolation,
    InvalidSubnetConflict,
    InvalidSubnetNotFound,
    InvalidSubnetRange,
    InvalidVpcNotFound,
)
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.operations.ec2.filters import matching, tag_values, tags_of
from ecslab.sim.rules.addresses import address_text, read_block
from ecslab.sim.rules.vpcs import subnet_users
from ecslab.sim.state.network import Subnet
from ecslab.sim.world import World


def create_subnet(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A subnet of a VPC, /16 to /28, that overlaps no other (PN:N-41)."""
    vpc = world.vpcs.get(str(parameters.get("VpcId", "")))
    if vpc is None:
        raise InvalidVpcNotFound(f"The vpc ID '{parameters.get('VpcId')}' does not exist.")
    tags = tags_of(parameters, "subnet")
    zone = str(parameters.get("AvailabilityZone", world.zones[0]))
    if zone not in world.zones:
        raise InvalidParameterException(f"The Availability Zone {zone} is none of {', '.join(world.zones)}.")
    cidr = str(parameters.get("CidrBlock", ""))
    first, last = _block(cidr)
    vpc_first, vpc_last = _block(vpc.cidr)
    if first < vpc_first or last > vpc_last:
        raise InvalidSubnetRange(f"The CIDR '{cidr}' is not inside the VPC's {vpc.cidr}.")
    for other in world.subnets.values():
        other_first, other_last = _block(other.cidr)
        if other.vpc_id == vpc.id and first <= other_last and other_first <= last:
            raise InvalidSubnetConflict(f"The CIDR '{cidr}' conflicts with another subnet, {other.id} ({other.cidr}).")
    subnet = Subnet(world.ids.prefixed("subnet"), vpc.id, cidr, zone, map_public_ip=False, tags=tags)
    network_changes.subnet_added(world, subnet)
    journal.call_made(world, "ec2:CreateSubnet", subnet.id, None)
    return {"Subnet": _subnet_shape(world, subnet)}


def _block(cidr: str) -> tuple[int, int]:
    """The first and last address of a block. Raises InvalidSubnet.Range."""
    block = read_block(cidr)
    if block is None or not 16 <= block[1] <= 28:
        raise InvalidSubnetRange(f"The CIDR '{cidr[:64]}' is invalid; write it like 172.31.48.0/28, from /16 to /28.")
    first, size = block[0], 1 << (32 - block[1])
    if first % size:
        raise InvalidSubnetRange(
            f"The CIDR '{cidr}' does not begin a block; {address_text(first - first % size)} does."
        )
    return first, first + size - 1


def describe_subnets(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Subnets in creation order, filtered by id or by the filters of `_subnet_values`."""
    wanted = parameters.get("SubnetIds") or []
    for name in wanted:
        found_subnet(world, name)
    subnets = [s for s in world.subnets.values() if not wanted or s.id in wanted]
    return {"Subnets": [_subnet_shape(world, s) for s in matching(subnets, parameters, _subnet_values)]}


def _subnet_values(subnet: Subnet) -> dict[str, list[str]]:
    values = {
        "availability-zone": [subnet.availability_zone],
        "vpc-id": [subnet.vpc_id],
        "subnet-id": [subnet.id],
        "default-for-az": ["true" if subnet.is_default else "false"],
        "map-public-ip-on-launch": ["true" if subnet.map_public_ip else "false"],
    }
    return {**values, **tag_values(subnet.tags)}


def _subnet_shape(world: World, subnet: Subnet) -> dict[str, Any]:
    return {
        "SubnetId": subnet.id,
        "VpcId": subnet.vpc_id,
        "CidrBlock": subnet.cidr,
        "AvailabilityZone": subnet.availability_zone,
        "AvailableIpAddressCount": subnet.free_addresses,
        "DefaultForAz": subnet.is_default,
        "MapPublicIpOnLaunch": subnet.map_public_ip,
        "State": "available",
        "OwnerId": ACCOUNT,
        "SubnetArn": world.ids.arn("ec2", f"subnet/{subnet.id}"),
        "Tags": subnet.tags,
    }


def found_subnet(world: World, name: object) -> Subnet:
    """A subnet by id. Raises InvalidSubnetID.NotFound."""
    subnet = world.subnets.get(str(name))
    if subnet is None:
        raise InvalidSubnetNotFound(f"The subnet ID '{name}' does not exist")
    return subnet


def modify_subnet_attribute(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Whether instances launched into a subnet get a public address; those that run keep what they have (PN:N-45)."""
    subnet = found_subnet(world, parameters["SubnetId"])
    given = parameters.get("MapPublicIpOnLaunch")
    if given is None:
        raise MissingParameter("The request must contain one attribute to modify, such as MapPublicIpOnLaunch.")
    network_changes.subnet_mapped(world, subnet, bool(given.get("Value")))
    journal.call_made(world, "ec2:ModifySubnetAttribute", subnet.id, None)
    return {}


def delete_subnet(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a subnet of which nobody holds an address."""
    subnet = found_subnet(world, parameters["SubnetId"])
    if subnet_users(world, subnet.id):
        raise DependencyViolation(f"The subnet '{subnet.id}' has dependencies and cannot be deleted.")
    network_changes.subnet_deleted(world, subnet)
    journal.call_made(world, "ec2:DeleteSubnet", subnet.id, None)
    return {}


def describe_availability_zones(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The run's Availability Zones."""
    wanted: Sequence[str] = parameters.get("ZoneNames") or []
    return {
        "AvailabilityZones": [
            {"ZoneName": zone, "RegionName": world.start.region, "State": "available"}
            for zone in world.zones
            if not wanted or zone in wanted
        ]
    }

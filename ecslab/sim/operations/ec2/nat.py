"""Elastic IP addresses and NAT gateways: the way out of private subnets (PN:N-45)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.changes import journal, network_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterCombination, MissingParameter
from ecslab.sim.errors.ec2 import (
    AddressLimitExceeded,
    InsufficientFreeAddressesInSubnet,
    InvalidAddressInUse,
    InvalidAllocationNotFound,
    NatGatewayLimitExceeded,
    NatGatewayNotFound,
)
from ecslab.sim.operations.ec2.filters import matching, tag_values, tags_of
from ecslab.sim.operations.ec2.networks import found_subnet
from ecslab.sim.operations.ecs.shapes import moment
from ecslab.sim.rules import gateways, networking
from ecslab.sim.state.network import ElasticAddress, NatGateway
from ecslab.sim.world import World


def allocate_address(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An Elastic IP address of the account."""
    tags = tags_of(parameters, "elastic-ip")
    if len(world.elastic_addresses) >= LIMITS["elastic_addresses"]:
        raise AddressLimitExceeded("The maximum number of addresses has been reached.")
    address = ElasticAddress(world.ids.prefixed("eipalloc"), networking.public_address(world), tags=tags)
    network_changes.elastic_address_added(world, address)
    journal.call_made(world, "ec2:AllocateAddress", address.id, None)
    return {"AllocationId": address.id, "PublicIp": address.address, "Domain": "vpc"}


def _found_address(world: World, name: object) -> ElasticAddress:
    address = world.elastic_addresses.get(str(name))
    if address is None:
        raise InvalidAllocationNotFound(f"The allocation ID '{name}' does not exist")
    return address


def release_address(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give an address back that nobody holds."""
    if not parameters.get("AllocationId"):
        raise MissingParameter("The request must contain the parameter AllocationId.")
    address = _found_address(world, parameters["AllocationId"])
    if address.holder:
        raise InvalidAddressInUse(f"Address {address.address} is in use.")
    network_changes.elastic_address_released(world, address)
    journal.call_made(world, "ec2:ReleaseAddress", address.id, None)
    return {}


def describe_addresses(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Elastic IP addresses in creation order."""
    wanted: Sequence[str] = parameters.get("AllocationIds") or []
    addresses = [_found_address(world, name) for name in wanted] or list(world.elastic_addresses.values())
    return {"Addresses": [_address_shape(world, a) for a in matching(addresses, parameters, _address_values)]}


def _address_values(address: ElasticAddress) -> dict[str, list[str]]:
    return {"allocation-id": [address.id], "public-ip": [address.address], **tag_values(address.tags)}


def _address_shape(world: World, address: ElasticAddress) -> dict[str, Any]:
    shape = {"AllocationId": address.id, "PublicIp": address.address, "Domain": "vpc", "Tags": address.tags}
    gateway = world.nat_gateways.get(address.holder or "")
    return {**shape, "NetworkInterfaceId": gateway.interface_id} if gateway else shape


def _judge_quota(world: World, zone: str) -> None:
    """A zone has room for one more NAT gateway (IC:Q-32)."""
    here = [g for g in world.nat_gateways.values() if world.subnets[g.subnet_id].availability_zone == zone]
    if sum(1 for g in here if g.state != "deleted") >= LIMITS["nat_gateways"]:
        raise NatGatewayLimitExceeded(f"The maximum number of NAT gateways in the Availability Zone {zone} is reached.")


def create_nat_gateway(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A NAT gateway in a subnet; a public one needs an Elastic IP address and a public subnet to be of use."""
    subnet = found_subnet(world, parameters.get("SubnetId"))
    tags = tags_of(parameters, "natgateway")
    is_private = parameters.get("ConnectivityType") == "private"
    allocation = parameters.get("AllocationId")
    if is_private and allocation:
        raise InvalidParameterCombination("AllocationId cannot be given for a private NAT gateway.")
    if not is_private and not allocation:
        raise MissingParameter("The request must contain the parameter AllocationId")
    address = None if is_private else _found_address(world, allocation)
    if address and address.holder:
        raise InvalidAddressInUse(f"Elastic IP address [{address.id}] is already associated")
    _judge_quota(world, subnet.availability_zone)
    if subnet.free_addresses <= 0:
        raise InsufficientFreeAddressesInSubnet(f"Insufficient free addresses in subnet '{subnet.id}'.")
    name = world.ids.prefixed("nat")
    interface = gateways.interface_in(world, subnet, name, "nat_gateway")
    gateway = NatGateway(
        id=name,
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.id,
        interface_id=interface.id,
        created_at_ms=world.now_ms,
        allocation_id=address.id if address else None,
        public_address=address.address if address else None,
        tags=tags,
    )
    if address:
        network_changes.elastic_address_held(world, address, gateway.id)
    gateways.open_nat_gateway(world, gateway)
    journal.call_made(world, "ec2:CreateNatGateway", gateway.id, None)
    return {"NatGateway": _shape(world, gateway)}


def _found(world: World, name: object) -> NatGateway:
    gateway = world.nat_gateways.get(str(name))
    if gateway is None:
        raise NatGatewayNotFound(f"NatGateway {name} was not found")
    return gateway


def delete_nat_gateway(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a NAT gateway; it is `deleting` for a while, and deleting it again changes nothing."""
    gateway = _found(world, parameters["NatGatewayId"])
    if not gateway.is_gone:
        gateways.close_nat_gateway(world, gateway)
    journal.call_made(world, "ec2:DeleteNatGateway", gateway.id, None)
    return {"NatGatewayId": gateway.id}


def describe_nat_gateways(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """NAT gateways in creation order, deleted ones too."""
    wanted: Sequence[str] = parameters.get("NatGatewayIds") or []
    found = [_found(world, name) for name in wanted] or list(world.nat_gateways.values())
    return {"NatGateways": [_shape(world, gateway) for gateway in matching(found, parameters, _values)]}


def _values(gateway: NatGateway) -> dict[str, list[str]]:
    values = {
        "nat-gateway-id": [gateway.id],
        "vpc-id": [gateway.vpc_id],
        "subnet-id": [gateway.subnet_id],
        "state": [gateway.state],
    }
    return {**values, **tag_values(gateway.tags)}


def _shape(world: World, gateway: NatGateway) -> dict[str, Any]:
    interface = world.network_interfaces.get(gateway.interface_id)
    address: dict[str, Any] = {"NetworkInterfaceId": gateway.interface_id}
    if interface:
        address["PrivateIp"] = interface.private_address
    if gateway.allocation_id:
        address |= {"AllocationId": gateway.allocation_id, "PublicIp": gateway.public_address}
    shape = {
        "NatGatewayId": gateway.id,
        "VpcId": gateway.vpc_id,
        "SubnetId": gateway.subnet_id,
        "State": gateway.state,
        "ConnectivityType": "public" if gateway.allocation_id else "private",
        "CreateTime": moment(world, gateway.created_at_ms),
        "NatGatewayAddresses": [address],
        "Tags": gateway.tags,
    }
    return shape if gateway.deleted_at_ms is None else {**shape, "DeleteTime": moment(world, gateway.deleted_at_ms)}

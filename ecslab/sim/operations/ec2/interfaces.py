"""Network interfaces of tasks, instances, NAT gateways and endpoints, with their addresses (PN:N-40, PN:N-45)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecslab.sim.errors.ec2 import InvalidInterfaceNotFound
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.operations.ec2.filters import matching
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.state.network import NetworkInterface
from ecslab.sim.world import World


def describe_network_interfaces(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Network interfaces: first the primary ones of instances, then the others in creation order."""
    wanted: Sequence[str] = parameters.get("NetworkInterfaceIds") or []
    every = list(_interfaces(world))
    known = [interface.id for interface in every]
    for name in wanted:
        if name not in known:
            raise InvalidInterfaceNotFound(f"The networkInterface ID '{name}' does not exist")
    found = [interface for interface in every if not wanted or interface.id in wanted]
    chosen = matching(found, parameters, lambda interface: _values(world, interface))
    return {"NetworkInterfaces": [_shape(world, interface) for interface in chosen]}


def _interfaces(world: World) -> Iterator[NetworkInterface]:
    for machine in world.ec2_instances.values():
        if machine.state != "terminated":
            yield _primary(machine)
    yield from world.network_interfaces.values()


def _primary(machine: Ec2Instance) -> NetworkInterface:
    """The primary interface of an instance. Model choice: it has no number of its own, but its machine's with an e."""
    return NetworkInterface(
        f"eni-e{machine.id[3:]}",
        machine.subnet_id,
        machine.private_address,
        machine.security_groups,
        machine.id,
        public_address=machine.public_address,
    )


def _values(world: World, interface: NetworkInterface) -> dict[str, list[str]]:
    subnet = world.subnets[interface.subnet_id]
    return {
        "network-interface-id": [interface.id],
        "subnet-id": [subnet.id],
        "vpc-id": [subnet.vpc_id],
        "availability-zone": [subnet.availability_zone],
        "group-id": interface.security_groups,
        "private-ip-address": [interface.private_address],
        "interface-type": [interface.kind],
        "attachment.instance-id": [interface.owner] if interface.owner.startswith("i-") else [],
        "association.public-ip": [interface.public_address] if interface.public_address else [],
    }


def _shape(world: World, interface: NetworkInterface) -> dict[str, Any]:
    subnet = world.subnets[interface.subnet_id]
    groups = [{"GroupId": g, "GroupName": world.security_groups[g].name} for g in interface.security_groups]
    private: dict[str, Any] = {"PrivateIpAddress": interface.private_address, "Primary": True}
    shape: dict[str, Any] = {
        "NetworkInterfaceId": interface.id,
        "InterfaceType": interface.kind,
        "Description": _description(interface),
        "SubnetId": subnet.id,
        "VpcId": subnet.vpc_id,
        "AvailabilityZone": subnet.availability_zone,
        "OwnerId": ACCOUNT,
        "Status": "in-use",
        "PrivateIpAddress": interface.private_address,
        "Groups": groups,
        "RequesterManaged": not interface.owner.startswith("i-"),
    }
    if interface.owner.startswith("i-"):
        shape["Attachment"] = {"InstanceId": interface.owner, "DeviceIndex": 0, "Status": "attached"}
    if interface.public_address:
        shape["Association"] = private["Association"] = {"PublicIp": interface.public_address, "IpOwnerId": "amazon"}
    return {**shape, "PrivateIpAddresses": [private]}


def _description(interface: NetworkInterface) -> str:
    kinds = {"nat_gateway": "Interface for NAT Gateway ", "vpc_endpoint": "VPC Endpoint Interface "}
    return f"{kinds.get(interface.kind, '')}{interface.owner}"

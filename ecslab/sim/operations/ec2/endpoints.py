"""VPC endpoints: ways to AWS services that need neither a public address nor a NAT gateway (IC:R-15 to IC:R-24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.errors.common import InvalidParameterValue
from ecslab.sim.errors.ec2 import (
    InsufficientFreeAddressesInSubnet,
    InvalidEndpointNotFound,
    InvalidGroupNotFound,
    InvalidServiceName,
    RouteAlreadyExists,
)
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.operations.ec2.filters import matching, tag_values, tags_of
from ecslab.sim.operations.ec2.networks import found_subnet
from ecslab.sim.operations.ec2.routes import found_table
from ecslab.sim.operations.ec2.vpcs import found_vpc
from ecslab.sim.operations.ecs.shapes import moment
from ecslab.sim.rules import gateways
from ecslab.sim.rules.vpcs import PREFIX_LISTS, default_group
from ecslab.sim.state.network import RouteTable, Subnet, Vpc, VpcEndpoint
from ecslab.sim.world import World


def create_vpc_endpoint(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A gateway endpoint in route tables, or an interface endpoint in subnets."""
    vpc = found_vpc(world, parameters["VpcId"])
    service = _service(world, str(parameters["ServiceName"] if parameters.get("ServiceName") else ""))
    is_interface = parameters.get("VpcEndpointType", "Gateway") == "Interface"
    if service not in (gateways.INTERFACE_SERVICES if is_interface else gateways.GATEWAY_SERVICES):
        raise InvalidParameterValue(
            f"Endpoint type ({parameters.get('VpcEndpointType', 'Gateway')}) does not match available service types "
            "([Interface])."
        )
    make = _interface_endpoint if is_interface else _gateway_endpoint
    endpoint = make(world, vpc, service, parameters)
    gateways.open_endpoint(world, endpoint)
    journal.call_made(world, "ec2:CreateVpcEndpoint", endpoint.id, None)
    return {"VpcEndpoint": _shape(world, endpoint)}


def _service(world: World, name: str) -> str:
    """The short name of an endpoint service of the run's region. Raises InvalidServiceName."""
    prefix = f"com.amazonaws.{world.start.region}."
    short = name.removeprefix(prefix)
    if not name.startswith(prefix) or short not in gateways.INTERFACE_SERVICES:
        raise InvalidServiceName(
            f"The Vpc Endpoint Service '{name[:128]}' does not exist. The lab has "
            f"{', '.join(prefix + known for known in gateways.INTERFACE_SERVICES)}."
        )
    return short


def _gateway_endpoint(world: World, vpc: Vpc, service: str, parameters: Mapping[str, Any]) -> VpcEndpoint:
    tags = tags_of(parameters, "vpc-endpoint")
    if parameters.get("SubnetIds") or parameters.get("SecurityGroupIds") or parameters.get("PrivateDnsEnabled"):
        raise InvalidParameterValue("A gateway endpoint has route tables; leave subnets, groups and private DNS out.")
    tables = [found_table(world, name) for name in dict.fromkeys(parameters.get("RouteTableIds") or [])]
    for table in tables:
        _check_table(world, vpc, service, table)
    name = world.ids.prefixed("vpce")
    return VpcEndpoint(name, vpc.id, service, "Gateway", world.now_ms, route_tables=[t.id for t in tables], tags=tags)


def _check_table(world: World, vpc: Vpc, service: str, table: RouteTable) -> None:
    if table.vpc_id != vpc.id:
        raise InvalidParameterValue(f"Route table {table.id} belongs to another VPC than {vpc.id}.")
    if any(e.service == service and table.id in e.route_tables for e in world.vpc_endpoints.values()):
        raise RouteAlreadyExists(
            f"route table {table.id} already has a route with destination-prefix-list-id of {service}"
        )


def _interface_endpoint(world: World, vpc: Vpc, service: str, parameters: Mapping[str, Any]) -> VpcEndpoint:
    tags = tags_of(parameters, "vpc-endpoint")
    if parameters.get("RouteTableIds"):
        raise InvalidParameterValue("An interface endpoint has subnets; leave route tables out.")
    subnets = [found_subnet(world, name) for name in dict.fromkeys(parameters.get("SubnetIds") or [])]
    _check_subnets(vpc, subnets)
    groups = _groups(world, vpc, parameters.get("SecurityGroupIds") or [])
    private_dns = bool(parameters.get("PrivateDnsEnabled", service != "s3"))
    if private_dns:
        _check_private_dns(world, vpc, service)
    name = world.ids.prefixed("vpce")
    interfaces = {s.id: gateways.interface_in(world, s, name, "vpc_endpoint", groups).id for s in subnets}
    return VpcEndpoint(
        name,
        vpc.id,
        service,
        "Interface",
        world.now_ms,
        interfaces=interfaces,
        security_groups=groups,
        private_dns=private_dns,
        tags=tags,
    )


def _check_subnets(vpc: Vpc, subnets: Sequence[Subnet]) -> None:
    """One subnet a zone, of the VPC, with a free address each (PN:N-41)."""
    for subnet in subnets:
        if subnet.vpc_id != vpc.id:
            raise InvalidParameterValue(f"The subnet {subnet.id} belongs to another VPC than {vpc.id}.")
        if subnet.free_addresses <= 0:
            raise InsufficientFreeAddressesInSubnet(f"Insufficient free addresses in subnet '{subnet.id}'.")
    zones = [subnet.availability_zone for subnet in subnets]
    if len(zones) > len(dict.fromkeys(zones)):
        raise InvalidParameterValue(
            "Found another VPC endpoint subnet in the availability zone; name one subnet a zone."
        )


def _groups(world: World, vpc: Vpc, names: Sequence[str]) -> list[str]:
    """The groups named, else the default group of the VPC."""
    for name in names:
        group = world.security_groups.get(name)
        if group is None or group.vpc_id != vpc.id:
            raise InvalidGroupNotFound(f"The security group '{name}' does not exist in VPC '{vpc.id}'")
    return list(names) or [default_group(world, vpc.id).id]


def _check_private_dns(world: World, vpc: Vpc, service: str) -> None:
    """Private DNS needs both DNS attributes of the VPC, and one endpoint alone can answer for a service."""
    if not vpc.dns_support or not vpc.dns_hostnames:
        raise InvalidParameterValue(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true "
            f"for {vpc.id}"
        )
    others = (e for e in world.vpc_endpoints.values() if e.vpc_id == vpc.id and e.private_dns)
    if any(other.service == service for other in others):
        raise InvalidParameterValue(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
            f"{service.partition('.')[2] or service}.{world.start.region}.amazonaws.com in the VPC {vpc.id}"
        )


def _found(world: World, name: object) -> VpcEndpoint:
    endpoint = world.vpc_endpoints.get(str(name))
    if endpoint is None:
        raise InvalidEndpointNotFound(f"The Vpc Endpoint Id '{name}' does not exist")
    return endpoint


def delete_vpc_endpoints(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete endpoints; those that are not there are told, as AWS does, beside the deleted."""
    names = list(dict.fromkeys(parameters["VpcEndpointIds"]))
    found = [world.vpc_endpoints[name] for name in names if name in world.vpc_endpoints]
    unknown = [name for name in names if name not in world.vpc_endpoints]
    if not found:
        _found(world, unknown[0] if unknown else "")
    for endpoint in found:
        gateways.close_endpoint(world, endpoint)
    journal.call_made(world, "ec2:DeleteVpcEndpoints", found[0].id, None)
    words = "The Vpc Endpoint Id '{}' does not exist"
    return {
        "Unsuccessful": [
            {"ResourceId": name, "Error": {"Code": InvalidEndpointNotFound.code, "Message": words.format(name)}}
            for name in unknown
        ]
    }


def describe_vpc_endpoints(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """VPC endpoints in creation order, chosen by id and by filters."""
    wanted: Sequence[str] = parameters.get("VpcEndpointIds") or []
    endpoints = [_found(world, name) for name in wanted] or list(world.vpc_endpoints.values())
    chosen = matching(endpoints, parameters, lambda endpoint: _values(world, endpoint))
    return {"VpcEndpoints": [_shape(world, endpoint) for endpoint in chosen]}


def _service_name(world: World, endpoint: VpcEndpoint) -> str:
    return f"com.amazonaws.{world.start.region}.{endpoint.service}"


def _values(world: World, endpoint: VpcEndpoint) -> dict[str, list[str]]:
    return {
        "vpc-endpoint-id": [endpoint.id],
        "vpc-id": [endpoint.vpc_id],
        "service-name": [_service_name(world, endpoint)],
        "vpc-endpoint-state": [endpoint.state],
        "vpc-endpoint-type": [endpoint.type],
        **tag_values(endpoint.tags),
    }


def _shape(world: World, endpoint: VpcEndpoint) -> dict[str, Any]:
    return {
        "VpcEndpointId": endpoint.id,
        "VpcEndpointType": endpoint.type,
        "VpcId": endpoint.vpc_id,
        "ServiceName": _service_name(world, endpoint),
        "State": endpoint.state,
        "RouteTableIds": endpoint.route_tables,
        "SubnetIds": list(endpoint.interfaces),
        "Groups": [{"GroupId": g, "GroupName": world.security_groups[g].name} for g in endpoint.security_groups],
        "PrivateDnsEnabled": endpoint.private_dns,
        "RequesterManaged": False,
        "NetworkInterfaceIds": list(endpoint.interfaces.values()),
        "DnsEntries": _dns_entries(world, endpoint),
        "CreationTimestamp": moment(world, endpoint.created_at_ms),
        "OwnerId": ACCOUNT,
        "Tags": endpoint.tags,
    }


def _dns_entries(world: World, endpoint: VpcEndpoint) -> list[dict[str, str]]:
    """The names by which an interface endpoint answers: its own, and with private DNS the service's."""
    if endpoint.type == "Gateway":
        return []
    first, _, last = endpoint.service.partition(".")
    label = f"{last}.{first}" if last else first
    region = world.start.region
    own = [{"DnsName": f"{endpoint.id}.{label}.{region}.vpce.amazonaws.com"}]
    return [*own, {"DnsName": f"{label}.{region}.amazonaws.com"}] if endpoint.private_dns else own


def describe_prefix_lists(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The prefix lists of the services that gateway endpoints serve."""
    wanted: Sequence[str] = parameters.get("PrefixListIds") or []
    region = world.start.region
    return {
        "PrefixLists": [
            {"PrefixListId": name, "PrefixListName": f"com.amazonaws.{region}.{service}", "Cidrs": []}
            for name, service in PREFIX_LISTS.items()
            if not wanted or name in wanted
        ]
    }

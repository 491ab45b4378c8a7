"""Internet gateways, route tables and their routes: what makes a subnet public or private (PN:N-45)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.changes import journal, network_changes
from ecslab.sim.errors.common import InvalidParameterCombination, InvalidParameterValue, MissingParameter
from ecslab.sim.errors.ec2 import (
    DependencyViolation,
    GatewayNotAttached,
    InvalidAssociationNotFound,
    InvalidGatewayNotFound,
    InvalidInternetGatewayNotFound,
    InvalidRouteNotFound,
    InvalidRouteTableNotFound,
    NatGatewayNotFound,
    ResourceAlreadyAssociated,
    RouteAlreadyExists,
)
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.operations.ec2.filters import matching, tag_values, tags_of
from ecslab.sim.operations.ec2.networks import found_subnet
from ecslab.sim.operations.ec2.vpcs import found_vpc
from ecslab.sim.rules import network_watchers, routing
from ecslab.sim.rules.addresses import address_text, block_ends, read_block
from ecslab.sim.state.network import InternetGateway, Route, RouteTable
from ecslab.sim.world import World


def create_internet_gateway(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An internet gateway, attached to nothing."""
    tags = tags_of(parameters, "internet-gateway")
    gateway = InternetGateway(world.ids.prefixed("igw"), tags=tags)
    network_changes.internet_gateway_added(world, gateway)
    journal.call_made(world, "ec2:CreateInternetGateway", gateway.id, None)
    return {"InternetGateway": _gateway_shape(gateway)}


def _gateway_shape(gateway: InternetGateway) -> dict[str, Any]:
    attachments = [{"State": "available", "VpcId": gateway.vpc_id}] if gateway.vpc_id else []
    return {"InternetGatewayId": gateway.id, "OwnerId": ACCOUNT, "Attachments": attachments, "Tags": gateway.tags}


def found_gateway(world: World, name: object) -> InternetGateway:
    """An internet gateway by id. Raises InvalidInternetGatewayID.NotFound."""
    gateway = world.internet_gateways.get(str(name))
    if gateway is None:
        raise InvalidInternetGatewayNotFound(f"The internetGateway ID '{name}' does not exist")
    return gateway


def attach_internet_gateway(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Attach a gateway to a VPC: one of each to one of the other."""
    gateway = found_gateway(world, parameters["InternetGatewayId"])
    vpc = found_vpc(world, parameters["VpcId"])
    if gateway.vpc_id:
        raise ResourceAlreadyAssociated(f"resource {gateway.id} is already attached to network {gateway.vpc_id}")
    if any(other.vpc_id == vpc.id for other in world.internet_gateways.values()):
        raise InvalidParameterValue(f"Network {vpc.id} already has an internet gateway attached")
    network_changes.internet_gateway_attached(world, gateway, vpc.id)
    network_watchers.network_changed(world)
    journal.call_made(world, "ec2:AttachInternetGateway", gateway.id, None)
    return {}


def detach_internet_gateway(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Detach a gateway from a VPC in which nothing has a public address."""
    gateway = found_gateway(world, parameters["InternetGatewayId"])
    vpc = found_vpc(world, parameters["VpcId"])
    if gateway.vpc_id != vpc.id:
        raise GatewayNotAttached(f"resource {gateway.id} is not attached to network {vpc.id}")
    if _has_public_address(world, vpc.id):
        raise DependencyViolation(
            f"Network {vpc.id} has some mapped public address(es). Please unmap those public address(es) before "
            "detaching the gateway."
        )
    network_changes.internet_gateway_attached(world, gateway, None)
    network_watchers.network_changed(world)
    journal.call_made(world, "ec2:DetachInternetGateway", gateway.id, None)
    return {}


def _has_public_address(world: World, vpc_id: str) -> bool:
    subnets = [i.subnet_id for i in world.network_interfaces.values() if i.public_address]
    subnets += [m.subnet_id for m in world.ec2_instances.values() if m.public_address]
    subnets += [g.subnet_id for g in world.nat_gateways.values() if g.public_address and g.state != "deleted"]
    return any(world.subnets[name].vpc_id == vpc_id for name in subnets)


def delete_internet_gateway(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a detached gateway; routes to it become blackholes."""
    gateway = found_gateway(world, parameters["InternetGatewayId"])
    if gateway.vpc_id:
        raise DependencyViolation(
            f"The internetGateway '{gateway.id}' has dependencies and cannot be deleted. Detach it first."
        )
    network_changes.internet_gateway_deleted(world, gateway)
    journal.call_made(world, "ec2:DeleteInternetGateway", gateway.id, None)
    return {}


def describe_internet_gateways(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Internet gateways in creation order."""
    wanted: Sequence[str] = parameters.get("InternetGatewayIds") or []
    gateways = [found_gateway(world, name) for name in wanted] or list(world.internet_gateways.values())
    return {"InternetGateways": [_gateway_shape(g) for g in matching(gateways, parameters, _gateway_values)]}


def _gateway_values(gateway: InternetGateway) -> dict[str, list[str]]:
    attached = [gateway.vpc_id] if gateway.vpc_id else []
    return {"internet-gateway-id": [gateway.id], "attachment.vpc-id": attached, **tag_values(gateway.tags)}


def create_route_table(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A route table that leads inside its VPC alone."""
    vpc = found_vpc(world, parameters["VpcId"])
    tags = tags_of(parameters, "route-table")
    table = RouteTable(world.ids.prefixed("rtb"), vpc.id, [Route(vpc.cidr, "local")], tags=tags)
    network_changes.route_table_added(world, table)
    journal.call_made(world, "ec2:CreateRouteTable", table.id, None)
    return {"RouteTable": _table_shape(world, table)}


def found_table(world: World, name: object) -> RouteTable:
    """A route table by id. Raises InvalidRouteTableID.NotFound."""
    table = world.route_tables.get(str(name))
    if table is None:
        raise InvalidRouteTableNotFound(f"The routeTable ID '{name}' does not exist")
    return table


def _destination(parameters: Mapping[str, Any]) -> str:
    cidr = str(parameters.get("DestinationCidrBlock") or "")
    if not cidr:
        raise MissingParameter("The request must contain the parameter destinationCidrBlock")
    block = read_block(cidr)
    if block is None:
        raise InvalidParameterValue(f"Value ({cidr[:64]}) for parameter destinationCidrBlock is invalid.")
    return f"{address_text(block_ends(cidr)[0])}/{block[1]}"


def _target(world: World, table: RouteTable, parameters: Mapping[str, Any]) -> str:
    """The gateway of a new route, which must be of the table's VPC. Raises InvalidGatewayID.NotFound and others."""
    internet, nat = parameters.get("GatewayId"), parameters.get("NatGatewayId")
    if bool(internet) == bool(nat):
        raise InvalidParameterCombination("Name exactly one of GatewayId and NatGatewayId as the target of the route.")
    if nat:
        gateway = world.nat_gateways.get(str(nat))
        if gateway is None or gateway.is_gone or gateway.vpc_id != table.vpc_id:
            raise NatGatewayNotFound(f"The natGateway ID '{nat}' does not exist")
        return gateway.id
    found = world.internet_gateways.get(str(internet))
    if found is None:
        raise InvalidGatewayNotFound(f"The gateway ID '{internet}' does not exist")
    if found.vpc_id != table.vpc_id:
        raise InvalidParameterValue(
            f"route table {table.id} and network gateway {found.id} belong to different networks"
        )
    return found.id


def _check_changeable(table: RouteTable, destination: str) -> None:
    local = next(route.destination for route in table.routes if route.target == "local")
    first, last = block_ends(local)
    begin, end = block_ends(destination)
    if first <= begin and end <= last:
        raise InvalidParameterValue(f"The destination CIDR block {destination} is inside the VPC's own {local}.")


def create_route(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A way to a block of addresses through an internet or NAT gateway."""
    table, destination = found_table(world, parameters["RouteTableId"]), _destination(parameters)
    target = _target(world, table, parameters)
    _check_changeable(table, destination)
    if any(route.destination == destination for route in table.routes):
        raise RouteAlreadyExists(f"The route identified by {destination} already exists.")
    _set(world, table, [*table.routes, Route(destination, target)], "ec2:CreateRoute")
    return {"Return": True}


def _set(world: World, table: RouteTable, routes: list[Route], call: str) -> None:
    network_changes.routes_set(world, table, routes)
    network_watchers.network_changed(world)
    journal.call_made(world, call, table.id, None)


def _known_route(table: RouteTable, destination: str) -> None:
    if all(route.destination != destination for route in table.routes):
        raise InvalidRouteNotFound(f"no route with destination-cidr-block {destination} in route table {table.id}")


def replace_route(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Another gateway for a block that has a route."""
    table, destination = found_table(world, parameters["RouteTableId"]), _destination(parameters)
    target = _target(world, table, parameters)
    _check_changeable(table, destination)
    _known_route(table, destination)
    routes = [Route(destination, target) if r.destination == destination else r for r in table.routes]
    _set(world, table, routes, "ec2:ReplaceRoute")
    return {}


def delete_route(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take a route away; the local one stays."""
    table, destination = found_table(world, parameters["RouteTableId"]), _destination(parameters)
    _check_changeable(table, destination)
    _known_route(table, destination)
    _set(world, table, [r for r in table.routes if r.destination != destination], "ec2:DeleteRoute")
    return {}


def associate_route_table(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Let a subnet follow a route table of its VPC."""
    table = found_table(world, parameters["RouteTableId"])
    subnet = found_subnet(world, parameters.get("SubnetId"))
    if subnet.vpc_id != table.vpc_id:
        raise InvalidParameterValue(f"Route table {table.id} and subnet {subnet.id} belong to different networks")
    if any(subnet.id in other.associations.values() for other in world.route_tables.values()):
        raise ResourceAlreadyAssociated(
            f"the specified association for route table {table.id} conflicts with an existing association"
        )
    association = world.ids.prefixed("rtbassoc")
    network_changes.table_associated(world, table, association, subnet.id)
    network_watchers.network_changed(world)
    journal.call_made(world, "ec2:AssociateRouteTable", table.id, None)
    return {"AssociationId": association, "AssociationState": {"State": "associated"}}


def _associated(world: World, association: object) -> RouteTable:
    for table in world.route_tables.values():
        if association in table.associations or association == table.main_association:
            return table
    raise InvalidAssociationNotFound(f"The association ID '{association}' does not exist")


def disassociate_route_table(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Let a subnet follow the main route table again."""
    association = str(parameters["AssociationId"])
    table = _associated(world, association)
    if association == table.main_association:
        raise InvalidParameterValue("cannot disassociate the main route table association; replace it")
    network_changes.table_disassociated(world, table, association)
    network_watchers.network_changed(world)
    journal.call_made(world, "ec2:DisassociateRouteTable", table.id, None)
    return {}


def replace_route_table_association(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Let a subnet, or all that follow the main table, follow another table."""
    association, new = str(parameters["AssociationId"]), found_table(world, parameters["RouteTableId"])
    old = _associated(world, association)
    if old.vpc_id != new.vpc_id:
        raise InvalidParameterValue(f"Route table {new.id} and {old.id} belong to different networks")
    name = world.ids.prefixed("rtbassoc")
    if association == old.main_association:
        network_changes.main_table_replaced(world, old, new, name)
    else:
        subnet = old.associations[association]
        network_changes.table_disassociated(world, old, association)
        network_changes.table_associated(world, new, name, subnet)
    network_watchers.network_changed(world)
    journal.call_made(world, "ec2:ReplaceRouteTableAssociation", new.id, None)
    return {"NewAssociationId": name, "AssociationState": {"State": "associated"}}


def delete_route_table(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a route table that nobody follows."""
    table = found_table(world, parameters["RouteTableId"])
    used = any(table.id in endpoint.route_tables for endpoint in world.vpc_endpoints.values())
    if table.main_association or table.associations or used:
        raise DependencyViolation(f"The routeTable '{table.id}' has dependencies and cannot be deleted.")
    network_changes.route_table_deleted(world, table)
    journal.call_made(world, "ec2:DeleteRouteTable", table.id, None)
    return {}


def describe_route_tables(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Route tables in creation order, chosen by id and by filters."""
    wanted: Sequence[str] = parameters.get("RouteTableIds") or []
    tables = [found_table(world, name) for name in wanted] or list(world.route_tables.values())
    return {"RouteTables": [_table_shape(world, table) for table in matching(tables, parameters, _table_values)]}


def _table_values(table: RouteTable) -> dict[str, list[str]]:
    values = {
        "route-table-id": [table.id],
        "vpc-id": [table.vpc_id],
        "association.subnet-id": list(table.associations.values()),
        "association.main": ["true" if table.main_association else "false"],
        "association.route-table-association-id": list(table.associations),
    }
    return {**values, **tag_values(table.tags)}


def _table_shape(world: World, table: RouteTable) -> dict[str, Any]:
    own: list[dict[str, Any]] = []
    if table.main_association:
        own.append(_association(table, table.main_association, {"Main": True}))
    own += [_association(table, name, {"Main": False, "SubnetId": s}) for name, s in table.associations.items()]
    return {
        "RouteTableId": table.id,
        "VpcId": table.vpc_id,
        "OwnerId": ACCOUNT,
        "Routes": [_route_shape(world, table, route) for route in routing.routes_of(world, table)],
        "Associations": own,
        "PropagatingVgws": [],
        "Tags": table.tags,
    }


def _association(table: RouteTable, name: str, more: dict[str, Any]) -> dict[str, Any]:
    state = {"State": "associated"}
    return {"RouteTableAssociationId": name, "RouteTableId": table.id, "AssociationState": state, **more}


def _route_shape(world: World, table: RouteTable, route: Route) -> dict[str, Any]:
    is_list = route.destination.startswith("pl-")
    return {
        "DestinationPrefixListId" if is_list else "DestinationCidrBlock": route.destination,
        "NatGatewayId" if route.target.startswith("nat-") else "GatewayId": route.target,
        "State": "blackhole" if routing.is_blackhole(world, table, route) else "active",
        "Origin": "CreateRouteTable" if route.target == "local" else "CreateRoute",
    }

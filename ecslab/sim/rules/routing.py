"""Which route table a subnet follows and where a route leads (PN:N-45, IC:R-25).

Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html, as of 2026-11-24.
"""

from __future__ import annotations

from ecslab.sim.rules.addresses import ALL, block_ends, is_inside
from ecslab.sim.rules.vpcs import PREFIX_LISTS
from ecslab.sim.state.network import InternetGateway, NatGateway, Route, RouteTable, Subnet, VpcEndpoint
from ecslab.sim.world import World

Target = InternetGateway | NatGateway | VpcEndpoint


def main_table(world: World, vpc_id: str) -> RouteTable:
    """The main route table of a VPC."""
    return next(t for t in world.route_tables.values() if t.vpc_id == vpc_id and t.main_association)


def table_of(world: World, subnet: Subnet) -> RouteTable:
    """The route table of a subnet: its own, or the main one of its VPC."""
    own = (t for t in world.route_tables.values() if subnet.id in t.associations.values())
    return next(own, None) or main_table(world, subnet.vpc_id)


def routes_of(world: World, table: RouteTable) -> list[Route]:
    """The routes of a table, those that gateway endpoints put there at the end (IC:R-17)."""
    lists = {service: name for name, service in PREFIX_LISTS.items()}
    endpoints = (e for e in world.vpc_endpoints.values() if table.id in e.route_tables)
    return [*table.routes, *(Route(lists[e.service], e.id) for e in endpoints)]


def route_to(table: RouteTable, address: str | None) -> Route | None:
    """The route with the longest prefix for an address; None as an address is any place on the internet."""
    if address is None:
        return next((r for r in table.routes if r.destination == ALL), None)
    fitting = [r for r in table.routes if is_inside(address, r.destination)]
    return min(fitting, key=lambda r: _size(r.destination), default=None)


def _size(cidr: str) -> int:
    first, last = block_ends(cidr)
    return last - first


def target_of(world: World, route: Route) -> Target | None:
    """What a route leads to; None for `local`, and for a blackhole, whose target is gone."""
    found: Target | None = (
        world.internet_gateways.get(route.target)
        or world.nat_gateways.get(route.target)
        or world.vpc_endpoints.get(route.target)
    )
    if isinstance(found, NatGateway) and found.is_gone:
        return None
    return found


def is_blackhole(world: World, table: RouteTable, route: Route) -> bool:
    """Whether a route leads nowhere: its gateway is deleted, or attached to another VPC or none."""
    target = target_of(world, route)
    return route.target != "local" and (target is None or target.vpc_id != table.vpc_id)


def is_public(world: World, subnet: Subnet) -> bool:
    """Whether a subnet is public: its table leads to the internet by an internet gateway (PN:N-45)."""
    table = table_of(world, subnet)
    route = route_to(table, None)
    if route is None or is_blackhole(world, table, route):
        return False
    return isinstance(target_of(world, route), InternetGateway)

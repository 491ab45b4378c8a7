"""What security groups let through (PN:N-50 to PN:N-53), and the ways to AWS services and the internet (IC:R-25).

A group allows and never denies: of all groups of an interface, one rule that fits is enough. Groups are stateful, so
the question is asked once for each connection, at the side that opens it (egress) and at the other (ingress); what is
answered passes by itself. Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecslab.sim.changes import journal
from ecslab.sim.rules import routing
from ecslab.sim.rules.addresses import ALL, address_number, address_text, is_inside
from ecslab.sim.rules.vpcs import PREFIX_LISTS
from ecslab.sim.state.network import Direction, InternetGateway, NatGateway, SecurityGroupRule, Subnet, VpcEndpoint
from ecslab.sim.world import World


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of a connection: its address, and the security groups or prefix lists that it belongs to.

    `address` is None for any place on the internet: only a rule for every address fits it.
    """

    address: str | None
    security_groups: tuple[str, ...] = ()
    prefix_lists: tuple[str, ...] = ()


INTERNET = Peer(None)


def admits(
    world: World, group_ids: Sequence[str], direction: Direction, protocol: str, port: int, peer: Peer
) -> SecurityGroupRule | None:
    """The first rule, in the order of the groups, that lets a connection through; None when none does."""
    for group_id in group_ids:
        for rule in world.security_groups[group_id].rules:
            if rule.direction == direction and _is_for(rule, protocol, port) and _names(rule, peer):
                return rule
    return None


def _is_for(rule: SecurityGroupRule, protocol: str, port: int) -> bool:
    if rule.protocol == "-1":
        return True
    return rule.protocol == protocol and (rule.from_port or 0) <= port <= (rule.to_port or 0)


def _names(rule: SecurityGroupRule, peer: Peer) -> bool:
    if rule.cidr is None:
        return rule.group_id in peer.security_groups or rule.prefix_list_id in peer.prefix_lists
    return rule.cidr == ALL or (peer.address is not None and is_inside(peer.address, rule.cidr))


HTTPS = 443
"""Registries and the services of AWS are reached by HTTPS alone (IC:R-23)."""
NO_HOST = 4
"""The first address of a subnet that anything may have (PN:N-41)."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One place on the way: what it is, whether it let the connection through, and by what.

    `direction` is that of a security group. `by` is the rule or the route that decided, None when none did.
    """

    kind: str
    id: str
    passed: bool
    rule: str
    mark: str
    direction: Direction | None = None
    by: tuple[tuple[str, str | int | None], ...] | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A way, hop by hop up to the first that fails; `sentence` says what happened and what would mend it."""

    code: str
    hops: tuple[Hop, ...]
    sentence: str

    @property
    def reached(self) -> bool:
        """Whether the connection comes through."""
        return self.code == "reached"


@dataclass(frozen=True, slots=True)
class End:
    """An end inside a VPC: its subnet, its security groups and its addresses."""

    subnet: Subnet
    groups: tuple[str, ...]
    address: str
    public_address: str | None = None

    @property
    def peer(self) -> Peer:
        """The end as the other end's groups see it."""
        return Peer(self.address, self.groups)


Step = tuple[Hop, str, str]
"""A hop, and the code and the sentence that hold when it fails."""


def walked(steps: Iterator[Step], sentence: str) -> Path:
    """The path of steps up to the first that fails."""
    hops: list[Hop] = []
    for hop, code, failed in steps:
        hops.append(hop)
        if not hop.passed:
            return Path(code, tuple(hops), failed)
    return Path("reached", tuple(hops), sentence)


def group_hop(
    world: World, groups: Sequence[str], direction: Direction, port: int, peer: Peer, rule: tuple[str, str]
) -> Hop:
    """Whether security groups let a TCP connection through. The id is that of the group that did, or of the first."""
    found = admits(world, groups, direction, "tcp", port, peer)
    owner = next((name for name in groups if found in world.security_groups[name].rules), groups[0])
    by = _told(found) if found else None
    return Hop("securityGroup", owner, found is not None, *rule, direction, by)


def _told(rule: SecurityGroupRule) -> tuple[tuple[str, str | int | None], ...]:
    """A rule as answers tell what decided."""
    ports = (("fromPort", rule.from_port), ("toPort", rule.to_port))
    return (("protocol", rule.protocol), *ports, ("peer", rule.peer))


def service_path(
    world: World,
    subnet_id: str,
    group_ids: Sequence[str],
    has_public_address: bool,
    service: str,
    address: str | None = None,
) -> Path:
    """The way to a service of AWS, by its endpoint name such as `ecr.api`, or to any place on the `internet`.

    Private DNS sends everything to the endpoint where there is one, also what could go another way. `address` is the
    private address of the caller, any of its subnet's when not told. What was found holds until a network changes.
    """
    asked = (subnet_id, tuple(group_ids), has_public_address, service, address)
    path: Path | None = world.ways.get(asked)
    if path is None:
        path = find_path(world, *asked)
        journal.way_kept(world, asked, path)
    return path


def find_path(
    world: World,
    subnet_id: str,
    groups: tuple[str, ...],
    has_public_address: bool,
    service: str,
    address: str | None,
) -> Path:
    """The rule behind `service_path`, which walks the network as it is."""
    subnet = world.subnets[subnet_id]
    own = address or address_text(address_number(subnet.cidr.partition("/")[0]) + NO_HOST)
    end = End(subnet, groups, own, "public" if has_public_address else None)
    endpoint = _endpoint(world, subnet, service)
    name = "the internet" if service == "internet" else service
    if endpoint is None:
        return walked(internet_steps(world, end, service), f"{name} is reached over the internet.")
    steps = _gateway_steps if endpoint.type == "Gateway" else _interface_steps
    return walked(steps(world, end, endpoint), f"{name} is reached by the endpoint {endpoint.id}.")


def _endpoint(world: World, subnet: Subnet, service: str) -> VpcEndpoint | None:
    """The endpoint that a service's name leads to from a subnet: with private DNS, or in the subnet's route table.

    An interface endpoint for S3 does not serve image layers (IC:R-17).
    """
    vpc, table = world.vpcs[subnet.vpc_id], routing.table_of(world, subnet)
    answers = vpc.dns_support and vpc.dns_hostnames
    for endpoint in world.vpc_endpoints.values():
        if endpoint.service != service or endpoint.vpc_id != vpc.id or endpoint.state != "available":
            continue
        if endpoint.type == "Gateway" and table.id in endpoint.route_tables:
            return endpoint
        if endpoint.type == "Interface" and service != "s3" and endpoint.private_dns and answers:
            return endpoint
    return None


def _interface_steps(world: World, end: End, endpoint: VpcEndpoint) -> Iterator[Step]:
    """Out of the caller's groups, into the endpoint's (IC:R-23); its name leaves out zones that are lost (SS:C-45)."""
    interfaces = [world.network_interfaces[name] for name in endpoint.interfaces.values()]
    if not interfaces:
        hop = Hop("endpoint", endpoint.id, False, "IC:R-23", "D")
        yield hop, "noRoute", f"The endpoint {endpoint.id} is in no subnet; make it in the subnets of the tasks."
        return
    places = {i.id: world.subnets[i.subnet_id].availability_zone for i in interfaces}
    alive = [i for i in interfaces if places[i.id] not in world.failed_zones]
    near = [i for i in alive if places[i.id] == end.subnet.availability_zone]
    interface = (near or alive or interfaces)[0]
    peer = Peer(interface.private_address, tuple(endpoint.security_groups))
    yield _out(world, end, peer, f"the endpoint {endpoint.id}")
    lost = f"Every subnet of the endpoint {endpoint.id} is in a zone that is lost; give it one in each zone."
    yield Hop("endpoint", endpoint.id, bool(alive), "IC:R-23", "D"), "noRoute", lost
    hop = group_hop(world, endpoint.security_groups, "ingress", HTTPS, end.peer, ("IC:R-23", "D"))
    sentence = (
        f"The endpoint's security group {hop.id} admits nothing from {end.address} on port {HTTPS}; allow TCP {HTTPS} "
        f"from {end.groups[0]} or from the subnet's {end.subnet.cidr}."
    )
    yield hop, "securityGroup", sentence


def _gateway_steps(world: World, end: End, endpoint: VpcEndpoint) -> Iterator[Step]:
    """Out of the caller's groups, and by the route that the gateway endpoint put in the table (IC:R-17)."""
    listed = next(name for name, service in PREFIX_LISTS.items() if service == endpoint.service)
    yield _out(world, end, Peer(None, prefix_lists=(listed,)), listed)
    table = routing.table_of(world, end.subnet)
    by = (("destination", listed), ("target", endpoint.id))
    yield Hop("route", table.id, True, "IC:R-17", "D", by=by), "noRoute", ""
    yield Hop("endpoint", endpoint.id, True, "IC:R-17", "D"), "noRoute", ""


def _out(world: World, end: End, peer: Peer, whom: str) -> Step:
    hop = group_hop(world, end.groups, "egress", HTTPS, peer, ("IC:R-25", "I"))
    return hop, "securityGroup", f"The security group {hop.id} lets nothing out to {whom} on TCP {HTTPS}; allow it."


def internet_steps(world: World, end: End, service: str = "internet", port: int = HTTPS) -> Iterator[Step]:
    """Out to the internet: by the caller's groups, a route, and a gateway that can pass it on (PN:N-45, IC:R-25)."""
    hop = group_hop(world, end.groups, "egress", port, INTERNET, ("IC:R-25", "I"))
    yield hop, "securityGroup", f"The security group {hop.id} lets nothing out to the internet on TCP {port}; allow it."
    table = routing.table_of(world, end.subnet)
    route = routing.route_to(table, None)
    target = routing.target_of(world, route) if route else None
    works = route is not None and target is not None and not routing.is_blackhole(world, table, route)
    told = (("destination", route.destination), ("target", route.target)) if route else None
    yield Hop("route", table.id, works, "PN:N-45", "D", by=told), "noRoute", _no_route(end.subnet, service, told)
    if isinstance(target, InternetGateway):
        passed = end.public_address is not None
        yield Hop("internetGateway", target.id, passed, "PN:N-45", "D"), "noPublicAddress", _no_address(end.subnet)
    elif isinstance(target, NatGateway):
        yield _nat_step(world, target)


def _nat_step(world: World, gateway: NatGateway) -> Step:
    """A NAT gateway passes on when it is available, has a public address and stands in a public subnet.

    It is redundant inside its zone alone: subnets of other zones that use it are cut off when that is lost (SS:C-45).
    """
    is_public = gateway.public_address is not None and routing.is_public(world, world.subnets[gateway.subnet_id])
    zone = world.subnets[gateway.subnet_id].availability_zone
    is_lost = zone in world.failed_zones
    passed = gateway.state == "available" and is_public and not is_lost
    if not is_public:
        sentence = f"The NAT gateway {gateway.id} has no way out itself; make it with an address, in a public subnet."
    elif is_lost:
        sentence = (
            f"The NAT gateway {gateway.id} stands in the Availability Zone {zone}, which is lost; make one in each "
            "zone and route the zone's subnets to it."
        )
    else:
        sentence = f"The NAT gateway {gateway.id} is {gateway.state}; wait until it is available."
    return Hop("natGateway", gateway.id, passed, "PN:N-45", "D"), "noRoute", sentence


def _no_route(subnet: Subnet, service: str, told: object) -> str:
    leads = "a route to the internet that leads nowhere" if told else "no route to the internet"
    if service in ("internet", "s3"):
        other = " or an S3 gateway endpoint" if service == "s3" else ""
        return f"The subnet {subnet.id} has {leads}; add a NAT gateway{other} and a route to it."
    return f"The subnet {subnet.id} has {leads}; add a NAT gateway and a route to it, or an endpoint for {service}."


def _no_address(subnet: Subnet) -> str:
    return (
        f"The subnet {subnet.id} is public but the interface has no public address: on Fargate set assignPublicIp to "
        "ENABLED, else use a private subnet with a NAT gateway."
    )

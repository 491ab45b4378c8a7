"""Whether one thing reaches another on a port, hop by hop (PN:N-2, PN:N-45, PN:N-50 to PN:N-53, PN:L-7, PN:L-34).

A connection opens at one side: its groups must let it out, a route must lead to the other side, and the groups there
must let it in; what comes back passes by itself. Then something must listen. A load balancer opens a second connection
to one of its targets. Sources: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecslab.sim.rules import places, routing
from ecslab.sim.rules.load_balancing import attachment, reaching, requests
from ecslab.sim.rules.places import Door, Place
from ecslab.sim.rules.reachability import INTERNET, End, Hop, Path, Step, group_hop, internet_steps, walked
from ecslab.sim.state.load_balancer import Target, TargetGroup
from ecslab.sim.state.network import InternetGateway
from ecslab.sim.world import World

EPHEMERAL = "32768-65535"
"""What an instance's group must admit for dynamic ports (PN:N-28)."""
PATH_OF_REQUESTS = "/"
"""What a connection to an Application Load Balancer asks for: lab:SendRequest tries other paths and hosts."""


def connect(world: World, source: Place, target: Place, port: int) -> Path:
    """The way of one TCP connection, up to the first hop that fails."""
    told = f"{source.spoken} reaches {target.spoken} on port {port}."
    return walked(_steps(world, source, target, port), told[0].upper() + told[1:])


def _steps(world: World, source: Place, target: Place, port: int) -> Iterator[Step]:
    for place in (source, target):
        if (gone := _not_there(place)) is not None:
            yield gone
            return
    if target.kind == "internet":
        if source.end is not None:
            yield from internet_steps(world, source.end, port=port)
        return
    door = places.door_of(world, target, port)
    if source.id != target.id:
        yield from _way(world, source, target, door)
    if target.balancer is not None:
        yield from _through(world, target, port)
    else:
        yield from _inside(world, target, door)


def _not_there(place: Place) -> Step | None:
    """A side that does not run, or that has no network at all (PN:N-2)."""
    if place.kind in ("internet", "loadBalancer"):
        return None
    machine = place.machine
    state: str
    if place.task is not None and not place.task.is_running:
        state = place.task.last_status
    elif machine is not None and machine.failed_at_ms is not None:
        state = "dead"
    elif machine is not None and machine.state != "running":
        state = machine.state
    elif place.end is None:
        hop = Hop("portMapping", place.id, False, "PN:N-2", "D")
        return hop, "noPortMapping", "Network mode none has no network; use bridge, host or awsvpc."
    else:
        return None
    hop = Hop("container", place.id, False, "PN:N-2", "D")
    return hop, "notRunning", f"{place.spoken.capitalize()} is {state}; nothing runs there to connect."


def _way(world: World, source: Place, target: Place, door: Door) -> Iterator[Step]:
    """Out of one side, over the routes, and into the security groups of the other."""
    assert target.end is not None
    if source.end is None:
        yield from _from_outside(world, target)
    else:
        yield from _within(world, source, source.end, target.end, door)
    if target.end.groups:
        yield _entry(world, source, target, door)


def _within(world: World, source: Place, start: End, end: End, door: Door) -> Iterator[Step]:
    """From an interface to another of the same VPC."""
    if start.groups:
        rule = "PN:N-52" if source.balancer else "PN:N-53"
        out = group_hop(world, start.groups, "egress", door.port, end.peer, (rule, "D"))
        yield out, "securityGroup", f"The security group {out.id} lets nothing out on TCP {door.port}; allow it."
    table = routing.table_of(world, start.subnet)
    route = routing.route_to(table, end.address)
    is_one_vpc = start.subnet.vpc_id == end.subnet.vpc_id
    by = (("destination", route.destination), ("target", route.target)) if route and is_one_vpc else None
    sentence = "The two are in different VPCs, which are not connected; put them into one."
    yield Hop("route", table.id, is_one_vpc, "PN:N-45", "D", by=by), "noRoute", sentence


def _from_outside(world: World, target: Place) -> Iterator[Step]:
    """In from the internet: by an internet gateway to a public address alone (PN:N-45)."""
    end = target.end
    assert end is not None
    table = routing.table_of(world, end.subnet)
    route = routing.route_to(table, None)
    gateway = routing.target_of(world, route) if route else None
    leads = isinstance(gateway, InternetGateway) and routing.is_public(world, end.subnet)
    by = (("destination", route.destination), ("target", route.target)) if route else None
    sentence = (
        f"The subnet {end.subnet.id} is private: nothing from the internet comes in, a NAT gateway lets out alone; use "
        "a public subnet, or a load balancer in one."
    )
    yield Hop("route", table.id, leads, "PN:N-45", "D", by=by), "noRoute", sentence
    name = gateway.id if gateway else table.id
    hop = Hop("internetGateway", name, end.public_address is not None, "PN:N-45", "D")
    yield hop, "noPublicAddress", _no_address(target, end)


def _no_address(target: Place, end: End) -> str:
    if target.balancer is not None:
        return f"The load balancer {target.balancer.name} is internal; make one whose scheme is internet-facing."
    if target.has_own_interface and target.machine is None:
        return f"{end.address} is private alone; set assignPublicIp to ENABLED, or use a load balancer."
    return f"{end.address} is private alone; use a load balancer that is internet-facing."


def _entry(world: World, source: Place, target: Place, door: Door) -> Step:
    """Into the other side's security groups, with the smallest rule that would let it in."""
    assert target.end is not None
    peer = INTERNET if source.end is None else source.end.peer
    rule = "PN:N-52" if target.balancer else "PN:N-51" if target.has_own_interface else "PN:N-50"
    hop = group_hop(world, target.end.groups, "ingress", door.port, peer, (rule, "D"))
    whose = "load balancer" if target.balancer else "task" if target.has_own_interface else "instance"
    ports = EPHEMERAL if door.is_dynamic else str(door.port)
    return (
        hop,
        "securityGroup",
        (
            f"The {whose}'s security group {hop.id} admits nothing from {source.spoken} on port {door.port}; "
            f"allow {ports} from {_origin(source)}."
        ),
    )


def _origin(source: Place) -> str:
    """What a rule for a side would name: its group, else its address."""
    if source.end is None:
        return "0.0.0.0/0"
    return f"its group {source.end.groups[0]}" if source.end.groups else f"{source.end.address}/32"


def _inside(world: World, target: Place, door: Door) -> Iterator[Step]:
    """What becomes of a connection that is in: a port mapping, and a container behind it."""
    known = door.container is not None
    if target.task is not None and target.task.network_mode == "bridge":
        by = (("hostPort", door.port), ("containerPort", door.container_port)) if known else None
        hop = Hop("portMapping", target.id, known, "PN:N-10", "D", by=by)
        yield hop, "noPortMapping", f"No container of the task maps port {door.port}; add it to portMappings."
    if not known:
        what = "No container of the task names" if target.task else "No container on the instance has"
        others = _spoken(places.ports_at(world, target))
        sentence = f"{what} port {door.port} in its portMappings, so nothing is known to listen; {others}."
    else:
        sentence = f"Its container does not accept connections on port {door.container_port} now."
    yield Hop("container", target.id, places.listens(world, door), "PN:N-13", "D"), "notListening", sentence


def _spoken(ports: Sequence[int]) -> str:
    """Which ports listen, as a part of a sentence."""
    if not ports:
        return "nor does any other port"
    numbers = " and ".join(filter(None, (", ".join(map(str, ports[:-1])), str(ports[-1]))))
    return f"port {numbers} listens" if len(ports) == 1 else f"ports {numbers} listen"


def _through(world: World, place: Place, port: int) -> Iterator[Step]:
    """A listener, a target group with a target that may have the connection, and the way to that target."""
    balancer = place.balancer
    assert balancer is not None
    listener = requests.listener_at(world, balancer, port)
    by = (("protocol", listener.protocol), ("port", listener.port)) if listener else None
    hop = Hop("listener", listener.arn if listener else balancer.arn, listener is not None, "PN:N-52", "D", by=by)
    yield hop, "noListener", f"Nothing listens on port {port} of {place.spoken}; create a listener for it."
    if listener is None:
        return
    rule = requests.rule_for(listener, "", PATH_OF_REQUESTS)
    if not rule.forwards:
        return
    group = world.target_groups[max(rule.forwards, key=lambda forward: forward.weight).target_group_arn]
    found = [share for share in requests.shares_of(world, balancer, rule) if share.group is group]
    hop = Hop("targetGroup", group.arn, bool(found), "PN:L-34", "D")
    yield hop, *_no_target(group, place)
    if found:
        yield from _to_target(world, place, group, found[0].target)


def _no_target(group: TargetGroup, place: Place) -> tuple[str, str]:
    unused = next((t for t in group.targets.values() if t.description == attachment.NO_ZONE), None)
    if unused is not None:
        change = f"add a subnet of {unused.zone} to {place.spoken}"
        return "zoneNotEnabled", f"{unused.key} is in {unused.zone}, a zone that is not enabled; {change}."
    return "noTarget", f"Target group {group.name} has no target in use; put a service behind it."


def _to_target(world: World, place: Place, group: TargetGroup, target: Target) -> Iterator[Step]:
    """The second connection: from the load balancer to one of its targets."""
    there = _place_behind(world, group, target)
    if there is None:
        yield Hop("container", target.id, False, "PN:L-34", "D"), "notRunning", f"Nothing runs at {target.key}."
        return
    if (gone := _not_there(there)) is not None:
        yield gone
        return
    door = places.door_of(world, there, target.port)
    assert place.balancer is not None
    yield from _way(world, places.balancer_place(world, place.balancer, there), there, door)
    yield from _inside(world, there, door)


def _place_behind(world: World, group: TargetGroup, target: Target) -> Place | None:
    """What is met at a target: the task that listens there, else the task or the instance that has its address."""
    end = reaching.end_of(world, group, target)
    if end is None:
        return None
    behind = reaching.listener_on(end, target.port)
    task = next((t for t in end.tasks if behind in t.containers), None)
    if task is None:
        name = reaching.name_behind(world, group, target)
        interface = world.network_interfaces.get(name)
        return places.place_of(world, interface.owner if interface and interface.owner in world.tasks else name)
    return places.task_place(world, task)

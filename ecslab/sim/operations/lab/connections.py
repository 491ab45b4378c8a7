"""lab:TestConnection: reached or not, and where it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules import connections, places
from ecslab.sim.rules.places import Place
from ecslab.sim.rules.reachability import Hop
from ecslab.sim.world import World

HIGHEST_PORT = 65535


def try_connection(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The way of a TCP connection from one thing to another, hop by hop up to the first that fails.

    Raises InvalidParameterException.
    """
    port = parameters["port"]
    if not 1 <= port <= HIGHEST_PORT:
        raise InvalidParameterException(f"port is {port}; it needs to be from 1 to {HIGHEST_PORT}.")
    source = _place(world, str(parameters["from"]))
    target = _place(world, str(parameters["to"]), source)
    if source.kind == target.kind == "internet":
        raise InvalidParameterException("from and to are both the internet; name something of the lab.")
    if source.balancer is not None:
        source = places.balancer_place(world, source.balancer, target)
    path = connections.connect(world, source, target, port)
    door = places.door_of(world, target, port)
    return {
        "reached": path.reached,
        "code": path.code,
        "stoppedAt": None if path.reached else len(path.hops) - 1,
        "from": _side(source),
        "to": {**_side(target), "port": door.port, "containerPort": door.container_port},
        "hops": [_hop(number, hop) for number, hop in enumerate(path.hops)],
        "sentence": path.sentence,
    }


def _place(world: World, name: str, towards: Place | None = None) -> Place:
    found = places.place_of(world, name, towards)
    if found is None:
        raise InvalidParameterException(
            f"'{name[:128]}' is none of the lab's; name internet, a load balancer, a task, or an instance by id or ARN."
        )
    return found


def _side(place: Place) -> dict[str, Any]:
    return {"kind": place.kind, "id": place.id, "address": place.end.address if place.end else None}


def _hop(number: int, hop: Hop) -> dict[str, Any]:
    return {
        "step": number,
        "kind": hop.kind,
        "id": hop.id,
        "direction": hop.direction,
        "passed": hop.passed,
        "by": dict(hop.by) if hop.by else None,
        "rule": hop.rule,
        "mark": hop.mark,
    }

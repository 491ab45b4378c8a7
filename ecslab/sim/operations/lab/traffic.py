"""What clients send to a service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from ecslab.sim.changes import journal, traffic_changes
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.operations.lab.requests import balancer_named
from ecslab.sim.operations.moments import milliseconds
from ecslab.sim.operations.reading import one_of
from ecslab.sim.rules.traffic import pattern_points
from ecslab.sim.state.load_balancer import LoadBalancer
from ecslab.sim.state.service import Service
from ecslab.sim.state.traffic import Traffic
from ecslab.sim.world import World

PATTERNS = ("constant", "ramp", "step", "sine", "spike", "points")
ENDING = ("ramp", "spike")
"""Patterns that need an end."""
_RATE = re.compile(r"(\d{1,9})(?:\.(\d{1,3}))?", re.ASCII)
SHORTEST_PERIOD_MS = 1000
MOST_KIB = 1_048_576


def set_traffic(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What clients send to a service or a load balancer from now on (SS:M-11)."""
    taker = _taker(world, parameters)
    pattern = one_of(parameters, "pattern", PATTERNS, "constant")
    from_ms = milliseconds(parameters["from"], "from") if "from" in parameters else world.now_ms
    to_ms = milliseconds(parameters["to"], "to") if "to" in parameters else None
    if to_ms is not None and to_ms <= from_ms:
        raise InvalidParameterException("to needs to be later than from.")
    if pattern in ENDING and to_ms is None:
        raise InvalidParameterException(f"pattern {pattern} needs to, the moment it ends.")
    points = _points(parameters, pattern, from_ms, to_ms)
    period = _period(parameters, pattern)
    if period is not None and points[-1][0] > period:
        raise InvalidParameterException("points go beyond the period; give a longer period.")
    is_even = pattern in ("ramp", "sine", "spike")
    given = parameters.get("connectionsPerSecond")
    connections = None if given is None else _rate(given, "connectionsPerSecond")
    kib = _kib(parameters)
    traffic = Traffic(pattern, world.now_ms, from_ms, to_ms, period, points, is_even, connections, kib)
    traffic_changes.traffic_set(world, taker, traffic)
    service = taker if isinstance(taker, Service) else None
    where = (service.cluster_name, service.name) if service else (None, None)
    journal.call_made(world, "lab:SetTraffic", taker.arn, *where)
    named = "service" if service else "loadBalancer"
    return {"traffic": {named: taker.arn, "pattern": pattern, "points": [list(p) for p in points]}}


def _taker(world: World, parameters: Mapping[str, Any]) -> Service | LoadBalancer:
    if ("loadBalancer" in parameters) == ("service" in parameters):
        raise InvalidParameterException("SetTraffic needs one of service and loadBalancer.")
    if "loadBalancer" in parameters:
        return balancer_named(world, str(parameters["loadBalancer"]))
    return world.service(world.cluster(parameters.get("cluster")), str(parameters["service"]))


def _points(
    parameters: Mapping[str, Any], pattern: str, from_ms: int, to_ms: int | None
) -> tuple[tuple[int, int], ...]:
    if pattern != "points":
        if "requestsPerSecond" not in parameters:
            raise InvalidParameterException(f"pattern {pattern} needs requestsPerSecond.")
        rate = _rate(parameters["requestsPerSecond"], "requestsPerSecond")
        length = to_ms - from_ms if to_ms is not None else 0
        return pattern_points(pattern, rate, length, _period(parameters, pattern) or 0)
    given = parameters.get("points") or []
    if not given or not all(len(point) == 2 for point in given):
        raise InvalidParameterException("points needs pairs of seconds and requests per second, [[0, 10], [60, 40]].")
    points = tuple((milliseconds(at, "points"), _rate(rate, "points")) for at, rate in given)
    if any(later[0] <= earlier[0] for earlier, later in pairwise(points)):
        raise InvalidParameterException("points needs to be in order of time, each later than the one before.")
    return points


def _period(parameters: Mapping[str, Any], pattern: str) -> int | None:
    if "period" not in parameters:
        if pattern == "sine":
            raise InvalidParameterException("pattern sine needs period.")
        return None
    if pattern not in ("step", "sine", "points"):
        raise InvalidParameterException(f"pattern {pattern} has no period; leave it out.")
    period = milliseconds(parameters["period"], "period")
    if period < SHORTEST_PERIOD_MS:
        raise InvalidParameterException("period needs to be at least 1s.")
    return period


def _kib(parameters: Mapping[str, Any]) -> int:
    kib = int(parameters.get("kibPerRequest", 0))
    if not 0 <= kib <= MOST_KIB:
        raise InvalidParameterException(f"kibPerRequest is {kib}; it needs to be from 0 to {MOST_KIB:,}.")
    return kib


def _rate(value: Any, member: str) -> int:
    """Thousandths of a request per second."""
    match = _RATE.fullmatch(str(value))
    if match is None or isinstance(value, bool):
        raise InvalidParameterException(
            f"{member} is {str(value)[:64]!r}; write requests per second, with at most three decimals."
        )
    return int(match[1]) * 1000 + int((match[2] or "0").ljust(3, "0"))

"""What clients send to a service at a moment, and what its tasks use of CPU and memory for it (SS:M-11)."""

from __future__ import annotations

from fractions import Fraction

from ecslab.sim.state.traffic import RunningSpan, Traffic
from ecslab.sim.world import World

_SINE = (0, 383, 707, 924, 1000, 924, 707, 383, 0, -383, -707, -924, -1000, -924, -707, -383, 0)
"""Thousandths of the sine at sixteenths of a period."""


def pattern_points(pattern: str, rate: int, length_ms: int, period_ms: int) -> tuple[tuple[int, int], ...]:
    """A pattern as points of moments and rates, in milliseconds and thousandths of a request per second.

    Model choice, because the patterns are the lab's own: a ramp climbs from 0 and stays, a spike climbs from 0 to its
    middle and falls back, a step with a period lasts for the first half of each, a sine swings between 0 and its
    highest rate and begins half way up.
    """
    if pattern == "ramp":
        return ((0, 0), (length_ms, rate))
    if pattern == "spike":
        return ((0, 0), (length_ms // 2, rate), (length_ms, 0))
    if pattern == "step" and period_ms:
        return ((0, rate), (period_ms // 2, 0))
    if pattern == "sine":
        return tuple((period_ms * n // 16, rate * (1000 + sine) // 2000) for n, sine in enumerate(_SINE))
    return ((0, rate),)


def rate_at(world: World, service_arn: str, at_ms: int) -> int:
    """What clients send to a service, in thousandths of a request per second.

    Model choice: of several calls of lab:SetTraffic the newest that had been made and whose time it is counts.
    """
    for traffic in reversed(world.traffic.get(service_arn, [])):
        has_begun = traffic.set_at_ms <= at_ms and traffic.from_ms <= at_ms
        if has_begun and (traffic.to_ms is None or at_ms < traffic.to_ms):
            return _rate(traffic, at_ms - traffic.from_ms)
    return 0


def _rate(traffic: Traffic, since_ms: int) -> int:
    moment = since_ms % traffic.period_ms if traffic.period_ms else since_ms
    before = after = (0, 0)
    for point in traffic.points:
        after = point
        if point[0] > moment:
            break
        before = point
    if not traffic.is_even or after == before:
        return before[1]
    return before[1] + (after[1] - before[1]) * (moment - before[0]) // (after[0] - before[0])


def is_constant_after(world: World, service_arn: str, at_ms: int) -> bool:
    """Whether what clients send stays as it is for ever after a moment, unless somebody says otherwise."""
    return all(_is_over(traffic, at_ms) for traffic in world.traffic.get(service_arn, []))


def _is_over(traffic: Traffic, at_ms: int) -> bool:
    if traffic.to_ms is not None:
        return at_ms >= traffic.to_ms
    if traffic.from_ms > at_ms:
        return False
    is_flat = len(traffic.points) == 1 and traffic.points[0][0] == 0
    return is_flat or (traffic.period_ms is None and at_ms >= traffic.from_ms + traffic.points[-1][0])


def running_at(world: World, owner: str, at_ms: int) -> list[RunningSpan]:
    """The tasks that were RUNNING at a moment: those of a service by its ARN, those without one by `cluster/NAME`."""
    spans = world.running_spans.get(owner, [])
    return [s for s in spans if s.from_ms <= at_ms and (s.until_ms is None or at_ms < s.until_ms)]


def requests_at(world: World, owner: str, at_ms: int, running: int) -> Fraction:
    """Requests per second that each RUNNING task of a service gets: an even share (SS:M-11)."""
    return Fraction(rate_at(world, owner, at_ms), 1000 * running)


def cpu_used(span: RunningSpan, requests: Fraction) -> Fraction:
    """CPU units that a task uses; a task-level size caps them, containers alone may burst (SS:M-3)."""
    used = span.behaviour.cpu_units + requests * span.behaviour.cpu_units_per_rps
    return used if span.most_cpu_units is None else min(used, Fraction(span.most_cpu_units))


def memory_used(span: RunningSpan, requests: Fraction) -> Fraction:
    """MiB that a task uses; hard limits cap them (SS:M-3).

    Model choice: what requests need above a hard limit kills no container.
    """
    used = span.behaviour.memory_mib + requests * Fraction(span.behaviour.memory_kib_per_rps, 1024)
    return used if span.most_memory_mib is None else min(used, Fraction(span.most_memory_mib))

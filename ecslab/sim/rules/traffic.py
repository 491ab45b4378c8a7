"""What clients send to a service at a moment, and what its tasks use of CPU and memory for it (SS:M-11)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter

from ecslab.sim.state.traffic import RunningSpan, ShareSpan, Traffic
from ecslab.sim.world import World

_SINE = (0, 383, 707, 924, 1000, 924, 707, 383, 0, -383, -707, -924, -1000, -924, -707, -383, 0)
"""Thousandths of the sine at sixteenths of a period."""
BUSY = Fraction(9, 10)
"""The share of a task's CPU from which on requests wait in a queue that only grows."""


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


def rate_at(world: World, arn: str, at_ms: int) -> int:
    """What clients send to a service or a load balancer, in thousandths of a request per second.

    Model choice: of several calls of lab:SetTraffic the newest that had been made and whose time it is counts.
    """
    traffic = sent_at(world, arn, at_ms)
    return _rate(traffic, at_ms - traffic.from_ms) if traffic else 0


def sent_at(world: World, arn: str, at_ms: int) -> Traffic | None:
    """The call of lab:SetTraffic that says what clients send at a moment, None while nobody sends anything."""
    for traffic in reversed(world.traffic.get(arn, [])):
        has_begun = traffic.set_at_ms <= at_ms and traffic.from_ms <= at_ms
        if has_begun and (traffic.to_ms is None or at_ms < traffic.to_ms):
            return traffic
    return None


def _rate(traffic: Traffic, since_ms: int) -> int:
    moment = since_ms % traffic.period_ms if traffic.period_ms else since_ms
    place = bisect_right(traffic.points, moment, key=itemgetter(0))
    before = traffic.points[place - 1] if place else (0, 0)
    after = traffic.points[min(place, len(traffic.points) - 1)]
    if not traffic.is_even or after == before:
        return before[1]
    return before[1] + (after[1] - before[1]) * (moment - before[0]) // (after[0] - before[0])


def is_constant_after(world: World, service_arn: str, at_ms: int) -> bool:
    """Whether what clients send stays as it is for ever after a moment, unless somebody says otherwise."""
    for traffic in reversed(world.traffic.get(service_arn, [])):
        if not _is_over(traffic, at_ms):
            return False
        if traffic.from_ms <= at_ms and traffic.to_ms is None:
            return True  # calls before it never count again
    return True


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


def share_span_at(world: World, balancer_arn: str, at_ms: int) -> ShareSpan | None:
    """How a load balancer shared its requests out at a moment."""
    for span in reversed(world.share_spans.get(balancer_arn, [])):
        if span.from_ms <= at_ms:
            return span if span.until_ms is None or at_ms < span.until_ms else None
    return None


def is_closed_at(world: World, balancer_arn: str, at_ms: int) -> bool:
    """Whether a load balancer let no clients in at a moment (PN:N-52)."""
    span = share_span_at(world, balancer_arn, at_ms)
    return span is not None and span.closed_port is not None


def balanced_at(world: World, at_ms: int) -> dict[str, Fraction]:
    """Requests per second that tasks get through load balancers, by task."""
    found: dict[str, Fraction] = {}
    for arn in world.share_spans:
        rate = rate_at(world, arn, at_ms)
        span = share_span_at(world, arn, at_ms) if rate else None
        for target in span.targets if span else ():
            if target.task_arn is not None:
                part = Fraction(rate * target.part, 1000 * target.whole)
                found[target.task_arn] = found.get(target.task_arn, Fraction(0)) + part
    return found


def requests_at(world: World, owner: str, running: Sequence[RunningSpan], at_ms: int) -> dict[str, Fraction]:
    """Requests per second that the RUNNING tasks of a service get, by task (SS:M-11).

    What clients send to the service itself is divided evenly, what they send to load balancers is their targets'.
    """
    even = Fraction(rate_at(world, owner, at_ms), 1000 * max(len(running), 1))
    balanced = balanced_at(world, at_ms)
    return {span.task_arn: even + balanced.get(span.task_arn, Fraction(0)) for span in running}


@dataclass(frozen=True, slots=True)
class Answers:
    """How a task answers requests: the share that fail, and the seconds that one takes."""

    failed: Fraction
    seconds: Fraction


def answers_at(world: World, services: Iterable[str], at_ms: int) -> dict[str, Answers]:
    """How the RUNNING tasks of some services answered at a moment, by task."""
    found: dict[str, Answers] = {}
    for owner in services:
        running = running_at(world, owner, at_ms)
        requests = requests_at(world, owner, running, at_ms)
        for span in running:
            demand = demanded(span, requests[span.task_arn])
            found[span.task_arn] = Answers(failed_share(demand), response_seconds(span.behaviour.request_ms, demand))
    return found


def demanded(span: RunningSpan, requests: Fraction) -> Fraction:
    """The CPU that requests ask for as a share of the most that a task can use; above 1 where it is not enough.

    Model choice: a task without a size of its own is never short of CPU.
    """
    if not span.most_cpu_units:
        return Fraction(0)
    return (span.behaviour.cpu_units + requests * span.behaviour.cpu_units_per_rps) / span.most_cpu_units


def failed_share(demand: Fraction) -> Fraction:
    """The share of requests that end in an error. It never falls as load grows.

    Model choice: a task answers as many requests as its CPU is enough for, and fails the rest.
    """
    return Fraction(0) if demand <= 1 else 1 - 1 / demand


def response_seconds(request_ms: int, demand: Fraction) -> Fraction:
    """How long a request takes. It never falls as load grows.

    Model choice: the mean time in a queue with one server, t / (1 - u), up to nine tenths of the CPU; from there on it
    grows evenly with demand, because a queue that is never emptied has no mean.
    """
    base = Fraction(request_ms, 1000)
    if demand < BUSY:
        return base / (1 - demand)
    return base / (1 - BUSY) * demand / BUSY


def balancers_stand_still(world: World, since_ms: int) -> bool:
    """Whether nothing about load balancers has changed since a moment, and nothing will by itself."""
    return all(
        is_constant_after(world, arn, since_ms)
        and not any(s.from_ms > since_ms or (s.until_ms or 0) > since_ms for s in spans[-2:])
        for arn, spans in world.share_spans.items()
    )


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

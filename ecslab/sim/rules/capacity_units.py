"""Load balancer capacity units: what an Application Load Balancer costs beside its hours (IC:$-11, IC:$-26)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ecslab.sim.rules import billing, traffic
from ecslab.sim.rules.load_balancing import attachment
from ecslab.sim.state.usage import Run
from ecslab.sim.world import World

ITEM = "elb.lcu-hours"
NEW_CONNECTIONS, ACTIVE_CONNECTIONS, GIGABYTES, EVALUATIONS = 25, 3000, 1, 1000
"""What one unit holds: new connections a second, active ones a minute, gigabytes an hour, evaluations a second."""
FREE_RULES = 10
"""Rules that are evaluated for nothing."""
MINUTE_MS, MINUTES_AN_HOUR, SECONDS_AN_HOUR = 60_000, 60, 3600
KIB_A_GIGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Load:
    """What a load balancer does: connections and requests a second, connections open, gigabytes an hour, its rules."""

    new_connections: Fraction
    active_connections: Fraction
    gigabytes: Fraction
    requests: Fraction
    rules: int


def units(load: Load) -> Fraction:
    """The capacity units of a load: the largest of four measures (IC:$-26)."""
    evaluations = load.requests * max(0, load.rules - FREE_RULES)
    return max(
        load.new_connections / NEW_CONNECTIONS,
        load.active_connections / ACTIVE_CONNECTIONS,
        load.gigabytes / GIGABYTES,
        evaluations / EVALUATIONS,
    )


def lines(world: World, runs: Iterable[Run], from_ms: int, to_ms: int) -> list[billing.Line]:
    """What the capacity units of each Application Load Balancer cost in a stretch.

    Model choice: a connection is over within two minutes, so that new connections count for more than open ones; rules
    count as they are now.
    """
    price = billing.price_of(ITEM, "")
    found = []
    for run in runs:
        arn = run.meter.resource
        if price is None or run.meter.name != "loadBalancer" or "/app/" not in arn:
            continue
        quantity = _unit_hours(world, arn, run, from_ms, to_ms)
        if quantity:
            money = Decimal(billing.text(Fraction(price.amount) * quantity))
            usage = int(quantity * billing.HOUR)
            found.append(billing.Line(run, ITEM, 0, usage, quantity, price, money, Fraction(0)))
    return found


def _unit_hours(world: World, arn: str, run: Run, from_ms: int, to_ms: int) -> Fraction:
    """Unit-hours in a stretch: each minute of the run that begins in it counts a sixtieth of its units."""
    end_ms = to_ms if run.ends_at_ms is None else min(to_ms, run.ends_at_ms)
    first = max(0, -(-(from_ms - run.begins_at_ms) // MINUTE_MS))
    rules = _rules(world, arn)
    total = Fraction(0)
    for at_ms in range(run.begins_at_ms + first * MINUTE_MS, end_ms, MINUTE_MS):
        total += units(_load(world, arn, at_ms, rules))
    return total / MINUTES_AN_HOUR


def _load(world: World, arn: str, at_ms: int, rules: int) -> Load:
    if traffic.is_closed_at(world, arn, at_ms):
        return Load(Fraction(0), Fraction(0), Fraction(0), Fraction(0), rules)
    sent = traffic.sent_at(world, arn, at_ms)
    requests = Fraction(traffic.rate_at(world, arn, at_ms), 1000)
    connections = requests if sent is None or sent.connections is None else Fraction(sent.connections, 1000)
    gigabytes = requests * (sent.kib_per_request if sent else 0) * SECONDS_AN_HOUR / KIB_A_GIGABYTE
    return Load(connections, Fraction(0), gigabytes, requests, rules)


def _rules(world: World, arn: str) -> int:
    balancer = world.load_balancers.get(arn)
    listeners = attachment.listeners_of(world, balancer) if balancer else []
    return sum(len(listener.rules) - 1 for listener in listeners)

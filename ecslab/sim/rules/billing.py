"""The bill: integer usage in, exact money out (IC section $).

The cost of a stretch is the bill at its end minus the bill at its begin, where the bill at t holds every run that began
before t, each rounded up to its unit and lifted to its minimum. So adjacent stretches add up exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

from ecslab.sim.data.tables import INSTANCE_TYPES, LIMITS, PRICES, Price
from ecslab.sim.state.usage import Run

HOUR_S = 3600
MONTH_S = 730 * HOUR_S
"""A month of the bill is 730 hours (IC:$-24)."""
SECOND, MINUTE, FIVE_MINUTES, HOUR = 1000, 60_000, 300_000, 3_600_000
DECIMALS = 18
_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Billed:
    """How an item is billed: its step and least run in ms, what one unit of its price holds, and the usage's unit."""

    step_ms: int
    least_ms: int
    amount_of_unit: int
    seconds_of_unit: int
    usage_unit: str


ITEMS: Mapping[str, Billed] = {
    "fargate.vcpu": Billed(SECOND, MINUTE, 1024, HOUR_S, "CPU-unit-ms"),
    "fargate.memory": Billed(SECOND, MINUTE, 1024, HOUR_S, "MiB-ms"),
    "fargate.ephemeral-storage": Billed(SECOND, MINUTE, 1, HOUR_S, "GiB-ms"),
    "fargate.windows-license": Billed(SECOND, FIVE_MINUTES, 1024, HOUR_S, "CPU-unit-ms"),
    "ec2.instance": Billed(SECOND, MINUTE, 1, HOUR_S, "instance-ms"),
    "ebs.volume": Billed(SECOND, MINUTE, 1, MONTH_S, "GiB-ms"),
    "vpc.public-ipv4": Billed(SECOND, 0, 1, HOUR_S, "address-ms"),
    "vpc.nat-gateway-hours": Billed(HOUR, HOUR, 1, HOUR_S, "gateway-ms"),
    "vpc.endpoint-hours": Billed(HOUR, HOUR, 1, HOUR_S, "endpoint-zone-ms"),
    "elb.load-balancer-hours": Billed(HOUR, HOUR, 1, HOUR_S, "load-balancer-ms"),
    "elb.lcu-hours": Billed(MINUTE, 0, 1, HOUR_S, "LCU-ms"),
    "efs.storage": Billed(SECOND, 0, 1024, MONTH_S, "MiB-ms"),
    "secretsmanager.secret": Billed(SECOND, 0, 1, MONTH_S, "secret-ms"),
}
"""Every item that is billed by time (IC:$-11 to IC:$-25)."""


def billed_ms(item: str, run: Run, until_ms: int) -> int:
    """The bill of a run at a moment, in ms: rounded up to the item's step, at least its minimum (IC:$-21, IC:$-25)."""
    if run.begins_at_ms >= until_ms:
        return 0
    end_ms = until_ms if run.ends_at_ms is None else min(run.ends_at_ms, until_ms)
    how = ITEMS[item]
    steps = -(-(end_ms - run.begins_at_ms) // how.step_ms)
    return max(steps * how.step_ms, _least_ms(item, run))


def _least_ms(item: str, run: Run) -> int:
    """Windows tasks are billed for five minutes at least (IC:$-21)."""
    is_windows_task = item.startswith("fargate.") and run.meter.variant == "windows"
    return FIVE_MINUTES if is_windows_task else ITEMS[item].least_ms


def price_of(item: str, variant: str) -> Price | None:
    """The price of an item, None when the lab knows none. An instance's variant is `spot-t3.medium` or `t3.medium`."""
    if item != "ec2.instance":
        return PRICES.get((item, variant)) or PRICES.get((item, ""))
    kind = INSTANCE_TYPES.get(variant.removeprefix("spot-"))
    if kind is None or kind.usd_per_hour is None:
        return None
    source = "https://aws.amazon.com/ec2/pricing/on-demand/"
    if not variant.startswith("spot-"):
        return Price(kind.usd_per_hour, "instance-hour", "IC:$-10", "D", source, kind.as_of)
    spot = kind.usd_per_hour * LIMITS["price.spot_percent"] / 100
    return Price(spot, "instance-hour", "IC:$-28", "C", "https://aws.amazon.com/ec2/spot/pricing/", kind.as_of)


def quantity_of(item: str, amount: int, ms: int) -> Fraction:
    """How many units of the price an amount makes over a stretch (IC:$-23)."""
    how = ITEMS[item]
    return Fraction(amount * ms, how.amount_of_unit * how.seconds_of_unit * 1000)


def text(value: Fraction | Decimal) -> str:
    """A number in plain decimal notation: exact, or 18 decimals half even where a division does not end."""
    exact = Fraction(value)
    scaled = exact * 10**DECIMALS
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2):
        whole += 1
    number = Decimal(whole).scaleb(-DECIMALS, _EXACT)
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


@dataclass(frozen=True, slots=True)
class Line:
    """What one item of one resource costs in a stretch."""

    run: Run
    item: str
    ms: int
    usage: int
    quantity: Fraction
    price: Price
    amount: Decimal
    idle: Fraction


def lines(runs: Iterable[Run], from_ms: int, to_ms: int) -> tuple[list[Line], list[str]]:
    """A line for each resource and item whose cost in the stretch is not zero; and notes on what has no price."""
    found: list[Line] = []
    notes: dict[str, None] = {}
    for run in runs:
        for item, amount in run.meter.amounts:
            ms = billed_ms(item, run, to_ms) - billed_ms(item, run, from_ms)
            price = price_of(item, run.meter.variant)
            if price is None:
                notes[f"The lab knows no price of {item} for {run.meter.variant}."] = None
            elif ms and amount:
                idle = 1 - _share(run, from_ms, to_ms) if item == "ec2.instance" else Fraction(0)
                found.append(_line(run, item, amount, ms, price, idle))
    return _merged(found), list(notes)


def _line(run: Run, item: str, amount: int, ms: int, price: Price, idle: Fraction) -> Line:
    """`idle` is the part of the money that no task reserved."""
    quantity = quantity_of(item, amount, ms)
    money = Decimal(text(Fraction(price.amount) * quantity))
    return Line(run, item, ms, amount * ms, quantity, price, money, Fraction(money) * idle)


def _share(run: Run, from_ms: int, to_ms: int) -> Fraction:
    """The reserved share of an instance, averaged over the part of the stretch in which it ran (IC:$-25)."""
    begin = max(run.begins_at_ms, from_ms)
    end = min(to_ms, to_ms if run.ends_at_ms is None else run.ends_at_ms)
    if end <= begin:
        return Fraction(0)
    total = Fraction(0)
    for number, (at_ms, reserved, registered) in enumerate(run.shares):
        until = run.shares[number + 1][0] if number + 1 < len(run.shares) else end
        length = max(0, min(until, end) - max(at_ms, begin))
        total += Fraction(reserved, registered) * length
    return total / (end - begin)


def _merged(found: list[Line]) -> list[Line]:
    """Runs of one meter one after the other, such as an address given back and taken again, are one line."""
    merged: dict[tuple[str, str, str], Line] = {}
    for line in found:
        key = (line.run.meter.resource, line.item, line.run.meter.variant)
        before = merged.get(key)
        if before is not None:
            line = Line(
                line.run,
                line.item,
                before.ms + line.ms,
                before.usage + line.usage,
                before.quantity + line.quantity,
                line.price,
                Decimal(text(Fraction(line.price.amount) * (before.quantity + line.quantity))),
                before.idle + line.idle,
            )
        merged[key] = line
    return list(merged.values())


def line_shape(line: Line) -> dict[str, Any]:
    """A line as lab:GetCost answers it."""
    meter, owner = line.run.meter, line.run.meter.owner
    return {
        "item": line.item,
        "resource": meter.resource,
        "resourceType": meter.resource_type,
        "cluster": owner.cluster,
        "service": owner.service,
        "taskDefinition": owner.task_definition,
        "task": owner.task,
        "capacity": owner.capacity,
        "zone": owner.zone,
        "billedSeconds": line.ms // 1000 if line.ms else None,
        "usage": line.usage,
        "usageUnit": ITEMS[line.item].usage_unit,
        "quantity": text(line.quantity),
        "unit": line.price.unit,
        "price": text(line.price.amount),
        "amount": text(line.amount),
        "asOf": line.price.as_of,
        "source": line.price.source,
        "rule": line.price.rule,
        "mark": line.price.mark,
    }


def groups(found: Sequence[Line], by: str) -> list[dict[str, Any]]:
    """The lines added up by service, task, capacity or resource: by falling total, then by key."""
    sums: dict[str, list[Line]] = {}
    names: dict[str, str] = {}
    for line in found:
        key, name = _key(line, by)
        sums.setdefault(key, []).append(line)
        names[key] = name
    totals = {key: sum((line.amount for line in told), Decimal(0)) for key, told in sums.items()}
    return [
        {
            "key": key,
            "name": names[key],
            "total": text(totals[key]),
            "idle": text(sum((line.idle for line in sums[key]), Fraction(0))) if by == "capacity" else None,
        }
        for key in sorted(sums, key=lambda key: (-totals[key], key))
    ]


def _key(line: Line, by: str) -> tuple[str, str]:
    meter, owner = line.run.meter, line.run.meter.owner
    if by == "service":
        key = owner.service_arn or owner.group or "shared"
        return key, owner.service or key
    if by == "task":
        key = owner.task or "shared"
        return key, key.rpartition("/")[2]
    if by == "capacity":
        return owner.capacity, owner.capacity
    return meter.resource, meter.resource.rpartition("/")[2]


NOTES = {
    "IC:$-27": "Fargate Spot at 30 % of on-demand is a convention (IC:$-27).",
    "IC:$-28": "EC2 Spot at 35 % of on-demand is a convention (IC:$-28).",
    "IC:$-6": "Fargate for Windows is priced as in AWS's published example (IC:$-20).",
}
"""What a price that is the lab's choice, or an example of AWS, says beside the bill."""


def response(runs: Sequence[Run], from_ms: int, to_ms: int, by: str, by_use: Iterable[Line] = ()) -> dict[str, Any]:
    """What everything cost between two moments (lab-responses section 1); `by_use` are lines not billed by time."""
    found, notes = lines(runs, from_ms, to_ms)
    found += by_use
    told = dict.fromkeys(line.price.rule for line in found)
    return {
        "currency": "USD",
        "by": by,
        "total": text(sum((line.amount for line in found), Decimal(0))),
        "groups": groups(found, by),
        "lines": [line_shape(line) for line in found],
        "notes": [*notes, *(NOTES[rule] for rule in told if rule in NOTES)],
    }

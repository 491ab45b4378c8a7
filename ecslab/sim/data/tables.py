"""The numbers of the simulation, read once at import into frozen objects.

Each CSV beside this module carries unit, source and date in every row: instance types, Fargate sizes, timings,
limits, and the request members whose effect is not simulated. Times are milliseconds, memory MiB, CPU in CPU units.
Source: PN:R-4, PN:R-5, PN:R-41, PN:N-31, PN:F-1, SS:K-10 to SS:K-21, SS:S-33, SS:C-44.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class InstanceType:
    """An EC2 instance type; `registered_memory_mib` is what its ECS agent registers (PN:R-2, PN:R-4).

    `trunk_task_enis` is how many awsvpc tasks it takes with ENI trunking, None where there is none (PN:N-32).
    `usd_per_hour` is its on-demand price, None where nobody has told the lab; `as_of` the date of both (IC:$-10).
    """

    name: str
    vcpus: int
    memory_mib: int
    registered_memory_mib: int
    max_enis: int
    trunk_task_enis: int | None
    gpus: int
    architecture: str
    usd_per_hour: Decimal | None
    as_of: str


@dataclass(frozen=True, slots=True)
class FargateSize:
    """One legal pair of task-level CPU units and MiB on Fargate (PN:F-1)."""

    cpu_units: int
    memory_mib: int
    operating_systems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs in US dollars before tax, by which rule, and of when the figure is (IC section $)."""

    amount: Decimal
    unit: str
    rule: str
    mark: str
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class NotSimulated:
    """A request member without effect: `kept` and named in the answer, or `refused`, since ignoring it would mislead.

    `member` is a dotted path, `[]` for a list's entries.
    """

    operation: str
    member: str
    how: str
    reason: str
    since: str


def _rows(file_name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / file_name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _formula_mib(memory_mib: int) -> int:
    """Registered MiB of a type whose figure nobody has published (PN:R-5)."""
    return max(0, memory_mib * 96 // 100 - 96)


def _instance_types() -> Mapping[str, InstanceType]:
    types = {}
    for row in _rows("instance_types.csv"):
        memory_mib = int(row["memory_mib"])
        types[row["instance_type"]] = InstanceType(
            name=row["instance_type"],
            vcpus=int(row["vcpu"]),
            memory_mib=memory_mib,
            registered_memory_mib=int(row["registered_mib"] or _formula_mib(memory_mib)),
            max_enis=int(row["max_enis"]),
            trunk_task_enis=int(row["trunk_task_enis"]) if row["trunk_task_enis"] else None,
            gpus=int(row["gpus"]),
            architecture=row["architecture"],
            usd_per_hour=Decimal(row["usd_per_hour"]) if row["usd_per_hour"] else None,
            as_of=row["as_of"],
        )
    return MappingProxyType(types)


def _fargate_sizes() -> Mapping[tuple[int, int], FargateSize]:
    sizes = {}
    for row in _rows("fargate_sizes.csv"):
        size = FargateSize(int(row["cpu"]), int(row["memory"]), tuple(row["operating_systems"].split()))
        sizes[size.cpu_units, size.memory_mib] = size
    return MappingProxyType(sizes)


INSTANCE_TYPES: Mapping[str, InstanceType] = _instance_types()
"""Every instance type the lab knows, by name, in the order of the table."""

FARGATE_SIZES: Mapping[tuple[int, int], FargateSize] = _fargate_sizes()
"""The 74 legal (CPU units, MiB) pairs of Fargate, smallest first."""

TIMINGS: Mapping[str, int] = MappingProxyType({row["key"]: int(row["value"]) for row in _rows("timings.csv")})
"""Durations in milliseconds by name."""

THROTTLE_WAITS: tuple[int, ...] = tuple(ms for key, ms in TIMINGS.items() if key.startswith("throttle."))
"""Milliseconds to wait after the first, second, ... failed start in a row; the last one repeats (SS:S-33)."""

LIMITS: Mapping[str, int] = MappingProxyType({row["key"]: int(row["value"]) for row in _rows("limits.csv")})
"""Ranges and counts that AWS sets, by name; the unit of each is in the table."""

PRICES: Mapping[tuple[str, str], Price] = MappingProxyType(
    {
        (row["item"], row["variant"]): Price(
            Decimal(row["price"]), row["unit"], row["rule"], row["mark"], row["source"], row["as_of"]
        )
        for row in _rows("prices.csv")
    }
)
"""Prices by item and variant; those of EC2 instances stand with their types."""

NOT_SIMULATED: tuple[NotSimulated, ...] = tuple(
    NotSimulated(row["operation"], row["member"], row["how"], row["reason"], row["since"])
    for row in _rows("not_simulated.csv")
)
"""Members whose effect is not simulated (core law 10)."""

PULL_MIB_PER_STEP = 50


def instance_type(name: str) -> InstanceType | None:
    """The instance type of that name, or None when the lab does not know it."""
    return INSTANCE_TYPES.get(name)


def registered_memory_mib(name: str) -> int:
    """MiB that an instance of a known type registers. KeyError for an unknown type (PN:R-4, PN:R-5)."""
    return INSTANCE_TYPES[name].registered_memory_mib


def pull_cold_ms(size_mib: int) -> int:
    """Milliseconds to pull an image that is not on the machine: 2 s plus a second for each 50 MiB begun (SS:K-12)."""
    steps = -(-size_mib // PULL_MIB_PER_STEP)
    return TIMINGS["pull_cold_base"] + steps * TIMINGS["pull_cold_per_50_mib"]

"""Task-level CPU and memory: how they may be written and which are legal where.

CPU in CPU units (1 vCPU is 1024), memory in MiB (1 GB is 1024 MiB). Source: PN:T-10 to PN:T-12, PN:F-1, IC:X-29.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ecslab.sim.data.tables import FARGATE_SIZES, LIMITS
from ecslab.sim.errors.ecs import ClientException

UNITS_A_VCPU = 1024
MIB_A_GB = 1024

_NUMBER_WITH_UNIT = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*([A-Za-z]*)\s*", re.ASCII)
_MAX_CHARACTERS = 32


def cpu_units(text: str) -> int:
    """CPU units of `1024`, `1 vCPU` or `.5 vcpu`. Raises ClientException (PN:T-10)."""
    units = _whole(text, "vcpu", UNITS_A_VCPU)
    if units is None:
        raise ClientException(
            f"Invalid 'cpu' setting for task. It is {text!r}; write CPU units such as 256, or vCPUs such as '.25 vCPU'."
        )
    return units


def memory_mib(text: str) -> int:
    """MiB of `512`, `2GB` or `.5 gb`. Raises ClientException (PN:T-11)."""
    mib = _whole(text, "gb", MIB_A_GB)
    if not mib:
        raise ClientException(
            f"Invalid 'memory' setting for task. It is {text!r}; write MiB such as 512, or gigabytes such as '2 GB'."
        )
    return mib


def _whole(text: str, unit: str, factor: int) -> int | None:
    match = _NUMBER_WITH_UNIT.fullmatch(text) if len(text) <= _MAX_CHARACTERS else None
    if match is None or match[2].lower() not in ("", unit):
        return None
    amount = Decimal(match[1]) * (factor if match[2] else 1)
    return int(amount) if amount == int(amount) else None


def check_ec2_cpu(units: int) -> None:
    """The range of a task-level cpu outside Fargate (PN:T-10)."""
    low, high = LIMITS["task_cpu.min"], LIMITS["task_cpu.max"]
    if not low <= units <= high:
        raise ClientException(
            f"Invalid 'cpu' setting for task. It is {units} CPU units and {low} to {high} are allowed; "
            "1024 CPU units are 1 vCPU."
        )


def fargate_problem(cpu: int | None, memory: int | None, operating_system: str) -> str | None:
    """Why Fargate has no such size, or None when it has (PN:T-71, PN:T-72, PN:F-1, PN:F-2)."""
    if cpu is None:
        return "Fargate requires that 'cpu' be defined at the task level. Add a cpu such as \"256\" beside family."
    if memory is None:
        return (
            "Fargate requires that 'memory' be defined at the task level. Add a memory such as \"512\" beside family."
        )
    memories = [m for c, m in FARGATE_SIZES if c == cpu]
    if not memories:
        known = ", ".join(str(c) for c in dict.fromkeys(c for c, _ in FARGATE_SIZES))
        return f"Invalid 'cpu' setting for task. Fargate has no size with {cpu} CPU units; it has {known}."
    size = FARGATE_SIZES.get((cpu, memory))
    if size is None:
        return (
            f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. "
            f"With {cpu} CPU units choose {_spelled(memories)} MiB."
        )
    if operating_system not in size.operating_systems:
        return (
            f"Fargate runs Windows containers from {UNITS_A_VCPU} to {4 * UNITS_A_VCPU} CPU units, "
            f"and the task has {cpu}; change cpu and memory."
        )
    return None


def _spelled(memories: list[int]) -> str:
    few = 4
    if len(memories) <= few:
        return ", ".join(map(str, memories))
    return f"{memories[0]} to {memories[-1]} in steps of {memories[1] - memories[0]}"

"""Request members whose effect the lab does not simulate (core law 10): named in the answer, or refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.data.tables import NOT_SIMULATED, NotSimulated
from ecslab.sim.errors.common import InvalidParameterException

_ROWS: dict[str, list[tuple[NotSimulated, list[str]]]] = {}
for _row in NOT_SIMULATED:
    _ROWS.setdefault(_row.operation, []).append((_row, _row.member.split(".")))

# Model choice: a member that would act on AWS and does not here is never taken in silence.


def kept(operation: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Members of a request that are kept without effect, as dotted paths in the order of the table."""
    rows = _ROWS.get(operation, [])
    return tuple(row.member for row, path in rows if row.how == "kept" and _has(parameters, path))


def judge(operation: str, parameters: Mapping[str, Any]) -> None:
    """Refuse members that would mislead if they were ignored. Raises InvalidParameterException."""
    for row, path in _ROWS.get(operation, []):
        if row.how == "refused" and _has(parameters, path):
            raise InvalidParameterException(f"{row.member} of {operation} is not simulated; leave it out. {row.reason}")


def _has(value: Any, path: list[str]) -> bool:
    name, rest = path[0], path[1:]
    found = value.get(name.removesuffix("[]"))
    if not found or not rest:
        return bool(found)
    return any(_has(item, rest) for item in found) if name.endswith("[]") else _has(found, rest)

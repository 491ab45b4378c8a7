"""Request members whose effect the lab does not simulate (core law 10): named in the answer, or refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.data.tables import NOT_SIMULATED, NotSimulated
from ecslab.sim.errors.common import InvalidParameterException

Path = tuple[tuple[str, bool], ...]
"""The names that lead to a member of a request, each with whether a list stands there."""


def _path(member: str) -> Path:
    return tuple((name.removesuffix("[]"), name.endswith("[]")) for name in member.split("."))


Rows = list[tuple[NotSimulated, Path]]
_KEPT: dict[str, Rows] = {}
_REFUSED: dict[str, Rows] = {}
for _row in NOT_SIMULATED:
    _rows = _KEPT if _row.how == "kept" else _REFUSED
    _rows.setdefault(_row.operation, []).append((_row, _path(_row.member)))

# Model choice: a member that would act on AWS and does not here is never taken in silence.


def kept(operation: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Members of a request that are kept without effect, as dotted paths in the order of the table."""
    return tuple(row.member for row, path in _KEPT.get(operation, ()) if _has(parameters, path))


def judge(operation: str, parameters: Mapping[str, Any]) -> None:
    """Refuse members that would mislead if they were ignored. Raises InvalidParameterException."""
    for row, path in _REFUSED.get(operation, ()):
        if _has(parameters, path):
            raise InvalidParameterException(f"{row.member} of {operation} is not simulated; leave it out. {row.reason}")


def _has(value: Any, path: Path) -> bool:
    name, is_list = path[0]
    found = value.get(name)
    rest = path[1:]
    if not found or not rest:
        return bool(found)
    return any(_has(item, rest) for item in found) if is_list else _has(found, rest)

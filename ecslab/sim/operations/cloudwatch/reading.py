"""Reading the members of CloudWatch's requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.errors.common import InvalidParameterValue, MissingParameter
from ecslab.sim.rules.metrics import STATISTICS
from ecslab.sim.state.metrics import Metric
from ecslab.sim.world import World

_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,12})?", re.ASCII)
MINUTE_S = 60


def metric(parameters: Mapping[str, Any]) -> Metric:
    """Namespace, MetricName and Dimensions."""
    for member in ("Namespace", "MetricName"):
        if not parameters.get(member):
            raise MissingParameter(f"The parameter {member} is required.")
    return Metric(str(parameters["Namespace"]), str(parameters["MetricName"]), dimensions(parameters))


def dimensions(parameters: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The Dimensions member in the order of names."""
    return tuple(sorted((str(d["Name"]), str(d["Value"])) for d in parameters.get("Dimensions") or []))


def number(value: Any, member: str) -> str:
    """A number in plain decimal notation. Raises InvalidParameterValue."""
    text = str(value)
    if isinstance(value, bool) or not _NUMBER.fullmatch(text):
        raise InvalidParameterValue(f"{member} is {text[:64]!r}; write a number such as 50 or 0.5.")
    return text


def moment(world: World, value: Any, member: str) -> int:
    """The millisecond of the run that a date and time stands for."""
    try:
        return calendar.milliseconds_since(world.start.starts_at, str(value))
    except (ValueError, OverflowError):
        raise InvalidParameterValue(
            f"{member} is {str(value)[:64]!r}; write a moment such as 2026-01-05T12:00:00Z."
        ) from None


def statistic(value: Any, member: str) -> str:
    """One of the five statistics."""
    if str(value) not in STATISTICS:
        raise InvalidParameterValue(f"{member} is {str(value)[:64]!r}; use one of {', '.join(STATISTICS)}.")
    return str(value)


def period(value: Any) -> int:
    """A period of whole minutes, in milliseconds."""
    seconds = int(value)
    if seconds < MINUTE_S or seconds % MINUTE_S:
        raise InvalidParameterValue(f"Period is {seconds}; it needs to be 60 or a multiple of 60.")
    return seconds * 1000


def shown(value: Fraction) -> int | float:
    """A value as JSON has it: a whole number where it is one."""
    return value.numerator if value.denominator == 1 else float(value)

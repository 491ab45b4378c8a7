"""Stretches of time as scenario files write them, and dates as AWS does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.errors.common import InvalidParameterException, ValidationException
from ecslab.sim.world import World

_MOMENT = re.compile(r"(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})(?:\.(\d{1,3}))?s?)?", re.ASCII)


def milliseconds(value: Any, member: str) -> int:
    """A stretch of time as scenario files write it: `90s`, `1m30s`, `2h`, or a bare number of seconds."""
    text = str(value)
    match = _MOMENT.fullmatch(text)
    if not text or match is None or isinstance(value, bool):
        raise InvalidParameterException(f"{member} is {text[:64]!r}; write a time such as 90s, 1m30s or 2h.")
    hours, minutes, seconds, fraction = match.groups()
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))


def date(world: World, parameters: Mapping[str, Any], member: str) -> int | None:
    """A date of a request in milliseconds since the start, None where it has none. Raises ValidationException."""
    if member not in parameters:
        return None
    text = str(parameters[member])
    try:
        return calendar.milliseconds_since(world.start.starts_at, text)
    except (ValueError, OverflowError):
        raise ValidationException(f"{member} is {text[:64]!r}; write a date such as 2026-01-05T00:00:00Z.") from None

"""Moments as scenario files write them: `90s`, `1m30s`, `2h`, or a bare number of seconds."""

from __future__ import annotations

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.operations.moments import milliseconds


class NoMoment(Exception):
    """A value that is no moment: one plain sentence."""


def parse(value: str | int | float) -> int:
    """Milliseconds since the start of the run, down to one. Raises NoMoment."""
    try:
        return milliseconds(value, "the time")
    except InvalidParameterException:
        raise NoMoment(
            f"{str(value)[:80]!r} is no time; write one such as 90s, 1m30s, 2h or 97.3, with at most three decimals."
        ) from None


def text_of(at_ms: int) -> str:
    """A moment as a file writes it: 90000 is `1m30s`."""
    hours, rest = divmod(at_ms, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, fraction = divmod(rest, 1000)
    parts = [f"{hours}h" if hours else "", f"{minutes}m" if minutes else ""]
    if seconds or fraction or not at_ms:
        parts.append(f"{seconds}.{fraction:03d}".rstrip("0") + "s" if fraction else f"{seconds}s")
    return "".join(parts)

"""The lab's dates: the calendar moment of a millisecond of the run (the only user of datetime in the core)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, reset_tzpath

from ecslab.sim.cron import At, Cron, Expression


def parse_iso(text: str) -> datetime:
    """An ISO 8601 moment; without a zone it is UTC. ValueError when it is none."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@lru_cache(maxsize=4096)
def iso(starts_at: str, at_ms: int | None) -> str | None:
    """The calendar text of a moment of the run, `2026-01-05T00:01:30Z`, with milliseconds only where there are some."""
    if at_ms is None:
        return None
    moment = parse_iso(starts_at) + timedelta(milliseconds=at_ms)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    milliseconds = moment.microsecond // 1000
    return f"{text}.{milliseconds:03d}Z" if milliseconds else f"{text}Z"


def milliseconds_since(starts_at: str, text: str) -> int:
    """The millisecond of the run that a calendar moment stands for; negative before the start."""
    return (parse_iso(text) - parse_iso(starts_at)) // timedelta(milliseconds=1)


reset_tzpath(to=())
"""Time zones come from the pinned package alone, so that they are the same on every machine."""

SEARCHED_DAYS = 366 * 9
"""How far ahead a cron expression is searched: leap days can be eight years apart."""


def known_zone(name: str) -> bool:
    """Whether a time zone of that name exists."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def is_moment(text: str) -> bool:
    """Whether a local calendar moment exists."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def next_due(starts_at: str, expression: Expression, after_ms: int, zone: str = "UTC") -> int | None:
    """The first millisecond of the run after `after_ms` at which `at` or `cron` is due; None when there is none.

    `after_ms` may be -1 to include moment 0. A local time that does not exist is left out, one that comes twice counts
    once (SS:E-36). A rate has no calendar: its owner counts from when it began.
    """
    if isinstance(expression, At):
        moment = _utc(datetime.fromisoformat(expression.moment), ZoneInfo(zone))
        due = None if moment is None else (moment - parse_iso(starts_at)) // timedelta(milliseconds=1)
        return due if due is not None and due > after_ms else None
    if isinstance(expression, Cron):
        return _next_cron(starts_at, expression, after_ms, ZoneInfo(zone))
    raise TypeError("a rate has no calendar")


def _next_cron(starts_at: str, cron: Cron, after_ms: int, zone: ZoneInfo) -> int | None:
    start = parse_iso(starts_at)
    after = start + timedelta(milliseconds=after_ms)
    first = after.astimezone(zone).date()
    for number in range(-1, SEARCHED_DAYS):
        day = first + timedelta(days=number)
        if day.year not in cron.years or day.month not in cron.months:
            continue
        if not cron.falls_on(day.day, day.isoweekday() % 7 + 1, monthrange(day.year, day.month)[1]):
            continue
        local = (datetime(day.year, day.month, day.day, h, m) for h in cron.hours for m in cron.minutes)  # noqa: DTZ001
        moments = (_utc(moment, zone) for moment in local)
        due = min((moment for moment in moments if moment is not None and moment > after), default=None)
        if due is not None:
            return (due - start) // timedelta(milliseconds=1)
    return None


def _utc(local: datetime, zone: ZoneInfo) -> datetime | None:
    """A local time of a zone, the first of two; None when the clocks skip it."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == local else None

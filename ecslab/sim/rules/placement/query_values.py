"""The values that ordering subjects of the query language are compared with: moments, versions, numbers (PN:Q-14)."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from ecslab.sim import calendar

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?")
_NUMBER = re.compile(r"-?[0-9]{1,128}(\.[0-9]{1,128})?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,9}")
DAY_MS = 86_400_000
DAYS_BEFORE_1970 = 719_468
"""Days from 1 March of the year 0 to 1 January 1970."""


def instant_ms(text: str) -> int | None:
    """Milliseconds since 1970 of `2018-06-18`, or of it with `T22:28:28` and a zone or none; None for anything else."""
    date = _DATE.match(text)
    if date is None:
        return None
    year, month, day = (int(part) for part in date.groups())
    if not 1 <= month <= 12 or not 1 <= day <= _days_in(year, month):
        return None
    start = _days_since_1970(year, month, day) * DAY_MS
    if date.end() == len(text):
        return start
    clock = _TIME.fullmatch(text, date.end())
    if clock is None:
        return None
    hour, minute, second = (int(part) for part in clock.groups()[:3])
    zone_hour, zone_minute = int(clock[7] or 0), int(clock[8] or 0)
    if max(hour, zone_hour) > 23 or max(minute, second, zone_minute) > 59:
        return None
    ahead = (zone_hour * 60 + zone_minute) * (-1 if clock[6] == "-" else 1)
    milliseconds = int((clock[4] or "").ljust(3, "0")[:3])
    return start + ((hour * 60 + minute - ahead) * 60 + second) * 1000 + milliseconds


def _days_in(year: int, month: int) -> int:
    leaps = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leaps else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _days_since_1970(year: int, month: int, day: int) -> int:
    """Counted in years that begin in March, so that a leap day is a year's last."""
    year -= month <= 2
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + of_year - DAYS_BEFORE_1970


@lru_cache(maxsize=64)
def start_ms(starts_at: str) -> int:
    """Milliseconds since 1970 of the moment 0 of a run."""
    return -calendar.milliseconds_since(starts_at, "1970-01-01T00:00:00+00:00")


def whole(text: str) -> int | None:
    """A whole number; None for anything else."""
    return int(text) if _WHOLE.fullmatch(text) else None


def number(text: str) -> Fraction | None:
    """A number with or without decimals, exactly; None for anything else."""
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def version(text: str) -> tuple[int, ...] | None:
    """The components of `1.14.5`, zeros at the end left out (1.14 is 1.14.0); None for anything else."""
    if not _VERSION.fullmatch(text):
        return None
    parts = [int(part) for part in text.split(".")]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)

"""AWS schedule expressions: rate(5 minutes), cron(0 18 ? * MON-FRI *), at(2026-01-05T12:00:00) (SS:E-30 to SS:E-35).

Here they are only read; `calendar` says when they are due.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
UNIT_MS = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
_RATE = re.compile(r"rate\((\d{1,9}) (minute|hour|day)(s?)\)")
_CALL = re.compile(r"(cron|at)\((.*)\)")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


class ExpressionWrong(ValueError):
    """An expression that AWS would refuse: one plain sentence."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so many milliseconds."""

    every_ms: int


@dataclass(frozen=True, slots=True)
class At:
    """Once, at a local calendar moment `2026-01-05T12:00:00`."""

    moment: str


@dataclass(frozen=True, slots=True)
class Cron:
    """Calendar minutes. `days` and `weekdays` are the terms of the two day fields; exactly one of them is `?`."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[str, ...]
    months: tuple[int, ...]
    weekdays: tuple[str, ...]
    years: tuple[int, ...]

    def falls_on(self, day: int, weekday: int, last_day: int) -> bool:
        """Whether a day of a fitting month is meant; `weekday` counts from 1 for Sunday (SS:E-31, SS:E-33)."""
        first_weekday = (weekday - day) % 7 + 1
        if self.days == ("?",):
            return any(_is_weekday(term, day, weekday, last_day) for term in self.weekdays)
        return any(_is_day(term, day, first_weekday, last_day) for term in self.days)


Expression = Rate | At | Cron


def read(text: str, *, of_rule: bool = False) -> Expression:
    """An expression. A rule of EventBridge knows no `at` and wants `1 minute`, `5 minutes`. Raises ExpressionWrong."""
    rate = _RATE.fullmatch(text)
    if rate:
        return _rate(text, int(rate[1]), rate[2], bool(rate[3]), of_rule)
    call = _CALL.fullmatch(text)
    if call is None or (call[1] == "at" and of_rule):
        also = "" if of_rule else " or at(2026-01-05T12:00:00)"
        raise ExpressionWrong(f"{text[:80]!r} is no schedule; write rate(5 minutes), cron(0 18 ? * MON-FRI *){also}.")
    if call[1] == "cron":
        return _cron(text, call[2].split())
    if not _AT.fullmatch(call[2]):
        raise ExpressionWrong(f"{text[:80]!r} holds no moment; write at(2026-01-05T12:00:00).")
    return At(call[2])


def _rate(text: str, value: int, unit: str, is_plural: bool, of_rule: bool) -> Rate:
    """A positive number of units; rules want the singular exactly with 1 (SS:E-30)."""
    if value < 1 or (of_rule and is_plural == (value == 1)) or (not of_rule and not is_plural and value > 1):
        right = f"rate({max(value, 1)} {unit}{'' if value <= 1 else 's'})"
        raise ExpressionWrong(f"{text!r} is no schedule; write {right}.")
    return Rate(value * UNIT_MS[unit])


def _cron(text: str, fields: list[str]) -> Cron:
    """Six fields; exactly one of the two day fields is `?` (SS:E-31, SS:E-32)."""
    if len(fields) != 6:
        raise ExpressionWrong(
            f"{text[:80]!r} has {len(fields)} fields; a cron expression has six: minutes, hours, day of month, month, "
            "day of week, year."
        )
    minutes, hours, days, months, weekdays, years = (field.upper() for field in fields)
    if (days == "?") == (weekdays == "?"):
        raise ExpressionWrong(f"{text!r}: exactly one of day of month and day of week must be '?'.")
    return Cron(
        _numbers("minutes", minutes, 0, 59),
        _numbers("hours", hours, 0, 23),
        _days(days),
        _numbers("month", months, 1, 12, MONTHS),
        _weekdays(weekdays),
        _numbers("year", years, 1970, 2199),
    )


def _numbers(field: str, text: str, low: int, high: int, names: tuple[str, ...] = ()) -> tuple[int, ...]:
    """The numbers that a field of lists, ranges and steps stands for, rising."""
    found: set[int] = set()
    for term in text.split(","):
        found.update(_range(field, term, low, high, names))
    return tuple(sorted(found))


def _range(field: str, term: str, low: int, high: int, names: tuple[str, ...]) -> range:
    span, slash, step_text = term.partition("/")
    step = int(step_text) if step_text.isdecimal() and step_text.isascii() else 0
    if slash and step < 1:
        raise ExpressionWrong(f"{field} holds {term[:20]!r}; after the slash it needs a number above 0.")
    first, dash, last = span.partition("-")
    if first == "*":
        begin, end = low, high
    else:
        begin = _number(field, first, low, high, names)
        end = _number(field, last, low, high, names) if dash else high if slash else begin
    if begin > end:
        raise ExpressionWrong(f"{field} holds {term[:20]!r}; the first of a range cannot be above the last.")
    return range(begin, end + 1, step or 1)


def _number(field: str, text: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + low
    if not text.isdecimal() or not text.isascii() or not low <= int(text[:9]) <= high:
        raise ExpressionWrong(f"{field} holds {text[:20]!r}; it needs {low} to {high}.")
    return int(text)


def _days(text: str) -> tuple[str, ...]:
    """Terms of the day of month: `L` the last day, `3W` the weekday nearest to the 3rd, else numbers (SS:E-33)."""
    if text == "?":
        return ("?",)
    terms: list[str] = []
    for term in text.split(","):
        if term == "L":
            terms.append(term)
        elif term.endswith("W"):
            terms.append(f"{_number('day of month', term[:-1], 1, 31, ())}W")
        else:
            terms += [str(number) for number in _range("day of month", term, 1, 31, ())]
    return tuple(terms)


def _weekdays(text: str) -> tuple[str, ...]:
    """Terms of the day of week: `6L` the last Friday, `3#2` the second Tuesday, else numbers (SS:E-32, SS:E-33)."""
    if text == "?":
        return ("?",)
    if text.count("#") > 1:
        raise ExpressionWrong(f"day of week holds {text[:20]!r}; only one # is possible.")
    terms: list[str] = []
    for term in text.split(","):
        day, mark, place = term.partition("#")
        if mark:
            number = _number("day of week", day, 1, 7, WEEKDAYS)
            terms.append(f"{number}#{_number('day of week', place, 1, 5, ())}")
        elif term == "L":
            terms.append("7")
        elif term.endswith("L"):
            terms.append(f"{_number('day of week', term[:-1], 1, 7, WEEKDAYS)}L")
        else:
            terms += [str(number) for number in _range("day of week", term, 1, 7, WEEKDAYS)]
    return tuple(terms)


def _is_weekday(term: str, day: int, weekday: int, last_day: int) -> bool:
    number, mark, place = term.partition("#")
    if mark:
        return weekday == int(number) and (day - 1) // 7 + 1 == int(place)
    if term.endswith("L"):
        return weekday == int(term[:-1]) and day + 7 > last_day
    return weekday == int(term)


def _is_day(term: str, day: int, first_weekday: int, last_day: int) -> bool:
    """`first_weekday` is the weekday of the month's first day."""
    if term == "L":
        return day == last_day
    if not term.endswith("W"):
        return day == int(term)
    wanted = min(int(term[:-1]), last_day)
    weekday = (first_weekday + wanted - 2) % 7 + 1
    if weekday == 1:
        nearest = wanted + 1 if wanted < last_day else wanted - 2
    elif weekday == 7:
        nearest = wanted - 1 if wanted > 1 else wanted + 2
    else:
        nearest = wanted
    return day == nearest

"""Schedule expressions: when they are due, and which of them AWS refuses (SS:W-30, SS:E-30 to SS:E-36)."""

from __future__ import annotations

import pytest

from ecslab.sim.calendar import known_zone, next_due
from ecslab.sim.calendar import milliseconds_since as since
from ecslab.sim.cron import ExpressionWrong, Rate, read
from tests.rules import rule

MONDAY = "2026-01-05T00:00:00Z"


def due(text: str, count: int, starts_at: str = MONDAY, zone: str = "UTC") -> list[int]:
    """The first moments of an expression, in milliseconds of a run."""
    found: list[int] = []
    after: int | None = -1
    for _ in range(count):
        after = next_due(starts_at, read(text), -1 if after is None else after, zone)
        assert after is not None
        found.append(after)
    return found


def dates(text: str, *wanted: str, starts_at: str = MONDAY, zone: str = "UTC") -> bool:
    return due(text, len(wanted), starts_at, zone) == [since(starts_at, moment) for moment in wanted]


@rule("SS:W-30", "SS:E-31")
def test_cron_of_the_worked_example() -> None:
    days = ("2026-01-08T18:00:00", "2026-01-09T18:00:00", "2026-01-12T18:00:00")
    assert dates("cron(0 18 ? * MON-FRI *)", *days, starts_at="2026-01-07T18:30:00Z")
    assert due("cron(0/15 * * * ? *)", 5) == [0, 900_000, 1_800_000, 2_700_000, 3_600_000]


@rule("SS:E-33")
@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("cron(0 0 L * ? *)", ("2026-01-31T00:00:00", "2026-02-28T00:00:00", "2026-03-31T00:00:00")),
        ("cron(0 0 3W * ? *)", ("2026-02-03T00:00:00", "2026-03-03T00:00:00", "2026-04-03T00:00:00")),
        ("cron(0 0 1W 2,8 ? *)", ("2026-02-02T00:00:00", "2026-08-03T00:00:00")),
        ("cron(0 0 31W 1,5 ? *)", ("2026-01-30T00:00:00", "2026-05-29T00:00:00")),
        ("cron(0 0 ? * 6L *)", ("2026-01-30T00:00:00", "2026-02-27T00:00:00")),
        ("cron(0 0 ? * 3#2 *)", ("2026-01-13T00:00:00", "2026-02-10T00:00:00")),
        ("cron(0 0 ? * L *)", ("2026-01-10T00:00:00", "2026-01-17T00:00:00")),
        ("cron(30 10/6 5 jan ? 2026-2027)", ("2026-01-05T10:30:00", "2026-01-05T16:30:00", "2026-01-05T22:30:00")),
        ("cron(0 0 29 2 ? *)", ("2028-02-29T00:00:00", "2032-02-29T00:00:00")),
    ],
)
def test_marks_of_the_day_fields(text: str, moments: tuple[str, ...]) -> None:
    assert dates(text, *moments)


@rule("SS:E-36")
def test_summer_time_skips_what_does_not_exist_and_counts_twice_once() -> None:
    spring = ("2026-03-07T07:30:00Z", "2026-03-09T06:30:00Z")
    assert dates("cron(30 2 * * ? *)", *spring, starts_at="2026-03-07T00:00:00Z", zone="America/New_York")
    autumn = ("2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z")
    assert dates("cron(30 1 * * ? *)", *autumn, starts_at="2026-10-31T00:00:00Z", zone="America/New_York")


@rule("SS:E-35")
def test_at_is_due_once_in_its_zone() -> None:
    expression = read("at(2026-01-05T12:00:00)")
    assert next_due(MONDAY, expression, -1) == 12 * 3_600_000
    assert next_due(MONDAY, expression, 12 * 3_600_000) is None
    assert next_due(MONDAY, expression, -1, "Europe/Berlin") == 11 * 3_600_000


def test_a_year_that_has_passed_is_never_due() -> None:
    assert next_due(MONDAY, read("cron(0 0 1 1 ? 2020)"), -1) is None


@rule("SS:E-30")
def test_rates() -> None:
    assert read("rate(1 minute)", of_rule=True) == Rate(60_000)
    assert read("rate(5 hours)", of_rule=True) == Rate(5 * 3_600_000)
    assert read("rate(1 days)") == Rate(86_400_000)


@rule("SS:E-30", "SS:E-32")
@pytest.mark.parametrize(
    "text",
    [
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(0 minutes)",
        "rate(-1 minutes)",
        "rate(5 weeks)",
        "cron(0 12 * * MON *)",
        "cron(0 12 ? * ? *)",
        "cron(0 12 * * ?)",
        "cron(60 12 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 12 0 * ? *)",
        "cron(0 12 * 13 ? *)",
        "cron(0 12 ? * 8 *)",
        "cron(0 12 ? * 3#6 *)",
        "cron(0 12 ? * 3#1,3#2 *)",
        "cron(0 12 * * ? 2200)",
        "cron(0/0 12 * * ? *)",
        "cron(9-5 12 * * ? *)",
        "cron(x 12 * * ? *)",
        "at(2026-01-05T12:00:00)",
        "every day",
        "",
    ],
)
def test_what_a_rule_refuses(text: str) -> None:
    with pytest.raises(ExpressionWrong, match=r"\.$"):
        read(text, of_rule=True)


def test_what_the_scheduler_refuses() -> None:
    for text in ("rate(5 minute)", "at(tomorrow)"):
        with pytest.raises(ExpressionWrong):
            read(text)


def test_time_zones_are_known_by_name() -> None:
    assert known_zone("Europe/Berlin")
    assert not known_zone("Europe/Atlantis")
    assert not known_zone("../etc/passwd")

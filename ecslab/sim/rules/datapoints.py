"""The datapoints that metrics are made of: what one is in a period, and how minutes make a period (SS:K-4, SS:M-6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ecslab.sim.changes.traffic_changes import SAMPLE_MS

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Datapoint:
    """What a metric was in a period that ended at `at_ms`; `count` is its SampleCount."""

    at_ms: int
    average: Fraction
    minimum: Fraction
    maximum: Fraction
    count: int | Fraction

    def statistic(self, name: str) -> Fraction:
        """The value of one of CloudWatch's statistics."""
        if name == "Sum":
            return self.average * self.count
        if name == "SampleCount":
            return Fraction(self.count)
        return {"Average": self.average, "Minimum": self.minimum, "Maximum": self.maximum}[name]


def joined(points: Sequence[Datapoint], at_ms: int) -> Datapoint | None:
    """The datapoint of several minutes, None without any."""
    if not points:
        return None
    if len(points) == 1:
        return Datapoint(at_ms, points[0].average, points[0].minimum, points[0].maximum, points[0].count)
    count = sum(p.count for p in points)
    total = sum((p.average * p.count for p in points), Fraction(0))
    average = total / count if count else Fraction(0)
    return Datapoint(at_ms, average, min(p.minimum for p in points), max(p.maximum for p in points), count)


def samples_of(at_ms: int) -> range:
    """The moments of the minute before a moment at which use is looked at (SS:M-11).

    Each is the last millisecond of its 20 seconds: what happens at the end of a minute belongs to the next (SS:K-4).
    """
    return range(at_ms - MINUTE_MS + SAMPLE_MS - 1, at_ms, SAMPLE_MS)


def shown(value: Fraction) -> str:
    """A value for people: at most six decimals, rounded to the nearest (SS:M-6)."""
    millionths = round(abs(value) * 1_000_000)
    text = f"{millionths // 1_000_000}.{millionths % 1_000_000:06d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and millionths else text

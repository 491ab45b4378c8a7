"""Metrics by their names, and the values of one's own that were put for them (SS section M)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: a namespace, a name, and dimensions in the order of their names."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """The metric in one line."""
        return "|".join((self.namespace, self.name, *(f"{name}={value}" for name, value in self.dimensions)))


@dataclass(frozen=True, slots=True)
class PutValue:
    """A value in decimal notation that was put for a moment, `count` times."""

    at_ms: int
    value: str
    count: int


@dataclass(slots=True)
class CustomMetric:
    """A metric of one's own."""

    metric: Metric
    values: list[PutValue] = field(default_factory=list)

"""CloudWatch alarms (SS:M-20 to SS:M-26)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ecslab.sim.state.metrics import Metric

AlarmState = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]


@dataclass(slots=True)
class Alarm:
    """A metric alarm: `datapoints_to_alarm` of the newest `evaluation_periods` have to breach.

    `request` is what it was put with, `owner` the ARN of the scaling policy whose it is, None for one's own.
    `has_left_start` once it was in another state than the INSUFFICIENT_DATA it began in (SS:M-26). `due_ms` is when it
    is evaluated next, None while what it watches stands still; `evaluated_ms` when it last was.
    """

    name: str
    arn: str
    metric: Metric
    statistic: str
    period_ms: int
    evaluation_periods: int
    datapoints_to_alarm: int
    threshold: str
    comparison: str
    missing: str
    request: dict[str, Any]
    configured_ms: int
    owner: str | None = None
    actions: dict[str, list[str]] = field(default_factory=dict)
    actions_enabled: bool = True
    state: AlarmState = "INSUFFICIENT_DATA"
    reason: str = "Unchecked: Initial alarm creation"
    changed_ms: int = 0
    has_left_start: bool = False
    due_ms: int | None = None
    evaluated_ms: int | None = None

    @property
    def wakes_policies(self) -> list[str]:
        """The scaling policies that its present state calls."""
        called = self.actions.get(self.state, []) if self.actions_enabled else []
        return [arn for arn in called if ":scalingPolicy:" in arn]

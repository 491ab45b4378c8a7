"""Application Auto Scaling: scalable targets, their policies, and what they did (SS section A)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ecslab.sim.state.metrics import Metric

Direction = Literal["out", "in"]


@dataclass(frozen=True, slots=True)
class Cooldown:
    """What a scaling began: until its end there is no scale in, and after a scale out only a larger one (SS:A-27).

    `base` is how many tasks were RUNNING when it began.
    """

    kind: Direction
    policy: str
    until_ms: int
    base: int


@dataclass(frozen=True, slots=True)
class Activity:
    """One scaling activity, or with `reason` one that was not done (SS:A-60, SS:A-61)."""

    id: str
    at_ms: int
    description: str
    cause: str
    status: str
    message: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step adjustment; bounds in decimal notation beside the alarm's threshold, None without end (SS:A-36)."""

    lower: str | None
    upper: str | None
    adjustment: int


@dataclass(slots=True)
class ScalingPolicy:
    """A policy of a scalable target; `alarms` names those that it owns, or that call it.

    `target_value` and `metric` belong to target tracking, `adjustment_type` to `min_magnitude` to step scaling.
    """

    arn: str
    name: str
    resource_id: str
    type: str
    configuration: dict[str, Any]
    created_ms: int
    out_cooldown_ms: int
    in_cooldown_ms: int
    metric: Metric | None = None
    metric_name: str | None = None
    statistic: str = "Average"
    target_value: str | None = None
    is_scale_in_disabled: bool = False
    adjustment_type: str = ""
    steps: tuple[Step, ...] = ()
    min_magnitude: int = 0
    alarms: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ScheduledAction:
    """New bounds of a scalable target at the moments of a schedule, None for one that stays (SS:A-45).

    `since` counts how often it was put again.
    """

    arn: str
    name: str
    resource_id: str
    expression: str
    time_zone: str | None
    start_ms: int | None
    end_ms: int | None
    least: int | None
    most: int | None
    created_ms: int
    since: int = 0


@dataclass(slots=True)
class ScalableTarget:
    """A service whose desired count may be changed between `least` and `most`.

    `called` holds the policies, by ARN, that alarms call in this instant, with the alarm's name. `is_settled` while the
    same calls would again change nothing. `decisions` are what
    lab:ExplainScaling tells, newest first.
    """

    resource_id: str
    arn: str
    service_arn: str
    least: int
    most: int
    created_ms: int
    role_arn: str
    is_in_suspended: bool = False
    is_out_suspended: bool = False
    is_scheduled_suspended: bool = False
    cooldown: Cooldown | None = None
    called: list[tuple[str, str]] = field(default_factory=list)
    is_settled: bool = False
    activities: list[Activity] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)

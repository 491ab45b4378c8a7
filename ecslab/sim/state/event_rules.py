"""Amazon EventBridge: rules with their targets, and schedules of EventBridge Scheduler (SS section E)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class RuleTarget:
    """What a rule invokes: `arn` a cluster for ECS tasks, `ecs` its EcsParameters, `input` constant JSON text."""

    id: str
    arn: str
    role_arn: str | None = None
    ecs: dict[str, Any] | None = None
    input: str | None = None
    request: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class EventRule:
    """A rule of the default event bus (SS:E-20); `pattern` is the JSON text of its event pattern.

    `since` numbers the schedules that it has had: a timer of an older one is stale. `invocations` and
    `failed_invocations` are its CloudWatch metrics, counted from the start.
    """

    name: str
    arn: str
    created_at_ms: int
    pattern: str | None = None
    schedule_expression: str | None = None
    state: str = "ENABLED"
    role_arn: str | None = None
    description: str | None = None
    targets: dict[str, RuleTarget] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    since: int = 0
    invocations: int = 0
    failed_invocations: int = 0


@dataclass(slots=True)
class Schedule:
    """A schedule of EventBridge Scheduler (SS:E-35); `target` and the rest as the request gave them."""

    name: str
    group: str
    arn: str
    created_at_ms: int
    updated_at_ms: int
    expression: str
    time_zone: str
    target: dict[str, Any]
    state: str = "ENABLED"
    start_at_ms: int | None = None
    end_at_ms: int | None = None
    flexible_window: dict[str, Any] = field(default_factory=dict)
    action_after_completion: str = "NONE"
    description: str | None = None
    since: int = 0
    invocations: int = 0
    failed_invocations: int = 0

    @property
    def key(self) -> str:
        """How the world knows it: names are unique in a group."""
        return f"{self.group}/{self.name}"

"""What ECS fetches for a task and where it writes: repositories, secrets, parameters, log groups (IC section 2)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Repository:
    """A private repository of Amazon ECR; a deleted one stays, so that its images are known to be gone."""

    name: str
    arn: str
    uri: str
    created_at_ms: int
    policy: str | None = None
    is_deleted: bool = False
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Secret:
    """A secret of AWS Secrets Manager: that it exists, and under which key; its value is nobody's business here."""

    name: str
    arn: str
    created_at_ms: int
    key_id: str | None = None
    description: str | None = None
    policy: str | None = None
    deleted_at_ms: int | None = None
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Parameter:
    """A parameter of Systems Manager Parameter Store."""

    name: str
    arn: str
    type: str
    value: str
    version: int
    modified_at_ms: int
    key_id: str | None = None
    description: str | None = None


@dataclass(slots=True)
class LogStream:
    """A stream of a log group: one container of one task (IC:R-9)."""

    name: str
    arn: str
    created_at_ms: int


@dataclass(slots=True)
class LogGroup:
    """A log group of CloudWatch Logs and its streams by name."""

    name: str
    arn: str
    created_at_ms: int
    retention_days: int | None = None
    streams: dict[str, LogStream] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

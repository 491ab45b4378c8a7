"""Roles, managed policies and instance profiles of the account (IC section 1); policy documents as JSON texts."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Role:
    """A role: who may assume it (`trust`), its inline policies by name, its attached policies by ARN, its ceiling.

    `boundary` is the ARN of the permissions boundary, None without one; `service` the AWS service of a service-linked
    role (IC:I-5, IC:I-8), None for a role of the account's own.
    """

    name: str
    arn: str
    id: str
    path: str
    trust: str
    created_at_ms: int = 0
    description: str | None = None
    max_session_s: int = 3600
    service: str | None = None
    boundary: str | None = None
    inline: dict[str, str] = field(default_factory=dict)
    attached: list[str] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class PolicyVersion:
    """One version of a managed policy."""

    id: str
    document: str
    created_at_ms: int


@dataclass(slots=True)
class Policy:
    """A customer managed policy; its default version is the one that counts."""

    name: str
    arn: str
    id: str
    path: str
    default_version: str
    versions: dict[str, PolicyVersion]
    created_at_ms: int = 0
    updated_at_ms: int = 0
    description: str | None = None
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class InstanceProfile:
    """What an EC2 instance carries to have a role: at most one role (IC:I-3)."""

    name: str
    arn: str
    id: str
    path: str
    created_at_ms: int = 0
    roles: list[str] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)

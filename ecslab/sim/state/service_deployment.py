"""Service deployments and service revisions, the lasting records of what was deployed (SS:D-16, SS:D-17)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

ServiceDeploymentStatus = Literal[
    "PENDING",
    "IN_PROGRESS",
    "SUCCESSFUL",
    "STOP_REQUESTED",
    "STOPPED",
    "ROLLBACK_REQUESTED",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_SUCCESSFUL",
    "ROLLBACK_FAILED",
]
GOING_ON: tuple[ServiceDeploymentStatus, ...] = (
    "PENDING",
    "IN_PROGRESS",
    "STOP_REQUESTED",
    "ROLLBACK_REQUESTED",
    "ROLLBACK_IN_PROGRESS",
)
"""The states of a service deployment that is not over."""


@dataclass(frozen=True, slots=True)
class ServiceRevision:
    """What a service deployment brings about, fixed for ever; `members` are in the shape of AWS's answer (SS:D-17)."""

    arn: str
    service_arn: str
    task_definition_arn: str
    created_at_ms: int
    members: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ServiceDeployment:
    """One run towards a revision (SS:D-16); moments are None until they have come.

    `deployment_id` is the entry of service.deployments that carries it out. `breaker_failures` and `threshold` are
    those of the moment in which it ended, None before. `alarm_names` are the alarms that may fail it,
    `triggered_alarms` those that did. `rollback_*` are set once it goes back to an older revision.
    """

    arn: str
    service_arn: str
    cluster_name: str
    deployment_id: str
    target_revision_arn: str
    source_revision_arns: tuple[str, ...]
    configuration: dict[str, Any]
    created_at_ms: int
    status: ServiceDeploymentStatus = "PENDING"
    status_reason: str | None = None
    started_at_ms: int | None = None
    updated_at_ms: int | None = None
    finished_at_ms: int | None = None
    stopped_at_ms: int | None = None
    has_breaker: bool = False
    breaker_tripped: bool = False
    breaker_failures: int | None = None
    breaker_threshold: int | None = None
    alarm_names: tuple[str, ...] = ()
    triggered_alarms: tuple[str, ...] = ()
    rollback_reason: str | None = None
    rollback_at_ms: int | None = None
    rollback_revision_arn: str | None = None
    rollback_deployment_id: str | None = None

"""Services, their deployments and their event messages (SS sections S and D)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ecslab.sim.state.task_definition import PlacementConstraint, PlacementStrategy


@dataclass(slots=True)
class ServiceEvent:
    """One message in ECS's own words (SS:S-41)."""

    id: str
    at_ms: int
    message: str


@dataclass(slots=True)
class Deployment:
    """One entry of service.deployments (SS:D-12 to SS:D-15)."""

    id: str
    task_definition_arn: str
    desired_count: int
    created_at_ms: int
    updated_at_ms: int
    status: str = "PRIMARY"
    rollout_state: str = "IN_PROGRESS"
    rollout_state_reason: str = ""
    failed_tasks: int = 0
    launch_type: str = "EC2"
    platform_version: str | None = None
    network_configuration: dict[str, Any] | None = None
    finished_at_ms: int | None = None


@dataclass(slots=True)
class Throttle:
    """How a service that cannot start tasks is slowed down (SS:S-30 to SS:S-35).

    `failures` is k, consecutive attempts that failed; `last_failed_attempt` the newest of them that was counted,
    `failed_attempt` the newest in which a task failed to start;
    `retry_at_ms` the moment before which no further start is made, None when there is no wait.
    """

    failures: int = 0
    attempt: int = 0
    last_failed_attempt: int = 0
    failed_attempt: int = 0
    retry_at_ms: int | None = None


@dataclass(slots=True)
class Service:
    """A REPLICA service.

    `request` is what CreateService was given, `updates` what UpdateService added that only Describe shows.
    `unplaced_count` is how many tasks the last try could not place (PN:P-50); `stuck_since_ms` is set while neither a
    start nor a stop is possible (SS:D-5); `reconcile_queued` is true while a reconcile waits in the agenda.
    """

    arn: str
    name: str
    serial: int
    cluster_name: str
    task_definition_arn: str
    desired_count: int
    launch_type: str
    created_at_ms: int
    status: str = "ACTIVE"
    scheduling_strategy: str = "REPLICA"
    minimum_healthy_percent: int = 100
    maximum_percent: int = 200
    platform_version: str | None = None
    placement_strategies: tuple[PlacementStrategy, ...] = ()
    placement_constraints: tuple[PlacementConstraint, ...] = ()
    network_configuration: dict[str, Any] | None = None
    health_check_grace_period_s: int = 0
    availability_zone_rebalancing: str = "DISABLED"
    deployments: list[Deployment] = field(default_factory=list)
    events: list[ServiceEvent] = field(default_factory=list)
    throttle: Throttle = field(default_factory=Throttle)
    request: dict[str, Any] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    updates: dict[str, Any] = field(default_factory=dict)
    unplaced_count: int = 0
    unplaced_message: str | None = None
    unplaced_decision: str | None = None
    stuck_since_ms: int | None = None
    is_steady: bool = False
    reconcile_queued: bool = False
    deleted_at_ms: int | None = None

    @property
    def primary(self) -> Deployment:
        """The newest deployment (SS:D-12)."""
        return self.deployments[0]

    @property
    def floor(self) -> int:
        """Fewest healthy tasks that a deployment leaves, rounded up (SS:D-2)."""
        return -(-self.desired_count * self.minimum_healthy_percent // 100)

    @property
    def ceiling(self) -> int:
        """Most tasks that a deployment may have, rounded down (SS:D-2)."""
        return self.desired_count * self.maximum_percent // 100

"""Services, their deployments and their event messages (SS sections S and D)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.state.capacity import StrategyItem
from ecslab.sim.state.load_balancer import ServiceLoadBalancer, TargetNews
from ecslab.sim.state.task_definition import PlacementConstraint, PlacementStrategy


@dataclass(slots=True)
class ServiceEvent:
    """One message in ECS's own words (SS:S-41)."""

    id: str
    at_ms: int
    message: str


@dataclass(slots=True)
class Throttle:
    """How a deployment that cannot start tasks is slowed down (SS:S-30 to SS:S-35).

    `attempt` numbers the batches of starts. `failures` is k, consecutive attempts that failed, `since_ms` when the
    first of them did. `failed_attempt` is the newest in which a task failed to start, `counted_attempt` the newest that
    k counts, `well_attempt` the newest in which a task reached RUNNING. Before `retry_at_ms` no further start is made.
    """

    failures: int = 0
    attempt: int = 0
    failed_attempt: int = 0
    counted_attempt: int = 0
    well_attempt: int = 0
    since_ms: int | None = None
    retry_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CircuitBreaker:
    """The deploymentCircuitBreaker of a service (SS:D-20); `value` is a percent or a count, as `type` says."""

    is_on: bool = False
    rolls_back: bool = False
    resets_on_healthy_task: bool = True
    type: str = "BOUNDED_PERCENT"
    value: int = 50


@dataclass(frozen=True, slots=True)
class DeploymentAlarms:
    """The alarms that fail a deployment (SS:D-32); `bake_ms` is what bakeTimeInMinutes says, None without (SS:D-34)."""

    names: tuple[str, ...] = ()
    is_on: bool = False
    rolls_back: bool = False
    bake_ms: int | None = None


@dataclass(frozen=True, slots=True)
class EarlySuccess:
    """The earlySuccessCriteria of a service (SS:D-36); `defers_cleanup` when old tasks are removed after completion."""

    healthy_percent: int
    defers_cleanup: bool


@dataclass(slots=True)
class Deployment:
    """One entry of service.deployments (SS:D-12 to SS:D-15); `has_run_well` once a task of it counted as healthy.

    `begun_at_ms` is when it last became the one to reach: at its creation, or when another was rolled back to it.
    `breaker_failures` is what the circuit breaker counts (SS:D-22); `has_run` once a task of it reached RUNNING.
    `ignores_alarms` when one of its alarms was in ALARM as it began (SS:D-33); `bakes_until_ms` once its bake time has
    begun (SS:D-34).
    """

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
    strategy: tuple[StrategyItem, ...] = ()
    volume_configuration: dict[str, Any] | None = None
    finished_at_ms: int | None = None
    has_run_well: bool = False
    has_run: bool = False
    begun_at_ms: int = 0
    breaker_failures: int = 0
    ignores_alarms: bool = False
    bakes_until_ms: int | None = None
    revision_arn: str = ""
    load_balancers: tuple[ServiceLoadBalancer, ...] = ()
    throttle: Throttle = field(default_factory=Throttle)


@dataclass(slots=True)
class Service:
    """A service.

    The `desired_count` of a DAEMON service is the number of instances that suit it (PN:P-51).

    `request` is what CreateService was given, `updates` what UpdateService added that only Describe shows.
    `launches` counts those of the minute begun at `launches_since_ms`; at `launch_look_ms` more may come (IC:Q-27).
    `unplaced_count` is how many tasks the last try could not place (PN:P-50), since `unplaced_since_ms`;
    `stuck_since_ms` is set while neither a start nor a stop is possible (SS:D-5); `told` says when the message of a
    condition that still holds was last written (SS:S-40); `reconcile_queued` is true while a reconcile waits in the
    agenda.
    `target_news` is what happened to its targets since the scheduler looked last.
    `retired` is the last deployment that was COMPLETED and has no tasks any more: a target for a rollback (SS:D-27).
    `rebalancing` are the tasks started to balance zones that nothing was stopped for yet, `rebalancing_since_ms` when
    that began, None while the zones are left as they are (SS:S-63).
    `service_deployment_arn` names the record of the newest service deployment (SS:D-16).
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
    strategy: tuple[StrategyItem, ...] = ()
    volume_configuration: dict[str, Any] | None = None
    health_check_grace_period_s: int = 0
    availability_zone_rebalancing: str = "DISABLED"
    load_balancers: tuple[ServiceLoadBalancer, ...] = ()
    circuit_breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    alarms: DeploymentAlarms = field(default_factory=DeploymentAlarms)
    early_success: EarlySuccess | None = None
    deployments: list[Deployment] = field(default_factory=list)
    retired: Deployment | None = None
    service_deployment_arn: str | None = None
    events: list[ServiceEvent] = field(default_factory=list)
    request: dict[str, Any] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    updates: dict[str, Any] = field(default_factory=dict)
    launches_since_ms: int | None = None
    launches: int = 0
    launch_look_ms: int | None = None
    unplaced_count: int = 0
    unplaced_message: str | None = None
    unplaced_decision: str | None = None
    unplaced_since_ms: int | None = None
    stuck_since_ms: int | None = None
    target_news: list[TargetNews] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    rebalancing: list[str] = field(default_factory=list)
    rebalancing_since_ms: int | None = None
    reconcile_queued: bool = False
    deleted_at_ms: int | None = None

    @property
    def primary(self) -> Deployment:
        """The newest deployment (SS:D-12)."""
        return self.deployments[0]

    @property
    def is_daemon(self) -> bool:
        """True for a service that keeps one task on each instance (PN:P-51)."""
        return self.scheduling_strategy == "DAEMON"

    @property
    def enables_execute_command(self) -> bool:
        """Whether tasks that start now have ECS Exec (IC:I-57)."""
        return bool({**self.request, **self.updates}.get("enableExecuteCommand"))

    @property
    def is_steady(self) -> bool:
        """True while the service is in the steady state (SS:S-45)."""
        return "steady" in self.told

    def deployment(self, deployment_id: str | None) -> Deployment | None:
        """A deployment that is PRIMARY or ACTIVE, None when it is neither any more."""
        for deployment in self.deployments:
            if deployment.id == deployment_id:
                return deployment
        return None

    @property
    def floor(self) -> int:
        """Fewest healthy tasks that a deployment leaves, rounded up (SS:D-2)."""
        return -(-self.desired_count * self.minimum_healthy_percent // 100)

    @property
    def ceiling(self) -> int:
        """Most tasks that a deployment may have, rounded down (SS:D-2)."""
        return self.desired_count * self.maximum_percent // 100

    @property
    def breaker_threshold(self) -> int:
        """How many failures trip the circuit breaker at the desired count of now (SS:D-21)."""
        breaker = self.circuit_breaker
        if breaker.type == "COUNT":
            return breaker.value
        share = -(-self.desired_count * breaker.value // 100)
        if breaker.type == "UNBOUNDED_PERCENT":
            return share
        return min(LIMITS["circuit_breaker.most"], max(LIMITS["circuit_breaker.fewest"], share))

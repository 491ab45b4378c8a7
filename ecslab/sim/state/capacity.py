"""EC2 capacity behind a cluster: launch templates, Auto Scaling groups, capacity providers (SS sections 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

LifecycleState = Literal["Pending", "InService", "Terminating", "Terminating:Wait"]


@dataclass(frozen=True, slots=True)
class LaunchTemplateVersion:
    """One version of a launch template; `data` is LaunchTemplateData in AWS's shape."""

    number: int
    created_at_ms: int
    data: dict[str, Any]
    description: str | None = None


@dataclass(slots=True)
class LaunchTemplate:
    """A launch template: its versions by number, as text, and the one that `$Default` means."""

    id: str
    name: str
    created_at_ms: int
    default_version: int = 1
    versions: dict[str, LaunchTemplateVersion] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)

    @property
    def latest_version(self) -> int:
        """The number that `$Latest` means."""
        return max(v.number for v in self.versions.values())


@dataclass(slots=True)
class Member:
    """An instance of an Auto Scaling group (SS:C-7); `waits_until_ms` ends Terminating:Wait (SS:C-35).

    `is_extra` marks an instance launched to balance the zones, for which an older one goes later (SS:C-4);
    `replaced_from_ms` is when its group acts on a failed health check (SS:C-11).
    """

    instance_id: str
    availability_zone: str
    lifecycle_state: LifecycleState = "Pending"
    health_status: str = "Healthy"
    is_protected: bool = False
    is_extra: bool = False
    waits_until_ms: int | None = None
    replaced_from_ms: int = 0


@dataclass(frozen=True, slots=True)
class ScalingActivity:
    """One launch or termination of a group, or its failure, in the words of DescribeScalingActivities."""

    id: str
    at_ms: int
    status: str
    description: str
    cause: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateReference:
    """Which launch template a group launches from; `version` is a number, `$Latest` or `$Default`."""

    id: str
    version: str


@dataclass(frozen=True, slots=True)
class Mixture:
    """A mixed instances policy: the types in order of preference, and how many On-Demand Instances there are.

    The first `on_demand_base` instances are On-Demand, of the others `on_demand_percent` percent.
    """

    instance_types: tuple[str, ...] = ()
    on_demand_base: int = 0
    on_demand_percent: int = 100


@dataclass(slots=True)
class AutoScalingGroup:
    """An Auto Scaling group (SS:C-1 to SS:C-12).

    `request` keeps what Describe echoes. `balances` is true while the zones are to be balanced again (SS:C-4);
    `looks_at_ms` is when the group looks next, None when nothing is planned.
    """

    name: str
    arn: str
    created_at_ms: int
    min_size: int
    max_size: int
    desired: int
    subnets: tuple[str, ...]
    template: TemplateReference
    mixture: Mixture | None = None
    protects_new: bool = False
    termination_policies: tuple[str, ...] = ("Default",)
    grace_period_s: int = 0
    tags: list[dict[str, Any]] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    activities: list[ScalingActivity] = field(default_factory=list)
    balances: bool = False
    is_deleting: bool = False
    look_queued: bool = False

    @property
    def staying(self) -> list[Member]:
        """The members that nobody has told to end."""
        return [m for m in self.members.values() if not m.lifecycle_state.startswith("Terminating")]


@dataclass(frozen=True, slots=True)
class StrategyItem:
    """One item of a capacity provider strategy (SS:C-52)."""

    provider: str
    base: int = 0
    weight: int = 0


@dataclass(frozen=True, slots=True)
class ManagedScaling:
    """How ECS scales a provider's group, where it does (SS:C-70)."""

    is_on: bool = False
    target_capacity: int = 100
    minimum_step: int = 1
    maximum_step: int = 10000
    warmup_s: int = 300


@dataclass(frozen=True, slots=True)
class Reservation:
    """One datapoint of CapacityProviderReservation: M of N instances are needed, in percent a fraction (SS:C-61)."""

    at_ms: int
    needed: int
    running: int
    numerator: int
    denominator: int
    waiting: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderDecision:
    """What managed scaling made of a datapoint; `result` is scaleOut, scaleIn or none.

    `value` is what the formula gives, `clamped_to` what the group's bounds make of it, None where they change nothing;
    `before` and `after` are the desired capacity.
    """

    reservation: Reservation
    formula: str
    value: int
    clamped_to: int | None
    before: int
    after: int
    result: str
    reason: str | None
    rule: str
    mark: str


@dataclass(slots=True)
class CapacityProvider:
    """A capacity provider of an Auto Scaling group (SS:C-50).

    `low_since_ms` is the moment of the first of the datapoints below the target that stand in a row (SS:C-71).
    `due_at_ms` is the whole minute at which the metric is published next; between two of them it cannot change.
    `is_steady` is true while metric and target agree (SS:C-80). `datapoints` are those that differ from the one before,
    `decisions` those that differ in what they decided, both oldest first.
    """

    name: str
    arn: str
    group_name: str
    status: str = "ACTIVE"
    scaling: ManagedScaling = ManagedScaling()
    protects_busy: bool = False
    drains: bool = True
    tags: list[dict[str, str]] = field(default_factory=list)
    update_status: str = "CREATE_COMPLETE"
    update_reason: str | None = None
    low_since_ms: int | None = None
    due_at_ms: int | None = None
    is_steady: bool = False
    datapoints: list[Reservation] = field(default_factory=list)
    decisions: list[ProviderDecision] = field(default_factory=list)


@dataclass(slots=True)
class SupplyLimit:
    """What AWS has left of something in a zone, None for all zones together; in CPU units on Fargate, in instances."""

    what: str
    zone: str | None
    left: int

"""Load balancers, their listeners and rules, target groups and targets (PN section 10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

LoadBalancerType = Literal["application", "network"]
TargetType = Literal["instance", "ip"]
TargetState = Literal["initial", "healthy", "unhealthy", "unused", "draining"]


@dataclass(frozen=True, slots=True)
class Node:
    """What a load balancer has in one enabled zone: a network interface, whose address its probes come from."""

    zone: str
    subnet_id: str
    interface_id: str
    address: str


@dataclass(slots=True)
class LoadBalancer:
    """An Application or Network Load Balancer; `path` is the part of its ARN that its listeners' ARNs repeat.

    `request` is what it was made with: the same again answers the one that is there.
    """

    arn: str
    name: str
    path: str
    type: LoadBalancerType
    scheme: str
    vpc_id: str
    nodes: list[Node]
    security_groups: list[str]
    created_at_ms: int
    attributes: dict[str, str]
    tags: list[dict[str, str]] = field(default_factory=list)
    request: dict[str, Any] = field(default_factory=dict)

    @property
    def zones(self) -> list[str]:
        """The enabled Availability Zones (PN:L-7)."""
        return [node.zone for node in self.nodes]

    @property
    def is_application(self) -> bool:
        """Whether it balances requests by rules, not connections."""
        return self.type == "application"


@dataclass(frozen=True, slots=True)
class Forward:
    """One target group of a forward action and its weight (PN:L-54)."""

    target_group_arn: str
    weight: int


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule does with a request: forward, redirect or fixed-response; `request` is the action as it was given."""

    type: str
    request: dict[str, Any]
    forwards: tuple[Forward, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule: its values are ORed, the conditions of a rule ANDed (PN:L-51).

    `name` is the header of an http-header condition; a query-string value is `key=value`, or a value of any key.
    """

    field: str
    values: tuple[str, ...]
    request: dict[str, Any]
    name: str = ""


@dataclass(slots=True)
class Rule:
    """A rule of a listener; the default rule has no priority and no conditions, and is the last (PN:L-50)."""

    arn: str
    priority: int | None
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]

    @property
    def forwards(self) -> tuple[Forward, ...]:
        """The target groups of its forward action."""
        return tuple(forward for action in self.actions for forward in action.forwards)


@dataclass(slots=True)
class Listener:
    """A port of a load balancer; `rules` by ascending priority, the default rule last."""

    arn: str
    load_balancer_arn: str
    path: str
    protocol: str
    port: int
    rules: list[Rule]
    request: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class TargetCheck:
    """The health check settings of a target group (PN:L-10 to PN:L-15); `port` is traffic-port or a number."""

    protocol: str
    port: str
    path: str | None
    interval_s: int
    timeout_s: int
    healthy_threshold: int
    unhealthy_threshold: int
    matcher: str | None


@dataclass(slots=True)
class Target:
    """One registration: an instance or an address, with a port (PN:L-5).

    `passed` and `failed` count verdicts in a row. Probes are made each interval from `probing_since_ms`, the latest at
    `probed_at_ms`; `is_awaited` while one of them has no verdict yet. `serial` numbers the timers, so that older ones
    are stale. `is_given_up` when ECS waits no longer for a target that is never probed (PN:L-7), `is_told` when the
    service has said that it is unhealthy. Its slow start lasts `slow_start_ms` and
    ends at `slow_start_until_ms` (PN:L-46).
    """

    id: str
    port: int
    zone: str
    registered_at_ms: int
    task_arn: str | None = None
    state: TargetState = "unused"
    reason: str | None = None
    description: str | None = None
    probing_since_ms: int = 0
    probed_at_ms: int | None = None
    is_awaited: bool = False
    serial: int = 0
    passed: int = 0
    failed: int = 0
    is_given_up: bool = False
    is_told: bool = False
    slow_start_until_ms: int | None = None
    slow_start_ms: int = 0

    @property
    def key(self) -> str:
        """What names the target in its group."""
        return f"{self.id}:{self.port}"

    @property
    def is_failing(self) -> bool:
        """Whether ECS sees it as unhealthy (PN:L-42, PN:L-7)."""
        return self.state == "unhealthy" or self.is_given_up


@dataclass(slots=True)
class TargetGroup:
    """A target group and its targets in registration order, by `id:port`."""

    arn: str
    name: str
    target_type: TargetType
    protocol: str
    protocol_version: str | None
    port: int
    vpc_id: str
    check: TargetCheck
    attributes: dict[str, str]
    targets: dict[str, Target] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    request: dict[str, Any] = field(default_factory=dict)

    @property
    def is_for_requests(self) -> bool:
        """Whether an Application Load Balancer uses it."""
        return self.protocol in ("HTTP", "HTTPS")

    @property
    def deregistration_delay_ms(self) -> int:
        """How long a target is draining (PN:L-16)."""
        return int(self.attributes["deregistration_delay.timeout_seconds"]) * 1000

    @property
    def label(self) -> str:
        """How ECS's messages name it."""
        return f"(target-group {self.arn})"


@dataclass(frozen=True, slots=True)
class ServiceLoadBalancer:
    """One entry of a service's loadBalancers (PN:L-2)."""

    target_group_arn: str
    container_name: str
    container_port: int


@dataclass(frozen=True, slots=True)
class TaskTarget:
    """Where a task was registered: a target group and the key of the target in it."""

    target_group_arn: str
    key: str


@dataclass(frozen=True, slots=True)
class TargetNews:
    """A registration or deregistration that a service has not told of yet (SS:S-41 d, e, f)."""

    what: Literal["registered", "deregistered"]
    target_group_arn: str
    deployment_id: str
    task_arn: str

"""What clients send, and how long tasks and instances were there to answer: what metrics are computed from.

Rates are thousandths of a request per second, so that they are whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traffic:
    """What clients send from `from_ms` until before `to_ms`, as points of moments and rates.

    Moments of points count from `from_ms`, and again from the start of every period where there is one. Between two
    points the rate climbs or falls evenly when `is_even`, else it stays as at the first. It counts since `set_at_ms`.
    `connections` are thousandths of a new connection per second, None when each request opens one; `kib_per_request` is
    what a request and its answer carry.
    """

    pattern: str
    set_at_ms: int
    from_ms: int
    to_ms: int | None
    period_ms: int | None
    points: tuple[tuple[int, int], ...]
    is_even: bool
    connections: int | None = None
    kib_per_request: int = 0


@dataclass(frozen=True, slots=True)
class TargetPart:
    """The part of a load balancer's requests that a target gets, as a fraction; its task and service if it has them."""

    group_arn: str
    task_arn: str | None
    service_arn: str | None
    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class GroupPart:
    """The part of a load balancer's requests that is meant for a target group, as a fraction, and its targets."""

    group_arn: str
    part: int
    whole: int
    takers: int
    healthy: int
    unhealthy: int
    registered: int


@dataclass(slots=True)
class ShareSpan:
    """A stretch in which a load balancer shared its requests out alike; `until_ms` None while it lasts.

    `closed_port` is that of its listener while no security group of it admits clients there: nothing arrives (PN:N-52).
    """

    from_ms: int
    targets: tuple[TargetPart, ...]
    groups: tuple[GroupPart, ...]
    until_ms: int | None = None
    closed_port: int | None = None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a task uses: idle CPU units and MiB, and what each request per second adds in CPU units and KiB.

    `request_ms` is how long a request takes while there is no queue.
    """

    cpu_units: int = 0
    memory_mib: int = 0
    cpu_units_per_rps: int = 0
    memory_kib_per_rps: int = 0
    request_ms: int = 0


@dataclass(slots=True, eq=False)
class RunningSpan:
    """A stretch in which a task was RUNNING and behaved alike, equal to itself alone; `until_ms` None while it lasts.

    `cpu_units` and `memory_mib` are the sizes that its use is measured against, `most_*` what it cannot use more of.
    """

    task_arn: str
    cluster_name: str
    service_arn: str | None
    instance_arn: str | None
    from_ms: int
    cpu_units: int
    memory_mib: int
    most_cpu_units: int | None
    most_memory_mib: int | None
    behaviour: Behaviour
    until_ms: int | None = None


@dataclass(slots=True)
class CapacitySpan:
    """A stretch in which a container instance was ACTIVE or DRAINING; `until_ms` None while it lasts."""

    instance_arn: str
    cluster_name: str
    from_ms: int
    cpu_units: int
    memory_mib: int
    until_ms: int | None = None

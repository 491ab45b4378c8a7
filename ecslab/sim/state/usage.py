"""What is used and will be billed, as integers; money is made of it when somebody asks (IC section $)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a line of the bill is; None where there is no such thing. `group` is a task group, `family:batch`."""

    cluster: str | None = None
    service: str | None = None
    service_arn: str | None = None
    group: str | None = None
    task: str | None = None
    task_definition: str | None = None
    zone: str | None = None
    capacity: str = "OTHER"


@dataclass(frozen=True, slots=True)
class Meter:
    """Something that costs while it is there.

    `amounts` holds an amount for each billed item: CPU units, MiB, GiB or a count. `variant` chooses its price.
    """

    resource: str
    resource_type: str
    name: str
    amounts: tuple[tuple[str, int], ...]
    variant: str = ""
    owner: Owner = field(default_factory=Owner)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch in which a meter ran, in milliseconds; `ends_at_ms` None means that it still runs.

    `shares` are, for an instance, the moments at which its reserved share changed: the larger of CPU and memory as a
    pair of whole numbers, reserved and registered.
    """

    meter: Meter
    begins_at_ms: int
    ends_at_ms: int | None = None
    shares: tuple[tuple[int, int, int], ...] = ()

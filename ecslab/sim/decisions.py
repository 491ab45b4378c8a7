"""Why a task was placed here, or stopped: a choice with its candidates and each rule's verdict, as data.

A Decision is never stored in the world. The world keeps decision ids; the timeline replays to one and watches it.
Source: PN:P-10 to PN:P-15, PN section K, PN:S-6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ecslab.sim.state.task_definition import PlacementConstraint, PlacementStrategy


@dataclass(frozen=True, slots=True)
class PlacementRequest:
    """What one task needs of a container instance, and how to choose among those that have it.

    `constraints` are those of the task definition first, then those of the call (PN:P-12). `is_service` chooses the
    default strategy (PN:P-20 for services, PN:P-21 for RunTask). `subnets` are those of awsvpcConfiguration. `named` is
    the instance that StartTask names: it is the only candidate, and no strategy is asked (PN:P-46). With a
    `capacity_provider` only the instances of its group are candidates; `waits` when a task without a place waits in
    PROVISIONING (SS:C-60).
    """

    cluster_name: str
    group: str
    cpu_units: int
    memory_mib: int
    gpus: int = 0
    host_ports: tuple[tuple[str, int], ...] = ()
    needs_eni: bool = False
    subnets: tuple[str, ...] = ()
    required_attributes: tuple[str, ...] = ()
    operating_system_family: str | None = None
    cpu_architecture: str | None = None
    constraints: tuple[PlacementConstraint, ...] = ()
    strategies: tuple[PlacementStrategy, ...] = ()
    is_service: bool = False
    named: str | None = None
    capacity_provider: str | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's word on one candidate, in the members of lab-responses section 4.

    `step` is `requirement`, `constraint`, `strategy`, or `cause` where nothing was to choose; `check` names what was
    looked at; `rule` and `mark` say which rule and how it is known; `details` holds need/have, expression,
    field/value/score as the step has them. A strategy is passed by those that it keeps.
    """

    step: Literal["eligibility", "requirement", "constraint", "strategy", "cause"]
    check: str
    passed: bool
    rule: str
    mark: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One container instance (or subnet on Fargate, or task when stopping) and what became of it."""

    id: str
    result: Literal["chosen", "rejected", "outranked", "tied"]
    reason: str | None
    verdicts: tuple[Verdict, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """A whole choice: what was asked, who was considered in canonical order, who was chosen."""

    kind: Literal["start", "stop"]
    at_ms: int
    group: str
    request: PlacementRequest | None
    strategies: tuple[PlacementStrategy, ...]
    candidates: tuple[Candidate, ...]
    chosen: str | None
    tie_among: int = 0
    tie_by: str | None = None

"""Clusters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ecslab.sim.state.capacity import StrategyItem


@dataclass(slots=True)
class Cluster:
    """A cluster; a deleted one stays as INACTIVE (IC:X-13)."""

    arn: str
    name: str
    serial: int
    status: str = "ACTIVE"
    created_at_ms: int = 0
    request: dict[str, Any] = field(default_factory=dict)
    not_simulated: tuple[str, ...] = ()
    capacity_providers: list[str] = field(default_factory=list)
    default_strategy: tuple[StrategyItem, ...] = ()
    tags: list[dict[str, str]] = field(default_factory=list)

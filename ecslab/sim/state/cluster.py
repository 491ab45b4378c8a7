"""Clusters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


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

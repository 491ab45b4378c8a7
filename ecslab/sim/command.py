"""A command: one AWS API request at one moment, in AWS's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Command:
    """An AWS API request whose shape has been checked against AWS's service model.

    `at_ms` is the moment in milliseconds since the start of the run, `service` the model's name (`ecs`, `ec2`, or `lab`
    for what AWS has no call for), `parameters` the request body as an SDK takes it. `caller` is the role, by name or
    ARN, that makes the call; None is the account's administrator.
    """

    at_ms: int
    service: str
    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    caller: str | None = None

    @property
    def name(self) -> str:
        """The call as it is written in scenario files, `ecs:RunTask`."""
        return f"{self.service}:{self.operation}"

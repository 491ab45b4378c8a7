"""The one door for requests: check the shape, refuse what AWS refuses by its model, hand the rest to a simulation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.aws.model import check, enum_refusal
from ecslab.sim.command import Command
from ecslab.sim.simulation import Outcome, Rejection, Simulation


def prepare(
    at_ms: int, service: str, operation: str, parameters: Mapping[str, Any], caller: str | None = None
) -> Command:
    """A command whose shape is that of AWS's model, at a moment in milliseconds. Raises RequestMalformed.

    `caller` is the role that makes the call, None the administrator.
    """
    check(service, operation, parameters)
    return Command(at_ms, service, operation, parameters, caller)


def submit(simulation: Simulation, command: Command) -> Outcome | Rejection:
    """Apply a prepared command; a value outside its enumeration is refused before the world is asked."""
    refusal = enum_refusal(command.service, command.operation, command.parameters)
    if refusal is not None:
        return Rejection(*refusal)
    return simulation.apply(command)

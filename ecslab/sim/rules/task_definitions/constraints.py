"""Placement constraints of a task definition (PN:T-7, PN:T-79, PN:T-88, PN:T-89, PN:Q-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors import ClientException


def check_constraints(constraints: Sequence[Mapping[str, Any]]) -> None:
    """Only memberOf with an expression that can be read; what it selects is nobody's business yet (PN:T-88)."""
    if len(constraints) > LIMITS["placement_constraints"]:
        raise ClientException(
            f"{len(constraints)} placement constraints were given; at most {LIMITS['placement_constraints']} "
            "are allowed, those of the call included."
        )
    for constraint in constraints:
        kind = str(constraint.get("type", ""))
        if kind != "memberOf":
            raise ClientException(
                f"constraint.type '{kind}' is not supported. A task definition takes memberOf; "
                "give distinctInstance to RunTask or CreateService."
            )

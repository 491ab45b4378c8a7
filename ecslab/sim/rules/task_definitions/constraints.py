"""Placement constraints of a task definition (PN:T-7, PN:T-79, PN:T-88, PN:T-89, PN:Q-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import ClientException
from ecslab.sim.rules.placement import query_language


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
        _check_expression(str(constraint.get("expression", "")))


def _check_expression(expression: str) -> None:
    if not expression:
        raise ClientException(
            "A memberOf constraint needs an expression, such as attribute:ecs.instance-type =~ t3.*; add one."
        )
    try:
        query_language.parse(expression)
    except InvalidParameterException as error:
        raise ClientException(error.message) from error

"""Placement constraints: distinctInstance and memberOf, which bind (PN:P-12, PN:P-40, PN:P-42)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecslab.sim.decisions import PlacementRequest, Verdict
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.placement import query_language
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.task_definition import PlacementConstraint, PlacementStrategy
from ecslab.sim.world import World

MAX_CONSTRAINTS, MAX_STRATEGIES = 10, 5
"""PN:P-5."""
ATTRIBUTE_NAME = re.compile(r"(?:attribute:)?[A-Za-z0-9_./\\-]{1,128}")
"""PN:R-34; without `attribute:` it is accepted too (PN:P-25)."""
REASONS = {
    "distinctInstance": "DistinctInstance placement constraint unsatisfied.",
    "memberOf": "MemberOf placement constraint unsatisfied.",
}


def check_constraints(constraints: Sequence[PlacementConstraint]) -> None:
    """The shape of constraints (PN:P-5, PN:P-40, PN:T-89). Raises InvalidParameterException."""
    if len(constraints) > MAX_CONSTRAINTS:
        raise InvalidParameterException(
            f"{len(constraints)} placement constraints were given, those of the task definition included; "
            f"at most {MAX_CONSTRAINTS} are allowed."
        )
    for constraint in constraints:
        if constraint.type == "distinctInstance":
            if constraint.expression:
                raise InvalidParameterException("distinctInstance expression should not be specified.")
        elif constraint.type == "memberOf":
            if not constraint.expression:
                raise InvalidParameterException("memberOf needs an expression, such as attribute:stack == prod.")
            query_language.parse(constraint.expression)
        else:
            raise InvalidParameterException(
                f"The placement constraint type {constraint.type!r} does not exist; use distinctInstance or memberOf."
            )


def check_strategies(strategies: Sequence[PlacementStrategy]) -> None:
    """The shape of strategies (PN:P-5, PN:P-25). Raises InvalidParameterException."""
    if len(strategies) > MAX_STRATEGIES:
        raise InvalidParameterException(
            f"{len(strategies)} placement strategies were given; at most {MAX_STRATEGIES} are allowed."
        )
    for strategy in strategies:
        field = strategy.field
        if strategy.type == "binpack":
            if field.lower() not in ("cpu", "memory"):
                raise InvalidParameterException(f"binpack takes the field cpu or memory, and {field!r} was given.")
        elif strategy.type == "spread":
            if not ATTRIBUTE_NAME.fullmatch(field):
                raise InvalidParameterException(
                    f"spread takes the field instanceId, host or attribute:NAME, and {field!r} was given."
                )
        elif strategy.type != "random":
            raise InvalidParameterException(
                f"The placement strategy type {strategy.type!r} does not exist; use binpack, spread or random."
            )


def verdicts(world: World, request: PlacementRequest, instance: ContainerInstance) -> Iterator[Verdict]:
    """Every constraint's word, distinctInstance first, ending after the first that fails."""
    ordered = sorted(request.constraints, key=lambda c: c.type != "distinctInstance")
    for constraint in ordered:
        if constraint.type == "distinctInstance":
            hosts = any(
                t.group == request.group and t.desired_status == "RUNNING" for t in world.tasks_on(instance.arn)
            )
            verdict = Verdict("constraint", "distinctInstance", not hosts, "PN:P-40", "D", {"group": request.group})
        else:
            expression = constraint.expression or ""
            passed = query_language.matches(query_language.parse(expression), world, instance)
            verdict = Verdict("constraint", "memberOf", passed, "PN:P-42", "D", {"expression": expression})
        yield verdict
        if not verdict.passed:
            return

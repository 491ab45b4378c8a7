"""The steps of the ready-made labs, and whether a lab has come to the goal of one at a moment."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from ecslab.labs import play
from ecslab.scenario import comparisons, references
from ecslab.scenario.load import load_file
from ecslab.scenario.model import Step
from ecslab.scenario.steps import solutions
from ecslab.sim.command import Command

READY = Path(__file__).resolve().parent / "ready"


@cache
def steps_of(slug: str | None) -> tuple[Step, ...]:
    """The steps of the ready-made lab of this name, also for copies of it; none where there is no such lab."""
    path = READY / f"{slug}.yaml"
    return load_file(path).steps if slug and path.is_file() else ()


@cache
def solutions_of(slug: str | None) -> tuple[tuple[Command, ...], ...]:
    """One way to do each step of a ready-made lab, as the calls that change something."""
    return solutions(load_file(READY / f"{slug}.yaml")) if steps_of(slug) else ()


def is_reached(view: play.View, step: Step) -> bool:
    """Whether the goal of a step holds at the moment of a view; not where it cannot be asked."""
    goal = step.goal
    parameters = references.resolved(dict(goal.parameters), {})
    try:
        answer = play.ask(view, goal.service or "", goal.operation or "", parameters)
        if isinstance(answer, play.Malformed) or answer.code:
            return False
        found = references.search(goal.query, json.loads(json.dumps(answer.response)))
    except (play.TooFar, references.ReferenceWrong):
        return False
    return comparisons.holds(goal.comparison, found, goal.expected)

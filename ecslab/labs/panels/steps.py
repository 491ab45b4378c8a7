"""What a learner is asked to do in a lab: the steps done, the one to do now, and those to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecslab.aws.cli_line import cli_line
from ecslab.labs import play
from ecslab.labs.steps import is_reached, solutions_of, steps_of
from ecslab.scenario.model import Step
from ecslab.sim.command import Command

DONE, NOW, LATER = "done", "now", "to come"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step with its state; `solution` are the calls of one way to do it, as AWS CLI lines."""

    number: int
    say: str
    state: str
    hint: str
    solution: tuple[str, ...]
    then: str


@dataclass(frozen=True, slots=True)
class StepsPanel:
    """The steps of a lab in order, how many of them are done, and the sentence that tells it."""

    rows: tuple[StepRow, ...]
    done: int
    told: str

    @property
    def current(self) -> StepRow | None:
        """The step to do now, None when all are done."""
        return next((row for row in self.rows if row.state == NOW), None)


def steps_panel(view: play.View) -> StepsPanel | None:
    """The steps at a moment, None for a lab without any. A step is asked about only when those before it are done."""
    steps = steps_of(view.log.lab.ready_slug)
    if not steps:
        return None
    done = next((number for number, step in enumerate(steps) if not is_reached(view, step)), len(steps))
    ways = solutions_of(view.log.lab.ready_slug)
    rows = tuple(_row(number, step, ways[number], done) for number, step in enumerate(steps))
    return StepsPanel(rows, done, _told(done, len(steps)))


def _row(number: int, step: Step, way: Sequence[Command], done: int) -> StepRow:
    state = DONE if number < done else NOW if number == done else LATER
    lines = tuple(cli_line(command) for command in way)
    return StepRow(number + 1, step.say, state, step.hint, lines, step.then)


def _told(done: int, total: int) -> str:
    if done == total:
        return f"All {total} steps are done." if total > 1 else "The step is done."
    return f"Step {done + 1} of {total}"

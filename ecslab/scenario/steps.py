"""The entries of `steps`: what a learner is asked to do, and the proof that it can be done and is not done already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ecslab.aws.model import is_read_only
from ecslab.scenario.calls import read_solution
from ecslab.scenario.document import Keys
from ecslab.scenario.expectations import read_goal
from ecslab.scenario.findings import Findings
from ecslab.scenario.model import MAX_STEPS, Call, Expectation, Scenario, Step
from ecslab.scenario.run import Failure, run
from ecslab.sim.command import Command

KEYS = ("say", "goal", "hint", "solution", "shows", "then")


def read_steps(findings: Findings, data: Mapping[str, Any], calls: tuple[Call, ...]) -> tuple[Step, ...]:
    """The steps of a file in order."""
    entries = findings.entries(data, "steps")
    if len(entries) > MAX_STEPS:
        findings.wrong(("steps",), f"there are {len(entries)} steps and a file has at most {MAX_STEPS}; ask for fewer.")
        return ()
    steps: list[Step] = []
    before = calls
    for keys, entry in entries:
        step = _step(findings, keys, entry, before)
        before += step.solution
        steps.append(step)
    return tuple(steps)


def _step(findings: Findings, keys: Keys, entry: Mapping[str, Any], before: tuple[Call, ...]) -> Step:
    findings.known_only(entry, keys, KEYS)
    return Step(
        line=findings.document.line(keys),
        say=findings.text(entry, keys, "say", None),
        goal=read_goal(findings, entry, keys),
        hint=findings.text(entry, keys, "hint", None),
        solution=read_solution(findings, entry, keys, before),
        shows=_shows(findings, keys, entry),
        then=findings.text(entry, keys, "then"),
    )


def _shows(findings: Findings, keys: Keys, entry: Mapping[str, Any]) -> tuple[str, ...]:
    given = entry.get("shows", [])
    if isinstance(given, list) and all(isinstance(name, str) for name in given):
        return tuple(given)
    findings.wrong((*keys, "shows"), "this is no list of names of ideas; write one.")
    return ()


def failures_of_steps(scenario: Scenario) -> list[Failure]:
    """What is wrong with the steps of a scenario.

    The solutions up to a step must reach its goal and keep those before it; without its own solution its goal must
    not be reached, or there would be nothing to do.
    """
    found: list[Failure] = []
    for number, step in enumerate(scenario.steps, start=1):
        at_ms = step.goal.to_ms
        goals = [replace(each.goal, from_ms=at_ms, to_ms=at_ms) for each in scenario.steps[:number]]
        found += _run(scenario, number, *goals)
        undone = _run(scenario, number - 1, step.goal)
        found += [failure for failure in undone if failure.is_call]
        if not undone:
            what, expected = f"step {number}, {step.goal.what}", "its goal not to be reached before its solution"
            found.append(Failure(scenario.source, step.line, at_ms, what, expected, "it is"))
    return [replace(failure, is_step=True) for failure in found]


def solutions(scenario: Scenario) -> tuple[tuple[Command, ...], ...]:
    """What changes something in the solution of each step, with every reference replaced by what it stands for."""
    calls = _ordered(scenario, len(scenario.steps))
    made = run(replace(scenario, calls=calls, expectations=(), steps=()))
    changes = [call for call in calls if not is_read_only(call.service, call.operation)]
    of_call = {call.keys: command for call, command in zip(changes, made.commands, strict=True)}
    return tuple(tuple(of_call[call.keys] for call in step.solution if call.keys in of_call) for step in scenario.steps)


def _ordered(scenario: Scenario, solved: int) -> tuple[Call, ...]:
    """The calls of a scenario and of the solutions of its first steps, in the order of time."""
    calls = [*scenario.calls, *(call for step in scenario.steps[:solved] for call in step.solution)]
    return tuple(sorted(calls, key=lambda call: call.at_ms))


def _run(scenario: Scenario, solved: int, *goals: Expectation) -> list[Failure]:
    """The failures of a run with the solutions of some steps and nothing but these goals to look at."""
    return run(replace(scenario, calls=_ordered(scenario, solved), expectations=goals, steps=())).failures

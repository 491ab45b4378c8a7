"""Run a scenario: calls, what falls due and expectations, in the order of time.

At one moment calls run first, then everything that falls due, then expectations look.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ecslab.aws.door import submit
from ecslab.aws.model import enum_refusal, is_read_only
from ecslab.scenario import comparisons, moments, references
from ecslab.scenario.document import Keys, ScenarioWrong
from ecslab.scenario.model import MAX_TIMERS, Call, Expectation, Scenario
from ecslab.scenario.requests import problem_at
from ecslab.sim.command import Command
from ecslab.sim.errors.common import RunTooLong, SimError
from ecslab.sim.operations.registry import EXPLAINED
from ecslab.sim.simulation import Rejection, Simulation
from ecslab.sim.timeline import Timeline

TIMERS_BETWEEN_TELLING = 5_000
MAX_ANSWERS_KEPT = 64

Progress = Callable[[int, int], None]
"""Told now and then: the moment reached and the moment of the end, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A call or an expectation that did not turn out as the file says; `at_ms` is the moment it was seen.

    `is_call` where a call was to blame, which ends the run; `is_step` where the steps of a lesson were looked at.
    """

    source: str
    line: int
    at_ms: int
    what: str
    expected: str
    found: str
    why: str | None = None
    is_call: bool = False
    is_step: bool = False

    @property
    def sentence(self) -> str:
        """File, line, moment, what was expected, what was found, and why it should have been so."""
        why = f" Why: {self.why}" if self.why else ""
        return (
            f"{self.source}, line {self.line}, at {moments.text_of(self.at_ms)}: {self.what}: "
            f"expected {self.expected}, found {self.found}.{why}"
        )


@dataclass(slots=True)
class Run:
    """A scenario that has been run until a moment."""

    scenario: Scenario
    until_ms: int
    simulation: Simulation
    commands: list[Command] = field(default_factory=list)
    saved: dict[str, Any] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    looked: int = 0
    calls_made: int = 0
    notes: list[str] = field(default_factory=list)
    _told: Timeline | None = None
    _answers: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every call and every expectation turned out as the file says."""
        return not self.failures

    @property
    def call_failed(self) -> bool:
        """Whether the run ended early, because a call did not turn out as the file says."""
        return any(failure.is_call for failure in self.failures)

    @property
    def reached_ms(self) -> int:
        """The moment that the run has reached."""
        return self.simulation.world.now_ms

    @property
    def digest(self) -> str:
        """One line that stands for the whole world at the end."""
        return self.simulation.digest()

    def read(self, at_ms: int, service: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        """A read-only call, everything due at the moment done, as JSON data. Raises SimError or Refused.

        Expectations that ask the same at one moment share the answer.
        """
        asked = json.dumps([at_ms, service, operation, parameters], sort_keys=True)
        if asked not in self._answers:
            if len(self._answers) >= MAX_ANSWERS_KEPT:
                self._answers.clear()
            self._answers[asked] = self._read(at_ms, service, operation, parameters)
        return self._answers[asked]

    def _read(self, at_ms: int, service: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        refusal = enum_refusal(service, operation, parameters)
        if refusal is not None:
            raise Refused(*refusal)
        if f"{service}:{operation}" in EXPLAINED:
            return _as_json(self._timeline().read(at_ms, service, operation, parameters))
        return _as_json(self.simulation.read(service, operation, parameters))

    def read_between_calls(
        self, at_ms: int, service: str, operation: str, parameters: Mapping[str, Any], caller: str | None = None
    ) -> Any:
        """A read-only call among the calls of a moment: nothing due at that moment has happened yet."""
        refusal = enum_refusal(service, operation, parameters)
        if refusal is not None:
            raise Refused(*refusal)
        if f"{service}:{operation}" in EXPLAINED:
            return _as_json(Timeline(self.scenario.start, self.commands).read(at_ms, service, operation, parameters))
        return _as_json(self.simulation.read(service, operation, parameters, caller))

    def _timeline(self) -> Timeline:
        if self._told is None:
            self._told = Timeline(self.scenario.start, ())
        self._told.commands.extend(self.commands[len(self._told.commands) :])
        return self._told


class Refused(Exception):
    """A read that AWS's model refuses: code and sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def run(scenario: Scenario, until_ms: int | None = None, progress: Progress | None = None) -> Run:
    """Run a scenario to its last moment, or to `until_ms`; calls and expectations after that are left alone.

    The first call that does not turn out as the file says ends the run. Raises ScenarioWrong when a request that holds
    references turns out to have a wrong shape.
    """
    until = scenario.ends_at_ms if until_ms is None else until_ms
    made = Run(scenario, until, Simulation.begin(scenario.start))
    _Runner(made, progress or (lambda _at, _end: None)).go()
    made.failures.sort(key=lambda failure: (failure.at_ms, failure.line))
    return made


class _Runner:
    def __init__(self, made: Run, progress: Progress) -> None:
        self.run = made
        self.progress = progress
        self.calls = [c for c in made.scenario.calls if c.at_ms <= made.until_ms]
        self.looks = [_Look(made, e) for e in made.scenario.expectations if e.to_ms <= made.until_ms]
        self.waiting = sorted(self.looks, key=lambda look: look.expectation.from_ms, reverse=True)
        self.open: list[_Look] = []
        self.timers = 0

    def go(self) -> None:
        """Visit every moment that the file names, and while stretches are looked at every moment of a change."""
        stops = {call.at_ms for call in self.calls} | {self.run.until_ms}
        for look in self.looks:
            stops |= {look.expectation.from_ms, look.expectation.to_ms}
        try:
            for stop in sorted(stops):
                self._through_changes(stop)
                self._make_calls(stop)
                self._settle(stop)
        except _Ended:
            pass
        except RunTooLong as error:
            at_ms = self.run.simulation.world.now_ms
            source, found = self.run.scenario.source, error.message.rstrip(".")
            self.run.failures.append(Failure(source, 1, at_ms, "the run", "to end", found, is_call=True))
        self.run.looked = sum(look.is_done for look in self.looks)

    def _through_changes(self, stop: int) -> None:
        """Go to just before a stop, and look at every moment at which something happens on the way."""
        simulation = self.run.simulation
        while self.open and (change := simulation.next_change_ms()) is not None and change < stop:
            self._settle(change)
        self._go_to(stop - 1)

    def _settle(self, at_ms: int) -> None:
        """Do what is due at a moment, then let every expectation look that has begun and has not been decided."""
        self._go_to(at_ms)
        while self.waiting and self.waiting[-1].expectation.from_ms <= at_ms:
            self.open.append(self.waiting.pop())
        for look in self.open:
            look.look(at_ms)
        self.open = [look for look in self.open if not look.is_done]

    def _go_to(self, at_ms: int) -> None:
        while not self.run.simulation.run_until(at_ms, TIMERS_BETWEEN_TELLING):
            self.timers += TIMERS_BETWEEN_TELLING
            if self.timers >= MAX_TIMERS:
                raise RunTooLong(
                    f"more than {MAX_TIMERS} timers, the most of one run, are due before {moments.text_of(at_ms)}; "
                    "end it earlier or start fewer tasks."
                )
            self.progress(self.run.simulation.world.now_ms, self.run.until_ms)
        self.progress(max(at_ms, 0), self.run.until_ms)

    def _make_calls(self, at_ms: int) -> None:
        while self.calls and self.calls[0].at_ms == at_ms:
            self._make(self.calls.pop(0))

    def _make(self, call: Call) -> None:
        keys = call.keys
        parameters = _resolved(self.run, call.parameters, (*keys, "with"), call.service, call.operation)
        caller = _value(self.run, call.caller, (*keys, "as"))
        refusal, response = self._answer(call, parameters, None if caller is None else str(caller))
        failure = _judge_call(self.run, call, refusal)
        if failure is not None:
            self.run.failures.append(failure)
            raise _Ended
        self.run.calls_made += 1
        if call.save:
            self.run.saved[call.save] = response

    def _answer(
        self, call: Call, parameters: Mapping[str, Any], caller: str | None
    ) -> tuple[tuple[str, str] | None, Any]:
        """Code and sentence of a refusal, or the response."""
        if is_read_only(call.service, call.operation):
            try:
                return None, self.run.read_between_calls(call.at_ms, call.service, call.operation, parameters, caller)
            except (SimError, Refused) as error:
                return (error.code, error.message), None
        command = Command(call.at_ms, call.service, call.operation, parameters, caller)
        outcome = submit(self.run.simulation, command)
        self.run.commands.append(command)
        if isinstance(outcome, Rejection):
            return (outcome.code, outcome.message), None
        for member in outcome.not_simulated:
            note = f"line {call.line}: {member} of {call.name} is kept and has no effect in the lab."
            if note not in self.run.notes:
                self.run.notes.append(note)
        return None, _as_json(outcome.response)


class _Ended(Exception):
    """A call went wrong: what follows would mean nothing."""


def _judge_call(made: Run, call: Call, refusal: tuple[str, str] | None) -> Failure | None:
    found = "it was accepted" if refusal is None else f"{refusal[0]}: {refusal[1]}"

    def failure(expected: str) -> Failure:
        return Failure(
            made.scenario.source, call.line, call.at_ms, call.name, expected, found.rstrip("."), is_call=True
        )

    if not call.errors:
        return None if refusal is None else failure("it to be accepted")
    if refusal is None or refusal[0] not in call.errors:
        return failure(f"error {' or '.join(call.errors)}")
    if call.message_contains is None:
        return None
    part = str(_value(made, call.message_contains, (*call.keys, "message_contains")))
    return None if part in refusal[1] else failure(f"a message that contains {part!r}")


class _Look:
    """One expectation in the course of a run."""

    def __init__(self, made: Run, expectation: Expectation) -> None:
        self.run = made
        self.expectation = expectation
        self.is_done = False
        self._request: tuple[Mapping[str, Any], str, Any] | None = None

    def look(self, at_ms: int) -> None:
        """Look at a moment within the stretch; the first look that decides is the last."""
        e = self.expectation
        parameters, query, expected = self._request = self._request or self._prepared()
        holds, found = self._found(at_ms, parameters, query, expected)
        if holds != e.ever and at_ms < e.to_ms:
            return
        self.is_done = True
        if not holds:
            told = ("ever " if e.ever else "") + comparisons.described(e.comparison, expected)
            self.run.failures.append(Failure(self.run.scenario.source, e.line, at_ms, e.what, told, found, e.why))

    def _prepared(self) -> tuple[Mapping[str, Any], str, Any]:
        e = self.expectation
        keys = e.keys
        parameters: Mapping[str, Any] = {}
        if e.service and e.operation:
            parameters = _resolved(self.run, e.parameters, (*keys, "with"), e.service, e.operation)
        query = str(_value(self.run, e.query, (*keys, "query")))
        expected = _value(self.run, e.expected, (*keys, e.comparison))
        fault = comparisons.fault(e.comparison, expected)
        if fault:
            raise ScenarioWrong(self.run.scenario.document.problem((*keys, e.comparison), fault))
        return parameters, query, expected

    def _found(self, at_ms: int, parameters: Mapping[str, Any], query: str, expected: Any) -> tuple[bool, str]:
        e = self.expectation
        try:
            if e.saved is not None:
                data = self.run.saved[e.saved]
            else:
                data = self.run.read(at_ms, e.service or "", e.operation or "", parameters)
            found = _as_json(references.search(query, data))
        except (SimError, Refused) as error:
            return False, f"{error.code}: {error.message}".rstrip(".")
        except references.ReferenceWrong as error:
            return False, str(error).rstrip(".")
        return comparisons.holds(e.comparison, found, expected), comparisons.found_as(e.comparison, found)


def _value(made: Run, value: Any, keys: Keys) -> Any:
    """A value with its references followed. Raises ScenarioWrong."""
    try:
        return references.resolved(value, made.saved)
    except references.ReferenceWrong as error:
        raise ScenarioWrong(made.scenario.document.problem(keys, str(error))) from error


def _resolved(made: Run, parameters: Mapping[str, Any], keys: Keys, service: str, operation: str) -> Mapping[str, Any]:
    """Parameters with their references followed, of AWS's shape. Raises ScenarioWrong."""
    value: Mapping[str, Any] = _value(made, dict(parameters), keys)
    problems = problem_at(made.scenario.document, keys, service, operation, value)
    if problems:
        raise ScenarioWrong(*problems)
    return value


def _as_json(value: Any) -> Any:
    """A response as JSON knows it, apart from the world it came from."""
    return json.loads(json.dumps(value))

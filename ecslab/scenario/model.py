"""A scenario as it was read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecslab.scenario.document import Document, Keys
from ecslab.sim.world import Start

MAX_CALLS = 10_000
MAX_EXPECTATIONS = 10_000
MAX_STEPS = 20
MAX_RUN_MS = 31 * 24 * 3_600_000
MAX_INSTANCES = 5_000
MAX_TASKS = 10_000
"""What one file may ask for; tasks are those of its RunTask calls and the highest desired count of each service."""
MAX_TIMERS = 1_000_000
"""What may fall due in one run; nobody knows it before, so it ends a run that a crash loop makes endless."""


@dataclass(frozen=True, slots=True)
class Call:
    """One entry of `calls`, or of a step's `solution`; `keys` say where it stands.

    `errors` are the codes of which one must refuse it; empty means that it is accepted. `caller` is the role that makes
    it, None the administrator.
    """

    keys: Keys
    line: int
    at_ms: int
    service: str
    operation: str
    parameters: Mapping[str, Any]
    save: str | None = None
    errors: tuple[str, ...] = ()
    message_contains: str | None = None
    caller: str | None = None

    @property
    def name(self) -> str:
        """`service:Operation`."""
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One entry of `expect`, or a step's goal: look between two moments by a read or at a kept response.

    The two moments are the same for `at`.
    """

    keys: Keys
    line: int
    from_ms: int
    to_ms: int
    ever: bool
    service: str | None
    operation: str | None
    parameters: Mapping[str, Any]
    saved: str | None
    query: str
    comparison: str
    expected: Any
    why: str | None = None

    @property
    def what(self) -> str:
        """What is looked at, in words."""
        subject = f"saved {self.saved}" if self.saved else f"{self.service}:{self.operation}"
        return f"{subject}, query {self.query}"

    @property
    def is_moment(self) -> bool:
        """Whether it looks once."""
        return self.from_ms == self.to_ms


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of `steps`: what a learner is asked to do, how it is known that it is done, and one way to do it.

    `goal` looks at the moment at which the solution has reached it; a learner's lab is asked the same at any moment.
    `shows` are the ideas that the step teaches, by their names in docs/notes.csv.
    """

    line: int
    say: str
    goal: Expectation
    hint: str
    solution: tuple[Call, ...]
    shows: tuple[str, ...]
    then: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A file's start, calls in order, expectations, and the steps of a lesson."""

    document: Document
    name: str
    about: str
    start: Start
    calls: tuple[Call, ...]
    expectations: tuple[Expectation, ...]
    steps: tuple[Step, ...] = ()

    @property
    def source(self) -> str:
        """The file's name."""
        return self.document.source

    @property
    def ends_at_ms(self) -> int:
        """The last moment that the file names."""
        return max([0, *(c.at_ms for c in self.calls), *(e.to_ms for e in self.expectations)])

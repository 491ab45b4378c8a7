"""What a check reports, and what it is given to judge by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ecslab.rulebook.load import Rule
from quizzes.load import Bank, Entry, field_name

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: its number, file, line and field, the option it is about, the measured value and the limit."""

    rule: str
    severity: Severity
    file: str
    line: int
    field: str
    option: str
    measured: str
    limit: str

    def __str__(self) -> str:
        about = f" ({self.option})" if self.option else ""
        where = f"{self.file}:{self.line} {self.rule} {self.severity}"
        return f"{where}: {self.field}{about}: {self.measured}; {self.limit}"


@dataclass(frozen=True, slots=True)
class Context:
    """The bank around a question, the rulebook by id, the ready-made labs, and the day on which the check is made."""

    bank: Bank
    rules: Mapping[str, Rule]
    labs: frozenset[str]
    today: dt.date


@dataclass(frozen=True, slots=True)
class Report:
    """Makes findings of one rule about one file."""

    rule: str
    severity: Severity
    entry: Entry

    def at(self, *steps: str | int, measured: str, limit: str, severity: Severity | None = None) -> Finding:
        """Return a finding on the line of the key that the steps lead to; below `options` it names the option."""
        option = ""
        if len(steps) > 1 and steps[0] == "options" and isinstance(steps[1], int):
            option = self.entry.question.options[steps[1]].id
        document = self.entry.document
        return Finding(
            self.rule,
            severity or self.severity,
            document.name,
            document.line(*steps),
            field_name(steps),
            option,
            measured,
            limit,
        )


Check = Callable[[Entry], Iterator[Finding]]
CheckInBank = Callable[[Entry, Context], Iterator[Finding]]

"""The ledger of fidelity: for each rule whether the lab follows it, and which tests show it.

A rule with a test is done. What a person decided stands in `standing.csv`: a rule that is followed in a simpler way,
one that is left out, one that comes later. Every other rule is not there yet. `shown.csv` is written by
`make fidelity`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby

from ecslab.rulebook.load import Rule, rules

BOOK_TITLES = {
    "PN": "Placement and networking",
    "SS": "Services and scaling",
    "IC": "Identity, cost and quotas",
}
SECTION_TITLES = {
    "PN:S": "Order and chance",
    "PN:T": "Task definitions",
    "PN:R": "Container instances",
    "PN:P": "Placement",
    "PN:Q": "Cluster query language",
    "PN:K": "Which task is stopped",
    "PN:B": "Availability Zone rebalancing",
    "PN:E": "Failures and service events",
    "PN:N": "Network modes, ports and addresses",
    "PN:L": "Load balancing",
    "PN:F": "Fargate",
    "PN:V": "Data volumes",
    "PN:X": "Worked examples",
    "SS:K": "Clock and durations",
    "SS:T": "Task lifecycle",
    "SS:S": "Service scheduler",
    "SS:D": "Deployments",
    "SS:C": "Capacity",
    "SS:A": "Service auto scaling",
    "SS:M": "Metrics and alarms",
    "SS:E": "Events and schedules",
    "SS:W": "Worked examples",
    "IC:I": "Identity",
    "IC:R": "Registries, secrets and logs",
    "IC:$": "Money",
    "IC:Q": "Quotas",
    "IC:X": "Errors",
    "IC:W": "Worked examples",
}
DONE, SIMPLIFIED, LEFT_OUT, LATER = "done", "simplified", "left out", "later"
STANDINGS = {
    DONE: "done",
    SIMPLIFIED: "done in a simpler way",
    LEFT_OUT: "left out",
    LATER: "not yet",
}
"""What became of a rule, in words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule and its standing; `note` says how and why where a person decided, `shown` names tests and scenarios."""

    rule: Rule
    standing: str
    note: str
    shown: tuple[str, ...]

    @property
    def stands(self) -> str:
        """The standing in words."""
        return STANDINGS[self.standing]

    @property
    def is_kept(self) -> bool:
        """Whether the lab follows the rule, if in a simpler way."""
        return self.standing in (DONE, SIMPLIFIED)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some rules the lab follows, and how many of those that AWS documents or its agent shows."""

    done: int
    all: int
    documented_done: int
    documented: int

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Share:
        """Count."""
        counted = list(entries)
        facts = [entry for entry in counted if entry.rule.mark in "DA"]
        kept, kept_facts = (sum(entry.is_kept for entry in some) for some in (counted, facts))
        return cls(kept, len(counted), kept_facts, len(facts))


@dataclass(frozen=True, slots=True)
class Section:
    """The rules under one letter of a book."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """What it is about."""
        return SECTION_TITLES[self.name]

    @property
    def book(self) -> str:
        """`PN` of PN:P."""
        return self.name.partition(":")[0]

    @property
    def anchor(self) -> str:
        """The name of its place on a page."""
        return self.name.replace(":", "-").replace("$", "USD")

    @property
    def share(self) -> Share:
        """How much of it the lab follows."""
        return Share.of(self.entries)


def entries_of(book: dict[str, Rule], decided: list[dict[str, str]], shown: list[dict[str, str]]) -> tuple[Entry, ...]:
    """Put the three tables together; a line for a rule that is not in the book is a KeyError."""
    places: dict[str, list[str]] = {name: [] for name in book}
    for row in shown:
        places[row["id"]].append(row["place"])
    notes = {book[row["id"]].id: (row["standing"], row["note"]) for row in decided}
    return tuple(
        Entry(rule, *notes.get(name, (DONE if places[name] else LATER, "")), tuple(places[name]))
        for name, rule in book.items()
    )


def sections_of(entries: Iterable[Entry]) -> tuple[Section, ...]:
    """Divide rules, in the order of the books, by section."""
    return tuple(Section(name, tuple(run)) for name, run in groupby(entries, key=lambda entry: entry.rule.section))


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table beside this module."""
    text = resources.files("ecslab.rulebook").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def ledger() -> tuple[Entry, ...]:
    """Every rule with its standing, in the order of the books."""
    return entries_of(rules(), table("standing.csv"), table("shown.csv"))

"""Read the rulebooks: `PN:P-20` to its sentence, mark, source and date."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

BOOKS = ("pn", "ss", "ic")
MARKS = {
    "D": "AWS documents it",
    "A": "read in AWS's agent",
    "O": "observed",
    "I": "inferred from AWS's documents",
    "R": "widely known",
    "C": "the lab's choice",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `mark` says how it is known, `as_of` when its source was last read."""

    id: str
    sentence: str
    mark: str
    source: str
    as_of: str

    @property
    def known(self) -> str:
        """The mark in words."""
        return MARKS[self.mark]

    @property
    def book(self) -> str:
        """`PN` of PN:P-20."""
        return self.id.partition(":")[0]

    @property
    def section(self) -> str:
        """`PN:P` of PN:P-20."""
        return self.id.partition("-")[0]

    @property
    def anchor(self) -> str:
        """The name of its place on a page, safe in an address: PN-P-20, and IC-USD-2 for IC:$-2."""
        return self.id.replace(":", "-").replace("$", "USD")


@cache
def rules() -> dict[str, Rule]:
    """All rules by id, in the order of the books."""
    found: dict[str, Rule] = {}
    for book in BOOKS:
        text = resources.files("ecslab.rulebook").joinpath(f"{book}.csv").read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines()):
            found[row["id"]] = Rule(row["id"], row["sentence"], row["mark"], row["source"], row["as_of"])
    return found

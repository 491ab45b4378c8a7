"""Every rule of SS that the core cites is in the book, with the mark that the core tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ecslab
from ecslab.rulebook.load import rules

ROOT = Path(ecslab.__file__).parent
CITED = re.compile(r"SS:[A-VX-Z]-\d+[a-z]?")
"""Worked examples, W-1 and on, are tests and no rules."""
MARKED = re.compile(r'"(SS:[A-Z]-\d+[a-z]?)", "([DAORIC])"')
MODULES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_cited_rules_are_known(path: Path) -> None:
    unknown = set(CITED.findall(path.read_text(encoding="utf-8"))) - set(rules())
    assert sorted(unknown) == []


def test_marks_that_answers_tell_are_those_of_the_book() -> None:
    told = {pair for path in MODULES for pair in MARKED.findall(path.read_text(encoding="utf-8"))}
    assert told
    assert [(rule, mark) for rule, mark in sorted(told) if rules()[rule].mark != mark] == []

"""Every rule that the product or a test cites is in a book, with the mark that the core tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ecslab
from ecslab.rulebook.load import rules

ROOT = Path(ecslab.__file__).parent.parent
FOLDERS = ("ecslab", "quizzes", "templates", "tests")
KINDS = {".py", ".yaml", ".yml", ".csv", ".html", ".txt", ".toml", ".json", ".md"}
CITED = re.compile(r"\b(?:PN|SS|IC):[A-Z$]{1,2}-\d+[a-z]?")
MARKED = re.compile(r'"((?:PN|SS|IC):[A-Z$]-\d+[a-z]?)", "([DAORIC])"')
PLANTED = {"PN:P-999"}
"""Unknown on purpose, in the test that such a rule is found."""
PARTS = {("PN:F-10", "C"), ("SS:T-31", "C"), ("SS:T-31", "D")}
"""A documented rule, of which the core tells a part that AWS leaves open."""
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.suffix in KINDS]


@pytest.mark.parametrize("folder", FOLDERS)
def test_cited_rules_are_known(folder: str) -> None:
    paths = [path for path in FILES if path.relative_to(ROOT).parts[0] == folder]
    assert paths
    unknown = [
        f"{path.relative_to(ROOT)}: {rule}"
        for path in paths
        for rule in sorted(set(CITED.findall(path.read_text(encoding="utf-8"))) - set(rules()) - PLANTED)
    ]
    assert unknown == []


def test_marks_that_answers_tell_are_those_of_the_book() -> None:
    modules = [path for path in FILES if path.suffix == ".py" and path.is_relative_to(ROOT / "ecslab")]
    told = {pair for path in modules for pair in MARKED.findall(path.read_text(encoding="utf-8"))}
    assert told
    assert [(rule, mark) for rule, mark in sorted(told - PARTS) if rules()[rule].mark != mark] == []

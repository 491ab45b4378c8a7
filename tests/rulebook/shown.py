"""Which test shows which rule: read from the marks in tests and from the words of scenario files, running none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ecslab.rulebook.load import rules

ROOT = Path(__file__).resolve().parents[2]
CITED = re.compile(r"\b((?:PN|SS|IC):[A-Z$])-(\d+)([a-z]?)(?: to (?:\1-)?(\d+)\b)?")
"""An id, or two with `to` between them."""
Shown = tuple[str, str]
"""A rule's id, and the test or scenario file that shows it."""


def shown_by_code(text: str, file: str) -> Iterator[Shown]:
    """The marks of one test module; a mark outside a test belongs to the module."""

    def walk(node: ast.AST, place: str) -> Iterator[Shown]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id == "rule":
                yield from ((ast.literal_eval(name), place) for name in child.args)
            named = isinstance(child, (ast.FunctionDef, ast.ClassDef))
            yield from walk(child, f"{place}::{child.name}" if named else place)

    yield from walk(ast.parse(text), file)


def cited(text: str) -> Iterator[str]:
    """The ids in a text, `SS:E-30 to SS:E-35` in full."""
    for section, first, letter, last in CITED.findall(text):
        yield f"{section}-{first}{letter}"
        for number in range(int(first) + 1, int(last or 0) + 1):
            if (name := f"{section}-{number}") in rules():
                yield name


def shown_by_scenario(text: str, file: str) -> Iterator[Shown]:
    """The ids in what a scenario file says of itself and of its expectations."""
    scenario = YAML(typ="safe").load(text)
    told = [str(scenario.get("name", "")), str(scenario.get("about", "")), *_whys(scenario)]
    for words in told:
        yield from ((name, file) for name in cited(words))


def _whys(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (str(value) for key, value in node.items() if key == "why")
        for value in node.values():
            yield from _whys(value)
    elif isinstance(node, list):
        for value in node:
            yield from _whys(value)


def collected() -> list[Shown]:
    """All of them, once each, in the order of the books."""
    found: set[Shown] = set()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        found.update(shown_by_code(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()))
    for path in sorted((ROOT / "tests" / "scenarios").glob("*.yaml")):
        found.update(shown_by_scenario(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()))
    order = {name: number for number, name in enumerate(rules())}
    return sorted(found, key=lambda shown: (order[shown[0]], shown[1]))

"""A test that cannot fail shows nothing: every one asserts, expects an error, or calls something that does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(ROOT.rglob("test_*.py"))
JUDGES = ("assert", "expect", "raises", "warns", "fail", "check", "judge")
"""How the names begin of what a test may leave the judgement to: pytest's, Playwright's, Django's and helpers'."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method of a module."""
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def called(function: Function) -> list[str]:
    """The last names of what a function calls."""
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    names = (f.attr if isinstance(f, ast.Attribute) else f.id if isinstance(f, ast.Name) else "" for f in calls)
    return [name.lstrip("_") for name in names]


def can_fail(function: Function, helpers: set[str]) -> bool:
    """Whether a function asserts by itself, or calls a judge or a helper of its module that asserts."""
    if any(isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant) for node in ast.walk(function)):
        return True
    return any(name.startswith(JUDGES) or name in helpers for name in called(function))


def silent(text: str) -> list[str]:
    """The tests of a module that nothing can make fail, by name."""
    found = list(functions(ast.parse(text)))
    helpers: set[str] = set()
    while more := {f.name.lstrip("_") for f in found if can_fail(f, helpers)} - helpers:
        helpers |= more
    return [f.name for f in found if f.name.startswith("test_") and not can_fail(f, helpers)]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_test_can_fail(module: Path) -> None:
    assert silent(module.read_text(encoding="utf-8")) == []


def test_silent_tests_are_found() -> None:
    text = """
def helper(): assert [1] == [1]
def over(): helper()
def test_direct(): assert 1 == 1
def test_by_helper(): over()
def test_raises():
    with pytest.raises(KeyError): {}[1]
def test_silent(): print(1)
def test_true(): assert True
"""
    assert silent(text) == ["test_silent", "test_true"]

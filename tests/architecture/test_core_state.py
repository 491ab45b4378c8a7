"""What may lie in the world: whole numbers and ordered collections (core laws 2 and 3)."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from ecslab.scenario.load import load_file
from ecslab.scenario.run import run
from ecslab.sim import agenda, command, decisions, draws, ids, state, timers, world
from tests.golden.stories import STORIES
from tests.rules import rule

MODULES = [
    agenda,
    command,
    decisions,
    draws,
    ids,
    timers,
    world,
    *(importlib.import_module(f"{state.__name__}.{found.name}") for found in pkgutil.iter_modules(state.__path__)),
]
CLASSES = [
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__
]


def hints_inside(hint: Any) -> Iterator[Any]:
    """A type and everything between its brackets."""
    yield get_origin(hint) or hint
    for argument in get_args(hint):
        yield from hints_inside(argument)


def floats_in(value: Any, where: str) -> Iterator[str]:
    """Where a float lies."""
    if isinstance(value, float):
        yield where
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from floats_in(item, f"{where}.{key}")


@rule("SS:K-1")
@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: f"{cls.__module__.rpartition('.')[2]}.{cls.__name__}")
def test_no_field_is_a_set_or_a_float(cls: type) -> None:
    hints = get_type_hints(cls)
    inside = {f.name: set(hints_inside(hints[f.name])) for f in fields(cls)}  # type: ignore[arg-type]
    assert [name for name, types in inside.items() if types & {set, frozenset, float, complex}] == []


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: f"{cls.__module__.rpartition('.')[2]}.{cls.__name__}")
def test_a_record_takes_no_other_attributes(cls: type) -> None:
    assert "__slots__" in vars(cls), "write @dataclass(slots=True)"


@rule("SS:K-1")
@pytest.mark.parametrize("name", list(STORIES))
def test_a_snapshot_holds_no_float(name: str) -> None:
    assert list(floats_in(run(load_file(STORIES[name])).simulation.snapshot(), "snapshot")) == []

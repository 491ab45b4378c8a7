"""The comparisons of an expectation: does what was found satisfy what was expected."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.placement import patterns

_MAX_SHOWN = 600
_MEMBERS_OF_BETWEEN = 2


def fault(comparison: str, value: Any) -> str | None:
    """Why a comparison cannot be made with a value: one sentence, or None when it can."""
    return _FAULTS[comparison](value) if comparison in _FAULTS else None


def holds(comparison: str, found: Any, expected: Any) -> bool:
    """Whether what was found satisfies the comparison; `fault` has passed the expected value."""
    return _HOLDS[comparison](found, expected)


def described(comparison: str, expected: Any) -> str:
    """An expectation in words: `at_least 6`."""
    return f"{comparison} {shown(expected)}"


def shown(value: Any) -> str:
    """A value as JSON, long ones cut."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}... ({len(text)} characters)"


def found_as(comparison: str, found: Any) -> str:
    """What was found, as the comparison sees it: a length has its number first."""
    if comparison == "length" and isinstance(found, str | list | dict):
        return f"{len(found)}, {shown(found)}"
    return shown(found)


def same(found: Any, expected: Any) -> bool:
    """Equality of JSON values: numbers exactly, true is not 1, lists in order."""
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[k], expected[k]) for k in found)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return bool(found == expected)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _contains(found: Any, expected: Any) -> bool:
    if isinstance(found, str):
        return isinstance(expected, str) and expected in found
    return isinstance(found, list) and any(same(item, expected) for item in found)


def _matches(found: Any, expected: Any) -> bool:
    return isinstance(found, str) and patterns.is_found(expected, found)


def _has_length(found: Any, expected: Any) -> bool:
    return isinstance(found, str | list | dict) and len(found) == expected


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": same,
    "not_equals": lambda found, expected: not same(found, expected),
    "one_of": lambda found, expected: any(same(found, item) for item in expected),
    "contains": _contains,
    "at_least": lambda found, expected: _is_number(found) and found >= expected,
    "at_most": lambda found, expected: _is_number(found) and found <= expected,
    "between": lambda found, expected: _is_number(found) and expected[0] <= found <= expected[1],
    "matches": _matches,
    "length": _has_length,
}
COMPARISONS = tuple(_HOLDS)


def _needs_number(value: Any) -> str | None:
    return None if _is_number(value) else f"{shown(value)} is no number; write one."


def _needs_list(value: Any) -> str | None:
    return None if isinstance(value, list) and value else f"{shown(value)} is no list of values; write [a, b]."


def _needs_two_numbers(value: Any) -> str | None:
    if isinstance(value, list) and len(value) == _MEMBERS_OF_BETWEEN and all(map(_is_number, value)):
        return None if value[0] <= value[1] else f"{shown(value)} has the higher number first; write [low, high]."
    return f"{shown(value)} is no pair of numbers; write [low, high]."


def _needs_count(value: Any) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return None if whole else f"{shown(value)} is no length; write a whole number."


def _needs_pattern(value: Any) -> str | None:
    if not isinstance(value, str):
        return f"{shown(value)} is no pattern; write a regular expression in quotes."
    try:
        patterns.check(value)
    except InvalidParameterException as error:
        return error.message
    return None


_FAULTS: dict[str, Callable[[Any], str | None]] = {
    "one_of": _needs_list,
    "at_least": _needs_number,
    "at_most": _needs_number,
    "between": _needs_two_numbers,
    "matches": _needs_pattern,
    "length": _needs_count,
}

"""Event patterns of EventBridge: which events a rule wants (SS:E-37).

Fields are AND-ed, the values in an array OR-ed; an event's array matches when one of its members does. Model choice:
the matchers are exact values, prefix, suffix, equals-ignore-case, anything-but, numeric and exists.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ecslab.sim.errors.events import InvalidEventPatternException

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
MATCHERS = ("prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "exists")


def read_pattern(text: str) -> Mapping[str, Any]:
    """A pattern from its JSON text, numbers exact. Raises InvalidEventPatternException."""
    try:
        pattern = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise InvalidEventPatternException("Event pattern is not valid. Reason: it is no JSON.") from None
    if not isinstance(pattern, dict) or not pattern:
        raise InvalidEventPatternException(
            'Event pattern is not valid. Reason: it must be an object with fields, such as {"source": ["aws.s3"]}.'
        )
    _judge(pattern, "")
    return pattern


def _judge(pattern: Mapping[str, Any], path: str) -> None:
    for name, wanted in pattern.items():
        where = f"{path}.{name}" if path else str(name)
        if isinstance(wanted, dict):
            _judge(wanted, where)
        elif not isinstance(wanted, list) or not wanted:
            raise InvalidEventPatternException(
                f'Event pattern is not valid. Reason: "{where}" must be an object or an array that is not empty.'
            )
        else:
            for value in wanted:
                _judge_value(value, where)


def _judge_value(value: Any, where: str) -> None:
    if isinstance(value, list):
        raise InvalidEventPatternException(f'Event pattern is not valid. Reason: "{where}" holds an array in an array.')
    if not isinstance(value, dict):
        return
    if len(value) != 1 or next(iter(value)) not in MATCHERS:
        raise InvalidEventPatternException(
            f'Event pattern is not valid. Reason: Unrecognized match type in "{where}"; '
            f"use one of {', '.join(MATCHERS)}."
        )
    if not _is_well_formed(*next(iter(value.items()))):
        raise InvalidEventPatternException(
            f'Event pattern is not valid. Reason: {json.dumps(value, default=str)[:100]} in "{where}" is not complete.'
        )


def _is_well_formed(matcher: str, wanted: Any) -> bool:
    if matcher == "exists":
        return isinstance(wanted, bool)
    if matcher == "numeric":
        pairs = list(zip(wanted[::2], wanted[1::2], strict=False)) if isinstance(wanted, list) else []
        is_whole = bool(pairs) and len(wanted) == 2 * len(pairs)
        return is_whole and all(sign in _SIGNS and _is_number(number) for sign, number in pairs)
    if matcher == "anything-but":
        return not isinstance(wanted, dict) or list(wanted) in (["prefix"], ["suffix"])
    return isinstance(wanted, str)


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether an event has everything that a pattern asks for."""
    return all(_field_matches(wanted, event, name) for name, wanted in pattern.items())


def _field_matches(wanted: Any, event: Mapping[str, Any], name: str) -> bool:
    if isinstance(wanted, dict):
        inner = event.get(name)
        return isinstance(inner, dict) and matches(wanted, inner)
    there = name in event
    found = event.get(name)
    values = found if isinstance(found, list) else [found]
    return any(_value_matches(each, values, there=there) for each in wanted)


def _value_matches(wanted: Any, values: Sequence[Any], *, there: bool) -> bool:
    if isinstance(wanted, dict) and "exists" in wanted:
        return bool(wanted["exists"]) is there
    if not there:
        return False
    if not isinstance(wanted, dict):
        return any(_is_equal(wanted, value) for value in values)
    matcher, argument = next(iter(wanted.items()))
    if matcher == "anything-but":
        return not any(_is_excluded(argument, value) for value in values)
    return any(_fits(matcher, argument, value) for value in values)


def _is_excluded(argument: Any, value: Any) -> bool:
    if isinstance(argument, dict):
        return _fits(*next(iter(argument.items())), value)
    return any(_is_equal(each, value) for each in (argument if isinstance(argument, list) else [argument]))


def _fits(matcher: str, argument: Any, value: Any) -> bool:
    if matcher == "numeric":
        return _is_number(value) and all(
            _compare(sign, value, number) for sign, number in zip(argument[::2], argument[1::2], strict=True)
        )
    if not isinstance(value, str):
        return False
    if matcher == "equals-ignore-case":
        return value.casefold() == str(argument).casefold()
    return value.startswith(argument) if matcher == "prefix" else value.endswith(argument)


def _compare(sign: str, value: Any, number: Any) -> bool:
    return bool(_SIGNS[sign](value, number))


def _is_equal(wanted: Any, value: Any) -> bool:
    """Equal and of one kind: true is not 1."""
    return isinstance(wanted, bool) == isinstance(value, bool) and bool(wanted == value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)

"""Whether a statement speaks about a request: actions, resources, principals and conditions.

Source: IC:I-62 to IC:I-66; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
as of 2026-09-11.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from ecslab.sim.rules.iam.documents import Condition, Statement

Context = Mapping[str, Sequence[str]]
"""Condition keys of a request and their values; AWS writes keys in any case."""

_VARIABLE = re.compile(r"\$\{([A-Za-z0-9:/_.-]+)\}")


@dataclass(frozen=True, slots=True)
class Request:
    """One call as IAM sees it: who calls (empty names for nobody), what, on what, and the condition keys."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)
    principals: tuple[tuple[str, str], ...] = ()


def applies(statement: Statement, request: Request) -> bool:
    """Whether a statement matches the request in every part it names."""
    return (
        _names_action(statement, request.action)
        and _names_resource(statement, request)
        and _names_principal(statement, request)
        and all(holds(condition, request.context) for condition in statement.conditions)
    )


def missing_keys(statement: Statement, request: Request) -> list[str]:
    """Condition keys that a statement asks for and the request does not bring."""
    if not _names_action(statement, request.action) or not _names_resource(statement, request):
        return []
    return [c.key for c in statement.conditions if _value_of(c.key, request.context) is None]


@lru_cache(maxsize=4096)
def _pattern(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    """`*` any run of characters, also none and across `/`; `?` exactly one (IC:I-62)."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in re.sub(r"\*+", "*", pattern))
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def like(text: str, pattern: str, *, ignore_case: bool = False) -> bool:
    """Whether a text matches a pattern with wildcards."""
    return _pattern(pattern, ignore_case=ignore_case).fullmatch(text) is not None


def _names_action(statement: Statement, action: str) -> bool:
    """Actions ignore case (IC:I-62); NotAction means all but those (IC:I-63)."""
    if statement.not_actions:
        return not any(like(action, name, ignore_case=True) for name in statement.not_actions)
    return any(like(action, name, ignore_case=True) for name in statement.actions)


def _names_resource(statement: Statement, request: Request) -> bool:
    """Resources keep case (IC:I-62); a trust policy names none, so it speaks about its own role."""
    if statement.not_resources:
        return not any(like(request.resource, _filled(name, request.context)) for name in statement.not_resources)
    if not statement.resources:
        return True
    return any(like(request.resource, _filled(name, request.context)) for name in statement.resources)


def _filled(pattern: str, context: Context) -> str:
    """A resource with its policy variables, `${aws:PrincipalTag/team}`, replaced by the request's values."""

    def value(match: re.Match[str]) -> str:
        found = _value_of(match[1], context)
        return found[0] if found else match[0]

    return _VARIABLE.sub(value, pattern)


def _names_principal(statement: Statement, request: Request) -> bool:
    if statement.not_principals is not None:
        return not any(_is_principal(named, request) for named in statement.not_principals)
    if statement.principals is None:
        return True
    return any(_is_principal(named, request) for named in statement.principals)


def _is_principal(named: tuple[str, str], request: Request) -> bool:
    kind, name = named
    return any(kind == other_kind and name in ("*", other) for other_kind, other in request.principals)


def _value_of(key: str, context: Context) -> Sequence[str] | None:
    return next((values for name, values in context.items() if name.lower() == key.lower()), None)


def holds(condition: Condition, context: Context) -> bool:
    """One key of a condition block (IC:I-64): several values are alternatives, of a negated operator none may match.

    A key that the request lacks fails a positive operator, passes a negated one and any IfExists.
    """
    found = _value_of(condition.key, context)
    if condition.operator == "Null":
        return (found is None) == (condition.values[0] == "true")
    negated = "Not" in condition.operator
    if not found:
        return negated or condition.if_exists or condition.quantifier == "ForAllValues"
    test = _TESTS[condition.operator.replace("Not", "")]
    matches = [any(test(value, wanted) for wanted in condition.values) for value in found]
    if negated:
        return not all(matches) if condition.quantifier == "ForAnyValue" else not any(matches)
    return all(matches) if condition.quantifier == "ForAllValues" else any(matches)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _numeric(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[str, str], bool]:
    def test(value: str, wanted: str) -> bool:
        left, right = _number(value), _number(wanted)
        return left is not None and right is not None and compare(left, right)

    return test


def _in_range(value: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _arn_like(value: str, wanted: str) -> bool:
    """Each of the six parts of an ARN by itself: a `*` in one does not reach into the next."""
    parts, patterns = value.split(":", 5), wanted.split(":", 5)
    return len(parts) == len(patterns) and all(like(p, w) for p, w in zip(parts, patterns, strict=True))


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": like,
    "ArnLike": _arn_like,
    "ArnEquals": _arn_like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "IpAddress": _in_range,
    "NumericEquals": _numeric(lambda left, right: left == right),
    "NumericLessThan": _numeric(lambda left, right: left < right),
    "NumericLessThanEquals": _numeric(lambda left, right: left <= right),
    "NumericGreaterThan": _numeric(lambda left, right: left > right),
    "NumericGreaterThanEquals": _numeric(lambda left, right: left >= right),
}

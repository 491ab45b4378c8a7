"""The cluster query language: which container instances an expression selects (PN section 5).

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html, as of 2026-09-11.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.placement import patterns, query_values
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.world import World

MAX_EXPRESSION = 2000
MAX_DEPTH = 50
"""Parentheses and `not` inside each other; the lab's limit, far above what anyone writes."""
WORDS = {
    "equals": "==",
    "not_equals": "!=",
    "greater_than": ">",
    "greater_than_equal": ">=",
    "less_than": "<",
    "less_than_equal": "<=",
    "not_exists": "!exists",
    "not_in": "!in",
    "matches": "=~",
    "not_matches": "!~",
}
EQUALITY, ORDER = ("==", "!="), (">", ">=", "<", "<=")
LISTS, PATTERNS, PRESENCE = ("in", "!in"), ("=~", "!~"), ("exists", "!exists")
OPERATORS = (*EQUALITY, *ORDER, *LISTS, *PATTERNS, *PRESENCE)
ALLOWED: dict[str, tuple[str, ...]] = {
    "agentConnected": (*EQUALITY, *LISTS, *PATTERNS),
    "ec2InstanceId": (*EQUALITY, *LISTS, *PATTERNS),
    "agentVersion": (*EQUALITY, *ORDER),
    "registeredAt": (*EQUALITY, *ORDER),
    "runningTasksCount": (*EQUALITY, *ORDER),
    "task:group": (*EQUALITY, *LISTS, *PATTERNS),
}
"""Operators of each subject; an attribute takes all (PN:Q-15)."""

READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "agentVersion": (query_values.version, "a version such as 1.14.5"),
    "registeredAt": (query_values.instant_ms, "a date such as 2026-01-05 or 2026-01-05T10:00:00Z"),
    "runningTasksCount": (query_values.whole, "a whole number"),
}
"""What the value of a subject must be readable as, judged when the expression is given (PN:Q-14, PN:Q-18)."""

_TOKEN = re.compile(
    r"\s*(?:(?P<sym>&&|\|\||==|!=|>=|<=|=~|!~|!exists\b|!in\b|>|<|!|\(|\)|\[|\]|,)"
    r"|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<word>[^\s()\[\],'\"=<>!~&|]+))"
)


@dataclass(frozen=True, slots=True)
class Term:
    """subject operator argument."""

    subject: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of an expression."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Both:
    """`and`."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Either:
    """`or`."""

    left: Expression
    right: Expression


Expression = Term | Not | Both | Either


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of an expression: `sym`, `word`, or a quoted value, which is never a keyword."""

    text: str
    kind: str
    at: int


@lru_cache(maxsize=512)
def parse(text: str) -> Expression:
    """Read an expression. Raises InvalidParameterException that names the place (PN:Q-4, PN:Q-18)."""
    if len(text) > MAX_EXPRESSION:
        raise InvalidParameterException(
            f"The expression has {len(text)} characters; at most {MAX_EXPRESSION} are allowed."
        )
    parser = _Parser(text, _tokens(text))
    expression = parser.either()
    parser.end()
    return expression


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise _wrong(text, position, "a name, an operator or a value")
        kind = match.lastgroup or ""
        found.append(_Token(match[kind], kind, match.start()))
        position = match.end()
    return found


def _wrong(text: str, at: int, needed: str) -> InvalidParameterException:
    at += len(text[at:]) - len(text[at:].lstrip())
    rest = repr(text[at : at + 20]) if text[at:] else "its end"
    is_pattern = "=~" in text[:at] and text[at : at + 1] in _OF_PATTERNS
    hint = " Put a pattern in quotes, such as =~ 'a|b'." if text[at:] and is_pattern else ""
    return InvalidParameterException(
        f"The expression cannot be read at character {at + 1} ({rest}): {needed} was needed there.{hint}"
    )


_OF_PATTERNS = "()[]|{}^$+?"
"""Characters that only a quoted regular expression may have (PN:Q-4)."""


class _Parser:
    """Reads not before and, and before or (PN:Q-3)."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    def peek(self) -> str:
        """The next symbol or word; empty at the end and before a quoted value."""
        if self.position == len(self.tokens) or self.tokens[self.position].kind in ("single", "double"):
            return ""
        return self.tokens[self.position].text

    def skip(self, *texts: str) -> bool:
        """Pass one of some symbols or words, if it is next."""
        if self.peek() not in texts:
            return False
        self.position += 1
        return True

    def expect(self, text: str, needed: str) -> None:
        if not self.skip(text):
            raise self.fail(needed)

    def fail(self, needed: str) -> InvalidParameterException:
        at = self.tokens[self.position].at if self.position < len(self.tokens) else len(self.text)
        return _wrong(self.text, at, needed)

    def end(self) -> None:
        if self.position < len(self.tokens):
            raise self.fail("and, or, or the end")

    def either(self) -> Expression:
        left = self.both()
        while self.skip("||", "or"):
            left = Either(left, self.both())
        return left

    def both(self) -> Expression:
        left = self.negation()
        while self.skip("&&", "and"):
            left = Both(left, self.negation())
        return left

    def negation(self) -> Expression:
        if self.peek() not in ("!", "not", "("):
            return self.term()
        if self.depth == MAX_DEPTH:
            raise self.fail(f"a term, because at most {MAX_DEPTH} parentheses and nots may be inside each other,")
        self.depth += 1
        inner: Expression
        if self.skip("("):
            inner = self.either()
            self.expect(")", "a closing parenthesis")
        else:
            self.position += 1
            inner = Not(self.negation())
        self.depth -= 1
        return inner

    def term(self) -> Term:
        subject = self.peek()
        is_attribute = subject.startswith("attribute:") and len(subject) > len("attribute:")
        if not is_attribute and subject not in ALLOWED:
            raise self.fail(f"attribute:NAME or one of {', '.join(ALLOWED)}")
        self.position += 1
        operator = WORDS.get(self.peek(), self.peek())
        allowed = OPERATORS if is_attribute else ALLOWED[subject]
        if operator not in allowed:
            raise self.fail(f"one of the operators {', '.join(allowed)}")
        self.position += 1
        if operator in PRESENCE:
            return Term(subject, operator)
        if operator in LISTS:
            return Term(subject, operator, self.listed())
        value = self.value(*READERS.get(subject, (str, "a value")))
        if operator in PATTERNS:
            patterns.check(value)
        return Term(subject, operator, (value,))

    def listed(self) -> tuple[str, ...]:
        self.expect("[", "a list such as [a, b]")
        values = [self.value()]
        while self.skip(","):
            values.append(self.value())
        self.expect("]", "a closing bracket")
        return tuple(values)

    def value(self, read: Callable[[str], Any] = str, needed: str = "a value") -> str:
        """The next value, which `read` must not answer with None."""
        if self.position == len(self.tokens) or self.tokens[self.position].kind == "sym":
            raise self.fail(needed)
        text = self.tokens[self.position].text
        if read(text) is None:
            raise self.fail(needed)
        self.position += 1
        return text


def matches(expression: Expression, world: World, instance: ContainerInstance) -> bool:
    """Whether an expression selects an instance; an expression that could be read never raises."""
    match expression:
        case Not(inner):
            return not matches(inner, world, instance)
        case Both(left, right):
            return matches(left, world, instance) and matches(right, world, instance)
        case Either(left, right):
            return matches(left, world, instance) or matches(right, world, instance)
        case Term():
            return _holds(expression, world, instance)


def _holds(term: Term, world: World, instance: ContainerInstance) -> bool:
    match term.subject:
        case "task:group":
            return _hosts(term, world, instance)
        case "agentConnected":
            return _compares(term, "true" if instance.agent_connected else "false")
        case "ec2InstanceId":
            return _compares(term, instance.ec2_instance_id)
        case "agentVersion":
            have = query_values.version(instance.agent_version)
            return have is not None and _ordered(term.operator, have, query_values.version(term.values[0]))
        case "registeredAt":
            registered = query_values.start_ms(world.start.starts_at) + instance.registered_at_ms
            return _ordered(term.operator, registered, query_values.instant_ms(term.values[0]))
        case "runningTasksCount":
            running = sum(1 for task in world.tasks_on(instance.arn) if task.desired_status == "RUNNING")
            return _ordered(term.operator, running, query_values.whole(term.values[0]))
        case _:
            return _attribute_holds(term, instance.attributes)


def _attribute_holds(term: Term, attributes: dict[str, str | None]) -> bool:
    """A comparison with what is not there is false, a negative one too (PN:Q-13, PN:Q-19)."""
    name = term.subject.removeprefix("attribute:")
    if term.operator in PRESENCE:
        return (name in attributes) == (term.operator == "exists")
    value = attributes.get(name)
    if value is None:
        return False
    if term.operator not in ORDER:
        return _compares(term, value)
    have, want = query_values.number(value), query_values.number(term.values[0])
    if have is None or want is None:
        return _ordered(term.operator, value, term.values[0])
    return _ordered(term.operator, have, want)


def _compares(term: Term, value: str) -> bool:
    if term.operator in PATTERNS:
        return patterns.fits(term.values[0], value) == (term.operator == "=~")
    return (value in term.values) == (term.operator in ("==", "in"))


def _hosts(term: Term, world: World, instance: ContainerInstance) -> bool:
    """Task groups on the instance; the negatives mean that none of them is (PN:Q-16)."""
    groups = {task.group for task in world.tasks_on(instance.arn) if task.desired_status == "RUNNING"}
    if term.operator in PATTERNS:
        found = any(patterns.fits(term.values[0], group) for group in groups)
    else:
        found = not groups.isdisjoint(term.values)
    return found == (term.operator in ("==", "in", "=~"))


def _ordered(operator: str, have: Any, want: Any) -> bool:
    """Compare two things of one kind, which the parser has made sure of."""
    match operator:
        case "==":
            return bool(have == want)
        case "!=":
            return bool(have != want)
        case ">":
            return bool(have > want)
        case ">=":
            return bool(have >= want)
        case "<":
            return bool(have < want)
        case _:
            return bool(have <= want)

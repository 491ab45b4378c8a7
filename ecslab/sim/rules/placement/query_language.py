"""The cluster query language: which container instances an expression selects (PN section 5).

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html, as of 2026-09-11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ecslab.sim import calendar
from ecslab.sim.errors import InvalidParameterException
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.world import World

MAX_EXPRESSION = 2000
MAX_PATTERN = 128
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
EQUALITY, ORDER, LISTS, PATTERNS, PRESENCE = (
    ("==", "!="),
    (">", ">=", "<", "<="),
    ("in", "!in"),
    ("=~", "!~"),
    (
        "exists",
        "!exists",
    ),
)
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

_TOKEN = re.compile(
    r"\s*(?:(?P<sym>&&|\|\||==|!=|>=|<=|=~|!~|!exists\b|!in\b|>|<|!|\(|\)|\[|\]|,)"
    r"|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<word>[^\s()\[\],'\"=<>!~&|]+))"
)
_NESTED_REPEAT = re.compile(r"\([^()]*[*+}][^()]*\)\s*[*+{]")
_BACK_REFERENCE = re.compile(r"\\[1-9]|\(\?P=")


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
    text: str
    is_word: bool
    at: int


@lru_cache(maxsize=512)
def parse(text: str) -> Expression:
    """Read an expression. Raises InvalidParameterException that names the place (PN:Q-18)."""
    if len(text) > MAX_EXPRESSION:
        raise InvalidParameterException(
            f"The expression has {len(text)} characters; at most {MAX_EXPRESSION} are allowed (PN:Q-4)."
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
        found.append(_Token(match[kind], kind != "sym", match.start(kind)))
        position = match.end()
    return found


def _wrong(text: str, at: int, needed: str) -> InvalidParameterException:
    rest = text[at : at + 20] or "the end"
    return InvalidParameterException(
        f"The expression cannot be read at character {at + 1} ({rest!r}): {needed} was needed there."
    )


class _Parser:
    """Reads not before and before or (PN:Q-3)."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.position = 0

    def peek(self) -> str:
        return self.tokens[self.position].text if self.position < len(self.tokens) else ""

    def fail(self, needed: str) -> InvalidParameterException:
        at = self.tokens[self.position].at if self.position < len(self.tokens) else len(self.text)
        return _wrong(self.text, at, needed)

    def take(self) -> str:
        text = self.peek()
        self.position += 1
        return text

    def end(self) -> None:
        if self.position < len(self.tokens):
            raise self.fail("and, or, or the end")

    def either(self) -> Expression:
        left = self.both()
        while self.peek() in ("||", "or"):
            self.take()
            left = Either(left, self.both())
        return left

    def both(self) -> Expression:
        left = self.negation()
        while self.peek() in ("&&", "and"):
            self.take()
            left = Both(left, self.negation())
        return left

    def negation(self) -> Expression:
        if self.peek() in ("!", "not"):
            self.take()
            return Not(self.negation())
        if self.peek() == "(":
            self.take()
            inner = self.either()
            if self.take() != ")":
                self.position -= 1
                raise self.fail("a closing parenthesis")
            return inner
        return self.term()

    def term(self) -> Term:
        subject = self.peek()
        is_attribute = subject.startswith("attribute:") and len(subject) > len("attribute:")
        if not is_attribute and subject not in ALLOWED:
            raise self.fail(f"attribute:NAME or one of {', '.join(ALLOWED)}")
        self.take()
        operator = WORDS.get(self.peek(), self.peek())
        allowed = OPERATORS if is_attribute else ALLOWED[subject]
        if operator not in allowed:
            raise self.fail(f"one of the operators {', '.join(allowed)}")
        self.take()
        if operator in PRESENCE:
            return Term(subject, operator)
        values = self.listed() if operator in LISTS else (self.value(),)
        if operator in PATTERNS:
            judge_pattern(values[0])
        return Term(subject, operator, values)

    def listed(self) -> tuple[str, ...]:
        if self.take() != "[":
            self.position -= 1
            raise self.fail("a list such as [a, b]")
        values = [self.value()]
        while self.peek() == ",":
            self.take()
            values.append(self.value())
        if self.take() != "]":
            self.position -= 1
            raise self.fail("a closing bracket")
        return tuple(values)

    def value(self) -> str:
        if self.position >= len(self.tokens) or not self.tokens[self.position].is_word:
            raise self.fail("a value")
        return self.take()


def judge_pattern(pattern: str) -> None:
    """The lab's limits on regular expressions (PN:Q-10). Raises InvalidParameterException."""
    if len(pattern) > MAX_PATTERN:
        raise InvalidParameterException(
            f"The pattern has {len(pattern)} characters; the lab takes at most {MAX_PATTERN}."
        )
    if _BACK_REFERENCE.search(pattern) or _NESTED_REPEAT.search(pattern):
        raise InvalidParameterException(
            f"The pattern {pattern!r} has a back-reference or a repeat inside a repeat; write it without."
        )
    try:
        re.compile(pattern)
    except re.error as error:
        raise InvalidParameterException(f"The pattern {pattern!r} is no regular expression: {error}.") from None


def matches(expression: Expression, world: World, instance: ContainerInstance) -> bool:
    """Whether an expression selects an instance."""
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
    if term.subject == "task:group":
        return _hosts(term, world, instance)
    present, value = _subject(term.subject, world, instance)
    if term.operator in PRESENCE:
        return present == (term.operator == "exists")
    if not present or value is None:
        return False  # a comparison with what is not there is false, a negative one too (PN:Q-13, PN:Q-19)
    if term.operator in ORDER or term.subject in ("agentVersion", "registeredAt", "runningTasksCount"):
        return _ordered(term, world, value)
    return _compares(term.operator, value, term.values)


def _subject(subject: str, world: World, instance: ContainerInstance) -> tuple[bool, str | None]:
    """Whether the subject is there, and its value; None for an attribute without a value."""
    if subject.startswith("attribute:"):
        name = subject.removeprefix("attribute:")
        return name in instance.attributes, instance.attributes.get(name)
    running = sum(1 for task in world.tasks_on(instance.arn) if task.desired_status == "RUNNING")
    values = {
        "agentConnected": "true" if instance.agent_connected else "false",
        "agentVersion": instance.agent_version,
        "ec2InstanceId": instance.ec2_instance_id,
        "registeredAt": str(instance.registered_at_ms),
        "runningTasksCount": str(running),
    }
    return True, values[subject]


def _compares(operator: str, value: str, wanted: tuple[str, ...]) -> bool:
    if operator in PATTERNS:
        return (re.fullmatch(wanted[0], value) is not None) == (operator == "=~")
    return (value in wanted) == (operator in ("==", "in"))


def _hosts(term: Term, world: World, instance: ContainerInstance) -> bool:
    """Task groups on the instance; the negatives mean that none of them is (PN:Q-16)."""
    groups = [task.group for task in world.tasks_on(instance.arn) if task.desired_status == "RUNNING"]
    if term.operator in PATTERNS:
        found = any(re.fullmatch(term.values[0], group) for group in groups)
    else:
        found = any(group in term.values for group in groups)
    return found == (term.operator in ("==", "in", "=~"))


def _ordered(term: Term, world: World, value: str) -> bool:
    have, want = _comparable(term, world, value, term.values[0])
    return {
        "==": have == want,
        "!=": have != want,
        ">": have > want,
        ">=": have >= want,
        "<": have < want,
        "<=": have <= want,
    }[term.operator]


def _comparable(term: Term, world: World, value: str, wanted: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Both sides as numbers: versions by component, dates as moments, counts as integers (PN:Q-14)."""
    if term.subject == "agentVersion":
        return _version(value), _version(wanted)
    if term.subject == "registeredAt":
        try:
            return (int(value),), (calendar.milliseconds_since(world.start.starts_at, wanted),)
        except ValueError:
            raise InvalidParameterException(
                f"registeredAt is compared with {wanted!r}; write a date such as 2026-01-05 or 2026-01-05T10:00:00Z."
            ) from None
    if _is_whole(value) and _is_whole(wanted):
        return (int(value),), (int(wanted),)
    if term.subject == "runningTasksCount":
        raise InvalidParameterException(f"runningTasksCount is compared with {wanted!r}; write a whole number.")
    return tuple(map(ord, value)), tuple(map(ord, wanted))


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


def _version(text: str) -> tuple[int, ...]:
    parts = text.split(".")
    if not all(part.isdecimal() for part in parts):
        raise InvalidParameterException(f"agentVersion is compared with {text!r}; write numbers such as 1.14.5.")
    return tuple(int(part) for part in parts)

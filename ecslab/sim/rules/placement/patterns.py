"""Regular expressions of the cluster query language, matched in time that grows with pattern and value alone.

A pattern becomes a graph of states and all its paths are walked at once, so that no pattern can hang the lab, whatever
it says. Of an attribute only whole values match (PN:Q-11); `matches` of a scenario file looks anywhere in a text. Left
out, and refused by name, are back-references, repeats inside a repeat (PN:Q-10), look-behinds, named groups, and flags
other than a leading `(?i)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NoReturn

from ecslab.sim.errors.common import InvalidParameterException

MAX_PATTERN = 128
"""PN:Q-10."""
MAX_COUNT = 128
"""Longest attribute value, so a higher count could never be reached (PN:R-34)."""
MAX_STATES = 600
DIGIT, SPACE = (("0", "9"),), ((" ", " "), ("\t", "\r"))
WORD = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))
KINDS = {"d": DIGIT, "s": SPACE, "w": WORD}
CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
Edge = Literal["start", "end", "boundary", "inside"]
EDGES: dict[str, Edge] = {"b": "boundary", "B": "inside", "A": "start", "z": "end", "Z": "end"}
Ranges = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chars:
    """One character within some ranges, or outside all of them."""

    ranges: Ranges
    negated: bool = False

    def takes(self, char: str) -> bool:
        """Whether a character is one of these."""
        return any(low <= char <= high for low, high in self.ranges) != self.negated


@dataclass(frozen=True, slots=True)
class At:
    """A place between characters."""

    edge: Edge


@dataclass(frozen=True, slots=True)
class Look:
    """What follows must be, or must not be, something."""

    inner: Node
    wanted: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something `least` to `most` times; `most` None means any number."""

    inner: Node
    least: int
    most: int | None


Node = Chars | At | Look | Sequence | Choice | Repeat


def check(pattern: str) -> None:
    """Refuse a pattern that the lab does not take. Raises InvalidParameterException (PN:Q-10, PN:Q-18)."""
    _compiled(pattern)


@lru_cache(maxsize=4096)
def fits(pattern: str, value: str) -> bool:
    """Whether a pattern matches a whole value. Raises InvalidParameterException as `check` does."""
    graph = _compiled(pattern)
    return _Walk(graph, value).reaches(graph.entry, 0, whole=True)


def is_found(pattern: str, text: str) -> bool:
    """Whether a pattern matches anywhere in a text. Raises InvalidParameterException as `check` does."""
    return _Walk(_compiled(pattern), text).is_found()


class _Reader:
    """Reads a pattern into nodes, from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def refuse(self, why: str) -> NoReturn:
        raise InvalidParameterException(
            f"The pattern {self.pattern!r} cannot be used (character {self.at + 1}): {why}."
        )

    def peek(self, ahead: int = 1) -> str:
        return self.pattern[self.at : self.at + ahead]

    def take(self) -> str:
        char = self.peek()
        self.at += 1
        return char

    def whole(self) -> Node:
        node = self.choice()
        if self.peek():
            self.refuse("the closing parenthesis has no opening one")
        return node

    def choice(self) -> Node:
        options = [self.sequence()]
        while self.peek() == "|":
            self.take()
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom()))
        return Sequence(tuple(parts))

    def atom(self) -> Node:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return self.members()
        if char == "\\":
            return self.escape()
        if char in "*+?{":
            self.at -= 1
            self.refuse("there is nothing before it to repeat")
        if char in "^$":
            return At("start" if char == "^" else "end")
        return Chars((), negated=True) if char == "." else Chars(((char, char),))

    def group(self) -> Node:
        wanted: bool | None = None
        if self.peek() == "?":
            opening = self.peek(2)
            if opening not in ("?:", "?=", "?!"):
                self.refuse("the lab takes the groups (...), (?:...), (?=...) and (?!...); write it without this one")
            self.at += 2
            wanted = {"?:": None, "?=": True, "?!": False}[opening]
        inner = self.choice()
        if self.take() != ")":
            self.refuse("a closing parenthesis is missing")
        return inner if wanted is None else Look(inner, wanted)

    def escape(self) -> Node:
        char = self.take()
        if char in EDGES:
            return At(EDGES[char])
        return Chars(*self.escaped(char))

    def escaped(self, char: str) -> tuple[Ranges, bool]:
        """What a backslash and a character stand for, within brackets or outside."""
        if char.lower() in KINDS:
            return KINDS[char.lower()], char.isupper()
        if char in CONTROLS:
            return ((CONTROLS[char], CONTROLS[char]),), False
        if char.isdigit() or char == "k":
            self.refuse("back-references are not taken; write it without")
        if not char or char.isalnum():
            self.refuse(f"the lab does not know \\{char}; write the characters themselves")
        return ((char, char),), False

    def members(self) -> Node:
        """The inside of [...]; a class within a class is refused."""
        negated = self.peek() == "^"
        self.at += negated
        ranges: list[tuple[str, str]] = []
        while not ranges or self.peek() != "]":
            low = self.member()
            if self.peek() == "-" and self.peek(2) not in ("-", "-]"):
                self.take()
                high = self.member()
                if len(low) != 1 or len(high) != 1 or low[0][0] > high[0][0]:
                    self.refuse("a range goes from a lower to a higher character, such as a-z")
                low = ((low[0][0], high[0][0]),)
            ranges += low
        self.take()
        return Chars(tuple(ranges), negated)

    def member(self) -> Ranges:
        char = self.take()
        if not char:
            self.refuse("a closing bracket is missing")
        if char == "[" or (char == "&" and self.peek() == "&"):
            self.refuse("classes inside a class are not taken; write a backslash before the character")
        if char != "\\":
            return ((char, char),)
        ranges, negated = self.escaped(self.take())
        if negated:
            self.refuse("\\D, \\S and \\W are not taken inside brackets; write [^...]")
        return ranges

    def repeated(self, atom: Node) -> Node:
        """The atom with the repeat that follows it, lazy or not: for a whole value that is the same."""
        counts = self.counts()
        if counts is None:
            return atom
        if self.peek() == "?":
            self.take()
        if self.peek() in ("*", "+", "?", "{"):
            self.refuse("a repeat cannot be repeated; write it without")
        if counts != (0, 1) and _repeats(atom):
            self.refuse("a repeat inside a repeat is not taken; write it without")
        return Repeat(atom, *counts)

    def counts(self) -> tuple[int, int | None] | None:
        char = self.peek()
        if char in ("*", "+", "?"):
            self.take()
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        if char != "{":
            return None
        inside, closed, _ = self.pattern[self.at + 1 :].partition("}")
        first, comma, second = inside.partition(",")
        if not closed or not _is_count(first) or not (second == "" or _is_count(second)):
            self.refuse("write counts as {2}, {2,} or {2,5}, or a backslash before the brace")
        least, most = int(first), int(second) if second else None if comma else int(first)
        if max(least, most or 0) > MAX_COUNT or (most is not None and most < least):
            self.refuse(f"counts go from a lower to a higher number, {MAX_COUNT} at most")
        self.at += len(inside) + 2
        return least, most


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _repeats(node: Node) -> bool:
    match node:
        case Repeat(inner, least, most):
            return (least, most) != (0, 1) or _repeats(inner)
        case Look(inner, _):
            return _repeats(inner)
        case Sequence(parts) | Choice(parts):
            return any(_repeats(part) for part in parts)
        case _:
            return False


@dataclass(slots=True)
class _State:
    """One step of the graph: what it asks, and the states after it."""

    asks: Chars | At | Look | None
    after: list[int]
    look_entry: int = 0


class _Graph:
    """States by number; state 0 is the end of a match."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.ignores_case = pattern.startswith("(?i)")
        self.states = [_State(None, [])]
        self.entry = self.add(_Reader(pattern.removeprefix("(?i)")).whole(), 0)

    def state(self, asks: Chars | At | Look | None, after: list[int], look_entry: int = 0) -> int:
        if len(self.states) >= MAX_STATES:
            raise InvalidParameterException(
                f"The pattern {self.pattern!r} is too large for the lab; use lower counts in its braces."
            )
        self.states.append(_State(asks, after, look_entry))
        return len(self.states) - 1

    def add(self, node: Node, then: int) -> int:
        """Put a node before a state; the number of its first state."""
        match node:
            case Sequence(parts):
                for part in reversed(parts):
                    then = self.add(part, then)
                return then
            case Choice(options):
                return self.state(None, [self.add(option, then) for option in options])
            case Repeat():
                return self.add_repeat(node, then)
            case Look(inner, _):
                return self.state(node, [then], self.add(inner, 0))
            case _:
                return self.state(node, [then])

    def add_repeat(self, node: Repeat, then: int) -> int:
        if node.most is None:
            loop = self.state(None, [then])
            self.states[loop].after.append(self.add(node.inner, loop))
            entry = loop
        else:
            entry = then
            for _ in range(node.most - node.least):
                entry = self.state(None, [self.add(node.inner, entry), then])
        for _ in range(node.least):
            entry = self.add(node.inner, entry)
        return entry


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> _Graph:
    if len(pattern) > MAX_PATTERN:
        raise InvalidParameterException(
            f"The pattern has {len(pattern)} characters; at most {MAX_PATTERN} are allowed."
        )
    return _Graph(pattern)


class _Walk:
    """All paths of a graph through one value at once."""

    def __init__(self, graph: _Graph, value: str) -> None:
        self.graph = graph
        self.value = value
        self.seen: dict[tuple[int, int], bool] = {}

    def reaches(self, entry: int, start: int, *, whole: bool) -> bool:
        """Whether the end is reached from a state, with the value used up or anywhere in it."""
        current = self.spread([entry], start)
        for at in range(start, len(self.value)):
            if (0 in current and not whole) or not current:
                return bool(current)
            current = self.spread(self.stepped(current, at), at + 1)
        return 0 in current

    def is_found(self) -> bool:
        """Whether the end is reached from any place in the value."""
        current = self.spread([self.graph.entry], 0)
        for at in range(len(self.value)):
            if 0 in current:
                return True
            current = self.spread([self.graph.entry, *self.stepped(current, at)], at + 1)
        return 0 in current

    def stepped(self, current: set[int], at: int) -> list[int]:
        """The states behind those that take the character at a place."""
        found: list[int] = []
        for number in current:
            state = self.graph.states[number]
            if isinstance(state.asks, Chars) and self.takes(state.asks, self.value[at]):
                found += state.after
        return found

    def takes(self, chars: Chars, char: str) -> bool:
        if self.graph.ignores_case and char.lower() != char.upper():
            plain = Chars(chars.ranges)
            return (plain.takes(char.lower()) or plain.takes(char.upper())) != chars.negated
        return chars.takes(char)

    def spread(self, numbers: list[int], at: int) -> set[int]:
        """Every state that can be reached without a character."""
        found: set[int] = set()
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if number in found:
                continue
            found.add(number)
            state = self.graph.states[number]
            if not isinstance(state.asks, Chars) and self.holds(number, state, at):
                waiting += state.after
        return found

    def holds(self, number: int, state: _State, at: int) -> bool:
        match state.asks:
            case Look(_, wanted):
                if (number, at) not in self.seen:
                    self.seen[number, at] = self.reaches(state.look_entry, at, whole=False)
                return self.seen[number, at] == wanted
            case At(edge):
                return self.is_at(edge, at)
            case _:
                return True

    def is_at(self, edge: Edge, at: int) -> bool:
        if edge in ("start", "end"):
            return at == (0 if edge == "start" else len(self.value))
        word = Chars(WORD)
        before = at > 0 and word.takes(self.value[at - 1])
        after = at < len(self.value) and word.takes(self.value[at])
        return (before != after) == (edge == "boundary")

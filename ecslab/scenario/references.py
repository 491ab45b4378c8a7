"""`${name.path}` in the strings of a scenario: a JMESPath expression over all saved responses.

A string that is one reference and nothing else keeps the type of what it finds; inside longer text numbers and lists
appear as JSON. `$${` is the text `${`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jmespath
import jmespath.exceptions

from ecslab.scenario.document import Keys

_QUOTES = "'\"`"
_MAX_SHOWN = 80


class ReferenceWrong(Exception):
    """A reference that cannot be read or followed: one plain sentence."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One `${...}`: the JMESPath text between the braces."""

    expression: str

    def names(self) -> frozenset[str]:
        """The saved responses that it looks at. Raises ReferenceWrong."""
        return frozenset(_roots(compiled(self.expression).parsed))

    def value(self, saved: Mapping[str, Any]) -> Any:
        """What it finds, null when it finds nothing. Raises ReferenceWrong."""
        return search(self.expression, saved)


@lru_cache(maxsize=1024)
def compiled(expression: str) -> Any:
    """A JMESPath expression. Raises ReferenceWrong."""
    try:
        return jmespath.compile(expression)
    except (jmespath.exceptions.JMESPathError, RecursionError) as error:
        raise ReferenceWrong(f"{expression[:_MAX_SHOWN]!r} is no JMESPath expression ({_first_line(error)}).") from None


def search(expression: str, data: Any) -> Any:
    """What a JMESPath expression finds in JSON data. Raises ReferenceWrong."""
    try:
        return compiled(expression).search(data)
    except (jmespath.exceptions.JMESPathError, RecursionError) as error:
        raise ReferenceWrong(f"{expression[:_MAX_SHOWN]!r} cannot be computed ({_first_line(error)}).") from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(":. ")


def _roots(node: Mapping[str, Any]) -> Iterator[str]:
    """The first names of an expression; what stands behind a dot or inside a filter is not at the root."""
    children = node["children"]
    match node["type"]:
        case "field":
            yield node["value"]
        case (
            "subexpression"
            | "index_expression"
            | "projection"
            | "value_projection"
            | "filter_projection"
            | "flatten"
            | "pipe"
        ):
            yield from _roots(children[0])
        case _:
            for child in children:
                if isinstance(child, Mapping):
                    yield from _roots(child)


@lru_cache(maxsize=4096)
def parts(text: str) -> tuple[str | Reference, ...]:
    """A string as plain pieces and references. Raises ReferenceWrong."""
    found: list[str | Reference] = []
    plain, at = "", 0
    while at < len(text):
        if text.startswith("$${", at):
            plain, at = plain + "${", at + 3
        elif text.startswith("${", at):
            end = _end(text, at + 2)
            if plain:
                found.append(plain)
            found.append(Reference(text[at + 2 : end]))
            plain, at = "", end + 1
        else:
            plain, at = plain + text[at], at + 1
    if plain:
        found.append(plain)
    return tuple(found)


def _end(text: str, at: int) -> int:
    """Where the brace closes that opened before `at`, quoted pieces and inner braces skipped."""
    depth, quote, begin = 0, "", at
    while at < len(text):
        character = text[at]
        if quote:
            if character == "\\":
                at += 1
            elif character == quote:
                quote = ""
        elif character in _QUOTES:
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            if not depth:
                return at
            depth -= 1
        at += 1
    raise ReferenceWrong(
        f"the reference ${{{text[begin : begin + 40]} is not closed; write ${{name.path}}, or $${{ for the text ${{."
    )


def resolved(value: Any, saved: Mapping[str, Any]) -> Any:
    """A value with every reference in its strings replaced. Raises ReferenceWrong."""
    if isinstance(value, dict):
        return {key: resolved(item, saved) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item, saved) for item in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    pieces = parts(value)
    if len(pieces) == 1 and isinstance(pieces[0], Reference):
        return pieces[0].value(saved)
    return "".join(p if isinstance(p, str) else _in_text(p.value(saved)) for p in pieces)


def _in_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def texts(value: Any, keys: Keys = ()) -> Iterator[tuple[Keys, str]]:
    """Every string that holds `${`, with where it stands."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, (*keys, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts(item, (*keys, number))
    elif isinstance(value, str) and "${" in value:
        yield keys, value


def has_references(value: Any) -> bool:
    """Whether a value depends on a saved response. Raises ReferenceWrong."""
    return any(isinstance(piece, Reference) for _, text in texts(value) for piece in parts(text))


def escaped(value: Any) -> Any:
    """A value whose strings are read back as they are: `${` written `$${`."""
    if isinstance(value, Mapping):
        return {key: escaped(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [escaped(item) for item in value]
    return value.replace("${", "$${") if isinstance(value, str) else value

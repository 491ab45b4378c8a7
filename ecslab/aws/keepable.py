"""What a request may hold beyond its shape: whole characters and numbers that every store keeps and reads again alike.

JSON and YAML can write more than that: NUL, half a character, a number without end. No AWS call takes them either.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

LOWEST, HIGHEST = -(2**63), 2**63 - 1
MAX_DIGITS = 40
_MAX_SHOWN = 60


def fault(value: Any) -> str | None:
    """What is wrong with one text or number and what to do, to follow the name of its place; None when it is kept."""
    if isinstance(value, str):
        return _fault_of_text(value)
    if isinstance(value, int) and not LOWEST <= value <= HIGHEST:
        return f"is a whole number of more than 64 bits; write one from {LOWEST} to {HIGHEST}."
    if isinstance(value, float) and not math.isfinite(value):
        return "is no number that can be counted; write one."
    return None


def faults(data: Any) -> Iterator[str]:
    """One sentence for each text, name and number inside that cannot be kept, in their order, with its path."""
    waiting: list[tuple[str, Any]] = [("", data)]
    while waiting:
        path, value = waiting.pop()
        if sentence := fault(value):
            yield f"{path or 'The request'} {sentence}"
        elif isinstance(value, Mapping):
            for name in value:
                if sentence := fault(name):
                    yield f"{path or 'The request'} has a member whose name {sentence}"
            waiting += [(f"{path}.{shown(name)}" if path else shown(name), value[name]) for name in value][::-1]
        elif isinstance(value, list | tuple):
            waiting += [(f"{path}[{number}]", item) for number, item in enumerate(value)][::-1]


def shown(name: Any) -> str:
    """A name as it can be printed, at most 60 characters of it."""
    text = str(name)[:_MAX_SHOWN]
    return text if text.isprintable() else repr(text)[1:-1]


def whole(text: str) -> int:
    """A whole number from its digits, however many: with more than 40 of them some number that is not kept."""
    return int(text) if len(text) <= MAX_DIGITS else HIGHEST + 1


def _fault_of_text(text: str) -> str | None:
    if "\0" in text:
        return "holds the character U+0000 (NUL), which cannot be kept; remove it."
    half = next((char for char in text if "\ud800" <= char <= "\udfff"), None) if not text.isascii() else None
    if half is not None:
        return f"holds half a character (U+{ord(half):04X}); write the whole one."
    return None

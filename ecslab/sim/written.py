"""Numbers and JSON written inside a text that a person gave: within bounds, so that no text stops the core."""

from __future__ import annotations

import json
from typing import Any

MOST_DIGITS = 12


def whole(text: str) -> int | None:
    """A whole number of 1 to 12 ASCII digits, None for anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else None


def json_value(text: str) -> Any:
    """The value of a JSON text, None when it is none, nests too deep or holds a number of thousands of digits."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None

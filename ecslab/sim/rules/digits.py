"""Whole numbers that AWS takes as texts: GPUs, tokens, prefix lengths, settings of the agent."""

from __future__ import annotations

MOST_DIGITS = 18
"""So many fit into 64 bits; Python refuses to read thousands of them."""


def whole(text: str) -> int | None:
    """The number that a text of at most 18 digits says, None when it says none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None

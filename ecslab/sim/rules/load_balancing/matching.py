"""Patterns of rules and codes of health checks (PN:L-53, PN:L-14)."""

from __future__ import annotations

import re

from ecslab.sim import written

WILDCARDS = re.compile(r"[*?]")


def fits(pattern: str, text: str, *, ignore_case: bool) -> bool:
    """Whether a text fits a pattern: * stands for any characters or none, ? for exactly one."""
    if ignore_case:
        pattern, text = pattern.lower(), text.lower()
    return _fits(pattern, text)


def _fits(pattern: str, text: str) -> bool:
    """The greedy walk with one way back: linear for each star, whatever the text."""
    at, spot, star, mark = 0, 0, -1, 0
    while spot < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark, at = at, spot, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[spot]):
            at, spot = at + 1, spot + 1
        elif star >= 0:
            mark += 1
            at, spot = star + 1, mark
        else:
            return False
    return pattern[at:].strip("*") == ""


def code_ranges(codes: str) -> list[tuple[int, int]] | None:
    """`200`, `200,202` or `200-299` as ranges, None when it is none of these."""
    found = []
    for part in codes.split(","):
        low, dash, high = part.partition("-")
        first = written.whole(low)
        last = written.whole(high) if dash else first
        if first is None or last is None or last < first:
            return None
        found.append((first, last))
    return found


def has_code(codes: str, code: str) -> bool:
    """Whether a code is among those of a matcher."""
    return any(low <= int(code) <= high for low, high in code_ranges(codes) or [])

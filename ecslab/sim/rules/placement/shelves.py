"""Things in order, shelf by shelf: those that share the values of spread fields stand together, best first.

What changes for a whole shelf at once (how many tasks a zone has) is looked up when a choice is made; what concerns one
thing (how much room it has) is part of its key. So a choice costs one look at the first thing of each shelf. The order
is that of PN:P-14: each strategy keeps the best of what the one before it kept.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from typing import Any

Key = tuple[Any, ...]
"""The scores of one thing in the order of the strategies, then what settles ties, then its ARN."""
AFTER_ALL = 1 << 62
"""Greater than whatever settles a tie."""


class Shelves:
    """Keys by shelf, each shelf sorted. `scores` is how many members of a key are scores."""

    __slots__ = ("_keys", "_scores", "_shelves")

    def __init__(self, scores: int) -> None:
        self._scores = scores
        self._shelves: dict[tuple[str, ...], list[Key]] = {}
        self._keys: dict[str, tuple[tuple[str, ...], Key]] = {}

    def put(self, arn: str, shelf: tuple[str, ...], key: Key) -> None:
        """A thing stands here from now on, wherever it stood before."""
        place = (shelf, key)
        if self._keys.get(arn) != place:
            self.take(arn)
            self._keys[arn] = place
            insort(self._shelves.setdefault(shelf, []), key)

    def take(self, arn: str) -> None:
        """A thing stands nowhere any more."""
        stood = self._keys.pop(arn, None)
        if stood:
            shelf = self._shelves[stood[0]]
            del shelf[bisect_left(shelf, stood[1])]

    def best(self, ranked: Callable[[tuple[str, ...], Key], Key]) -> str | None:
        """The first of all things; `ranked` puts a shelf's scores among those of its key."""
        firsts = [ranked(shelf, keys[0]) for shelf, keys in self._shelves.items() if keys]
        return min(firsts)[-1] if firsts else None

    def ties(self, ranked: Callable[[tuple[str, ...], Key], Key]) -> list[str]:
        """All things whose scores are the best, in the order of what settles ties."""
        firsts = [(ranked(shelf, keys[0]), keys) for shelf, keys in self._shelves.items() if keys]
        if not firsts:
            return []
        own = len(firsts[0][1][0]) - self._scores
        best = min(first for first, _ in firsts)[:-own]
        tied: list[Key] = []
        for first, keys in firsts:
            if first[:-own] == best:
                end = bisect_left(keys, (*keys[0][: self._scores], AFTER_ALL))
                tied += (key[self._scores :] for key in keys[:end])
        return [key[-1] for key in sorted(tied)]

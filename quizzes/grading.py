"""Mark an answer and put the options in order: pure functions of the question, a seed and what was chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from quizzes.checks.options import leading_number
from quizzes.question import Option, Question


@dataclass(frozen=True, slots=True)
class MarkedOption:
    """One option after the answer."""

    option: Option
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one answer: all or nothing, with the number of keys that were found."""

    correct: bool
    found: int
    keys: int


def mark(question: Question, chosen: Iterable[str]) -> Mark:
    """Return the mark: right when exactly the keys were chosen."""
    keys = {option.id for option in question.keys}
    picked = set(chosen)
    return Mark(correct=picked == keys, found=len(picked & keys), keys=len(keys))


def order_seed(browser_key: str, version: int, attempt_no: int) -> int:
    """Return the seed of the order of the options: the same for one attempt of one browser however often it looks."""
    text = f"{browser_key}:{version}:{attempt_no}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def shown_order(question: Question, seed: int) -> tuple[Option, ...]:
    """Return the options as they are shown: numbers ascending, everything else shuffled by the seed."""
    numbers = [(leading_number(option), option) for option in question.options]
    if all(value is not None for value, _ in numbers):
        return tuple(option for _, option in sorted(numbers, key=lambda pair: pair[0] or 0.0))
    return tuple(sorted(question.options, key=lambda option: (_place(seed, option.id), option.id)))


def marked_options(question: Question, seed: int, chosen: Iterable[str]) -> tuple[MarkedOption, ...]:
    """Return the options in the order in which they were shown, each with whether it was chosen."""
    picked = set(chosen)
    return tuple(MarkedOption(option, option.id in picked) for option in shown_order(question, seed))


def _place(seed: int, option_id: str) -> bytes:
    return hashlib.blake2b(f"{seed}:{option_id}".encode(), digest_size=8).digest()

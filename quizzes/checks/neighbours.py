"""Checks of a question beside the others of the bank: original wording and a stem of its own (QQ-5, 17)."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from quizzes.finding import Context, Finding, Report
from quizzes.load import Entry
from quizzes.question import Question
from quizzes.readability import words

SHARED_RUN = 8
MOST_ALIKE_PERCENT = 80


def original_wording(entry: Entry, context: Context) -> Iterator[Finding]:
    """QQ-5: no run of eight words is shared with another question."""
    report = Report("QQ-5", "error", entry)
    for other in _others(entry, context):
        theirs = {run for _, text in _texts(other.question) for run in _runs(text)}
        for steps, text in _texts(entry.question):
            shared = next((run for run in _runs(text) if run in theirs), None)
            if shared:
                measured = f"“{shared}” stands in {other.question.id} too"
                yield report.at(*steps, measured=measured, limit=f"limit {SHARED_RUN - 1} words in a row")


def unique_stem(entry: Entry, context: Context) -> Iterator[Finding]:
    """QQ-17: stems are less than 80 % alike, unless they are declared variants of one family."""
    report, question = Report("QQ-17", "error", entry), entry.question
    for other in _others(entry, context):
        if other.question.family == question.family:
            continue
        percent = round(100 * SequenceMatcher(None, _normal(question.stem), _normal(other.question.stem)).ratio())
        if percent >= MOST_ALIKE_PERCENT:
            measured = f"{percent} % like the stem of {other.question.id}"
            yield report.at("stem", measured=measured, limit=f"limit below {MOST_ALIKE_PERCENT} %, or one family")


def _others(entry: Entry, context: Context) -> Iterator[Entry]:
    return (other for other in context.bank.entries if other.question.id != entry.question.id)


def _texts(question: Question) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("stem",), question.stem
    yield ("rule",), question.rule
    for number, option in enumerate(question.options):
        yield ("options", number, "text"), option.text
        yield ("options", number, "why"), option.why


def _runs(text: str) -> Iterator[str]:
    found = _normal(text)
    return (" ".join(found[at : at + SHARED_RUN]) for at in range(len(found) - SHARED_RUN + 1))


def _normal(text: str) -> list[str]:
    return [word.lower() for word in words(text.replace("`", ""))]

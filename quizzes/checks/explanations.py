"""Checks of the explanations: their length, and that each stands by itself (QQ-37, 38)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.finding import Finding, Report
from quizzes.load import Entry
from quizzes.readability import words

FEWEST_WORDS, MOST_WORDS = 20, 90
_LEANS = re.compile(
    r"\b(?:option|answer|choice) [A-F1-6]\b|\b(?:see|as explained|as said|mentioned) (?:above|below|before)\b"
    r"|\bthe (?:other|previous|next) (?:option|answer|explanation)s?\b"
    r"|\bthis (?:option |answer |choice )?is (?:wrong|incorrect|false|right|correct)\b",
    re.IGNORECASE,
)
_VERDICT_FIRST = re.compile(r"^(?:yes|no|right|wrong|correct|incorrect|true|false|good|bad)\b[\s,.:!;-]", re.IGNORECASE)


def every_option_is_explained(entry: Entry) -> Iterator[Finding]:
    """QQ-37: 20 to 90 words for each option, the key too."""
    report = Report("QQ-37", "error", entry)
    for number, option in enumerate(entry.question.options):
        count = len(words(option.why))
        if not FEWEST_WORDS <= count <= MOST_WORDS:
            limit = f"limit {FEWEST_WORDS} to {MOST_WORDS}"
            yield report.at("options", number, "why", measured=f"{count} words", limit=limit)


def explanations_stand_alone(entry: Entry) -> Iterator[Finding]:
    """QQ-38: no letters, no “see above”, no bare verdict; the mechanism comes first."""
    report = Report("QQ-38", "error", entry)
    for number, option in enumerate(entry.question.options):
        text = " ".join(option.why.split())
        found = _LEANS.search(text)
        if found:
            yield report.at("options", number, "why", measured=f"“{found[0]}”", limit="an explanation stands alone")
        first = _VERDICT_FIRST.match(text)
        if first:
            measured = f"begins with “{first[0].strip()}”"
            yield report.at("options", number, "why", measured=measured, limit="begin with the mechanism")

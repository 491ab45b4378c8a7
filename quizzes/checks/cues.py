"""Checks for cues that give a key away to a reader who knows nothing of the subject (QQ-25, 26, 27)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.finding import Finding, Report
from quizzes.load import Entry
from quizzes.question import Option
from quizzes.readability import words

MOST_ECHOES = 1
_ABSOLUTE = re.compile(r"\b(?:always|never|only|must|all)\b", re.IGNORECASE)
_HEDGED = re.compile(r"\b(?:may|might|usually|often|can|could|sometimes)\b", re.IGNORECASE)
_SMALL_WORDS = re.compile(
    r"an?|and|any|as|at|be|by|each|for|from|has|have|in|into|is|its?|no|of|on|one|or|per|set|so|than|that|the|their|them"
    r"|then|they|this|to|was|which|while|with|without"
)


def no_absolute_words(entry: Entry) -> Iterator[Finding]:
    """QQ-25: absolute words do not stand in wrong options alone, nor hedging words in a key alone."""
    report, options = Report("QQ-25", "warning", entry), entry.question.options
    absolute = [(number, option) for number, option in enumerate(options) if _ABSOLUTE.search(option.text)]
    if absolute and not any(option.correct for _, option in absolute):
        measured = f"absolute words in {', '.join(option.id for _, option in absolute)}, in no key"
        yield report.at("options", absolute[0][0], "text", measured=measured, limit="use them everywhere or nowhere")
    hedged = [(number, option) for number, option in enumerate(options) if _HEDGED.search(option.text)]
    if hedged and all(option.correct for _, option in hedged):
        measured = f"hedging word in {hedged[0][1].id} alone"
        yield report.at("options", hedged[0][0], "text", measured=measured, limit="use them everywhere or nowhere")


def no_echo(entry: Entry) -> Iterator[Finding]:
    """QQ-26: fewer than two content words of the stem occur in a key and in no other option."""
    report, question = Report("QQ-26", "warning", entry), entry.question
    stem = _content(question.stem)
    for number, option in enumerate(question.options):
        elsewhere = {word for other in question.options if other is not option for word in _said(other)}
        echoes = sorted((_said(option) & stem) - elsewhere)
        if option.correct and len(echoes) > MOST_ECHOES:
            measured = f"the key alone repeats {', '.join(echoes)} of the stem"
            yield report.at("options", number, "text", measured=measured, limit=f"limit {MOST_ECHOES} word")


def no_convergence(entry: Entry) -> Iterator[Finding]:
    """QQ-27: the key is not the only option that shares most words with the others."""
    report, options = Report("QQ-27", "warning", entry), entry.question.options
    if entry.question.type != "single":
        return
    shared = [sum(len(_said(one) & _said(other)) for other in options if other is not one) for one in options]
    best = max(shared)
    for number, option in enumerate(options):
        if option.correct and shared[number] == best and shared.count(best) == 1:
            measured = f"the key shares {best} words with the others, no other option as many"
            yield report.at("options", number, "text", measured=measured, limit="another option shares as many")


def _said(option: Option) -> set[str]:
    return _content(option.text.replace("`", ""))


def _content(text: str) -> set[str]:
    """The words that carry meaning, plurals as their singulars."""
    found = {word.lower() for word in words(text)}
    return {word.removesuffix("s") for word in found if not _SMALL_WORDS.fullmatch(word)}

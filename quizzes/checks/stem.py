"""Checks of the stem: its question, its criterion, its wording, its length (QQ-10, 12, 13, 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.finding import Finding, Report
from quizzes.load import Entry
from quizzes.readability import grade, plain, sentences, words, words_a_sentence

CRITERIA = ("MOST securely", "LEAST upkeep", "FEWEST instances", "LOWEST cost", "SHORTEST outage")
STEM_WORDS = {"recall": (12, 40), "apply": (40, 130), "analyse": (40, 130)}
MOST_WORDS_A_SENTENCE = 20
HIGHEST_GRADE = 12.0
_CRITERION = re.compile(r"\b(?:MOST|LEAST|FEWEST|LOWEST|SHORTEST)\b(?:\s+\w+)?")
_CHOOSE = re.compile(r"\s*\(?Choose (?:TWO|THREE)\.?\)?$")
_SHOUTED = re.compile(r"\b(?:NOT|EXCEPT)\b")
_BOLD_SHOUTED = re.compile(r"\*\*(?:NOT|EXCEPT)\*\*")
_NEGATIVE = re.compile(r"\b(?:not|except|incorrect|false|wrong)\b|n['’]t\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|no|never|none|nobody|nothing|cannot|without|neither)\b|n['’]t\b", re.IGNORECASE)


def one_question(entry: Entry) -> Iterator[Finding]:
    """QQ-10: the stem ends with one question; the count of a multiple response may follow it."""
    report = Report("QQ-10", "error", entry)
    stem = _CHOOSE.sub("", plain(entry.question.stem).strip())
    if not stem.endswith("?"):
        yield report.at("stem", measured=f"the stem ends with “{stem[-24:]}”", limit="it must end with a question")
    if stem.count("?") > 1:
        yield report.at("stem", measured=f"{stem.count('?')} questions", limit="limit 1")


def one_criterion(entry: Entry) -> Iterator[Finding]:
    """QQ-12: at most one criterion, in capitals, from the list, and in the stem alone."""
    report, question = Report("QQ-12", "error", entry), entry.question
    named = [" ".join(found.split()) for found in _CRITERION.findall(plain(question.stem))]
    if len(named) > 1:
        yield report.at("stem", measured=f"criteria {', '.join(named)}", limit="limit 1")
    for name in named:
        if name not in CRITERIA:
            yield report.at("stem", measured=f"criterion {name}", limit=f"one of {', '.join(CRITERIA)}")
    for number, option in enumerate(question.options):
        if _CRITERION.search(option.text):
            yield report.at("options", number, "text", measured="names a criterion", limit="it belongs in the stem")


def positive_wording(entry: Entry) -> Iterator[Finding]:
    """QQ-13: no negative question unless flagged and set in bold capitals; no double negative."""
    report, question = Report("QQ-13", "warning", entry), entry.question
    parts = sentences(question.stem)
    asked = next((part for part in reversed(parts) if part.endswith("?")), "")
    found = _SHOUTED.search(plain(question.stem)) or _NEGATIVE.search(asked)
    if found and not question.negative:
        yield report.at("stem", measured=f"negative word “{found[0]}”", limit="ask positively, or flag negative: true")
    if question.negative and not _BOLD_SHOUTED.search(question.stem):
        yield report.at("stem", measured="negative: true", limit="the word must stand as **NOT** or **EXCEPT**")
    for part in parts:
        negations = [match[0] for match in _NEGATION.finditer(part)]
        if len(negations) > 1:
            yield report.at("stem", measured=f"negations {', '.join(negations)} in one sentence", limit="limit 1")


def length_and_readability(entry: Entry) -> Iterator[Finding]:
    """QQ-14: 40 to 130 words (12 to 40 for recall), 20 words a sentence on average, grade 12 at most."""
    report, question = Report("QQ-14", "warning", entry), entry.question
    fewest, most = STEM_WORDS[question.level]
    count = len(words(question.stem))
    if not fewest <= count <= most:
        yield report.at("stem", measured=f"{count} words", limit=f"limit {fewest} to {most}")
    mean = words_a_sentence(question.stem)
    if mean > MOST_WORDS_A_SENTENCE:
        yield report.at("stem", measured=f"{mean:.1f} words a sentence", limit=f"limit {MOST_WORDS_A_SENTENCE}")
    level = grade(question.stem)
    if level > HIGHEST_GRADE:
        yield report.at("stem", measured=f"grade {level:.1f}", limit=f"limit {HIGHEST_GRADE:.0f}")

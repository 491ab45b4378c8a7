"""Checks of a question as a whole: objective, sources, review, rule, lab link, time (QQ-1, 4, 6, 21, 40, 42, 52)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from quizzes.finding import Context, Finding, Report
from quizzes.load import Entry
from quizzes.question import Question
from quizzes.readability import sentences, words

MOST_OBJECTIVES = 2
FRESH_DAYS, STALE_DAYS = 365, 548
MOST_RULE_WORDS = 30
WORDS_A_MINUTE = 150
SECONDS_TO_DECIDE = 30
FEWEST_BLIND_ANSWERS = 2
_PRICE = re.compile(r"\$\s?\d[\d.,]*\d|\$\s?\d")


def one_objective(entry: Entry, context: Context) -> Iterator[Finding]:
    """QQ-1: the first objective is the main one, a second is also touched, and both stand in the topic map."""
    report, question = Report("QQ-1", "error", entry), entry.question
    topic = context.bank.topics.get(question.topic)
    if topic is None:
        yield report.at("topic", measured=f"topic {question.topic}", limit="not in topics.yaml")
        return
    if not 1 <= len(question.objectives) <= MOST_OBJECTIVES:
        measured = f"{len(question.objectives)} objectives"
        yield report.at("objectives", measured=measured, limit="one is needed, with at most one more also touched")
    known = {name for listed in context.bank.topics.values() for name in listed.objectives}
    for number, name in enumerate(question.objectives):
        if name not in (topic.objectives if number == 0 else known):
            yield report.at("objectives", measured=f"objective {name}", limit="not in topics.yaml")


def facts_have_sources(entry: Entry, context: Context) -> Iterator[Finding]:
    """QQ-4: each source is a rule that AWS documents, read again within a year; 18 months end its use in exams."""
    report = Report("QQ-4", "error", entry)
    for number, name in enumerate(entry.question.sources):
        rule = context.rules.get(name)
        if rule is None:
            yield report.at("sources", number, measured=f"source {name}", limit="not in the rulebook")
        elif rule.mark != "D" or not rule.source:
            limit = "a question rests on rules marked D alone"
            yield report.at("sources", number, measured=f"source {name} is marked {rule.mark}", limit=limit)
        else:
            age = (context.today - dt.date.fromisoformat(rule.as_of)).days
            if age > FRESH_DAYS:
                limit = "12 months" if age <= STALE_DAYS else "18 months: the question leaves exam mode"
                measured = f"source {name} was read {age} days ago"
                yield report.at("sources", number, measured=measured, limit=f"limit {limit}", severity="warning")


def no_prices(entry: Entry) -> Iterator[Finding]:
    """QQ-6: a price stands in an option or an explanation only when the stem supplies it."""
    report, question = Report("QQ-6", "warning", entry), entry.question
    texts: list[tuple[tuple[str | int, ...], str]] = [(("rule",), question.rule)]
    for number, option in enumerate(question.options):
        texts += [(("options", number, "text"), option.text), (("options", number, "why"), option.why)]
    for steps, text in texts:
        for price in _PRICE.findall(text):
            if price not in question.stem:
                yield report.at(*steps, measured=f"price {price}", limit="the stem must supply it")


def answered_blind(entry: Entry) -> Iterator[Finding]:
    """QQ-21: two independent answers stand behind every question that is no draft."""
    report, question = Report("QQ-21", "error", entry), entry.question
    if question.status != "draft" and len(question.blind) < FEWEST_BLIND_ANSWERS:
        measured = f"status {question.status} with {len(question.blind)} blind answers"
        yield report.at("blind", measured=measured, limit=f"{FEWEST_BLIND_ANSWERS} are needed")


def one_rule_sentence(entry: Entry) -> Iterator[Finding]:
    """QQ-40: the general principle in one sentence of at most 30 words."""
    report, rule = Report("QQ-40", "error", entry), entry.question.rule
    if len(words(rule)) > MOST_RULE_WORDS:
        yield report.at("rule", measured=f"{len(words(rule))} words", limit=f"limit {MOST_RULE_WORDS}")
    if len(sentences(rule)) != 1:
        yield report.at("rule", measured=f"{len(sentences(rule))} sentences", limit="limit 1")


def can_be_seen(entry: Entry, context: Context) -> Iterator[Finding]:
    """QQ-42: a ready-made lab to watch whose words the sentence names, or a reason why there is none."""
    report, lab = Report("QQ-42", "error", entry), entry.question.lab
    if lab == "none":
        if entry.question.lab_reason is None:
            limit = "a lab or a reason is needed"
            yield report.at("lab", measured="lab: none without lab_reason", limit=limit, severity="warning")
        return
    if lab.scenario not in context.labs:
        limit = f"one of {', '.join(sorted(context.labs))}"
        yield report.at("lab", "scenario", measured=f"lab {lab.scenario}", limit=limit)
    for number, word in enumerate(lab.words):
        if word not in lab.watch:
            limit = "watch names what is to be seen"
            yield report.at("lab", "words", number, measured=f"“{word}” is not in watch", limit=limit)


def time_is_generous(entry: Entry) -> Iterator[Finding]:
    """QQ-52: est_seconds is the time to read stem and options, and to decide."""
    report, question = Report("QQ-52", "warning", entry), entry.question
    needed = seconds_needed(question)
    if question.est_seconds != needed:
        yield report.at(
            "est_seconds", measured=f"{question.est_seconds} s", limit=f"reading and deciding take {needed} s"
        )


def seconds_needed(question: Question) -> int:
    """Return the time to read at 150 words a minute and to decide in 30 s, rounded up to 10 s."""
    read = len(words(question.stem)) + sum(len(words(option.text)) for option in question.options)
    return -(-(read * 60 + SECONDS_TO_DECIDE * WORDS_A_MINUTE) // (WORDS_A_MINUTE * 10)) * 10

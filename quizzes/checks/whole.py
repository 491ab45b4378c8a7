"""Checks of a question as a whole: objective, sources, rule sentence, lab link, time (QQ-1, 4, 40, 42, 52)."""

from __future__ import annotations

import datetime as dt
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


def one_rule_sentence(entry: Entry) -> Iterator[Finding]:
    """QQ-40: the general principle in one sentence of at most 30 words."""
    report, rule = Report("QQ-40", "error", entry), entry.question.rule
    if len(words(rule)) > MOST_RULE_WORDS:
        yield report.at("rule", measured=f"{len(words(rule))} words", limit=f"limit {MOST_RULE_WORDS}")
    if len(sentences(rule)) != 1:
        yield report.at("rule", measured=f"{len(sentences(rule))} sentences", limit="limit 1")


def can_be_seen(entry: Entry) -> Iterator[Finding]:
    """QQ-42: a lab to watch, or a reason why there is none."""
    report, question = Report("QQ-42", "warning", entry), entry.question
    if question.lab == "none" and question.lab_reason is None:
        yield report.at("lab", measured="lab: none without lab_reason", limit="a lab or a reason is needed")


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

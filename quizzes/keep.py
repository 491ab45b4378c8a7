"""Bring the questions of the bank into the database; what was answered once is never changed or lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from quizzes.load import Bank, BankError, Entry
from quizzes.models import QuestionVersion
from quizzes.question import Question, fingerprint, to_content


@dataclass(slots=True)
class Count:
    """What one loading did."""

    added: int = 0
    unchanged: int = 0
    withdrawn: int = 0


@transaction.atomic
def keep_bank(bank: Bank, now: dt.datetime) -> Count:
    """Make the bank's questions the current ones: all of them, or on BankError none."""
    problems = [problem for entry in bank.entries for problem in _changed_keys(entry)]
    if problems:
        raise BankError(*problems)
    count = Count()
    asked = [entry.question for entry in bank.entries if entry.question.status != "retired"]
    gone = QuestionVersion.objects.filter(current=True).exclude(question_id__in=[question.id for question in asked])
    count.withdrawn = gone.update(current=False)
    for question in asked:
        if _keep(question, now):
            count.added += 1
        else:
            count.unchanged += 1
    return count


def _keep(question: Question, now: dt.datetime) -> bool:
    sha256 = fingerprint(question)
    of_question = QuestionVersion.objects.filter(question_id=question.id)
    of_question.filter(current=True).exclude(version=question.version, sha256=sha256).update(current=False)
    row, is_new = QuestionVersion.objects.get_or_create(
        question_id=question.id,
        version=question.version,
        sha256=sha256,
        defaults={"content": to_content(question), "loaded_at": now, "current": True},
    )
    if not row.current:
        row.current = True
        row.save(update_fields=["current"])
    return is_new


def _changed_keys(entry: Entry) -> list[str]:
    """A change that can alter the answer needs a new version (QQ-60): other options, or other keys among them."""
    question, document = entry.question, entry.document
    for row in QuestionVersion.objects.filter(question_id=question.id, version=question.version):
        if _answer_of(row.question) != _answer_of(question):
            return [
                f"{document.name}:{document.line('version')} version: the options or the right ones among them differ "
                f"from those loaded before as version {question.version}; raise version to {question.version + 1}."
            ]
    return []


def _answer_of(question: Question) -> tuple[str, frozenset[tuple[str, bool]]]:
    return question.type, frozenset((option.id, option.correct) for option in question.options)

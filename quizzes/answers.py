"""Keep answers and say what a browser has answered so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from quizzes.browser import fingerprint_of
from quizzes.grading import mark, order_seed
from quizzes.models import Attempt, QuestionVersion


@dataclass(frozen=True, slots=True)
class Standing:
    """What a browser last did with a question; `revised` when the question has a newer version since."""

    attempt: Attempt
    revised: bool
    words: str


def next_attempt_no(key: str, version: QuestionVersion) -> int:
    """Return the number of the attempt that this browser makes next at this version."""
    made = Attempt.objects.filter(browser=fingerprint_of(key), question_version=version)
    highest: int | None = made.aggregate(highest=Max("attempt_no"))["highest"]
    return (highest or 0) + 1


def keep_answer(key: str, version: QuestionVersion, attempt_no: int, chosen: list[str]) -> tuple[Attempt, bool]:
    """Keep the answer and return it with True; with False the answer that this attempt already had, unchanged."""
    browser = fingerprint_of(key)
    values = {
        "seed": order_seed(key, version.pk, attempt_no),
        "chosen": chosen,
        "correct": mark(version.question, chosen).correct,
        "answered_at": timezone.now(),
    }
    try:
        with transaction.atomic():
            made = Attempt.objects.create(browser=browser, question_version=version, attempt_no=attempt_no, **values)
    except IntegrityError:
        return Attempt.objects.get(browser=browser, question_version=version, attempt_no=attempt_no), False
    return made, True


def standings(key: str, versions: Iterable[QuestionVersion], now: dt.datetime) -> dict[str, Standing]:
    """Return the last answer of this browser to each question, by question id."""
    newest = {version.question_id: version.version for version in versions}
    found: dict[str, Standing] = {}
    mine = Attempt.objects.filter(browser=fingerprint_of(key), question_version__question_id__in=newest)
    for attempt in mine.select_related("question_version"):  # oldest first: the last one stays
        question_id = attempt.question_version.question_id
        revised = attempt.question_version.version != newest[question_id]
        found[question_id] = Standing(attempt, revised, _words(attempt, revised, now))
    return found


def when_words(then: dt.datetime, now: dt.datetime) -> str:
    """Say in plain words how long ago that was; days are counted by date in UTC."""
    days = (now.date() - then.date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{days} days ago"
    return f"on {then.day} {then:%B %Y}"


def _words(attempt: Attempt, revised: bool, now: dt.datetime) -> str:
    said = f"answered {'right' if attempt.correct else 'wrong'} {when_words(attempt.answered_at, now)}"
    return f"{said}, revised since" if revised else said

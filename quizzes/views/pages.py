"""What the three pages show, as data made from a version and an attempt."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from ecslab.rulebook.load import Rule, rules
from quizzes.answers import Standing
from quizzes.grading import Mark, MarkedOption, mark, marked_options, order_seed, shown_order
from quizzes.load import Topic
from quizzes.models import Attempt, QuestionVersion
from quizzes.question import Question, QuestionType, Status


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    id: str
    title: str
    topic: str
    minutes: int
    is_draft: bool
    standing: Standing | None

    @classmethod
    def sort(cls, versions: list[QuestionVersion], done: dict[str, Standing], topics: dict[str, Topic]) -> list[Listed]:
        """Return the questions by topic, the easier ones first."""
        questions = sorted((v.question for v in versions), key=lambda q: (q.topic, q.difficulty, q.id))
        return [cls._read(question, done.get(question.id), topics) for question in questions]

    @classmethod
    def _read(cls, question: Question, standing: Standing | None, topics: dict[str, Topic]) -> Listed:
        topic = topics[question.topic].title if question.topic in topics else question.topic
        return cls(question.id, question.title, topic, question.minutes, _is_draft(question.status), standing)


@dataclass(frozen=True, slots=True)
class AskedOption:
    """An option before the answer: what it says, and whether it was chosen on the page that came back."""

    id: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question before the answer. It has no keys and no explanations, so that no page can show them."""

    id: str
    title: str
    stem: str
    type: QuestionType
    is_draft: bool
    version_id: int
    attempt_no: int
    options: tuple[AskedOption, ...]

    @classmethod
    def read(cls, version: QuestionVersion, key: str, attempt_no: int, chosen: set[str]) -> Asked:
        """Return the question with its options in the order of this attempt of this browser."""
        question = version.question
        order = shown_order(question, order_seed(key, version.pk, attempt_no))
        options = tuple(AskedOption(option.id, option.text, option.id in chosen) for option in order)
        is_draft = _is_draft(question.status)
        return cls(question.id, question.title, question.stem, question.type, is_draft, version.pk, attempt_no, options)


@dataclass(frozen=True, slots=True)
class Watch:
    """Where the answer can be seen happening."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A question after the answer, everything explained."""

    question: Question
    mark: Mark
    options: tuple[MarkedOption, ...]
    sources: tuple[tuple[str, Rule | None], ...]
    watch: Watch | None
    is_draft: bool
    is_revised: bool
    is_asked_still: bool
    next_id: str

    @classmethod
    def read(cls, attempt: Attempt, current: list[QuestionVersion]) -> Answered:
        """Return the page of one attempt; `current` are the versions asked now."""
        question = attempt.question_version.question
        now = {version.question_id: version.version for version in current}
        known = rules()
        return cls(
            question=question,
            mark=mark(question, attempt.chosen),
            options=marked_options(question, attempt.seed, attempt.chosen),
            sources=tuple((name, known.get(name)) for name in question.sources),
            watch=_watch(question),
            is_draft=_is_draft(question.status),
            is_revised=now.get(question.id, question.version) != question.version,
            is_asked_still=question.id in now,
            next_id=_next_id(question.id, sorted(now)),
        )


def _watch(question: Question) -> Watch | None:
    if question.lab == "none":
        return None
    return Watch(question.lab.watch, reverse("labs:ready", args=[question.lab.scenario]))


def _next_id(question_id: str, ids: list[str]) -> str:
    later = [name for name in ids if name > question_id]
    others = [*later, *(name for name in ids if name != question_id)]
    return others[0] if others else ""


def _is_draft(status: Status) -> bool:
    return status == "draft"

"""The bank in the database."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from quizzes.models import QuestionVersion
from quizzes.question import Question


@pytest.fixture
def asked(db: None) -> dict[str, Question]:
    """Load the bank and return its questions by id."""
    call_command("load_questions", verbosity=0)
    return {version.question_id: version.question for version in QuestionVersion.objects.filter(current=True)}


@pytest.fixture
def question(asked: dict[str, Question]) -> Question:
    """Return one question of the bank."""
    return asked["iam-game-four-services"]

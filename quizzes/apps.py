"""The Django app of the questions."""

from __future__ import annotations

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """Question versions and the answers a browser gave."""

    name = "quizzes"
    verbose_name = "Quizzes"

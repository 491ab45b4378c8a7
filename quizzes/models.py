"""What is kept: every version of a question that was ever loaded, and the answers a browser gave.

A browser is known by a random key in its cookie; here is only the SHA-256 of that key, so a row leads to nobody.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from quizzes.question import Question, from_content


class QuestionVersion(models.Model):
    """One version of one question as it was loaded; rows are added and never changed but for `current`."""

    question_id = models.SlugField(max_length=80)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    loaded_at = models.DateTimeField()
    current = models.BooleanField()

    class Meta:
        """One row for each content; one current row for each question."""

        ordering: ClassVar = ["question_id", "version", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question_id", "version", "sha256"], name="one_row_for_each_content"),
            models.UniqueConstraint(fields=["question_id"], condition=Q(current=True), name="one_current_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="versions_begin_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} version {self.version}"

    @property
    def question(self) -> Question:
        """The question itself, keys and explanations included: never hand it to a page before the answer."""
        return from_content(self.content)


class Attempt(models.Model):
    """One answer: what was chosen from options in the order of `seed`, and whether it was right."""

    browser = models.CharField(max_length=64)
    question_version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="attempts")
    attempt_no = models.PositiveIntegerField()
    seed = models.PositiveBigIntegerField()
    chosen = models.JSONField()
    correct = models.BooleanField()
    confidence = models.PositiveSmallIntegerField(null=True)
    answered_at = models.DateTimeField()

    class Meta:
        """One answer per attempt, whatever is clicked twice or opened in two windows."""

        ordering: ClassVar = ["answered_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["browser", "question_version", "attempt_no"], name="one_answer_per_attempt"
            ),
            models.CheckConstraint(condition=Q(attempt_no__gte=1), name="attempts_begin_at_one"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.attempt_no} at {self.question_version}: {'right' if self.correct else 'wrong'}"

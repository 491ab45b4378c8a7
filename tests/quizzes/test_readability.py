"""Counting words, sentences and syllables."""

from __future__ import annotations

import pytest

from quizzes.readability import grade, sentences, syllables, words, words_a_sentence

SYLLABLES = {
    "task": 1, "tasks": 1, "role": 1, "used": 1, "writes": 1, "makes": 1, "queue": 1, "one": 1,
    "service": 2, "table": 2, "replay": 2, "cluster": 2, "image": 2, "needed": 2, "uses": 2, "reading": 2,
    "container": 3, "memory": 3, "created": 3, "permission": 3, "studio": 3, "auditors": 3, "company": 3,
    "moderation": 4, "security": 4, "definition": 4, "telemetry": 4, "operators": 4,
    "SQS": 1, "EC2": 1, "FEWEST": 2, "short-lived": 2,
}  # fmt: skip


@pytest.mark.parametrize(("word", "number"), SYLLABLES.items())
def test_syllables_of_the_words_we_use(word: str, number: int) -> None:
    assert syllables(word) == number


def test_a_code_span_is_one_plain_word() -> None:
    assert words("Set `minimumHealthyPercent: 50` to **half**.") == ["Set", "code", "to", "half"]


def test_sentences_end_with_a_stop_and_a_space() -> None:
    assert sentences("Set `a.b. c` once. Then\ntwice? Yes!") == ["Set code once.", "Then twice?", "Yes!"]
    assert words_a_sentence("One two three. One.") == 2


def test_the_grade_is_flesch_and_kincaids() -> None:
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    assert grade("") == 0.0

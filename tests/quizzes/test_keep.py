"""Loading the bank into the database: idempotent, versioned, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from quizzes.answers import keep_answer
from quizzes.models import Attempt, QuestionVersion
from tests.quizzes.sample import SINGLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bank of one question."""
    (tmp_path / "placement").mkdir()
    (tmp_path / "topics.yaml").write_text(
        "placement: {title: Placement, objectives: {ecs.placement.strategy: Choose}}\n"
    )
    (tmp_path / "misconceptions.yaml").write_text("spread-saves: So.\nchance-is-even: So.\n")
    write(tmp_path, SINGLE)
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "placement/placement-night-reports.yaml").write_text(text)


def load(folder: Path) -> None:
    call_command("load_questions", str(folder), verbosity=0)


def rows() -> list[tuple[int, bool]]:
    return [(row.version, row.current) for row in QuestionVersion.objects.all()]


def test_loading_twice_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(folder)
    before = list(QuestionVersion.objects.values())
    call_command("load_questions", str(folder))
    assert capsys.readouterr().out == "Questions: 1 ready, 0 new, 0 withdrawn.\n"
    assert list(QuestionVersion.objects.values()) == before


def test_a_new_version_takes_over_and_the_answered_one_stays(folder: Path) -> None:
    load(folder)
    old = QuestionVersion.objects.get()
    attempt, _ = keep_answer("ab" * 16, old, 1, ["packs"])
    write(folder, SINGLE.replace("\nversion: 1", "\nversion: 2").replace("`random` without", "`random` with not"))
    load(folder)
    assert rows() == [(1, False), (2, True)]
    assert Attempt.objects.get(pk=attempt.pk).question_version.question.options[2].text.endswith("without any field")


def test_a_mended_spelling_is_a_new_row_of_the_same_version_and_going_back_finds_the_old_row(folder: Path) -> None:
    load(folder)
    write(folder, SINGLE.replace("at any time", "whenever they like"))
    load(folder)
    assert rows() == [(1, False), (1, True)]
    write(folder, SINGLE)
    load(folder)
    assert rows() == [(1, True), (1, False)]


@pytest.mark.parametrize(
    "text",
    [
        SINGLE.replace("    correct: true\n", "    misconception: chance-is-even\n").replace(
            "    misconception: spread-saves\n", "    correct: true\n"
        ),
        SINGLE.replace("id: rolls", "id: gambles"),
    ],
    ids=["another key", "another option"],
)
def test_what_alters_the_answer_needs_a_new_version(folder: Path, text: str) -> None:
    load(folder)
    before = list(QuestionVersion.objects.values())
    write(folder, text)
    with pytest.raises(CommandError, match=r"placement-night-reports\.yaml:3 version: .* raise version to 2\."):
        load(folder)
    assert list(QuestionVersion.objects.values()) == before


def test_a_question_that_left_the_bank_or_is_retired_is_withdrawn_but_kept(folder: Path) -> None:
    load(folder)
    write(folder, SINGLE.replace("status: draft", "status: retired"))
    load(folder)
    assert rows() == [(1, False)]
    write(folder, SINGLE)
    load(folder)
    (folder / "placement/placement-night-reports.yaml").unlink()
    load(folder)
    assert rows() == [(1, False)]


def test_one_bad_file_and_nothing_is_loaded(folder: Path) -> None:
    (folder / "placement/other.yaml").write_text("id: other\n")
    with pytest.raises(CommandError, match=r"No question was loaded\.\n.*other\.yaml:1 schema_version: the key is"):
        load(folder)
    assert rows() == []

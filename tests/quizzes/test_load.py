"""Reading the bank: each refusal is a sentence with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizzes.load import MOST_BYTES, BankError, load_bank, load_misconceptions, load_topics
from quizzes.question import fingerprint, from_content, to_content
from tests.quizzes.sample import NAME, SAMPLES, SINGLE, planted, read


def refusal(text: str) -> str:
    with pytest.raises(BankError) as error:
        read(text)
    return str(error.value)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_question_is_read_with_the_lines_of_its_keys() -> None:
    entry = read(SINGLE)
    assert entry.question.option_ids == ("packs", "spreads", "rolls")
    assert [option.id for option in entry.question.keys] == ["packs"]
    assert entry.document.line("rule") == line_of(SINGLE, "rule: The")
    assert entry.document.line("options", 1, "misconception") == line_of(SINGLE, "misconception: spread-saves")
    assert entry.document.line("options", 0, "misconception") == line_of(SINGLE, "- id: packs")


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_a_question_survives_the_way_through_json(kind: str) -> None:
    question = read(SAMPLES[kind]).question
    assert from_content(to_content(question)) == question


def test_the_fingerprint_is_of_what_is_said_not_of_the_layout() -> None:
    question = read(SINGLE).question
    assert fingerprint(read("# a comment\n" + SINGLE).question) == fingerprint(question)
    assert fingerprint(read(planted("Reports at night", "Reports by day")).question) != fingerprint(question)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("level: apply\n", "", "level: the key is missing; add it."),
        ("level: apply", "level: hard", "level: input should be 'recall', 'apply' or 'analyse'."),
        ("difficulty: 2", "difficulty: 9", "difficulty: input should be less than or equal to 5."),
        ("difficulty: 2", "difficulty: easy", "difficulty: input should be a valid integer."),
        ("level: apply", "levle: apply", "levle: a question has no such key; did you mean level."),
        (
            "    correct: true",
            "    corect: true",
            "options[0].corect: a question has no such key; did you mean correct.",
        ),
        ("correct: true", "correct: maybe", "options[0].correct: input should be a valid boolean."),
        ("correct: true", "correct: false", "options: a question of type single needs exactly one option with"),
        ("id: rolls", "id: packs", "options: two options are called packs, and each needs an id of its own."),
        ("id: rolls", "id: Rolls!", "options[2].id: string should match pattern"),
        ("lab: none", "lab: {scenario: online-game}", "lab.watch: the key is missing; add it."),
        ("[PN:P-27]", "[P-27]", "sources[0]: string should match pattern"),
        ("blind: []", "blind: [{date: soon, result: same}]", "blind[0].date: input should be a valid date"),
    ],
)
def test_a_wrong_shape_is_named_by_file_line_and_key(old: str, new: str, sentence: str) -> None:
    text = planted(old, new)
    said = refusal(text)
    assert sentence in said
    assert said.startswith(f"{NAME}:")


def test_the_line_is_that_of_the_key() -> None:
    text = planted("difficulty: 2", "difficulty: 9")
    assert refusal(text).startswith(f"{NAME}:{line_of(text, 'difficulty')} difficulty:")


def test_all_wrong_keys_are_told_at_once() -> None:
    said = refusal(planted("level: apply\ndifficulty: 2", "level: hard\ndifficulty: 9"))
    assert "level:" in said
    assert "difficulty:" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SINGLE + "version: 2\n", 'found duplicate key "version"'),
        (
            planted("title: Reports", "title: &x Reports"),
            "anchors (&) and aliases (*) are not read; write the value out.",
        ),
        (SINGLE + "exam_refs: [*x]\n", "anchors (&) and aliases (*) are not read; write the value out."),
        (planted("title: Reports", "title: !!python/name:os.system Reports"), "tags (!) are not read"),
        (SINGLE + "deep: " + "[" * 20 + "]" * 20 + "\n", "nested deeper than 8 levels."),
        (SINGLE + "1: one\n", "1: a key must be a word; put quotes around it."),
        (SINGLE + "rest: [\n", "this is not YAML that the bank accepts"),
        (SINGLE + "bell: \a\n", "this is not YAML that the bank accepts"),
        ("- one\n- two\n", "the file must be a mapping of keys to values"),
        ("", "the file must be a mapping of keys to values"),
        (SINGLE + "---\n" + SINGLE, "this is not YAML that the bank accepts"),
        (SINGLE + "# " + "x" * MOST_BYTES, f"at most {MOST_BYTES} are read."),
    ],
)
def test_unruly_yaml_is_refused(text: str, sentence: str) -> None:
    said = refusal(text)
    assert sentence in said
    assert said.startswith(f"{NAME}:")


def bank(folder: Path) -> Path:
    (folder / "placement").mkdir()
    (folder / "placement/placement-night-reports.yaml").write_text(SINGLE)
    (folder / "topics.yaml").write_text("placement: {title: Placement, objectives: {ecs.placement.strategy: Choose}}\n")
    (folder / "misconceptions.yaml").write_text("spread-saves: Spreading saves.\nchance-is-even: Chance is even.\n")
    return folder


def test_a_bank_is_a_folder_of_topics(tmp_path: Path) -> None:
    loaded = load_bank(bank(tmp_path))
    assert [entry.question.id for entry in loaded.entries] == ["placement-night-reports"]
    assert loaded.topics["placement"].title == "Placement"
    assert loaded.misconceptions["spread-saves"] == "Spreading saves."


def test_file_folder_and_id_agree_and_every_fault_of_the_bank_is_told(tmp_path: Path) -> None:
    folder = bank(tmp_path)
    (folder / "placement/other.yaml").write_text(SINGLE)
    (folder / "iam").mkdir()
    (folder / "iam/placement-night-reports.yaml").write_text(SINGLE)
    (folder / "iam/latin.yaml").write_bytes(b"title: caf\xe9\n")
    with pytest.raises(BankError) as error:
        load_bank(folder)
    said = "\n".join(error.value.problems)
    assert "the file must be called placement-night-reports.yaml, or the id be other." in said
    assert "the file lies in the folder iam, and its topic is placement; the two must agree." in said
    assert "latin.yaml:1 the file is not UTF-8 text; save it as UTF-8." in said


def test_a_folder_or_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BankError, match="there is no such folder"):
        load_bank(tmp_path / "none")
    with pytest.raises(BankError, match=r"topics\.yaml:1 the file cannot be read: No such file or directory\."):
        load_bank(tmp_path)


def test_topics_and_misconceptions_have_a_shape_too(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text("iam: {title: Roles}\n")
    with pytest.raises(BankError, match=r"topics\.yaml:1 iam: a topic needs a title and a mapping of objectives\."):
        load_topics(tmp_path)
    (tmp_path / "misconceptions.yaml").write_text("one: One.\ntwo: [2]\n")
    with pytest.raises(BankError, match=r"misconceptions\.yaml:2 two: a sentence is needed here\."):
        load_misconceptions(tmp_path)

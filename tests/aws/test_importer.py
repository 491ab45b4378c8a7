"""Task definitions as people keep them: one file for each feature, the expected word on it beside the files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ecslab.aws.first_scenario import first_scenario
from ecslab.aws.importer import Judgement, judge, read_task_definition
from ecslab.aws.text_to_data import MAX_BYTES, Unreadable, data_of
from ecslab.scenario.load import load
from ecslab.scenario.run import run

INPUTS = Path(__file__).parents[1] / "inputs"
with (INPUTS / "expected.csv").open(encoding="utf-8", newline="") as file:
    EXPECTED = list(csv.DictReader(file))


def judged(name: str) -> Judgement:
    return judge(read_task_definition((INPUTS / name).read_text(encoding="utf-8"), name))


def test_every_file_has_an_expectation() -> None:
    names = {path.name for path in INPUTS.iterdir()} - {"expected.csv"}
    assert names == {row["file"] for row in EXPECTED}
    assert len(names) >= 20


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: row["file"])
def test_file_is_judged_as_expected(row: dict[str, str]) -> None:
    judgement = judged(row["file"])
    assert judgement.is_accepted == (row["result"] == "accepted")
    assert (judgement.code or "") == row["code"]
    assert row["sentence_has"] in (judgement.sentence or "")
    assert row["note_has"] in " ".join(judgement.notes)


@pytest.mark.parametrize("row", [r for r in EXPECTED if r["result"] == "accepted"], ids=lambda row: row["file"])
def test_an_accepted_file_registers_and_its_scenario_serves(row: dict[str, str]) -> None:
    judgement = judged(row["file"])
    assert judgement.definition is not None
    made = run(load(first_scenario(judgement.imported.parameters, judgement.definition)))
    assert made.passed, made.failures


def test_everything_wrong_with_the_shape_is_told_at_once() -> None:
    sentence = judged("18-compose-words.json").sentence or ""
    assert "restartPolicy is the text 'always'; it needs an object, such as {\"enabled\": true}." in sentence
    assert "ports is not known to AWS; here it is called portMappings." in sentence


def test_empty_texts_are_kept() -> None:
    text = json.dumps(
        {
            "family": "quiet",
            "containerDefinitions": [
                {"name": "a", "image": "a", "memory": 64, "environment": [{"name": "A", "value": ""}]}
            ],
        }
    )
    imported = read_task_definition(text, "quiet.json")
    assert imported.parameters["containerDefinitions"][0]["environment"] == [{"name": "A", "value": ""}]
    assert judge(imported).is_accepted


def test_what_only_aws_writes_is_dropped_with_one_note() -> None:
    judgement = judged("11-described.json")
    [note] = [note for note in judgement.notes if "AWS writes" in note]
    for name in (
        "taskDefinitionArn",
        "revision",
        "status",
        "requiresAttributes",
        "compatibilities",
        "registeredAt",
        "registeredBy",
    ):
        assert name in note
    assert "revision" not in judgement.imported.parameters


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("{", "line 1, column 2"),
        ('{"a": NaN}', "NaN"),
        ("a: &x 1\nb: *x\n", "line 2: YAML aliases"),
        ("a: 1\na: 2\n", "line 2: a key stands twice"),
        ("a: [1\n", "neither JSON nor YAML"),
        ("a\x00b", "neither JSON nor YAML"),
        ("[" * 30 + "]" * 30, "20 levels"),
        ("[" * 100_000 + "]" * 100_000, "20 levels"),
        ("a: " + "[" * 30 + "]" * 30, "20 levels"),
        (" " * (MAX_BYTES + 1), "at most 1048576 are read"),
        ("when: 2026-13-45", "neither JSON nor YAML"),
    ],
    ids=range(12),
)
def test_text_that_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        data_of(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": {"memory": ' + "9" * 5000 + "}}", r"^a\.memory is a whole number of more than 64 bits; write one from"),
        ("a: [1, -" + "9" * 5000 + "]", r"^a\[1\] is a whole number of more than 64 bits"),
        ("a: 9223372036854775808", "^a is a whole number of more than 64 bits"),
        ('{"a": 1e999}', "^a is no number that can be counted"),
        ('{"a": ["x", "b\\u0000"]}', r"^a\[1\] holds the character U\+0000 \(NUL\), which cannot be kept; remove it"),
        ('a: "\\0"', r"^a holds the character U\+0000"),
        ('{"a": {"image": "\\ud800"}}', r"^a\.image holds half a character \(U\+D800\); write the whole one"),
        ('{"a": {"b\\udfff": 1}}', r"^a has a member whose name holds half a character \(U\+DFFF\)"),
        ("a: 1\nb: !!int x", "line 2: a tag"),
        ("a: !!bool x", "line 1: a tag"),
        ("a: !!float ''", "line 1: a tag"),
    ],
    ids=range(11),
)
def test_text_with_what_cannot_be_kept(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as caught:
        data_of(text)
    assert str(caught.value).isprintable()


def test_the_two_halves_of_a_character_in_json_are_one() -> None:
    assert data_of('{"a": "\\ud83d\\ude00", "b": -9223372036854775808}') == {"a": "\U0001f600", "b": -(2**63)}


@pytest.mark.parametrize("text", ["[{}]", '"a task definition"', "{}", "null", "42", "just words"])
def test_data_that_is_no_task_definition(text: str) -> None:
    imported = read_task_definition(text, "file")
    assert imported.error is not None
    assert "containerDefinitions" in imported.error


def test_a_task_that_no_instance_type_holds_is_told() -> None:
    text = json.dumps({"family": "huge", "containerDefinitions": [{"name": "a", "image": "a", "memory": 900_000}]})
    judgement = judge(read_task_definition(text, "huge"))
    assert judgement.definition is not None
    with pytest.raises(LookupError, match="900000 MiB"):
        first_scenario(judgement.imported.parameters, judgement.definition)


def test_dollar_braces_are_text_in_the_scenario() -> None:
    text = json.dumps(
        {
            "family": "shell",
            "containerDefinitions": [{"name": "a", "image": "a", "memory": 64, "command": ["echo ${HOME}"]}],
        }
    )
    judgement = judge(read_task_definition(text, "shell"))
    assert judgement.definition is not None
    assert "echo $${HOME}" in first_scenario(judgement.imported.parameters, judgement.definition)


HOSTILE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
    | st.sampled_from(
        ["9" * 5000, "\ud800", "a\0b", "\u00b2", "1e999 vCPU", "[" * 100_000, "[9]" * 2000, 10**30, 2**63]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
Place = tuple[str | int, ...]


def text_of(name: str) -> str:
    return (INPUTS / name).read_text(encoding="utf-8")


def places_of(data: Any, place: Place = ()) -> Iterator[Place]:
    """The keys that lead to each value inside."""
    for key in data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield (*place, key)
        yield from places_of(data[key], (*place, key))


MEMBERS = [
    (row["file"], place)
    for row in EXPECTED
    if row["result"] == "accepted"
    for place in places_of(data_of(text_of(row["file"])))
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MEMBERS), HOSTILE)
def test_any_value_in_place_of_any_member_is_judged(member: tuple[str, Place], value: Any) -> None:
    name, place = member
    data = data_of(text_of(name))
    around = data
    for key in place[:-1]:
        around = around[key]
    around[place[-1]] = value
    judgement = judge(read_task_definition(json.dumps(data), name))
    assert judgement.is_accepted or judgement.sentence
    " ".join((judgement.sentence or "", *judgement.notes)).encode()


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=())) | st.text("{}[]:,-?!&*|>%@#'\"\\0x_.e\n ab1\t", max_size=30))
def test_any_text_is_read_or_refused_in_words_that_print(text: str) -> None:
    judgement = judge(read_task_definition(text, "file"))
    assert judgement.is_accepted or judgement.sentence
    (judgement.sentence or "").encode()


def test_a_first_scenario_makes_the_file_systems_that_it_names() -> None:
    """Two volumes of one file system, one by an access point; with IAM nothing is promised."""
    point = {"accessPointId": "fsap-77", "iam": "DISABLED"}
    efs = {"fileSystemId": "fs-77", "transitEncryption": "ENABLED"}
    volumes = [
        {"name": "a", "efsVolumeConfiguration": efs},
        {"name": "b", "efsVolumeConfiguration": {**efs, "authorizationConfig": point}},
    ]
    kept = {
        "family": "shared",
        "volumes": volumes,
        "containerDefinitions": [{"name": "web", "image": "web", "memory": 64}],
    }
    judgement = judge(read_task_definition(json.dumps(kept), "kept.json"))
    assert judgement.definition is not None
    text = first_scenario(judgement.imported.parameters, judgement.definition)
    made = run(load(text))
    assert made.passed, made.failures
    assert [p.file_system_id for p in made.simulation.world.access_points.values()] == ["fs-0000000000000001"]
    volumes[1]["efsVolumeConfiguration"]["authorizationConfig"]["iam"] = "ENABLED"
    judgement = judge(read_task_definition(json.dumps(kept), "kept.json"))
    assert judgement.definition is not None
    assert "expect" not in YAML(typ="safe").load(first_scenario(judgement.imported.parameters, judgement.definition))
    judgement = judge(read_task_definition(json.dumps({**kept, "taskRoleArn": "app"}), "kept.json"))
    assert judgement.definition is not None
    made = run(load(first_scenario(judgement.imported.parameters, judgement.definition)))
    assert (made.passed, made.looked) == (True, 1), made.failures

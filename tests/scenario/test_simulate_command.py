"""`manage.py simulate` as a person calls it: what it prints and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parents[2]
GOOD = """\
scenario: 1
name: One cluster
calls:
  - {at: 0s, call: ecs:CreateCluster, save: made, with: {clusterName: game}}
expect:
  - at: 90s
    call: ecs:DescribeClusters
    with: {clusters: [game]}
    query: clusters[0].status
    equals: ACTIVE
    why: nobody deletes it
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def simulate(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit status and everything printed."""
    status = 0
    try:
        call_command("simulate", *arguments)
    except SystemExit as end:
        status = int(end.code or 0)
    printed = capsys.readouterr()
    return status, printed.out + printed.err


def test_a_deliberately_wrong_expectation_fails_in_full(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = good.with_name("wrong.yaml")
    wrong.write_text(GOOD.replace("equals: ACTIVE", "equals: INACTIVE"), encoding="utf-8")
    status, said = simulate(capsys, str(wrong), "--check")
    assert status == 1
    assert f"{wrong}, line 6, at 1m30s: ecs:DescribeClusters, query clusters[0].status: " in said
    assert 'expected equals "INACTIVE", found "ACTIVE". Why: nobody deletes it' in said
    assert simulate(capsys, str(wrong))[0] == 0


def test_a_directory_has_a_line_for_each_file(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(capsys, "--check", str(good.parent))[0] == 0
    below = good.parent / "below"
    below.mkdir()
    (below / "typo.yaml").write_text("scenario: 1\nnam: x\n", encoding="utf-8")
    status, said = simulate(capsys, "--check", str(good.parent))
    assert status == 1
    assert f"ok      {good}" in said
    assert f"WRONG   {below / 'typo.yaml'}" in said
    assert "1 of 2 scenarios hold." in said


def test_a_call_that_is_refused_fails_the_run(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = GOOD.replace("calls:\n", "calls:\n  - {at: 0s, call: ecs:DeleteCluster, with: {cluster: x}}\n")
    good.write_text(text, encoding="utf-8")
    for arguments in ([], ["--check"]):
        status, said = simulate(capsys, str(good), *arguments)
        assert status == 1
        assert "line 4, at 0s: ecs:DeleteCluster: expected it to be accepted, found ClusterNotFoundException" in said


def test_show_query_and_events(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show = 'ecs:DescribeClusters {"clusters": ["${made.cluster.clusterName}"]}'
    status, said = simulate(capsys, str(good), "--show", show, "--query", "clusters[0].status")
    assert (status, said.strip()) == (0, "ACTIVE")
    status, said = simulate(capsys, str(good), "--show", show, "--format", "json")
    assert json.loads(said)["clusters"][0]["clusterName"] == "game"
    status, said = simulate(capsys, str(good), "--show", show, "--format", "yaml", "--query", "clusters[*].status")
    assert said.strip() == "- ACTIVE"
    status, said = simulate(capsys, str(good), "--events")
    assert (status, said.split()) == (0, ["0s", "call", "ecs:CreateCluster", "was", "accepted."])


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--until", "later"], "--until: 'later' is no time"),
        (["--query", "x"], "give --show too"),
        (["--show", "ecs:StopTask {}"], "changes things"),
        (["--show", "ecs:DescribeTaskSets"], "not simulated"),
        (["--show", "ecs:Nothing"], "has no operation"),
        (["--show", "ecs:ListTasks {"], "are no JSON"),
        (["--show", 'ecs:ListTasks {"x": 1}'], "x is not known to AWS"),
        (["--show", "ecs:ListClusters", "--query", "a["], "is no JMESPath"),
    ],
)
def test_a_wrong_question_is_told(
    good: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], part: str
) -> None:
    status, said = simulate(capsys, str(good), *arguments)
    assert status == 2
    assert part in said


def test_a_missing_file_and_a_bare_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(capsys, str(tmp_path / "none.yaml"))[0] == 2
    assert simulate(capsys, str(tmp_path))[0] == 2
    assert simulate(capsys, str(tmp_path), "--check")[0] == 2


@pytest.mark.parametrize("name", ["px09-cluster-query-language", "sw04-rolling-50-150", "s-fail-instance"])
def test_the_same_file_gives_the_same_world_anywhere(name: str) -> None:
    """Two processes that differ in hash seed, locale and time zone."""
    file = str(ROOT / "tests" / "scenarios" / f"{name}.yaml")
    command = [sys.executable, str(ROOT / "manage.py"), "simulate", file, "--format", "json"]
    surroundings = (
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "4242", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Apia"},
    )
    said = [
        subprocess.run(command, env={**os.environ, **more}, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        for more in surroundings
    ]
    assert json.loads(said[0])["digest"]
    assert said[0] == said[1]

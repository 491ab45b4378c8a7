"""`manage.py simulate` as a person calls it: what it prints and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from ecslab.scenario.load import load_file
from ecslab.scenario.run import run

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
    assert (status, said.split()) == (0, ["0s", "call", "Cluster", "game", "was", "created."])


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--until", "later"], "--until: 'later' is no time"),
        (["--query", "x"], "give --show too"),
        (["--show", "ecs:StopTask {}"], "changes things"),
        (["--show", "ecs:DescribeTaskSets"], "not simulated"),
        (["--show", "ecs:Nothing"], "has no operation"),
        (["--show", "ecs:ListTasks {"], "this is no JSON"),
        (["--show", 'ecs:ListTasks {"cluster": "a", "cluster": "b"}'], "stands twice"),
        (["--show", "ecs:ListTasks []"], "are no object"),
        (["--show", ""], "'' is no call; write service:Operation"),
        (["--show", "ecs:DescribeTaskSets"], "ecs:DescribeTaskSets is an AWS operation that is not simulated yet"),
        (["--until", "1000h"], "later than 744h"),
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


def test_several_parts_are_one_document(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show = ("--show", "ecs:ListClusters", "--query", "clusterArns")
    status, said = simulate(capsys, str(good), "--check", "--events", *show, "--format", "json")
    whole = json.loads(said)
    assert (status, list(whole), len(whole["answer"])) == (0, ["run", "events", "answer"], 1)
    assert whole["run"]["passed"] is True


def test_the_limits_are_published() -> None:
    said = started("--help").stdout
    assert "10000 calls" in " ".join(said.split())
    assert "744h of simulated time" in " ".join(said.split())


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        (b"", "the file is empty"),
        (b"scenario: 1\nname: caf\xe9\n", "line 2: this is not UTF-8"),
        (b"s\0c", "a character stands here that YAML does not allow"),
        (b"#" * 2_000_000, "1 MiB"),
    ],
    ids=["empty", "latin", "zero", "large"],
)
def test_a_file_that_is_no_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str], raw: bytes, part: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(raw)
    status, said = simulate(capsys, str(path))
    assert status == 2
    assert part in said


def started(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py simulate` in a process of its own."""
    command = [sys.executable, str(ROOT / "manage.py"), "simulate", *arguments]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_no_database_is_needed(good: Path) -> None:
    made = started(str(good), "--check", ECSLAB_VAR="/dev/null/none", DATABASE_URL="postgres://nobody@nowhere:1/none")
    assert (made.returncode, made.stderr) == (0, "")


def test_whoever_reads_may_stop_reading(good: Path) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "simulate", str(good), "--events"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_run_without_end_is_ended(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecslab.scenario.run.MAX_TIMERS", 10)
    monkeypatch.setattr("ecslab.scenario.run.TIMERS_BETWEEN_TELLING", 5)
    made = run(load_file(ROOT / "tests" / "scenarios" / "sw24-crash-loop.yaml"))
    assert made.call_failed
    assert "more than 10 timers, the most of one run" in made.failures[0].sentence


@pytest.mark.parametrize("name", ["px09-cluster-query-language", "p-random-canonical", "s-fail-instance"])
@pytest.mark.parametrize("tie_break", ["canonical", "seeded"])
def test_the_same_file_gives_the_same_world_anywhere(tmp_path: Path, name: str, tie_break: str) -> None:
    """Two processes that differ in hash seed, locale and time zone."""
    text = (ROOT / "tests" / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")
    path = tmp_path / f"{name}.yaml"
    path.write_text(f"tieBreak: {tie_break}\n" + text.replace("tieBreak: canonical\n", ""), encoding="utf-8")
    surroundings = (
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "4242", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Apia"},
    )
    said = [started(str(path), "--events", "--check", "--format", "json", **more).stdout for more in surroundings]
    assert json.loads(said[0])["run"]["digest"]
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (r"a\u0000", "holds the character U+0000 (NUL)"),
        (r"\ud800", "holds half a character (U+D800)"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused_in_file_and_question(
    good: Path, capsys: pytest.CaptureFixture[str], name: str, words: str
) -> None:
    status, said = simulate(capsys, str(good), "--show", f'ecs:DescribeClusters {{"clusters": ["{name}"]}}')
    assert status == 2
    assert f"clusters[0] {words}" in said
    good.write_text(GOOD.replace("clusterName: game", f'clusterName: "{name}"'), encoding="utf-8")
    status, said = simulate(capsys, str(good))
    assert status == 2
    assert f"{good}, line 4, calls[0].with.clusterName: this {words}" in said

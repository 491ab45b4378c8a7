"""What is refused before anything runs: file, line and key in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecslab.scenario.document import MAX_BYTES, ScenarioWrong
from ecslab.scenario.load import load, load_file

HEAD = "scenario: 1\nname: n\n"
CLUSTER = HEAD + "calls:\n  - {at: 0, call: ecs:CreateCluster, save: made, with: {clusterName: game}}\n"
LOOK = CLUSTER + "expect:\n  - {at: 1s, call: ecs:DescribeClusters, query: clusters, "


def call(entry: str) -> str:
    return f"{HEAD}calls:\n  - {{{entry}}}\n"


REFUSED = [
    ("", "line 1", "the file is empty"),
    ("[1, 2]", "line 1", "this is no scenario"),
    ("name: n\ncalls: []\n", "line 1", "scenario is missing"),
    ("scenario: 2\nname: n\ncalls: []\n", "line 1, scenario", "is no version"),
    ("scenario: 1\ncalls: []\n", "line 1", "name is missing"),
    (HEAD + "calls: []\nexpct: []\n", "line 4, expct", "Did you mean expect?"),
    (HEAD + "calls: []\nname: twice\n", "line 4, name", "stands twice"),
    (HEAD + "calls: &a []\nexpect: *a\n", "line 4", "aliases"),
    (HEAD + "calls: !!python/object:x []\n", "line 3", "tag"),
    (HEAD + "calls: {a: [}\n", "line 3", "this is no YAML"),
    (HEAD + "calls: " + "[" * 25 + "]" * 25, "line 3", "20 levels"),
    (HEAD + "calls: []\nzones: 9\n", "line 4, zones", "from 1 to 6"),
    (HEAD + "calls: []\nseed: one\n", "line 4, seed", "whole number"),
    (HEAD + "calls: []\ntieBreak: coin\n", "line 4, tieBreak", "canonical, seeded"),
    (HEAD + "calls: []\nstart: yesterday\n", "line 4, start", "is no date"),
    (HEAD + "calls: []\nstart: 2026-W02-1\n", "line 4, start", "is no date"),
    (HEAD + "calls: []\nstart: 20260105\n", "line 4, start", "is no text"),
    (HEAD + "calls: []\nstart: 0001-01-01\n", "line 4, start", "a run starts in 1970 to 2199"),
    (HEAD + "calls: []\nregion: mars\n", "line 4, region", "is no AWS Region"),
    (HEAD + "calls: []\nregion: eu-centrl-1\n", "line 4, region", "Did you mean eu-central-1?"),
    (HEAD + "calls: []\nregion: cn-north-1\n", "line 4, region", "is no AWS Region"),
    ("%YAML 1.1\n---\n" + HEAD, "line 1", "directives such as %YAML are not read"),
    ("# a comment\n%TAG ! tag:x,2000:\n---\n" + HEAD, "line 2", "directives such as %YAML are not read"),
    ("scenario: 1\nname: ''\n", "line 2, name", "this text is empty"),
    (call("call: ecs:ListClusters"), "line 4, calls[0]", "at is missing"),
    (call("at: null, call: ecs:ListClusters"), "line 4, calls[0].at", "null is no time"),
    (call("at: true, call: ecs:ListClusters"), "line 4, calls[0].at", "true is no time"),
    (call("at: 1.5h, call: ecs:ListClusters"), "line 4, calls[0].at", "is no time"),
    (call("at: ٣s, call: ecs:ListClusters"), "line 4, calls[0].at", "is no time"),
    (call("at: 0, call: ''"), "line 4, calls[0].call", "this text is empty"),
    (call("at: soon, call: ecs:ListClusters"), "line 4, calls[0].at", "'soon' is no time"),
    (call("at: 0.0001, call: ecs:ListClusters"), "line 4, calls[0].at", "is no time"),
    (call("at: -1, call: ecs:ListClusters"), "line 4, calls[0].at", "is no time"),
    (call("at: 0, call: RunTask"), "line 4, calls[0].call", "write service:Operation"),
    (call("at: 0, call: ecs:RunTaks"), "line 4, calls[0].call", "Did you mean RunTask?"),
    (call("at: 0, call: ecs:CreateTaskSet"), "line 4, calls[0].call", "ecs:CreateTaskSet is an AWS operation"),
    (call("at: 0, call: ecs:ListClusters, as: [admin]"), "line 4, calls[0].as", "is no text"),
    (call("at: 0, call: 'lab:PutImage', with: {image: a}, as: admin"), "line 4, calls[0].as", "no role makes"),
    (call("at: 0, call: ecs:CreateCluster, with: {clusterNam: g}"), "with.clusterNam", "Did you mean clusterName?"),
    (call("at: 0, call: ecs:CreateCluster, with: {clusterName: 7}"), "with.clusterName", "needs a text"),
    (call('at: 0, call: ecs:CreateCluster, with: {clusterName: "a\\0"}'), "with.clusterName", "U+0000 (NUL)"),
    (call('at: 0, call: ecs:CreateCluster, with: {clusterName: "\\ud800"}'), "with.clusterName", "half a character"),
    (call('at: 0, call: ecs:CreateCluster, with: {"\\ud800": 1}'), "calls[0].with", "half a character"),
    (call(f"at: 0, call: ecs:RunTask, with: {{count: {2**63}}}"), "with.count", "more than 64 bits"),
    (call(f"at: 0, call: ecs:RunTask, with: {{count: {'9' * 5000}}}"), "with.count", "more than 64 bits"),
    (
        call(f"at: 0, call: lab:AddContainerInstances, with: {{instanceType: x, agent: {{? '[{'9' * 5000}]' : 1}}}}"),
        "calls[0].with.agent",
        "needs a text",
    ),
    (call("at: 0, call: ecs:RunTask, with: {count: 1e999}"), "with.count", "no number that can be counted"),
    (call("at: 0, call: ecs:RunTask, with: {count: !!int x}"), "with.count", "'x' is no whole number"),
    (call("at: 0, call: ecs:RunTask, with: {count: 0x_}"), "with.count", "'0x_' is no whole number"),
    (call("at: 0, call: ecs:RunTask, with: {count: !!float x}"), "with.count", "'x' is no number"),
    (call("at: 0, call: ecs:StopTask, with: {cluster: g}"), "calls[0].with.task", "task is missing"),
    (call("at: 0, call: ecs:StopTask, with: {task: '${none.x}'}"), "with.task", "under the name none"),
    (call("at: 0, call: ecs:StopTask, with: {task: '${none.x'}"), "with.task", "is not closed"),
    (call("at: 0, call: ecs:StopTask, with: {task: '${a b}'}"), "with.task", "is no JMESPath"),
    (call("at: 0, call: ecs:ListClusters, message_contains: x"), "message_contains", "write error too"),
    (call("at: 0, call: ecs:ListClusters, error: [1]"), "calls[0].error", "no AWS error code"),
    (call("at: 0, call: ecs:ListClusters, save: 1st"), "calls[0].save", "is no name"),
    (call("at: 0, call: ecs:ListClusters, save: a, error: X"), "calls[0].save", "no response to keep"),
    (CLUSTER + "  - {at: 1, call: ecs:ListClusters, save: made}\n", "line 5, calls[1].save", "another name"),
    (
        HEAD + "calls:\n  - {at: 5s, call: ecs:ListClusters}\n  - {at: 1s, call: ecs:ListClusters}\n",
        "line 5, calls[1].at",
        "is before 5s",
    ),
    (LOOK + "}\n", "line 6, expect[0]", "exactly one comparison"),
    (LOOK + "equals: 1, at_least: 1}\n", "line 6, expect[0]", "exactly one comparison"),
    (LOOK + "between: [3, 1]}\n", "expect[0].between", "higher number first"),
    (LOOK + "at_least: many}\n", "expect[0].at_least", "is no number"),
    (LOOK + "length: -1}\n", "expect[0].length", "is no length"),
    (LOOK + "matches: '('}\n", "expect[0].matches", "a closing parenthesis is missing"),
    (LOOK + "matches: '(a+)+'}\n", "expect[0].matches", "repeat inside a repeat"),
    (LOOK + "matches: '((a)+)+'}\n", "expect[0].matches", "repeat inside a repeat"),
    (LOOK + "matches: '(a)\\1'}\n", "expect[0].matches", "back-references are not taken"),
    (LOOK + "matches: '(?P<x>a)'}\n", "expect[0].matches", "write it without this one"),
    (LOOK + "matches: 5}\n", "expect[0].matches", "is no pattern"),
    (LOOK + f"matches: {'a' * 129}}}\n", "expect[0].matches", "at most 128"),
    (LOOK + "ever: true, equals: 1}\n", "expect[0].ever", "one moment has no ever"),
    (LOOK + "to: 5s, equals: 1}\n", "expect[0].to", "keep one of them"),
    (LOOK + "saved: made, equals: 1}\n", "expect[0].call", "keep one of them"),
    (CLUSTER + "expect:\n  - {saved: mad, query: x, equals: 1}\n", "expect[0].saved", "kept are made"),
    (
        CLUSTER + "expect:\n  - {at: 0, call: ecs:DeleteCluster, with: {cluster: g}, query: x, equals: 1}\n",
        "expect[0].call",
        "move it to calls",
    ),
    (CLUSTER + "expect:\n  - {at: 0, call: ecs:ListClusters, query: 'a[', equals: 1}\n", "query", "is no JMESPath"),
    (
        CLUSTER + "expect:\n  - {from: 5s, to: 1s, call: ecs:ListClusters, query: x, equals: 1}\n",
        "expect[0].to",
        "from comes first",
    ),
    (call("at: 1000h, call: ecs:ListClusters"), "line 4, calls[0].at", "at most 744h"),
    (
        call("at: 0, call: lab:AddContainerInstances, with: {instanceType: t3.micro, count: 5001}"),
        "line 3, calls",
        "at most 5000",
    ),
]


@pytest.mark.parametrize(("text", "place", "part"), REFUSED, ids=[f"{n}-{p}" for n, (_, _, p) in enumerate(REFUSED)])
def test_a_wrong_file_is_told_where_and_why(text: str, place: str, part: str) -> None:
    with pytest.raises(ScenarioWrong) as caught:
        load(text, "lab.yaml")
    fitting = [message for message in caught.value.messages if part in message]
    assert fitting, caught.value.messages
    assert fitting[0].startswith("lab.yaml, line ")
    assert place in fitting[0]
    assert "\n" not in fitting[0]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "zones: [1]\nregion: 5\nstart: null\ntieBreak: []\n",
        HEAD + "calls:\n  - {at: 0, call: '', save: ''}\n  - {at: , call: 7}\n",
    ],
)
def test_one_fault_has_one_sentence(text: str) -> None:
    with pytest.raises(ScenarioWrong) as caught:
        load(text)
    assert len(caught.value.messages) == 4


@pytest.mark.parametrize(
    ("at", "at_ms"), [("1h5", 3_605_000), ("97.3", 97_300), ("0.001", 1), ("5.0", 5_000), ("1e3", 1_000_000), ("-0", 0)]
)
def test_moments_are_read(at: str, at_ms: int) -> None:
    assert load(call(f"at: {at}, call: ecs:ListClusters")).calls[0].at_ms == at_ms


def test_a_file_needs_no_calls() -> None:
    assert load(HEAD).calls == ()


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(ScenarioWrong) as caught:
        load("scenario: 3\nname: n\nzones: 0\ncalls: 5\n")
    assert len(caught.value.messages) == 3


@pytest.mark.parametrize(
    ("raw", "part"),
    [(b"scenario: 1\nname: \xff\n", "line 2: this is not UTF-8"), (b"#" * (MAX_BYTES + 1), "1 MiB")],
)
def test_bytes_that_are_no_text(tmp_path: Path, raw: bytes, part: str) -> None:
    path = tmp_path / "lab.yaml"
    path.write_bytes(raw)
    with pytest.raises(ScenarioWrong, match=part):
        load_file(path)


def test_json_with_tabs_is_read() -> None:
    scenario = load('{\n\t"scenario": 1,\n\t"name": "\\ud83d\\ude80",\n\t"calls": []\n}')
    assert scenario.name == "🚀"


def test_dates_stay_texts_and_the_start_is_read() -> None:
    scenario = load(HEAD + "start: 2026-02-01T10:00:00+02:00\nzones: 2\nseed: 7\ntieBreak: seeded\ncalls: []\n")
    assert (scenario.start.starts_at, scenario.start.zone_count) == ("2026-02-01T08:00:00Z", 2)
    assert (scenario.start.seed, scenario.start.tie_break) == (7, "seeded")

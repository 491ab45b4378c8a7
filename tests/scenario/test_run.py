"""Order at one moment, stretches, references and refusals in a run."""

from __future__ import annotations

import pytest

from ecslab.scenario.comparisons import holds
from ecslab.scenario.document import ScenarioWrong
from ecslab.scenario.load import load
from ecslab.scenario.run import Run, run

BASE = """\
scenario: 1
name: n
calls:
  - {at: 0s, call: ecs:CreateCluster, with: {clusterName: game}}
  - {at: 0s, call: lab:AddContainerInstances, save: box, with: {cluster: game, instanceType: t3.medium}}
  - at: 0s
    call: ecs:RegisterTaskDefinition
    with: {family: web, containerDefinitions: [{name: web, image: web, memory: 64}]}
  - {at: 0s, call: ecs:RunTask, save: run, with: {cluster: game, taskDefinition: web}}
"""
STATUS = (
    'call: ecs:DescribeTasks, with: {cluster: game, tasks: ["${run.tasks[0].taskArn}"]}, query: "tasks[0].lastStatus"'
)


def ran(calls: str = "", expect: str = "") -> Run:
    return run(load(BASE + calls + (f"expect:\n{expect}" if expect else ""), "lab.yaml"))


def test_what_falls_due_has_happened_before_an_expectation_looks() -> None:
    assert ran(expect=f"  - {{at: 13s, {STATUS}, equals: RUNNING}}\n").passed
    assert ran(expect=f"  - {{at: 12.999s, {STATUS}, equals: ACTIVATING}}\n").passed


def test_a_read_among_calls_sees_what_is_not_due_yet() -> None:
    tasks = '{cluster: game, tasks: ["${run.tasks[0].taskArn}"]}'
    made = ran(f"  - {{at: 13s, call: ecs:DescribeTasks, save: seen, with: {tasks}}}\n")
    assert made.saved["seen"]["tasks"][0]["lastStatus"] == "ACTIVATING"


@pytest.mark.parametrize("read", ["ecs:ListTasks, with: {cluster: game}", "lab:GetTimeline"])
def test_reading_among_calls_changes_nothing(read: str) -> None:
    stop = '  - {at: 13s, call: ecs:StopTask, with: {cluster: game, task: "${run.tasks[0].taskArn}"}}\n'
    assert ran(f"  - {{at: 13s, call: {read}}}\n" + stop).digest == ran(stop).digest


def test_a_stretch_is_looked_at_at_every_change() -> None:
    always = ran(expect=f"  - {{from: 0s, to: 20s, {STATUS}, one_of: [PENDING, RUNNING]}}\n")
    assert [(f.at_ms, f.found) for f in always.failures] == [(2000, '"ACTIVATING"')]
    assert ran(expect=f"  - {{from: 0s, to: 20s, ever: true, {STATUS}, equals: ACTIVATING}}\n").passed
    never = ran(expect=f"  - {{from: 3s, to: 9s, ever: true, {STATUS}, equals: RUNNING}}\n")
    assert [f.at_ms for f in never.failures] == [9000]


def test_both_ends_of_a_stretch_count() -> None:
    assert not ran(expect=f"  - {{from: 5s, to: 13s, {STATUS}, equals: ACTIVATING}}\n").passed
    assert ran(expect=f"  - {{from: 2s, to: 12.999s, {STATUS}, equals: ACTIVATING}}\n").passed


def test_a_refused_call_ends_the_run_and_an_expected_one_does_not() -> None:
    refused = ran("  - {at: 1s, call: ecs:DeleteCluster, with: {cluster: game}}\n")
    assert refused.call_failed
    assert "ClusterContainsTasksException" in refused.failures[0].sentence
    expected = (
        "  - {at: 1s, call: ecs:DeleteCluster, with: {cluster: game}, error: [X, ClusterContainsTasksException]}\n"
    )
    assert ran(expected).passed
    accepted = ran("  - {at: 1s, call: ecs:ListClusters, error: ClientException}\n")
    assert accepted.failures[0].found == "it was accepted"


def test_a_value_outside_its_enumeration_is_the_labs_to_refuse() -> None:
    call = "  - {at: 1s, call: ecs:RunTask, with: {taskDefinition: web, launchType: MOON}"
    assert ran(call + ", error: InvalidParameterException}\n").passed


def test_references_keep_their_type_and_may_be_escaped() -> None:
    made = ran(
        "  - {at: 1s, call: ecs:CreateCluster, save: c, with: {clusterName: tagged, tags: "
        '[{key: k, value: "n=${length(run.tasks)} $${x}"}]}}\n'
        '  - {at: 2s, call: ecs:DescribeTasks, save: seen, with: {cluster: game, tasks: "${run.tasks[*].taskArn}"}}\n'
    )
    assert made.saved["c"]["cluster"]["tags"][0]["value"] == "n=1 ${x}"
    assert len(made.saved["seen"]["tasks"]) == 1


def test_a_reference_that_finds_the_wrong_type_makes_the_file_wrong() -> None:
    with pytest.raises(ScenarioWrong, match=r"lab.yaml, line 10, calls\[4\].with.task: task is null"):
        ran('  - {at: 1s, call: ecs:StopTask, with: {cluster: game, task: "${run.nothing}"}}\n')


def test_until_leaves_the_rest_alone() -> None:
    scenario = load(BASE + "expect:\n" + f"  - {{at: 13s, {STATUS}, equals: RUNNING}}\n")
    made = run(scenario, 5000)
    assert (made.looked, made.reached_ms, made.passed) == (0, 5000, True)


@pytest.mark.parametrize(
    ("comparison", "found", "expected", "verdict"),
    [
        ("equals", 1, True, False),
        ("equals", 2, 2.0, True),
        ("equals", None, None, True),
        ("not_equals", None, 1, True),
        ("one_of", 2, [1, 2], True),
        ("contains", "abc", "b", True),
        ("contains", [1, 2], 2, True),
        ("contains", [True], 1, False),
        ("contains", None, "b", False),
        ("at_least", None, 0, False),
        ("at_most", None, 0, False),
        ("at_least", 0.1, 0.1, True),
        ("between", 3, [1, 3], True),
        ("matches", "a steady state.", "steady", True),
        ("matches", 5, "5", False),
        ("matches", "task-definition/web:3", "web:3$", True),
        ("matches", "ACTIVE", "(?i)^act", True),
        ("matches", "ACTIVE", "^CT", False),
        ("matches", "", "", True),
        ("matches", "a" * 5000 + "b", "(a|aa)+$", False),
        ("length", [1, 2], 2, True),
        ("length", None, 0, False),
    ],
)
def test_comparisons(comparison: str, found: object, expected: object, *, verdict: bool) -> None:
    assert holds(comparison, found, expected) is verdict

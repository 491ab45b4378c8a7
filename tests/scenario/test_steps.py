"""Steps of a lesson: what a file may say of them, and the proof that each can be done and is not done already."""

from __future__ import annotations

import pytest

from ecslab.scenario.document import ScenarioWrong
from ecslab.scenario.load import load
from ecslab.scenario.steps import failures_of_steps

LESSON = """
scenario: 1
name: Two clusters
calls:
  - {at: 0s, call: ecs:CreateCluster, with: {clusterName: first}, save: made}
steps:
  - say: Create a cluster called second.
    hint: Build, Create a cluster.
    shows: [cluster]
    goal: {at: 10s, call: ecs:ListClusters, query: length(clusterArns), at_least: 2}
    solution:
      - {at: 5s, call: ecs:CreateCluster, with: {clusterName: second}}
  - say: Delete the first one.
    hint: Any call can be made.
    goal:
      {at: 20s, call: ecs:DescribeClusters, with: {clusters: [first]}, query: "clusters[0].status", equals: INACTIVE}
    solution:
      - {at: 15s, call: ecs:DeleteCluster, with: {cluster: "${made.cluster.clusterArn}"}}
"""


def test_steps_are_read_with_their_goals_and_solutions() -> None:
    first, second = load(LESSON).steps
    assert (first.say, first.hint, first.shows) == (
        "Create a cluster called second.",
        "Build, Create a cluster.",
        ("cluster",),
    )
    assert (first.goal.comparison, first.goal.expected, first.goal.to_ms) == ("at_least", 2, 10_000)
    assert [call.name for call in (*first.solution, *second.solution)] == ["ecs:CreateCluster", "ecs:DeleteCluster"]
    assert (first.line, second.line) == (7, 13)


def test_a_goal_that_a_later_step_undoes_is_told() -> None:
    """The second step takes a cluster away: INACTIVE ones are listed no more, so the first goal is lost again."""
    (failure,) = failures_of_steps(load(LESSON))
    assert failure.is_step
    assert (
        "line 10, at 20s: ecs:ListClusters, query length(clusterArns): expected at_least 2, found 1" in failure.sentence
    )


def test_a_lesson_that_holds() -> None:
    second = "\"length(clusterArns[?contains(@, 'second')])\", equals: 1"
    assert failures_of_steps(load(LESSON.replace("length(clusterArns), at_least: 2", second))) == []


def test_a_goal_that_is_reached_already_leaves_nothing_to_do() -> None:
    (failure,) = failures_of_steps(load(LESSON.replace("at_least: 2", "at_least: 1")))
    assert "line 7, at 10s: step 1" in failure.sentence
    assert "expected its goal not to be reached before its solution, found it is" in failure.sentence


def test_a_solution_that_is_refused_is_told_once_for_each_run_that_it_ends() -> None:
    text = LESSON.replace("{clusterName: second}", "{clusterName: second, tags: [{key: 'aws:x', value: y}]}")
    failures = failures_of_steps(load(text))
    assert failures
    assert all(failure.is_call and failure.is_step for failure in failures)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("    hint: Build, Create a cluster.\n", "", "line 7, steps[0]: hint is missing; it needs a text."),
        ("say: Create a cluster called second.", "say: ''", "line 7, steps[0].say: this text is empty; write one."),
        ("goal: {at: 10s,", "goal: {from: 1s, to: 9s,", "steps[0].goal.from: a goal looks at one moment by a call"),
        ("call: ecs:ListClusters", "call: ecs:DeleteCluster", "steps[0].goal.call"),
        ("shows: [cluster]", "shows: cluster", "steps[0].shows: this is no list of names of ideas; write one."),
        ("shows: [cluster]", "teaches: [cluster]", "steps[0].teaches: this key is not known."),
        ("${made.cluster.clusterArn}", "${mode.cluster.clusterArn}", "steps[1].solution[0].with"),
        (
            "call: ecs:CreateCluster, with: {clusterName: second}",
            "call: ecs:CreateClusters",
            "steps[0].solution[0].call",
        ),
        ("at: 15s", "at: 1000h", "steps[1].solution[0].at: the run ends at"),
    ],
)
def test_what_is_wrong_with_steps_is_said_with_its_place(before: str, after: str, said: str) -> None:
    text = LESSON.replace(before, after)
    assert text != LESSON
    with pytest.raises(ScenarioWrong) as wrong:
        load(text)
    assert said in str(wrong.value)


def test_too_many_steps() -> None:
    step = LESSON[LESSON.index("  - say") : LESSON.index("  - say: Delete")]
    with pytest.raises(ScenarioWrong, match=r"there are 21 steps and a file has at most 20; ask for fewer"):
        load(LESSON[: LESSON.index("  - say")] + step * 21)

"""What lab:ExplainDeployment and lab:GetTimeline answer: every member, null where there is nothing to say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecslab.sim import timeline
from ecslab.sim.errors.common import InvalidParameterException
from tests.rules import rule
from tests.sim.stories import Story

BASE = "arn:aws:ecs:us-east-1:123456789012"


def rolled(desired: int, minimum: int, maximum: int, **members: Any) -> Story:
    story = Story().on_fargate()
    percents = {"minimumHealthyPercent": minimum, "maximumPercent": maximum}
    story.create(desired, deploymentConfiguration=percents)
    story.update(600, forceNewDeployment=True, **members)
    return story


def arns(story: Story, first: int, last: int) -> list[str]:
    return [f"{BASE}:task/game/{n:016x}" for n in range(first, last + 1)]


@rule("SS:W-1")
def test_a_whole_answer() -> None:
    """SS:W-1 in the middle: the new tasks run and are not healthy yet."""
    story = rolled(4, 100, 200)
    answer = story.explain(640)
    assert answer == {
        "service": f"{BASE}:service/game/web",
        "deployment": "ecs-svc/0000000000000002",
        "taskDefinition": "web:1",
        "strategy": "ROLLING",
        "rolloutState": "IN_PROGRESS",
        "startedAt": 600,
        "finishedAt": None,
        "desired": 4,
        "minimumHealthyPercent": 100,
        "maximumPercent": 200,
        "floor": 4,
        "ceiling": 8,
        "now": {"total": 8, "running": 8, "healthy": 4, "old": 4, "new": 4, "stopping": 0},
        "steps": [
            {
                "at": 600,
                "starts": 4,
                "stops": 0,
                "total": 4,
                "healthy": 4,
                "limit": "floor",
                "started": arns(story, 5, 8),
                "stopped": [],
                "sentence": "4 may start (ceiling 8, total 4); none may stop (healthy 4, floor 4).",
                "rule": "SS:D-7",
                "mark": "I",
            }
        ],
        "circuitBreaker": {"enabled": False, "rollback": False, "failures": 0, "threshold": None, "stage": None},
        "alarms": {"enabled": False, "ignored": False, "triggered": []},
        "traffic": None,
        "stuck": None,
    }
    assert json.loads(json.dumps(answer)) == answer


def told(story: Story, at: float) -> list[tuple[Any, ...]]:
    return [
        (s["at"], s["starts"], s["stops"], s["total"], s["healthy"], s["limit"]) for s in story.explain(at)["steps"]
    ]


@rule("SS:D-7", "SS:W-1", "SS:W-2", "SS:W-3", "SS:W-4", "SS:W-5")
@pytest.mark.parametrize(
    ("desired", "minimum", "maximum", "steps"),
    [
        pytest.param(4, 100, 200, [(0, 4, 0, 4, 4, "floor"), (75, 0, 4, 8, 8, "none")], id="SS:W-1"),
        pytest.param(
            4,
            50,
            100,
            [
                (0, 0, 2, 4, 4, "ceiling"),
                (12, 2, 0, 2, 2, "ceiling"),
                (87, 0, 2, 4, 4, "ceiling"),
                (99, 2, 0, 2, 2, "none"),
            ],
            id="SS:W-2",
        ),
        pytest.param(
            4,
            100,
            150,
            [
                (0, 2, 0, 4, 4, "ceiling"),
                (75, 0, 2, 6, 6, "ceiling"),
                (87, 2, 0, 4, 4, "floor"),
                (162, 0, 2, 6, 6, "none"),
            ],
            id="SS:W-3",
        ),
        pytest.param(
            10,
            50,
            150,
            [(0, 5, 5, 10, 10, "ceiling"), (12, 5, 0, 10, 5, "health"), (75, 0, 5, 15, 10, "none")],
            id="SS:W-4",
        ),
        pytest.param(4, 100, 100, [], id="SS:W-5 stuck"),
        pytest.param(1, 0, 100, [(0, 0, 1, 1, 1, "ceiling"), (12, 1, 0, 0, 0, "none")], id="SS:W-5 with downtime"),
    ],
)
def test_steps_and_what_held_them(desired: int, minimum: int, maximum: int, steps: list[tuple[Any, ...]]) -> None:
    """SS:D-7: a step's numbers are those before it."""
    story = rolled(desired, minimum, maximum)
    assert told(story, 1200) == [(600 + at, *rest) for at, *rest in steps]


@rule("SS:W-4")
def test_sentences_of_a_whole_update() -> None:
    """SS:W-4."""
    assert [step["sentence"] for step in rolled(10, 50, 150).explain(1200)["steps"]] == [
        "5 may start (ceiling 15, total 10); 5 may stop (healthy 10, floor 5).",
        "5 may start (ceiling 15, total 10); none may stop (healthy 5, floor 5).",
        "None has to start (desired 10, new 10); 5 may stop (healthy 10, floor 5).",
    ]


@rule("SS:D-5")
def test_stuck_for_the_percentages() -> None:
    """SS:D-5."""
    assert rolled(3, 100, 125).explain(5000)["stuck"] == {
        "since": 600,
        "reason": "deploymentConfiguration",
        "sentence": "No task may start (ceiling 3) and none may stop (floor 3); lower minimumHealthyPercent or raise "
        "maximumPercent.",
        "rule": "SS:D-5",
        "mark": "D",
    }


@rule("SS:S-30")
def test_stuck_for_failed_starts() -> None:
    """SS:S-30: since the first failure in a row; over when a task runs."""
    story = Story().on_fargate()
    story.call("lab:PutImage", image="web", missing=True)
    story.create(1)
    assert story.explain(29)["stuck"] is None
    assert story.explain(200)["stuck"] == {
        "since": 30,
        "reason": "startFailures",
        "sentence": "The last 3 attempts to start tasks failed; the next one is made at 450 s.",
        "rule": "SS:S-30",
        "mark": "D",
    }
    story.call("lab:PutImage", 300, image="web")
    assert story.explain(485)["stuck"] is None


@rule("PN:P-50")
def test_a_step_that_finds_no_place() -> None:
    """PN:P-50: what may start and what found a place; capacity held it back."""
    story = Story().on_instances(1)
    story.create(20)
    (step,) = story.explain(1)["steps"]
    placed = len(step["started"])
    assert (step["starts"], step["limit"]) == (20, "capacity")
    assert step["sentence"] == (
        f"20 may start (ceiling 40, total 0), {placed} found a place; no old task is left to stop."
    )


@rule("SS:S-23")
def test_scaling_in_is_told_too() -> None:
    """SS:S-23, outside a deployment; only what the scheduler stopped is listed."""
    story = Story().on_fargate()
    story.create(4)
    story.until(100)
    story.call("ecs:StopTask", 200, cluster="game", task="0000000000000004")
    story.update(200, desiredCount=2)
    step = story.explain(200)["steps"][-1]
    assert (step["rule"], step["mark"], step["starts"], step["stops"], len(step["stopped"])) == (
        "SS:S-23",
        "D",
        0,
        1,
        1,
    )
    assert step["sentence"] == "None has to start (desired 2, new 3); 1 more than desired may stop (desired 2, new 3)."


@rule("SS:K-2")
def test_a_whole_timeline() -> None:
    """SS:K-2: a call stands before what it led to; seq counts on."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    assert story.timeline() == {
        "from": 0,
        "to": 0,
        "truncated": False,
        "nextFrom": None,
        "entries": [
            {
                "seq": story.timeline()["entries"][0]["seq"],
                "at": 0,
                "kind": "call",
                "call": "ecs:CreateCluster",
                "error": None,
                "resource": f"{BASE}:cluster/game",
                "cluster": "game",
                "service": None,
                "detail": {},
                "text": "Cluster game was created.",
            }
        ],
    }


def test_a_task_in_the_timeline() -> None:
    story = Story().on_fargate()
    story.create(1, 10)
    story.until(60)
    entries = story.timeline(**{"from": "10s", "to": 60})["entries"]
    assert [(e["at"], e["kind"], e["text"]) for e in entries] == [
        (10, "call", "Service web was created."),
        (10, "deployment", "Deployment ecs-svc/0000000000000001 of web:1 is IN_PROGRESS."),
        (10, "taskState", "Task 0000000000000001 is PROVISIONING."),
        (10, "serviceEvent", "(service web) has started 1 tasks: (task 0000000000000001)."),
        (25, "taskState", "Task 0000000000000001 is PENDING."),
        (30, "taskState", "Task 0000000000000001 is ACTIVATING."),
        (45, "containerState", "Container web of task 0000000000000001 runs."),
        (45, "taskState", "Task 0000000000000001 is RUNNING."),
    ]
    assert [e["service"] for e in entries] == ["web"] * 8
    assert entries[-1]["detail"] == {"from": "ACTIVATING", "to": "RUNNING", "stopCode": None, "stoppedReason": None}
    numbers = [e["seq"] for e in story.timeline()["entries"]]
    assert numbers == sorted(set(numbers))


def test_refused_calls_have_numbers_of_their_own() -> None:
    story = Story()
    for _ in range(2):
        story.attempt("ecs:DeleteCluster", cluster="none")
    first, second = story.timeline()["entries"]
    assert first["seq"] < second["seq"]
    assert (first["kind"], first["error"], first["resource"]) == ("call", "ClusterNotFoundException", None)
    assert first["text"] == "ecs:DeleteCluster was refused: ClusterNotFoundException. Cluster not found."


def test_kinds() -> None:
    """A fault is a kind of its own; a kind that is none is refused, and so is the future."""
    story = Story().on_instances(1)
    story.call("lab:FailInstance", 5, instance="i-0000000000000001")
    (fault,) = story.timeline(kinds=["fault"])["entries"]
    assert (fault["call"], fault["text"]) == ("lab:FailInstance", "Instance i-0000000000000001 failed.")
    assert {e["kind"] for e in story.timeline(kinds=["call", "instanceState"])["entries"]} == {"call", "instanceState"}
    with pytest.raises(InvalidParameterException, match="kinds holds 'calls'; the kinds are call, taskState"):
        story.timeline(kinds=["calls"])
    with pytest.raises(InvalidParameterException, match="to is later than now"):
        story.timeline(to=6)


def test_a_long_timeline_comes_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are cut between two moments: together they are the whole, once."""
    story = Story().on_fargate()
    story.create(3)
    whole = story.until(400).timeline()["entries"]
    monkeypatch.setattr(timeline, "MAX_ENTRIES", 10)
    answer = story.timeline()
    pages = list(answer["entries"])
    while answer["truncated"]:
        assert len(answer["entries"]) <= 10
        answer = story.timeline(**{"from": answer["nextFrom"]})
        pages += answer["entries"]
    assert pages == whole


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_moment_is_never_divided(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """More entries in one moment than a page holds: that page is longer, and the next one begins after it."""
    story = Story().on_instances(2)
    story.until(5)
    for _ in range(4):
        story.attempt("ecs:DeleteCluster", 5, cluster="none")
    story.attempt("ecs:DeleteCluster", 6, cluster="none")
    whole = story.timeline()["entries"]
    monkeypatch.setattr(timeline, "MAX_ENTRIES", limit)
    answer = story.timeline()
    pages = [answer["entries"]]
    while answer["truncated"]:
        begin = answer["nextFrom"]
        answer = story.timeline(**{"from": begin})
        assert answer["nextFrom"] is None or answer["nextFrom"] > begin
        pages.append(answer["entries"])
    assert [entry for page in pages for entry in page] == whole
    assert answer["nextFrom"] is None


@pytest.mark.parametrize("moment", ["9" * 5000, "9" * 5000 + "h", "٣s"])
def test_a_moment_that_is_no_number_is_refused(moment: str) -> None:
    with pytest.raises(InvalidParameterException, match="write a time such as 90s") as caught:
        Story().timeline(**{"from": moment})
    assert len(caught.value.message) < 200

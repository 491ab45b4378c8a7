"""List and Describe operations: pages, limits and failures (IC:Q-24, IC:X-4)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.errors.common import InvalidParameterException
from tests.rules import rule
from tests.sim.stories import Story


@pytest.fixture(scope="module")
def story() -> Story:
    told = Story().on_instances(3)
    for number in range(12):
        told.call("ecs:CreateService", cluster="game", serviceName=f"s{number}", taskDefinition="web", desiredCount=0)
    return told


def read(story: Story, operation: str, **parameters: Any) -> dict[str, Any]:
    return story.simulation.read("ecs", operation, {"cluster": "game", **parameters})


@rule("IC:Q-24")
def test_services_come_ten_at_a_time(story: Story) -> None:
    first = read(story, "ListServices")
    assert len(first["serviceArns"]) == 10
    rest = read(story, "ListServices", nextToken=first["nextToken"])
    assert len(rest["serviceArns"]) == 2
    assert "nextToken" not in rest
    assert len(read(story, "ListServices", maxResults=100)["serviceArns"]) == 12


def test_pages_go_on_where_the_last_one_ended(story: Story) -> None:
    seen: list[str] = []
    token: dict[str, str] = {}
    for _ in range(3):
        answer = read(story, "ListContainerInstances", maxResults=1, **token)
        seen += answer["containerInstanceArns"]
        token = {"nextToken": answer["nextToken"]} if "nextToken" in answer else {}
    assert seen == list(story.simulation.world.container_instances)
    assert token == {}


@rule("IC:Q-24")
@pytest.mark.parametrize(
    ("operation", "parameters", "words"),
    [
        ("ListServices", {"maxResults": 0}, "from 1 to 100"),
        ("ListServices", {"maxResults": 101}, "from 1 to 100"),
        ("ListServices", {"nextToken": "x"}, "Invalid token"),
        ("ListServices", {"nextToken": "13"}, "Invalid token"),
        ("ListServices", {"nextToken": "9" * 5000}, "Invalid token"),
        ("ListServices", {"nextToken": "²"}, "Invalid token"),
        ("ListServices", {"nextToken": "٣"}, "Invalid token"),
        ("ListTasks", {"startedBy": "me", "family": "web"}, "startedBy must be the only filter"),
        ("ListContainerInstances", {"filter": "attribute:a ="}, "at character"),
        ("DescribeServices", {"services": [f"s{n}" for n in range(11)]}, "at most 10"),
        ("DescribeServices", {"services": []}, "Services cannot be empty."),
        ("DescribeTasks", {"tasks": []}, "Tasks cannot be empty."),
        ("DescribeTasks", {"tasks": ["t"] * 101}, "at most 100"),
        ("DescribeContainerInstances", {"containerInstances": []}, "Container instances cannot be empty."),
    ],
)
def test_refused(story: Story, operation: str, parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidParameterException) as caught:
        read(story, operation, **parameters)
    assert words in caught.value.message


@rule("IC:X-4", "IC:X-59", "IC:W-22")
@pytest.mark.parametrize(
    ("operation", "member", "kind"),
    [
        ("DescribeServices", "services", "service"),
        ("DescribeTasks", "tasks", "task"),
        ("DescribeContainerInstances", "containerInstances", "container-instance"),
    ],
)
def test_what_is_not_there_is_a_failure(story: Story, operation: str, member: str, kind: str) -> None:
    arn = f"arn:aws:ecs:us-east-1:123456789012:{kind}/game/nothing"
    elsewhere = f"arn:aws:ecs:us-east-1:123456789012:{kind}/other/nothing"
    answer = read(story, operation, **{member: ["nothing", arn, elsewhere]})
    assert answer[member] == []
    assert answer["failures"] == [{"arn": a, "reason": "MISSING"} for a in (arn, arn, elsewhere)]

"""Families and revisions: numbers, states, deletion (PN:T-2 to PN:T-6)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.errors.ecs import ClientException
from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import WEB, Story


def listed(story: Story, operation: str = "ListTaskDefinitions", **members: Any) -> list[str]:
    answer = story.simulation.read("ecs", operation, members)
    return [arn.rpartition("/")[2] for arn in answer.get("taskDefinitionArns", answer.get("families"))]


def deleted(story: Story, at: float, *names: str) -> dict[str, Any]:
    return story.call("ecs:DeleteTaskDefinitions", at, taskDefinitions=list(names))


@rule("PN:T-4", "IC:X-37")
def test_only_what_is_inactive_is_deleted() -> None:
    """PN:T-4."""
    story = Story().on_instances()
    story.call("ecs:RegisterTaskDefinition", **WEB)
    story.call("ecs:DeregisterTaskDefinition", taskDefinition="web:1")
    answer = deleted(story, 0, "web:1", "web:2", "web:9")
    assert [d["status"] for d in answer["taskDefinitions"]] == ["DELETE_IN_PROGRESS"]
    assert [f["reason"] for f in answer["failures"]] == [
        "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
        "MISSING",
    ]
    assert listed(story) == ["web:2"]
    assert listed(story, status="INACTIVE") == listed(story, status="DELETE_IN_PROGRESS") == []
    with pytest.raises(ClientException, match="Unable to describe task definition"):
        story.simulation.read("ecs", "DescribeTaskDefinition", {"taskDefinition": "web:1"})


@rule("PN:T-4", "PN:T-5", "IC:X-39", "IC:X-60")
def test_a_revision_in_use_stays_until_nothing_uses_it() -> None:
    """PN:T-4, PN:T-5: the service goes on and scales with it."""
    story = Story().on_instances()
    story.create(1)
    story.until(30)
    story.call("ecs:DeregisterTaskDefinition", 31, taskDefinition="web:1")
    deleted(story, 32, "web:1")
    assert listed(story, status="DELETE_IN_PROGRESS") == ["web:1"]
    story.update(40, desiredCount=3)
    story.until(100)
    assert story.running() == 3
    refused = story.attempt("ecs:RunTask", 101, cluster="game", taskDefinition="web:1")
    assert isinstance(refused, Rejection)
    assert (refused.code, refused.message) == ("InvalidParameterException", "TaskDefinition is inactive")
    story.call("ecs:DeleteService", 110, cluster="game", service="web", force=True)
    story.until(200)
    assert listed(story, status="DELETE_IN_PROGRESS") == []
    assert listed(story, "ListTaskDefinitionFamilies") == []


@rule("PN:T-2")
def test_numbers_are_never_used_again() -> None:
    """PN:T-2, after deletion too."""
    story = Story().on_instances()
    story.call("ecs:DeregisterTaskDefinition", taskDefinition="web:1")
    deleted(story, 0, "web:1")
    assert story.call("ecs:RegisterTaskDefinition", **WEB)["taskDefinition"]["revision"] == 2


@pytest.mark.parametrize("names", [["web:1"] * 11, ["web"], []], ids=["too many", "no revision", "none"])
def test_refused(names: list[str]) -> None:
    story = Story().on_instances()
    assert isinstance(story.attempt("ecs:DeleteTaskDefinitions", taskDefinitions=names), Rejection)


@rule("PN:T-3")
def test_lists_of_revisions() -> None:
    """PN:T-3, and the filters of ListTaskDefinitions and ListTaskDefinitionFamilies."""
    story = Story().on_instances()
    story.call("ecs:RegisterTaskDefinition", **WEB)
    story.call("ecs:RegisterTaskDefinition", **{**WEB, "family": "web-admin"})
    story.call("ecs:DeregisterTaskDefinition", taskDefinition="web-admin:1")
    assert listed(story, familyPrefix="web") == ["web:1", "web:2"]
    assert listed(story, sort="DESC", familyPrefix="web") == ["web:2", "web:1"]
    assert listed(story, status="INACTIVE") == ["web-admin:1"]
    assert listed(story, "ListTaskDefinitionFamilies", familyPrefix="web") == ["web", "web-admin"]
    assert listed(story, "ListTaskDefinitionFamilies", status="ACTIVE") == ["web"]
    assert listed(story, "ListTaskDefinitionFamilies", status="INACTIVE") == ["web-admin"]

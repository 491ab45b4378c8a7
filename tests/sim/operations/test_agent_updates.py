"""UpdateContainerAgent (IC:X-54)."""

from __future__ import annotations

from typing import Any

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import Story

INSTANCE = "i-0000000000000001"


def with_agent(version: str) -> Story:
    return Story().on_instances(1, agentVersion=version)


def shown(story: Story) -> tuple[str, str | None]:
    answer = story.read("ecs:DescribeContainerInstances", cluster="game", containerInstances=[INSTANCE])
    instance: dict[str, Any] = answer["containerInstances"][0]
    return instance["versionInfo"]["agentVersion"], instance.get("agentUpdateStatus")


def refused(story: Story, at: float, instance: str = INSTANCE) -> str:
    answer = story.attempt("ecs:UpdateContainerAgent", at, cluster="game", containerInstance=instance)
    assert isinstance(answer, Rejection), answer
    return answer.code


@rule("IC:X-54")
def test_an_old_agent_is_updated_once_at_a_time() -> None:
    story = with_agent("1.70.0")
    story.create(1)
    assert shown(story) == ("1.70.0", None)
    answer = story.call("ecs:UpdateContainerAgent", 60, cluster="game", containerInstance=INSTANCE)
    assert answer["containerInstance"]["agentUpdateStatus"] == "UPDATING"
    assert refused(story, 119) == "UpdateInProgressException"
    assert shown(story.until(120)) == ("1.104.0", "UPDATED")
    assert story.running() == 1, "tasks go on"
    assert refused(story, 121) == "NoUpdateAvailableException"


@rule("IC:X-54")
def test_a_new_agent_or_one_of_an_unknown_version_is_not_updated() -> None:
    assert refused(with_agent("1.104.0"), 1) == "NoUpdateAvailableException"
    assert refused(with_agent("2.0.0"), 1) == "NoUpdateAvailableException"
    assert refused(with_agent("mine"), 1) == "MissingVersionException"


def test_who_is_away_is_not_updated() -> None:
    story = with_agent("1.70.0")
    assert refused(story, 1, "i-9") == "InvalidParameterException"
    story.call("ecs:UpdateContainerAgent", 2, cluster="game", containerInstance=INSTANCE)
    story.call("lab:DisconnectAgent", 3, instance=INSTANCE)
    assert shown(story.until(100)) == ("1.70.0", "FAILED")
    assert refused(story, 101) == "InvalidParameterException"
    story.call("lab:ReconnectAgent", 102, instance=INSTANCE)
    story.call("ecs:UpdateContainerAgent", 103, cluster="game", containerInstance=INSTANCE)
    assert shown(story.until(200)) == ("1.104.0", "UPDATED")

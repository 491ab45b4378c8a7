"""Spot Instances are taken back (SS:C-40, SS:C-41, SS:K-27)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import WEB, Story

SPOT, OTHER = "i-0000000000000001", "i-0000000000000002"


def on_spot(**agent: str) -> Story:
    """A service with one task on a Spot Instance; an On-Demand one joins afterwards."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    common = {"cluster": "game", "instanceType": "t3.medium"}
    story.call("lab:AddContainerInstances", **common, zones=["us-east-1a"], market="spot", agent=agent)
    story.call("ecs:RegisterTaskDefinition", **WEB)
    story.create(1)
    story.call("lab:AddContainerInstances", 100, **common, zones=["us-east-1b"])
    return story


def places(story: Story) -> list[tuple[str, str]]:
    tasks = story.simulation.world.tasks.values()
    return [(t.availability_zone or "", t.last_status) for t in tasks]


def spot_status(story: Story) -> tuple[str, str]:
    world = story.simulation.world
    return next(iter(world.container_instances.values())).status, world.ec2_instances[SPOT].state


@rule("SS:C-40", "SS:C-41", "SS:K-27")
def test_without_draining_the_tasks_go_on_until_the_machine_ends() -> None:
    story = on_spot()
    story.call("lab:InterruptSpot", 200, instance=SPOT)
    story.until(319)
    assert (places(story), spot_status(story)) == ([("us-east-1a", "RUNNING")], ("ACTIVE", "running"))
    story.until(320)
    assert places(story)[0] == ("us-east-1a", "STOPPED")
    assert spot_status(story) == ("INACTIVE", "shutting-down")
    lost = next(iter(story.simulation.world.tasks.values()))
    assert (lost.stop_code, lost.stopped_reason) == ("TerminationNotice", f"Host EC2 (instance {SPOT}) terminated.")
    assert places(story.until(400))[1:] == [("us-east-1b", "RUNNING")]


@rule("SS:C-40", "SS:C-41")
def test_an_agent_that_is_told_to_drains_its_instance_at_the_notice() -> None:
    story = on_spot(ECS_ENABLE_SPOT_INSTANCE_DRAINING="true")
    story.call("lab:InterruptSpot", 200, instance=SPOT)
    assert spot_status(story) == ("DRAINING", "running")
    story.until(319)
    assert places(story) == [("us-east-1a", "STOPPED"), ("us-east-1b", "RUNNING")]
    story.until(320)
    assert spot_status(story) == ("INACTIVE", "shutting-down")
    assert places(story.until(400)) == [("us-east-1a", "STOPPED"), ("us-east-1b", "RUNNING")]


@rule("SS:C-41")
def test_what_is_not_replaced_in_time_is_lost() -> None:
    story = on_spot(ECS_ENABLE_SPOT_INSTANCE_DRAINING="true")
    story.call("lab:FailInstance", 101, instance=OTHER)
    story.call("lab:InterruptSpot", 200, instance=SPOT)
    assert places(story.until(319)) == [("us-east-1a", "RUNNING")]
    assert places(story.until(320)) == [("us-east-1a", "STOPPED")]


@rule("SS:C-40")
def test_an_agent_that_is_away_drains_nothing() -> None:
    story = on_spot(ECS_ENABLE_SPOT_INSTANCE_DRAINING="true")
    story.call("lab:DisconnectAgent", 150, instance=SPOT)
    story.call("lab:InterruptSpot", 200, instance=SPOT)
    assert spot_status(story)[0] == "ACTIVE"


@rule("SS:C-46")
def test_a_new_instance_moves_no_running_task() -> None:
    story = Story().on_instances(1, zones=["us-east-1a"])
    story.create(4)
    story.call("lab:AddContainerInstances", 100, cluster="game", instanceType="t3.medium", zones=["us-east-1b"])
    assert places(story.until(1000)) == [("us-east-1a", "RUNNING")] * 4


@pytest.mark.parametrize(
    ("instance", "words"),
    [
        (OTHER, "The instance i-0000000000000002 is On-Demand; only Spot Instances are interrupted."),
        (SPOT, "The instance i-0000000000000001 has had its notice already."),
        ("i-9", "There is no container instance i-9."),
    ],
)
def test_refused(instance: str, words: str) -> None:
    story = on_spot()
    story.call("lab:InterruptSpot", 200, instance=SPOT)
    answer: Any = story.attempt("lab:InterruptSpot", 201, instance=instance)
    assert isinstance(answer, Rejection)
    assert answer.message == words


def test_a_machine_that_does_not_run_has_no_notice() -> None:
    story = on_spot()
    story.call("lab:FailInstance", 200, instance=SPOT)
    answer = story.attempt("lab:InterruptSpot", 201, instance=SPOT)
    assert isinstance(answer, Rejection)
    assert answer.message == "The instance i-0000000000000001 does not run."
    assert [e["text"] for e in story.timeline(kinds=["fault"])["entries"]] == [f"Instance {SPOT} failed."]

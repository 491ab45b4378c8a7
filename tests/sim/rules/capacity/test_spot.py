"""Spot capacity behind a provider (SS:C-35, SS:C-40, SS:W-20)."""

from __future__ import annotations

import pytest

from tests.rules import rule
from tests.sim.rules.capacity.pools import UNITS, Pool

NOTICE = 3600
DRAINS = "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true"


def interrupted(**wishes: object) -> Pool:
    """Two Spot Instances with two tasks of a service each, the first of which gets its notice after an hour."""
    story = Pool(2, market="spot", protects=True, **wishes)
    story.define("half", UNITS // 2)
    story.call("ecs:CreateService", 200, cluster="game", serviceName="web", taskDefinition="half", desiredCount=4)
    first = next(iter(story.group.members))
    story.call("lab:InterruptSpot", NOTICE, instance=first)
    return story


@rule("SS:W-20", "SS:C-41", "SS:C-35")
@pytest.mark.parametrize("wishes", [{"drains": True}, {"drains": False, "agent": DRAINS}])
def test_without_spare_capacity_the_host_dies_first(wishes: dict[str, object]) -> None:
    story = interrupted(**wishes)
    assert story.until(NOTICE).running() == 4
    assert len(story.simulation.world.waiting) == 2, "the replacements wait for an instance"
    assert story.desired_at(NOTICE + 59, NOTICE + 60) == [2, 3]
    assert [story.until(NOTICE + at).running() for at in (119, 120, 162, 163)] == [4, 2, 2, 4]


@rule("SS:C-40", "SS:W-20")
def test_without_draining_nothing_happens_before_the_end() -> None:
    story = interrupted(drains=False)
    assert story.until(NOTICE + 119).total() == 4
    story.until(NOTICE + 120)
    assert (story.running(), story.total()) == (2, 4)


@rule("SS:C-6")
def test_the_end_comes_in_spite_of_protection_and_once() -> None:
    story = interrupted(drains=False)
    first = next(iter(story.group.members))
    assert story.group.members[first].is_protected
    story.call("ec2:TerminateInstances", NOTICE + 10, InstanceIds=[first])
    story.until(NOTICE + 200)
    machine = story.simulation.world.ec2_instances[first]
    assert machine.state_reason == "Client.UserInitiatedShutdown: User initiated shutdown"

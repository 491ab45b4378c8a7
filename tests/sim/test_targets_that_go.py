"""Targets, groups and settings that change under a load balancer's feet."""

from __future__ import annotations

from tests.rules import rule
from tests.sim import balancing
from tests.sim.balancing import LISTENER, SPARE, WEB
from tests.sim.stories import Story
from tests.sim.test_load_balancing import behind, lab, set_attributes, shares

MACHINE = "i-0000000000000001"


def test_a_target_that_is_named_twice_is_taken_out_once() -> None:
    story = lab(1)
    story.call("elbv2:RegisterTargets", TargetGroupArn=SPARE, Targets=[{"Id": MACHINE, "Port": 80}])
    twice = [{"Id": MACHINE}, {"Id": MACHINE, "Port": 80}]
    story.call("elbv2:DeregisterTargets", 1, TargetGroupArn=SPARE, Targets=twice)
    assert balancing.health(story, SPARE) == []


@rule("PN:L-46")
def test_a_slow_start_lasts_as_long_as_it_was_when_it_began() -> None:
    story = lab(2)
    set_attributes(story, 0, slow_start__duration_seconds="60")
    behind(story, 1).update(50, desiredCount=2)
    turned = next(at for at in range(55, 120) if len(shares(story.until(at))) == 2)
    set_attributes(story, turned + 1, slow_start__duration_seconds="0")
    assert shares(story.until(turned + 30)) == [("a", "2/3"), ("b", "1/3")]
    set_attributes(story, turned + 31, slow_start__duration_seconds="900")
    assert shares(story.until(turned + 60)) == [("a", "1/2"), ("b", "1/2")]


def _states(story: Story) -> list[str]:
    return [task.last_status for task in story.simulation.world.tasks.values()]


def _draining(story: Story) -> Story:
    """The one task of the service waits for its target."""
    behind(story, 1).update(50, desiredCount=0)
    assert _states(story.until(50)) == ["DEACTIVATING"]
    return story


@rule("PN:L-43")
def test_a_task_waits_no_longer_for_a_target_whose_group_is_deleted() -> None:
    story = _draining(lab(1))
    story.call("elbv2:DeleteListener", 60, ListenerArn=LISTENER)
    story.call("elbv2:DeleteTargetGroup", 60, TargetGroupArn=WEB)
    assert _states(story) == ["STOPPING"]


@rule("PN:L-43")
def test_a_task_waits_no_longer_for_a_target_that_somebody_else_has_taken() -> None:
    story = _draining(lab(1))
    (place,) = balancing.health(story)
    story.call("elbv2:RegisterTargets", 60, TargetGroupArn=WEB, Targets=[{"Id": place[0], "Port": place[1]}])
    assert _states(story) == ["STOPPING"]


@rule("PN:L-42")
def test_a_task_that_lost_its_group_is_replaced_at_once() -> None:
    story = behind(lab(2), 1)
    story.call("elbv2:DeleteListener", 60, ListenerArn=LISTENER)
    story.call("elbv2:DeleteTargetGroup", 60, TargetGroupArn=WEB)
    assert story.until(60).total() == 2

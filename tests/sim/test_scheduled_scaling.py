"""Scheduled actions of Application Auto Scaling (SS:A-4, SS:A-30, SS:A-45)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import Story
from tests.sim.test_scaling import AAS, T0, WHERE, begun, fargate, load, register, scalings, track


def schedule(story: Story, at: float, when: str, name: str = "plan", /, **members: Any) -> None:
    bounds = {n: members.pop(n) for n in ("MinCapacity", "MaxCapacity") if n in members}
    action = {"ScheduledActionName": name, "Schedule": when, **({"ScalableTargetAction": bounds} if bounds else {})}
    story.call(f"{AAS}:PutScheduledAction", at, **WHERE, **action, **members)


def bounds(story: Story) -> tuple[int, int]:
    target = story.simulation.world.scalable_targets["service/game/web"]
    return target.least, target.most


@rule("SS:A-45", "SS:A-60")
def test_bounds_move_at_their_time_and_the_count_between_them() -> None:
    story = fargate(3)
    register(story, 0, 1, 6)
    schedule(story, 1, "at(2026-01-05T00:10:00)", "up", MinCapacity=4)
    schedule(story, 1, "at(2026-01-05T00:20:00)", "down", MinCapacity=1, MaxCapacity=2)
    schedule(story, 1, "at(2026-01-05T00:30:00)", "wide", MaxCapacity=9)
    story.until(599)
    assert scalings(story) == []
    story.until(601)
    assert (scalings(story), bounds(story)) == ([(600, 4)], (4, 6))
    story.until(1201)
    assert (scalings(story), bounds(story)) == ([(600, 4), (1200, 2)], (1, 2))
    story.until(1801)
    assert (scalings(story), bounds(story)) == ([(600, 4), (1200, 2)], (1, 9))
    told = story.read(f"{AAS}:DescribeScalingActivities", ServiceNamespace="ecs")["ScalingActivities"]
    assert [(a["Description"], a["Cause"]) for a in told[-2:]] == [
        ("Setting desired count to 4.", "minimum capacity was set to 4"),
        ("Setting min capacity to 4 and max capacity to 6", "scheduled action name up was triggered"),
    ]
    assert story.read(f"{AAS}:DescribeScheduledActions", ServiceNamespace="ecs")["ScheduledActions"] == []


@rule("SS:A-45")
def test_schedules_come_again_in_their_time_zone_until_they_end() -> None:
    story = fargate(1)
    register(story, 0, 1, 6)
    evening = {"Timezone": "Europe/Berlin", "StartTime": "2026-01-05T12:00:00Z", "EndTime": "2026-01-07T12:00:00Z"}
    schedule(story, 1, "cron(0 18 * * ? *)", "evening", MinCapacity=3, **evening)
    schedule(story, 1, "rate(1 day)", "morning", MinCapacity=1, MaxCapacity=2, StartTime="2026-01-06T06:00:00Z")
    hour = 3600
    story.until(60 * hour)
    assert scalings(story) == [(17 * hour, 3), (30 * hour, 2), (41 * hour, 3), (54 * hour, 2)]
    shown = story.read(f"{AAS}:DescribeScheduledActions", ServiceNamespace="ecs")["ScheduledActions"]
    assert [s["ScheduledActionName"] for s in shown] == ["morning"]
    assert shown[0]["ScalableTargetAction"] == {"MinCapacity": 1, "MaxCapacity": 2}
    story.call(f"{AAS}:DeleteScheduledAction", 60 * hour, **WHERE, ScheduledActionName="morning")
    story.until(90 * hour)
    assert len(scalings(story)) == 4


@rule("SS:A-45")
def test_putting_an_action_again_keeps_what_is_left_out() -> None:
    story = fargate(1)
    register(story, 0, 1, 6)
    schedule(story, 1, "at(2026-01-05T00:10:00)", MinCapacity=4, MaxCapacity=5)
    schedule(story, 2, "at(2026-01-05T00:20:00)")
    story.until(1300)
    assert (scalings(story), bounds(story)) == ([(1200, 4)], (4, 5))


@rule("SS:A-30")
def test_a_cooldown_keeps_no_scheduled_action_waiting() -> None:
    story = begun(4, 2, 10)
    load(story, T0, "3.2")
    track(story, T0)
    schedule(story, T0, "at(2026-01-05T01:04:00)", MinCapacity=8)
    story.until(T0 + 300)
    assert scalings(story) == [(T0 + 180, 7), (T0 + 240, 8)]


@rule("SS:A-4")
def test_scheduled_scaling_can_be_suspended() -> None:
    story = fargate(1)
    register(story, 0, 1, 6, SuspendedState={"ScheduledScalingSuspended": True})
    schedule(story, 1, "rate(10 minutes)", MinCapacity=4, StartTime="2026-01-05T00:10:00Z")
    story.until(700)
    assert (scalings(story), bounds(story)) == ([], (1, 6))
    register(story, 800, 1, 6, SuspendedState={"ScheduledScalingSuspended": False})
    story.until(1300)
    assert scalings(story) == [(1200, 4)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"Schedule": "at(2025-01-05T01:04:00)"},
        {"Schedule": "every day"},
        {"Timezone": "Mars/Olympus"},
        {"ScalableTargetAction": {}},
        {"ScalableTargetAction": {"MinCapacity": 4, "MaxCapacity": 3}},
        {"ScalableTargetAction": {"MaxCapacity": -1}},
        {"StartTime": "soon"},
        {"EndTime": "2026-01-05T00:00:10Z"},
    ],
)
def test_actions_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    story = fargate(1)
    register(story, 0, 1, 6)
    action = {"ScheduledActionName": "plan", "Schedule": "at(2026-01-05T01:04:00)"}
    members = {**action, "ScalableTargetAction": {"MinCapacity": 4}, **wrong}
    before = story.simulation.digest()
    assert isinstance(story.attempt(f"{AAS}:PutScheduledAction", 0, **WHERE, **members), Rejection)
    assert isinstance(story.attempt(f"{AAS}:DeleteScheduledAction", 0, **WHERE, ScheduledActionName="none"), Rejection)
    assert story.simulation.digest() == before

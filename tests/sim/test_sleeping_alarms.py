"""An alarm that calls a policy sleeps while the call changes nothing, and no learner can tell (SS:M-21, SS:A-2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ecslab.sim.rules import alarms
from tests.rules import rule
from tests.sim.stories import Story
from tests.sim.test_alarms import pending, put
from tests.sim.test_scaling import AAS, BUSY, MEMORY, T0, WHERE, begun, decisions, load, register, scalings, track

OWN = {"Namespace": "Game", "MetricName": "Load", "Dimensions": [], "EvaluationPeriods": 1}
HOUR = 3600


@rule("SS:M-21")
def test_an_idle_service_at_its_minimum_is_not_looked_at_for_ever() -> None:
    story = begun(4, 2, 10)
    track(story, T0)
    load(story, T0, "0")
    story.until(T0 + HOUR)
    assert scalings(story) == [(T0 + 900, 2)]
    assert decisions(story)[-1][1:] == ("none", "AlreadyAtMinCapacity")
    assert pending(story) == 0
    register(story, T0 + HOUR, 1, 10)
    assert scalings(story.until(T0 + HOUR + 60))[1:] == [(T0 + HOUR, 1)]
    story.until(T0 + 2 * HOUR)
    assert pending(story) == 0


@rule("SS:A-2", "SS:A-7")
def test_a_count_set_by_hand_is_scaled_in_again_by_an_alarm_that_slept() -> None:
    story = begun(2, 2, 10)
    track(story, T0)
    load(story, T0, "0")
    assert pending(story.until(T0 + HOUR)) == 0
    story.update(T0 + HOUR, desiredCount=5)
    assert scalings(story.until(T0 + 2 * HOUR))[-1][1] == 2


@rule("SS:A-28", "SS:A-40")
def test_an_alarm_stays_awake_until_the_cooldown_is_over() -> None:
    """Nothing about the metric changes; each step waits for the cooldown of the one before."""
    story = begun(5, 1, 10)
    load(story, T0, "0")
    configured = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [adjustment(None, 0, -1)], "Cooldown": 600}
    policy = {"PolicyName": "fewer", "PolicyType": "StepScaling", "StepScalingPolicyConfiguration": configured}
    arn = story.call(f"{AAS}:PutScalingPolicy", T0, **WHERE, **policy)["PolicyARN"]
    put(story, T0, EvaluationPeriods=1, Threshold=10, ComparisonOperator="LessThanThreshold", AlarmActions=[arn])
    story.until(T0 + HOUR)
    assert scalings(story) == [(T0 + 60 + 600 * n, 4 - n) for n in range(4)]
    assert pending(story) == 0


@rule("SS:A-6")
def test_an_alarm_that_sleeps_still_has_its_say() -> None:
    """Target tracking at its maximum sleeps; a step policy that wants fewer is outvoted by it as before."""
    story = begun(4, 1, 4)
    track(story, T0)
    load(story, T0, "3.2")
    assert pending(story.until(T0 + HOUR)) == 0
    configured = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [adjustment(0, None, -1)]}
    arn = story.call(
        f"{AAS}:PutScalingPolicy",
        T0 + HOUR,
        **WHERE,
        PolicyName="fewer",
        PolicyType="StepScaling",
        StepScalingPolicyConfiguration=configured,
    )["PolicyARN"]
    put(story, T0 + HOUR, **OWN, AlarmActions=[arn])
    for minute in range(1, 5):
        data(story, T0 + HOUR + 60 * minute - 5, 99)
    story.until(T0 + HOUR + 300)
    assert scalings(story) == []


def adjustment(lower: int | None, upper: int | None, change: int) -> dict[str, int]:
    bounds = {"MetricIntervalLowerBound": lower, "MetricIntervalUpperBound": upper}
    return {name: bound for name, bound in bounds.items() if bound is not None} | {"ScalingAdjustment": change}


def suspend(story: Story, at: int, is_on: bool) -> None:
    suspended = {"DynamicScalingInSuspended": is_on, "DynamicScalingOutSuspended": is_on}
    story.attempt(f"{AAS}:RegisterScalableTarget", at, **WHERE, SuspendedState=suspended)


def data(story: Story, at: int, value: int) -> None:
    sent = [{"MetricName": "Load", "Value": value}]
    story.call("cloudwatch:PutMetricData", at, Namespace="Game", MetricData=sent)


def state(story: Story, at: int, value: str) -> None:
    story.call("cloudwatch:SetAlarmState", at, AlarmName="busy", StateValue=value, StateReason="by hand")


def stop_one(story: Story, at: int) -> None:
    for arn in story.read("ecs:ListTasks", cluster="game", serviceName="web")["taskArns"][:1]:
        story.call("ecs:StopTask", at, cluster="game", task=arn)


MOVES: dict[str, Callable[[Story, int], object]] = {
    "no load": lambda story, at: load(story, at, "0"),
    "light load": lambda story, at: load(story, at, "0.7"),
    "heavy load": lambda story, at: load(story, at, "3.2"),
    "one by hand": lambda story, at: story.update(at, desiredCount=1),
    "six by hand": lambda story, at: story.update(at, desiredCount=6),
    "deploy": lambda story, at: story.update(at, forceNewDeployment=True),
    "0 to 4": lambda story, at: register(story, at, 0, 4),
    "2 to 10": lambda story, at: register(story, at, 2, 10),
    "suspend": lambda story, at: suspend(story, at, True),
    "resume": lambda story, at: suspend(story, at, False),
    "track 30": lambda story, at: track(story, at, 30, ScaleOutCooldown=30, ScaleInCooldown=30),
    "track 90": lambda story, at: track(story, at, 90, ScaleOutCooldown=90, ScaleInCooldown=90),
    "track memory": lambda story, at: track(story, at, 60, **MEMORY),
    "untrack": lambda story, at: story.attempt(f"{AAS}:DeleteScalingPolicy", at, **WHERE, PolicyName="cpu50"),
    "low data": lambda story, at: data(story, at, 0),
    "high data": lambda story, at: data(story, at, 99),
    "alarm": lambda story, at: state(story, at, "ALARM"),
    "ok": lambda story, at: state(story, at, "OK"),
    "stop": stop_one,
}
WAITS = some.sampled_from([0, 20, 60, 100, 400, 1000, 3000])


def told(moves: list[tuple[str, int]]) -> tuple[Any, ...]:
    """All that a learner sees of a run, in no order within one instant.

    Nobody calls at a whole minute: a call after the alarms of that minute would wake those that sleep once more.
    """
    story = begun(2, 1, 8, memoryMiB=200)
    configured = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [adjustment(0, None, 2)], "Cooldown": 100}
    policy = {"PolicyName": "more", "PolicyType": "StepScaling", "StepScalingPolicyConfiguration": configured}
    arn = story.call(f"{AAS}:PutScalingPolicy", T0, **WHERE, **policy)["PolicyARN"]
    put(story, T0, **OWN, AlarmActions=[arn], TreatMissingData="ignore")
    track(story, T0)
    at = T0 + 7
    for move, wait in moves:
        MOVES[move](story, at)
        at += wait
        story.until(at)
    story.until(at + HOUR)
    explained = story.read("lab:ExplainScaling", **BUSY)
    entries = ((entry["at"], entry["text"]) for entry in story.timeline(limit=1000)["entries"])
    return sorted(entries), explained, story.read("cloudwatch:DescribeAlarms")


@pytest.mark.hypothesis
@given(some.lists(some.tuples(some.sampled_from(list(MOVES)), WAITS), max_size=6))
def test_nobody_can_tell_whether_alarms_sleep(moves: list[tuple[str, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alarms, "_calls_change_nothing", lambda _world, alarm: not alarm.wakes_policies)
        awake = told(moves)
    assert told(moves) == awake

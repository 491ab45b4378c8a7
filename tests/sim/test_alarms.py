"""Alarms: what datapoints lead to which state, and when they are looked at (SS:M-20 to SS:M-26)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.rules.alarms import alarm_state, judge
from ecslab.sim.simulation import Rejection, Simulation
from ecslab.sim.timers import AlarmDue
from tests.rules import rule
from tests.sim.stories import Story
from tests.sim.test_metrics import traffic, web

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
OK, ALARM, GAP = "OK", "ALARM", "INSUFFICIENT_DATA"
KEPT = "kept"
CPU = {
    "AlarmName": "busy",
    "Namespace": "AWS/ECS",
    "MetricName": "CPUUtilization",
    "Dimensions": [{"Name": "ClusterName", "Value": "game"}, {"Name": "ServiceName", "Value": "web"}],
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 50,
    "ComparisonOperator": "GreaterThanThreshold",
}


def put(story: Story, at: float = 0, /, **members: Any) -> None:
    story.call("cloudwatch:PutMetricAlarm", at, **{**CPU, **members})


def changes(story: Story, name: str = "busy") -> list[tuple[float, str]]:
    entries = story.timeline(kinds=["alarm"])["entries"]
    return [(e["at"], e["detail"]["to"]) for e in entries if e["detail"]["alarm"] == name]


def seen(text: str) -> list[bool | None]:
    return [{"-": None, "X": True, "0": False}[point] for point in text.split()]


@rule("SS:W-27", "SS:M-22", "SS:M-23", "SS:M-24", "SS:M-25")
@pytest.mark.parametrize(
    ("points", "to_alarm", "states"),
    [
        ("0 - X - X", 3, (OK, OK, OK, OK)),
        ("0 - - - -", 3, (OK, OK, OK, OK)),
        ("- - - - 0", 3, (OK, OK, OK, OK)),
        ("- - - - -", 3, (GAP, KEPT, ALARM, OK)),
        ("0 X X - X", 3, (ALARM, ALARM, ALARM, ALARM)),
        ("- - X - -", 3, (ALARM, KEPT, ALARM, OK)),
        ("0 - X - X", 2, (ALARM, ALARM, ALARM, ALARM)),
        ("0 0 X 0 X", 2, (ALARM, ALARM, ALARM, ALARM)),
        ("0 - X - -", 2, (OK, OK, ALARM, OK)),
        ("- - - - 0", 2, (OK, OK, ALARM, OK)),
        ("- - - X -", 2, (ALARM, KEPT, ALARM, OK)),
        ("- - - X X", 3, (KEPT, KEPT, ALARM, OK)),
    ],
)
@pytest.mark.parametrize("now", [OK, ALARM, GAP])
def test_gaps(points: str, to_alarm: int, states: tuple[str, ...], now: Any) -> None:
    found = [judge(seen(points), 3, to_alarm, treatment, now) for treatment in TREATMENTS]
    assert found == [now if state == KEPT else state for state in states]


@rule("SS:M-26")
def test_a_new_alarm_waits_for_enough_datapoints() -> None:
    assert judge(seen("- - - 0 0"), 3, 3, "missing", GAP, is_new=True) == GAP
    assert judge(seen("- - 0 0 0"), 3, 3, "missing", GAP, is_new=True) == OK
    assert judge(seen("- - X - -"), 3, 3, "missing", GAP, is_new=True) == ALARM


@rule("SS:M-20", "SS:M-21", "SS:K-2")
def test_an_alarm_follows_its_metric_each_minute() -> None:
    story = web(4)
    put(story, EvaluationPeriods=3, DatapointsToAlarm=2)
    traffic(story, pattern="points", points=[[0, 100], [240, 1000], [480, 100]])
    story.until(1200)
    assert changes(story) == [(180, "OK"), (360, "ALARM"), (600, "OK")]
    assert alarm_state(story.simulation.world, "busy") == "OK"
    assert alarm_state(story.simulation.world, "other") is None
    assert story.timeline(kinds=["alarm"])["entries"][1]["text"] == (
        "Alarm busy is ALARM. Threshold Crossed: 3 datapoints were breaching the threshold (50)."
    )


@rule("SS:M-1", "SS:M-23")
def test_an_alarm_of_a_service_without_tasks_has_no_data() -> None:
    story = web(1)
    put(story)
    story.update(300, desiredCount=0)
    story.until(1200)
    assert changes(story) == [(180, "OK"), (600, "INSUFFICIENT_DATA")]


def pending(story: Story) -> int:
    return sum(1 for entry in story.simulation.world.agenda.entries if isinstance(entry[3], AlarmDue))


def test_an_alarm_sleeps_while_nothing_can_change_and_is_woken() -> None:
    story = web(2)
    put(story)
    traffic(story, requestsPerSecond=10)
    story.until(3600)
    assert pending(story) == 0
    traffic(story, 3610, requestsPerSecond=1000)
    story.until(4200)
    assert changes(story) == [(180, "OK"), (3780, "ALARM")]
    story.until(7200)
    assert pending(story) == 0
    again = Simulation.restore(story.simulation.snapshot())
    assert again.digest() == story.simulation.digest()
    fresh = web(2)
    put(fresh)
    traffic(fresh, requestsPerSecond=10, to=1800)
    assert pending(fresh.until(1700)) == 1


def test_an_alarm_of_ones_own_metric() -> None:
    story = Story()
    own = {"Namespace": "Game", "MetricName": "Backlog", "Dimensions": [], "EvaluationPeriods": 1}
    put(story, **own, TreatMissingData="notBreaching", ComparisonOperator="GreaterThanOrEqualToThreshold")
    value = {"Namespace": "Game", "MetricData": [{"MetricName": "Backlog", "Value": 50}]}
    story.until(900)
    assert pending(story) == 0
    story.call("cloudwatch:PutMetricData", 1000, **value)
    story.until(2000)
    assert changes(story) == [(0, "OK"), (1020, "ALARM"), (1200, "OK")]
    assert pending(story) == 0


def test_a_state_by_hand_lasts_until_the_next_look() -> None:
    story = web(1)
    put(story)
    story.until(600)
    call = {"AlarmName": "busy", "StateValue": "ALARM", "StateReason": "a test"}
    story.call("cloudwatch:SetAlarmState", 610, **call)
    shown = story.read("cloudwatch:DescribeAlarms", StateValue="ALARM")["MetricAlarms"][0]
    assert (shown["StateReason"], shown["Threshold"], shown["TreatMissingData"]) == ("a test", 50, "missing")
    story.until(700)
    assert changes(story)[-2:] == [(610, "ALARM"), (660, "OK")]
    put(story, 700, Threshold=40)
    assert story.read("cloudwatch:DescribeAlarms", AlarmNames=["busy"])["MetricAlarms"][0]["StateValue"] == "OK"
    story.call("cloudwatch:DeleteAlarms", 710, AlarmNames=["busy"])
    assert story.read("cloudwatch:DescribeAlarms", AlarmNamePrefix="b")["MetricAlarms"] == []
    story.until(900)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"DatapointsToAlarm": 4}, "InvalidParameterCombination"),
        ({"Period": 90}, "InvalidParameterValue"),
        ({"EvaluationPeriods": 1441}, "ValidationError"),
        ({"Period": 3600, "EvaluationPeriods": 169}, "ValidationError"),
        ({"Statistic": "p99"}, "InvalidParameterValue"),
        ({"Threshold": "half"}, "InvalidParameterValue"),
        ({"TreatMissingData": "maybe"}, "InvalidParameterValue"),
        ({"ComparisonOperator": "Equals"}, "InvalidParameterValue"),
    ],
)
def test_alarms_that_make_no_sense_are_refused(members: dict[str, Any], code: str) -> None:
    story = web(1)
    before = story.simulation.digest()
    outcome = story.attempt("cloudwatch:PutMetricAlarm", **{**CPU, **members})
    assert isinstance(outcome, Rejection)
    assert outcome.code == code
    assert story.simulation.digest() == before


def test_unknown_alarms_and_missing_members_are_refused() -> None:
    story = Story()
    call = {"AlarmName": "busy", "StateValue": "OK", "StateReason": "a test"}
    for name, members in (("SetAlarmState", call), ("DeleteAlarms", {"AlarmNames": ["busy"]})):
        outcome = story.attempt(f"cloudwatch:{name}", **members)
        assert isinstance(outcome, Rejection)
        assert outcome.code == "ResourceNotFound"
    outcome = story.attempt("cloudwatch:PutMetricAlarm", **{k: v for k, v in CPU.items() if k != "Threshold"})
    assert isinstance(outcome, Rejection)
    assert outcome.code == "MissingParameter"

"""What scaling tells of its decisions: every member, every reason, every limit of a condition (SS section A)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from ecslab.sim.rules.scaling import formulas
from ecslab.sim.state.scaling import Step
from tests.rules import rule
from tests.sim.stories import Story
from tests.sim.test_alarms import put
from tests.sim.test_scaling import (
    AAS,
    BUSY,
    T0,
    WHERE,
    begun,
    decisions,
    load,
    queue,
    register,
    scalings,
    step_policy,
    track,
    up_and_down,
)
from tests.sim.test_scheduled_scaling import bounds, schedule

OWN = {"Namespace": "Game", "MetricName": "Load", "Dimensions": [], "EvaluationPeriods": 1}


def explained(story: Story) -> list[dict[str, Any]]:
    """Decisions, oldest first."""
    return list(reversed(story.read("lab:ExplainScaling", **BUSY)["decisions"]))


@rule("SS:A-27", "SS:A-28", "SS:A-35", "SS:A-36")
def test_step_decisions_are_told_with_their_numbers() -> None:
    """Out by two, the same again held back by the cooldown, then in by one, and that held back too."""
    story = up_and_down(up=120, down=120)
    for minute, value in enumerate((60, 60, 60, 10, 10, 30)):
        queue(story, T0 + 60 * minute, value)
    story.until(T0 + 420)

    def decision(minute: int, name: str, value: int, running: int, to: int, /, **told: Any) -> dict[str, Any]:
        sign, alarm, threshold = (2, "high", "50") if name == "up" else (-1, "low", "20")
        inputs = {"running": running, "metric": str(value), "threshold": threshold, "adjustment": sign}
        formula = {"text": f"ChangeInCapacity {sign:+d} of {running}", "inputs": inputs, "result": running + sign}
        return {
            "at": T0 + 60 * minute,
            "policy": name,
            "alarm": alarm,
            "datapoints": [{"at": T0 + 60 * minute, "value": str(value)}],
            "formula": formula,
            "clampedTo": None,
            "to": to,
            **told,
        }

    held = {"result": "none", "reason": "Cooldown"}
    assert explained(story) == [
        decision(1, "up", 60, 4, 6, **{"from": 4}, result="scaleOut", reason=None, rule="SS:A-36", mark="D"),
        decision(2, "up", 60, 4, 6, **{"from": 6}, **held, rule="SS:A-27", mark="C"),
        decision(3, "up", 60, 6, 8, **{"from": 6}, result="scaleOut", reason=None, rule="SS:A-36", mark="D"),
        decision(4, "down", 10, 8, 8, **{"from": 8}, **held, rule="SS:A-28", mark="D"),
        decision(5, "down", 10, 8, 7, **{"from": 8}, result="scaleIn", reason=None, rule="SS:A-36", mark="D"),
    ]


@rule("SS:A-26", "SS:A-28")
@pytest.mark.parametrize(("cooldown", "at"), [(59, 120), (60, 120), (61, 180)])
def test_a_cooldown_ends_with_its_last_second(cooldown: int, at: int) -> None:
    story = up_and_down(up=0, down=cooldown)
    for minute in range(3):
        queue(story, T0 + 60 * minute, 10)
    story.until(T0 + 180)
    assert [moment for moment, _ in scalings(story)][:2] == [T0 + 60, T0 + at]


@rule("SS:A-26", "SS:A-28")
def test_a_cooldown_is_told_with_its_kind_and_its_own_length() -> None:
    story = begun(4, 2, 10)
    load(story, T0, "0")
    track(story, T0, ScaleOutCooldown=60, ScaleInCooldown=600)
    story.until(T0 + 900)
    (policy,) = story.read("lab:ExplainScaling", **BUSY)["policies"]
    assert policy["cooldown"] == {"out": 60, "in": 600, "until": T0 + 1500, "kind": "in"}


@rule("SS:A-6")
def test_one_task_is_more_than_none_whichever_policy_came_first() -> None:
    story = begun(4, 0, 10)
    for name, change in (("all", -4), ("most", -3)):
        arn = step_policy(story, T0, [(0, None, change)], PolicyName=name)
        put(story, T0, **OWN, AlarmName=name, AlarmActions=[arn])
    queue(story, T0, 60)
    story.until(T0 + 61)
    assert scalings(story) == [(T0 + 60, 1)]


@rule("SS:A-38", "SS:A-39")
@pytest.mark.parametrize(("sign", "found"), [(1, 7), (-1, 1)])
def test_a_percentage_of_a_service_changes_at_least_the_minimum_magnitude(sign: int, found: int) -> None:
    story = begun(4, 1, 20)
    kind = {"AdjustmentType": "PercentChangeInCapacity", "MinAdjustmentMagnitude": 3}
    arn = step_policy(story, T0, [(0, None, 10 * sign)], **kind)
    put(story, T0, **OWN, AlarmActions=[arn])
    queue(story, T0, 60)
    story.until(T0 + 61)
    assert scalings(story) == [(T0 + 60, found)]
    assert explained(story)[-1]["formula"]["text"] == f"PercentChangeInCapacity {10 * sign:+d} of 4"


@rule("SS:A-36")
def test_a_value_without_a_step_scales_nothing() -> None:
    story = begun(4, 1, 20)
    arn = step_policy(story, T0, [(20, None, 2)])
    put(story, T0, **OWN, AlarmActions=[arn])
    queue(story, T0, 60)
    story.until(T0 + 61)
    assert scalings(story) == []
    (told,) = explained(story)
    assert (told["result"], told["reason"], told["formula"], told["clampedTo"]) == (
        "none",
        "InsufficientData",
        None,
        None,
    )
    assert told["datapoints"] == [{"at": T0 + 60, "value": "60"}]


@rule("SS:A-36", "SS:A-40")
def test_a_step_takes_as_many_tasks_away_as_it_says() -> None:
    story = begun(8, 1, 20)
    arn = step_policy(story, T0, [(0, None, -3)])
    put(story, T0, **OWN, AlarmActions=[arn])
    queue(story, T0, 60)
    story.until(T0 + 61)
    assert scalings(story) == [(T0 + 60, 5)]


@rule("SS:A-2", "SS:A-61")
def test_an_adjustment_of_nothing_is_no_scale_in() -> None:
    """A step of zero wants as many tasks as there are: the reason is that, not a minimum or a cooldown."""
    story = begun(4, 4, 20)
    arn = step_policy(story, T0, [(0, None, 0)])
    put(story, T0, **OWN, AlarmActions=[arn])
    queue(story, T0, 60)
    story.until(T0 + 61)
    assert decisions(story) == [(T0 + 60, "none", "AlreadyAtDesiredCapacity")]
    call = {"ServiceNamespace": "ecs", "IncludeNotScaledActivities": True}
    (told,) = story.read(f"{AAS}:DescribeScalingActivities", **call)["ScalingActivities"]
    assert told["Description"] == "Attempting to scale due to alarm triggered"
    assert told["Cause"] == "monitor alarm busy in state ALARM triggered policy steps"
    assert told["StatusCode"] == "Unfulfilled"
    assert told["NotScaledReasons"] == [{"Code": "AlreadyAtDesiredCapacity"}]
    assert told.get("StatusMessage", "") == ""
    assert told["ActivityId"].endswith("0001")


@rule("SS:A-15")
def test_a_low_alarm_without_a_datapoint_takes_no_task_away() -> None:
    story = begun(4, 1, 20)
    own = {"Namespace": "Game", "MetricName": "Backlog", "Statistic": "Average"}
    configured = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 10, "CustomizedMetricSpecification": own}}
    call = {"PolicyName": "queue", "PolicyType": "TargetTrackingScaling"}
    alarms = story.call(f"{AAS}:PutScalingPolicy", T0, **WHERE, **call, **configured)["Alarms"]
    low = {"AlarmName": alarms[1]["AlarmName"], "StateValue": "ALARM", "StateReason": "by hand"}
    story.call("cloudwatch:SetAlarmState", T0 + 10, **low)
    story.until(T0 + 11)
    assert (scalings(story), decisions(story)) == ([], [(T0 + 10, "none", "InsufficientData")])


@rule("SS:A-35")
def test_an_exact_capacity_of_nothing_stays_nothing() -> None:
    story = begun(0, 0, 20)
    arn = step_policy(story, T0, [(0, None, 0)], AdjustmentType="ExactCapacity")
    put(story, T0, **OWN, AlarmActions=[arn])
    queue(story, T0, 60)
    story.until(T0 + 61)
    assert (scalings(story), story.service().desired_count) == ([], 0)


@rule("SS:A-35")
def test_an_alarm_that_calls_a_policy_when_all_is_well_is_not_among_those_that_it_is_told_with() -> None:
    story = begun(4, 1, 20)
    arn = step_policy(story, T0, [(None, 0, -1)])
    put(story, T0, **OWN, OKActions=[arn])
    (policy,) = story.read("lab:ExplainScaling", **BUSY)["policies"]
    assert (policy["alarms"], policy["metric"]) == ([], None)
    queue(story, T0, 10)
    story.until(T0 + 61)
    assert scalings(story) == [(T0 + 60, 3)]


@rule("SS:A-27")
def test_a_scale_out_that_only_clamps_goes_to_the_maximum() -> None:
    story = begun(4, 1, 5)
    arn = step_policy(story, T0, [(0, None, 4)])
    put(story, T0, **OWN, AlarmActions=[arn])
    queue(story, T0, 60)
    queue(story, T0 + 60, 60)
    story.until(T0 + 121)
    first, second = explained(story)
    assert (first["clampedTo"], first["from"], first["to"]) == (5, 4, 5)
    assert (second["clampedTo"], second["reason"]) == (None, "AlreadyAtMaxCapacity")


@rule("SS:A-11", "SS:A-16")
def test_the_alarms_of_a_policy_are_described_whole() -> None:
    story = begun(4, 1, 10)
    arn = track(story, T0, 60)["PolicyARN"]
    high, low = story.read("cloudwatch:DescribeAlarms")["MetricAlarms"]
    for alarm, kind, suffix in ((high, "High", "1"), (low, "Low", "2")):
        name = f"TargetTracking-service/game/web-Alarm{kind}-{suffix:0>16}"
        assert alarm["AlarmName"] == name
        assert alarm["AlarmArn"] == f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}"
        assert alarm["AlarmDescription"] == f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {arn}."
        assert (alarm["TreatMissingData"], alarm["Statistic"], alarm["Period"]) == ("missing", "Average", 60)
        assert alarm["AlarmConfigurationUpdatedTimestamp"].startswith("2026-01-05T01:00:00")
        assert alarm["AlarmActions"] == [arn]
    assert (high["ComparisonOperator"], high["Threshold"]) == ("GreaterThanThreshold", 60)
    assert (low["ComparisonOperator"], low["Threshold"]) == ("LessThanThreshold", 54)


@rule("SS:A-12", "SS:A-17")
@pytest.mark.parametrize(
    ("running", "value", "count"), [(0, 51, 1), (0, 50, 0), (0, 0, 0), (4, 80, 7), (4, 50, 4), (3, 34, 3)]
)
def test_tracked(running: int, value: int, count: int) -> None:
    assert formulas.tracked(running, Fraction(value), Fraction(50)) == count


BELOW_FIRST = "With a negative lower bound, one step must have no lower bound."
ABOVE_LAST = "With a positive upper bound, one step must have no upper bound."
TWO_OPEN = "At most one step can have no lower bound, and at most one no upper bound."
GAPS = "Steps must not overlap and must not leave a gap."


@rule("SS:A-37")
@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([], "StepAdjustments needs at least one step."),
        ([(None, None)], "A step cannot have neither a lower nor an upper bound."),
        ([(None, "0"), (None, "5")], TWO_OPEN),
        ([("0", None), ("5", None)], TWO_OPEN),
        ([("10", "10"), ("10", None)], "A step's lower bound must be less than its upper bound."),
        ([("10", "5")], "A step's lower bound must be less than its upper bound."),
        ([("0", "10"), ("5", None)], GAPS),
        ([("0", "10"), ("20", None)], GAPS),
        ([("0", None), ("-5", "5")], GAPS),
        ([("0", None), ("5", "9")], GAPS),
        ([(None, "0"), ("-5", "0")], GAPS),
        ([("-10", "0")], BELOW_FIRST),
        ([("-0.5", "0")], BELOW_FIRST),
        ([("0", "10")], ABOVE_LAST),
        ([("0", "0.5")], ABOVE_LAST),
        ([("0", None)], None),
        ([(None, "0")], None),
        ([("10", None), ("0", "10")], None),
        ([("0.5", None), ("0", "0.5"), (None, "0")], None),
        ([("-5", "0"), (None, "-5")], None),
    ],
)
def test_what_is_wrong_with_steps(steps: list[tuple[str | None, str | None]], problem: str | None) -> None:
    assert formulas.problem_of([Step(lower, upper, 1) for lower, upper in steps]) == problem


@rule("SS:A-36")
@pytest.mark.parametrize(
    ("lower", "upper", "beyond", "holds"),
    [
        ("0", "10", "0", True),
        ("0", "10", "0.5", True),
        ("0", "10", "10", False),
        ("-10", "0", "0", True),
        ("-10", "0", "-10", False),
        ("-10", "0", "-9.5", True),
        ("0.2", "0.5", "0.5", False),
        ("0.2", "0.5", "0.2", True),
    ],
)
def test_which_bound_belongs_to_a_step(lower: str, upper: str, beyond: str, holds: bool) -> None:
    found = formulas.step_for([Step(lower, upper, 1)], Fraction(beyond))
    assert (found is not None) == holds


@rule("SS:A-1")
def test_a_service_that_is_gone_is_not_scaled() -> None:
    """A deleted service keeps its target and its alarms, as on AWS; nothing of it is set any more."""
    story = begun(4, 2, 10)
    arn = step_policy(story, T0, [(0, None, 2)])
    put(story, T0, **OWN, AlarmActions=[arn])
    schedule(story, T0, "at(2026-01-05T01:05:00)", MinCapacity=8)
    story.call("ecs:DeleteService", T0 + 1, cluster="game", service="web", force=True)
    queue(story, T0 + 60, 60)
    story.until(T0 + 600)
    assert scalings(story) == []
    assert bounds(story) == (8, 10)
    story.call("ecs:DeleteCluster", T0 + 700, cluster="game")
    queue(story, T0 + 720, 60)
    story.until(T0 + 1000)
    assert scalings(story) == []


@rule("SS:A-45")
def test_a_count_at_the_new_maximum_stays() -> None:
    story = begun(4, 2, 10)
    schedule(story, T0, "at(2026-01-05T01:05:00)", MaxCapacity=4)
    schedule(story, T0, "at(2026-01-05T01:10:00)", "down", MaxCapacity=3)
    story.until(T0 + 301)
    assert (scalings(story), bounds(story)) == ([], (2, 4))
    story.until(T0 + 601)
    assert scalings(story) == [(T0 + 600, 3)]
    told = story.read(f"{AAS}:DescribeScalingActivities", ServiceNamespace="ecs")["ScalingActivities"]
    assert "maximum capacity was set to 3" in [a["Cause"] for a in told]


@rule("SS:A-45")
def test_an_action_without_a_minimum_that_allows_nothing() -> None:
    story = begun(4, 2, 10)
    schedule(story, T0, "at(2026-01-05T01:05:00)", MaxCapacity=0)
    story.until(T0 + 301)
    assert (scalings(story), bounds(story)) == ([(T0 + 300, 0)], (0, 0))


@rule("SS:A-45")
def test_a_schedule_is_still_due_at_its_end() -> None:
    story = begun(4, 2, 10)
    members = {"MinCapacity": 6, "StartTime": "2026-01-05T01:10:00Z", "EndTime": "2026-01-05T01:20:00Z"}
    schedule(story, T0, "rate(10 minutes)", **members)
    story.until(T0 + 700)
    register(story, T0 + 700, 2, 4)
    story.until(T0 + 1201)
    assert scalings(story) == [(T0 + 600, 6), (T0 + 700, 4), (T0 + 1200, 6)]
    story.until(T0 + 2400)
    assert story.read(f"{AAS}:DescribeScheduledActions", ServiceNamespace="ecs")["ScheduledActions"] == []


@rule("SS:A-12")
def test_tracking_that_wants_none_goes_to_the_minimum() -> None:
    story = begun(4, 0, 10)
    load(story, T0, "0")
    track(story, T0)
    story.until(T0 + 900)
    assert scalings(story) == [(T0 + 900, 0)]
    assert explained(story)[-1]["alarm"] == "AlarmLow"
    assert WHERE["ResourceId"] == story.read("lab:ExplainScaling", **BUSY)["target"]

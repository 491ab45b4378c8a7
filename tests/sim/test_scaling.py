"""Service auto scaling: the worked examples and the arithmetic (SS section A, SS:W-15 to SS:W-18)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from ecslab.sim.command import Command
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.scaling import formulas
from ecslab.sim.simulation import Rejection, Simulation
from ecslab.sim.state.scaling import Step
from tests.rules import rule
from tests.sim.stories import Story
from tests.sim.test_alarms import put
from tests.sim.test_metrics import traffic

WHERE = {"ServiceNamespace": "ecs", "ResourceId": "service/game/web", "ScalableDimension": "ecs:service:DesiredCount"}
AAS = "application-autoscaling"
SIZE = 256
BUSY = {"cluster": "game", "service": "web"}


def fargate(desired: int, **image: int) -> Story:
    """Tasks of a quarter of a vCPU whose programs use one CPU unit for each request a second."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    container = {"name": "web", "image": "web"}
    definition = {"family": "web", "cpu": str(SIZE), "memory": "512", "networkMode": "awsvpc"}
    fargate_only = {"requiresCompatibilities": ["FARGATE"], "containerDefinitions": [container]}
    story.call("ecs:RegisterTaskDefinition", **definition, **fargate_only)
    story.call("lab:PutImage", image="web", cpuUnitsPerRequestPerSecond=1, **image)
    story.create(desired)
    return story


def register(story: Story, at: float, least: int, most: int, **more: Any) -> None:
    story.call(f"{AAS}:RegisterScalableTarget", at, **WHERE, MinCapacity=least, MaxCapacity=most, **more)


def track(story: Story, at: float, target: float = 50, /, name: str = "cpu50", **more: Any) -> dict[str, Any]:
    kind = {"PredefinedMetricType": more.pop("metric", "ECSServiceAverageCPUUtilization")}
    configuration = {"TargetValue": target, "PredefinedMetricSpecification": kind, **more}
    call = {"PolicyName": name, "PolicyType": "TargetTrackingScaling"}
    configured = {"TargetTrackingScalingPolicyConfiguration": configuration}
    return story.call(f"{AAS}:PutScalingPolicy", at, **WHERE, **call, **configured)


def load(story: Story, at: float, cpus: str) -> None:
    """So many task-CPUs of work from now on."""
    traffic(story, at, requestsPerSecond=str(Fraction(cpus) * SIZE) if "." not in cpus else decimal(cpus))


def decimal(cpus: str) -> str:
    thousandths = int(Fraction(cpus) * SIZE * 1000)
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"


def decimal_of(desired: int) -> str:
    return f"{desired // 2}.{5 * (desired % 2)}"


def scalings(story: Story) -> list[tuple[float, int]]:
    return [(e["at"], e["detail"]["to"]) for e in story.timeline(kinds=["scaling"])["entries"]]


def decisions(story: Story) -> list[tuple[float, str, str | None]]:
    target = story.simulation.world.scalable_targets["service/game/web"]
    return [(d["at"], d["result"], d["reason"]) for d in reversed(target.decisions)]


T0 = 3600
"""The examples begin at a whole minute at which the service has long been steady, at half of its capacity."""


def begun(desired: int, least: int, most: int, **image: int) -> Story:
    story = fargate(desired, **image)
    load(story, 0, decimal_of(desired))
    story.until(T0)
    register(story, T0, least, most)
    return story


@rule("SS:W-15", "SS:A-3", "SS:A-11", "SS:A-12", "SS:A-13", "SS:A-25", "SS:A-26", "SS:A-60")
def test_target_tracking_up_and_down() -> None:
    story = begun(4, 2, 10)
    load(story, T0, "3.2")
    track(story, T0)
    story.until(T0 + 214)
    assert scalings(story) == [(T0 + 180, 7)]
    assert story.running() == 4
    story.until(T0 + 600)
    assert story.running() == 7
    assert scalings(story) == [(T0 + 180, 7)]
    target = story.simulation.world.scalable_targets["service/game/web"]
    newest = target.decisions[0]
    assert (newest["at"], newest["reason"]) == (T0 + 240, "Cooldown")
    assert newest["formula"]["result"] == 5
    assert target.decisions[1]["formula"]["text"] == "ceil(4 x 80 / 50)"
    load(story, T0 + 600, "0.7")
    story.until(T0 + 1499)
    assert scalings(story) == [(T0 + 180, 7)]
    story.until(T0 + 1500)
    assert scalings(story) == [(T0 + 180, 7), (T0 + 1500, 2)]
    found = story.read(f"{AAS}:DescribeScalingActivities", ServiceNamespace="ecs")["ScalingActivities"]
    alarm = "TargetTracking-service/game/web-AlarmLow-0000000000000002"
    assert found[0]["Description"] == "Setting desired count to 2."
    assert found[0]["Cause"] == f"monitor alarm {alarm} in state ALARM triggered policy cpu50"
    assert found[0]["StatusMessage"] == "Successfully set desired count to 2. Change successfully fulfilled by ecs."


@rule("SS:S-44")
def test_what_scales_a_service_is_told_in_a_lane_of_its_own() -> None:
    """Not among the messages of the service, which tell the starts alone."""
    story = begun(4, 2, 10)
    load(story, T0, "3.2")
    track(story, T0)
    story.until(T0 + 400)
    (told,) = story.timeline(kinds=["scaling"])["entries"]
    assert "Desired count of service web went from 4 to 7: monitor alarm TargetTracking-" in told["text"]
    said = [message for at, message in story.messages() if at >= T0]
    assert any("has started 3 tasks" in message for message in said)
    assert not any("Message:" in message or "esired count" in message or "alarm" in message for message in said)
    lanes = {entry["kind"] for entry in story.timeline()["entries"] if "Desired count" in entry["text"]}
    assert lanes == {"scaling"}


@rule("SS:W-16", "SS:A-14", "SS:A-61")
def test_target_tracking_that_refuses_to_scale_in() -> None:
    story = begun(3, 1, 10)
    load(story, T0, "1.32")
    track(story, T0)
    story.until(T0 + 900)
    assert decisions(story) == [(T0 + 900, "none", "AlreadyAtDesiredCapacity")]
    story.until(T0 + 1800)
    assert scalings(story) == []
    call = {"ServiceNamespace": "ecs", "IncludeNotScaledActivities": True}
    found = story.read(f"{AAS}:DescribeScalingActivities", **call)["ScalingActivities"]
    assert [a["NotScaledReasons"] for a in found] == [[{"Code": "AlreadyAtDesiredCapacity"}]]
    load(story, T0 + 1800, "0.9")
    story.until(T0 + 1900)
    assert scalings(story) == [(T0 + 1860, 2)]


def step_policy(story: Story, at: float, steps: list[tuple[float | None, float | None, int]], **more: Any) -> str:
    names = ("MetricIntervalLowerBound", "MetricIntervalUpperBound")
    adjustments = [
        {**{n: b for n, b in zip(names, step[:2], strict=True) if b is not None}, "ScalingAdjustment": step[2]}
        for step in steps
    ]
    name = more.pop("PolicyName", "steps")
    configuration = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": adjustments, **more}
    call = {"PolicyName": name, "PolicyType": "StepScaling", "StepScalingPolicyConfiguration": configuration}
    return str(story.call(f"{AAS}:PutScalingPolicy", at, **WHERE, **call)["PolicyARN"])


@rule("SS:W-17", "SS:A-27", "SS:A-35", "SS:A-40")
def test_cooldown_arithmetic() -> None:
    story = begun(4, 1, 20)
    arn = step_policy(story, T0, [(0, 20, 2), (20, None, 3)])
    own = {"Namespace": "Game", "MetricName": "Load", "Dimensions": [], "EvaluationPeriods": 1}
    put(story, T0, **own, AlarmActions=[arn])
    for minute, value in enumerate((60, 75, 60, 60)):
        data = [{"MetricName": "Load", "Value": value}]
        story.call("cloudwatch:PutMetricData", T0 + 60 * minute + 10, Namespace="Game", MetricData=data)
    story.until(T0 + 240)
    assert scalings(story) == [(T0 + 60, 6), (T0 + 120, 7)]
    assert decisions(story)[2:] == [(T0 + 180, "none", "Cooldown")]
    shown = story.read(f"{AAS}:DescribeScalingPolicies", ServiceNamespace="ecs")["ScalingPolicies"][0]
    assert [alarm["AlarmName"] for alarm in shown["Alarms"]] == ["busy"]


@rule("SS:W-18", "SS:A-5")
def test_a_deployment_keeps_a_service_from_scaling_in() -> None:
    story = begun(6, 2, 20)
    load(story, T0, "0.6")
    track(story, T0)
    story.call("lab:PutImage", T0 + 600, image="web", cpuUnitsPerRequestPerSecond=1, startSeconds=170)
    story.update(T0 + 800, forceNewDeployment=True)
    story.until(T0 + 959)
    assert decisions(story) == [(T0 + 900, "none", "DeploymentInProgress")]
    story.until(T0 + 1500)
    told = story.timeline(kinds=["deployment"])["entries"][-1]
    assert told["detail"]["state"] == "COMPLETED"
    assert T0 + 960 < told["at"] < T0 + 1080
    assert scalings(story) == [(-(-told["at"] // 60) * 60, 2)]
    up = begun(6, 2, 20)
    up.call("lab:PutImage", T0, image="web", cpuUnitsPerRequestPerSecond=1, startSeconds=170)
    load(up, T0, "4.8")
    track(up, T0)
    up.update(T0, forceNewDeployment=True)
    up.until(T0 + 200)
    assert scalings(up) == [(T0 + 180, 10)]
    assert up.service().primary.rollout_state == "IN_PROGRESS"
    assert (up.service().floor, up.service().ceiling, up.service().breaker_threshold) == (10, 20, 5)


@rule("SS:A-1")
def test_registering_moves_the_desired_count_between_the_bounds() -> None:
    story = fargate(1)
    register(story, 10, 2, 5)
    assert story.service().desired_count == 2
    story.call(f"{AAS}:RegisterScalableTarget", 20, **WHERE, MinCapacity=0, MaxCapacity=1)
    assert story.service().desired_count == 1
    shown = story.read(f"{AAS}:DescribeScalableTargets", ServiceNamespace="ecs")["ScalableTargets"][0]
    assert (shown["MinCapacity"], shown["MaxCapacity"], shown["ResourceId"]) == (0, 1, "service/game/web")


@rule("SS:A-2", "SS:A-7")
def test_a_count_set_by_hand_outside_the_bounds() -> None:
    story = begun(4, 3, 5)
    load(story, T0, "6")
    track(story, T0, 50, ScaleOutCooldown=0)
    story.update(T0 + 100, desiredCount=8)
    story.until(T0 + 240)
    assert scalings(story) == []
    assert decisions(story) == [(T0 + 180, "none", "AlreadyAtMaxCapacity")]
    story.update(T0 + 240, desiredCount=1)
    story.until(T0 + 600)
    assert scalings(story) == [(T0 + 300, 3), (T0 + 360, 5)]


@rule("SS:A-2")
@pytest.mark.parametrize(("count", "found"), [(8, [2]), (2, [])])
def test_scaling_in_from_a_count_set_by_hand(count: int, found: list[int]) -> None:
    story = begun(4, 2 if count > 4 else 3, 5)
    load(story, T0, "0.8")
    track(story, T0)
    story.update(T0 + 100, desiredCount=count)
    story.until(T0 + 1000)
    assert [to for _, to in scalings(story)] == found
    assert count > 4 or decisions(story) == [(T0 + 900, "none", "AlreadyAtMinCapacity")]


@rule("SS:A-4")
def test_suspended_scaling_does_nothing() -> None:
    story = begun(4, 1, 10)
    load(story, T0, "4")
    track(story, T0)
    suspended = {"DynamicScalingOutSuspended": True, "DynamicScalingInSuspended": True}
    story.call(f"{AAS}:RegisterScalableTarget", T0 + 1, **WHERE, SuspendedState=suspended)
    load(story, T0 + 600, "0")
    story.until(T0 + 2400)
    assert scalings(story) == []
    assert [d[1:] for d in decisions(story)] == [("none", "Suspended")] * 2


MEMORY: dict[str, Any] = {"name": "memory", "metric": "ECSServiceAverageMemoryUtilization"}


@rule("SS:A-6")
def test_the_largest_wins() -> None:
    story = begun(4, 1, 20, memoryMiB=200, memoryKiBPerRequestPerSecond=256)
    track(story, T0, 47, **MEMORY)
    track(story, T0)
    load(story, T0, "3.2")
    story.until(T0 + 181)
    assert scalings(story) == [(T0 + 180, 7)]


@rule("SS:A-6")
def test_tracking_scales_in_only_together_and_then_to_the_largest() -> None:
    story = begun(4, 1, 20, memoryMiB=240)
    load(story, T0, "0.4")
    track(story, T0)
    track(story, T0, **MEMORY)
    story.until(T0 + 1000)
    assert scalings(story) == []
    assert [d[1:] for d in decisions(story)] == [("none", "AutoScalingAnticipatedFlapping")]
    track(story, T0 + 1000, 90, **MEMORY)
    story.until(T0 + 1030)
    assert scalings(story) == [(T0 + 1020, 3)]


@rule("SS:A-6", "SS:A-16")
def test_a_policy_that_does_not_scale_in_keeps_nobody_from_it() -> None:
    story = begun(4, 1, 20, memoryMiB=240)
    load(story, T0, "0.4")
    track(story, T0)
    track(story, T0, **MEMORY, DisableScaleIn=True)
    story.until(T0 + 901)
    assert scalings(story) == [(T0 + 900, 1)]


@rule("SS:A-6")
def test_a_step_policy_scales_in_whatever_tracking_wants() -> None:
    story = begun(4, 1, 20)
    track(story, T0)
    arn = step_policy(story, T0, [(None, 0, -1)])
    own = {"Namespace": "Game", "MetricName": "Load", "Dimensions": [], "EvaluationPeriods": 1}
    put(story, T0, **own, AlarmActions=[arn], ComparisonOperator="LessThanThreshold")
    story.call("cloudwatch:PutMetricData", T0 + 10, Namespace="Game", MetricData=[{"MetricName": "Load", "Value": 9}])
    story.until(T0 + 61)
    assert scalings(story) == [(T0 + 60, 3)]


@rule("SS:A-16")
def test_disable_scale_in_leaves_one_alarm() -> None:
    story = begun(4, 1, 10)
    assert len(track(story, T0)["Alarms"]) == 2
    assert len(track(story, T0 + 1, 50, DisableScaleIn=True)["Alarms"]) == 1
    assert list(story.simulation.world.alarms) == ["TargetTracking-service/game/web-AlarmHigh-0000000000000001"]
    outcome = story.attempt("cloudwatch:DeleteAlarms", T0 + 2, AlarmNames=list(story.simulation.world.alarms))
    assert isinstance(outcome, Rejection)
    again = Simulation.restore(story.simulation.snapshot())
    assert again.digest() == story.simulation.digest()
    story.call(f"{AAS}:DeleteScalingPolicy", T0 + 3, **WHERE, PolicyName="cpu50")
    assert story.simulation.world.alarms == {}
    track(story, T0 + 4)
    story.call(f"{AAS}:DeregisterScalableTarget", T0 + 5, **WHERE)
    assert story.simulation.world.alarms == story.simulation.world.scaling_policies == {}


@rule("SS:A-17", "SS:A-18")
def test_from_nothing_by_a_metric_of_ones_own() -> None:
    story = begun(0, 0, 10)
    own = {"Namespace": "Game", "MetricName": "Backlog", "Statistic": "Average"}
    configuration = {"TargetValue": 10, "CustomizedMetricSpecification": own}
    call = {"PolicyName": "queue", "PolicyType": "TargetTrackingScaling"}
    configured = {"TargetTrackingScalingPolicyConfiguration": configuration}
    story.call(f"{AAS}:PutScalingPolicy", T0, **WHERE, **call, **configured)
    for minute in range(40):
        value = 40 if minute < 3 else 0
        data = [{"MetricName": "Backlog", "Value": value}]
        story.call("cloudwatch:PutMetricData", T0 + 60 * minute + 10, Namespace="Game", MetricData=data)
    assert scalings(story) == [(T0 + 180, 1), (T0 + 18 * 60, 0)]


@rule("SS:A-36")
def test_bounds_of_steps() -> None:
    steps = [Step(None, "-10", -2), Step("-10", "0", -1), Step("0", "10", 1), Step("10", None, 2)]
    beyond = {-11: -2, -10: -2, -9: -1, 1: 1, 9: 1, 10: 2, 11: 2}
    found = {b: s.adjustment for b in beyond if (s := formulas.step_for(steps, Fraction(b)))}
    assert found == beyond
    assert formulas.step_for([Step("5", None, 1)], Fraction(2)) is None
    assert formulas.step_for([Step(None, "0", -1)], Fraction(0)) is not None


@rule("SS:A-38", "SS:A-39")
@pytest.mark.parametrize(
    ("running", "percent", "least", "change"),
    [
        (10, 25, 0, 2),
        (3, 10, 0, 1),
        (3, -10, 0, -1),
        (20, -33, 0, -6),
        (10, 25, 4, 4),
        (10, -25, 4, -4),
        (0, 50, 2, 0),
        (100, 50, 0, 50),
    ],
)
def test_percent(running: int, percent: int, least: int, change: int) -> None:
    assert formulas.percent_change(running, percent, least) == change
    assert formulas.stepped(running, "PercentChangeInCapacity", percent, least) == running + change
    assert formulas.stepped(running, "ExactCapacity", 5, 0) == 5


@rule("SS:A-37")
@pytest.mark.parametrize(
    "steps",
    [
        [],
        [(None, None, 1)],
        [(0, 10, 1), (5, None, 2)],
        [(0, 10, 1), (20, None, 2)],
        [(0, 10, 1)],
        [(-10, 0, -1)],
        [(0, None, 1), (10, None, 2)],
        [(10, 10, 1), (10, None, 2)],
    ],
)
def test_steps_that_make_no_sense_are_refused(steps: list[Any]) -> None:
    story = begun(1, 1, 2)
    before = story.simulation.digest()
    with pytest.raises(AssertionError, match="ValidationException"):
        step_policy(story, T0, steps)
    assert story.simulation.digest() == before


def queue(story: Story, at: float, value: float, name: str = "Load") -> None:
    """A value of a metric of one's own, some seconds into a minute."""
    data = [{"MetricName": name, "Value": value}]
    story.call("cloudwatch:PutMetricData", at + 10, Namespace="Game", MetricData=data)


def up_and_down(**cooldowns: int) -> Story:
    """Four tasks that two step policies move: two more above 50, one less below 20."""
    story = begun(4, 1, 20)
    own = {"Namespace": "Game", "MetricName": "Load", "Dimensions": [], "EvaluationPeriods": 1}
    up = step_policy(story, T0, [(0, None, 2)], PolicyName="up", Cooldown=cooldowns["up"])
    down = step_policy(story, T0, [(None, 0, -1)], PolicyName="down", Cooldown=cooldowns["down"])
    put(story, T0, **own, AlarmName="high", AlarmActions=[up])
    low = {"AlarmName": "low", "Threshold": 20, "ComparisonOperator": "LessThanThreshold"}
    put(story, T0, **{**own, **low}, AlarmActions=[down])
    return story


@rule("SS:A-28")
def test_the_cooldown_of_a_scale_in_holds_back_the_next_but_no_scale_out() -> None:
    story = up_and_down(up=0, down=300)
    for minute, value in enumerate((10, 10, 60, 10, 10, 30)):
        queue(story, T0 + 60 * minute, value)
    story.until(T0 + 400)
    assert scalings(story) == [(T0 + 60, 3), (T0 + 180, 5), (T0 + 240, 4)]
    assert [d for d in decisions(story) if d[2]] == [(T0 + 120, "none", "Cooldown"), (T0 + 300, "none", "Cooldown")]


@rule("SS:A-29")
def test_the_cooldown_of_a_scale_out_holds_back_scaling_in() -> None:
    story = up_and_down(up=120, down=0)
    for minute, value in enumerate((60, 10, 10, 30)):
        queue(story, T0 + 60 * minute, value)
    story.until(T0 + 400)
    assert scalings(story) == [(T0 + 60, 6), (T0 + 180, 5)]


@rule("SS:A-15")
def test_without_data_nothing_is_scaled() -> None:
    story = begun(1, 0, 20)
    own = {"Namespace": "Game", "MetricName": "Backlog", "Statistic": "Average"}
    call = {"PolicyName": "queue", "PolicyType": "TargetTrackingScaling"}
    configured = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 10, "CustomizedMetricSpecification": own}}
    story.call(f"{AAS}:PutScalingPolicy", T0, **WHERE, **call, **configured)
    for minute in range(3):
        queue(story, T0 + 60 * minute, 40, "Backlog")
    story.until(T0 + 3600)
    assert scalings(story) == [(T0 + 180, 4)]
    assert decisions(story)[1:] == [(T0 + 240, "none", "InsufficientData")]
    assert {a.state for a in story.simulation.world.alarms.values()} == {"INSUFFICIENT_DATA"}


@rule("SS:A-10")
def test_each_policy_of_a_service_tracks_another_metric() -> None:
    story = begun(2, 1, 4)
    track(story, T0)
    track(story, T0, **MEMORY)
    outcome = story.attempt(f"{AAS}:PutScalingPolicy", T0, **tracking_call("again"))
    assert isinstance(outcome, Rejection)
    assert outcome.message == "Only one TargetTrackingScaling policy for a given metric specification is allowed."
    track(story, T0, 60)
    assert [p.target_value for p in story.simulation.world.scaling_policies.values()] == ["50", "60"]


def tracking_call(name: str) -> dict[str, Any]:
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    configuration = {"TargetValue": 50, "PredefinedMetricSpecification": metric}
    configured = {"TargetTrackingScalingPolicyConfiguration": configuration}
    return {**WHERE, "PolicyName": name, "PolicyType": "TargetTrackingScaling", **configured}


def test_a_decision_is_explained_with_its_numbers() -> None:
    story = begun(4, 2, 10)
    load(story, T0, "3.2")
    track(story, T0)
    story.until(T0 + 240)
    arn = story.service().arn
    told = story.read("lab:ExplainScaling", service=arn)
    assert told == story.read("lab:ExplainScaling", cluster="game", service="web")
    facts = ("target", "at", "min", "max", "desired", "running", "deploymentBlocksScaleIn")
    assert [told[name] for name in facts] == ["service/game/web", T0 + 240, 2, 10, 7, 7, False]
    assert told["suspended"] == {"in": False, "out": False, "scheduled": False}
    policy = told["policies"][0]
    assert (policy["name"], policy["type"], policy["targetValue"]) == ("cpu50", "TargetTrackingScaling", "50")
    assert policy["metric"] == "ECSServiceAverageCPUUtilization"
    assert policy["cooldown"] == {"out": 300, "in": 300, "until": T0 + 480, "kind": "out"}
    assert policy["alarms"][0] == {
        "name": "TargetTracking-service/game/web-AlarmHigh-0000000000000001",
        "state": "ALARM",
        "comparison": "GreaterThanThreshold",
        "threshold": "50",
        "period": 60,
        "datapointsToAlarm": 3,
        "evaluationPeriods": 3,
    }
    assert told["decisions"][1] == {
        "at": T0 + 180,
        "policy": "cpu50",
        "alarm": "AlarmHigh",
        "datapoints": [{"at": T0 + 60 * n, "value": "80"} for n in (1, 2, 3)],
        "formula": {
            "text": "ceil(4 x 80 / 50)",
            "inputs": {"running": 4, "metric": "80", "target": "50"},
            "result": 7,
        },
        "clampedTo": None,
        "from": 4,
        "to": 7,
        "result": "scaleOut",
        "reason": None,
        "rule": "SS:A-12",
        "mark": "I",
    }
    story.until(T0 + 479)
    assert story.read("lab:ExplainScaling", service=arn)["policies"][0]["cooldown"]["kind"] == "out"
    story.until(T0 + 480)
    assert story.read("lab:ExplainScaling", service=arn)["policies"][0]["cooldown"]["until"] is None


def test_a_service_that_nobody_registered_has_nothing_to_explain() -> None:
    story = fargate(1)
    with pytest.raises(InvalidParameterException, match="no scalable target"):
        story.read("lab:ExplainScaling", cluster="game", service="web")


def test_a_world_that_was_restored_goes_on_alike() -> None:
    story = begun(4, 2, 10)
    load(story, T0, "3.2")
    track(story, T0)
    story.until(T0 + 170)
    again = Simulation.restore(story.simulation.snapshot())
    load(story, T0 + 600, "0.7")
    story.until(T0 + 600)
    again.apply(Command((T0 + 600) * 1000, "lab", "SetTraffic", {**BUSY, "requestsPerSecond": decimal("0.7")}))
    for simulation in (again, story.simulation):
        simulation.run_until((T0 + 1600) * 1000)
    assert again.digest() == story.simulation.digest()
    assert len(scalings(story)) == 2

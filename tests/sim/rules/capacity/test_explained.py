"""lab:ExplainScaling of a capacity provider, and its metric as it was published (SS:C-61, lab-responses section 6)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules import providers
from tests.rules import rule
from tests.sim.rules.capacity.pools import UNITS, Pool


def explained(story: Pool) -> dict[str, Any]:
    """What is told about the provider now."""
    return story.read("lab:ExplainScaling", capacityProvider="game")


def grown() -> Pool:
    """Ten busy instances and six tasks that wait, of which four may have one in the first step."""
    story = Pool(10, most=15, protects=True, scaling={"maximumScalingStepSize": 4, "instanceWarmupPeriod": 300})
    story.define("full", UNITS)
    story.until(200)
    story.run("full", 10, 200)
    story.run("full", 6, 301)
    return story


@rule("SS:C-64", "SS:C-72")
def test_a_step_out_is_told_with_its_numbers() -> None:
    story = grown()
    told = explained(story.until(360))
    assert (told["target"], told["min"], told["max"], told["desired"], told["running"]) == ("game", 0, 15, 14, 10)
    newest = told["decisions"][0]
    assert newest["formula"] == {
        "text": "ceil(10 x 140 / 100)",
        "inputs": {
            "M": 14,
            "N": 10,
            "targetCapacity": 100,
            "waiting": [{"cpu": UNITS, "memory": 64, "tasks": 6, "needsInstances": 6, "excluded": False}],
        },
        "result": 14,
    }
    assert (newest["at"], newest["from"], newest["to"], newest["result"]) == (360, 10, 14, "scaleOut")
    assert newest["datapoints"] == [{"at": 360, "value": "140"}]
    (policy,) = told["policies"]
    assert [alarm["state"] for alarm in policy["alarms"]] == ["ALARM", "OK"]
    assert (policy["targetValue"], policy["cooldown"]["until"]) == ("100", 660)


@rule("SS:C-74")
def test_the_warm_up_and_the_most_are_told() -> None:
    story = grown()
    newest = explained(story.until(480))["decisions"][0]
    assert (newest["at"], newest["result"], newest["reason"], newest["to"]) == (480, "none", "Cooldown", 14)
    newest = explained(story.until(660))["decisions"][0]
    assert (newest["formula"]["result"], newest["clampedTo"], newest["to"]) == (16, 15, 15)
    newest = explained(story.until(780))["decisions"][0]
    assert (newest["result"], newest["reason"]) == ("none", "AlreadyAtMaxCapacity")


@rule("SS:C-71", "SS:C-75")
def test_a_step_in_is_told_with_its_alarm() -> None:
    story = Pool(10, protects=True)
    story.define("full", UNITS)
    story.until(200)
    story.run("full", 3, 200)
    told = explained(story.until(240))
    assert [alarm["state"] for alarm in told["policies"][0]["alarms"]] == ["OK", "OK"]
    assert told["decisions"][0]["reason"] == "InsufficientData"
    told = explained(story.until(960))
    newest = told["decisions"][0]
    assert [alarm["state"] for alarm in told["policies"][0]["alarms"]] == ["OK", "ALARM"]
    assert (newest["alarm"], newest["result"], newest["rule"]) == ("AlarmLow", "scaleIn", "SS:C-75")
    assert newest["formula"]["text"] == "max(ceil(10 x 30 / 100), ceil(10 / 2))"


@rule("SS:C-61")
def test_the_metric_is_kept_where_it_changed() -> None:
    story = grown().until(7200)
    metrics = [
        None if found is None else (found.needed, found.running)
        for found in (providers.published(story.provider, at * 1000) for at in (59, 60, 120, 240, 300, 360, 480, 7200))
    ]
    assert metrics == [None, (0, 0), (0, 10), (10, 10), (10, 10), (14, 10), (16, 14), (15, 15)]


def test_only_managed_scaling_is_explained() -> None:
    story = Pool(1, scaling={"status": "DISABLED"})
    with pytest.raises(InvalidParameterException):
        explained(story)
    with pytest.raises(InvalidParameterException):
        story.read("lab:ExplainScaling", capacityProvider="nobody")
    with pytest.raises(InvalidParameterException):
        story.read("lab:ExplainScaling", cluster="game")


@rule("SS:C-61")
def test_cloudwatch_has_the_metric() -> None:
    story = grown().until(800)
    asked = {
        "Namespace": "AWS/ECS/ManagedScaling",
        "MetricName": "CapacityProviderReservation",
        "Dimensions": [{"Name": "CapacityProviderName", "Value": "game"}, {"Name": "ClusterName", "Value": "game"}],
    }
    listed = story.read("cloudwatch:ListMetrics", Namespace="AWS/ECS/ManagedScaling")["Metrics"]
    assert listed == [asked]
    told = story.read(
        "cloudwatch:GetMetricStatistics",
        StartTime="2026-01-05T00:04:00Z",
        EndTime="2026-01-05T00:08:00Z",
        Period=60,
        Statistics=["Average"],
        **asked,
    )
    assert [(point["Average"], point["Unit"]) for point in told["Datapoints"]] == [
        (100, "Percent"),
        (140, "Percent"),
        (140, "Percent"),
        (114.28571428571429, "Percent"),
    ]

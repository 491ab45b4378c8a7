"""Availability Zone rebalancing (SS section 2.6, PN section 7)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.rules.rebalancing import moves
from ecslab.sim.simulation import Rejection
from ecslab.sim.world import Start
from tests.rules import rule
from tests.sim.stories import Story

ZONE = "attribute:ecs.availability-zone"


def lopsided(desired: int = 2) -> Story:
    """A Fargate service in two zones whose tasks are all in the first: the others were protected no more."""
    told = Story(Start(zone_count=2)).on_fargate()
    told.create(2 * desired)
    told.until(100)
    tasks = told.simulation.world.tasks_of(told.service().arn)
    first = [t.id for t in tasks if t.availability_zone == "us-east-1a"]
    told.call("ecs:UpdateTaskProtection", 100, cluster="game", tasks=first, protectionEnabled=True, expiresInMinutes=5)
    told.update(110, desiredCount=desired)
    return told.until(500)


def spread(told: Story) -> list[str]:
    tasks = told.simulation.world.tasks_of(told.service().arn)
    return sorted((t.availability_zone or "")[-1] for t in tasks if not t.is_stopping)


@rule("SS:W-25", "SS:S-62", "SS:S-63", "SS:S-65", "PN:B-3", "PN:B-4", "PN:B-6")
def test_a_task_starts_in_the_empty_zone_before_one_stops_in_the_full_one() -> None:
    told = lopsided()
    assert spread(told) == ["a", "a"]
    told.update(1000, availabilityZoneRebalancing="ENABLED")
    told.until(2000)
    assert [(at - 1000, m) for at, m in told.messages() if at >= 1000] == [
        (
            0,
            "(service web) is not AZ balanced with 2 tasks in us-east-1a, 0 tasks in us-east-1b. "
            "AZ Rebalancing in progress.",
        ),
        (0, "(service web) has started 1 tasks in us-east-1b to AZ Rebalance: (task 0000000000000005)."),
        (
            75,
            "(service web) has stopped 1 running tasks in us-east-1a due to AZ rebalancing: (task 0000000000000001).",
        ),
        (75, "(service web) has reached a steady state."),
        (87, "(service web) is AZ balanced with 1 tasks in us-east-1a, 1 tasks in us-east-1b."),
    ]
    assert spread(told) == ["a", "b"]


@rule("SS:S-64")
def test_it_stops_when_every_zone_is_lost() -> None:
    told = lopsided()
    told.update(1000, availabilityZoneRebalancing="ENABLED")
    for zone in ("us-east-1a", "us-east-1b"):
        told.call("lab:FailZone", 1074, zone=zone)
    assert (1075, "(service web) stopped AZ Rebalancing.") in told.until(1076).messages()


@rule("SS:S-62", "SS:S-65", "PN:B-3")
@pytest.mark.parametrize(
    ("found", "needed"),
    [
        ({"a": 1, "b": 1}, []),
        ({"a": 1, "b": 2}, []),
        ({"a": 1, "b": 2, "c": 2}, []),
        ({"a": 2, "b": 0}, ["b"]),
        ({"a": 6, "b": 0, "c": 0}, ["b", "c", "b", "c"]),
        ({}, []),
    ],
)
def test_what_is_balanced(found: dict[str, int], needed: list[str]) -> None:
    assert moves(found) == needed


@rule("SS:S-60", "SS:S-61", "PN:B-1", "PN:B-2")
@pytest.mark.parametrize(
    ("members", "default"),
    [
        ({}, "ENABLED"),
        ({"placementStrategy": [{"type": "spread", "field": ZONE}, {"type": "binpack", "field": "cpu"}]}, "ENABLED"),
        ({"placementStrategy": [{"type": "binpack", "field": "memory"}]}, "DISABLED"),
        ({"deploymentConfiguration": {"maximumPercent": 100, "minimumHealthyPercent": 50}}, "DISABLED"),
        ({"placementConstraints": [{"type": "memberOf", "expression": f"{ZONE} == us-east-1a"}]}, "DISABLED"),
    ],
)
def test_the_default_follows_eligibility(members: dict[str, Any], default: str) -> None:
    told = Story().on_instances(2)
    request = {"cluster": "game", "serviceName": "web", "taskDefinition": "web", **members}
    made = told.call("ecs:CreateService", 0, **request)
    assert made["service"]["availabilityZoneRebalancing"] == default
    asked = {**request, "serviceName": "two", "availabilityZoneRebalancing": "ENABLED"}
    assert isinstance(told.attempt("ecs:CreateService", 0, **asked), Rejection) is (default == "DISABLED")


@rule("PN:B-2", "SS:S-61")
@pytest.mark.parametrize(
    "members",
    [
        {"deploymentConfiguration": {"maximumPercent": 100, "minimumHealthyPercent": 50}},
        {"placementStrategy": [{"type": "binpack", "field": "memory"}]},
        {"placementConstraints": [{"type": "memberOf", "expression": f"{ZONE} == us-east-1a"}]},
        {"taskDefinition": "zonal"},
    ],
    ids=["maximumPercent 100", "binpack first", "a constraint on the zone", "one of the task definition"],
)
def test_an_enabled_service_stays_eligible_or_is_disabled(members: dict[str, Any]) -> None:
    told = Story().on_instances(2)
    container = {"name": "web", "image": "web", "memory": 64}
    zonal = {"placementConstraints": [{"type": "memberOf", "expression": f"{ZONE} == us-east-1a"}]}
    told.call("ecs:RegisterTaskDefinition", family="zonal", containerDefinitions=[container], **zonal)
    told.create(1, availabilityZoneRebalancing="ENABLED")
    refused = told.attempt("ecs:UpdateService", 60, cluster="game", service="web", **members)
    assert isinstance(refused, Rejection)
    assert "availabilityZoneRebalancing is ENABLED" in refused.message
    told.update(60, availabilityZoneRebalancing="DISABLED", **members)
    assert told.service().availability_zone_rebalancing == "DISABLED"


@rule("SS:S-66", "SS:S-51")
def test_a_deployment_stops_it() -> None:
    told = lopsided()
    told.update(1000, availabilityZoneRebalancing="ENABLED")
    told.update(1010, forceNewDeployment=True)
    told.until(1500)
    assert [at for at, m in told.messages() if m == "(service web) stopped AZ Rebalancing."] == [1010]
    assert (spread(told), told.service().primary.rollout_state) == (["a", "b"], "COMPLETED")


@rule("SS:S-66", "SS:S-50")
def test_protection_stops_it_until_it_ends() -> None:
    told = lopsided()
    tasks = [t.id for t in told.simulation.world.tasks_of(told.service().arn)]
    told.call("ecs:UpdateTaskProtection", 990, cluster="game", tasks=tasks, protectionEnabled=True, expiresInMinutes=10)
    told.update(1000, availabilityZoneRebalancing="ENABLED")
    told.until(1500)
    assert len([m for _, m in told.messages() if "was unable to AZ Rebalance because task set" in m]) == 1
    assert spread(told) == ["a", "a"]
    told.until(2500)
    assert spread(told) == ["a", "b"]


@rule("SS:S-64", "PN:B-5", "PN:X-17")
def test_on_ec2_it_uses_an_instance_that_joins() -> None:
    told = Story(Start(zone_count=2)).on_instances(1, zones=["us-east-1a"])
    told.create(2, availabilityZoneRebalancing="ENABLED")
    told.until(500)
    assert spread(told) == ["a", "a"]
    told.call("lab:AddContainerInstances", 500, cluster="game", instanceType="t3.medium", zones=["us-east-1b"])
    told.until(500)
    assert spread(told) == ["a", "a"]
    told.until(560)
    assert spread(told) == ["a", "a", "b"]
    told.until(700)
    assert spread(told) == ["a", "b"]


@rule("SS:S-64", "PN:B-5")
def test_a_full_zone_stops_it() -> None:
    told = Story(Start(zone_count=2)).on_instances(1, zones=["us-east-1a"])
    told.create(2, availabilityZoneRebalancing="ENABLED")
    told.until(500)
    told.call(
        "lab:AddContainerInstances", 500, cluster="game", instanceType="x", cpu=128, memoryMiB=256, zones=["us-east-1b"]
    )
    told.until(3600)
    assert len([m for _, m in told.messages() if "was unable to place a task" in m]) == 1
    assert [m for _, m in told.messages() if m == "(service web) stopped AZ Rebalancing."] != []
    assert (spread(told), told.explain(3600)["stuck"]) == (["a", "a"], None)

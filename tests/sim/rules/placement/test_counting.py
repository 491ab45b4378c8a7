"""What spread, distinctInstance and scale-in count, and the limits of a service's constraints."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.command import Command
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.simulation import Rejection, Simulation
from ecslab.sim.timeline import Timeline
from ecslab.sim.world import Start
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, Story

AZ = {"type": "spread", "field": "attribute:ecs.availability-zone"}


def instance_of(task: dict[str, Any]) -> int:
    return int(task["containerInstanceArn"][-16:], 16)


@rule("PN:P-23", "PN:P-45", "PN:P-24")
def test_a_standalone_task_counts_in_the_group_that_it_names() -> None:
    """PN:P-23, PN:P-45: a group is a name, whoever started its tasks; a restored world counts the same."""
    story = Story().on_instances(2)
    call = {"cluster": "game", "taskDefinition": "web", "group": "service:web", "placementStrategy": [AZ]}
    first = story.call("ecs:RunTask", **call)["tasks"][0]
    story.simulation = Simulation.restore(story.simulation.snapshot())
    second = story.call("ecs:RunTask", 1, **call)["tasks"][0]
    assert [instance_of(first), instance_of(second)] == [1, 2]
    story.call("ecs:StopTask", 30, cluster="game", task=first["taskArn"])
    third = story.call("ecs:RunTask", 30, **call)["tasks"][0]
    assert instance_of(third) == 1


@rule("PN:P-25", "PN:P-26")
@pytest.mark.parametrize("field", ["instanceId", "host", "attribute:stack", "stack"])
def test_fields_of_spread(field: str) -> None:
    """PN:P-25, PN:P-26: instances without the attribute are a group of their own."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    for stack in ("a", "b", None):
        attributes = [{"name": "stack", "value": stack}] if stack else []
        story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", attributes=attributes)
    container = {"name": "web", "image": "web", "cpu": 1, "memory": 8}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container])
    spread = [{"type": "spread", "field": field}]
    answer = story.call("ecs:RunTask", cluster="game", taskDefinition="web", count=6, placementStrategy=spread)
    assert [instance_of(t) for t in answer["tasks"]] == [1, 2, 3, 1, 2, 3]


@rule("PN:K-3", "PN:X-10", "PN:S-5", "SS:K-5")
@pytest.mark.parametrize("seed", range(1, 9))
def test_a_zone_spread_stops_any_task_of_the_fullest_zones(seed: int) -> None:
    """PN:X-10 d, PN:K-3: zones a 2, b 1, c 2 lose a task of a or c, whatever is drawn."""
    story = Story(Start(seed=seed, tie_break="seeded"))
    story.call("ecs:CreateCluster", clusterName="game")
    zones = [f"us-east-1{zone}" for zone in "aabcc"]
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", count=5, zones=zones)
    container = {"name": "web", "image": "web", "cpu": 1, "memory": 8}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container])
    story.create(5, placementStrategy=[AZ], placementConstraints=[{"type": "distinctInstance"}])
    story.until(60)
    story.update(61, desiredCount=4)
    story.until(61)
    stopped = [t for t in story.simulation.world.tasks.values() if t.desired_status == "STOPPED"]
    assert [t.availability_zone in ("us-east-1a", "us-east-1c") for t in stopped] == [True]


@rule("PN:P-5", "IC:Q-20")
def test_constraints_of_a_new_revision_count_with_those_of_the_service() -> None:
    """PN:P-5: ten together, also when UpdateService brings the revision alone."""
    story = Story().on_instances()
    only = {"type": "memberOf", "expression": "attribute:ecs.os-type == linux"}
    story.create(1, placementConstraints=[only] * 5)
    container = {"name": "web", "image": "web", "memory": 8}
    story.call(
        "ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container], placementConstraints=[only] * 6
    )
    outcome = story.attempt("ecs:UpdateService", 1, cluster="game", service="web", taskDefinition="web:2")
    assert isinstance(outcome, Rejection)
    assert "11 placement constraints" in outcome.message


def test_what_would_happen_is_judged_as_the_call_would_be() -> None:
    """lab:ExplainPlacement with placement members: on Fargate the candidates are subnets, nonsense is refused."""
    commands = [
        Command(0, "ecs", "CreateCluster", {"clusterName": "game"}),
        Command(0, "ecs", "RegisterTaskDefinition", FARGATE_WEB),
    ]
    timeline = Timeline(Start(), commands)
    subnets = list(timeline.at(1).world.subnets)
    call = {
        "cluster": "game",
        "taskDefinition": "web",
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": subnets}},
    }
    told = timeline.read(1, "lab", "ExplainPlacement", call)
    assert [c["subnet"] for c in told["candidates"]] == subnets
    assert told["chosen"] == subnets[0]
    wrong = {**call, "launchType": "EC2", "placementStrategy": [{"type": "binpack", "field": "disk"}]}
    with pytest.raises(InvalidParameterException, match="binpack takes the field cpu or memory"):
        timeline.read(1, "lab", "ExplainPlacement", wrong)

"""Services on FARGATE and FARGATE_SPOT, and moves between kinds of capacity (SS:C-42, SS:C-57, SS:C-58, PN:B-7)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, Story

SHARED = [{"capacityProvider": "FARGATE", "weight": 1}, {"capacityProvider": "FARGATE_SPOT", "weight": 1}]
SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]


def network(story: Story, *, is_open: bool = True) -> dict[str, Any]:
    """The default subnets, with a public address on Fargate."""
    subnets = [subnet.id for subnet in story.simulation.world.subnets.values()]
    vpc = {"subnets": subnets, **({"assignPublicIp": "ENABLED"} if is_open else {})}
    return {"awsvpcConfiguration": vpc}


def fargate(desired: int, strategy: list[dict[str, Any]], story: Story | None = None) -> Story:
    """A service on Fargate by a strategy."""
    story = story or Story()
    story.call("ecs:CreateCluster", clusterName="game", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    story.call("ecs:RegisterTaskDefinition", **FARGATE_WEB)
    story.call(
        "ecs:CreateService",
        cluster="game",
        serviceName="web",
        taskDefinition="web",
        desiredCount=desired,
        capacityProviderStrategy=strategy,
        networkConfiguration=network(story),
    )
    return story.until(0)


def places(story: Story) -> dict[str, dict[str, int]]:
    """How many tasks each provider has in each zone."""
    found: dict[str, Counter[str]] = {}
    for task in story.simulation.world.tasks_of(story.service().arn):
        if not task.is_stopping:
            found.setdefault(task.capacity_provider or "", Counter())[task.availability_zone or ""] += 1
    return {name: dict(counts) for name, counts in found.items()}


@rule("SS:C-42", "SS:C-57")
def test_without_spot_capacity_nothing_falls_back_to_fargate() -> None:
    story = fargate(2, SPOT)
    story.until(200)
    story.call("lab:LimitCapacity", 200, capacityProvider="FARGATE_SPOT", available=0)
    first = story.simulation.world.tasks_of(story.service().arn)[0]
    story.call("lab:InterruptSpot", 201, task=first.arn)
    story.until(202)
    assert story.total() == 2, "the replacement finds no room while the one that ends still has it"
    story.until(3600)
    assert (story.running(), story.total()) == (1, 1), "what AWS took back is nobody's"
    story.call("lab:LimitCapacity", 3600, capacityProvider="FARGATE_SPOT", available=1)
    assert story.until(3700).running() == 2


@rule("SS:C-42", "SS:C-57")
def test_a_share_without_capacity_waits_for_its_own_provider() -> None:
    story = Story()
    story.call("lab:LimitCapacity", capacityProvider="FARGATE_SPOT", available=0)
    fargate(4, SHARED, story).until(1200)
    assert {name: sum(zones.values()) for name, zones in places(story).items()} == {"FARGATE": 2}
    assert any("Capacity is unavailable at this time" in text for _, text in story.messages())
    story.call("lab:LimitCapacity", 1200, capacityProvider="FARGATE_SPOT")
    story.until(4000)
    assert {name: sum(zones.values()) for name, zones in places(story).items()} == {"FARGATE": 2, "FARGATE_SPOT": 2}


@rule("PN:B-7", "PN:F-10")
def test_each_provider_spreads_over_the_zones_for_itself() -> None:
    story = fargate(6, SHARED)
    one_each = {"us-east-1a": 1, "us-east-1b": 1, "us-east-1c": 1}
    assert places(story) == {"FARGATE": one_each, "FARGATE_SPOT": one_each}
    small = fargate(2, SHARED)
    assert places(small) == {"FARGATE": {"us-east-1a": 1}, "FARGATE_SPOT": {"us-east-1a": 1}}
    small.until(3600)
    assert places(small) == {"FARGATE": {"us-east-1a": 1}, "FARGATE_SPOT": {"us-east-1a": 1}}, "which is balanced"


@rule("PN:B-7", "SS:C-56")
def test_each_provider_loses_tasks_where_it_has_most() -> None:
    story = fargate(8, SHARED)
    story.until(200)
    story.call("ecs:UpdateService", 200, cluster="game", service="web", desiredCount=6)
    story.until(300)
    one_each = {"us-east-1a": 1, "us-east-1b": 1, "us-east-1c": 1}
    assert places(story) == {"FARGATE": one_each, "FARGATE_SPOT": one_each}


@rule("SS:C-58")
def test_a_service_moves_to_fargate_and_back_by_deployments() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game", capacityProviders=["FARGATE"])
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium")
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "requiresCompatibilities": ["EC2", "FARGATE"]})
    wanted: dict[str, Any] = {"cluster": "game", "taskDefinition": "web", "desiredCount": 1}
    ec2 = network(story, is_open=False)
    story.call("ecs:CreateService", serviceName="web", launchType="EC2", networkConfiguration=ec2, **wanted)
    story.until(200)
    move = {"cluster": "game", "service": "web", "networkConfiguration": network(story)}
    to_fargate = [{"capacityProvider": "FARGATE", "weight": 1}]
    story.call("ecs:UpdateService", 200, capacityProviderStrategy=to_fargate, **move)
    assert len(story.service().deployments) == 2
    (old,) = story.simulation.world.tasks_of(story.service().arn)
    assert old.launch_type == "EC2"
    story.until(400)
    (task,) = story.simulation.world.tasks_of(story.service().arn)
    assert (task.launch_type, task.capacity_provider, task.platform_version) == ("FARGATE", "FARGATE", "1.4.0")
    revision = story.read("ecs:DescribeServices", cluster="game", services=["web"])["services"][0]
    assert (revision["platformVersion"], "launchType" in revision) == ("1.4.0", False)
    back = {"cluster": "game", "service": "web", "networkConfiguration": ec2, "capacityProviderStrategy": []}
    story.call("ecs:UpdateService", 400, **back)
    story.until(600)
    (task,) = story.simulation.world.tasks_of(story.service().arn)
    assert (task.launch_type, task.capacity_provider, story.service().platform_version) == ("EC2", None, None)


@rule("SS:C-58")
def test_what_cannot_run_on_fargate_does_not_move_there() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game", capacityProviders=["FARGATE"])
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium")
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "requiresCompatibilities": ["EC2", "FARGATE"]})
    story.call(
        "ecs:CreateService",
        cluster="game",
        serviceName="web",
        taskDefinition="web",
        launchType="EC2",
        placementStrategy=[{"type": "random"}],
        networkConfiguration=network(story, is_open=False),
    )
    answer = story.attempt(
        "ecs:UpdateService",
        cluster="game",
        service="web",
        capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
    )
    assert isinstance(answer, Rejection)
    assert answer.message == "Placement strategies are not supported with FARGATE launch type."


@rule("IC:Q-9", "SS:C-52")
def test_at_most_twenty_providers() -> None:
    story = Story()
    names = [f"p{number}" for number in range(21)]
    data = {"ImageId": "ami-0ec50000000000001", "InstanceType": "t3.medium"}
    story.call("ec2:CreateLaunchTemplate", LaunchTemplateName="game", LaunchTemplateData=data)
    for name in names:
        story.call(
            "autoscaling:CreateAutoScalingGroup",
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateName": "game"},
            MinSize=0,
            MaxSize=1,
            AvailabilityZones=["us-east-1a"],
        )
        story.call("ecs:CreateCapacityProvider", name=name, autoScalingGroupProvider={"autoScalingGroupArn": name})
    answer = story.attempt("ecs:CreateCluster", clusterName="game", capacityProviders=names)
    assert isinstance(answer, Rejection)
    story.call("ecs:CreateCluster", clusterName="game", capacityProviders=names[:20])
    story.call(
        "ecs:RegisterTaskDefinition", family="web", containerDefinitions=[{"name": "a", "image": "a", "memory": 8}]
    )
    strategy = [{"capacityProvider": name, "weight": 1} for name in names]
    answer = story.attempt("ecs:RunTask", cluster="game", taskDefinition="web", capacityProviderStrategy=strategy)
    assert isinstance(answer, Rejection)
    assert "21 items" in answer.message
    answer = story.attempt(
        "ecs:RunTask",
        cluster="game",
        taskDefinition="web",
        capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
    )
    assert isinstance(answer, Rejection)
    assert "not associated with the cluster" in answer.message
    page = story.read("ecs:DescribeCapacityProviders")
    assert (len(page["capacityProviders"]), page["nextToken"]) == (10, "10")

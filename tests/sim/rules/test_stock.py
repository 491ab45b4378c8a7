"""The Fargate vCPU quotas and what AWS has left (IC:Q-25, IC:Q-33, IC:W-24, PN:E-7)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, Story

QUOTA = "L-3032A538"
NO_QUOTA = "You've reached the limit on the number of vCPUs you can run concurrently"
NO_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"


def big() -> Story:
    """A cluster and a Fargate task definition of one vCPU."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "cpu": "1024", "memory": "2048"})
    return story


def asked(story: Story, count: int) -> dict[str, Any]:
    network = {"awsvpcConfiguration": {"subnets": list(story.simulation.world.subnets), "assignPublicIp": "ENABLED"}}
    common = {"cluster": "game", "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": network}
    return {**common, "count": count}


def run(story: Story, at: float, count: int) -> dict[str, Any]:
    return story.call("ecs:RunTask", at, **asked(story, count))


@rule("IC:Q-25", "IC:Q-33")
def test_run_task_over_the_quota_answers_with_failures() -> None:
    story = big()
    answer = run(story, 0, 10)
    assert (len(answer["tasks"]), answer["failures"]) == (6, [{"reason": NO_QUOTA}])
    story.call("lab:SetQuota", 1, code=QUOTA, value=8)
    assert len(run(story, 2, 10)["tasks"]) == 2


@rule("IC:Q-25")
def test_a_task_counts_until_it_is_stopped() -> None:
    story = big()
    first = run(story, 0, 6)["tasks"][0]["taskArn"]
    story.call("ecs:StopTask", 60, cluster="game", task=first)
    story.until(65)
    assert story.simulation.world.tasks[first].last_status == "DEPROVISIONING"
    assert run(story, 65, 1)["failures"] == [{"reason": NO_QUOTA}]
    story.until(100)
    assert story.simulation.world.tasks[first].last_status == "STOPPED"
    assert run(story, 100, 1)["failures"] == []


@rule("IC:Q-25", "IC:Q-26")
def test_fargate_spot_has_a_quota_of_its_own() -> None:
    story = big()
    story.call("lab:SetQuota", code="L-36FBB829", value=0)
    assert len(run(story, 1, 2)["tasks"]) == 2
    assert story.call("lab:SetQuota", 2, code="IC:Q-25", value=1) == {"code": QUOTA, "value": 1}
    assert len(run(story, 3, 2)["tasks"]) == 0


@rule("IC:W-24", "IC:Q-33")
def test_a_rolling_update_meets_the_quota() -> None:
    story = big()
    story.create(4)
    story.call("ecs:RegisterTaskDefinition", 200, **{**FARGATE_WEB, "cpu": "1024", "memory": "2048"})
    story.update(200, taskDefinition="web")
    story.until(201)
    assert story.total() == 6
    assert [m for _, m in story.messages() if "unable" in m] == [
        f"(service web) was unable to place a task. Reason: {NO_QUOTA}."
    ]
    stuck = story.explain(202)["stuck"]
    assert (stuck["since"], stuck["reason"], stuck["rule"], stuck["mark"]) == (200, "vcpuQuota", "IC:Q-33", "O")
    assert story.until(900).total() == 4
    assert {t.task_definition_arn[-1] for t in story.simulation.world.tasks_of(story.service().arn)} == {"2"}
    assert story.explain(900)["stuck"] is None


@rule("IC:Q-33")
def test_a_higher_quota_helps_at_once() -> None:
    story = big()
    story.create(8)
    assert story.until(100).running() == 6
    story.call("lab:SetQuota", 100, code="Q-25", value=9)
    assert story.until(200).running() == 8


@rule("PN:E-7")
def test_fargate_has_only_so_much_left() -> None:
    story = big()
    run(story, 0, 1)
    story.call("lab:LimitCapacity", 1, capacityProvider="FARGATE", available=2)
    answer = run(story, 2, 3)
    assert (len(answer["tasks"]), answer["failures"]) == (2, [{"reason": NO_CAPACITY}])
    story.call("ecs:StopTask", 60, cluster="game", task=answer["tasks"][0]["taskArn"])
    assert len(run(story, 65, 1)["tasks"]) == 0
    assert len(run(story, 100, 1)["tasks"]) == 1
    story.call("lab:LimitCapacity", 101, capacityProvider="FARGATE")
    assert len(run(story, 102, 1)["tasks"]) == 1


@rule("PN:E-7")
def test_a_service_waits_until_fargate_has_room() -> None:
    story = big()
    story.call("lab:LimitCapacity", capacityProvider="FARGATE", available=1)
    story.create(2)
    story.until(60)
    assert story.running() == 1
    assert story.messages()[0] == (0, f"(service web) was unable to place a task. Reason: {NO_CAPACITY}.")
    assert story.explain(61)["stuck"]["reason"] == "capacity"
    story.call("lab:LimitCapacity", 62, capacityProvider="FARGATE", available=5)
    assert story.until(120).running() == 2


@rule("PN:E-7")
def test_a_zone_without_room_is_passed_over() -> None:
    story = big()
    story.call("lab:LimitCapacity", capacityProvider="FARGATE", zone="us-east-1a", available=0)
    members = {k: v for k, v in asked(story, 4).items() if k != "count"}
    explained = story.read("lab:ExplainPlacement", **members)
    assert [(c["result"], c["reason"]) for c in explained["candidates"]] == [
        ("rejected", NO_CAPACITY),
        ("chosen", None),
        ("tied", None),
    ]
    assert explained["candidates"][0]["verdicts"][0]["have"] == 0
    run(story, 1, 4)
    zones = [t.availability_zone for t in story.simulation.world.tasks.values()]
    assert zones == ["us-east-1b", "us-east-1c", "us-east-1b", "us-east-1c"]


@rule("SS:C-2")
@pytest.mark.parametrize("zone", [None, "us-east-1a"])
def test_an_instance_type_has_only_so_many_left(zone: str | None) -> None:
    story = big()
    place = {"zone": zone} if zone else {}
    story.call("lab:LimitCapacity", instanceType="t3.small", available=1, **place)
    members = {"cluster": "game", "instanceType": "t3.small", "zones": ["us-east-1a"]}
    answer = story.attempt("lab:AddContainerInstances", 1, **members, count=2)
    assert isinstance(answer, Rejection)
    assert answer.code == "InsufficientInstanceCapacity"
    story.call("lab:AddContainerInstances", 1, **members)
    assert isinstance(story.attempt("lab:AddContainerInstances", 1, **members), Rejection)
    story.call("lab:AddContainerInstances", 1, **{**members, "instanceType": "t3.medium"})


@rule("SS:C-2")
def test_run_instances_launches_at_least_as_many_as_are_asked_for() -> None:
    story = big()
    story.call("lab:LimitCapacity", instanceType="t3.small", available=2)
    members = {"ImageId": "ami-0ec50000000000001", "InstanceType": "t3.small", "MaxCount": 3}
    answer = story.attempt("ec2:RunInstances", 1, **members, MinCount=3)
    assert isinstance(answer, Rejection)
    assert answer.code == "InsufficientInstanceCapacity"
    made = story.call("ec2:RunInstances", 1, **members, MinCount=1)["Instances"]
    assert len(made) == 2
    story.call("ec2:TerminateInstances", 2, InstanceIds=[made[0]["InstanceId"]])
    assert len(story.call("ec2:RunInstances", 3, **members, MinCount=1)["Instances"]) == 1


def on_fargate_spot(desired: int) -> Story:
    """A service whose tasks all run on Fargate Spot, a quarter of a vCPU each."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    story.call("ecs:RegisterTaskDefinition", **FARGATE_WEB)
    network = {"subnets": list(story.simulation.world.subnets), "assignPublicIp": "ENABLED"}
    story.call(
        "ecs:CreateService",
        cluster="game",
        serviceName="web",
        taskDefinition="web",
        desiredCount=desired,
        capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        networkConfiguration={"awsvpcConfiguration": network},
        availabilityZoneRebalancing="DISABLED",
    )
    return story.until(100)


@rule("SS:C-42")
def test_without_spot_capacity_the_service_waits_and_takes_no_other() -> None:
    story = on_fargate_spot(1)
    story.call("lab:LimitCapacity", 100, capacityProvider="FARGATE_SPOT", available=0)
    story.call("lab:InterruptSpot", 100, task=next(iter(story.simulation.world.tasks)))
    assert story.until(600).total() == 0
    assert (100, f"(service web) was unable to place a task. Reason: {NO_CAPACITY}.") in story.messages()
    story.call("lab:LimitCapacity", 601, capacityProvider="FARGATE_SPOT", available=1)
    assert story.until(700).running() == 1
    assert list(story.simulation.world.tasks.values())[-1].capacity_provider == "FARGATE_SPOT"


@rule("IC:Q-26", "IC:Q-25")
def test_tasks_on_fargate_spot_count_apart() -> None:
    story = on_fargate_spot(24)
    assert story.running() == 24
    story.call("ecs:UpdateService", 100, cluster="game", service="web", desiredCount=25)
    assert story.until(200).running() == 24
    assert (100, f"(service web) was unable to place a task. Reason: {NO_QUOTA}.") in story.messages()
    network = {"subnets": list(story.simulation.world.subnets)[:1], "assignPublicIp": "ENABLED"}
    members = {"cluster": "game", "taskDefinition": "web", "networkConfiguration": {"awsvpcConfiguration": network}}
    assert len(story.call("ecs:RunTask", 200, **members, launchType="FARGATE")["tasks"]) == 1
    story.call("lab:SetQuota", 201, code="Q-26", value=7)
    assert story.until(300).running() == 25


@rule("SS:C-41", "SS:C-2")
def test_a_group_has_no_other_spot_instance_where_none_is_left() -> None:
    story = Story()
    market = {"InstanceMarketOptions": {"MarketType": "spot"}}
    data = {"ImageId": "ami-0ec50000000000001", "InstanceType": "t3.medium", **market}
    story.call("ec2:CreateLaunchTemplate", LaunchTemplateName="spot", LaunchTemplateData=data)
    story.call(
        "autoscaling:CreateAutoScalingGroup",
        AutoScalingGroupName="group",
        LaunchTemplate={"LaunchTemplateName": "spot"},
        MinSize=1,
        MaxSize=1,
        VPCZoneIdentifier=next(iter(story.simulation.world.subnets)),
    )
    first = next(iter(story.until(100).simulation.world.auto_scaling_groups["group"].members))
    story.call("lab:LimitCapacity", 100, instanceType="t3.medium", available=0)
    story.call("lab:InterruptSpot", 100, instance=first)
    assert not story.until(600).simulation.world.auto_scaling_groups["group"].members
    story.call("lab:LimitCapacity", 600, instanceType="t3.medium", available=1)
    assert len(story.until(601).simulation.world.auto_scaling_groups["group"].members) == 1


@rule("SS:C-46")
def test_a_new_instance_moves_no_running_task() -> None:
    story = Story().on_instances(1, zones=["us-east-1a"])
    story.create(4)
    story.call("lab:AddContainerInstances", 100, cluster="game", instanceType="t3.medium", zones=["us-east-1b"])
    placed = [(t.availability_zone, t.last_status) for t in story.until(1000).simulation.world.tasks.values()]
    assert placed == [("us-east-1a", "RUNNING")] * 4


def test_what_was_limited_is_told() -> None:
    story = big()
    story.call("lab:SetQuota", code=QUOTA, value=9)
    story.call("lab:LimitCapacity", capacityProvider="FARGATE", zone="us-east-1a", available=3)
    story.call("lab:LimitCapacity", instanceType="t3.small", available=2)
    story.call("lab:LimitCapacity", instanceType="t3.small")
    assert [e["text"] for e in story.timeline(kinds=["call"])["entries"]][-4:] == [
        f"The quota {QUOTA} of the account is 9 now.",
        "AWS has 3 of FARGATE left in us-east-1a, in vCPUs.",
        "AWS has 2 of t3.small left in every zone together, in instances.",
        "t3.small is not limited any more in every zone together.",
    ]


@pytest.mark.parametrize(
    ("call", "members", "words"),
    [
        ("SetQuota", {"code": "L-1", "value": 1}, "The lab has no quota L-1 that can be set;"),
        ("SetQuota", {"code": QUOTA, "value": -1}, "value is -1;"),
        ("LimitCapacity", {"available": 1}, "LimitCapacity needs either"),
        ("LimitCapacity", {"capacityProvider": "mine", "available": 1}, "capacityProvider is mine;"),
        ("LimitCapacity", {"instanceType": "t9.huge", "available": 1}, "The instance type t9.huge is not known"),
        ("LimitCapacity", {"instanceType": "t3.small", "zone": "x", "available": 1}, "The Availability Zone x is none"),
        ("LimitCapacity", {"capacityProvider": "FARGATE", "available": -1}, "available is -1;"),
    ],
)
def test_refused(call: str, members: dict[str, Any], words: str) -> None:
    answer = Story().attempt(f"lab:{call}", **members)
    assert isinstance(answer, Rejection)
    assert answer.message.startswith(words)

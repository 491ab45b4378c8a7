"""An Availability Zone is lost and comes back (SS:C-45)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.rules.reachability import service_path
from ecslab.sim.simulation import Rejection
from ecslab.sim.state.task import Task
from tests.rules import rule
from tests.sim.stories import Story

A, B, C = "us-east-1a", "us-east-1b", "us-east-1c"
NO_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"


def tasks(story: Story, zone: str | None = None) -> list[Task]:
    return [t for t in story.simulation.world.tasks.values() if zone in (None, t.availability_zone)]


def states(story: Story, zone: str) -> list[str]:
    return [t.last_status for t in tasks(story, zone)]


@rule("SS:C-45")
def test_fargate_tasks_are_given_up_a_minute_later_and_replaced_elsewhere() -> None:
    story = Story().on_fargate()
    story.create(6)
    story.call("lab:FailZone", 100, zone=A)
    assert states(story.until(159), A) == ["RUNNING", "RUNNING"]
    assert states(story.until(160), A) == ["STOPPED", "STOPPED"]
    lost = tasks(story, A)[0]
    assert (lost.stop_code, lost.stopped_reason) == (
        "TerminationNotice",
        "The Availability Zone us-east-1a of the task was lost.",
    )
    assert story.until(300).running() == 6
    assert (states(story, B), states(story, C)) == (["RUNNING"] * 3, ["RUNNING"] * 3)


@rule("SS:C-45", "SS:C-44")
def test_instances_die_with_their_zone() -> None:
    story = Story().on_instances(3)
    story.create(3)
    story.call("lab:FailZone", 100, zone=A)
    first = next(iter(story.simulation.world.container_instances.values()))
    assert (first.availability_zone, first.agent_connected, first.status) == (A, False, "ACTIVE")
    assert states(story.until(159), A) == ["RUNNING"]
    assert states(story.until(160), A) == ["STOPPED"]
    assert first.status == "INACTIVE"
    assert story.until(300).running() == 3
    others = {t.availability_zone for t in tasks(story) if t.last_status == "RUNNING"}
    assert sorted(others) == [B, C]


@rule("SS:C-45", "SS:C-2", "SS:C-4")
def test_a_group_launches_in_other_zones_and_balances_once_the_zone_is_back() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="default")
    data = {"ImageId": "ami-0ec50000000000001", "InstanceType": "t3.medium"}
    story.call("ec2:CreateLaunchTemplate", LaunchTemplateName="small", LaunchTemplateData=data)
    story.call(
        "autoscaling:CreateAutoScalingGroup",
        AutoScalingGroupName="group",
        LaunchTemplate={"LaunchTemplateName": "small"},
        MinSize=3,
        MaxSize=6,
        VPCZoneIdentifier=",".join(list(story.simulation.world.subnets)[:3]),
    )
    assert zones_of_group(story.until(150)) == [A, B, C]
    story.call("lab:FailZone", 200, zone=A)
    assert zones_of_group(story.until(400)) == [B, B, C]
    story.call("lab:RecoverZone", 500, zone=A)
    assert zones_of_group(story.until(501)) == [A, B, B, C]
    assert zones_of_group(story.until(800)) == [A, B, C]


def zones_of_group(story: Story) -> list[str]:
    group = story.simulation.world.auto_scaling_groups["group"]
    return sorted(m.availability_zone for m in group.staying)


@rule("SS:C-45")
def test_nothing_is_launched_in_a_lost_zone() -> None:
    story = Story().on_instances(3)
    world = story.simulation.world
    in_a = next(s.id for s in world.subnets.values() if s.availability_zone == A)
    members = {"ImageId": "ami-0ec50000000000001", "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1}
    idle = story.call("ec2:RunInstances", 0, **members, SubnetId=in_a)["Instances"][0]["InstanceId"]
    story.call("ec2:StopInstances", 50, InstanceIds=[idle])
    story.call("lab:FailZone", 100, zone=A)
    wanted = {"cluster": "game", "instanceType": "t3.small", "zones": [A]}
    for call, with_ in (
        ("lab:AddContainerInstances", wanted),
        ("ec2:RunInstances", {**members, "SubnetId": in_a}),
        ("ec2:StartInstances", {"InstanceIds": [idle]}),
    ):
        assert isinstance(story.attempt(call, 101, **with_), Rejection), call
    story.call("lab:RecoverZone", 200, zone=A)
    story.call("lab:AddContainerInstances", 201, **wanted)
    story.call("ec2:RunInstances", 201, **members, SubnetId=in_a)


@rule("SS:C-45")
def test_what_was_not_given_up_goes_on() -> None:
    story = Story().on_fargate()
    story.create(3)
    story.call("lab:AddContainerInstances", 100, cluster="game", instanceType="t3.medium", zones=[A])
    story.call("lab:FailZone", 100, zone=A)
    story.call("lab:RecoverZone", 130, zone=A)
    story.until(400)
    assert [t.last_status for t in tasks(story)] == ["RUNNING"] * 3
    instance = next(iter(story.simulation.world.container_instances.values()))
    assert (instance.agent_connected, instance.status) == (True, "ACTIVE")


@rule("SS:C-45")
def test_a_task_that_is_starting_stands_still_while_its_zone_is_lost() -> None:
    story = Story().on_fargate()
    story.create(3)
    story.call("lab:FailZone", 5, zone=A)
    assert "RUNNING" not in states(story.until(59), A)
    assert states(story, B) == ["RUNNING"]
    story.call("lab:RecoverZone", 60, zone=A)
    assert states(story.until(120), A) == ["RUNNING"]


@rule("SS:C-45", "PN:E-7")
def test_without_any_zone_nothing_starts_on_fargate() -> None:
    story = Story().on_fargate()
    story.create(1)
    for zone in story.simulation.world.zones:
        story.call("lab:FailZone", 100, zone=zone)
    story.until(200)
    assert story.total() == 0
    assert story.messages()[-1][1] == f"(service web) was unable to place a task. Reason: {NO_CAPACITY}."
    foreseen = story.read("lab:ExplainPlacement", cluster="game", service="web")
    assert {c["reason"] for c in foreseen["candidates"]} == {NO_CAPACITY}
    story.call("lab:RecoverZone", 400, zone=C)
    assert story.until(500).running() == 1
    assert states(story, C) == ["RUNNING"]


@rule("SS:C-45", "SS:S-63")
def test_a_service_balances_its_zones_once_the_zone_is_back() -> None:
    story = Story().on_fargate()
    story.create(6, availabilityZoneRebalancing="ENABLED")
    story.call("lab:FailZone", 200, zone=A)
    story.until(600)
    assert (len(states(story, B)), len(states(story, C))) == (3, 3)
    story.call("lab:RecoverZone", 700, zone=A)
    story.until(1500)
    running = [t.availability_zone for t in tasks(story) if t.last_status == "RUNNING"]
    assert sorted(zone or "" for zone in running) == [A, A, B, B, C, C]


def behind_nat(story: Story) -> tuple[str, str]:
    """A private subnet in zone B whose way out is a NAT gateway in zone A; the gateway's id."""
    world = story.simulation.world
    vpc, public = next(iter(world.vpcs)), next(iter(world.subnets))
    made = story.call("ec2:CreateSubnet", VpcId=vpc, CidrBlock="172.31.200.0/24", AvailabilityZone=B)
    private = str(made["Subnet"]["SubnetId"])
    address = story.call("ec2:AllocateAddress")["AllocationId"]
    nat = str(story.call("ec2:CreateNatGateway", SubnetId=public, AllocationId=address)["NatGateway"]["NatGatewayId"])
    table = story.call("ec2:CreateRouteTable", VpcId=vpc)["RouteTable"]["RouteTableId"]
    story.call("ec2:AssociateRouteTable", SubnetId=private, RouteTableId=table)
    story.call("ec2:CreateRoute", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    return private, nat


def run(story: Story, at: float, subnet: str) -> Task:
    vpc = {"awsvpcConfiguration": {"subnets": [subnet], "assignPublicIp": "DISABLED"}}
    members = {"taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": vpc}
    arn = story.call("ecs:RunTask", at, cluster="game", **members)["tasks"][0]["taskArn"]
    return story.simulation.world.tasks[arn]


@rule("SS:C-45", "PN:N-45")
def test_a_lost_zone_takes_its_nat_gateway_along() -> None:
    """What goes out through it from other zones times out, until the zone is back."""
    story = Story().on_fargate()
    private, nat = behind_nat(story)
    first = run(story, 300, private)
    story.until(360)
    out = {"from": first.id, "to": "internet", "port": 443}
    assert (first.last_status, story.read("lab:TestConnection", **out)["reached"]) == ("RUNNING", True)
    story.call("lab:FailZone", 400, zone=A)
    found = story.read("lab:TestConnection", **out)
    assert (found["code"], found["hops"][-1]["kind"], found["hops"][-1]["id"]) == ("noRoute", "natGateway", nat)
    assert f"stands in the Availability Zone {A}, which is lost" in found["sentence"]
    second = run(story, 401, private)
    story.until(700)
    assert (first.last_status, second.last_status) == ("RUNNING", "STOPPED")
    assert "CannotPullContainerError" in (second.stopped_reason or "")
    assert "i/o timeout" in (second.stopped_reason or "")
    story.call("lab:RecoverZone", 800, zone=A)
    third = run(story, 801, private)
    assert story.until(900).read("lab:TestConnection", **out)["reached"]
    assert third.last_status == "RUNNING"


@rule("SS:C-45", "SS:C-21")
def test_an_agent_that_a_lost_zone_cut_off_registers_when_the_zone_is_back() -> None:
    story = Story().on_fargate()
    private, _ = behind_nat(story)
    story.call("lab:FailZone", 300, zone=A)
    members = {"ImageId": "ami-0ec50000000000001", "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1}
    script = "#!/bin/bash\necho ECS_CLUSTER=game >> /etc/ecs/ecs.config"
    profile = {"Name": "ecsInstanceRole"}
    story.call("ec2:RunInstances", 301, **members, SubnetId=private, UserData=script, IamInstanceProfile=profile)
    story.until(600)
    assert not story.simulation.world.container_instances
    story.call("lab:RecoverZone", 600, zone=A)
    assert [i.availability_zone for i in story.simulation.world.container_instances.values()] == [B]


@rule("SS:C-45", "IC:R-23")
@pytest.mark.parametrize(("zones", "reached"), [([A, B], True), ([A], False)])
def test_an_endpoint_serves_from_the_zones_that_are_left(zones: list[str], reached: bool) -> None:
    story = Story()
    subnets = [s for s in story.simulation.world.subnets.values() if s.availability_zone in zones]
    made = story.call(
        "ec2:CreateVpcEndpoint",
        VpcId=subnets[0].vpc_id,
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.us-east-1.ecr.api",
        SubnetIds=[s.id for s in subnets],
        SecurityGroupIds=["sg-0000000000000001"],
        PrivateDnsEnabled=True,
    )["VpcEndpoint"]["VpcEndpointId"]
    story.until(600)
    in_c = next(s.id for s in story.simulation.world.subnets.values() if s.availability_zone == C)
    for zone, expected in ((None, True), (A, reached)):
        if zone:
            story.call("lab:FailZone", 600, zone=zone)
        path = service_path(story.simulation.world, in_c, ["sg-0000000000000001"], False, "ecr.api")
        assert path.reached is expected
        assert made in path.sentence


@rule("SS:C-45")
def test_nothing_exits_by_itself_in_a_lost_zone() -> None:
    story = Story().on_fargate()
    story.create(3)
    story.call("lab:FailZone", 100, zone=A)
    (task,) = (t for t in tasks(story) if t.availability_zone == A)
    refused = story.attempt("lab:ExitContainer", 101, task=task.id)
    assert isinstance(refused, Rejection)
    assert refused.message == f"The Availability Zone {A} of the task is lost; nothing runs in it any more."
    story.call("lab:RecoverZone", 102, zone=A)
    story.call("lab:ExitContainer", 103, task=task.id)
    assert task.containers[0].exit_code == 0


def test_a_lost_zone_is_a_fault_of_the_timeline() -> None:
    story = Story()
    story.call("lab:FailZone", zone=A)
    story.call("lab:RecoverZone", 10, zone=A)
    entries = story.timeline(kinds=["fault"])["entries"]
    assert [e["text"] for e in entries] == [
        f"The Availability Zone {A} was lost.",
        f"The Availability Zone {A} is back.",
    ]


@pytest.mark.parametrize(
    ("call", "members", "words"),
    [
        ("lab:FailZone", {"zone": "nowhere"}, "The Availability Zone nowhere is none of"),
        ("lab:FailZone", {"zone": B}, f"The Availability Zone {B} is lost already."),
        ("lab:RecoverZone", {"zone": A}, f"The Availability Zone {A} is not lost."),
        ("lab:RecoverInstance", {"instance": "i-0000000000000002"}, f"The zone {B} is lost; recover the zone."),
    ],
)
def test_refused(call: str, members: dict[str, Any], words: str) -> None:
    story = Story().on_instances(3)
    story.call("lab:FailZone", 1, zone=B)
    answer = story.attempt(call, 2, **members)
    assert isinstance(answer, Rejection)
    assert answer.message.startswith(words)

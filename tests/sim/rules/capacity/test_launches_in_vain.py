"""Groups whose subnets, security groups or templates are no longer what they were when the group was made (SS:C-2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.balancing import VPC
from tests.sim.machines import DATA
from tests.sim.stories import WEB, Story

FIRST, SECOND = "subnet-0000000000000001", "subnet-0000000000000002"
OWN = "sg-0000000000000002"


def empty_group(subnets: str = FIRST, script: str = "") -> Story:
    """A capacity provider with an empty group, whose instances would have a security group of their own."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    story.call("ecs:RegisterTaskDefinition", **WEB)
    story.call("ec2:CreateSecurityGroup", GroupName="own", Description="own", VpcId=VPC)
    story.call("iam:CreateInstanceProfile", InstanceProfileName="spare")
    data = {**DATA, "SecurityGroupIds": [OWN], "IamInstanceProfile": {"Name": "spare"}, "UserData": script}
    story.call("ec2:CreateLaunchTemplate", LaunchTemplateName="small", LaunchTemplateData=data)
    story.call(
        "autoscaling:CreateAutoScalingGroup",
        AutoScalingGroupName="group",
        LaunchTemplate={"LaunchTemplateName": "small", "Version": "$Latest"},
        MinSize=0,
        MaxSize=3,
        VPCZoneIdentifier=subnets,
    )
    provider = {"autoScalingGroupArn": "group", "managedScaling": {"status": "ENABLED"}}
    story.call("ecs:CreateCapacityProvider", name="ours", autoScalingGroupProvider=provider)
    strategy = [{"capacityProvider": "ours"}]
    call = "ecs:PutClusterCapacityProviders"
    story.call(call, cluster="game", capacityProviders=["ours"], defaultCapacityProviderStrategy=strategy)
    return story.until(1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.call("ec2:DeleteSubnet", 2, SubnetId=FIRST), f"The subnet ID '{FIRST}' does not exist"),
        (lambda s: s.call("ec2:DeleteSecurityGroup", 2, GroupId=OWN), f"The security group '{OWN}' does not exist"),
        (
            lambda s: s.call("iam:DeleteInstanceProfile", 2, InstanceProfileName="spare"),
            "Value (spare) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
        ),
    ],
)
def test_a_launch_that_ec2_refuses_is_an_activity_that_failed(change: Callable[[Story], Any], words: str) -> None:
    story = empty_group()
    change(story)
    story.call("autoscaling:SetDesiredCapacity", 3, AutoScalingGroupName="group", DesiredCapacity=2)
    (activity,) = story.until(10).read("autoscaling:DescribeScalingActivities")["Activities"]
    assert (activity["StatusCode"], activity["StatusMessage"]) == ("Failed", words)


def test_a_group_goes_on_in_the_subnets_that_are_left() -> None:
    story = empty_group(f"{FIRST},{SECOND}")
    story.call("ec2:DeleteSubnet", 2, SubnetId=FIRST)
    story.call("lab:FailZone", 3, zone="us-east-1b")
    story.call("lab:RecoverZone", 4, zone="us-east-1b")
    story.call("autoscaling:SetDesiredCapacity", 5, AutoScalingGroupName="group", DesiredCapacity=2)
    (group,) = story.until(10).read("autoscaling:DescribeAutoScalingGroups")["AutoScalingGroups"]
    assert group["AvailabilityZones"] == ["us-east-1b"]
    assert [member["AvailabilityZone"] for member in group["Instances"]] == ["us-east-1b"] * 2


def is_excluded(story: Story) -> list[bool]:
    """Whether nothing is launched for each kind of waiting task."""
    story.call("ecs:RunTask", 5, cluster="game", taskDefinition="web")
    decisions = story.until(120).simulation.world.capacity_providers["ours"].decisions
    return [kind["excluded"] for kind in decisions[-1].reservation.waiting]


@rule("SS:C-65")
def test_managed_scaling_measures_a_group_that_can_launch_nothing() -> None:
    story = empty_group()
    story.call("ec2:DeleteSecurityGroup", 2, GroupId=OWN)
    assert is_excluded(story) == [False]


@rule("SS:C-65")
def test_nothing_is_launched_for_tasks_when_no_instance_could_register() -> None:
    script = "echo ECS_CLUSTER=game >> /etc/ecs/ecs.config\necho ECS_RESERVED_MEMORY=99999 >> /etc/ecs/ecs.config"
    assert is_excluded(empty_group(script=script)) == [True]


def test_a_zone_without_a_default_subnet_takes_no_group() -> None:
    story = empty_group()
    story.call("ec2:DeleteSubnet", 2, SubnetId=SECOND)
    outcome = story.attempt(
        "autoscaling:CreateAutoScalingGroup",
        3,
        AutoScalingGroupName="other",
        LaunchTemplate={"LaunchTemplateName": "small"},
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=["us-east-1b"],
    )
    assert isinstance(outcome, Rejection)
    assert outcome.code == "ValidationError"

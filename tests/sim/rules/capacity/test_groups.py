"""Auto Scaling groups and the machines in them (SS:C-4, SS:C-7, SS:C-10, SS:C-12, SS:C-22, SS:C-24)."""

from __future__ import annotations

import pytest

from ecslab.sim.errors.ec2 import InvalidInstanceNotFound
from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.rules.capacity.pools import UNITS, Pool

ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]


def in_zones(story: Pool) -> list[int]:
    """How many instances that stay each zone has."""
    return [sum(1 for m in story.group.staying if m.availability_zone == zone) for zone in ZONES]


@rule("SS:C-4")
@pytest.mark.parametrize(("most", "desired", "ends", "ceiling"), [(3, 3, [1, 1, 1], 4), (40, 40, [14, 13, 13], 44)])
def test_balancing_launches_first_and_goes_over_by_a_tenth_at_most(
    most: int, desired: int, ends: list[int], ceiling: int
) -> None:
    story = Pool(desired, most=most, zones=["us-east-1a"], scaling={"status": "DISABLED"})
    story.until(200)
    assert in_zones(story) == [desired, 0, 0]
    story.call("autoscaling:UpdateAutoScalingGroup", 200, AutoScalingGroupName="game", AvailabilityZones=ZONES)
    sizes: list[int] = []
    for at in range(200, 2000):
        story.until(at)
        sizes.append(len(story.group.staying))
    assert (min(sizes), max(sizes)) == (desired, ceiling), "never fewer than before, and no more than a tenth above"
    assert in_zones(story) == ends
    assert not story.group.balances


@rule("SS:C-4")
def test_what_still_drains_counts_for_the_ceiling() -> None:
    story = Pool(3, most=3, zones=["us-east-1a"], scaling={"status": "DISABLED"})
    story.define("full", UNITS)
    story.until(200)
    story.run("full", 3, 200)
    story.call("autoscaling:UpdateAutoScalingGroup", 200, AutoScalingGroupName="game", AvailabilityZones=ZONES)
    story.until(7200)
    assert len(story.group.members) == 4, "the first move waits for its task, and so does the second for the first"


@rule("SS:C-4")
def test_a_termination_by_hand_that_unbalances_is_balanced() -> None:
    story = Pool(4, most=8, scaling={"status": "DISABLED"})
    story.until(200)
    for member in [m for m in story.group.staying if m.availability_zone == "us-east-1b"]:
        story.call(
            "autoscaling:TerminateInstanceInAutoScalingGroup",
            200,
            InstanceId=member.instance_id,
            ShouldDecrementDesiredCapacity=True,
        )
    assert in_zones(story)[:2] == [2, 0]
    story.until(201)
    assert in_zones(story)[:2] == [2, 1], "launched first"
    story.until(400)
    assert in_zones(story)[:2] == [1, 1]


@rule("SS:C-7")
def test_the_states_of_a_member() -> None:
    story = Pool(1, scaling={"status": "DISABLED"})
    story.define("full", UNITS)
    story.until(0)
    (member,) = story.group.members.values()
    states = [member.lifecycle_state]
    states.append(story.until(29).group.members[member.instance_id].lifecycle_state)
    states.append(story.until(30).group.members[member.instance_id].lifecycle_state)
    story.until(200)
    (task,) = story.run("full", 1, 200)
    story.call(
        "autoscaling:TerminateInstanceInAutoScalingGroup",
        300,
        InstanceId=member.instance_id,
        ShouldDecrementDesiredCapacity=True,
    )
    states.append(member.lifecycle_state)
    story.call("ecs:StopTask", 400, cluster="game", task=task.arn)
    story.until(402)
    states.append(member.lifecycle_state)
    assert states == ["Pending", "Pending", "InService", "Terminating:Wait", "Terminating"]
    assert member.instance_id in story.until(431).group.members
    assert not story.until(432).group.members


@rule("SS:C-12")
def test_no_weights_and_a_most_above_zero() -> None:
    story = Pool(0, most=0)
    answer = story.attempt(
        "autoscaling:CreateAutoScalingGroup",
        AutoScalingGroupName="weighted",
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=ZONES,
        MixedInstancesPolicy={
            "LaunchTemplate": {
                "LaunchTemplateSpecification": {"LaunchTemplateName": "game"},
                "Overrides": [{"InstanceType": "t3.medium", "WeightedCapacity": "2"}],
            }
        },
    )
    assert isinstance(answer, Rejection)
    assert "WeightedCapacity" in answer.message
    story.define("full", UNITS)
    story.run("full", 1, 5)
    assert story.desired_at(600) == [0]
    story.call("autoscaling:UpdateAutoScalingGroup", 600, AutoScalingGroupName="game", MaxSize=1)
    assert story.desired_at(659, 660) == [0, 1], "the group may grow, and managed scaling looks again"


@rule("SS:C-22")
def test_the_statuses_of_a_container_instance() -> None:
    story = Pool(1, scaling={"status": "DISABLED"})
    statuses = []
    for at in (89, 90):
        story.until(at)
        statuses.append(
            [i.status for i in story.simulation.world.container_instances.values()],
        )
    (instance,) = story.simulation.world.container_instances.values()
    wanted = {"cluster": "game", "containerInstances": [instance.arn]}
    story.call("ecs:UpdateContainerInstancesState", 100, status="DRAINING", **wanted)
    statuses.append([instance.status])
    again = story.attempt("ecs:UpdateContainerInstancesState", 101, status="INACTIVE", **wanted)
    assert isinstance(again, Rejection)
    story.call("ecs:DeregisterContainerInstance", 102, cluster="game", containerInstance=instance.arn)
    statuses.append([instance.status])
    assert statuses == [[], ["ACTIVE"], ["DRAINING"], ["INACTIVE"]]


@rule("SS:C-24")
def test_a_stopped_instance_stays_registered_and_comes_back() -> None:
    story = Pool(0)
    data = {"ImageId": "ami-0ec50000000000001", "InstanceType": "t3.medium"}
    script = "echo ECS_CLUSTER=game >> /etc/ecs/ecs.config"
    profile = {"Name": "ecsInstanceRole"}
    answer = story.call(
        "ec2:RunInstances", 0, MinCount=1, MaxCount=1, UserData=script, IamInstanceProfile=profile, **data
    )
    machine = answer["Instances"][0]["InstanceId"]
    story.define("full", UNITS)
    story.until(90)
    (task,) = story.run("full", 1, 90, launchType="EC2")
    story.call("ec2:StopInstances", 200, InstanceIds=[machine])
    (instance,) = story.simulation.world.container_instances.values()
    assert (task.last_status, task.stopped_reason) == ("STOPPED", f"Host EC2 (instance {machine}) stopped.")
    assert (instance.status, instance.agent_connected) == ("ACTIVE", False)
    refused = story.attempt("ec2:StartInstances", 210, InstanceIds=[machine])
    assert isinstance(refused, Rejection)
    story.call("ec2:StartInstances", 300, InstanceIds=[machine])
    failed = story.call("ecs:RunTask", 389, cluster="game", taskDefinition="full", launchType="EC2")
    assert [failure["reason"] for failure in failed["failures"]] == ["AGENT"]
    story.until(390)
    assert instance.agent_connected
    (again,) = story.run("full", 1, 390, launchType="EC2")
    assert again.container_instance_arn == instance.arn


@rule("SS:C-10")
def test_an_instance_called_unhealthy_is_replaced_at_once() -> None:
    story = Pool(1, scaling={"status": "DISABLED"})
    story.until(200)
    (member,) = story.group.members.values()
    story.call("autoscaling:SetInstanceHealth", 200, InstanceId=member.instance_id, HealthStatus="Healthy")
    assert story.until(210).group.members[member.instance_id].lifecycle_state == "InService"
    story.call("autoscaling:SetInstanceHealth", 210, InstanceId=member.instance_id, HealthStatus="Unhealthy")
    story.until(210)
    assert member.lifecycle_state == "Terminating"
    (new,) = story.group.staying
    assert new.lifecycle_state == "Pending"
    assert story.until(300).simulation.world.instance_on(new.instance_id)


def test_a_terminated_machine_is_forgotten_after_an_hour() -> None:
    story = Pool(1, scaling={"status": "DISABLED"})
    (machine,) = story.until(200).group.members
    story.call("autoscaling:SetDesiredCapacity", 200, AutoScalingGroupName="game", DesiredCapacity=0)
    gone = 200 + 30
    story.until(gone + 3599)
    (reservation,) = story.read("ec2:DescribeInstances")["Reservations"]
    assert reservation["Instances"][0]["State"]["Name"] == "terminated"
    story.until(gone + 3600)
    assert story.read("ec2:DescribeInstances")["Reservations"] == []
    with pytest.raises(InvalidInstanceNotFound):
        story.read("ec2:DescribeInstances", InstanceIds=[machine])

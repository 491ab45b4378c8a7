"""Services and tasks whose subnets or security groups are deleted after they were named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sim.balancing import SUBNETS, VPC
from tests.sim.rules.capacity.pools import Pool
from tests.sim.stories import FARGATE_WEB, Story

OWN = "sg-0000000000000002"
TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/game/web",
    "ScalableDimension": "ecs:service:DesiredCount",
    "MaxCapacity": 4,
}
NO_SUBNET = f"Error retrieving subnet information for [{', '.join(SUBNETS)}]: The subnet ID '{SUBNETS[1]}' does not"
NO_GROUP = f"Error retrieving security group information for [{OWN}]: The security group '{OWN}' does not"


def network(*groups: str) -> dict[str, Any]:
    return {"awsvpcConfiguration": {"subnets": SUBNETS, "securityGroups": list(groups)}}


@pytest.mark.parametrize(
    ("call", "member", "gone", "words"),
    [("DeleteSubnet", "SubnetId", SUBNETS[1], NO_SUBNET), ("DeleteSecurityGroup", "GroupId", OWN, NO_GROUP)],
)
@pytest.mark.parametrize("rebalancing", ["ENABLED", "DISABLED"])
def test_a_service_says_what_is_gone_of_its_network(
    call: str, member: str, gone: str, words: str, rebalancing: str
) -> None:
    story = Story().on_fargate()
    story.call("ec2:CreateSecurityGroup", GroupName="own", Description="own", VpcId=VPC)
    story.create(0, networkConfiguration=network(OWN), availabilityZoneRebalancing=rebalancing)
    story.call("application-autoscaling:RegisterScalableTarget", 5, MinCapacity=0, **TARGET)
    story.call(f"ec2:{call}", 6, **{member: gone})
    story.call("application-autoscaling:RegisterScalableTarget", 10, MinCapacity=1, **TARGET)
    said = [message for _, message in story.until(60).messages()]
    assert story.total() == 0
    assert any(f"failed to launch a task with (error {words}" in message for message in said)


def _waiting(story: Pool) -> Pool:
    """A task of its own network waits for the provider's first instance."""
    story.call("ec2:CreateSecurityGroup", GroupName="own", Description="own", VpcId=VPC)
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "requiresCompatibilities": ["EC2"]})
    story.call("ecs:RunTask", 1, cluster="game", taskDefinition="web", networkConfiguration=network(OWN))
    return story


def test_a_task_that_waits_takes_a_subnet_that_is_left() -> None:
    story = _waiting(Pool())
    for gone in SUBNETS[1:]:
        story.call("ec2:DeleteSubnet", 2, SubnetId=gone)
    (task,) = story.until(400).simulation.world.tasks.values()
    assert (task.subnet_id, task.last_status) == (SUBNETS[0], "RUNNING")


def test_a_task_that_waited_fails_when_its_security_group_is_gone() -> None:
    story = _waiting(Pool())
    story.call("ec2:DeleteSecurityGroup", 2, GroupId=OWN)
    (task,) = story.until(400).simulation.world.tasks.values()
    assert (task.stop_code, (task.stopped_reason or "")[-21:]) == ("TaskFailedToStart", "InvalidGroup.NotFound")

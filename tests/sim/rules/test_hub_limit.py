"""The pull limit of Docker Hub (IC:R-11)."""

from __future__ import annotations

import json
from typing import Any

from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, WEB, Story

WORDS = "toomanyrequests: You have reached your pull rate limit."


def behind_nat() -> tuple[Story, str]:
    """A cluster, and a private subnet whose way out is a NAT gateway."""
    story = Story().on_fargate()
    story.call("lab:SetQuota", code="Q-25", value=100)
    world = story.simulation.world
    vpc, public = next(iter(world.vpcs)), next(iter(world.subnets))
    private: str = story.call("ec2:CreateSubnet", VpcId=vpc, CidrBlock="172.31.200.0/24")["Subnet"]["SubnetId"]
    address = story.call("ec2:AllocateAddress")["AllocationId"]
    nat = story.call("ec2:CreateNatGateway", SubnetId=public, AllocationId=address)["NatGateway"]["NatGatewayId"]
    table = story.call("ec2:CreateRouteTable", VpcId=vpc)["RouteTable"]["RouteTableId"]
    story.call("ec2:CreateRoute", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    story.call("ec2:AssociateRouteTable", SubnetId=private, RouteTableId=table)
    return story, private


def run(story: Story, at: float, subnet: str, count: int = 1, **members: Any) -> list[str]:
    public = "ENABLED" if subnet == next(iter(story.simulation.world.subnets)) else "DISABLED"
    network = {"awsvpcConfiguration": {"subnets": [subnet], "assignPublicIp": public}}
    common = {"cluster": "game", "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": network}
    started = story.call("ecs:RunTask", at, **{**common, **members, "count": count})["tasks"]
    return [task["taskArn"] for task in started]


def state(story: Story, arn: str) -> tuple[str, str]:
    task = story.simulation.world.tasks[arn]
    return task.last_status, task.stopped_reason or ""


@rule("IC:R-11")
def test_an_address_pulls_a_hundred_images_in_six_hours() -> None:
    story, private = behind_nat()
    for number in range(10):
        run(story, 300 + number, private, 10)
    one_more = run(story, 400, private)[0]
    status, reason = state(story.until(700), one_more)
    assert status == "STOPPED"
    assert reason.startswith("CannotPullContainerError: ")
    assert WORDS in reason
    own = run(story, 700, next(iter(story.simulation.world.subnets)))[0]
    later = run(story, 300 + 6 * 3600 + 60, private)[0]
    assert state(story.until(300 + 6 * 3600 + 200), later) == ("RUNNING", "")
    assert state(story, own) == ("RUNNING", "")


@rule("IC:R-11")
def test_an_account_or_another_registry_has_no_such_limit() -> None:
    story, private = behind_nat()
    for number in range(10):
        run(story, 300 + number, private, 10)
    trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = story.call(
        "iam:CreateRole", 400, RoleName="puller", AssumeRolePolicyDocument=json.dumps({"Statement": trust})
    )
    allowed = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    document = json.dumps({"Version": "2012-10-17", **allowed})
    story.call("iam:PutRolePolicy", 400, RoleName="puller", PolicyName="all", PolicyDocument=document)
    secret = story.call("secretsmanager:CreateSecret", 400, Name="hub", SecretString="x")["ARN"]
    login = {"name": "web", "image": "web", "repositoryCredentials": {"credentialsParameter": secret}}
    arn = role["Role"]["Arn"]
    for family, container in (("account", login), ("quay", {"name": "web", "image": "quay.io/shop/web"})):
        definition = {**FARGATE_WEB, "family": family, "containerDefinitions": [container], "executionRoleArn": arn}
        story.call("ecs:RegisterTaskDefinition", 400, **definition)
    tasks = [run(story, 401, private, taskDefinition=family)[0] for family in ("account", "quay")]
    story.until(600)
    assert [state(story, task) for task in tasks] == [("RUNNING", ""), ("RUNNING", "")]


@rule("IC:R-11")
def test_an_instance_keeps_what_it_has_pulled() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    for number in range(102):
        container = {"name": "web", "image": f"image{number % 101}", "memory": 8}
        story.call(
            "ecs:RegisterTaskDefinition", **{**WEB, "family": f"web{number}", "containerDefinitions": [container]}
        )
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium")
    arns = [
        story.call("ecs:RunTask", 60 * number, cluster="game", taskDefinition=f"web{number}")["tasks"][0]["taskArn"]
        for number in range(100)
    ]
    known, fresh = (
        story.call("ecs:RunTask", 6000, cluster="game", taskDefinition=f"web{number}")["tasks"][0]["taskArn"]
        for number in (101, 100)
    )
    story.until(6200)
    assert {state(story, arn) for arn in arns} == {("RUNNING", "")}
    assert state(story, known) == ("RUNNING", "")
    assert state(story, fresh)[1].startswith("CannotPullContainerError: Error response from daemon: " + WORDS)

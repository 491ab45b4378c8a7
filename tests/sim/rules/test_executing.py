"""ECS Exec: who may open a session into a container, and when it connects (IC:I-55, IC:I-57, IC:X-45, IC:X-46)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecslab.sim.command import Command
from ecslab.sim.operations.ecs.execute_command import NOT_CONNECTED, NOT_ENABLED
from ecslab.sim.simulation import Outcome, Rejection
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, WEB, Story

ALL = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
OPEN: dict[str, Any] = {"cluster": "game", "command": "/bin/sh", "interactive": True}


def role(story: Story, name: str, *actions: str, service: str = "ecs-tasks.amazonaws.com", **statement: Any) -> str:
    """A role that a service assumes, with one statement."""
    trust = {"Statement": {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}}
    story.call("iam:CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    if actions:
        allowed = {"Effect": "Allow", "Action": list(actions), "Resource": "*", **statement}
        document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
        story.call("iam:PutRolePolicy", RoleName=name, PolicyName="own", PolicyDocument=document)
    return f"arn:aws:iam::123456789012:role/{name}"


def shell(story: Story, left_out: str | None = None) -> str:
    return role(story, "shell", *(f"ssmmessages:{name}" for name in ALL if name != left_out))


def run(story: Story, at: float = 0, /, *, public: bool = True, subnet: str | None = None, **members: Any) -> str:
    """A Fargate task with ECS Exec enabled; its ARN."""
    first = subnet or next(iter(story.simulation.world.subnets))
    network = {"subnets": [first], "assignPublicIp": "ENABLED" if public else "DISABLED"}
    common = {"cluster": "game", "taskDefinition": "web", "launchType": "FARGATE", "enableExecuteCommand": True}
    network_configuration = {"networkConfiguration": {"awsvpcConfiguration": network}}
    answer = story.call("ecs:RunTask", at, **{**common, **network_configuration, **members})
    return str(answer["tasks"][0]["taskArn"])


def refused(story: Story, at: float, /, **members: Any) -> tuple[str, str]:
    answer = story.attempt("ecs:ExecuteCommand", at, **{**OPEN, **members})
    assert isinstance(answer, Rejection), answer
    return answer.code, answer.message


@rule("IC:I-57", "IC:X-45")
def test_a_session_opens_where_the_task_role_may_talk_to_systems_manager() -> None:
    story = Story().on_fargate()
    task = run(story, overrides={"taskRoleArn": shell(story)})
    assert refused(story, 1, task=task) == ("InvalidParameterException", NOT_ENABLED)
    shown = story.until(60).read("ecs:DescribeTasks", cluster="game", tasks=[task])["tasks"][0]
    assert shown["enableExecuteCommand"] is True
    agent = shown["containers"][0]["managedAgents"][0]
    assert (agent["name"], agent["lastStatus"]) == ("ExecuteCommandAgent", "RUNNING")
    answer = story.call("ecs:ExecuteCommand", 60, **OPEN, task=task)
    assert (answer["taskArn"], answer["containerName"], answer["interactive"]) == (task, "web", True)
    assert answer["session"]["streamUrl"].startswith("wss://ssmmessages.us-east-1.amazonaws.com/")
    assert story.timeline(kinds=["call"])["entries"][-1]["text"] == (
        f"A session into container web of task {task[-16:]} began."
    )


@rule("IC:I-57")
def test_the_execution_role_is_not_asked() -> None:
    story = Story().on_fargate()
    execution = {"executionRoleArn": shell(story)}
    task = run(story, overrides=execution)
    code, message = refused(story, 60, task=task)
    assert (code, message.partition(" (")[0]) == ("TargetNotConnectedException", NOT_CONNECTED)


@rule("IC:I-57", "IC:X-45")
def test_only_tasks_started_after_enabling_have_it() -> None:
    story = Story().on_fargate()
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "taskRoleArn": shell(story)})
    story.create(1)
    old = next(iter(story.until(1).simulation.world.tasks))
    story.update(100, enableExecuteCommand=True)
    story.until(200)
    assert list(story.simulation.world.tasks) == [old], "enabling begins no deployment"
    assert refused(story, 200, task=old) == ("InvalidParameterException", NOT_ENABLED)
    story.update(201, forceNewDeployment=True)
    new = list(story.until(400).simulation.world.tasks)[-1]
    story.call("ecs:ExecuteCommand", 400, **OPEN, task=new)
    assert story.read("ecs:DescribeServices", cluster="game", services=["web"])["services"][0]["enableExecuteCommand"]


@rule("IC:I-55", "IC:X-46")
@pytest.mark.parametrize("left_out", ALL)
def test_without_one_of_the_four_rights_it_does_not_connect(left_out: str) -> None:
    story = Story().on_fargate()
    task = run(story, overrides={"taskRoleArn": shell(story, left_out)})
    code, message = refused(story, 60, task=task)
    assert code == "TargetNotConnectedException"
    assert f"is not authorized to perform: ssmmessages:{left_out} " in message
    assert story.simulation.world.tasks[task].last_status == "RUNNING", "the task runs on"


@rule("IC:R-21", "IC:X-46")
def test_without_nat_it_needs_the_endpoint() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    world = story.simulation.world
    vpc, public = next(iter(world.vpcs)), next(iter(world.subnets))
    private = story.call("ec2:CreateSubnet", VpcId=vpc, CidrBlock="172.31.200.0/24")["Subnet"]["SubnetId"]
    table = story.call("ec2:CreateRouteTable", VpcId=vpc)["RouteTable"]["RouteTableId"]
    story.call("ec2:AssociateRouteTable", SubnetId=private, RouteTableId=table)
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"
    for service in ("ecr.api", "ecr.dkr"):
        story.call(
            "ec2:CreateVpcEndpoint",
            VpcEndpointType="Interface",
            VpcId=vpc,
            ServiceName=f"com.amazonaws.us-east-1.{service}",
            SubnetIds=[public],
        )
    story.call(
        "ec2:CreateVpcEndpoint",
        VpcEndpointType="Gateway",
        VpcId=vpc,
        ServiceName="com.amazonaws.us-east-1.s3",
        RouteTableIds=[table],
    )
    puller = role(story, "puller", "ecr:*")
    web = {**FARGATE_WEB, "executionRoleArn": puller, "taskRoleArn": shell(story)}
    web["containerDefinitions"] = [{"name": "web", "image": image}]
    story.call("ecs:RegisterTaskDefinition", **web)
    task = run(story, 400, public=False, subnet=private)
    story.until(500)
    assert story.simulation.world.tasks[task].last_status == "RUNNING"
    code, message = refused(story, 500, task=task)
    assert (code, "ssmmessages" in message) == ("TargetNotConnectedException", True)
    story.call(
        "ec2:CreateVpcEndpoint",
        500,
        VpcEndpointType="Interface",
        VpcId=vpc,
        ServiceName="com.amazonaws.us-east-1.ssmmessages",
        SubnetIds=[public],
    )
    story.call("ecs:ExecuteCommand", 900, **OPEN, task=task)


@rule("IC:I-57")
def test_on_an_instance_without_a_task_role_its_own_role_counts() -> None:
    story = Story().on_instances(1)
    started = story.call("ecs:RunTask", cluster="game", taskDefinition="web", enableExecuteCommand=True)
    task = started["tasks"][0]["taskArn"]
    code, message = refused(story, 60, task=task)
    assert (code, "assumed-role/ecsInstanceRole/" in message) == ("TargetNotConnectedException", True)
    allowed = {"Effect": "Allow", "Action": "ssmmessages:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    story.call("iam:PutRolePolicy", 61, RoleName="ecsInstanceRole", PolicyName="exec", PolicyDocument=document)
    story.call("ecs:ExecuteCommand", 62, **OPEN, task=task)


@rule("IC:I-68")
def test_a_condition_that_does_not_hold_refuses_the_caller() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    containers = [{"name": name, "image": name} for name in ("web", "log")]
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "containerDefinitions": containers})
    task = run(story, overrides={"taskRoleArn": shell(story)})
    only = {"StringEquals": {"ecs:container-name": "web"}}
    caller = role(story, "operator", "ecs:ExecuteCommand", service="ec2.amazonaws.com", Condition=only)
    without = {"StringEquals": {"ecs:enable-execute-command": "false"}}
    runner = role(story, "runner", "ecs:RunTask", service="ec2.amazonaws.com", Condition=without)
    outcomes = [
        story.simulation.apply(
            Command(60_000, "ecs", "ExecuteCommand", {**OPEN, "task": task, "container": name}, caller)
        )
        for name in ("web", "log")
    ]
    assert isinstance(outcomes[0], Outcome)
    assert isinstance(outcomes[1], Rejection)
    assert outcomes[1].code == "AccessDeniedException"
    assert "is not authorized to perform: ecs:ExecuteCommand on resource: " in outcomes[1].message
    network = {"awsvpcConfiguration": {"subnets": [next(iter(story.simulation.world.subnets))]}}
    for enables, type_ in ((True, Rejection), (False, Outcome)):
        members = {"cluster": "game", "taskDefinition": "web", "launchType": "FARGATE"}
        asked = {**members, "networkConfiguration": network, "enableExecuteCommand": enables}
        assert isinstance(story.simulation.apply(Command(61_000, "ecs", "RunTask", asked, runner)), type_)


@rule("IC:Q-18", "IC:I-57")
def test_a_container_has_so_many_sessions() -> None:
    story = Story().on_fargate()
    task = run(story, overrides={"taskRoleArn": shell(story)})
    for _ in range(1000):
        story.call("ecs:ExecuteCommand", 60, **OPEN, task=task)
    assert refused(story, 61, task=task)[0] == "InvalidParameterException"
    assert refused(story, 1259, task=task)[0] == "InvalidParameterException"
    story.call("ecs:ExecuteCommand", 1260, **OPEN, task=task)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"interactive": False}, "Interactive is the only mode supported currently."),
        ({"task": "9"}, "The referenced task was not found."),
        ({}, "The task has several containers; name one of web, log."),
        ({"container": "db"}, "The task has no container db; it has web, log."),
        ({"container": "log"}, NOT_ENABLED),
    ],
)
def test_refused(members: dict[str, Any], words: str) -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    log = {"name": "log", "image": "log", "memory": 64, "essential": False}
    story.call("ecs:RegisterTaskDefinition", **{**WEB, "containerDefinitions": [*WEB["containerDefinitions"], log]})
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium")
    overrides = {"taskRoleArn": shell(story)}
    started = story.call(
        "ecs:RunTask", cluster="game", taskDefinition="web", enableExecuteCommand=True, overrides=overrides
    )
    task = started["tasks"][0]["taskArn"]
    story.call("lab:ExitContainer", 60, task=task, container="log")
    assert refused(story, 61, **{"task": task, **members}) == ("InvalidParameterException", words)

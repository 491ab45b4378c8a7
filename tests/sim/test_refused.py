"""Core law 1: a call with one wrong member is refused before it takes an id, a draw or anything else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ecslab.aws.model import RequestMalformed, check, service_model
from ecslab.sim.command import Command
from ecslab.sim.operations.registry import WRITES
from ecslab.sim.simulation import Rejection, Simulation
from tests.rules import rule
from tests.sim import balancing, identity, machines, network, scaling, storage
from tests.sim.stories import FARGATE_WEB, Story

Members = dict[str, Any]
INSTANCE, TASK, WITH_EXEC = "i-0000000000000001", "0000000000000001", "0000000000000003"
VPC = {
    "awsvpcConfiguration": {
        "subnets": ["subnet-0000000000000001"],
        "securityGroups": ["sg-0000000000000001"],
        "assignPublicIp": "DISABLED",
    }
}
PLACED = {
    "placementStrategy": [{"type": "spread", "field": "attribute:ecs.availability-zone"}],
    "placementConstraints": [{"type": "memberOf", "expression": "attribute:ecs.os-type == linux"}],
    "networkConfiguration": VPC,
}
SERVICE = {
    "cluster": "game",
    "taskDefinition": "own",
    "desiredCount": 1,
    "healthCheckGracePeriodSeconds": 5,
    "deploymentConfiguration": {"minimumHealthyPercent": 50, "maximumPercent": 200},
    **PLACED,
}
GAME = "arn:aws:ecs:us-east-1:123456789012:cluster/game"
ECS_TARGET = {
    "Arn": "arn:aws:ecs:us-east-1:123456789012:cluster/game",
    "RoleArn": "arn:aws:iam::123456789012:role/ecsEventsRole",
    "EcsParameters": {"TaskDefinitionArn": "web", "TaskCount": 2, "LaunchType": "EC2"},
}
SCHEDULE = {
    "ScheduleExpression": "rate(5 minutes)",
    "ScheduleExpressionTimezone": "Europe/Berlin",
    "StartDate": "2026-01-05T00:10:00Z",
    "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
    "Target": ECS_TARGET,
}
WEB_GROUP = "sg-0000000000000004"
"""The security group of `lived`; its rules are sgr-...07 (egress) and sgr-...08 (HTTP from everywhere)."""
HTTP = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}]}
FROM_GROUP = {
    "IpProtocol": "udp",
    "FromPort": 53,
    "ToPort": 53,
    "UserIdGroupPairs": [{"GroupId": WEB_GROUP}],
    "PrefixListIds": [{"PrefixListId": "pl-63a5400a"}],
}
VALID: list[tuple[str, Members]] = [
    ("ecs:CreateCluster", {"clusterName": "other"}),
    ("ecs:DeleteCluster", {"cluster": "empty"}),
    ("ecs:RegisterTaskDefinition", FARGATE_WEB),
    ("ecs:DeregisterTaskDefinition", {"taskDefinition": "web:1"}),
    ("ecs:DeleteTaskDefinitions", {"taskDefinitions": ["old:1"]}),
    ("ecs:RunTask", {"cluster": "game", "taskDefinition": "own", "count": 2, "launchType": "EC2", **PLACED}),
    (
        "ecs:RunTask",
        {
            "cluster": "game",
            "taskDefinition": "web",
            "overrides": {"containerOverrides": [{"name": "web", "cpu": 64, "memory": 128}], "memory": "512"},
        },
    ),
    ("ecs:StartTask", {"cluster": "game", "taskDefinition": "web", "containerInstances": [INSTANCE, INSTANCE]}),
    ("ecs:TagResource", {"resourceArn": GAME, "tags": [{"key": "team", "value": "blue"}]}),
    ("ecs:UntagResource", {"resourceArn": GAME, "tagKeys": ["team"]}),
    ("ecs:StopTask", {"cluster": "game", "task": TASK}),
    (
        "ecs:ExecuteCommand",
        {"cluster": "game", "task": WITH_EXEC, "container": "web", "command": "/bin/sh", "interactive": True},
    ),
    ("ecs:CreateService", {"serviceName": "fresh", "launchType": "EC2", **SERVICE}),
    (
        "ecs:CreateService",
        {
            "serviceName": "fargate",
            "cluster": "game",
            "taskDefinition": "fargate",
            "launchType": "FARGATE",
            "platformVersion": "LATEST",
            "networkConfiguration": VPC,
        },
    ),
    ("ecs:UpdateService", {"service": "own", "forceNewDeployment": True, **SERVICE}),
    ("ecs:DeleteService", {"cluster": "game", "service": "own", "force": True}),
    ("ecs:PutAccountSetting", {"name": "awsvpcTrunking", "value": "enabled"}),
    ("ecs:PutAccountSettingDefault", {"name": "awsvpcTrunking", "value": "enabled"}),
    (
        "ec2:CreateSubnet",
        {"VpcId": "vpc-0000000000000001", "CidrBlock": "172.31.240.0/24", "AvailabilityZone": "us-east-1a"},
    ),
    *balancing.VALID,
    *scaling.VALID,
    *network.VALID,
    (
        "ec2:CreateSecurityGroup",
        {
            "GroupName": "db",
            "Description": "x",
            "VpcId": "vpc-0000000000000001",
            "TagSpecifications": [{"ResourceType": "security-group", "Tags": [{"Key": "a", "Value": "b"}]}],
        },
    ),
    ("ec2:AuthorizeSecurityGroupIngress", {"GroupId": WEB_GROUP, "IpPermissions": [FROM_GROUP]}),
    ("ec2:AuthorizeSecurityGroupEgress", {"GroupId": WEB_GROUP, "IpPermissions": [HTTP]}),
    ("ec2:RevokeSecurityGroupIngress", {"GroupId": WEB_GROUP, "IpPermissions": [HTTP]}),
    ("ec2:RevokeSecurityGroupEgress", {"GroupId": WEB_GROUP, "SecurityGroupRuleIds": ["sgr-0000000000000007"]}),
    ("ec2:DeleteSecurityGroup", {"GroupId": WEB_GROUP}),
    (
        "lab:AddContainerInstances",
        {
            "cluster": "game",
            "instanceType": "c5.large",
            "count": 2,
            "subnets": ["subnet-0000000000000001"],
            "securityGroups": ["sg-0000000000000001"],
            "attributes": [{"name": "stack", "value": "prod"}],
            "agent": {"ECS_RESERVED_MEMORY": "64", "ECS_DYNAMIC_HOST_PORT_RANGE": "40000-40001"},
            "registeredAt": "2026-01-05T00:00:00Z",
        },
    ),
    (
        "events:PutRule",
        {"Name": "other", "EventPattern": '{"source": ["aws.s3"]}', "ScheduleExpression": "cron(0 18 ? * MON-FRI *)"},
    ),
    ("events:DeleteRule", {"Name": "empty", "EventBusName": "default"}),
    ("events:EnableRule", {"Name": "nightly"}),
    ("events:DisableRule", {"Name": "nightly"}),
    ("events:PutTargets", {"Rule": "nightly", "Targets": [{"Id": "2", **ECS_TARGET, "Input": "{}"}]}),
    ("events:RemoveTargets", {"Rule": "nightly", "Ids": ["1"]}),
    ("events:PutEvents", {"Entries": [{"Source": "shop", "DetailType": "Order", "Detail": "{}", "Resources": ["x"]}]}),
    ("scheduler:CreateSchedule", {"Name": "other", **SCHEDULE}),
    ("scheduler:UpdateSchedule", {"Name": "job", **SCHEDULE}),
    ("scheduler:DeleteSchedule", {"Name": "job"}),
    ("lab:EmitEvent", {"source": "aws.s3", "detailType": "Object Created", "detail": {"a": 1}, "resources": ["x"]}),
    *identity.VALID,
    *machines.VALID,
    ("lab:PutImage", {"image": "web", "calls": [{"action": "s3:GetObject", "resource": "*", "every": "30s"}]}),
    *storage.VALID,
    ("lab:PutImage", {"image": "web", "pullSeconds": 5, "exitAfter": 3, "healthy": {"after": 1, "until": 2}}),
    ("lab:ExitContainer", {"task": TASK, "container": "web", "exitCode": 1}),
    ("lab:FailInstance", {"instance": INSTANCE}),
    (
        "ecs:UpdateTaskProtection",
        {
            "cluster": "game",
            "tasks": ["0000000000000002"],
            "protectionEnabled": True,
            "expiresInMinutes": 5,
        },
    ),
    (
        "ecs:PutAttributes",
        {
            "cluster": "game",
            "attributes": [
                {"name": "stack", "value": "prod", "targetType": "container-instance", "targetId": INSTANCE}
            ],
        },
    ),
    (
        "ecs:DeleteAttributes",
        {
            "cluster": "game",
            "attributes": [{"name": "stack", "targetType": "container-instance", "targetId": INSTANCE}],
        },
    ),
    (
        "ecs:StopServiceDeployment",
        {
            "serviceDeploymentArn": (
                "arn:aws:ecs:us-east-1:123456789012:service-deployment/game/going/0000000000000002"
            ),
            "stopType": "ROLLBACK",
        },
    ),
]
OF_EVERY_CALL = {"ServerException", "ClientException", "InvalidParameterException", "AccessDeniedException"}
WRONG = ("no such thing", "", "9" * 5000, "٣", "[" * 20_000, -1, 10**9, 10**30, [], ["no such thing"], {})


def lived() -> Simulation:
    """A cluster with everything that the valid calls name."""
    story = Story().on_instances(2)
    own = {**FARGATE_WEB, "family": "own", "requiresCompatibilities": ["EC2"]}
    story.call("ecs:RegisterTaskDefinition", **own)
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "family": "fargate"})
    story.call("ecs:RegisterTaskDefinition", **{**own, "family": "old"})
    story.call("ecs:DeregisterTaskDefinition", taskDefinition="old:1")
    story.call("ecs:CreateCluster", clusterName="empty")
    story.call("ecs:RunTask", cluster="game", taskDefinition="web")
    story.call("ecs:CreateService", serviceName="own", **SERVICE)
    for name in ("nightly", "empty"):
        story.call("events:PutRule", Name=name, ScheduleExpression="rate(1 hour)")
    story.call("events:PutTargets", Rule="nightly", Targets=[{"Id": "1", **ECS_TARGET}])
    story.call("scheduler:CreateSchedule", Name="job", **SCHEDULE)
    identity.live(story)
    network.live(story)
    balancing.live(story)
    story.call(
        "elbv2:RegisterTargets", TargetGroupArn=balancing.WEB, Targets=[{"Id": "i-0000000000000002", "Port": 90}]
    )
    storage.live(story)
    machines.live(story)
    machines.live_with_provider(story)
    shell = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ssmmessages:*", "Resource": "*"}}
    trust = {"Statement": {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}}
    trust["Statement"]["Action"] = "sts:AssumeRole"
    story.call("iam:CreateRole", RoleName="shell", AssumeRolePolicyDocument=json.dumps(trust))
    story.call("iam:PutRolePolicy", RoleName="shell", PolicyName="exec", PolicyDocument=json.dumps(shell))
    role = {"taskRoleArn": "arn:aws:iam::123456789012:role/shell"}
    story.call("ecs:RunTask", cluster="game", taskDefinition="web", enableExecuteCommand=True, overrides=role)
    story.call("ec2:CreateSecurityGroup", GroupName="web", Description="web")
    story.call("ec2:AuthorizeSecurityGroupIngress", GroupId=WEB_GROUP, IpPermissions=[HTTP])
    scaling.live(story)
    story.call("ecs:CreateService", 59, serviceName="going", **SERVICE)
    machines.end(story)
    return story.until(60).simulation


def with_one_wrong(value: Any) -> Iterator[Any]:
    """A request again and again, each time with one of its members, however deep, replaced."""
    yield from WRONG
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        for wrong in with_one_wrong(value[key]):
            changed = copy.copy(value)
            changed[key] = wrong
            yield changed


def well_formed(name: str, parameters: Any) -> bool:
    """Whether a request passes the API model and so reaches the core."""
    try:
        check(*name.split(":"), parameters)
    except RequestMalformed:
        return False
    return isinstance(parameters, dict)


def refusal_of(simulation: Simulation, name: str, parameters: Members) -> Rejection | None:
    outcome = simulation.apply(Command(60_000, *name.split(":"), parameters))
    return outcome if isinstance(outcome, Rejection) else None


def may_raise(name: str) -> set[str]:
    """What AWS's model says that a call of ECS answers beside its response, and what any call may."""
    service, operation = name.split(":")
    model = service_model(service).operation_model(operation)
    return {shape.name for shape in model.error_shapes} | OF_EVERY_CALL


def test_every_write_has_a_valid_call() -> None:
    assert {name for name, _ in VALID} == set(WRITES)


@rule("IC:X-3")
@pytest.mark.parametrize(("name", "parameters"), VALID, ids=[name for name, _ in VALID])
def test_one_wrong_member_leaves_no_trace(name: str, parameters: Members) -> None:
    start = lived().snapshot()
    simulation, refused = Simulation.restore(start), 0
    before = simulation.digest()
    for request in with_one_wrong(parameters):
        if not well_formed(name, request):
            continue
        refusal = refusal_of(simulation, name, request)
        if refusal is None:
            simulation = Simulation.restore(start)
        else:
            refused += 1
            assert not name.startswith("ecs:") or refusal.code in may_raise(name), refusal
            assert simulation.digest() == before, request
    assert refused
    assert refusal_of(Simulation.restore(start), name, parameters) is None

"""Whose credentials the program in a task has, what they allow, and what else it could get (IC 1.4, 1.5, W)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.errors.common import SimError
from ecslab.sim.rules.agent_settings import drops_bridge_metadata
from ecslab.sim.rules.capacity import images, machines, registering
from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.identity import OPEN, ROLE, allow, deny, document, role
from tests.sim.stories import Story

OBJECT = "arn:aws:s3:::reports/q1.csv"
HOST_POLICY = allow("s3:*")


def story_of(
    *statements: dict[str, Any],
    mode: str = "bridge",
    kind: str = "EC2",
    task_role: bool = True,
    agent: dict[str, str] | None = None,
    **container: Any,
) -> Story:
    """One running task on an instance whose role may do everything with S3; the task role has these statements."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    role(story, "app", *statements)
    role(story, "execution", allow("s3:*"))
    text = document(HOST_POLICY)
    story.call("iam:PutRolePolicy", RoleName="ecsInstanceRole", PolicyName="buckets", PolicyDocument=text)
    if kind == "EC2":
        more = {"cluster": "game", "instanceType": "t3.medium", "agent": agent or {}}
        story.call("lab:AddContainerInstances", zones=["us-east-1a"], **more)
    sizes = {"requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512"} if kind == "FARGATE" else {}
    story.call(
        "ecs:RegisterTaskDefinition",
        family="web",
        networkMode=mode,
        containerDefinitions=[{"name": "web", "image": "web", "memory": 64, **container}],
        executionRoleArn=f"{ROLE}execution",
        **({"taskRoleArn": f"{ROLE}app"} if task_role else {}),
        **sizes,
    )
    vpc = {"subnets": ["subnet-0000000000000001"], **({"assignPublicIp": "ENABLED"} if kind == "FARGATE" else {})}
    network = {"networkConfiguration": {"awsvpcConfiguration": vpc}}
    more = network if mode == "awsvpc" else {}
    story.call("ecs:RunTask", cluster="game", taskDefinition="web", launchType=kind, **more)
    [task] = story.until(120).simulation.world.tasks.values()
    assert task.last_status == "RUNNING", task.stopped_reason
    return story


def ask(story: Story, action: str = "s3:GetObject", resource: str = OBJECT, **more: Any) -> dict[str, Any]:
    asked = {"action": action, "resource": resource, **({} if "role" in more else {"task": "0000000000000001"}), **more}
    return story.simulation.read("lab", "TestAccess", asked)


@rule("IC:W-12", "IC:I-37", "IC:I-41")
def test_without_a_task_role_the_instance_role_leaks() -> None:
    answer = ask(story_of(task_role=False), "s3:DeleteObject")
    assert answer == {
        "decision": "allowed",
        "credentials": {
            "source": "instanceRole",
            "via": "imds",
            "roleArn": f"{ROLE}ecsInstanceRole",
            "principal": "arn:aws:sts::123456789012:assumed-role/ecsInstanceRole/i-0000000000000001",
        },
        "action": "s3:DeleteObject",
        "resource": OBJECT,
        "statements": [
            {
                "policyType": "identity",
                "policyName": "buckets",
                "policyArn": None,
                "index": 0,
                "sid": None,
                "effect": "Allow",
            }
        ],
        "blockedBy": None,
        "missingContext": [],
        "alsoReachable": [],
        "message": None,
        "rule": "IC:I-37",
        "mark": "D",
    }
    refused = ask(story_of(task_role=False), "dynamodb:GetItem", "*")
    assert "User: arn:aws:sts::123456789012:assumed-role/ecsInstanceRole/i-0000000000000001" in refused["message"]


@rule("IC:W-13", "IC:I-32", "IC:I-31", "IC:I-42", "IC:I-37")
def test_a_task_role_is_all_that_the_sdk_uses() -> None:
    answer = ask(story_of(allow("dynamodb:*")))
    assert answer["decision"] == "implicitDeny"
    assert answer["credentials"] == {
        "source": "taskRole",
        "via": "containerCredentials",
        "roleArn": f"{ROLE}app",
        "principal": "arn:aws:sts::123456789012:assumed-role/app/0000000000000001",
    }
    assert answer["message"] == (
        "User: arn:aws:sts::123456789012:assumed-role/app/0000000000000001 is not authorized to perform: s3:GetObject "
        f"on resource: {OBJECT} because no identity-based policy allows the s3:GetObject action"
    )
    assert answer["alsoReachable"] == [
        {"source": "instanceRole", "via": "imds", "roleArn": f"{ROLE}ecsInstanceRole", "decision": "allowed"}
    ]


@rule("IC:W-14", "IC:I-35", "IC:I-40", "IC:I-13")
def test_on_fargate_without_a_task_role_there_are_no_credentials() -> None:
    answer = ask(story_of(mode="awsvpc", kind="FARGATE", task_role=False))
    assert (answer["decision"], answer["message"]) == ("noCredentials", "Unable to locate credentials")
    assert answer["credentials"] == {"source": "none", "via": None, "roleArn": None, "principal": None}
    assert (answer["alsoReachable"], answer["rule"]) == ([], "IC:I-40")
    assert ask(story_of(allow("s3:*"), mode="awsvpc", kind="FARGATE"))["alsoReachable"] == []


def _closed(**more: Any) -> Story:
    story = story_of(task_role=False, **more)
    assert ask(story)["decision"] in ("allowed", "noCredentials")
    return story


def options(story: Story, **members: Any) -> None:
    story.call("ec2:ModifyInstanceMetadataOptions", 130, InstanceId="i-0000000000000001", **members)


@rule("IC:I-38")
def test_awsvpc_tasks_are_kept_from_the_metadata_by_the_agent() -> None:
    block = {"ECS_AWSVPC_BLOCK_IMDS": "true"}
    assert ask(_closed(mode="awsvpc", agent=block))["decision"] == "noCredentials"
    assert ask(_closed(mode="awsvpc"))["decision"] == "allowed"
    assert ask(_closed(mode="bridge", agent=block))["decision"] == "allowed"
    assert ask(_closed(mode="host", agent=block))["decision"] == "allowed"
    assert ask(_closed(mode="none"))["decision"] == "noCredentials"
    assert ask(story_of(allow("sqs:*"), mode="awsvpc", agent=block))["alsoReachable"] == []


@rule("IC:I-39")
def test_a_hop_limit_of_one_stops_bridge_containers() -> None:
    story = story_of(task_role=False)
    options(story, HttpPutResponseHopLimit=1)
    assert ask(story)["decision"] == "allowed"
    options(story, HttpTokens="required")
    assert ask(story)["decision"] == "noCredentials"
    assert ask(story)["rule"] == "IC:I-38"
    shown = story.simulation.read("ec2", "DescribeInstances", {})["Reservations"][0]["Instances"][0]["MetadataOptions"]
    assert (shown["HttpTokens"], shown["HttpPutResponseHopLimit"], shown["HttpEndpoint"]) == ("required", 1, "enabled")
    on_host = story_of(task_role=False, mode="host")
    options(on_host, HttpPutResponseHopLimit=1, HttpTokens="required")
    assert ask(on_host)["decision"] == "allowed"
    options(on_host, HttpEndpoint="disabled")
    assert ask(on_host)["decision"] == "noCredentials"


def test_metadata_options_are_judged() -> None:
    story = story_of()
    for members, code in (
        ({"InstanceId": "i-1"}, "InvalidInstanceID.NotFound"),
        ({"InstanceId": "i-0000000000000001", "HttpPutResponseHopLimit": 65}, "InvalidParameterException"),
        ({"InstanceId": "i-0000000000000001", "HttpTokens": "maybe"}, "InvalidParameterException"),
    ):
        outcome = story.attempt("ec2:ModifyInstanceMetadataOptions", 130, **members)
        assert isinstance(outcome, Rejection)
        assert outcome.code == code


@rule("IC:I-38")
@pytest.mark.parametrize(
    ("user_data", "decision"),
    [
        (
            "#!/bin/bash\niptables --insert DOCKER-USER 1 --destination 169.254.169.254/32 --jump DROP",
            0,
        ),
        ("#!/bin/bash\necho ECS_CLUSTER=game >> /etc/ecs/ecs.config", 1),
    ],
)
def test_a_rule_of_docker_user_drops_what_bridge_containers_send(user_data: str, decision: int) -> None:
    assert drops_bridge_metadata(user_data) is not bool(decision)
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    world = story.simulation.world
    found = registering.registration(world, "t3.medium", cpu=None, memory_mib=None, reserved_mib=0)
    profile = "arn:aws:iam::123456789012:instance-profile/ecsInstanceRole"
    order = machines.Order(images.X86, "t3.medium", profile, ("sg-0000000000000001",), user_data)
    machine = machines.make(world, order, next(iter(world.subnets.values())))
    registering.register(world, machine, "game", found, registering.Agent({}, (), (32768, 60999)))
    container = {"name": "web", "image": "web", "memory": 64}
    for mode in ("bridge", "host"):
        story.call("ecs:RegisterTaskDefinition", family=mode, networkMode=mode, containerDefinitions=[container])
        story.call("ecs:RunTask", cluster="game", taskDefinition=mode)
    story.until(60)
    sources = [ask(story, task=t.id)["credentials"]["source"] for t in world.tasks.values()]
    assert sources == [("none", "instanceRole")[decision], "instanceRole"]


@rule("IC:I-33")
def test_static_keys_come_first() -> None:
    keys = [{"name": "AWS_ACCESS_KEY_ID", "value": "AKIA"}]
    answer = ask(story_of(allow("sqs:*"), environment=keys))
    assert (answer["decision"], answer["message"], answer["rule"]) == ("unknown", None, "IC:I-33")
    assert (answer["credentials"]["source"], answer["credentials"]["via"]) == ("environment", "environment")
    assert [(r["source"], r["decision"]) for r in answer["alsoReachable"]] == [
        ("taskRole", "implicitDeny"),
        ("instanceRole", "allowed"),
    ]


@rule("IC:W-15", "IC:W-16", "IC:W-17", "IC:I-14")
def test_what_the_policies_of_a_task_role_say() -> None:
    story = story_of(allow("s3:GetObject", "arn:aws:s3:::reports"))
    assert ask(story)["decision"] == "implicitDeny"
    own = {"Effect": "Allow", "Principal": {"AWS": f"{ROLE}app"}, "Action": "s3:GetObject", "Resource": "*"}
    allowed = ask(story, resourcePolicy={"Version": "2012-10-17", "Statement": [own]})
    assert (allowed["decision"], allowed["statements"][0]["policyType"]) == ("allowed", "resource")
    assert ask(story, resourcePolicy=OPEN)["decision"] == "allowed"
    story = story_of(allow("s3:*"), deny("s3:Delete*", "arn:aws:s3:::prod-*/*"))
    denied = ask(story, "s3:DeleteObject", "arn:aws:s3:::prod-a/x")
    assert (denied["decision"], denied["statements"][0]["effect"]) == ("explicitDeny", "Deny")
    assert ask(story, "s3:DeleteObject", "arn:aws:s3:::dev-a/x")["decision"] == "allowed"


def test_asked_by_role() -> None:
    story = story_of(allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))
    answer = ask(story, role="app")
    assert (answer["decision"], answer["missingContext"]) == ("implicitDeny", ["aws:SourceIp"])
    assert answer["credentials"] == {
        "source": "role",
        "via": None,
        "roleArn": f"{ROLE}app",
        "principal": f"{ROLE}app",
    }
    assert ask(story, role=f"{ROLE}app", context={"aws:SourceIp": "10.1.1.1"})["decision"] == "allowed"
    linked = ask(story, "ec2:CreateNetworkInterface", "*", role="AWSServiceRoleForECS")
    assert linked["decision"] == "allowed"
    assert linked["statements"][0]["policyArn"].endswith("AmazonECSServiceRolePolicy")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"role": "nobody"}, "NoSuchEntity"),
        ({"task": "none"}, "InvalidParameterException"),
        ({"container": "none"}, "InvalidParameterException"),
        ({"role": "app", "task": "0000000000000001"}, "InvalidParameterException"),
        ({"action": "read"}, "InvalidParameterException"),
        ({"context": "x"}, "InvalidParameterException"),
        ({"resourcePolicy": "x"}, "MalformedPolicyDocument"),
    ],
)
def test_questions_that_cannot_be_answered(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(SimError) as refused:
        ask(story_of(), **asked)
    assert refused.value.code == code


def heard(story: Story) -> list[tuple[float, str, str | None]]:
    """When, what and with which error the programs' calls are told."""
    entries = story.timeline(kinds=["call"])["entries"]
    return [(e["at"], e["call"], e["error"]) for e in entries if "principal" in e["detail"]]


def calling(**more: Any) -> Story:
    story = Story()
    calls = [{"action": "s3:GetObject", "resource": OBJECT, "every": "30s"}]
    story.call("lab:PutImage", image="web", calls=calls, pullSeconds=1, startSeconds=1)
    story.call("ecs:CreateCluster", clusterName="game")
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium")
    role(story, "app")
    container = {"name": "web", "image": "web", "memory": 64}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container], **more)
    story.call("ecs:RunTask", cluster="game", taskDefinition="web")
    return story


@rule("IC:I-42")
def test_a_call_is_told_first_and_when_its_answer_changes() -> None:
    story = calling(taskRoleArn="app")
    story.until(1000)
    begun = next(iter(story.simulation.world.tasks.values())).started_at_ms or 0
    first = begun / 1000
    assert heard(story) == [(first, "s3:GetObject", "AccessDenied")]
    [told] = [e for e in story.timeline()["entries"] if e["call"] == "s3:GetObject"]
    assert told["text"].startswith("Container web of task 0000000000000001 calls s3:GetObject and is refused: User: ")
    assert told["resource"] == OBJECT
    text = document(allow("s3:*"))
    story.call("iam:PutRolePolicy", 1001, RoleName="app", PolicyName="own", PolicyDocument=text)
    story.call("iam:PutRolePolicy", 1002, RoleName="app", PolicyName="same", PolicyDocument=text)
    story.until(2000)
    turn = first + 30 * -(-(1001 - first) // 30)
    assert heard(story)[1:] == [(turn, "s3:GetObject", None)]
    allowed = [e for e in story.timeline()["entries"] if e["call"] == "s3:GetObject"][-1]
    who = "arn:aws:sts::123456789012:assumed-role/app/0000000000000001"
    assert allowed["text"].endswith(f"on {OBJECT} and may, as {who}.")
    story.call("iam:DeleteRolePolicy", 2001, RoleName="app", PolicyName="own")
    story.until(2500)
    assert len(heard(story)) == 2
    story.call("iam:DeleteRolePolicy", 2501, RoleName="app", PolicyName="same")
    story.call("ecs:StopTask", 2502, cluster="game", task="0000000000000001")
    story.until(3000)
    assert len(heard(story)) == 2
    story.call("iam:PutRolePolicy", 3001, RoleName="app", PolicyName="own", PolicyDocument=text)
    assert len(heard(story.until(3600 * 3))) == 2


@rule("IC:I-41", "IC:I-39")
def test_who_calls_changes_with_the_metadata() -> None:
    story = calling()
    story.until(100)
    assert [error for _, _, error in heard(story)] == ["AccessDenied"]
    options(story, HttpEndpoint="disabled")
    story.until(200)
    assert [error for _, _, error in heard(story)] == ["AccessDenied", "NoCredentials"]


def test_a_call_of_an_image_is_judged() -> None:
    for call, part in (
        ({"action": "read"}, "write service:Action"),
        ({"action": "s3:Get", "every": "0s"}, "at least 1s"),
    ):
        outcome = Story().attempt("lab:PutImage", image="web", calls=[call])
        assert isinstance(outcome, Rejection)
        assert part in outcome.message

"""EBS volumes that ECS makes for tasks, and the role that it makes them with (PN:V-5, PN:V-14, PN:V-15, IC:I-6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecslab.sim.command import Command
from ecslab.sim.simulation import Outcome, Rejection
from ecslab.sim.state.storage import EbsVolume
from ecslab.sim.state.task import Task
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, Story

ROLE = "arn:aws:iam::123456789012:role/ecsInfrastructureRole"
POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRolePolicyForVolumes"
MOUNT = {"sourceVolume": "data", "containerPath": "/data"}
DATABASE: dict[str, Any] = {
    "family": "db",
    "containerDefinitions": [{"name": "db", "image": "db", "cpu": 256, "memory": 512, "mountPoints": [MOUNT]}],
    "volumes": [{"name": "data", "configuredAtLaunch": True}],
}


def volume(**members: Any) -> dict[str, Any]:
    ebs = {"roleArn": ROLE, "sizeInGiB": 10, **members}
    return {"volumeConfigurations": [{"name": "data", "managedEBSVolume": ebs}]}


def lab(kind: str = "EC2", *, trusts: str = "ecs.amazonaws.com", policy: str | None = POLICY) -> Story:
    story = Story().on_instances(3)
    statement = {"Effect": "Allow", "Principal": {"Service": trusts}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    story.call("iam:CreateRole", RoleName="ecsInfrastructureRole", AssumeRolePolicyDocument=trust)
    if policy:
        story.call("iam:AttachRolePolicy", RoleName="ecsInfrastructureRole", PolicyArn=policy)
    fargate = {name: FARGATE_WEB[name] for name in ("cpu", "memory", "networkMode", "requiresCompatibilities")}
    container = {"name": "db", "image": "db", "mountPoints": [MOUNT]}
    on_fargate = {**DATABASE, **fargate, "containerDefinitions": [container]}
    story.call("ecs:RegisterTaskDefinition", **(on_fargate if kind == "FARGATE" else DATABASE))
    return story


def run(story: Story, at: float = 0, kind: str = "EC2", **members: Any) -> Task:
    if kind == "FARGATE":
        vpc = {"subnets": list(story.simulation.world.subnets), "assignPublicIp": "ENABLED"}
        members["networkConfiguration"] = {"awsvpcConfiguration": vpc}
    answer = story.call("ecs:RunTask", at, cluster="game", taskDefinition="db", launchType=kind, **members)
    return story.simulation.world.tasks[answer["tasks"][0]["taskArn"]]


def volumes(story: Story) -> list[EbsVolume]:
    return list(story.simulation.world.ebs_volumes.values())


def attachment(story: Story, task: Task) -> dict[str, Any]:
    found = story.read("ecs:DescribeTasks", cluster="game", tasks=[task.arn])["tasks"][0]["attachments"]
    ebs: dict[str, Any] = next(each for each in found if each["type"] == "AmazonElasticBlockStorage")
    return {"status": ebs["status"], **{detail["name"]: detail["value"] for detail in ebs["details"]}}


@rule("PN:V-5", "IC:I-6")
@pytest.mark.parametrize("kind", ["EC2", "FARGATE"])
def test_a_task_has_a_volume_of_its_own_made_at_its_launch(kind: str) -> None:
    """Each task another one, in the task's zone, that starts empty and costs while it is there."""
    story = lab(kind)
    tasks = [run(story, 0, kind, **volume(sizeInGiB=20)) for _ in range(2)]
    story.until(60)
    assert [t.last_status for t in tasks] == ["RUNNING", "RUNNING"]
    made = volumes(story)
    assert [v.id for v in made] == [t.ebs_volume_id for t in tasks]
    assert len({v.id for v in made}) == 2
    assert [(v.size_gib, v.volume_type, v.file_system) for v in made] == [(20, "gp3", "xfs")] * 2
    assert [v.availability_zone for v in made] == [t.availability_zone for t in tasks]
    assert attachment(story, tasks[0]) == {
        "status": "ATTACHED",
        "roleArn": ROLE,
        "volumeName": "data",
        "volumeId": made[0].id,
        "filesystemType": "xfs",
        "deleteOnTermination": "true",
    }
    mounted = [e.values for e in story.simulation.world.journal if e.kind == "volumeMounted"]
    assert [(m["volumeKind"], m["place"], m["filesOf"]) for m in mounted] == [("ebs", v.id, []) for v in made]
    metered = [
        e.values["amounts"] for e in story.simulation.world.journal if e.kind == "meterStarted" and e.id == made[0].id
    ]
    assert metered == [[["ebs.volume", 20]]]


@rule("PN:V-14")
@pytest.mark.parametrize(("policy", "left"), [({}, 0), ({"terminationPolicy": {"deleteOnTermination": False}}, 1)])
def test_a_standalone_task_can_leave_its_volume(policy: dict[str, Any], left: int) -> None:
    story = lab()
    task = run(story, 0, "EC2", **volume(**policy))
    story.call("ecs:StopTask", 60, cluster="game", task=task.id)
    story.until(100)
    assert task.last_status == "STOPPED"
    assert len(volumes(story)) == left
    held = [data.place for data in story.simulation.world.stored_data.values()]
    assert held == [v.id for v in volumes(story)], "what a volume holds goes with it"
    assert all(v.task_arn is None for v in volumes(story))
    ended = [e for e in story.simulation.world.journal if e.kind == "meterStopped" and e.id == task.ebs_volume_id]
    assert len(ended) == 1 - left
    again = run(story, 100, "EC2", **volume())
    story.until(150)
    assert again.ebs_volume_id not in (None, task.ebs_volume_id)


@rule("PN:V-15")
def test_a_replacement_in_another_zone_starts_with_an_empty_volume() -> None:
    """The instance of zone a drains; the new task is in another zone, its volume too, and nothing is in it."""
    story = lab()
    story.create(1, 0, taskDefinition="db", **volume())
    first = story.until(100).simulation.world.tasks_of(story.service().arn)[0]
    before = volumes(story)[0]
    home = story.simulation.world.container_instances[first.container_instance_arn or ""]
    story.call(
        "ecs:UpdateContainerInstancesState", 100, cluster="game", containerInstances=[home.id], status="DRAINING"
    )
    story.until(400)
    (second,) = story.simulation.world.tasks_of(story.service().arn)
    (after,) = volumes(story)
    assert (before.availability_zone, first.availability_zone) == ("us-east-1a", "us-east-1a")
    assert after.availability_zone == second.availability_zone != "us-east-1a"
    assert after.id != before.id
    mounted = [e.values["filesOf"] for e in story.simulation.world.journal if e.kind == "volumeMounted"]
    assert mounted == [[], []]


@rule("SS:S-8")
def test_another_volume_is_a_deployment() -> None:
    """A new size rolls the tasks; the same configuration does not, and an update that says nothing keeps it."""
    story = lab()
    story.create(1, 0, taskDefinition="db", **volume())
    story.update(100, **volume())
    story.update(101, desiredCount=2)
    assert len(story.until(200).service().deployments) == 1
    story.update(200, **volume(sizeInGiB=11))
    assert len(story.service().deployments) == 2
    story.until(600)
    assert [v.size_gib for v in volumes(story)] == [11, 11]
    shape = story.read("ecs:DescribeServices", cluster="game", services=["web"])["services"][0]
    assert shape["deployments"][0]["volumeConfigurations"] == volume(sizeInGiB=11)["volumeConfigurations"]
    container = {"name": "db", "image": "db", "memory": 64}
    story.call("ecs:RegisterTaskDefinition", 600, family="db", containerDefinitions=[container])
    story.update(601, taskDefinition="db:2")
    assert volumes(story.until(1000)) == []


@rule("IC:I-53", "IC:I-6")
@pytest.mark.parametrize(
    ("trusts", "policy", "words"),
    [
        ("ecs-tasks.amazonaws.com", POLICY, "unable to assume the configured ECS Infrastructure Role"),
        ("ecs.amazonaws.com", None, "is not authorized to perform: ec2:CreateVolume"),
    ],
)
def test_without_its_role_a_task_gets_no_volume(trusts: str, policy: str | None, words: str) -> None:
    """It stops before RUNNING; once the role is right the next one runs."""
    story = lab(trusts=trusts, policy=policy)
    task = run(story, 0, "EC2", **volume())
    story.until(60)
    assert (task.last_status, task.stop_code, task.started_at_ms) == ("STOPPED", "TaskFailedToStart", None)
    assert words in (task.stopped_reason or "")
    assert attachment(story, task)["status"] == "DELETED"
    assert volumes(story) == []


SIZES = [("gp3", 0), ("gp3", 16_385), ("io2", 3), ("st1", 124), ("standard", 1_025)]


@rule("PN:V-14")
@pytest.mark.parametrize(
    ("members", "words"),
    [
        *((volume(volumeType=kind, sizeInGiB=size), f"sizeInGiB is {size}") for kind, size in SIZES),
        (volume(volumeType="floppy"), "volumeType is 'floppy'"),
        (volume(filesystemType="fat"), "filesystemType is 'fat'"),
        (volume(snapshotId="snap-1"), "The snapshot snap-1 does not exist"),
        (volume(sizeInGiB=None), "sizeInGiB is None"),
        ({}, "volumeConfigurations name no volume; the volumes of db:1 with configuredAtLaunch are data"),
        ({"volumeConfigurations": [{"name": "data"}]}, "The volume data needs managedEBSVolume"),
        ({"volumeConfigurations": volume()["volumeConfigurations"] * 2}, "volumeConfigurations name data, data"),
    ],
)
def test_volumes_that_cannot_be_made(members: dict[str, Any], words: str) -> None:
    story = lab()
    for item in members.get("volumeConfigurations", ()):
        ebs = item.get("managedEBSVolume", {})
        if ebs.get("sizeInGiB", 1) is None:
            del ebs["sizeInGiB"]
    refused = story.attempt("ecs:RunTask", cluster="game", taskDefinition="db", **members)
    assert isinstance(refused, Rejection)
    assert words in refused.message


@rule("PN:V-14")
def test_magnetic_volumes_are_not_for_fargate_and_volumes_not_for_daemons() -> None:
    fargate = lab("FARGATE")
    vpc = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": list(fargate.simulation.world.subnets)}}}
    call = {"cluster": "game", "taskDefinition": "db", "launchType": "FARGATE", **vpc}
    refused = fargate.attempt("ecs:RunTask", **call, **volume(volumeType="standard"))
    assert isinstance(refused, Rejection)
    assert "standard not on Fargate" in refused.message
    daemon = {"cluster": "game", "serviceName": "d", "taskDefinition": "db", "schedulingStrategy": "DAEMON"}
    refused = lab().attempt("ecs:CreateService", **daemon, **volume())
    assert isinstance(refused, Rejection)
    assert "does not support EBS volumes" in refused.message


@rule("IC:I-28", "IC:I-53")
@pytest.mark.parametrize("operation", ["RunTask", "StartTask", "CreateService", "UpdateService"])
def test_who_hands_the_infrastructure_role_to_ecs_has_to_be_allowed_to(operation: str) -> None:
    story = lab()
    instance = next(iter(story.simulation.world.container_instances))
    fixed = {"cluster": "game", "serviceName": "db", "taskDefinition": "db", "desiredCount": 1}
    if operation == "UpdateService":
        story.call("ecs:CreateService", **fixed, **volume())
    own = {
        "RunTask": {"taskDefinition": "db"},
        "StartTask": {"taskDefinition": "db", "containerInstances": [instance]},
        "CreateService": fixed,
        "UpdateService": {"service": "db", "taskDefinition": "db"},
    }[operation]
    trust = (
        '{"Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}'
    )
    story.call("iam:CreateRole", RoleName="dev", AssumeRolePolicyDocument=trust)
    call = Command(1000, "ecs", operation, {"cluster": "game", **own, **volume()}, caller="dev")

    def may(service: str | None) -> None:
        passing = {"StringEquals": {"iam:PassedToService": service}}
        passes = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": ROLE, "Condition": passing}
        statements = [{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}, *([passes] if service else [])]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        story.call("iam:PutRolePolicy", 1, RoleName="dev", PolicyName="own", PolicyDocument=document)

    for service in (None, "ecs-tasks.amazonaws.com"):
        may(service)
        refused = story.simulation.apply(call)
        assert isinstance(refused, Rejection)
        assert refused.code == "AccessDeniedException"
        assert f"is not authorized to perform: iam:PassRole on resource: {ROLE}" in refused.message
    may("ecs.amazonaws.com")
    assert isinstance(story.simulation.apply(call), Outcome)

"""RunTask and StartTask beside placement: tokens, groups, overrides, named instances."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, Story

DAY = 86_400


def cluster(count: int = 1) -> Story:
    return Story().on_instances(count)


def run(story: Story, at: float = 0, /, **members: Any) -> dict[str, Any]:
    return story.call("ecs:RunTask", at, cluster="game", taskDefinition="web", **members)


def refused(story: Story, operation: str = "ecs:RunTask", /, **members: Any) -> Rejection:
    before = story.simulation.digest()
    outcome = story.attempt(operation, 0, **{"cluster": "game", "taskDefinition": "web", **members})
    assert isinstance(outcome, Rejection)
    assert story.simulation.digest() == before
    return outcome


@rule("IC:X-42")
def test_a_token_makes_a_call_count_once() -> None:
    """IC:X-42: the same request with the same clientToken answers the tasks that it made."""
    story = cluster()
    first = run(story, count=2, clientToken="once")
    again = run(story, 60, count=2, clientToken="once")
    assert [t["taskArn"] for t in again["tasks"]] == [t["taskArn"] for t in first["tasks"]]
    assert again["tasks"][0]["lastStatus"] == "RUNNING"
    assert len(story.simulation.world.tasks) == 2


@rule("IC:X-42")
def test_a_token_stands_for_one_request() -> None:
    """IC:X-42, and the exception names the tasks of the other request."""
    story = cluster()
    task = run(story, clientToken="once")["tasks"][0]["taskArn"]
    conflict = refused(story, clientToken="once", count=2)
    assert conflict.code == "ConflictException"
    assert task in conflict.message


def test_a_token_is_kept_for_a_day_and_in_its_cluster() -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html"""
    story = cluster()
    story.call("ecs:CreateCluster", clusterName="other")
    story.call("lab:AddContainerInstances", cluster="other", instanceType="t3.medium")
    run(story, clientToken="once")
    story.call("ecs:RunTask", cluster="other", taskDefinition="web", clientToken="once")
    assert len(story.simulation.world.tasks) == 2
    run(story, DAY + 1, clientToken="once")
    assert len(story.simulation.world.tasks) == 3


@rule("PN:P-45", "PN:T-17", "IC:Q-21", "IC:Q-22")
@pytest.mark.parametrize(
    ("members", "code", "words"),
    [
        ({"clientToken": "x" * 65}, "InvalidParameterException", "clientToken has 65 characters"),
        ({"clientToken": "two words"}, "InvalidParameterException", "without spaces"),
        ({"launchType": "EXTERNAL"}, "InvalidParameterException", "launchType EXTERNAL is not simulated yet"),
        ({"launchType": "MOON"}, "InvalidParameterException", "launchType is 'MOON'"),
        ({"group": "g" * 256}, "InvalidParameterException", "group has 256 characters"),
        ({"startedBy": "s" * 129}, "InvalidParameterException", "startedBy has 129 characters"),
        (
            {"overrides": {"containerOverrides": [{"name": "db", "cpu": 1}]}},
            "InvalidParameterException",
            "Override for container named db is not a container in the TaskDefinition.",
        ),
        ({"overrides": {"cpu": "128"}}, "InvalidParameterException", "ask for 256 CPU units together"),
        ({"overrides": {"memory": "256"}}, "InvalidParameterException", "need 512 MiB and the task has 256"),
        (
            {"overrides": {"containerOverrides": [{"name": "web", "command": ["x" * 8192]}]}},
            "InvalidParameterException",
            "at most 8192 are allowed",
        ),
    ],
    ids=[
        "IC:Q-22 token",
        "IC:Q-22 characters",
        "EXTERNAL",
        "MOON",
        "PN:P-45",
        "IC:Q-22 startedBy",
        "override name",
        "PN:T-17 cpu",
        "PN:T-17 memory",
        "IC:Q-21",
    ],
)
def test_refused(members: dict[str, Any], code: str, words: str) -> None:
    rejection = refused(cluster(), **members)
    assert rejection.code == code
    assert words in rejection.message


@rule("PN:T-20", "PN:T-21")
@pytest.mark.parametrize(
    ("overrides", "cpu", "memory"),
    [
        ({}, 256, 512),
        ({"containerOverrides": [{"name": "web", "cpu": 1024, "memoryReservation": 1000}]}, 1024, 1000),
        ({"containerOverrides": [{"name": "web", "memory": 700}]}, 256, 512),
        ({"cpu": "1 vCPU", "memory": "2 GB"}, 1024, 2048),
        ({"containerOverrides": [{"name": "web", "command": ["ls"]}]}, 256, 512),
    ],
    ids=["none", "container", "soft limit counts", "task", "command"],
)
def test_overrides_change_what_is_reserved(overrides: dict[str, Any], cpu: int, memory: int) -> None:
    """PN:T-20, PN:T-21."""
    story = cluster()
    told = run(story, overrides=overrides)["tasks"][0]
    assert (told["cpu"], told["memory"]) == (str(cpu), str(memory))
    instance = next(iter(story.simulation.world.container_instances.values()))
    assert (instance.reserved_cpu_units, instance.reserved_memory_mib) == (cpu, memory)
    story.call("ecs:StopTask", 60, cluster="game", task=told["taskArn"])
    assert (instance.reserved_cpu_units, instance.reserved_memory_mib) == (0, 0)


@rule("PN:F-1")
def test_fargate_judges_an_overridden_size() -> None:
    """PN:F-1."""
    story = Story().on_fargate()
    vpc = {"awsvpcConfiguration": {"subnets": list(story.simulation.world.subnets), "assignPublicIp": "ENABLED"}}
    members = {"launchType": "FARGATE", "networkConfiguration": vpc}
    rejection = refused(story, overrides={"memory": "4096"}, **members)
    assert "No Fargate configuration exists for given values: 256 CPU, 4096 memory." in rejection.message
    assert run(story, overrides={"memory": "1 GB"}, **members)["tasks"][0]["memory"] == "1024"


@rule("PN:E-2", "PN:P-1", "PN:P-46", "SS:T-41", "IC:X-9")
def test_start_task_goes_where_it_is_told() -> None:
    """PN:P-1, PN:P-46, PN:E-2: named instances, requirements judged, constraints not asked."""
    story = cluster(3)
    nowhere = [{"type": "memberOf", "expression": "attribute:stack == prod"}]
    container = {"name": "big", "image": "big", "cpu": 2048, "memory": 64}
    story.call("ecs:RegisterTaskDefinition", family="big", containerDefinitions=[container])
    story.call("ecs:RegisterTaskDefinition", family="kept", containerDefinitions=[container | {"cpu": 1}])
    story.call(
        "ecs:RegisterTaskDefinition",
        family="kept",
        containerDefinitions=[container | {"cpu": 1}],
        placementConstraints=nowhere,
    )
    arns = list(story.simulation.world.container_instances)
    story.call("ecs:StartTask", cluster="game", taskDefinition="big", containerInstances=[arns[1]])
    story.call("lab:FailInstance", instance=arns[2])
    story.until(90)
    answer = story.call(
        "ecs:StartTask",
        91,
        cluster="game",
        taskDefinition="kept",
        containerInstances=[arns[0], "f00", arns[1], arns[2]],
    )
    assert [t["containerInstanceArn"] for t in answer["tasks"]] == [arns[0]]
    reasons = [(f["arn"].rpartition("/")[2], f["reason"]) for f in answer["failures"]]
    assert reasons == [("f00", "MISSING"), (arns[1][-16:], "RESOURCE:CPU"), (arns[2][-16:], "INACTIVE")]
    assert answer["tasks"][0]["group"] == "family:kept"


@rule("PN:F-14", "PN:P-1", "IC:Q-7")
def test_start_task_is_for_instances_alone() -> None:
    """PN:P-1, PN:F-14."""
    story = cluster()
    instance = next(iter(story.simulation.world.container_instances))
    assert "1 to 10" in refused(story, "ecs:StartTask", containerInstances=[instance] * 11).message
    assert "startedBy" in refused(story, "ecs:StartTask", containerInstances=[instance], startedBy="s" * 37).message
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "family": "serverless"})
    rejection = refused(story, "ecs:StartTask", taskDefinition="serverless", containerInstances=[instance])
    assert "Network Configuration must be provided" in rejection.message


def test_list_tasks_filters() -> None:
    """startedBy must be the only filter; PENDING finds nothing, as AWS documents."""
    story = cluster()
    task = run(story, startedBy="clock")["tasks"][0]["taskArn"]

    def listed(**members: Any) -> list[str]:
        return story.simulation.read("ecs", "ListTasks", {"cluster": "game", **members})["taskArns"]

    assert listed(startedBy="clock") == listed(family="web") == [task]
    assert listed(desiredStatus="PENDING") == []

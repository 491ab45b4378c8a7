"""Tasks and revisions as Describe answers them."""

from __future__ import annotations

from typing import Any

from tests.rules import rule
from tests.sim.identity import role
from tests.sim.stories import FARGATE_WEB, Story


def described(story: Story, arn: str) -> dict[str, Any]:
    return story.simulation.read("ecs", "DescribeTasks", {"cluster": "game", "tasks": [arn]})["tasks"][0]


def fargate_task(story: Story, **members: Any) -> dict[str, Any]:
    vpc = {"awsvpcConfiguration": {"subnets": list(story.simulation.world.subnets), "assignPublicIp": "ENABLED"}}
    call = {"cluster": "game", "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": vpc}
    return story.call("ecs:RunTask", **call, **members)["tasks"][0]


@rule("PN:N-40", "PN:F-8")
def test_an_interface_is_told_through_its_whole_life() -> None:
    """PN:N-40: ATTACHING, ATTACHED, DETACHING, DELETED, with the same details."""
    story = Story().on_fargate()
    task = fargate_task(story)
    details = {d["name"]: d["value"] for d in task["attachments"][0]["details"]}
    assert details == {
        "subnetId": "subnet-0000000000000001",
        "networkInterfaceId": "eni-0000000000000001",
        "macAddress": "0a:ec:ac:1f:00:04",
        "privateDnsName": "ip-172-31-0-4.ec2.internal",
        "privateIPv4Address": "172.31.0.4",
    }
    container = task["containers"][0]
    assert container["networkInterfaces"] == [
        {"attachmentId": task["attachments"][0]["id"], "privateIpv4Address": "172.31.0.4"}
    ]
    assert container["networkBindings"] == []
    seen = [task["attachments"][0]["status"]]
    for at in (60, 63, 90):
        if at == 63:
            story.call("ecs:StopTask", 60.5, cluster="game", task=task["taskArn"])
        story.until(at)
        now = described(story, task["taskArn"])
        seen.append(now["attachments"][0]["status"])
        assert now["attachments"][0]["details"] == task["attachments"][0]["details"]
    assert seen == ["ATTACHING", "ATTACHED", "DETACHING", "DELETED"]


@rule("PN:N-40", "PN:N-1")
def test_a_bridge_task_has_no_attachment() -> None:
    """PN:N-40."""
    story = Story().on_instances()
    task = story.call("ecs:RunTask", cluster="game", taskDefinition="web")["tasks"][0]
    assert task["attachments"] == []
    story.until(30)
    bound = described(story, task["taskArn"])["containers"][0]["networkBindings"]
    assert bound == [{"bindIP": "0.0.0.0", "containerPort": 80, "hostPort": 32768, "protocol": "tcp"}]


def test_overrides_have_an_entry_for_every_container() -> None:
    story = Story().on_instances()
    task = story.call("ecs:RunTask", cluster="game", taskDefinition="web")["tasks"][0]
    assert task["overrides"] == {"containerOverrides": [{"name": "web"}], "inferenceAcceleratorOverrides": []}
    override = {"name": "web", "command": ["ls"]}
    role(story, "r")
    given = {"containerOverrides": [override], "taskRoleArn": "arn:aws:iam::123456789012:role/r"}
    task = story.call("ecs:RunTask", cluster="game", taskDefinition="web", overrides=given)["tasks"][0]
    assert task["overrides"] == {**given, "inferenceAcceleratorOverrides": []}


@rule("PN:F-6", "PN:F-7")
def test_fargate_tells_platform_and_storage() -> None:
    """PN:F-6, PN:F-7."""
    task = fargate_task(Story().on_fargate())
    assert (task["platformVersion"], task["platformFamily"]) == ("1.4.0", "Linux")
    assert task["ephemeralStorage"] == {"sizeInGiB": 20}


@rule("PN:F-6")
def test_windows_on_fargate_has_versions_of_its_own() -> None:
    """PN:F-6: LATEST is 1.0.0, and 1.4.0 is a version of Linux."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    platform = {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE", "cpuArchitecture": "X86_64"}
    definition = {**FARGATE_WEB, "cpu": "1024", "memory": "2048", "runtimePlatform": platform}
    story.call("ecs:RegisterTaskDefinition", **definition)
    task = fargate_task(story)
    assert (task["platformVersion"], task["platformFamily"]) == ("1.0.0", "Windows Server 2022 Core")


@rule("PN:R-33")
def test_the_architecture_of_a_task_is_that_of_its_instance() -> None:
    """PN:R-33."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    story.call("lab:AddContainerInstances", cluster="game", instanceType="m7g.large")
    story.call(
        "ecs:RegisterTaskDefinition",
        family="web",
        containerDefinitions=[{"name": "web", "image": "web", "memory": 8}],
    )
    task = story.call("ecs:RunTask", cluster="game", taskDefinition="web")["tasks"][0]
    assert task["attributes"] == [{"name": "ecs.cpu-architecture", "value": "arm64"}]


@rule("PN:T-12")
def test_task_level_sizes_of_windows_are_echoed() -> None:
    """PN:T-12: they count for nothing on EC2 and are told as they were given."""
    story = Story()
    told = story.call(
        "ecs:RegisterTaskDefinition",
        family="web",
        cpu="512",
        memory="1024",
        runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
        containerDefinitions=[{"name": "web", "image": "web", "memory": 8}],
    )["taskDefinition"]
    assert (told["cpu"], told["memory"]) == ("512", "1024")

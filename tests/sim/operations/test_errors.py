"""What raises what, and the words (IC section X)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, WEB, Story

INSTANCE = "i-0000000000000001"


def refused(story: Story, call: str, at: float, /, **members: Any) -> tuple[str, str]:
    answer = story.attempt(call, at, **members)
    assert isinstance(answer, Rejection), answer
    return answer.code, answer.message


@rule("IC:X-7")
def test_attribute_says_that_an_instance_lacks_one() -> None:
    story = Story().on_instances(1)
    logging = {"logDriver": "splunk"}
    container = {"name": "web", "image": "web", "memory": 64, "logConfiguration": logging}
    story.call("ecs:RegisterTaskDefinition", family="logs", containerDefinitions=[container])
    arn = next(iter(story.simulation.world.container_instances))
    for call, members in (("ecs:RunTask", {}), ("ecs:StartTask", {"containerInstances": [INSTANCE]})):
        answer = story.call(call, 1, cluster="game", taskDefinition="logs", **members)
        assert (answer["tasks"], answer["failures"]) == ([], [{"arn": arn, "reason": "ATTRIBUTE"}])


@rule("IC:X-13")
@pytest.mark.parametrize(
    ("call", "members"),
    [
        ("ecs:RunTask", {"taskDefinition": "web"}),
        ("ecs:CreateService", {"serviceName": "web", "taskDefinition": "web", "desiredCount": 1}),
        ("ecs:UpdateService", {"service": "web"}),
        ("lab:AddContainerInstances", {"instanceType": "t3.medium"}),
    ],
)
def test_a_deleted_cluster_is_inactive(call: str, members: dict[str, Any]) -> None:
    story = Story()
    story.call("ecs:RegisterTaskDefinition", **WEB)
    story.call("ecs:CreateCluster", clusterName="gone")
    story.call("ecs:DeleteCluster", 1, cluster="gone")
    assert refused(story, call, 2, cluster="gone", **members) == (
        "ClusterNotFoundException",
        "The referenced cluster was inactive.",
    )
    assert refused(story, call, 2, cluster="never", **members) == ("ClusterNotFoundException", "Cluster not found.")


@rule("IC:X-27")
def test_what_does_not_suit_fargate_is_not_launched_there() -> None:
    story = Story().on_instances(1)
    words = ("InvalidParameterException", "Task definition does not support launch_type FARGATE.")
    members = {"cluster": "game", "taskDefinition": "web", "launchType": "FARGATE"}
    assert refused(story, "ecs:RunTask", 1, **members) == words
    assert refused(story, "ecs:CreateService", 1, serviceName="web", desiredCount=1, **members) == words


@rule("IC:X-28")
def test_a_launch_type_and_a_strategy_do_not_go_together() -> None:
    story = Story().on_instances(1)
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    members = {"cluster": "game", "taskDefinition": "web", "launchType": "EC2", "capacityProviderStrategy": strategy}
    for call, more in (("ecs:RunTask", {}), ("ecs:CreateService", {"serviceName": "web", "desiredCount": 1})):
        code, message = refused(story, call, 1, **members, **more)
        assert code == "InvalidParameterException"
        assert message.startswith("Specifying both a launch type and capacity provider strategy is not supported.")


@rule("IC:X-11", "SS:S-52")
def test_protection_answers_what_it_cannot_do() -> None:
    story = Story().on_instances(2)
    alone = story.call("ecs:RunTask", cluster="game", taskDefinition="web")["tasks"][0]["taskArn"]
    story.create(3)
    story.until(60)
    mine = [t.arn for t in story.simulation.world.tasks.values() if t.service_arn]
    protect = {"cluster": "game", "protectionEnabled": True}
    answer = story.call("ecs:UpdateTaskProtection", 60, **protect, tasks=[*mine, alone, "0" * 16])
    assert [(f["arn"], f["reason"]) for f in answer["failures"]] == [
        (f"arn:aws:ecs:us-east-1:123456789012:task/game/{'0' * 16}", "MISSING"),
        (alone, "TASK_NOT_VALID"),
    ]
    assert [t["taskArn"] for t in answer["protectedTasks"]] == mine
    story.call("ecs:RegisterTaskDefinition", 61, **WEB)
    story.update(62, desiredCount=2, taskDefinition="web")
    story.until(150)
    new = next(t.arn for t in story.simulation.world.tasks.values() if t.service_arn and t.arn not in mine)
    blocked = story.call("ecs:UpdateTaskProtection", 150, **protect, tasks=[new])
    assert (blocked["failures"], blocked["protectedTasks"]) == ([{"arn": new, "reason": "DEPLOYMENT_BLOCKED"}], [])


@rule("IC:X-53")
def test_attributes_have_exceptions_of_their_own() -> None:
    story = Story().on_instances(1)
    kind = {"targetType": "container-instance"}
    attributes = [{"name": f"a{number}", "targetId": INSTANCE, **kind} for number in range(10)]
    story.call("ecs:PutAttributes", cluster="game", attributes=attributes)
    one_more = [{"name": "more", "targetId": INSTANCE, **kind}]
    assert refused(story, "ecs:PutAttributes", 1, cluster="game", attributes=one_more)[0] == (
        "AttributeLimitExceededException"
    )
    elsewhere = [{"name": "more", "targetId": "i-9", **kind}]
    for call in ("ecs:PutAttributes", "ecs:DeleteAttributes"):
        code, message = refused(story, call, 1, cluster="game", attributes=elsewhere)
        assert (code, message) == ("TargetNotFoundException", "The specified target wasn't found.")


@rule("IC:X-56")
def test_only_a_deployment_that_goes_on_is_stopped() -> None:
    story = Story().on_instances(1)
    story.create(1)
    story.until(200)
    arn = next(iter(story.simulation.world.service_deployments))
    assert refused(story, "ecs:StopServiceDeployment", 200, serviceDeploymentArn=arn)[0] == "ConflictException"
    other = arn[:-1] + "9"
    assert refused(story, "ecs:StopServiceDeployment", 200, serviceDeploymentArn=other) == (
        "ServiceDeploymentNotFoundException",
        "Service deployment not found.",
    )


@rule("IC:W-21", "IC:X-16")
def test_a_cluster_with_a_service_of_no_tasks_stays() -> None:
    story = Story().on_fargate()
    story.create(0)
    assert refused(story, "ecs:DeleteCluster", 10, cluster="game") == (
        "ClusterContainsServicesException",
        "The Cluster cannot be deleted while Services are active.",
    )


@rule("IC:W-22", "IC:X-59")
def test_a_typo_is_a_failure_and_no_error() -> None:
    story = Story().on_fargate()
    answer = story.read("ecs:DescribeServices", cluster="game", services=["wbe"])
    assert (answer["services"], answer["failures"][0]["reason"]) == ([], "MISSING")


@rule("IC:W-23", "IC:X-41", "IC:X-5")
def test_an_empty_cluster_and_a_full_one_answer_in_two_shapes() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    big = {"name": "big", "image": "big", "memory": 8192}
    story.call("ecs:RegisterTaskDefinition", family="big", containerDefinitions=[big])
    members = {"cluster": "game", "taskDefinition": "big"}
    assert refused(story, "ecs:RunTask", 1, **members) == (
        "InvalidParameterException",
        "No Container Instances were found in your cluster.",
    )
    story.call("lab:AddContainerInstances", 2, cluster="game", instanceType="t3.medium")
    arn = next(iter(story.simulation.world.container_instances))
    assert story.call("ecs:RunTask", 3, **members) == {
        "tasks": [],
        "failures": [{"arn": arn, "reason": "RESOURCE:MEMORY"}],
    }


@rule("IC:$-33")
def test_a_size_that_pages_have_prices_for_cannot_be_registered_yet() -> None:
    code, message = refused(
        Story(), "ecs:RegisterTaskDefinition", 0, **{**FARGATE_WEB, "cpu": "32768", "memory": "61440"}
    )
    assert (code, message) == (
        "ClientException",
        "Invalid 'cpu' setting for task. Fargate has no size with 32768 CPU units; "
        "it has 256, 512, 1024, 2048, 4096, 8192, 16384.",
    )


@rule("IC:I-10")
def test_the_role_of_old_is_for_load_balancers_without_awsvpc_alone() -> None:
    story = Story().on_instances(1)
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "family": "own"})
    network = {"awsvpcConfiguration": {"subnets": [next(iter(story.simulation.world.subnets))]}}
    members = {"cluster": "game", "serviceName": "web", "desiredCount": 1, "role": "ecsServiceRole"}
    fargate = {**members, "taskDefinition": "own", "launchType": "FARGATE", "networkConfiguration": network}
    assert refused(story, "ecs:CreateService", 1, **fargate) == (
        "InvalidParameterException",
        "You cannot specify an IAM role for services that require a service linked role.",
    )
    assert refused(story, "ecs:CreateService", 1, **members, taskDefinition="web") == (
        "InvalidParameterException",
        "You cannot specify an IAM role for services without a load balancer.",
    )
    group = story.call(
        "elbv2:CreateTargetGroup",
        2,
        Name="web",
        Protocol="HTTP",
        Port=80,
        VpcId=next(iter(story.simulation.world.vpcs)),
        TargetType="instance",
    )["TargetGroups"][0]["TargetGroupArn"]
    subnets = list(story.simulation.world.subnets)[:2]
    balancer = story.call("elbv2:CreateLoadBalancer", 2, Name="front", Subnets=subnets)["LoadBalancers"][0]
    story.call(
        "elbv2:CreateListener",
        2,
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    balanced = [{"targetGroupArn": group, "containerName": "web", "containerPort": 80}]
    story.call("ecs:CreateService", 3, **members, taskDefinition="web", loadBalancers=balanced)
    assert story.until(60).running() == 1


@rule("IC:X-61")
@pytest.mark.parametrize(
    ("image", "begins"),
    [
        ({"missing": True}, "CannotPullContainerError: "),
        ({"memoryMiB": 9999}, "OutOfMemoryError: "),
    ],
)
def test_the_agent_names_its_errors_by_classes(image: dict[str, Any], begins: str) -> None:
    story = Story().on_fargate()
    story.call("lab:PutImage", image="web", **image)
    story.call("ecs:RegisterTaskDefinition", **FARGATE_WEB)
    network = {"subnets": [next(iter(story.simulation.world.subnets))], "assignPublicIp": "ENABLED"}
    started = story.call(
        "ecs:RunTask",
        1,
        cluster="game",
        taskDefinition="web",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )
    arn = started["tasks"][0]["taskArn"]
    task = story.until(300).read("ecs:DescribeTasks", cluster="game", tasks=[arn])["tasks"][0]
    said = [task.get("stoppedReason", ""), *(c.get("reason", "") for c in task["containers"])]
    assert any(words.startswith(begins) for words in said), said

"""Tags of ECS resources, and which of them reach the tasks of a service (IC:Q-17, IC:X-55, SS:S-8)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecslab.sim.command import Command
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.simulation import Outcome, Rejection
from tests.rules import rule
from tests.sim import machines
from tests.sim.stories import WEB, Story

TEAM, COST = {"key": "team", "value": "blue"}, {"key": "cost", "value": "42"}
MANAGED = [{"key": "aws:ecs:clusterName", "value": "game"}, {"key": "aws:ecs:serviceName", "value": "web"}]
CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/game"


def tags_of(story: Story, arn: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = story.read("ecs:ListTagsForResource", resourceArn=arn)["tags"]
    return found


def service_tasks(story: Story) -> list[str]:
    return [task.arn for task in story.simulation.world.tasks_of(story.service().arn)]


def test_every_kind_of_resource_can_be_tagged() -> None:
    """Cluster, service, task, task definition, instance and provider: set, set anew, removed, and described."""
    story = Story().on_instances(2)
    machines.live(story)
    machines.live_with_provider(story)
    story.create(1)
    world = story.until(60).simulation.world
    arns = [CLUSTER, story.service().arn, service_tasks(story)[0], next(iter(world.task_definitions))]
    provider = world.capacity_providers["ours"].arn
    for arn in [*arns, next(iter(world.container_instances)), provider]:
        story.call("ecs:TagResource", 60, resourceArn=arn, tags=[TEAM, COST])
        story.call("ecs:TagResource", 60, resourceArn=arn, tags=[{"key": "team", "value": "red"}, {"key": "bare"}])
        assert tags_of(story, arn) == [{"key": "team", "value": "red"}, COST, {"key": "bare", "value": ""}]
        story.call("ecs:UntagResource", 60, resourceArn=arn, tagKeys=["team", "bare", "nobody"])
        assert tags_of(story, arn) == [COST]
    for operation, members, path in (
        ("DescribeClusters", {"clusters": ["game"]}, "clusters"),
        ("DescribeServices", {"cluster": "game", "services": ["web"]}, "services"),
        ("DescribeTasks", {"cluster": "game", "tasks": [arns[2]]}, "tasks"),
        ("DescribeTaskDefinition", {"taskDefinition": "web"}, None),
        (
            "DescribeContainerInstances",
            {"cluster": "game", "containerInstances": ["0000000000000001"]},
            "containerInstances",
        ),
        ("DescribeCapacityProviders", {"capacityProviders": ["ours"]}, "capacityProviders"),
    ):
        asked = story.read(f"ecs:{operation}", **members, include=["TAGS"])
        plain = story.read(f"ecs:{operation}", **members)
        assert [part["tags"] for part in ([asked] if path is None else asked[path])] == [[COST]], operation
        assert [part["tags"] for part in ([plain] if path is None else plain[path])] == [[]], operation
        with pytest.raises(InvalidParameterException, match="include has 'tags'; it must be one of"):
            story.read(f"ecs:{operation}", **members, include=["tags"])
    (ours,) = (
        p
        for p in story.read("ecs:DescribeCapacityProviders", include=["TAGS"])["capacityProviders"]
        if p["name"] == "ours"
    )
    assert ours["tags"] == [COST]


def test_the_settings_of_a_cluster_are_told_when_asked_for() -> None:
    setting = {"name": "containerInsights", "value": "enabled"}
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game", settings=[setting], tags=[TEAM])
    read = {"clusters": ["game"]}
    (plain,) = story.read("ecs:DescribeClusters", **read)["clusters"]
    (asked,) = story.read("ecs:DescribeClusters", **read, include=["SETTINGS", "STATISTICS"])["clusters"]
    assert (plain["settings"], asked["settings"], asked["tags"]) == ([], [setting], [])


def test_tags_that_a_resource_is_made_with() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game", tags=[TEAM])
    assert tags_of(story, CLUSTER) == [TEAM]
    arn = story.call("ecs:RegisterTaskDefinition", **WEB, tags=[COST])["taskDefinition"]["taskDefinitionArn"]
    assert tags_of(story, arn) == [COST]
    document = '{"instanceId": "i-0000000000000009", "instanceType": "t3.medium", "availabilityZone": "us-east-1a"}'
    answer = story.call("ecs:RegisterContainerInstance", cluster="game", instanceIdentityDocument=document, tags=[TEAM])
    assert answer["containerInstance"]["tags"] == [TEAM]


@pytest.mark.parametrize(
    ("propagate", "managed", "expected"),
    [
        ("SERVICE", False, [TEAM]),
        ("TASK_DEFINITION", False, [COST]),
        ("NONE", False, []),
        (None, False, []),
        ("SERVICE", True, [TEAM, *MANAGED]),
        (None, True, MANAGED),
    ],
)
def test_what_reaches_the_tasks_of_a_service(
    propagate: str | None, managed: bool, expected: list[dict[str, str]]
) -> None:
    """Tags of the service or of the revision, with those that ECS writes beside them."""
    story = Story().on_instances(1)
    story.call("ecs:RegisterTaskDefinition", **WEB, tags=[COST])
    members: dict[str, Any] = {"propagateTags": propagate} if propagate else {}
    story.create(1, tags=[TEAM], enableECSManagedTags=managed, **members)
    (arn,) = service_tasks(story.until(20))
    assert tags_of(story, arn) == expected
    assert (
        story.read("ecs:DescribeTasks", cluster="game", tasks=[arn], include=["TAGS"])["tasks"][0]["tags"] == expected
    )


def test_an_update_changes_what_new_tasks_get() -> None:
    """The running task keeps what it has; the tags of the service are those of the moment."""
    story = Story().on_instances(1)
    story.create(1)
    story.call("ecs:TagResource", 50, resourceArn=story.service().arn, tags=[TEAM])
    story.update(60, propagateTags="SERVICE", enableECSManagedTags=True, desiredCount=2)
    first, second = service_tasks(story.until(60))
    assert tags_of(story, first) == []
    assert tags_of(story, second) == [TEAM, *MANAGED]
    assert story.service().primary.rollout_state == "COMPLETED"
    assert len(story.service().deployments) == 1


def test_what_a_task_of_its_own_gets() -> None:
    """Its own tags stand over those of the revision, and of AWS's tags it has the cluster's name."""
    story = Story().on_instances(1)
    story.call("ecs:RegisterTaskDefinition", **WEB, tags=[COST, {"key": "team", "value": "red"}])
    call = {"cluster": "game", "taskDefinition": "web", "propagateTags": "TASK_DEFINITION", "tags": [TEAM]}
    task = story.call("ecs:RunTask", enableECSManagedTags=True, **call)["tasks"][0]
    assert task["tags"] == [COST, TEAM, MANAGED[0]]
    instances = list(story.simulation.world.container_instances)
    started = story.call("ecs:StartTask", containerInstances=instances, **call)["tasks"][0]
    assert started["tags"] == [COST, TEAM]
    refused = story.attempt("ecs:RunTask", **{**call, "propagateTags": "SERVICE"})
    assert isinstance(refused, Rejection)
    assert refused.message == "propagateTags is 'SERVICE'; use TASK_DEFINITION or NONE."


@rule("IC:Q-17", "IC:X-55")
@pytest.mark.parametrize(
    ("arn", "tags", "code", "words"),
    [
        (CLUSTER, [{"key": f"k{n}", "value": ""} for n in range(51)], "InvalidParameterException", "51 tags"),
        (CLUSTER, [{"key": f"k{n}", "value": ""} for n in range(50)], "LimitExceededException", "at most 50"),
        (CLUSTER, [{"key": "k" * 129}], "InvalidParameterException", "a key of 129 characters"),
        (CLUSTER, [{"key": "k", "value": "v" * 257}], "InvalidParameterException", "a value of 257"),
        (CLUSTER, [{"value": "v"}], "InvalidParameterException", "a key of 0 characters"),
        (CLUSTER, [{"key": "AWS:x"}], "InvalidParameterException", "reserved for AWS"),
        (CLUSTER, [COST, COST], "InvalidParameterException", "Duplicate tag keys"),
        (CLUSTER.replace("game", "none"), [COST], "ClusterNotFoundException", "Cluster not found."),
        (CLUSTER.replace("cluster", "service"), [COST], "InvalidParameterException", "Long arn format must be used"),
        (CLUSTER.replace("cluster/", "service/x/"), [COST], "ResourceNotFoundException", "was not found"),
        (CLUSTER.replace("cluster", "task-set"), [COST], "InvalidParameterException", "kind task-set"),
        ("game", [COST], "InvalidParameterException", "Invalid ARN"),
    ],
)
def test_tags_that_are_refused(arn: str, tags: list[dict[str, str]], code: str, words: str) -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game", tags=[TEAM])
    refused = story.attempt("ecs:TagResource", resourceArn=arn, tags=tags)
    assert isinstance(refused, Rejection)
    assert (refused.code, words in refused.message) == (code, True)
    assert tags_of(story, CLUSTER) == [TEAM]


def test_tags_of_aws_stay() -> None:
    """They count against no limit and cannot be taken away."""
    story = Story().on_instances(1)
    task = story.call("ecs:RunTask", cluster="game", taskDefinition="web", enableECSManagedTags=True)["tasks"][0]
    arn = task["taskArn"]
    refused = story.attempt("ecs:UntagResource", resourceArn=arn, tagKeys=["aws:ecs:clusterName"])
    assert isinstance(refused, Rejection)
    story.call("ecs:TagResource", resourceArn=arn, tags=[{"key": f"k{n}"} for n in range(50)])
    assert len(tags_of(story, arn)) == 51


@rule("SS:S-8")
def test_tags_begin_no_deployment() -> None:
    story = Story().on_instances(1)
    story.create(1)
    story.call("ecs:TagResource", 100, resourceArn=story.service().arn, tags=[TEAM])
    story.until(200)
    assert len(story.service().deployments) == 1
    assert story.service().primary.created_at_ms == 0


@rule("IC:X-58")
def test_a_role_tags_what_its_policy_names() -> None:
    """The resource of the permission is the one that is tagged."""
    story = Story()
    for name in ("game", "other"):
        story.call("ecs:CreateCluster", clusterName=name)
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    may = {"Effect": "Allow", "Action": "ecs:TagResource", "Resource": CLUSTER}
    story.call("iam:CreateRole", RoleName="tagger", AssumeRolePolicyDocument=document(trust))
    story.call("iam:PutRolePolicy", RoleName="tagger", PolicyName="p", PolicyDocument=document(may))
    for arn, allowed in ((CLUSTER, True), (CLUSTER.replace("game", "other"), False)):
        command = Command(0, "ecs", "TagResource", {"resourceArn": arn, "tags": [TEAM]}, caller="tagger")
        assert isinstance(story.simulation.apply(command), Outcome) is allowed
        assert tags_of(story, arn) == ([TEAM] if allowed else [])


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

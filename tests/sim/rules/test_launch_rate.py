"""How many tasks are launched at once (IC:Q-10, IC:Q-11, IC:Q-27)."""

from __future__ import annotations

from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, WEB, Story


def on_fargate() -> Story:
    story = Story().on_fargate()
    story.call("lab:SetQuota", code="Q-25", value=1000)
    return story


@rule("IC:Q-27")
def test_fargate_launches_a_hundred_tasks_at_once_and_then_twenty_a_second() -> None:
    story = on_fargate()
    story.create(150)
    assert story.until(0).total() == 100
    assert story.until(0.999).total() == 100
    assert story.until(1).total() == 120
    assert story.until(2).total() == 140
    assert story.until(2.5).total() == 150
    assert story.messages()[0][1].startswith("(service web) has started 100 tasks: ")
    assert story.until(120).running() == 150


@rule("IC:Q-27")
def test_the_bucket_is_the_accounts_and_fills_again() -> None:
    story = on_fargate()
    story.create(60)
    story.until(0)
    network = story.service().network_configuration
    members = {"cluster": "game", "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": network}
    story.call("ecs:CreateService", 0, serviceName="next", desiredCount=60, **members)
    story.until(0.001)
    assert (story.total(), story.total("next")) == (60, 40)
    assert story.until(1.1).total("next") == 60
    story.call("ecs:UpdateService", 100, cluster="game", service="next", desiredCount=160)
    assert story.until(100.001).total("next") == 160


@rule("IC:Q-27")
def test_what_run_task_launches_counts_too() -> None:
    story = on_fargate()
    subnets = {"subnets": [next(iter(story.simulation.world.subnets))], "assignPublicIp": "ENABLED"}
    network = {"awsvpcConfiguration": subnets}
    members = {"cluster": "game", "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": network}
    for _ in range(12):
        assert len(story.call("ecs:RunTask", 0, **members, count=10)["tasks"]) == 10
    story.create(10)
    assert story.until(0.001).total() == 0
    assert story.until(1.499).total() == 0
    assert story.until(1.5).total() == 10


@rule("IC:Q-10", "IC:Q-27")
def test_a_service_launches_at_most_500_tasks_a_minute_on_fargate() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    story.call("ecs:RegisterTaskDefinition", **FARGATE_WEB)
    story.call("lab:SetQuota", code="Q-25", value=1000)
    story.create(520)
    assert story.until(19).total() == 480
    assert story.until(20).total() == 500
    assert story.until(59.999).total() == 500
    assert story.until(60).total() == 520


@rule("IC:Q-11")
def test_a_service_launches_at_most_500_tasks_a_minute_on_instances() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    small = {"name": "web", "image": "web", "cpu": 1, "memory": 6}
    story.call("ecs:RegisterTaskDefinition", **{**WEB, "containerDefinitions": [small]})
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", count=4, cpu=4096, memoryMiB=8192)
    story.create(510)
    assert story.until(0).total() == 500
    assert story.until(59.999).total() == 500
    assert story.until(60).total() == 510

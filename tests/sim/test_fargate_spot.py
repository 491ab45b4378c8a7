"""Fargate Spot: two minutes' warning, SIGTERM at once, and nothing that falls back to on-demand by itself (PN:F-12)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.state.task import Task
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, Story

SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
BOTH = [*SPOT, {"capacityProvider": "FARGATE", "weight": 1}]


def on_spot(strategy: list[dict[str, Any]], count: int, **container: Any) -> Story:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    listed = [{"name": "web", "image": "web", **container}]
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "containerDefinitions": listed})
    vpc = {"awsvpcConfiguration": {"subnets": list(story.simulation.world.subnets), "assignPublicIp": "ENABLED"}}
    members = {"desiredCount": count, "capacityProviderStrategy": strategy, "networkConfiguration": vpc}
    story.call("ecs:CreateService", cluster="game", serviceName="web", taskDefinition="web", **members)
    return story.until(100)


def tasks(story: Story) -> list[Task]:
    return list(story.simulation.world.tasks.values())


def providers(story: Story) -> list[str | None]:
    """Of the tasks that are to run."""
    return [t.capacity_provider for t in tasks(story) if t.desired_status == "RUNNING"]


@rule("PN:F-12", "SS:T-32")
@pytest.mark.parametrize("timeout", [30, 120])
def test_the_notice_comes_with_sigterm_and_the_end_within_two_minutes(timeout: int) -> None:
    """A program that does not listen, here the second task's, is killed after its stopTimeout, 120 s at most."""
    story = on_spot(SPOT, 1, stopTimeout=timeout)
    story.call("lab:PutImage", 100, image="web", handlesSigterm=False)
    story.call("ecs:StopTask", 100, cluster="game", task=tasks(story)[0].id)
    deaf = tasks(story.until(200))[-1]
    story.call("lab:InterruptSpot", 200, task=deaf.arn)
    story.until(199.999 + timeout)
    assert (deaf.last_status, deaf.desired_status, deaf.containers[0].last_status) == ("RUNNING", "STOPPED", "RUNNING")
    story.until(200 + timeout)
    assert deaf.containers[0].exit_code == 137
    assert (deaf.stop_code, deaf.stopped_reason) == ("SpotInterruption", "Your Spot Task was interrupted.")


@rule("PN:F-12")
@pytest.mark.parametrize(("strategy", "fallen_back"), [(SPOT, 0), (BOTH, 1)])
def test_nothing_falls_back_to_on_demand_by_itself(strategy: list[dict[str, Any]], fallen_back: int) -> None:
    """Spot has nothing left and takes a task back: its next one is tried on Spot alone where the strategy says so."""
    story = on_spot(strategy, 2)
    before = sorted(str(name) for name in providers(story))
    assert before == (["FARGATE_SPOT"] * 2 if strategy is SPOT else ["FARGATE", "FARGATE_SPOT"])
    story.call("lab:LimitCapacity", 100, capacityProvider="FARGATE_SPOT", available=0)
    victim = next(t for t in tasks(story) if t.capacity_provider == "FARGATE_SPOT")
    story.call("lab:InterruptSpot", 100, task=victim.arn)
    story.call("lab:LimitCapacity", 105, capacityProvider="FARGATE_SPOT", available=0)
    story.until(400)
    assert providers(story).count("FARGATE") == fallen_back
    assert any("Capacity is unavailable at this time" in m for _, m in story.messages())
    story.call("lab:LimitCapacity", 400, capacityProvider="FARGATE_SPOT", available=None)
    assert sorted(str(name) for name in providers(story.until(2500))) == before

"""What counts in the life of a service's tasks: checks, grace periods, first tasks, defaults (SS sections S and D)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules import rule
from tests.sim.stories import Story


@rule("PN:T-60", "SS:T-23")
def test_a_health_check_inside_the_image_is_not_seen() -> None:
    """The image says that it is ill from its start; no check in the task definition, so nobody asks."""
    story = Story().on_fargate()
    story.call("lab:PutImage", image="web", healthy=False)
    story.create(1)
    story.until(2000)
    (task,) = story.simulation.world.tasks_of(story.service().arn)
    assert (task.health_status, task.serial, task.last_status) == ("UNKNOWN", 1, "RUNNING")
    assert story.service().is_steady


@rule("SS:S-27")
@pytest.mark.parametrize("grace", [0, 1000])
def test_a_container_that_exits_in_the_grace_period_ends_its_task(grace: int) -> None:
    """The grace period is for health checks; an exit is none."""
    story = Story().on_fargate()
    story.create(1, healthCheckGracePeriodSeconds=grace)
    story.until(100)
    story.call("lab:ExitContainer", 100, task="0000000000000001", exitCode=1)
    story.until(150)
    first, second = story.simulation.world.tasks.values()
    assert (first.last_status, first.stop_code) == ("STOPPED", "EssentialContainerExited")
    assert second.last_status == "RUNNING"


@rule("SS:D-25")
@pytest.mark.parametrize(("resets", "left"), [(True, 0), (False, 2)])
def test_the_first_running_task_ends_the_count_of_failed_starts(resets: bool, left: int) -> None:
    """Two failed starts, then one that runs: the count is 0, and no failed start counts from then on."""
    story = Story().on_fargate()
    story.call("lab:PutImage", image="web", missing=True)
    breaker = {"enable": True, "rollback": False, "resetOnHealthyTask": resets}
    story.create(1, deploymentConfiguration={"deploymentCircuitBreaker": breaker})
    story.until(100)
    assert story.service().primary.breaker_failures == 2
    story.call("lab:PutImage", 100, image="web")
    story.until(155)
    assert story.running() == 1
    assert story.service().primary.breaker_failures == left
    story.call("lab:PutImage", 156, image="web", missing=True)
    story.update(156, desiredCount=4)
    story.until(600)
    assert story.service().primary.breaker_failures == left
    assert story.service().primary.rollout_state == "IN_PROGRESS"


@rule("SS:D-3")
@pytest.mark.parametrize(("strategy", "expected"), [("REPLICA", (100, 200)), ("DAEMON", (0, 100)), (None, (100, 200))])
def test_the_percents_that_nobody_names(strategy: str | None, expected: tuple[int, int]) -> None:
    story = Story().on_instances(1)
    members: dict[str, Any] = {"schedulingStrategy": strategy} if strategy else {}
    count = {} if strategy == "DAEMON" else {"desiredCount": 1}
    answer = story.call(
        "ecs:CreateService", cluster="game", serviceName="web", taskDefinition="web", **members, **count
    )
    configuration = answer["service"]["deploymentConfiguration"]
    assert (configuration["minimumHealthyPercent"], configuration["maximumPercent"]) == expected


@rule("SS:S-48")
def test_ten_tasks_a_call_and_a_hundred_events_a_service() -> None:
    """Each replaced task is two messages; of all that were written the newest hundred are left."""
    story = Story().on_fargate()
    vpc = {"awsvpcConfiguration": {"subnets": list(story.simulation.world.subnets), "assignPublicIp": "ENABLED"}}
    call = {"cluster": "game", "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": vpc}
    assert len(story.call("ecs:RunTask", count=10, **call)["tasks"]) == 10
    refused = story.attempt("ecs:RunTask", count=11, **call)
    assert "count" in getattr(refused, "message", "")
    story.call("lab:PutImage", image="web", exitAfter="1s", exitCode=1)
    story.create(1)
    story.until(46 * 120)
    messages = story.messages()
    assert len(messages) == 100
    assert messages[0][0] > 46 * 18
    assert messages[-1][0] == 46 * 120

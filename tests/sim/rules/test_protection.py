"""Task scale-in protection (SS section 2.5)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import Story


def story(desired: int, **members: Any) -> Story:
    told = Story().on_fargate()
    told.create(desired, **members)
    return told.until(200)


def protect(told: Story, at: float, *tasks: int, **more: Any) -> dict[str, Any]:
    names = [f"{number:016x}" for number in tasks]
    members = {"protectionEnabled": True, **more}
    return told.call("ecs:UpdateTaskProtection", at, cluster="game", tasks=names, **members)


def alive(told: Story) -> list[int]:
    return [t.serial for t in told.simulation.world.tasks_of(told.service().arn) if not t.is_stopping]


@rule("SS:S-50", "SS:S-54", "PN:K-8")
def test_protected_tasks_survive_scale_in_until_it_ends() -> None:
    told = story(4)
    answer = protect(told, 200, 1, 2, expiresInMinutes=2)
    assert [p["expirationDate"] for p in answer["protectedTasks"]] == ["2026-01-05T00:05:20Z"] * 2
    told.update(210, desiredCount=1)
    told.until(319)
    assert alive(told) == [1, 2]
    explained = told.explain(319)
    assert explained["stuck"]["reason"] == "protection"
    assert explained["stuck"]["since"] == 210
    told.until(320)
    assert len(alive(told)) == 1
    assert [at for at, m in told.messages() if "protected tasks are more than the desired count" in m] == [210]


@rule("SS:S-50")
def test_a_call_restarts_the_clock_and_another_ends_it() -> None:
    told = story(2)
    protect(told, 200, 1)
    protect(told, 260, 1, expiresInMinutes=1)
    get = {"cluster": "game", "tasks": ["0000000000000001"]}
    read = told.simulation.read
    assert read("ecs", "GetTaskProtection", get)["protectedTasks"][0]["expirationDate"] == "2026-01-05T00:05:20Z"
    told.until(320)
    assert read("ecs", "GetTaskProtection", get)["protectedTasks"][0]["protectionEnabled"] is False
    protect(told, 330, 1)
    assert told.simulation.world.tasks_of(told.service().arn)[0].protected_until_ms == 330_000 + 7_200_000
    protect(told, 340, 1, protectionEnabled=False)
    assert [
        p["protectionEnabled"] for p in read("ecs", "GetTaskProtection", {"cluster": "game"})["protectedTasks"]
    ] == [
        False,
        False,
    ]


@rule("SS:S-52")
def test_failures() -> None:
    told = story(2)
    alone = told.call(
        "ecs:RunTask",
        200,
        cluster="game",
        taskDefinition="web",
        launchType="FARGATE",
        networkConfiguration=told.service().network_configuration,
    )
    number = int(alone["tasks"][0]["taskArn"].rpartition("/")[2], 16)
    answer = protect(told, 201, 1, 2, number, 99)
    assert [f["reason"] for f in answer["failures"]] == ["MISSING", "TASK_NOT_VALID"]
    read = told.simulation.read("ecs", "GetTaskProtection", {"cluster": "game", "tasks": [f"{number:016x}"]})
    assert [f["reason"] for f in read["failures"]] == ["TASK_NOT_VALID"]
    told.update(202, forceNewDeployment=True, desiredCount=1, deploymentConfiguration={"maximumPercent": 400})
    told.until(240)
    answer = protect(told, 240, 4)
    assert [f["reason"] for f in answer["failures"]] == ["DEPLOYMENT_BLOCKED"]


@rule("SS:S-50")
@pytest.mark.parametrize(
    "more",
    [{"expiresInMinutes": 0}, {"expiresInMinutes": 2881}, {"tasks": []}, {"tasks": ["1"] * 11}],
)
def test_limits(more: dict[str, Any]) -> None:
    told = story(1)
    members = {"cluster": "game", "tasks": ["0000000000000001"], "protectionEnabled": True, **more}
    refused = told.attempt("ecs:UpdateTaskProtection", 200, **members)
    assert isinstance(refused, Rejection)
    assert refused.code == "InvalidParameterException"


@rule("SS:S-53")
def test_a_rolling_update_waits_for_protected_tasks() -> None:
    told = story(2)
    protect(told, 200, 1, expiresInMinutes=10)
    told.update(210, forceNewDeployment=True)
    told.until(700)
    assert alive(told) == [1, 3, 4]
    assert told.service().primary.rollout_state == "IN_PROGRESS"
    explained = told.explain(700)
    assert explained["steps"][-1]["limit"] == "protection"
    assert "1 protected from scale-in stays" in explained["steps"][-1]["sentence"]
    told.until(900)
    assert (told.service().primary.finished_at_ms, alive(told)) == (812_000, [3, 4])


@rule("SS:S-51")
def test_protection_is_none_against_stopping_by_hand_or_the_end_of_the_service() -> None:
    told = story(2)
    protect(told, 200, 1, 2)
    told.call("ecs:StopTask", 201, cluster="game", task="0000000000000001")
    assert alive(told.until(213)) == [2, 3]
    told.call("ecs:DeleteService", 220, cluster="game", service="web", force=True)
    assert alive(told.until(220)) == []

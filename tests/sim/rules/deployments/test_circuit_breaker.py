"""The deployment circuit breaker, rollback, early success and the records of deployments (SS sections 3.2 to 3.5)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.errors.ecs import ServiceNotFoundException
from ecslab.sim.operations.ecs.deployment_configuration import circuit_breaker
from ecslab.sim.simulation import Rejection, Simulation
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, Story

BREAKER = {"enable": True, "rollback": True}


def story(desired: int, *, breaker: dict[str, Any] | None = None, **configuration: Any) -> Story:
    """A Fargate service `web` with a circuit breaker, and a revision web:2 whose image is missing."""
    told = Story().on_fargate()
    told.call("lab:PutImage", image="bad", missing=True)
    register(told, "bad")
    told.create(
        desired,
        taskDefinition="web:1",
        deploymentConfiguration={"deploymentCircuitBreaker": breaker or BREAKER, **configuration},
    )
    return told


def register(told: Story, image: str, at: float = 0, **container: Any) -> None:
    containers = [{"name": "web", "image": image, **container}]
    told.call("ecs:RegisterTaskDefinition", at, **{**FARGATE_WEB, "containerDefinitions": containers})


def said(told: Story, words: str) -> list[float]:
    return [at for at, message in told.messages() if words in message]


def records(told: Story) -> list[dict[str, Any]]:
    read = told.simulation.read
    listed = read("ecs", "ListServiceDeployments", {"cluster": "game", "service": "web"})["serviceDeployments"]
    arns = [item["serviceDeploymentArn"] for item in listed]
    found: list[dict[str, Any]] = read("ecs", "DescribeServiceDeployments", {"serviceDeploymentArns": arns})[
        "serviceDeployments"
    ]
    return found


@rule("SS:D-21", "SS:W-8")
@pytest.mark.parametrize(
    ("kind", "value", "desired", "threshold"),
    [
        ("BOUNDED_PERCENT", 50, 25, 13),
        ("BOUNDED_PERCENT", 50, 5, 3),
        ("BOUNDED_PERCENT", 50, 7, 4),
        ("COUNT", 5, 10, 5),
        ("UNBOUNDED_PERCENT", 10, 5, 1),
        ("BOUNDED_PERCENT", 10, 100, 10),
        ("BOUNDED_PERCENT", 1, 100, 3),
        ("BOUNDED_PERCENT", 50, 6, 3),
        ("BOUNDED_PERCENT", 50, 20, 10),
        ("BOUNDED_PERCENT", 50, 1000, 200),
    ],
)
def test_thresholds(kind: str, value: int, desired: int, threshold: int) -> None:
    told = story(1, breaker={**BREAKER, "thresholdConfiguration": {"type": kind, "value": value}})
    told.update(1, desiredCount=desired)
    assert told.service().breaker_threshold == threshold
    assert told.explain(1)["circuitBreaker"]["threshold"] == threshold


@rule("SS:D-20")
def test_what_is_not_said_has_a_default() -> None:
    breaker = circuit_breaker(BREAKER)
    assert (breaker.resets_on_healthy_task, breaker.type, breaker.value) == (True, "BOUNDED_PERCENT", 50)


@rule("SS:D-20", "SS:D-36")
@pytest.mark.parametrize(
    "configuration",
    [
        {"deploymentCircuitBreaker": {**BREAKER, "thresholdConfiguration": {"type": "COUNT", "value": 0}}},
        {"deploymentCircuitBreaker": {**BREAKER, "thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 101}}},
        {"deploymentCircuitBreaker": {**BREAKER, "thresholdConfiguration": {"type": "HALF", "value": 1}}},
        {"earlySuccessCriteria": {"enable": True}},
        {"earlySuccessCriteria": {"enable": True, "healthyPercent": 101, "sourceServiceRevisionCleanup": "BLOCKING"}},
        {"earlySuccessCriteria": {"enable": True, "healthyPercent": 50, "sourceServiceRevisionCleanup": "BLOCKING"}},
        {"earlySuccessCriteria": {"enable": True, "healthyPercent": 100, "sourceServiceRevisionCleanup": "LATER"}},
        {"strategy": "CANARY"},
    ],
)
def test_refused_configurations(configuration: dict[str, Any]) -> None:
    told = story(1)
    before = told.simulation.digest()
    refused = told.attempt("ecs:UpdateService", 0, cluster="game", service="web", deploymentConfiguration=configuration)
    assert isinstance(refused, Rejection)
    assert refused.code == "InvalidParameterException"
    assert told.simulation.digest() == before


@rule("SS:D-22", "SS:D-23", "SS:D-27", "SS:D-28", "SS:W-7", "SS:S-43", "SS:D-13", "SS:D-30")
def test_a_missing_image_is_rolled_back() -> None:
    told = story(1)
    told.update(1000, taskDefinition="web:2")
    assert told.explain(1100)["circuitBreaker"] == {
        "enabled": True,
        "rollback": True,
        "failures": 2,
        "threshold": 3,
        "stage": 1,
    }
    told.until(1150)
    assert [m for at, m in told.messages() if at == 1150] == [
        "(service web) (deployment ecs-svc/0000000000000002) deployment failed: tasks failed to start.",
        "(service web) rolling back to deployment ecs-svc/0000000000000001.",
        "(service web) (deployment ecs-svc/0000000000000001) deployment completed.",
        "(service web) has reached a steady state.",
    ]
    failed = told.service().deployments[1]
    assert (failed.status, failed.rollout_state) == ("ACTIVE", "FAILED")
    assert failed.rollout_state_reason == "ECS deployment circuit breaker: tasks failed to start."
    assert told.service().task_definition_arn.endswith("web:1")
    told.until(5000)
    assert (told.running(), told.total(), len(told.service().deployments)) == (1, 1, 1)
    assert said(told, "unable to consistently") == []


@rule("SS:D-16", "SS:D-17")
def test_the_records_of_a_rollback() -> None:
    told = story(1)
    told.update(1000, taskDefinition="web:2")
    told.until(1100)
    going, done = records(told)
    assert (going["status"], done["status"]) == ("IN_PROGRESS", "SUCCESSFUL")
    assert going["deploymentCircuitBreaker"] == {"status": "MONITORING", "failureCount": 2, "threshold": 3}
    assert [item["runningTaskCount"] for item in going["sourceServiceRevisions"]] == [1]
    told.until(2000)
    back = records(told)[0]
    assert back["status"] == "ROLLBACK_SUCCESSFUL"
    assert back["deploymentCircuitBreaker"] == {"status": "TRIGGERED", "failureCount": 3, "threshold": 3}
    assert back["rollback"]["serviceRevisionArn"] == done["targetServiceRevision"]["arn"]
    arns = [back["targetServiceRevision"]["arn"], "arn:aws:ecs:us-east-1:123456789012:service-revision/game/web/none"]
    answer = told.simulation.read("ecs", "DescribeServiceRevisions", {"serviceRevisionArns": arns})
    assert answer["serviceRevisions"][0]["taskDefinition"].endswith("web:2")
    assert answer["serviceRevisions"][0]["containerImages"] == [{"containerName": "web", "image": "bad"}]
    assert [failure["reason"] for failure in answer["failures"]] == ["MISSING"]
    assert Simulation.restore(told.simulation.snapshot()).digest() == told.simulation.digest()


@rule("SS:W-10", "SS:D-29", "SS:D-14")
def test_a_first_deployment_has_nothing_to_go_back_to() -> None:
    told = Story().on_fargate()
    told.call("lab:PutImage", image="bad", missing=True)
    register(told, "bad")
    told.create(2, taskDefinition="web:2", deploymentConfiguration={"deploymentCircuitBreaker": BREAKER})
    told.until(5000)
    assert said(told, "deployment failed: tasks failed to start") == [90]
    assert said(told, "rolling back") == []
    assert said(told, "has started") == [0, 60]
    assert told.service().primary.rollout_state == "FAILED"
    assert told.explain(5000)["stuck"]["reason"] == "failed"
    assert told.explain(5000)["circuitBreaker"]["failures"] == 3
    assert records(told)[0]["status"] == "STOPPED"


@rule("SS:D-24", "SS:W-9", "SS:D-22")
@pytest.mark.parametrize(("resets", "count"), [(True, 0), (False, 2)])
def test_a_healthy_task_resets_the_count_unless_it_is_told_not_to(resets: bool, count: int) -> None:
    """Two replacements fail their checks, then one is healthy."""
    told = story(1, breaker={**BREAKER, "resetOnHealthyTask": resets})
    register(told, "sick", 500, healthCheck={"command": ["CMD", "x"], "interval": 10, "retries": 2})
    told.call("lab:PutImage", 500, image="sick", healthy=False)
    told.update(500, taskDefinition="web:3")
    while told.service().primary.breaker_failures < 2:
        told.until(told.simulation.world.now_ms / 1000 + 1)
    told.call("lab:PutImage", told.simulation.world.now_ms / 1000 + 1, image="sick")
    told.until(2000)
    assert told.service().primary.breaker_failures == count
    assert told.service().primary.rollout_state == "COMPLETED"


@rule("SS:D-26")
def test_a_crash_loop_trips_nothing() -> None:
    told = story(1)
    register(told, "crash", 500)
    told.call("lab:PutImage", 500, image="crash", exitAfter="1s", exitCode=1)
    told.update(500, taskDefinition="web:3")
    told.until(5000)
    assert told.service().primary.rollout_state == "IN_PROGRESS"
    assert told.service().primary.breaker_failures == 0


@rule("SS:D-27")
def test_without_rollback_nothing_is_launched_and_the_old_tasks_stay() -> None:
    told = story(2, breaker={"enable": True, "rollback": False})
    told.update(1000, taskDefinition="web:2")
    told.until(5000)
    assert told.service().primary.rollout_state == "FAILED"
    assert (told.running(), told.total()) == (2, 2)
    assert said(told, "rolling back") == []
    told.update(5001, taskDefinition="web:1")
    told.until(6000)
    assert told.service().primary.rollout_state == "COMPLETED"


@rule("SS:D-27")
def test_a_deployment_without_tasks_can_be_gone_back_to() -> None:
    told = story(1, minimumHealthyPercent=0, maximumPercent=100)
    told.update(1000, taskDefinition="web:2")
    told.until(3000)
    assert (told.running(), told.service().primary.id) == (1, "ecs-svc/0000000000000001")
    assert records(told)[0]["status"] == "ROLLBACK_SUCCESSFUL"


def test_a_rollback_that_fails_is_not_followed_by_another() -> None:
    told = story(1, minimumHealthyPercent=0, maximumPercent=100)
    told.call("lab:PutImage", 999, image="web", missing=True)
    told.update(1000, taskDefinition="web:2")
    told.until(5000)
    assert told.service().primary.rollout_state == "FAILED"
    assert records(told)[0]["status"] == "ROLLBACK_FAILED"


@rule("SS:D-18")
def test_stop_service_deployment_goes_back_without_being_configured() -> None:
    told = Story().on_fargate()
    register(told, "web")
    told.create(2, taskDefinition="web:1")
    told.update(1000, taskDefinition="web:2")
    told.until(1040)
    arn = records(told)[0]["serviceDeploymentArn"]
    assert told.call("ecs:StopServiceDeployment", 1040, serviceDeploymentArn=arn) == {"serviceDeploymentArn": arn}
    told.call("ecs:StopServiceDeployment", 1041, serviceDeploymentArn=arn)
    assert told.service().primary.id == "ecs-svc/0000000000000001"
    told.until(2000)
    assert records(told)[0]["status"] == "ROLLBACK_SUCCESSFUL"
    assert told.total() == 2
    over = told.attempt("ecs:StopServiceDeployment", 2001, serviceDeploymentArn=arn)
    assert isinstance(over, Rejection)
    assert over.code == "ConflictException"
    unknown = told.attempt("ecs:StopServiceDeployment", 2001, serviceDeploymentArn=f"{arn}x")
    assert isinstance(unknown, Rejection)
    assert unknown.code == "ServiceDeploymentNotFoundException"


@rule("SS:D-16")
def test_a_newer_deployment_stops_the_one_before() -> None:
    told = story(1)
    told.update(1000, forceNewDeployment=True)
    told.update(1001, forceNewDeployment=True)
    told.until(2000)
    assert [r["status"] for r in records(told)] == ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]
    read = told.simulation.read
    where = {"cluster": "game", "service": "web"}
    stopped = read("ecs", "ListServiceDeployments", {**where, "status": ["STOPPED"]})["serviceDeployments"]
    assert len(stopped) == 1
    late = {**where, "createdAt": {"after": "2026-01-05T00:16:41Z"}}
    assert len(read("ecs", "ListServiceDeployments", late)["serviceDeployments"]) == 1
    with pytest.raises(ServiceNotFoundException):
        read("ecs", "ListServiceDeployments", {**where, "service": "none"})


@rule("SS:D-36", "SS:D-37", "SS:D-38", "SS:W-11")
@pytest.mark.parametrize(("cleanup", "completed"), [("DEFERRED", 75), ("BLOCKING", 87)])
def test_early_success(cleanup: str, completed: float) -> None:
    """DEFERRED completes while old tasks are still there, BLOCKING when the last is STOPPED."""
    early = {"enable": True, "healthyPercent": 80, "sourceServiceRevisionCleanup": cleanup}
    told = Story().on_fargate()
    told.create(
        10,
        taskDefinition="web:1",
        deploymentConfiguration={
            "minimumHealthyPercent": 80,
            "maximumPercent": 200,
            "earlySuccessCriteria": early,
        },
    )
    told.until(500)
    told.update(1000, forceNewDeployment=True)
    told.until(1074)
    assert told.service().primary.rollout_state == "IN_PROGRESS"
    told.until(2000)
    assert (told.service().primary.finished_at_ms or 0) / 1000 == 1000 + completed
    assert (told.running(), told.total(), len(told.service().deployments)) == (10, 10, 1)

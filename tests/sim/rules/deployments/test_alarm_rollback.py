"""Alarms that fail a deployment, and its bake time (SS:D-32 to SS:D-35)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection, Simulation
from tests.rules import rule
from tests.sim.stories import Story

START = 1000
REACHED = START + 87
"""When a rolling update of Fargate tasks has replaced the old ones (SS:W-1)."""


def watched(names: tuple[str, ...] = ("errors",), *, rollback: bool = True, **more: Any) -> Story:
    """Two tasks, and alarms without data that keep the state that somebody gives them."""
    story = Story().on_fargate()
    for name in ("errors", "latency"):
        alarm(story, name)
    alarms = {"alarmNames": list(names), "enable": True, "rollback": rollback}
    story.create(2, deploymentConfiguration={"alarms": alarms, **more})
    return story.until(START - 1)


def alarm(story: Story, name: str, at: float = 0, /, **members: Any) -> None:
    load = {"Namespace": "Game", "MetricName": name, "Statistic": "Average", "Period": 60, "EvaluationPeriods": 1}
    judged = {"Threshold": 5, "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "ignore"}
    story.call("cloudwatch:PutMetricAlarm", at, AlarmName=name, **{**load, **judged, **members})


def set_state(story: Story, at: float, state: str, name: str = "errors") -> None:
    story.call("cloudwatch:SetAlarmState", at, AlarmName=name, StateValue=state, StateReason="a test")


def record(story: Story) -> dict[str, Any]:
    newest = story.read("ecs:ListServiceDeployments", cluster="game", service="web")["serviceDeployments"][0]
    arns = [newest["serviceDeploymentArn"]]
    found: dict[str, Any] = story.read("ecs:DescribeServiceDeployments", serviceDeploymentArns=arns)
    whole: dict[str, Any] = found["serviceDeployments"][0]
    return whole


def completed(story: Story) -> list[float]:
    return [at for at, message in story.messages() if message.endswith("deployment completed.")]


@rule("SS:D-32", "SS:S-41")
def test_an_alarm_fails_the_deployment_at_once_and_rolls_back() -> None:
    story = watched(("latency", "errors"))
    first = story.service().primary.id
    story.update(START, forceNewDeployment=True)
    second = story.service().primary.id
    set_state(story, START + 20, "OK")
    set_state(story, START + 30, "ALARM")
    story.until(START + 30)
    assert [m for at, m in story.messages() if at == START + 30][:2] == [
        f"(service web) (deployment {second}) deployment failed: alarm detected.",
        f"(service web) rolling back to deployment {first}.",
    ]
    assert story.service().primary.id == first
    assert record(story)["alarms"] == {
        "status": "TRIGGERED",
        "alarmNames": ["latency", "errors"],
        "triggeredAlarmNames": ["errors"],
    }
    assert story.explain(START + 31)["alarms"] == {"enabled": True, "ignored": True, "triggered": ["errors"]}
    story.until(START + 300)
    assert record(story)["status"] == "ROLLBACK_SUCCESSFUL"
    assert {t.deployment_id for t in story.simulation.world.tasks_of(story.service().arn)} == {first}
    again = Simulation.restore(story.simulation.snapshot())
    assert again.digest() == story.simulation.digest()


@rule("SS:D-32")
def test_without_rollback_the_deployment_just_fails() -> None:
    story = watched(rollback=False)
    story.update(START, forceNewDeployment=True)
    set_state(story, START + 30, "ALARM")
    story.until(START + 300)
    assert story.service().primary.rollout_state == "FAILED"
    assert record(story)["status"] == "STOPPED"
    assert not any("rolling back" in message for _, message in story.messages())


@rule("SS:D-32")
@pytest.mark.parametrize(("alarm_at", "rolls_back"), [(START + 30, True), (START + 600, False)])
def test_of_alarms_and_circuit_breaker_the_first_to_fire_decides(alarm_at: int, rolls_back: bool) -> None:
    """The breaker, which would not go back, trips at the third failed start."""
    breaker = {"enable": True, "rollback": False}
    story = watched(deploymentCircuitBreaker=breaker)
    story.call("lab:PutImage", START, image="web", missing=True)
    story.update(START, forceNewDeployment=True)
    set_state(story, alarm_at, "ALARM")
    story.until(START + 700)
    assert any("rolling back" in message for _, message in story.messages()) is rolls_back
    why = "alarm detected" if rolls_back else "tasks failed to start"
    assert any(message.endswith(f"deployment failed: {why}.") for _, message in story.messages())


@rule("SS:D-33")
def test_an_alarm_that_is_on_already_switches_alarms_off_for_the_deployment() -> None:
    story = watched(("errors", "latency"))
    set_state(story, START - 1, "ALARM")
    story.update(START, forceNewDeployment=True)
    set_state(story, START + 10, "OK")
    set_state(story, START + 20, "ALARM", "latency")
    story.until(START + 30)
    assert story.service().primary.rollout_state == "IN_PROGRESS"
    assert record(story)["alarms"]["status"] == "DISABLED"
    assert story.explain(START + 31)["alarms"] == {"enabled": True, "ignored": True, "triggered": []}
    story.until(REACHED)
    assert completed(story)[-1] == REACHED


@rule("SS:D-34")
def test_a_deployment_bakes_before_it_is_completed_and_an_alarm_still_fails_it() -> None:
    story = watched(bakeTimeInMinutes=10)
    story.update(START, forceNewDeployment=True)
    story.until(REACHED + 599)
    assert (story.service().primary.rollout_state, story.running()) == ("IN_PROGRESS", 2)
    assert record(story)["alarms"]["status"] == "MONITORING"
    story.until(REACHED + 600)
    assert story.service().primary.rollout_state == "COMPLETED"
    assert record(story)["alarms"]["status"] == "MONITORING_COMPLETE"
    story.update(2 * START, forceNewDeployment=True)
    last = story.service().primary.id
    set_state(story, 2 * START + 300, "ALARM")
    story.until(2 * START + 300)
    tasks = story.simulation.world.tasks_of(story.service().arn)
    assert len([t for t in tasks if t.deployment_id != last and not t.is_running]) == 2
    story.until(2 * START + 301)
    set_state(story, 3 * START, "OK")
    set_state(story, 3 * START + 10, "ALARM")
    assert story.until(4 * START).service().primary.rollout_state == "COMPLETED"


@rule("SS:D-35")
@pytest.mark.parametrize(("period", "count", "bake"), [(60, 1, 60), (60, 3, 180), (300, 2, 299)])
def test_the_bake_time_is_what_the_alarms_need_to_judge(period: int, count: int, bake: int) -> None:
    story = watched(("errors", "unknown"))
    alarm(story, "errors", START - 1, Period=period, EvaluationPeriods=count)
    story.update(START, forceNewDeployment=True)
    story.until(START + 1000)
    assert completed(story)[-1] == REACHED + bake


@pytest.mark.parametrize(
    "configuration",
    [
        {"alarms": {"alarmNames": [], "enable": True, "rollback": True}},
        {"alarms": {"alarmNames": [f"a{n}" for n in range(11)], "enable": True, "rollback": True}},
        {"bakeTimeInMinutes": -1},
        {"bakeTimeInMinutes": 1441},
    ],
)
def test_what_makes_no_sense_is_refused(configuration: dict[str, Any]) -> None:
    story = watched()
    before = story.simulation.digest()
    update = {"cluster": "game", "service": "web", "deploymentConfiguration": configuration}
    assert isinstance(story.attempt("ecs:UpdateService", START - 1, **update), Rejection)
    assert story.simulation.digest() == before


def early(cleanup: str) -> Story:
    """An update of two tasks whose early success waits for both of them and then for a minute of bake time."""
    criteria = {"enable": True, "healthyPercent": 100, "sourceServiceRevisionCleanup": cleanup}
    story = watched(earlySuccessCriteria=criteria)
    story.update(START, forceNewDeployment=True)
    return story


HEALTHY, BAKED = START + 75, START + 135
"""When both new tasks of `early` count as healthy, and when they have been watched for a minute."""


@rule("SS:D-34", "SS:D-38")
@pytest.mark.parametrize(("cleanup", "done"), [("BLOCKING", BAKED + 12), ("DEFERRED", BAKED)])
def test_early_success_bakes_before_the_old_tasks_go(cleanup: str, done: float) -> None:
    story = early(cleanup)
    assert story.until(HEALTHY).running() == 4
    explained = story.explain(BAKED - 0.001)
    assert (story.running(), explained["stuck"]) == (4, None)
    assert not any("unable to stop or start" in message for _, message in story.messages())
    story.until(BAKED)
    told = [message for at, message in story.messages() if at == BAKED]
    assert any("has stopped 2 running tasks" in message for message in told)
    story.until(START + 1000)
    assert (story.total(), completed(story)[-1]) == (2, done)


@rule("SS:D-38")
def test_an_alarm_in_the_bake_of_early_success_finds_the_old_tasks_running() -> None:
    story = early("BLOCKING")
    before = [t.arn for t in story.simulation.world.tasks_of(story.service().arn)][:2]
    set_state(story, BAKED - 10, "ALARM")
    story.until(START + 1000)
    assert record(story)["status"] == "ROLLBACK_SUCCESSFUL"
    assert [t.arn for t in story.simulation.world.tasks_of(story.service().arn)] == before


@rule("SS:D-38")
def test_a_step_in_the_bake_says_why_old_tasks_stay() -> None:
    criteria = {"enable": True, "healthyPercent": 50, "sourceServiceRevisionCleanup": "BLOCKING"}
    story = watched(earlySuccessCriteria=criteria, minimumHealthyPercent=50, maximumPercent=150)
    story.update(START, forceNewDeployment=True)
    story.until(HEALTHY)
    newest = list(story.simulation.world.tasks_of(story.service().arn))[-1]
    story.call("lab:ExitContainer", HEALTHY + 1, task=newest.id)
    step = story.explain(BAKED - 1)["steps"][-1]
    assert (
        step["sentence"] == "1 may start (ceiling 3, total 2); 1 old stays until the bake time of the alarms is over."
    )

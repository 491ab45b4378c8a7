"""The service scheduler: replacing, waiting, saying so (SS sections S and D) beside the worked examples."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Outcome, Rejection
from ecslab.sim.state.task import Task
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, Story

CHECK = {"command": ["CMD", "true"], "interval": 10, "retries": 2}


def checked(story: Story, at: float = 0, image: str = "web") -> None:
    """Register a Fargate revision whose container has a health check: UNHEALTHY 20 s after a failing start."""
    container = {"name": "web", "image": image, "healthCheck": CHECK}
    story.call("ecs:RegisterTaskDefinition", at, **{**FARGATE_WEB, "containerDefinitions": [container]})


def fargate(image: dict[str, Any] | None = None) -> Story:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    checked(story)
    if image is not None:
        story.call("lab:PutImage", image="web", **image)
    return story


def percents(minimum: int, maximum: int) -> dict[str, Any]:
    return {"deploymentConfiguration": {"minimumHealthyPercent": minimum, "maximumPercent": maximum}}


def in_subnet(subnet: str, kind: str) -> dict[str, Any]:
    public = {"assignPublicIp": "ENABLED"} if kind == "FARGATE" else {}
    return {"awsvpcConfiguration": {"subnets": [subnet], **public}}


def tasks(story: Story) -> list[Task]:
    return [t for t in story.simulation.world.tasks.values() if t.service_arn == story.service().arn]


def starts(story: Story) -> list[float]:
    return [at for at, message in story.messages() if "has started" in message]


def stops(story: Story) -> list[float]:
    return [at for at, message in story.messages() if "has stopped" in message]


def steady(story: Story) -> list[float]:
    return [at for at, message in story.messages() if "steady state" in message]


@rule("SS:S-21")
def test_an_unhealthy_task_goes_when_its_replacement_is_healthy() -> None:
    """SS:S-21, with the ceiling filled by the replacement: RUNNING 35, HEALTHY 45, UNHEALTHY 115, replaced 160."""
    story = fargate({"healthy": {"until": "61s"}})
    story.create(1)
    story.until(100)
    story.call("lab:PutImage", 100, image="web")
    story.until(115)
    assert starts(story) == [0, 115]
    assert stops(story) == []
    story.until(160)
    assert stops(story) == [160]
    assert tasks(story)[0].stopped_reason == "Task failed container health checks"
    assert story.until(600).running() == 1


@rule("SS:S-21")
def test_an_unhealthy_replacement_is_one_too_many() -> None:
    """SS:S-21: one of the two is stopped to get back to the desired count, then the next is tried."""
    story = fargate({"healthy": False})
    story.create(1)
    story.until(110)
    assert starts(story) == [0, 55]
    assert stops(story) == [110]
    assert story.until(122).total() == 2
    assert starts(story) == [0, 55, 122]


@rule("SS:S-22")
def test_without_room_the_oldest_unhealthy_goes_first_one_at_a_time() -> None:
    """SS:S-22: at 115 all three are UNHEALTHY; each stops only when the replacement of the one before is RUNNING."""
    story = fargate({"healthy": {"until": "61s"}})
    story.create(3, **percents(0, 100))
    story.until(100)
    story.call("lab:PutImage", 100, image="web")
    story.until(300)
    assert stops(story) == [115, 162, 209]
    assert starts(story) == [0, 127, 174, 221]
    stopped = [t for t in tasks(story) if t.desired_status == "STOPPED"]
    assert [t.serial for t in sorted(stopped, key=lambda t: t.stopping_at_ms or 0)] == [1, 2, 3]


@rule("SS:S-25", "SS:S-26")
@pytest.mark.parametrize(("grace", "started"), [(0, 55), (40, 75), (19, 55), (300, 335)])
def test_a_failing_check_acts_when_the_grace_period_ends(grace: int, started: int) -> None:
    """SS:S-25, SS:S-26: UNHEALTHY at 55, RUNNING since 35."""
    story = fargate({"healthy": False})
    story.create(1, healthCheckGracePeriodSeconds=grace)
    story.until(started)
    assert starts(story) == [0, started]


@rule("SS:S-26")
def test_a_shorter_grace_period_acts_at_its_end() -> None:
    """SS:S-26, after UpdateService."""
    story = fargate({"healthy": False})
    story.create(1, healthCheckGracePeriodSeconds=1000)
    story.update(60, healthCheckGracePeriodSeconds=100)
    story.until(200)
    assert starts(story)[:2] == [0, 135]


def broken_update(story: Story, at: float, **members: Any) -> None:
    checked(story, image="broken")
    story.call("lab:PutImage", 0, image="broken", missing=True)
    story.update(at, taskDefinition="web:2", **members)


@rule("SS:D-7b", "SS:S-24")
def test_a_lost_task_of_the_old_revision_is_started_again_while_the_new_one_fails() -> None:
    """SS:S-24, SS:D-7b: the wait after failed starts runs, and the floor would be missed."""
    story = fargate()
    story.create(2)
    broken_update(story, 300)
    story.until(500)
    old = [t for t in tasks(story) if t.last_status == "RUNNING"]
    assert len(old) == 2
    story.call("ecs:StopTask", 500, cluster="game", task=old[0].id)
    story.until(512)
    restarted = tasks(story)[-1]
    assert (restarted.created_at_ms, restarted.deployment_id) == (512_000, old[1].deployment_id)
    assert story.until(547).running() == 2
    told = story.explain(547)
    assert told["steps"][-1] | {"started": [], "stopped": []} == {
        "at": 512,
        "starts": 1,
        "stops": 0,
        "total": 1,
        "healthy": 1,
        "limit": "health",
        "started": [],
        "stopped": [],
        "sentence": "None may start until the wait after failed starts is over (2 missing); 1 of the revision before "
        "may start to keep the floor 2; none may stop (healthy 1, floor 2).",
        "rule": "SS:D-7b",
        "mark": "C",
    }


@rule("PN:N-35", "SS:D-7b")
@pytest.mark.parametrize("kind", ["FARGATE", "EC2"])
def test_an_old_revision_is_started_again_in_its_own_subnets(kind: str) -> None:
    """SS:D-7b, PN:N-35: the update moved the service to another zone; the deployment before it did not move."""
    story = Story().on_instances(3)
    first, second, _ = story.simulation.world.subnets
    definition = {**FARGATE_WEB, "requiresCompatibilities": [kind]}
    story.call("ecs:RegisterTaskDefinition", **definition)
    broken = {"name": "web", "image": "broken"}
    story.call("ecs:RegisterTaskDefinition", **{**definition, "containerDefinitions": [broken]})
    story.call("lab:PutImage", image="broken", missing=True)
    story.create(2, taskDefinition="web:2", launchType=kind, networkConfiguration=in_subnet(first, kind))
    story.update(300, taskDefinition="web:3", networkConfiguration=in_subnet(second, kind))
    story.until(500)
    old = next(t for t in tasks(story) if t.last_status == "RUNNING")
    story.call("ecs:StopTask", 500, cluster="game", task=old.id)
    story.until(600)
    restarted = [t for t in tasks(story) if t.deployment_id == old.deployment_id and t.created_at_ms > 500_000]
    assert [t.subnet_id for t in restarted] == [first]
    assert {t.subnet_id for t in tasks(story) if t.deployment_id != old.deployment_id} == {second}


@rule("SS:D-7b")
def test_an_old_revision_is_not_scaled_out() -> None:
    """SS:D-7b restarts what was lost; a larger desired count is for the new revision alone."""
    story = fargate()
    story.create(2)
    broken_update(story, 300, desiredCount=5)
    story.until(1000)
    assert sum(1 for t in tasks(story) if t.deployment_id == story.service().deployments[1].id) == 2


@rule("SS:D-2", "SS:D-7b")
def test_no_restart_above_the_ceiling() -> None:
    """SS:D-2, SS:D-7b: two unhealthy tasks that are slow to stop hold the two places until they are STOPPED."""
    story = fargate({"handlesSigterm": False, "healthy": {"until": "400s"}})
    story.create(2, **percents(100, 100))
    broken_update(story, 300)
    story.until(484.999)
    assert stops(story) == [445]
    assert starts(story) == [0]
    assert story.until(485).total() == 2
    assert starts(story) == [0, 485]


@rule("SS:D-1", "SS:S-9")
def test_scale_in_during_a_deployment_keeps_the_floor() -> None:
    """SS:D-1, SS:S-9: at 430 two old and two new are healthy and two new only RUNNING; these two go."""
    story = Story().on_fargate()
    story.create(4, **percents(100, 150))
    story.update(300, forceNewDeployment=True)
    story.update(430, desiredCount=2)
    story.until(430)
    left = [t for t in tasks(story) if t.is_running]
    assert [t.counts_as_healthy for t in left] == [True, True]
    assert {t.deployment_id for t in left} == {story.service().primary.id}


@rule("PN:P-50")
def test_unplaced_tasks_are_forgotten_when_no_longer_wanted() -> None:
    """PN:P-50: the count is of what is missing now."""
    story = Story().on_instances(1)
    story.create(20)
    story.until(60)
    assert story.service().unplaced_count == 20 - story.total()
    assert story.explain(60)["stuck"] == {
        "since": 0,
        "reason": "placement",
        "sentence": f"No container instance has a place for {20 - story.total()} tasks; add capacity, or "
        "see what keeps its next task from each instance (ExplainPlacement).",
        "rule": "PN:P-50",
        "mark": "D",
    }
    story.update(61, desiredCount=2)
    story.until(61)
    assert (story.service().unplaced_count, story.explain(61)["stuck"]) == (0, None)


@rule("SS:S-32", "SS:S-35", "SS:S-40")
def test_lack_of_room_is_tried_again_and_named() -> None:
    """SS:S-35, SS:S-32, SS:S-40: tries at 0, 30, 60 and 360; the third failure says so; the placement message once."""
    story = Story().on_instances(1, memoryMiB=300)
    story.create(1)
    story.until(359)
    assert story.service().primary.throttle.failures == 3
    story.until(360)
    assert story.service().primary.throttle.failures == 4
    assert story.service().primary.failed_tasks == 4
    impaired = [at for at, m in story.messages() if "unable to consistently start tasks successfully" in m]
    assert impaired == [60]
    assert [at for at, m in story.messages() if "was unable to place a task" in m] == [0]
    story.until(30_000)
    told = [at for at, m in story.messages() if "was unable to place a task" in m]
    assert len(told) == 2
    assert told[1] >= 6 * 3600


@rule("SS:D-15")
def test_failed_tasks_count_until_one_runs_well() -> None:
    """SS:D-15: failed pulls and failed health checks; a healthy task sets it to 0 for good."""
    story = fargate({"missing": True})
    story.create(2)
    story.until(31)
    assert story.service().primary.failed_tasks == 2
    story.call("lab:PutImage", 31, image="web", healthy=False)
    story.until(175)
    assert story.service().primary.failed_tasks == 4
    story.call("lab:PutImage", 175, image="web", healthy={"until": "200s"})
    story.until(300)
    assert story.service().primary.failed_tasks == 0
    story.call("lab:PutImage", 300, image="web", missing=True)
    story.call("ecs:StopTask", 300, cluster="game", task=next(t.id for t in tasks(story) if t.is_running))
    story.until(600)
    assert story.service().primary.failed_tasks == 0


@rule("SS:S-34")
def test_an_attempt_with_a_running_task_has_not_failed() -> None:
    """SS:S-34: the image is on the first machine alone, so one task of two runs; the other's failure has no wait."""
    story = Story().on_instances(1)
    story.call("ecs:RunTask", cluster="game", taskDefinition="web")
    story.until(20)
    story.call("lab:PutImage", 20, image="web", missing=True)
    story.call("lab:AddContainerInstances", 20, cluster="game", instanceType="t3.medium")
    story.create(2, 30)
    story.until(42)
    assert story.running() == 1
    assert story.service().primary.throttle.failures == 0
    assert starts(story) == [30, 42]


@rule("SS:S-33")
def test_failures_of_an_old_revision_do_not_slow_the_new_one() -> None:
    """SS:S-33: the wait belongs to a deployment."""
    story = fargate({"missing": True})
    story.create(1)
    story.until(160)
    assert story.service().primary.throttle.failures == 3
    checked(story, 160, image="fine")
    story.update(160, taskDefinition="web:2")
    story.until(160)
    assert starts(story) == [0, 60, 120, 160]


@rule("SS:S-40", "PN:E-22")
def test_steady_state_is_told_again_every_six_hours() -> None:
    """SS:S-40: and not because somebody asked for what is there already."""
    story = Story().on_fargate()
    story.create(1)
    story.update(100, desiredCount=1)
    story.until(50_000)
    assert steady(story) == [75, 75 + 21_600, 75 + 43_200]


@rule("SS:S-45")
def test_steady_state_waits_for_health_checks() -> None:
    """SS:S-45: a task with a check is HEALTHY first."""
    story = fargate()
    story.create(1)
    story.update(200, desiredCount=2)
    story.until(300)
    assert steady(story) == [45, 245]


@rule("SS:D-5", "SS:S-40")
def test_stuck_is_told_again_every_six_hours() -> None:
    """SS:D-5, SS:S-40."""
    story = Story().on_fargate()
    story.create(1, **percents(100, 100))
    story.update(1000, forceNewDeployment=True)
    story.until(30_000)
    told = [at for at, m in story.messages() if "was unable to stop or start tasks during a deployment" in m]
    assert told == [1000, 22_600]
    assert story.explain(30_000)["stuck"]["since"] == 1000


@rule("SS:D-12")
def test_a_deployment_without_tasks_is_no_longer_listed() -> None:
    """SS:D-12: the middle revision's pending tasks are stopped and gone long before the newest is complete."""
    story = Story().on_fargate()
    story.create(2)
    for at in (300, 305):
        story.update(at, forceNewDeployment=True)
    story.until(306)
    assert [d.status for d in story.service().deployments] == ["PRIMARY", "ACTIVE", "ACTIVE"]
    assert "stopped 2 pending tasks." in story.messages()[-1][1]
    story.until(315)
    assert [d.status for d in story.service().deployments] == ["PRIMARY", "ACTIVE"]


@rule("SS:S-5", "SS:S-41")
def test_a_deleted_service_stops_its_tasks_by_the_scheduler() -> None:
    """SS:S-5, SS:S-41: said like every other stop, ended when the last task is STOPPED."""
    story = Story().on_fargate()
    story.create(2)
    story.until(100)
    gone = story.call("ecs:DeleteService", 100, cluster="game", service="web", force=True)
    assert (gone["service"]["status"], gone["service"]["desiredCount"]) == ("DRAINING", 0)
    story.until(100)
    assert story.messages()[-1][1].startswith("(service web) has stopped 2 running tasks: ")
    assert story.until(111.999).service().status == "DRAINING"
    assert story.until(112).service().status == "INACTIVE"


@rule("SS:S-25", "IC:X-44", "IC:X-47", "IC:X-59")
def test_updates_that_are_refused() -> None:
    """IC:X-47, IC:X-44, SS:S-25."""
    story = Story().on_fargate()
    story.create(0)
    refusal = story.attempt("ecs:UpdateService", 1, cluster="game", service="web", healthCheckGracePeriodSeconds=-1)
    assert isinstance(refusal, Rejection)
    assert refusal.message == "healthCheckGracePeriodSeconds is -1; it needs 0 to 2147483647 seconds."
    story.call("ecs:DeleteService", 2, cluster="game", service="web")
    story.until(3)
    for name, code in (("web", "ServiceNotActiveException"), ("other", "ServiceNotFoundException")):
        refusal = story.attempt("ecs:UpdateService", 4, cluster="game", service=name, desiredCount=1)
        assert isinstance(refusal, Rejection)
        assert refusal.code == code


def test_an_update_names_what_it_does_not_simulate() -> None:
    """Core law 10, in UpdateService as in CreateService."""
    story = Story().on_fargate()
    story.create(1)
    configuration: dict[str, Any] = {"linearConfiguration": {"stepPercent": 10.0}}
    outcome = story.attempt(
        "ecs:UpdateService", 1, cluster="game", service="web", deploymentConfiguration=configuration
    )
    assert isinstance(outcome, Outcome)
    assert outcome.not_simulated == ("deploymentConfiguration.linearConfiguration",)


@rule("SS:D-6", "SS:W-28")
def test_a_sidecar_changes_nothing() -> None:
    """SS:W-28, SS:D-6: only a container that is not essential has a check, so 40 s of RUNNING count."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    story.call("lab:PutImage", image="sick", healthy=False)
    sidecar = {"name": "side", "image": "sick", "essential": False, "healthCheck": CHECK}
    body = {**FARGATE_WEB, "containerDefinitions": [{"name": "web", "image": "web"}, sidecar]}
    story.call("ecs:RegisterTaskDefinition", **body)
    story.create(1)
    story.until(1000)
    assert starts(story) == [0]
    assert story.service().primary.finished_at_ms == 75_000

"""Containers that start, wait, run out of memory, start again and stop on their own (SS sections T-12 to T-22)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.command import Command
from ecslab.sim.simulation import Rejection
from ecslab.sim.state.task import Task
from ecslab.sim.timeline import Timeline
from ecslab.sim.world import Start
from tests.rules import rule
from tests.sim.stories import Story

CHECK = {"command": ["CMD", "true"], "interval": 10, "retries": 2}
AT_ONCE = {"pullSeconds": 0, "startSeconds": 0}


def started(story: Story, *containers: dict[str, Any], images: dict[str, dict[str, Any]] | None = None) -> Task:
    """A bridge task whose containers c0, c1, ... may start at second 2, images there at once."""
    made = [{"name": f"c{n}", "image": f"i{n}", "memory": 64, **c} for n, c in enumerate(containers)]
    for container in made:
        behaviour = (images or {}).get(container["image"], {})
        story.call("lab:PutImage", image=container["image"], **{**AT_ONCE, **behaviour})
    story.call("ecs:RegisterTaskDefinition", family="job", containerDefinitions=made)
    answer = story.call("ecs:RunTask", cluster="game", taskDefinition="job")
    return story.simulation.world.tasks[str(answer["tasks"][0]["taskArn"])]


def states(task: Task) -> list[str]:
    """The containers' lastStatus."""
    return [c.last_status for c in task.containers]


def needs(name: str, condition: str) -> list[dict[str, str]]:
    """One entry of dependsOn."""
    return [{"containerName": name, "condition": condition}]


@rule("PN:T-40", "PN:T-41")
@pytest.mark.parametrize(
    ("condition", "first", "image", "at"),
    [
        pytest.param("START", {}, {"startSeconds": 7}, 9, id="START"),
        pytest.param("START", {"essential": False}, {"exitAfter": 0}, 2, id="stopped again is started"),
        pytest.param("COMPLETE", {"essential": False}, {"exitAfter": 5, "exitCode": 1}, 7, id="COMPLETE, any code"),
        pytest.param("SUCCESS", {"essential": False}, {"exitAfter": 5}, 7, id="SUCCESS"),
        pytest.param("HEALTHY", {"healthCheck": CHECK}, {"healthy": {"after": "15s"}}, 22, id="HEALTHY"),
    ],
)
def test_a_container_waits_for_its_condition(
    condition: str, first: dict[str, Any], image: dict[str, Any], at: int
) -> None:
    story = Story().on_instances(1)
    task = started(story, first, {"dependsOn": needs("c0", condition)}, images={"i0": image})
    story.until(at - 0.001)
    assert task.containers[1].last_status == "PENDING"
    story.until(at)
    assert (task.containers[1].last_status, task.last_status) == ("RUNNING", "RUNNING")


@rule("PN:T-40", "PN:T-48")
def test_all_dependencies_must_be_met_and_the_pull_waits_too() -> None:
    story = Story().on_instances(1)
    both = [*needs("c0", "SUCCESS"), *needs("c1", "START")]
    images = {"i0": {"exitAfter": 10}, "i1": {"startSeconds": 20}, "i2": {"pullSeconds": 4, "startSeconds": 1}}
    task = started(story, {"essential": False}, {}, {"dependsOn": both}, images=images)
    story.until(26.999)
    assert states(task) == ["STOPPED", "RUNNING", "PENDING"]
    story.until(27)
    assert (states(task)[2], task.last_status, task.started_at_ms) == ("RUNNING", "RUNNING", 27000)
    assert (task.pull_started_at_ms, task.pull_stopped_at_ms) == (2000, 26000)


@rule("PN:T-46")
def test_a_waiter_that_is_not_essential_is_given_up_alone() -> None:
    """And who waits for it to be COMPLETE goes on."""
    story = Story().on_instances(1)
    task = started(
        story,
        {"essential": False},
        {"essential": False, "dependsOn": needs("c0", "SUCCESS")},
        {"dependsOn": needs("c1", "COMPLETE")},
        images={"i0": {"exitAfter": 5, "exitCode": 9}},
    )
    story.until(7)
    assert task.last_status == "RUNNING"
    assert [(c.last_status, c.exit_code) for c in task.containers] == [
        ("STOPPED", 9),
        ("STOPPED", 143),
        ("RUNNING", None),
    ]
    assert "[c0] for target [c1] as dependency did not exit successfully" in str(task.containers[1].reason)


@rule("PN:T-47", "SS:T-18")
@pytest.mark.parametrize(("essential", "code"), [(True, "EssentialContainerExited"), (False, "TaskFailedToStart")])
def test_a_start_timeout_ends_the_task(essential: bool, code: str) -> None:
    story = Story().on_instances(1)
    waiter = {"essential": essential, "dependsOn": needs("c0", "HEALTHY")}
    images = {"i0": {"healthy": {"after": "60s"}, "startSeconds": 3}}
    task = started(story, {"startTimeout": 15, "healthCheck": CHECK}, waiter, images=images)
    story.until(19.999)
    assert task.last_status == "ACTIVATING"
    story.until(20)
    assert (task.last_status, task.stop_code, task.containers[1].exit_code) == ("STOPPING", code, 143)
    assert "exceeded timeout" in str(task.containers[1].reason)
    story.until(22)
    assert (task.last_status, task.started_at_ms, task.containers[0].exit_code) == ("STOPPED", None, 0)


@rule("PN:T-47")
@pytest.mark.parametrize(
    ("condition", "first", "image"),
    [
        pytest.param("START", {}, {}, id="does not apply to START"),
        pytest.param("HEALTHY", {"healthCheck": CHECK}, {}, id="met in time"),
    ],
)
def test_a_start_timeout_that_changes_nothing(condition: str, first: dict[str, Any], image: dict[str, Any]) -> None:
    story = Story().on_instances(1)
    slow = {"i0": image, "i1": {"pullSeconds": 40}}
    task = started(story, {"startTimeout": 15, **first}, {"dependsOn": needs("c0", condition)}, images=slow)
    story.until(100)
    assert task.last_status == "RUNNING"


@rule("PN:T-47")
def test_without_start_timeout_a_container_waits_for_ever() -> None:
    story = Story().on_instances(1)
    first = {"healthCheck": CHECK}
    task = started(story, first, {"dependsOn": needs("c0", "HEALTHY")}, images={"i0": {"healthy": False}})
    story.until(3600)
    assert (task.last_status, task.health_status) == ("ACTIVATING", "UNHEALTHY")


@rule("PN:T-31", "SS:T-16")
def test_an_essential_exit_before_running_is_a_failed_start() -> None:
    story = Story().on_instances(1)
    made = [
        {"name": "web", "image": "web", "memory": 64},
        {"name": "late", "image": "late", "memory": 64},
    ]
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=made)
    story.call("lab:PutImage", image="web", exitAfter="1s", exitCode=1)
    story.call("lab:PutImage", image="late", startSeconds=30)
    story.create(1)
    story.until(14)
    task = next(iter(story.simulation.world.tasks.values()))
    assert (task.last_status, task.stop_code, task.started_at_ms) == ("STOPPED", "EssentialContainerExited", None)
    assert [c.exit_code for c in task.containers] == [1, None]
    assert story.service().primary.failed_tasks == 1


@rule("PN:T-14", "SS:T-31", "SS:T-34")
def test_a_container_over_its_hard_limit_is_killed() -> None:
    story = Story().on_instances(1)
    task = started(story, {}, {"essential": False}, images={"i0": {"memoryMiB": 65}})
    story.until(2)
    assert task.containers[0].exit_code == 137
    assert task.containers[0].reason == "OutOfMemoryError: Container killed due to memory usage"
    assert (task.stop_code, task.started_at_ms) == ("EssentialContainerExited", 2000)


@rule("PN:T-14")
@pytest.mark.parametrize(
    ("container", "use", "killed"),
    [
        pytest.param({"memory": 64}, 64, False, id="at the limit"),
        pytest.param({"memory": None, "memoryReservation": 32}, 3000, False, id="no hard limit: it may burst"),
        pytest.param({"memory": 512, "memoryReservation": 32}, 512, False, id="over the soft limit"),
        pytest.param({"memory": 512, "memoryReservation": 32}, 513, True, id="over the hard limit"),
    ],
)
def test_only_the_hard_limit_kills(container: dict[str, Any], use: int, killed: bool) -> None:
    story = Story().on_instances(1)
    given = {name: value for name, value in {"name": "c", "image": "i", "memory": 64, **container}.items() if value}
    story.call("lab:PutImage", image="i", memoryMiB=use)
    story.call("ecs:RegisterTaskDefinition", family="job", containerDefinitions=[given])
    story.call("ecs:RunTask", cluster="game", taskDefinition="job")
    story.until(60)
    task = next(iter(story.simulation.world.tasks.values()))
    assert (task.last_status == "STOPPED") == killed


@rule("PN:T-14")
def test_the_memory_of_the_task_is_a_limit_too() -> None:
    """Two containers without limits of their own: the one whose start goes over it is killed."""
    story = Story().on_instances(1)
    made = [
        {"name": "a", "image": "i"},
        {"name": "b", "image": "i", "essential": False},
    ]
    story.call("lab:PutImage", image="i", memoryMiB=300)
    story.call("ecs:RegisterTaskDefinition", family="job", memory="512", containerDefinitions=made)
    story.call("ecs:RunTask", cluster="game", taskDefinition="job")
    story.until(60)
    task = next(iter(story.simulation.world.tasks.values()))
    assert (task.last_status, [c.exit_code for c in task.containers]) == ("RUNNING", [None, 137])


@rule("SS:T-17")
def test_a_container_killed_for_memory_may_be_restarted_and_health_begins_anew() -> None:
    story = Story().on_instances(1)
    policy = {"enabled": True, "restartAttemptPeriod": 60}
    task = started(story, {"restartPolicy": policy, "healthCheck": CHECK}, images={"i0": {"exitAfter": 65}})
    story.until(66)
    assert task.health_status == "HEALTHY"
    story.call("lab:PutImage", 66, image="i0", exitAfter=30, healthy=False)
    story.until(67)
    container = task.containers[0]
    assert (container.restart_count, container.started_at_ms, task.health_status) == (1, 67000, "UNKNOWN")
    assert (task.last_status, container.last_status) == ("RUNNING", "RUNNING")
    story.until(87)
    assert task.health_status == "UNHEALTHY"
    story.until(97)
    assert (task.last_status, task.stop_code) == ("STOPPED", "EssentialContainerExited")


@rule("SS:T-17")
def test_a_clock_of_an_earlier_start_is_nobodys() -> None:
    """A container ended by hand and started again does not end when the first would have."""
    story = Story().on_instances(1)
    task = started(
        story, {"restartPolicy": {"enabled": True, "restartAttemptPeriod": 60}}, images={"i0": {"exitAfter": 90}}
    )
    story.call("lab:ExitContainer", 70, task=task.id, exitCode=1)
    story.until(159.999)
    assert (task.last_status, task.containers[0].restart_count) == ("RUNNING", 1)
    story.until(160)
    assert task.containers[0].restart_count == 2


@rule("SS:T-17")
def test_a_container_told_to_stop_is_not_restarted() -> None:
    story = Story().on_instances(1)
    task = started(story, {"restartPolicy": {"enabled": True, "restartAttemptPeriod": 60}})
    story.call("ecs:StopTask", 600, cluster="game", task=task.id)
    story.until(602)
    assert (task.last_status, task.containers[0].restart_count) == ("STOPPED", 0)


@rule("PN:T-49", "SS:T-15", "PN:T-50")
def test_a_chain_stops_from_its_end_and_the_times_add_up() -> None:
    story = Story().on_instances(1)
    deaf = {"handlesSigterm": False}
    task = started(
        story,
        {"stopTimeout": 5},
        {"stopTimeout": 7, "dependsOn": needs("c0", "START")},
        {"stopTimeout": 3, "dependsOn": needs("c1", "START")},
        {"stopTimeout": 4},
        images={f"i{n}": deaf for n in range(4)},
    )
    story.call("ecs:StopTask", 100, cluster="game", task=task.id)
    seen = []
    for at in (102.999, 103, 104, 110, 114.999, 115):
        story.until(at)
        seen.append("".join(state[0] for state in states(task)))
    assert seen == ["RRRR", "RRSR", "RRSS", "RSSS", "RSSS", "SSSS"]
    assert task.last_status == "STOPPED"


@rule("SS:T-15")
def test_an_essential_exit_keeps_the_order_of_stopping() -> None:
    story = Story().on_instances(1)
    task = started(story, {}, {"dependsOn": needs("c0", "START")}, {})
    story.call("lab:ExitContainer", 100, task=task.id, container="c2", exitCode=5)
    story.until(103.999)
    assert states(task) == ["RUNNING", "STOPPED", "STOPPED"]
    story.until(104)
    assert (task.last_status, [c.exit_code for c in task.containers]) == ("STOPPED", [0, 0, 5])


@rule("PN:T-31", "SS:T-16")
def test_an_image_that_only_a_sidecar_lacks_leaves_the_task_alone() -> None:
    story = Story().on_instances(1)
    task = started(story, {}, {"essential": False}, images={"i1": {"missing": True}})
    story.until(60)
    assert (task.last_status, task.containers[1].last_status) == ("RUNNING", "STOPPED")
    assert task.containers[1].reason == "CannotPullContainerError: i1: not found"


@rule("SS:T-31", "SS:T-33")
def test_a_later_container_that_cannot_be_pulled_ends_the_task() -> None:
    """What runs already is stopped in order; only the container concerned has the reason."""
    story = Story().on_instances(1)
    task = started(story, {}, {"dependsOn": needs("c0", "START")}, images={"i1": {"missing": True}})
    story.until(4)
    assert (task.last_status, task.stop_code) == ("STOPPED", "TaskFailedToStart")
    assert [c.reason for c in task.containers] == [None, "CannotPullContainerError: i1: not found"]
    assert task.stopped_reason == "CannotPullContainerError: i1: not found"


@rule("SS:T-14", "PN:T-50")
@pytest.mark.parametrize(
    ("agent", "container", "after"),
    [
        pytest.param({}, {}, 30, id="default"),
        pytest.param({"ECS_CONTAINER_STOP_TIMEOUT": "1m30s"}, {}, 90, id="of the agent"),
        pytest.param({"ECS_CONTAINER_STOP_TIMEOUT": "10m"}, {}, 600, id="no cap on EC2"),
        pytest.param({"ECS_CONTAINER_STOP_TIMEOUT": "10m"}, {"stopTimeout": 8}, 8, id="of the container first"),
    ],
)
def test_the_stop_timeout_of_an_agent(agent: dict[str, str], container: dict[str, Any], after: int) -> None:
    story = Story().on_instances(1, agent=agent)
    task = started(story, container, images={"i0": {"handlesSigterm": False}})
    story.call("ecs:StopTask", 100, cluster="game", task=task.id)
    story.until(100 + after - 0.001)
    assert task.last_status == "STOPPING"
    story.until(100 + after)
    assert (task.last_status, task.containers[0].exit_code) == ("STOPPED", 137)


@rule("SS:T-18", "SS:T-33")
def test_the_start_timeout_of_an_agent() -> None:
    story = Story().on_instances(1, agent={"ECS_CONTAINER_START_TIMEOUT": "45s"})
    task = started(story, {}, images={"i0": {"startSeconds": 46}})
    story.until(46.999)
    assert task.last_status == "ACTIVATING"
    story.until(47)
    assert task.stopped_reason == (
        "ContainerRuntimeTimeoutError: Could not transition to started; timed out after waiting 45s"
    )
    slow = Story().on_instances(1)
    task = started(slow, {}, images={"i0": {"startSeconds": 181}})
    slow.until(182)
    assert str(task.stopped_reason).endswith("timed out after waiting 3m0s")


@rule("PN:T-50")
@pytest.mark.parametrize("text", ["", "0s", "soon", "30", "999ms"])
def test_a_duration_that_the_agent_cannot_read(text: str) -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    refused = story.attempt(
        "lab:AddContainerInstances",
        cluster="game",
        instanceType="t3.medium",
        agent={"ECS_CONTAINER_STOP_TIMEOUT": text},
    )
    assert isinstance(refused, Rejection)
    assert "ECS_CONTAINER_STOP_TIMEOUT" in refused.message


@rule("SS:W-29", "SS:T-21")
def test_a_check_that_hangs_is_killed_at_its_timeout() -> None:
    """The next probe begins one interval after the last has ended: 35, 70 and 105 seconds after the start."""
    story = Story().on_instances(1)
    task = started(story, {"healthCheck": {"command": ["CMD", "true"]}}, images={"i0": {"healthCheckSeconds": 60}})
    story.until(106.999)
    assert task.health_status == "UNKNOWN"
    story.until(107)
    assert task.health_status == "UNHEALTHY"


@rule("SS:T-21")
def test_a_slow_check_says_its_word_when_it_ends() -> None:
    story = Story().on_instances(1)
    task = started(story, {"healthCheck": CHECK}, images={"i0": {"healthCheckSeconds": 4}})
    story.until(15.999)
    assert task.health_status == "UNKNOWN"
    story.until(16)
    assert task.health_status == "HEALTHY"


@rule("SS:T-22")
def test_a_verdict_from_before_running_counts_from_running_on() -> None:
    """The first container was HEALTHY before the second had started."""
    story = Story().on_instances(1)
    late = {"i1": {"pullSeconds": 50}}
    task = started(story, {"healthCheck": CHECK}, {"essential": False}, images=late)
    story.until(51.999)
    assert (task.health_status, task.counts_as_healthy) == ("HEALTHY", False)
    story.until(52)
    assert (task.last_status, task.counts_as_healthy) == ("RUNNING", True)


def told(name: str, at: int, **parameters: Any) -> Command:
    """A call of a log."""
    service, operation = name.split(":")
    return Command(at * 1000, service, operation, parameters)


@rule("SS:T-30", "SS:T-31")
def test_every_stop_has_a_decision_that_can_be_explained() -> None:
    """By exit, by user, by a failed start, with the machine and by the scheduler: each entry names its decision."""
    made = [{"name": "web", "image": "web", "memory": 64}]
    bad = [{"name": "web", "image": "bad", "memory": 64}]
    log = [
        told("ecs:CreateCluster", 0, clusterName="game"),
        told("lab:AddContainerInstances", 0, cluster="game", instanceType="t3.medium"),
        told("lab:PutImage", 0, image="bad", missing=True),
        told("ecs:RegisterTaskDefinition", 0, family="web", containerDefinitions=made),
        told("ecs:RegisterTaskDefinition", 0, family="bad", containerDefinitions=bad),
        told("ecs:RunTask", 0, cluster="game", taskDefinition="web", count=2),
        told("ecs:RunTask", 0, cluster="game", taskDefinition="bad"),
        told("ecs:CreateService", 0, cluster="game", serviceName="s", taskDefinition="web", desiredCount=2),
        told("lab:ExitContainer", 60, task="0000000000000001", exitCode=3),
        told("ecs:StopTask", 60, cluster="game", task="0000000000000002", reason="enough"),
        told("ecs:UpdateService", 60, cluster="game", service="s", desiredCount=1),
        told("lab:FailInstance", 70, instance="i-0000000000000001"),
    ]
    timeline = Timeline(Start(), log)
    world = timeline.at(140_000).world
    found = {}
    for task in world.tasks.values():
        assert task.placement_decision is not None
        if task.stop_decision:
            explained = timeline.read(140_000, "lab", "ExplainPlacement", {"task": task.arn, "which": "stop"})
            assert (explained["kind"], explained["task"]) == ("stop", task.arn)
            verdicts = explained["candidates"][0]["verdicts"]
            found[task.stop_code] = verdicts[0]["check"] if verdicts else None
    assert found == {
        "EssentialContainerExited": "EssentialContainerExited",
        "UserInitiated": "UserInitiated",
        "TaskFailedToStart": "TaskFailedToStart",
        "ServiceSchedulerInitiated": "readiness",
        "TerminationNotice": "TerminationNotice",
    }
    first = timeline.read(140_000, "lab", "ExplainPlacement", {"task": "0000000000000001", "which": "stop"})
    cause = first["candidates"][0]["verdicts"][0]
    assert (cause["rule"], cause["mark"], cause["containers"]) == (
        "SS:T-16",
        "D",
        [{"name": "web", "exitCode": 3, "reason": None}],
    )
    entries = [e for e in world.journal if e.kind == "taskState" and e.values["to"] == "STOPPING"]
    assert all(e.values["decision"] for e in entries)

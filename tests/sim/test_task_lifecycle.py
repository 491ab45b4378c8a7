"""How tasks stop and what a dead machine still tells (SS sections T and C)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import Story

CHECK = {"command": ["CMD", "true"], "interval": 10, "retries": 2}


def job(story: Story, at: float, *containers: dict[str, Any]) -> str:
    """Run one bridge task with these containers and answer its ARN."""
    made = [{"name": f"c{n}", "image": f"i{n}", "memory": 64, **c} for n, c in enumerate(containers)]
    story.call("ecs:RegisterTaskDefinition", at, family="job", containerDefinitions=made)
    answer = story.call("ecs:RunTask", at, cluster="game", taskDefinition="job")
    return str(answer["tasks"][0]["taskArn"])


@rule("SS:K-18", "SS:T-12", "SS:T-14", "SS:T-34")
@pytest.mark.parametrize(
    ("image", "definition", "after", "code"),
    [
        pytest.param({}, {}, 2, 0, id="handles SIGTERM"),
        pytest.param({"handlesSigterm": False}, {}, 30, 137, id="killed after the default"),
        pytest.param({"handlesSigterm": False}, {"stopTimeout": 5}, 5, 137, id="killed after stopTimeout"),
        pytest.param({}, {"stopTimeout": 1}, 1, 137, id="too slow for stopTimeout"),
        pytest.param({}, {"stopTimeout": 2}, 2, 0, id="just in time"),
    ],
)
def test_a_container_ends_in_its_time(image: dict[str, Any], definition: dict[str, Any], after: int, code: int) -> None:
    """SS:T-12, SS:T-14, SS:K-18, SS:T-34."""
    story = Story().on_instances(1)
    story.call("lab:PutImage", image="i0", **image)
    task = story.simulation.world.tasks[job(story, 0, definition)]
    story.call("ecs:StopTask", 60, cluster="game", task=task.id)
    story.until(60 + after - 0.001)
    assert task.last_status == "STOPPING"
    story.until(60 + after)
    assert (task.last_status, task.containers[0].exit_code) == ("STOPPED", code)
    assert (task.stop_code, task.stopped_reason) == ("UserInitiated", "Task stopped by user")


@rule("SS:T-15", "SS:T-30")
def test_containers_stop_side_by_side() -> None:
    """SS:T-15: one ends after 2 s, the other is killed after 30; the task is STOPPED then."""
    story = Story().on_instances(1)
    story.call("lab:PutImage", image="i1", handlesSigterm=False)
    task = story.simulation.world.tasks[job(story, 0, {}, {})]
    story.call("ecs:StopTask", 60, cluster="game", task=task.id, reason="tidying up")
    story.until(62)
    assert [(c.last_status, c.exit_code) for c in task.containers] == [("STOPPED", 0), ("RUNNING", None)]
    story.until(90)
    assert (task.last_status, task.containers[1].exit_code) == ("STOPPED", 137)
    assert task.stopped_reason == "tidying up"


@rule("SS:T-30", "SS:T-31")
def test_running_containers_stay_as_they_are() -> None:
    """lab:PutImage is for containers that start from now on: exit code and SIGTERM are those of the start."""
    story = Story().on_instances(1)
    story.call("lab:PutImage", image="i0", exitAfter="100s", exitCode=7)
    task = story.simulation.world.tasks[job(story, 0, {})]
    story.call("lab:PutImage", 60, image="i0", handlesSigterm=False, exitCode=9)
    story.until(113)
    assert (task.last_status, task.containers[0].exit_code) == ("STOPPED", 7)
    assert (task.stop_code, task.stopped_reason) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )


@rule("SS:T-16")
def test_an_essential_exit_stops_the_others() -> None:
    """SS:T-16: exit 0 too; the task is STOPPED when the last container is."""
    story = Story().on_instances(1)
    task = story.simulation.world.tasks[job(story, 0, {}, {"essential": False})]
    story.call("lab:ExitContainer", 60, task=task.id, container="c0", exitCode=0)
    story.until(61.999)
    assert (task.last_status, [c.last_status for c in task.containers]) == ("STOPPING", ["STOPPED", "RUNNING"])
    story.until(62)
    assert (task.last_status, [c.exit_code for c in task.containers]) == ("STOPPED", [0, 0])


@rule("SS:C-23", "SS:C-44", "SS:T-25", "SS:T-30", "SS:T-31", "PN:R-21")
def test_nothing_goes_on_on_a_dead_machine() -> None:
    """SS:C-23, SS:C-44: states and health stand for a minute, then the tasks are STOPPED with the machine."""
    story = Story().on_instances(1)
    story.call("lab:PutImage", image="i0", healthy={"until": "30s"}, exitAfter="70s")
    running = story.simulation.world.tasks[job(story, 0, {"healthCheck": CHECK})]
    story.until(30)
    pending = story.simulation.world.tasks[job(story, 34, {})]
    story.call("lab:FailInstance", 35, instance="i-0000000000000001")
    story.until(94.999)
    assert (running.last_status, running.health_status, pending.last_status) == ("RUNNING", "HEALTHY", "PENDING")
    refused = story.attempt("lab:ExitContainer", 94.999, task=running.id)
    assert isinstance(refused, Rejection)
    assert "has failed; nothing runs on it" in refused.message
    story.until(95)
    for task in (running, pending):
        assert (task.last_status, task.stop_code) == ("STOPPED", "TerminationNotice")
        assert task.stopped_reason == "Host EC2 (instance i-0000000000000001) terminated."


@rule("SS:C-44")
def test_a_task_told_to_stop_on_a_dead_machine_ends_with_it() -> None:
    """SS:C-44: nobody reports its exit; the reason stays the caller's."""
    story = Story().on_instances(1)
    task = story.simulation.world.tasks[job(story, 0, {})]
    story.call("lab:FailInstance", 60, instance="i-0000000000000001")
    story.call("ecs:StopTask", 61, cluster="game", task=task.id)
    story.until(119.999)
    assert task.last_status == "STOPPING"
    story.until(120)
    assert (task.last_status, task.stop_code) == ("STOPPED", "UserInitiated")


@rule("SS:T-11")
def test_a_stopped_task_can_be_described_for_an_hour() -> None:
    story = Story().on_instances(1)
    task = story.simulation.world.tasks[job(story, 0, {})]
    story.call("ecs:StopTask", 60, cluster="game", task=task.id)
    asked = {"cluster": "game", "tasks": [task.id]}
    read = story.until(62 + 3600 - 0.001).simulation.read
    assert read("ecs", "DescribeTasks", asked)["tasks"][0]["lastStatus"] == "STOPPED"
    gone = story.until(62 + 3600).simulation.read("ecs", "DescribeTasks", asked)
    assert (gone["tasks"], gone["failures"][0]["reason"]) == ([], "MISSING")


@rule("SS:T-9")
def test_a_state_without_length_is_told_too() -> None:
    """A task stopped before it has a container passes STOPPING in no time; STOPPED is told after it."""
    story = Story().on_instances(1)
    task = job(story, 0, {})
    story.call("ecs:StopTask", 1, cluster="game", task=task)
    told = story.timeline(kinds=["taskState"])["entries"]
    assert [(entry["at"], entry["detail"]["to"]) for entry in told] == [(0, "PENDING"), (1, "STOPPING"), (1, "STOPPED")]


@rule("SS:T-23")
def test_what_an_image_checks_by_itself_is_not_seen() -> None:
    """The image fails its checks; without a healthCheck in the task definition nobody asks it."""
    story = Story().on_instances(1)
    story.call("lab:PutImage", image="i0", healthy=False)
    task = story.simulation.world.tasks[job(story, 0, {})]
    story.until(600)
    assert (task.health_status, task.last_status) == ("UNKNOWN", "RUNNING")


@rule("PN:T-22")
def test_soft_limits_promise_more_than_there_is() -> None:
    """Two containers may use 3,000 MiB each on an instance of 3,884; placement counts what they reserve."""
    story = Story().on_instances(1)
    story.call("lab:PutImage", image="i0", memoryMiB=3000)
    container = {"memory": 3000, "memoryReservation": 512}
    tasks = [story.simulation.world.tasks[job(story, at, container)] for at in (0, 30)]
    story.until(60)
    assert [t.last_status for t in tasks] == ["RUNNING", "RUNNING"]
    instance = next(iter(story.simulation.world.container_instances.values()))
    assert instance.remaining_memory_mib == 3884 - 2 * 512


@rule("PN:T-25")
def test_a_task_needs_the_gpus_of_all_its_containers_and_one_interface() -> None:
    gpu = {"resourceRequirements": [{"type": "GPU", "value": "1"}]}
    story = Story().on_instances(1)
    made = [{"name": name, "image": "i", "memory": 64, **gpu} for name in ("a", "b")]
    answer = story.call("ecs:RegisterTaskDefinition", family="gpu", networkMode="awsvpc", containerDefinitions=made)[
        "taskDefinition"
    ]
    definition = story.simulation.world.task_definitions[answer["taskDefinitionArn"]]
    assert definition.reserved_gpus == 2
    subnets = list(story.simulation.world.subnets)
    seen = story.call(
        "ecs:RunTask",
        cluster="game",
        taskDefinition="gpu",
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}},
    )
    assert seen["failures"][0]["reason"] == "RESOURCE:GPU"
    one = [{"name": name, "image": "i", "memory": 64} for name in ("a", "b")]
    story.call("ecs:RegisterTaskDefinition", family="pair", networkMode="awsvpc", containerDefinitions=one)
    story.call(
        "ecs:RunTask",
        cluster="game",
        taskDefinition="pair",
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}},
    )
    assert next(iter(story.simulation.world.container_instances.values())).task_enis == 1


@rule("SS:C-23", "SS:C-44")
def test_a_machine_that_returns_does_not_reconnect_an_agent_that_was_cut_off_by_hand() -> None:
    """SS:C-44: recovering undoes what the failure did, and nothing more."""
    story = Story().on_instances(2)
    first, second = story.simulation.world.container_instances.values()
    story.call("lab:DisconnectAgent", 1, instance=first.ec2_instance_id)
    for at, call in ((10, "lab:FailInstance"), (20, "lab:RecoverInstance")):
        for instance in (first, second):
            story.call(call, at, instance=instance.ec2_instance_id)
    assert (first.agent_connected, second.agent_connected) == (False, True)
    story.call("lab:ReconnectAgent", 30, instance=first.ec2_instance_id)
    assert first.agent_connected


@rule("SS:C-24", "SS:C-44")
def test_an_instance_stays_listed_when_its_agent_was_cut_off_before_its_machine_died() -> None:
    story = Story().on_instances(2)
    first, second = story.simulation.world.container_instances.values()
    story.call("lab:DisconnectAgent", 1, instance=first.ec2_instance_id)
    for instance in (first, second):
        story.call("lab:FailInstance", 10, instance=instance.ec2_instance_id)
    story.until(200)
    assert (first.status, second.status) == ("ACTIVE", "INACTIVE")


@rule("SS:C-23")
def test_a_container_under_a_disconnected_agent_is_told_from_one_on_a_dead_machine() -> None:
    story = Story().on_instances(1)
    task = story.simulation.world.tasks[job(story, 0, {})]
    story.call("lab:DisconnectAgent", 60, instance="i-0000000000000001")
    refused = story.attempt("lab:ExitContainer", 61, task=task.id)
    assert isinstance(refused, Rejection)
    assert refused.message.startswith("The agent of i-0000000000000001 under the task is disconnected; reconnect it")


@rule("SS:C-44")
def test_a_machine_that_is_stopped_cannot_fail() -> None:
    story = Story().on_instances(1)
    story.call("ec2:StopInstances", 1, InstanceIds=["i-0000000000000001"])
    outcome = story.attempt("lab:FailInstance", 100, instance="i-0000000000000001")
    assert isinstance(outcome, Rejection)
    assert outcome.message == "The instance i-0000000000000001 is stopped; nothing is left to fail."

"""Managed scaling in numbers (SS:C-60 to SS:C-81, SS:W-14)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.rules.capacity import reservation
from ecslab.sim.simulation import Rejection, Simulation
from tests.rules import rule
from tests.sim.rules.capacity.pools import UNITS, Pool

SETTLED = 600
"""When the first instances have registered and warmed up, in seconds."""


def pool(instances: int, busy: int, **members: Any) -> Pool:
    """A pool whose first `busy` instances run one task each that fills them."""
    found = Pool(instances, least=0, **members)
    found.define("full", UNITS)
    found.until(200)
    if busy:
        found.run("full", busy, 200)
    return found


@rule("SS:W-14", "SS:C-63", "SS:C-64", "SS:C-70")
@pytest.mark.parametrize(
    ("instances", "waiting", "scaling", "metric", "desired"),
    [
        (10, 6, {}, (16, 10, 160), 16),
        (10, 6, {"maximumScalingStepSize": 4}, (14, 10, 140), 14),
        (10, 1, {"minimumScalingStepSize": 5}, (15, 10, 150), 15),
        (8, 0, {"targetCapacity": 80}, (8, 8, 100), 10),
        (10, 0, {"targetCapacity": 90}, (10, 10, 100), 12),
    ],
    ids=["six", "at most four", "at least five", "target 80", "target 90"],
)
def test_one_step(
    instances: int, waiting: int, scaling: dict[str, Any], metric: tuple[int, int, int], desired: int
) -> None:
    story = pool(instances, instances, scaling={"instanceWarmupPeriod": 0, **scaling})
    if waiting:
        story.until(239)
        story.run("full", waiting, 239)
    assert story.metric() == metric
    assert story.desired_at(239, 240) == [instances, desired]


@rule("SS:W-14", "SS:C-73")
@pytest.mark.parametrize(("instances", "target", "settled"), [(8, 80, 10), (10, 90, 12)])
def test_a_target_below_100_keeps_spare_instances(instances: int, target: int, settled: int) -> None:
    story = pool(instances, instances, scaling={"targetCapacity": target, "instanceWarmupPeriod": 0})
    assert story.desired_at(300, 3600, 7200) == [settled] * 3
    needed, running, _ = story.metric()
    assert (needed, running) == (instances, settled)


@rule("SS:W-14", "SS:C-74", "SS:C-64")
def test_the_rest_comes_after_the_warm_up() -> None:
    story = pool(10, 10, scaling={"maximumScalingStepSize": 4, "instanceWarmupPeriod": 300})
    story.run("full", 6, SETTLED + 1)
    assert story.desired_at(659, 660, 780, 959, 960) == [10, 14, 14, 14, 16]
    assert len(story.simulation.world.waiting) == 2


@rule("SS:C-74")
def test_the_first_instances_warm_up_too() -> None:
    story = pool(2, 2)
    story.run("full", 1, 210)
    assert story.desired_at(240, 299, 300) == [2, 2, 3]


@rule("SS:W-14", "SS:C-62")
@pytest.mark.parametrize(("target", "most", "desired"), [(100, 50, 2), (50, 50, 2), (100, 1, 1)])
def test_from_nothing(target: int, most: int, desired: int) -> None:
    story = pool(0, 0, scaling={"targetCapacity": target}, most=most)
    assert story.metric() == (0, 0, 100)
    assert story.desired_at(300) == [0], "nobody waits, so nothing is launched, whatever the target"
    story.run("full", 9, 301)
    assert story.metric()[1:] == (0, 200)
    assert story.desired_at(360) == [desired]


@rule("SS:W-14", "SS:C-71", "SS:C-75", "SS:C-67")
@pytest.mark.parametrize(
    ("busy", "metric", "steps"),
    [(7, 70, [10, 7, 7, 7]), (2, 20, [10, 5, 3, 2])],
    ids=["three empty", "eight empty"],
)
def test_scale_in_by_half_at_most(busy: int, metric: int, steps: list[int]) -> None:
    story = pool(10, busy, protects=True)
    assert story.metric() == (busy, 10, metric)
    low = 120
    last = low + 14 * 60
    assert story.provider.low_since_ms == low * 1000, "the instances registered at 90 s, empty"
    assert story.desired_at(last - 1, last, last + 60, last + 120) == steps
    assert story.desired_at(last + 3600) == [busy]


@rule("SS:W-14", "SS:C-64")
def test_of_two_kinds_the_larger_need_counts() -> None:
    story = pool(4, 4)
    story.define("half", UNITS // 2)
    story.run("full", 3)
    story.run("half", 4)
    assert story.metric() == (7, 4, 175)
    assert story.desired_at(420) == [7]


@rule("SS:W-14", "SS:C-65")
def test_what_the_smallest_type_cannot_hold_launches_nothing() -> None:
    story = pool(0, 0, types=("t3.medium", "c5.2xlarge"))
    story.define("large", 4096)
    story.run("large", 2, 210)
    assert story.metric() == (0, 0, 100)
    assert story.desired_at(3600) == [0]
    waited = reservation.measure(story.simulation.world, story.provider)
    assert waited.waiting == (), "both tasks have given up by now"
    story.define("web", 1024)
    story.run("web", 8, 3601)
    found = reservation.measure(story.simulation.world, story.provider)
    assert [(w["needsInstances"], w["excluded"]) for w in found.waiting] == [(1, False)], (
        "counted with the largest type"
    )


@rule("SS:W-14", "SS:C-60", "SS:C-65", "PN:E-3", "SS:T-31", "IC:X-10")
def test_a_task_too_large_waits_half_an_hour_and_ends() -> None:
    story = pool(5, 5)
    story.define("large", 2 * UNITS)
    (task,) = story.run("large", 1, 300)
    assert story.metric() == (5, 5, 100)
    assert story.until(300 + 1799).group.desired == 5
    assert task.last_status == "PROVISIONING"
    story.until(300 + 1800)
    assert (task.last_status, task.stop_code) == ("STOPPED", "TaskFailedToStart")
    assert task.stopped_reason == "TaskFailedToStart: RESOURCE:CPU"
    assert not story.simulation.world.waiting


@rule("SS:C-60", "PN:E-3")
def test_why_a_task_never_got_a_place() -> None:
    empty = pool(0, 0, most=0)
    (task,) = empty.run("full", 1, 210)
    empty.until(210 + 1800)
    assert task.stopped_reason == "TaskFailedToStart: EMPTY CAPACITY PROVIDER"
    drained = pool(1, 0, most=1)
    instance = next(iter(drained.simulation.world.container_instances))
    drained.call(
        "ecs:UpdateContainerInstancesState", 205, cluster="game", containerInstances=[instance], status="DRAINING"
    )
    (task,) = drained.run("full", 1, 210)
    drained.until(210 + 1800)
    assert task.stopped_reason == "TaskFailedToStart: NO ACTIVE INSTANCES"


@rule("SS:C-60")
def test_a_service_starts_another_for_one_that_gave_up() -> None:
    story = pool(1, 1, most=1)
    story.call("ecs:CreateService", 300, cluster="game", serviceName="web", taskDefinition="full", desiredCount=1)
    (first,) = story.until(300).simulation.world.tasks_of(story.service().arn)
    assert (first.last_status, story.service().unplaced_count) == ("PROVISIONING", 0)
    story.until(300 + 1800 + 30)
    (second,) = story.simulation.world.tasks_of(story.service().arn)
    assert first.last_status == "STOPPED"
    assert second is not first
    assert second.last_status == "PROVISIONING"


@rule("SS:C-60", "SS:C-51")
def test_without_managed_scaling_or_a_provider_nothing_waits() -> None:
    story = pool(1, 1, scaling={"status": "DISABLED"})
    answer = story.call("ecs:RunTask", 210, cluster="game", taskDefinition="full")
    assert [failure["reason"] for failure in answer["failures"]] == ["RESOURCE:CPU"]
    assert reservation.reservation(story.simulation.world, "game") is None
    scaled = pool(1, 1)
    answer = scaled.call("ecs:RunTask", 210, cluster="game", taskDefinition="full", launchType="EC2")
    assert answer["failures"]
    scaled.call(
        "ecs:CreateService",
        300,
        cluster="game",
        serviceName="web",
        taskDefinition="full",
        desiredCount=3,
        launchType="EC2",
    )
    assert scaled.desired_at(1200) == [1], "a task with a launch type never makes a group grow"
    assert reservation.reservation(scaled.simulation.world, "game") == 100


@rule("SS:C-61", "SS:C-81")
def test_the_next_whole_minute_is_the_first_to_see_a_waiting_task() -> None:
    story = pool(1, 1, scaling={"instanceWarmupPeriod": 0})
    story.run("full", 1, 299)
    assert story.desired_at(299, 300) == [1, 2]
    late = pool(1, 1, scaling={"instanceWarmupPeriod": 0})
    late.run("full", 1, 301)
    assert late.desired_at(359, 360) == [1, 2]


@rule("SS:C-76", "SS:C-71")
def test_a_need_to_grow_begins_the_fifteen_datapoints_anew() -> None:
    story = pool(2, 0, protects=True, scaling={"instanceWarmupPeriod": 0})
    story.run("full", 3, 880)
    assert story.desired_at(959, 960) == [3, 3], "the third task waited, at the fourteenth datapoint"
    for task in list(story.simulation.world.tasks.values()):
        story.call("ecs:StopTask", 1010, cluster="game", task=task.arn)
    assert story.desired_at(1020 + 839, 1020 + 840) == [3, 2]


@rule("SS:C-77", "SS:C-78", "SS:C-36")
@pytest.mark.parametrize("protects", [True, False])
def test_which_instance_goes(protects: bool) -> None:
    story = Pool(2, protects=protects, drains=False)
    story.define("full", UNITS)
    story.until(200)
    (task,) = story.run("full", 1, 200)
    oldest = next(iter(story.group.members))
    story.until(120 + 840)
    assert story.group.desired == 1
    gone = [m.instance_id for m in story.group.members.values() if m.lifecycle_state == "Terminating"]
    assert (gone == [oldest]) is not protects, "without protection the policy takes the oldest, with its task"
    assert task.last_status == ("RUNNING" if protects else "STOPPED")


@rule("SS:C-77")
def test_protection_is_lifted_with_the_last_task() -> None:
    story = pool(1, 1, protects=True)
    (member,) = story.group.members.values()
    assert member.is_protected
    (task,) = story.simulation.world.tasks.values()
    story.call("ecs:StopTask", 300, cluster="game", task=task.arn)
    story.until(310)
    assert not member.is_protected


@rule("SS:C-35", "SS:C-36")
def test_managed_draining_lets_a_task_go_on() -> None:
    story = Pool(2, drains=True)
    story.define("full", UNITS)
    story.until(200)
    (task,) = story.run("full", 1, 200)
    story.until(960)
    (ending,) = [m for m in story.group.members.values() if m.lifecycle_state.startswith("Terminating")]
    assert ending.lifecycle_state == "Terminating:Wait"
    instance = story.simulation.world.instance_on(ending.instance_id)
    assert instance is not None
    assert instance.status == "DRAINING"
    assert story.until(960 + 48 * 3600 - 1).simulation.world.tasks[task.arn].last_status == "RUNNING"
    story.until(960 + 48 * 3600)
    assert task.last_status == "STOPPED"
    assert ending.lifecycle_state == "Terminating"


@rule("SS:C-68")
def test_distinct_instance_is_understood_and_member_of_is_not() -> None:
    story = pool(1, 0)
    story.define("small", 128)
    story.run("small", 4, 201, placementConstraints=[{"type": "distinctInstance"}])
    assert story.metric() == (4, 1, 400), "three wait, each for an instance of its own"
    other = pool(1, 0, most=4, scaling={"instanceWarmupPeriod": 0})
    other.define("small", 128)
    wanted = [{"type": "memberOf", "expression": "attribute:stack == prod"}]
    other.run("small", 1, 201, placementConstraints=wanted)
    assert other.desired_at(1900) == [4], "it grows to its most for a task that fits none of its instances"


@rule("SS:C-80")
def test_the_steady_state_is_told_to_each_service() -> None:
    story = pool(1, 0)
    pattern = '{"source": ["aws.ecs"], "detail": {"eventName": ["CAPACITY_PROVIDER_STEADY_STATE"]}}'
    story.call("events:PutRule", 200, Name="steady", EventPattern=pattern)
    queue = {"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:steady"}
    story.call("events:PutTargets", 200, Rule="steady", Targets=[queue])
    story.call("ecs:CreateService", 210, cluster="game", serviceName="web", taskDefinition="full", desiredCount=1)
    story.until(240)
    told = [entry for entry in story.simulation.world.journal if entry.kind == "providerSteady"]
    assert [(entry.at_ms, entry.values["service"]) for entry in told] == [(240_000, "web")]
    story.until(3600)
    sent = [entry.at_ms for entry in story.simulation.world.journal if entry.values.get("words") == "was sent to"]
    assert sent == [240_000], "once, to the rule that waits for it"


@rule("IC:Q-8", "PN:E-6", "SS:S-48", "SS:T-42")
def test_no_more_than_500_tasks_wait() -> None:
    story = pool(0, 0, most=0)
    story.run("full", 495, 210)
    answer = story.attempt("ecs:RunTask", 211, cluster="game", taskDefinition="full", count=6)
    assert isinstance(answer, Rejection)
    assert answer.code == "ClientException"
    story.call("ecs:CreateService", 211, cluster="game", serviceName="web", taskDefinition="full", desiredCount=6)
    story.until(211)
    assert (story.total(), story.service().unplaced_count) == (5, 1)
    assert "provisioning capacity limit was exceeded" in story.messages()[-2][1] + story.messages()[-1][1]


@rule("SS:C-60")
def test_a_waiting_task_can_be_stopped_and_leaves_nothing() -> None:
    story = pool(0, 0, most=0)
    story.define("own", 256, networkMode="awsvpc")
    subnets = [subnet.id for subnet in story.simulation.world.subnets.values()]
    network = {"awsvpcConfiguration": {"subnets": subnets}}
    (task,) = story.run("own", 1, 210, networkConfiguration=network)
    story.call("ecs:StopTask", 211, cluster="game", task=task.arn)
    assert task.last_status == "STOPPED"
    assert not story.simulation.world.waiting


@rule("SS:C-60", "SS:K-16")
def test_an_awsvpc_task_begins_its_life_when_it_gets_its_place() -> None:
    story = pool(0, 0)
    story.define("own", 256, networkMode="awsvpc")
    subnets = [subnet.id for subnet in story.simulation.world.subnets.values()]
    (task,) = story.run("own", 1, 210, networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}})
    story.until(330)
    assert (task.last_status, task.eni_id is not None) == ("PROVISIONING", True)
    assert task.private_address
    story.until(330 + 22)
    assert task.last_status == "ACTIVATING"
    story.until(330 + 23)
    assert task.last_status == "RUNNING"


@rule("SS:C-66")
def test_an_instance_with_daemons_alone_is_empty() -> None:
    story = Pool(2, protects=True)
    story.define("agent", 128)
    story.define("full", UNITS - 128)
    story.call(
        "ecs:CreateService", cluster="game", serviceName="agent", taskDefinition="agent", schedulingStrategy="DAEMON"
    )
    story.until(200)
    assert story.running("agent") == 2
    assert story.metric() == (0, 2, 0)
    story.run("full", 1, 210)
    assert story.metric() == (1, 2, 50)
    assert [member.is_protected for member in story.group.members.values()] == [True, False]
    assert story.desired_at(3600) == [1]
    assert story.running("agent") == 1


def test_a_daemon_that_finds_no_room_launches_nothing() -> None:
    story = pool(2, 2)
    story.define("agent", 128)
    story.call(
        "ecs:CreateService",
        600,
        cluster="game",
        serviceName="agent",
        taskDefinition="agent",
        schedulingStrategy="DAEMON",
    )
    assert story.desired_at(1200) == [2]
    assert not story.simulation.world.waiting


@rule("SS:C-46")
def test_no_running_task_moves_to_new_capacity() -> None:
    story = pool(1, 0)
    story.define("half", UNITS // 2)
    tasks = story.run("half", 2, 210)
    story.call("autoscaling:SetDesiredCapacity", 300, AutoScalingGroupName="game", DesiredCapacity=3)
    story.until(3 * 3600)
    assert {task.container_instance_arn for task in tasks} == {tasks[0].container_instance_arn}
    assert all(task.last_status == "RUNNING" for task in tasks)


@rule("PN:B-5", "SS:S-64")
def test_rebalancing_launches_nothing() -> None:
    story = pool(2, 0)
    story.define("half", UNITS // 2)
    wanted = [{"type": "memberOf", "expression": "attribute:ecs.availability-zone == us-east-1b"}]
    story.run("full", 1, 300, placementConstraints=wanted)
    story.call("ecs:CreateService", 301, cluster="game", serviceName="web", taskDefinition="half", desiredCount=2)
    assert story.desired_at(1200) == [2]
    assert not story.simulation.world.waiting
    assert [task.availability_zone for task in story.simulation.world.tasks_of(story.service().arn)] == [
        "us-east-1a"
    ] * 2
    assert any("stopped AZ Rebalancing" in text for _, text in story.messages())


@rule("SS:C-36")
@pytest.mark.parametrize(("protects", "drains"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_forced_end_drains_or_kills(protects: bool, drains: bool) -> None:
    story = Pool(1, protects=protects, drains=drains)
    story.define("full", UNITS)
    story.until(200)
    (task,) = story.run("full", 1, 200)
    (member,) = story.group.members.values()
    assert member.is_protected is protects, "which keeps it from scale-in alone"
    story.call(
        "autoscaling:TerminateInstanceInAutoScalingGroup",
        300,
        InstanceId=member.instance_id,
        ShouldDecrementDesiredCapacity=True,
    )
    story.until(300)
    assert task.last_status == ("RUNNING" if drains else "STOPPED")
    assert member.lifecycle_state == ("Terminating:Wait" if drains else "Terminating")


def test_a_restored_world_goes_on_as_the_first() -> None:
    story = pool(2, 2, protects=True)
    story.run("full", 3, 301)
    story.until(365)
    assert story.simulation.world.waiting
    second = Simulation.restore(story.simulation.snapshot())
    assert second.digest() == story.simulation.digest()
    second.run_until(7_200_000)
    story.until(7200)
    assert second.digest() == story.simulation.digest()
    assert story.group.desired == 5


@rule("SS:C-60", "PN:E-20")
def test_an_empty_provider_without_managed_scaling_fails_at_once() -> None:
    story = pool(0, 0, scaling={"status": "DISABLED"})
    answer = story.call("ecs:RunTask", 210, cluster="game", taskDefinition="full")
    assert answer["failures"] == [{"arn": story.provider.arn, "reason": "EMPTY CAPACITY PROVIDER"}]
    story.call("ecs:CreateService", 211, cluster="game", serviceName="web", taskDefinition="full", desiredCount=1)
    story.until(211)
    assert story.total() == 0
    assert "No Container Instances were found in your capacity provider." in story.messages()[0][1]
    story.call("autoscaling:SetDesiredCapacity", 300, AutoScalingGroupName="game", DesiredCapacity=1)
    assert story.until(390).total() == 1, "the service looks again when an instance joins"


@rule("SS:C-70", "SS:C-73")
def test_a_provider_can_be_changed_while_it_works() -> None:
    story = pool(4, 4)
    story.call(
        "ecs:UpdateCapacityProvider",
        400,
        name="game",
        autoScalingGroupProvider={"managedScaling": {"targetCapacity": 80}, "managedDraining": "DISABLED"},
    )
    assert story.desired_at(419, 420) == [4, 5]
    told = story.read("ecs:DescribeCapacityProviders", capacityProviders=["game"])["capacityProviders"][0]
    assert told["updateStatus"] == "UPDATE_COMPLETE"
    assert told["autoScalingGroupProvider"]["managedDraining"] == "DISABLED"
    assert told["autoScalingGroupProvider"]["managedScaling"] == {
        "status": "ENABLED",
        "targetCapacity": 80,
        "minimumScalingStepSize": 1,
        "maximumScalingStepSize": 10000,
        "instanceWarmupPeriod": 300,
    }
    crossed = {"managedScaling": {"minimumScalingStepSize": 5, "maximumScalingStepSize": 4}}
    refused = story.attempt("ecs:UpdateCapacityProvider", 430, name="game", autoScalingGroupProvider=crossed)
    assert isinstance(refused, Rejection)
    off = {"managedScaling": {"status": "DISABLED"}}
    for task in list(story.simulation.world.tasks.values()):
        story.call("ecs:StopTask", 440, cluster="game", task=task.arn)
    story.call("ecs:UpdateCapacityProvider", 441, name="game", autoScalingGroupProvider=off)
    assert story.desired_at(7200) == [5], "nobody scales it any more"
    story.call("autoscaling:DeleteAutoScalingGroup", 7200, AutoScalingGroupName="game", ForceDelete=True)
    story.until(7300)
    refused = story.attempt("ecs:UpdateCapacityProvider", 7300, name="game", autoScalingGroupProvider=off)
    assert isinstance(refused, Rejection)

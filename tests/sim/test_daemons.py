"""DAEMON services: one task on each instance that suits them (PN:P-51 to PN:P-55, SS:S-2, SS:S-3, SS:D-10)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from ecslab.sim.state.task import Task
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, Story

AGENT: dict[str, Any] = {
    "family": "agent",
    "containerDefinitions": [{"name": "agent", "image": "agent", "cpu": 128, "memory": 256}],
}


def with_daemon(count: int = 2, sizes: dict[str, Any] | None = None, /, **members: Any) -> Story:
    story = Story().on_instances(count, **(sizes or {}))
    story.call("ecs:RegisterTaskDefinition", **AGENT)
    create_daemon(story, 0, **members)
    return story


def create_daemon(story: Story, at: float = 0, /, **members: Any) -> None:
    members = {"serviceName": "agent", "taskDefinition": "agent", **members}
    story.call("ecs:CreateService", at, cluster="game", schedulingStrategy="DAEMON", **members)


def instances(story: Story) -> list[str]:
    return list(story.simulation.world.container_instances)


def daemons(story: Story, instance: str | None = None) -> list[Task]:
    listed = story.simulation.world.tasks_of(story.service("agent").arn)
    return [t for t in listed if instance in (None, t.container_instance_arn) and not t.is_stopping]


def set_status(story: Story, at: float, instance: str, status: str) -> None:
    listed = {"containerInstances": [instance], "status": status}
    story.call("ecs:UpdateContainerInstancesState", at, cluster="game", **listed)


@rule("PN:P-51", "SS:S-1", "SS:S-2", "SS:D-3")
def test_one_task_on_each_instance_and_one_on_each_new_one() -> None:
    """The desired count is the number of instances; the percents are 0 and 100."""
    story = with_daemon(2)
    story.until(60)
    assert [t.container_instance_arn for t in daemons(story)] == instances(story)
    shape = story.read("ecs:DescribeServices", cluster="game", services=["agent"])["services"][0]
    assert (shape["desiredCount"], shape["runningCount"], shape["schedulingStrategy"]) == (2, 2, "DAEMON")
    configuration = shape["deploymentConfiguration"]
    assert (configuration["minimumHealthyPercent"], configuration["maximumPercent"]) == (0, 100)
    assert shape["availabilityZoneRebalancing"] == "DISABLED"
    assert story.service("agent").is_steady
    story.call("lab:AddContainerInstances", 70, cluster="game", instanceType="t3.medium")
    story.until(70)
    assert len(daemons(story, instances(story)[2])) == 1
    assert story.service("agent").desired_count == 3


@rule("PN:P-51", "SS:S-2")
@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"desiredCount": 1}, "does not support a desired count for services. Remove the desired count value"),
        ({"placementStrategy": [{"type": "random"}]}, "does not support placement strategies"),
        ({"launchType": "FARGATE", "taskDefinition": "fargate"}, "does not support the launch type FARGATE"),
        ({"deploymentConfiguration": {"maximumPercent": 200}}, "does not support values above 100 for maximumPercent"),
        ({"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]}, "a capacity provider strategy"),
        ({"availabilityZoneRebalancing": "ENABLED"}, "availabilityZoneRebalancing is ENABLED"),
    ],
)
def test_what_a_daemon_cannot_be_given(members: dict[str, Any], words: str) -> None:
    story = Story().on_instances(1)
    story.call("ecs:RegisterTaskDefinition", **{**FARGATE_WEB, "family": "fargate"})
    given = {"serviceName": "agent", "taskDefinition": "web", "schedulingStrategy": "DAEMON", **members}
    if members.get("launchType"):
        vpc = {"subnets": list(story.simulation.world.subnets)}
        given["networkConfiguration"] = {"awsvpcConfiguration": vpc}
    refused = story.attempt("ecs:CreateService", cluster="game", **given)
    assert isinstance(refused, Rejection)
    assert words in refused.message
    assert not story.simulation.world.services


@rule("PN:P-51", "SS:S-2")
def test_an_update_cannot_name_a_desired_count() -> None:
    story = with_daemon(1)
    refused = story.attempt("ecs:UpdateService", 5, cluster="game", service="agent", desiredCount=2)
    assert isinstance(refused, Rejection)
    assert refused.message.startswith("The daemon scheduling strategy does not support a desired count")


@rule("PN:P-55", "PN:P-53", "SS:S-3")
def test_on_a_draining_instance_the_daemon_stops_after_the_replicas() -> None:
    """The replica's replacement counts as healthy at 153, 40 s after RUNNING; only when it is gone the daemon stops."""
    story = with_daemon(2)
    story.create(2)
    story.until(100)
    first = instances(story)[0]
    set_status(story, 100, first, "DRAINING")
    on_first = [t for t in story.simulation.world.tasks_on(first) if t.group == "service:web"]
    assert len(on_first) == 1
    daemon = daemons(story, first)[0]
    story.until(1000)
    assert on_first[0].stopped_at_ms is not None
    assert daemon.stopping_at_ms == on_first[0].stopped_at_ms
    assert daemon.stopped_at_ms is not None
    assert story.service("agent").desired_count == 1
    assert not daemons(story, first)
    set_status(story, 1000, first, "ACTIVE")
    assert len(daemons(story.until(1000), first)) == 1


@rule("PN:P-53", "SS:S-3")
def test_a_new_instance_has_its_daemon_before_a_waiting_replica() -> None:
    """The new machine has room for one of the two; the replica is the one that goes on waiting."""
    story = with_daemon(1, {"memoryMiB": 512})
    story.call("ecs:RegisterTaskDefinition", **{**AGENT, "family": "web2"})
    story.create(2, 0, taskDefinition="web2")
    story.until(20)
    assert (story.total("web"), story.service().unplaced_count) == (1, 1)
    story.call("lab:AddContainerInstances", 30, cluster="game", instanceType="t3.medium", memoryMiB=300)
    story.until(60)
    assert len(daemons(story, instances(story)[1])) == 1
    assert (story.total("web"), story.service().unplaced_count) == (1, 1)


@rule("PN:P-52", "SS:S-3")
def test_a_daemon_leaves_an_instance_that_no_longer_matches() -> None:
    """UpdateService names a constraint that one of two instances meets: the other daemon stops, with an event."""
    story = with_daemon(2)
    first, second = instances(story)
    story.call("ecs:PutAttributes", 50, cluster="game", attributes=[{"name": "role", "value": "x", "targetId": first}])
    story.call(
        "ecs:UpdateService",
        60,
        cluster="game",
        service="agent",
        placementConstraints=[{"type": "memberOf", "expression": "attribute:role == x"}],
    )
    story.until(60)
    assert (len(daemons(story, first)), len(daemons(story, second))) == (1, 0)
    told = [m for at, m in story.messages("agent") if at == 60]
    assert "(task 0000000000000002) no longer meets the placement constraints" in told[0]
    assert story.until(100).service("agent").is_steady


@rule("PN:P-54")
def test_an_instance_without_room_does_not_hold_up_the_others() -> None:
    """The first instance is full: its daemon is told about once and starts when the task there ends."""
    story = Story().on_instances(1, memoryMiB=600)
    story.call("ecs:RegisterTaskDefinition", **AGENT)
    task = story.call("ecs:RunTask", cluster="game", taskDefinition="web")["tasks"][0]
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium")
    create_daemon(story, 10)
    story.until(10)
    first, second = instances(story)
    assert (len(daemons(story, first)), len(daemons(story, second))) == (0, 1)
    story.call("lab:AddContainerInstances", 20, cluster="game", instanceType="t3.medium")
    story.until(20)
    assert len(daemons(story, instances(story)[2])) == 1
    assert story.service("agent").unplaced_count == 1
    full = [m for _, m in story.messages("agent") if "has insufficient memory available" in m]
    assert len(full) == 1
    assert first.rpartition("/")[2] in full[0]
    story.call("ecs:StopTask", 100, cluster="game", task=task["taskArn"])
    story.until(110)
    assert len(daemons(story, first)) == 1
    assert story.service("agent").unplaced_count == 0
    assert story.until(200).service("agent").is_steady


@rule("SS:D-10")
@pytest.mark.parametrize(("minimum", "at_once"), [(0, 4), (50, 2), (75, 1)])
def test_a_daemon_update_stops_the_old_task_of_an_instance_first(minimum: int, at_once: int) -> None:
    """Never two on an instance, and as many stopped at a time as the floor of the instances allows."""
    story = with_daemon(4, None, deploymentConfiguration={"minimumHealthyPercent": minimum})
    story.until(100)
    story.call("ecs:RegisterTaskDefinition", 100, **AGENT)
    story.call("ecs:UpdateService", 100, cluster="game", service="agent", taskDefinition="agent:2")
    story.until(100)
    assert len(daemons(story)) == 4 - at_once
    service = story.service("agent")
    for moment in range(100, 700):
        story.until(moment)
        homes = [t.container_instance_arn for t in story.simulation.world.tasks_of(service.arn)]
        assert len(homes) == len(set(homes))
        assert sum(1 for t in daemons(story) if t.counts_as_healthy) >= 4 * minimum // 100
    assert service.primary.rollout_state == "COMPLETED"
    assert {t.task_definition_arn.rpartition("/")[2] for t in daemons(story)} == {"agent:2"}


@rule("PN:P-51", "SS:D-5")
def test_a_daemon_update_that_may_stop_nothing_says_so() -> None:
    """100 and 100 percent: no deployment at all."""
    story = with_daemon(2, None, deploymentConfiguration={"minimumHealthyPercent": 100})
    story.until(100)
    story.call("ecs:UpdateService", 100, cluster="game", service="agent", forceNewDeployment=True)
    story.until(200)
    assert any("deployment configuration. Update the minimumHealthyPercent" in m for _, m in story.messages("agent"))
    assert story.service("agent").primary.rollout_state == "IN_PROGRESS"


@rule("PN:P-44")
def test_replicas_can_be_kept_to_instances_with_the_daemon() -> None:
    """Affinity to service:agent, which runs where role is web."""
    story = Story().on_instances(3)
    third = instances(story)[2]
    story.call("ecs:PutAttributes", cluster="game", attributes=[{"name": "role", "value": "web", "targetId": third}])
    story.call("ecs:RegisterTaskDefinition", **AGENT)
    near = [{"type": "memberOf", "expression": "task:group == service:agent"}]
    story.create(2, 0, placementConstraints=near)
    story.until(10)
    assert (story.total(), story.service().unplaced_count) == (0, 2)
    create_daemon(story, 10, placementConstraints=[{"type": "memberOf", "expression": "attribute:role == web"}])
    story.until(60)
    web = story.simulation.world.tasks_of(story.service().arn)
    assert [t.container_instance_arn for t in web] == [third, third]


@rule("PN:N-34")
def test_a_daemon_with_awsvpc_takes_an_interface_of_its_instance() -> None:
    """A t3.medium has two interfaces for tasks; the daemon holds one of them."""
    story = Story().on_instances(1)
    definition = {**AGENT, "networkMode": "awsvpc"}
    story.call("ecs:RegisterTaskDefinition", **definition)
    vpc = {"awsvpcConfiguration": {"subnets": list(story.simulation.world.subnets)}}
    create_daemon(story, 0, networkConfiguration=vpc)
    story.until(60)
    answer = story.call(
        "ecs:RunTask", 60, cluster="game", taskDefinition="agent", count=2, networkConfiguration=vpc, launchType="EC2"
    )
    assert len(answer["tasks"]) == 1
    assert [f["reason"] for f in answer["failures"]] == ["RESOURCE:ENI"]


def test_an_unhealthy_daemon_is_stopped_and_started_again() -> None:
    """SS:S-22: there is no room for the replacement before."""
    story = Story().on_instances(1)
    check = {"command": ["CMD", "true"], "interval": 10, "retries": 2}
    container = {**AGENT["containerDefinitions"][0], "healthCheck": check}
    story.call("ecs:RegisterTaskDefinition", **{**AGENT, "containerDefinitions": [container]})
    story.call("lab:PutImage", image="agent", healthy=False)
    create_daemon(story)
    story.until(34)
    first = next(t for t in story.simulation.world.tasks.values() if t.service_arn)
    assert first.stopped_reason == "Task failed container health checks"
    story.until(40)
    assert [t.id == first.id for t in daemons(story)] == [False]


def test_deleting_a_daemon_service_needs_no_force() -> None:
    """Its tasks stop; force is for REPLICA services alone."""
    story = with_daemon(2)
    story.until(60)
    story.call("ecs:DeleteService", 60, cluster="game", service="agent")
    assert not daemons(story.until(60))
    assert story.until(100).service("agent").status == "INACTIVE"


def test_failing_daemons_wait_and_trip_the_breaker() -> None:
    """SS:S-33, SS:D-23: a missing image, three failed starts, nothing to go back to."""
    story = Story().on_instances(1)
    story.call("ecs:RegisterTaskDefinition", **AGENT)
    story.call("lab:PutImage", image="agent", missing=True)
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    create_daemon(story, 0, deploymentConfiguration=breaker)
    story.until(2000)
    assert story.service("agent").primary.rollout_state == "FAILED"
    assert sum(1 for _, m in story.messages("agent") if "has started 1 tasks" in m) == 3
    assert not daemons(story)


@rule("SS:S-3")
def test_a_lost_or_disconnected_instance_leaves_the_count() -> None:
    """A terminated instance counts no more, also one on which the daemon never found room."""
    story = Story().on_instances(1, memoryMiB=128)
    story.call("ecs:RegisterTaskDefinition", **AGENT)
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium")
    create_daemon(story)
    story.until(60)
    assert (story.service("agent").desired_count, story.service("agent").unplaced_count) == (2, 1)
    machines = [i.ec2_instance_id for i in story.simulation.world.container_instances.values()]
    story.call("ec2:TerminateInstances", 60, InstanceIds=[machines[0]])
    story.until(60)
    assert (story.service("agent").desired_count, story.service("agent").unplaced_count) == (1, 0)
    story.call("ec2:StopInstances", 70, InstanceIds=[machines[1]])
    story.until(100)
    assert story.service("agent").desired_count == 0


def test_services_are_listed_by_their_scheduling_strategy() -> None:
    story = with_daemon(1)
    story.create(1)
    for strategy, name in (("DAEMON", "agent"), ("REPLICA", "web")):
        arns = story.read("ecs:ListServices", cluster="game", schedulingStrategy=strategy)["serviceArns"]
        assert [arn.rpartition("/")[2] for arn in arns] == [name]


@rule("PN:P-51")
def test_the_next_daemon_is_foreseen_where_there_is_none() -> None:
    """ExplainPlacement: the full instance lacks memory, the other has its daemon."""
    story = Story().on_instances(1, memoryMiB=128)
    story.call("ecs:RegisterTaskDefinition", **AGENT)
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium")
    create_daemon(story)
    story.until(60)
    told = story.read("lab:ExplainPlacement", cluster="game", service="agent")
    assert [c["reason"] for c in told["candidates"]] == [
        "RESOURCE:MEMORY",
        "DistinctInstance placement constraint unsatisfied.",
    ]
    assert told["outcome"] == "failed"


@rule("PN:P-51")
def test_a_daemon_ignores_the_default_strategy_of_its_cluster() -> None:
    story = Story()
    default = [{"capacityProvider": "FARGATE", "weight": 1}]
    story.call(
        "ecs:CreateCluster",
        clusterName="game",
        capacityProviders=["FARGATE"],
        defaultCapacityProviderStrategy=default,
    )
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", count=2)
    story.call("ecs:RegisterTaskDefinition", **AGENT)
    create_daemon(story)
    assert [t.container_instance_arn for t in daemons(story.until(60))] == instances(story)


@rule("PN:P-53", "SS:C-31")
def test_a_daemon_that_is_starting_on_a_draining_instance_waits_for_the_replicas_too() -> None:
    """The starting task of another service stops at once; the daemon comes up and goes when the running replica has."""
    story = Story().on_instances(2)
    story.call("ecs:RegisterTaskDefinition", **AGENT)
    story.create(2)
    story.until(99)
    create_daemon(story, 99)
    first = instances(story)[0]
    story.until(99)
    set_status(story, 100, first, "DRAINING")
    (daemon,) = daemons(story.until(120), first)
    assert daemon.last_status == "RUNNING"
    assert not daemons(story.until(1000), first)


@rule("SS:S-2", "PN:P-51")
def test_a_daemon_cannot_be_scaled() -> None:
    story = with_daemon(1)
    target = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1}
    name = "application-autoscaling:RegisterScalableTarget"
    refused = story.attempt(name, 10, ResourceId="service/game/agent", MaxCapacity=4, **target)
    assert isinstance(refused, Rejection)
    assert (refused.code, "DAEMON" in refused.message) == ("ValidationException", True)


@rule("PN:L-8")
def test_a_daemon_stands_behind_a_load_balancer() -> None:
    """Each instance is a target with the port that its daemon got; a new instance becomes one more."""
    story = Story().on_instances(2)
    ports = [{"containerPort": 80, "hostPort": 8080}]
    container = {**AGENT["containerDefinitions"][0], "portMappings": ports}
    story.call("ecs:RegisterTaskDefinition", **{**AGENT, "containerDefinitions": [container]})
    world = story.simulation.world
    subnets, vpc = list(world.subnets), next(iter(world.vpcs))
    balancer = story.call("elbv2:CreateLoadBalancer", Name="alb", Subnets=subnets[:2])["LoadBalancers"][0]
    group = story.call("elbv2:CreateTargetGroup", Name="tg", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
    forward = [{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]
    arn = balancer["LoadBalancerArn"]
    story.call("elbv2:CreateListener", LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=forward)
    load_balancers = [{"targetGroupArn": group["TargetGroupArn"], "containerName": "agent", "containerPort": 80}]
    create_daemon(story, 0, loadBalancers=load_balancers)
    story.call("lab:AddContainerInstances", 100, cluster="game", instanceType="t3.medium")
    story.until(200)
    told = story.read("elbv2:DescribeTargetHealth", TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    machines = [i.ec2_instance_id for i in story.simulation.world.container_instances.values()]
    assert [(t["Target"]["Id"], t["Target"]["Port"]) for t in told] == [(name, 8080) for name in machines]

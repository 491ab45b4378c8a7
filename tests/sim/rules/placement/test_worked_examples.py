"""The worked examples of PN section 14 that placement alone decides."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.command import Command
from ecslab.sim.rules.placement import query_language
from ecslab.sim.simulation import Rejection
from ecslab.sim.timeline import Timeline
from ecslab.sim.world import Start
from tests.rules import rule
from tests.sim.stories import Story

ZONES = {"a": "us-east-1a", "b": "us-east-1b", "c": "us-east-1c"}
AZ = {"type": "spread", "field": "attribute:ecs.availability-zone"}
BY_MEMORY = {"type": "binpack", "field": "memory"}


def cluster(*instances: tuple[str, int, int]) -> Story:
    """A cluster `game` with instances of (zone, CPU units, MiB)."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    for zone, cpu, memory in instances:
        story.call(
            "lab:AddContainerInstances",
            cluster="game",
            instanceType="box",
            zones=[ZONES[zone]],
            cpu=cpu,
            memoryMiB=memory,
        )
    return story


def register(story: Story, cpu: int, memory: int, family: str = "web", **members: Any) -> None:
    container = {"name": "web", "image": "web", "cpu": cpu, "memory": memory, **members}
    at = story.simulation.world.now_ms / 1000
    story.call("ecs:RegisterTaskDefinition", at, family=family, containerDefinitions=[container])


def places(story: Story) -> list[str]:
    """Where the tasks are, in order of creation: i1, i2, ..."""
    world = story.simulation.world
    return [f"i{world.container_instances[t.container_instance_arn or ''].serial}" for t in world.tasks.values()]


def run(story: Story, count: int, at: float = 0, /, **members: Any) -> dict[str, Any]:
    return story.call("ecs:RunTask", at, cluster="game", taskDefinition="web", count=count, **members)


def failures(response: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f"i{int(f['arn'].rpartition('/')[2], 16)}", f["reason"]) for f in response["failures"]]


@rule("PN:X-3")
def test_default_service_placement() -> None:
    """PN:X-3: after one task on i1, four more go to i2, i3, i4, i1."""
    story = cluster(("a", 2048, 4096), ("b", 2048, 4096), ("c", 2048, 4096), ("b", 2048, 4096))
    register(story, 256, 256)
    story.create(1)
    story.until(0)
    story.update(60, desiredCount=5)
    story.until(60)
    assert places(story) == ["i1", "i2", "i3", "i4", "i1"]


@rule("PN:X-4")
def test_binpack_by_memory() -> None:
    """PN:X-4."""
    story = cluster(("a", 9000, 3000), ("a", 9000, 1200), ("a", 9000, 900), ("a", 9000, 400))
    register(story, 1, 500)
    run(story, 5, placementStrategy=[BY_MEMORY])
    assert places(story) == ["i3", "i2", "i2", "i1", "i1"]


@rule("PN:X-5")
def test_spread_over_zones_then_binpack() -> None:
    """PN:X-5."""
    story = cluster(("a", 9000, 2000), ("a", 9000, 1000), ("b", 9000, 2000), ("b", 9000, 1500))
    register(story, 1, 500)
    run(story, 7, placementStrategy=[AZ, BY_MEMORY])
    assert places(story) == ["i2", "i4", "i2", "i4", "i4", "i1", "i1"]


@rule("PN:X-6", "PN:P-13")
def test_distinct_instance_leaves_the_fourth_unplaced_until_there_is_room() -> None:
    """PN:X-6."""
    story = cluster(("a", 2048, 4096), ("b", 2048, 4096), ("b", 2048, 4096))
    register(story, 256, 512)
    story.create(4, placementConstraints=[{"type": "distinctInstance"}])
    story.until(60)
    assert places(story) == ["i1", "i2", "i3"]
    told = [m for _, m in story.messages() if 'encountered error "DistinctInstance placement constraint' in m]
    assert len(told) == 1
    story.call("lab:AddContainerInstances", 61, cluster="game", instanceType="box", cpu=2048, memoryMiB=4096)
    story.until(61)
    assert places(story) == ["i1", "i2", "i3", "i4"]


@rule("PN:X-7")
@pytest.mark.parametrize(
    ("host_port", "expected"),
    [
        pytest.param(80, ["i1", "i2", "i3"], id="static"),
        pytest.param(0, ["i1", "i2", "i3", "i1"], id="dynamic"),
        pytest.param(22, [], id="reserved"),
    ],
)
def test_host_ports(host_port: int, expected: list[str]) -> None:
    """PN:X-7."""
    story = cluster(("a", 2048, 4096), ("b", 2048, 4096), ("b", 2048, 4096))
    register(story, 256, 512, portMappings=[{"containerPort": 80, "hostPort": host_port}])
    story.create(4)
    story.until(20)
    assert places(story) == expected
    bound = [c.network_bindings[0].host_port for t in story.simulation.world.tasks.values() for c in t.containers]
    assert bound == ([32768, 32768, 32768, 32769] if host_port == 0 else [host_port] * len(expected))


@rule("PN:X-8")
def test_network_interfaces_run_out() -> None:
    """PN:X-8 a."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    zones = [ZONES["a"]]
    story.call("lab:AddContainerInstances", cluster="game", instanceType="c5.large", count=2, zones=zones)
    container = {"name": "web", "image": "web", "cpu": 128, "memory": 128}
    story.call("ecs:RegisterTaskDefinition", family="web", networkMode="awsvpc", containerDefinitions=[container])
    network = {"awsvpcConfiguration": {"subnets": [next(iter(story.simulation.world.subnets))]}}
    spread = [{"type": "spread", "field": "instanceId"}]
    response = run(story, 5, networkConfiguration=network, placementStrategy=spread)
    assert places(story) == ["i1", "i2", "i1", "i2"]
    assert failures(response) == [("i1", "RESOURCE:ENI"), ("i2", "RESOURCE:ENI")]


@rule("PN:X-11")
def test_run_task_starts_some_and_says_why_not_the_rest() -> None:
    """PN:X-11."""
    story = cluster(("a", 1024, 2048), ("a", 512, 4096), ("a", 9000, 9000))
    register(story, 512, 1024)
    story.call("lab:FailInstance", instance="i-0000000000000003")
    response = run(story, 5, 1, placementStrategy=[{"type": "binpack", "field": "cpu"}])
    assert places(story) == ["i2", "i1", "i1"]
    assert failures(response) == [("i1", "RESOURCE:CPU"), ("i2", "RESOURCE:CPU"), ("i3", "AGENT")]


@rule("PN:X-19")
def test_interfaces_are_made_in_the_instances_zone() -> None:
    """PN:X-19."""
    story = cluster(("a", 2048, 4096), ("c", 2048, 4096))
    container = {"name": "web", "image": "web", "cpu": 1, "memory": 128}
    story.call("ecs:RegisterTaskDefinition", family="web", networkMode="awsvpc", containerDefinitions=[container])
    first, second, _ = story.simulation.world.subnets
    spread = [{"type": "spread", "field": "instanceId"}]
    both = {"awsvpcConfiguration": {"subnets": [first, second]}}
    run(story, 2, networkConfiguration=both, placementStrategy=spread)
    assert places(story) == ["i1", "i1"]
    one = {"awsvpcConfiguration": {"subnets": [second]}}
    response = run(story, 2, 1, networkConfiguration=one, placementStrategy=spread)
    assert failures(response) == [("i1", "LOCATION"), ("i2", "LOCATION")]


@rule("PN:X-10", "PN:P-16", "PN:P-31")
def test_scale_in_without_a_strategy() -> None:
    """PN:X-10 a: zones a 3, b 1, c 3 lose i4, i1, i4."""
    story = cluster(("a", 9000, 9000), ("a", 9000, 9000), ("b", 9000, 9000), ("c", 9000, 9000))
    register(story, 1, 100)
    for instance, count in (("i1", 2), ("i2", 1), ("i3", 1), ("i4", 3)):
        expression = f"ec2InstanceId == i-{int(instance[1:]):016x}"
        member = [{"type": "memberOf", "expression": expression}]
        service = story.simulation.world.services
        at = len(story.simulation.world.tasks) * 100 + 1
        if not service:
            story.create(count, at, placementConstraints=member)
        else:
            desired = story.service().desired_count + count
            story.update(at, desiredCount=desired, placementConstraints=member)
        story.until(at + 90)
    assert sorted(places(story)) == ["i1", "i1", "i2", "i3", "i4", "i4", "i4"]
    stopped: list[str] = []
    for number in range(3):
        story.update(2000 + number * 100, desiredCount=6 - number)
        story.until(2000 + number * 100 + 50)
        world = story.simulation.world
        gone = [t for t in world.tasks.values() if t.desired_status == "STOPPED"]
        newest = max(gone, key=lambda t: t.stopping_at_ms or 0)
        stopped.append(f"i{world.container_instances[newest.container_instance_arn or ''].serial}")
    assert stopped == ["i4", "i1", "i4"]


TABLE = {
    "attribute:stack == prod": "i1",
    "attribute:stack != prod": "i2 i4",
    "not(attribute:stack == prod)": "i2 i3 i4",
    "attribute:stack exists": "i1 i2 i4",
    "attribute:stack !exists": "i3",
    "attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d": "i4",
    "attribute:ecs.instance-type in [t2.small, t2.medium]": "i1 i2",
    "attribute:ecs.instance-type =~ t2": "",
    "agentVersion < 1.14.5": "i1 i4",
    "registeredAt < 2018-02-13": "i1 i4",
    "runningTasksCount == 1": "i1 i4",
    "task:group == service:web": "i1 i3",
    "not(task:group == family:db)": "i1 i2",
    "(attribute:stack == dev or attribute:stack == prod) && runningTasksCount < 1": "i2",
    "attribute:stack == dev or attribute:stack == prod and runningTasksCount == 1": "i1 i2",
}


@pytest.fixture(scope="module")
def queried() -> Story:
    story = Story(Start(zone_count=4))
    story.call("ecs:CreateCluster", clusterName="game")
    rows = (
        ("t2.small", "a", "prod", "1.14.4", "2018-02-12"),
        ("t2.medium", "b", "dev", "1.90.0", "2018-02-13"),
        ("g2.2xlarge", "d", None, "1.14.5", "2018-02-14T10:00:00Z"),
        ("g2.8xlarge", "a", "Prod", "1.9.0", "2017-12-31"),
    )
    for kind, zone, stack, agent, registered in rows:
        story.call(
            "lab:AddContainerInstances",
            cluster="game",
            instanceType=kind,
            cpu=4096,
            memoryMiB=4096,
            zones=[f"us-east-1{zone}"],
            attributes=[{"name": "stack", "value": stack}] if stack else [],
            agentVersion=agent,
            registeredAt=registered,
        )
    for family, members in (("db", (3, 4)), ("web", (1, 3))):
        register(story, 1, 100, family)
        for number in members:
            only = [{"type": "memberOf", "expression": f"ec2InstanceId == i-{number:016x}"}]
            group = {"group": "service:web"} if family == "web" else {}
            called = {"cluster": "game", "taskDefinition": family, "placementConstraints": only, **group}
            assert story.call("ecs:RunTask", 1, **called)["tasks"]
    return story


@rule("PN:X-9")
@pytest.mark.parametrize(("expression", "expected"), TABLE.items())
def test_cluster_query_language(queried: Story, expression: str, expected: str) -> None:
    """PN:X-9."""
    world = queried.simulation.world
    parsed = query_language.parse(expression)
    found = [f"i{i.serial}" for i in world.container_instances.values() if query_language.matches(parsed, world, i)]
    assert " ".join(found) == expected


@rule("PN:Q-18")
@pytest.mark.parametrize(
    "expression",
    ["attribute: == x", "stack == prod", "attribute:stack", "attribute:stack == ", "(attribute:a == b", "a b c"],
)
def test_a_malformed_expression_is_refused_with_the_place(expression: str) -> None:
    """PN:Q-18."""
    story = cluster(("a", 2048, 4096))
    register(story, 1, 100)
    only = [{"type": "memberOf", "expression": expression}]
    refused = story.attempt("ecs:RunTask", 1, cluster="game", taskDefinition="web", placementConstraints=only)
    assert isinstance(refused, Rejection)
    assert refused.code == "InvalidParameterException"
    assert "at character" in refused.message


@rule("PN:X-16")
def test_a_full_subnet_fails_starts_and_not_placements() -> None:
    """PN:X-16: seven of eight run; the eighth fails in the full subnet each time."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    names = []
    vpc = next(iter(story.simulation.world.vpcs))
    for cidr, zone in (("172.31.128.0/28", "a"), ("172.31.128.16/28", "b")):
        made = story.call("ec2:CreateSubnet", VpcId=vpc, CidrBlock=cidr, AvailabilityZone=ZONES[zone])
        names.append(made["Subnet"]["SubnetId"])
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.micro", count=8, subnets=[names[1]])
    definition = {"cpu": "256", "memory": "512", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"]}
    container = {"name": "web", "image": "web"}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container], **definition)
    network = {"awsvpcConfiguration": {"subnets": names, "assignPublicIp": "ENABLED"}}
    story.create(8, networkConfiguration=network)
    story.until(60)
    assert story.running() == 7
    failed = [t for t in story.simulation.world.tasks.values() if t.stop_code == "TaskFailedToStart"]
    assert failed
    assert all(t.subnet_id == names[1] for t in failed)
    assert "InsufficientFreeAddressesInSubnet" in (failed[0].stopped_reason or "")
    assert [story.simulation.world.subnets[name].free_addresses for name in names] == [7, 0]


def test_every_choice_can_be_explained_from_all_candidates() -> None:
    """lab:ExplainPlacement replays to the choice and tells every instance's verdicts."""
    story = cluster(("a", 9000, 3000), ("a", 9000, 1200), ("a", 9000, 400))
    commands = [
        Command(0, "ecs", "CreateCluster", {"clusterName": "game"}),
        *(
            Command(
                0,
                "lab",
                "AddContainerInstances",
                {"cluster": "game", "instanceType": "box", "zones": [ZONES["a"]], "cpu": 9000, "memoryMiB": memory},
            )
            for memory in (3000, 1200, 400)
        ),
        Command(
            0,
            "ecs",
            "RegisterTaskDefinition",
            {"family": "web", "containerDefinitions": [{"name": "w", "image": "w", "cpu": 1, "memory": 500}]},
        ),
        Command(
            1000,
            "ecs",
            "RunTask",
            {"cluster": "game", "taskDefinition": "web", "count": 3, "placementStrategy": [BY_MEMORY]},
        ),
    ]
    timeline = Timeline(story.simulation.world.start, commands)
    task = list(timeline.at(5000).world.tasks.values())[2]
    told = timeline.read(5000, "lab", "ExplainPlacement", {"task": task.arn})
    assert [c["result"] for c in told["candidates"]] == ["chosen", "rejected", "rejected"]
    assert [c["remaining"]["memory"] for c in told["candidates"]] == [3000, 200, 400]
    assert [c["reason"] for c in told["candidates"]] == [None, "RESOURCE:MEMORY", "RESOURCE:MEMORY"]
    assert told["chosen"] == task.container_instance_arn
    assert told["task"] == task.arn

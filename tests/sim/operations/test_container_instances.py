"""What container instances register: agent settings, attributes, trunk interfaces (PN section R, PN:N-30, PN:N-32)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.data.tables import INSTANCE_TYPES
from ecslab.sim.rules.tasks import starting
from ecslab.sim.simulation import Outcome, Rejection
from ecslab.sim.state.container_instance import ContainerInstance
from tests.rules import rule
from tests.sim.stories import Story


def added(story: Story | None = None, at: float = 0, /, **members: Any) -> ContainerInstance:
    story = story or Story()
    story.call("ecs:CreateCluster", at, clusterName="game")
    story.call("lab:AddContainerInstances", at, **{"cluster": "game", "instanceType": "c5.large", **members})
    return list(story.simulation.world.container_instances.values())[-1]


def shape(story: Story, instance: ContainerInstance) -> dict[str, Any]:
    wanted = {"cluster": "game", "containerInstances": [instance.arn]}
    answer = story.simulation.read("ecs", "DescribeContainerInstances", wanted)
    return answer["containerInstances"][0]


def resources(told: dict[str, Any], member: str) -> dict[str, Any]:
    return {r["name"]: r.get("integerValue", r.get("stringSetValue")) for r in told[member]}


@rule("PN:R-10", "PN:R-12")
@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ({}, [("tcp", 22), ("tcp", 2375), ("tcp", 2376), ("tcp", 51678), ("tcp", 51679)]),
        ({"ECS_RESERVED_PORTS": "[22, 8080]"}, [("tcp", 22), ("tcp", 8080)]),
        ({"ECS_RESERVED_PORTS": "[]", "ECS_RESERVED_PORTS_UDP": "[53]"}, [("udp", 53)]),
    ],
    ids=["PN:R-10", "PN:R-12 tcp", "PN:R-12 udp"],
)
def test_reserved_ports(agent: dict[str, str], expected: list[tuple[str, int]]) -> None:
    assert list(added(agent=agent).agent_ports) == expected


@rule("PN:R-3")
def test_reserved_memory() -> None:
    """PN:R-3."""
    assert added(agent={"ECS_RESERVED_MEMORY": "256"}).registered_memory_mib == 3704 - 256


@rule("PN:R-34", "PN:R-35")
def test_attributes_of_the_agent_and_of_the_call() -> None:
    """PN:R-35, PN:R-34."""
    agent = {"ECS_INSTANCE_ATTRIBUTES": '{"stack": "prod", "tier": "a"}'}
    found = added(agent=agent, attributes=[{"name": "tier", "value": "b"}, {"name": "bare"}]).attributes
    assert (found["stack"], found["tier"], found["bare"]) == ("prod", "b", None)


@rule("PN:N-25", "PN:N-26")
def test_the_dynamic_range_can_be_set() -> None:
    """PN:N-25, PN:N-26: from the bottom, one after the other, and round again."""
    story = Story()
    added(story, agent={"ECS_DYNAMIC_HOST_PORT_RANGE": "49153-49154"})
    container = {"name": "web", "image": "web", "cpu": 1, "memory": 8, "portMappings": [{"containerPort": 80}]}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container])
    first = story.call("ecs:RunTask", cluster="game", taskDefinition="web")["tasks"][0]["taskArn"]
    story.until(30)
    story.call("ecs:StopTask", 31, cluster="game", task=first)
    story.call("ecs:RunTask", 60, cluster="game", taskDefinition="web", count=2)
    story.until(90)
    bound = [t.containers[0].network_bindings[0].host_port for t in story.simulation.world.tasks.values()]
    assert bound == [49153, 49154, 49153]


def test_settings_that_change_nothing_are_named() -> None:
    """Core law 10."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    outcome = story.attempt(
        "lab:AddContainerInstances", cluster="game", instanceType="c5.large", agent={"ECS_LOGLEVEL": "debug"}
    )
    assert isinstance(outcome, Outcome)
    assert outcome.not_simulated == ("agent.ECS_LOGLEVEL",)


@rule("PN:N-25", "PN:R-3", "PN:R-12", "PN:R-34", "PN:R-35")
@pytest.mark.parametrize(
    ("members", "code", "words"),
    [
        ({"agent": {"ECS_RESERVED_MEMORY": "half"}}, "InvalidParameterException", "a whole number of MiB"),
        ({"agent": {"ECS_RESERVED_MEMORY": "3704"}}, "InvalidParameterException", "reserve less than it has"),
        ({"agent": {"ECS_RESERVED_PORTS": "22"}}, "InvalidParameterException", "needs JSON such as"),
        ({"agent": {"ECS_RESERVED_PORTS": "[0]"}}, "InvalidParameterException", "ports go from 1"),
        ({"agent": {"ECS_INSTANCE_ATTRIBUTES": "stack=prod"}}, "InvalidParameterException", "needs JSON such as"),
        ({"agent": {"ECS_DYNAMIC_HOST_PORT_RANGE": "9-1"}}, "InvalidParameterException", "two ports with a hyphen"),
        ({"attributes": [{"name": "a b"}]}, "InvalidParameterException", "attribute name 'a b'"),
        ({"attributes": [{"name": "a", "value": " b"}]}, "InvalidParameterException", "attribute a is ' b'"),
        (
            {"attributes": [{"name": f"a{n}"} for n in range(11)]},
            "AttributeLimitExceededException",
            "at most 10 of its own",
        ),
    ],
    ids=["R-3", "R-3 all", "R-12", "R-12 port", "R-35", "N-25", "R-34 name", "R-34 value", "R-34 count"],
)
def test_refused(members: dict[str, Any], code: str, words: str) -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    outcome = story.attempt("lab:AddContainerInstances", cluster="game", instanceType="c5.large", **members)
    assert isinstance(outcome, Rejection)
    assert (outcome.code, words in outcome.message) == (code, True), outcome.message


def trunking(story: Story, at: float = 0) -> None:
    story.call("ecs:PutAccountSettingDefault", at, name="awsvpcTrunking", value="enabled")


@rule("PN:N-30", "PN:N-31", "PN:N-32")
@pytest.mark.parametrize(
    ("name", "plain", "trunked"),
    [("c5.large", 2, 10), ("m5.2xlarge", 3, 40), ("t3.large", 2, 2), ("m4.large", 1, 1), ("m7g.medium", 1, 4)],
)
def test_task_enis(name: str, plain: int, trunked: int) -> None:
    """PN:N-30, PN:N-31, PN:N-32."""
    before = added(instanceType=name)
    assert (before.task_eni_limit, "ecs.awsvpc-trunk-id" in before.attributes) == (plain, False)
    story = Story()
    trunking(story)
    after = added(story, instanceType=name)
    assert (after.task_eni_limit, "ecs.awsvpc-trunk-id" in after.attributes) == (trunked, trunked != plain)


@rule("PN:X-8")
@pytest.mark.parametrize(
    ("opted_in_first", "expected", "failed"),
    [(True, [1, 2, 1, 2, 1], []), (False, [1, 2, 1, 2], ["RESOURCE:ENI", "RESOURCE:ENI"])],
    ids=["PN:X-8 b", "PN:X-8 c"],
)
def test_trunks_are_for_instances_launched_later(opted_in_first: bool, expected: list[int], failed: list[str]) -> None:
    story = Story()
    if opted_in_first:
        trunking(story)
    added(story, count=2, zones=["us-east-1a"])
    if not opted_in_first:
        trunking(story)
    container = {"name": "web", "image": "web", "cpu": 128, "memory": 128}
    story.call("ecs:RegisterTaskDefinition", family="web", networkMode="awsvpc", containerDefinitions=[container])
    subnet = next(iter(story.simulation.world.subnets))
    answer = story.call(
        "ecs:RunTask",
        cluster="game",
        taskDefinition="web",
        count=5,
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
        placementStrategy=[{"type": "spread", "field": "instanceId"}],
    )
    assert [int(t["containerInstanceArn"][-16:], 16) for t in answer["tasks"]] == expected
    assert [f["reason"] for f in answer["failures"]] == failed


def test_account_settings_are_listed() -> None:
    story = Story()
    read = story.simulation.read
    assert read("ecs", "ListAccountSettings", {}) == {"settings": []}
    effective = read("ecs", "ListAccountSettings", {"effectiveSettings": True})["settings"]
    assert [(s["name"], s["value"]) for s in effective] == [("awsvpcTrunking", "disabled")]
    trunking(story)
    assert [s["value"] for s in read("ecs", "ListAccountSettings", {})["settings"]] == ["enabled"]
    for members in (
        {"name": "containerInsights", "value": "enabled"},
        {"name": "awsvpcTrunking", "value": "yes"},
        {"name": "awsvpcTrunking", "value": "enabled", "principalArn": "arn:aws:iam::123456789012:role/r"},
    ):
        assert isinstance(story.attempt("ecs:PutAccountSetting", **members), Rejection)


@rule("PN:R-1", "PN:R-6", "PN:R-23", "PN:R-30", "PN:R-40")
def test_shape() -> None:
    """PN:R-1, PN:R-6, PN:R-23, PN:R-30, PN:R-40."""
    story = Story()
    instance = added(story, instanceType="g4dn.12xlarge")
    container = {
        "name": "web",
        "image": "web",
        "cpu": 512,
        "memory": 1024,
        "portMappings": [{"containerPort": 80, "hostPort": 8080}, {"containerPort": 53, "protocol": "udp"}],
        "resourceRequirements": [{"type": "GPU", "value": "3"}],
    }
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container])
    answer = story.call("ecs:RunTask", cluster="game", taskDefinition="web", count=2)
    assert [f["reason"] for f in answer["failures"]] == ["RESOURCE:GPU"]
    told = shape(story, instance)
    registered, remaining = resources(told, "registeredResources"), resources(told, "remainingResources")
    assert (registered["CPU"], remaining["CPU"]) == (48 * 1024, 48 * 1024 - 512)
    assert registered["MEMORY"] - remaining["MEMORY"] == 1024
    assert registered["PORTS"] == ["22", "2375", "2376", "51678", "51679"]
    assert remaining["PORTS"] == [*registered["PORTS"], "8080"]
    assert remaining["PORTS_UDP"] == []
    assert (len(registered["GPU"]), len(remaining["GPU"])) == (4, 1)
    assert (told["runningTasksCount"], told["pendingTasksCount"]) == (1, 1)
    attributes = {a["name"]: a.get("value") for a in told["attributes"]}
    assert attributes["ecs.availability-zone"] == "us-east-1a"
    assert attributes["ecs.instance-type"] == "g4dn.12xlarge"
    assert (attributes["ecs.os-type"], attributes["ecs.cpu-architecture"]) == ("linux", "x86_64")
    assert attributes["ecs.capability.task-eni"] is None


@rule("PN:N-21", "PN:R-13")
def test_ninety_five_static_ports_and_no_more() -> None:
    """PN:R-13, PN:N-21: 100 reserved ports with the agent's five."""
    story = Story()
    added(story, instanceType="box", cpu=4096, memoryMiB=8192)
    for family, first, count in (("many", 1000, 95), ("one", 3000, 1)):
        ports = [{"containerPort": n, "hostPort": n} for n in range(first, first + count)]
        container = {"name": "web", "image": "web", "memory": 8, "portMappings": ports}
        story.call("ecs:RegisterTaskDefinition", family=family, containerDefinitions=[container])
    assert story.call("ecs:RunTask", cluster="game", taskDefinition="many")["failures"] == []
    refused = story.call("ecs:RunTask", cluster="game", taskDefinition="one")["failures"]
    assert [f["reason"] for f in refused] == ["RESOURCE:PORTS"]


@rule("PN:N-32")
def test_trunks_are_only_where_more_fits() -> None:
    """PN:N-32: a trunk never takes room away."""
    assert all(t.trunk_task_enis is None or t.trunk_task_enis >= t.max_enis - 1 for t in INSTANCE_TYPES.values())


@rule("PN:S-1")
def test_canonical_order_is_that_of_registration() -> None:
    """PN:S-1: the date of registration goes before the order of the calls."""
    story = Story()
    added(story, registeredAt="2026-01-04T00:00:00Z")
    added(story, registeredAt="2025-01-01T00:00:00Z")
    story.call(
        "ecs:RegisterTaskDefinition",
        family="web",
        containerDefinitions=[{"name": "web", "image": "web", "memory": 8}],
    )
    task = story.call("ecs:RunTask", cluster="game", taskDefinition="web")["tasks"][0]
    assert task["containerInstanceArn"].endswith("2")


@rule("PN:N-26")
def test_a_full_dynamic_range_stops_the_task() -> None:
    """PN:N-26: the search goes round once; the task whose container gets no port has failed to start."""
    story = Story()
    added(story, agent={"ECS_DYNAMIC_HOST_PORT_RANGE": "40000-40001"})
    container = {"name": "web", "image": "web", "cpu": 1, "memory": 8, "portMappings": [{"containerPort": 80}]}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container])
    story.call("ecs:RunTask", cluster="game", taskDefinition="web", count=3)
    story.until(60)
    *running, refused = story.simulation.world.tasks.values()
    assert [t.containers[0].network_bindings[0].host_port for t in running] == [40000, 40001]
    assert (refused.last_status, refused.stop_code, refused.containers[0].network_bindings) == (
        "STOPPED",
        "TaskFailedToStart",
        [],
    )
    assert refused.stopped_reason == starting.NO_DYNAMIC_PORT


@rule("PN:N-26")
def test_a_container_that_gets_only_some_of_its_ports_holds_none() -> None:
    """PN:N-26: its two mappings need two ports, and one is free."""
    story = Story()
    instance = added(story, agent={"ECS_DYNAMIC_HOST_PORT_RANGE": "40000-40002"})
    ports = [{"containerPort": 80}, {"containerPort": 81}]
    container = {"name": "web", "image": "web", "cpu": 1, "memory": 8, "portMappings": ports}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container])
    story.call("ecs:RunTask", cluster="game", taskDefinition="web", count=2)
    story.until(60)
    assert instance.dynamic_ports == [("tcp", 40000), ("tcp", 40001)]


@pytest.mark.parametrize(
    "agent",
    [
        {"ECS_RESERVED_MEMORY": "9" * 5000},
        {"ECS_RESERVED_MEMORY": "٣"},
        {"ECS_RESERVED_PORTS": "[" * 20_000},
        {"ECS_RESERVED_PORTS": f"[{'9' * 5000}]"},
        {"ECS_INSTANCE_ATTRIBUTES": '{"a":' * 20_000},
        {"ECS_DYNAMIC_HOST_PORT_RANGE": "٤٠٠٠٠-٤٠٠٠١"},
    ],
)
def test_settings_that_no_agent_could_read_are_refused(agent: dict[str, str]) -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    outcome = story.attempt("lab:AddContainerInstances", cluster="game", instanceType="c5.large", agent=agent)
    assert isinstance(outcome, Rejection)
    assert outcome.code == "InvalidParameterException"
    assert len(outcome.message) < 200

"""Network modes, ranges of ports and what awsvpcConfiguration takes (PN:N-2, PN:N-27, PN:N-36, PN:R-8, PN:F-9)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, Story

Members = dict[str, Any]


def register(story: Story, mode: str, *containers: Members) -> None:
    listed = [{"name": f"c{n}", "image": "web", "cpu": 16, "memory": 64, **c} for n, c in enumerate(containers)]
    at = story.simulation.world.now_ms / 1000
    story.call("ecs:RegisterTaskDefinition", at, family="net", networkMode=mode, containerDefinitions=listed)


def run(story: Story, at: float = 0, /, **members: Any) -> dict[str, Any]:
    return story.call("ecs:RunTask", at, cluster="game", taskDefinition="net", **members)


def in_vpc(story: Story, **members: Any) -> Members:
    subnets = list(story.simulation.world.subnets)
    return {"networkConfiguration": {"awsvpcConfiguration": {"subnets": subnets, **members}}}


def described(story: Story, task: Members) -> list[Members]:
    found = story.read("ecs:DescribeTasks", cluster="game", tasks=[task["taskArn"]])["tasks"][0]
    containers: list[Members] = found["containers"]
    return containers


@rule("PN:N-2")
@pytest.mark.parametrize(
    ("mode", "bindings", "has_address"),
    [("none", [], False), ("host", [(80, 80)], False), ("bridge", [(80, 32768)], False), ("awsvpc", [], True)],
)
def test_what_each_network_mode_gives(mode: str, bindings: list[tuple[int, int]], has_address: bool) -> None:
    """Nothing, the instance's own ports, mapped ports, or an interface that the containers of the task share."""
    story = Story().on_instances(1)
    ports = [] if mode == "none" else [{"containerPort": 80}]
    register(story, mode, {"portMappings": ports}, {})
    task = run(story, **(in_vpc(story) if mode == "awsvpc" else {}))["tasks"][0]
    first, second = described(story.until(60), task)
    assert first["lastStatus"] == second["lastStatus"] == "RUNNING"
    assert [(b["containerPort"], b["hostPort"]) for b in first["networkBindings"]] == bindings
    addresses = [c["networkInterfaces"][0]["privateIpv4Address"] for c in (first, second) if c["networkInterfaces"]]
    assert len(addresses) == (2 if has_address else 0)
    assert len(set(addresses)) == (1 if has_address else 0)
    instance = next(iter(story.simulation.world.ec2_instances.values()))
    assert instance.private_address not in addresses


@rule("PN:N-2")
def test_no_network_maps_no_ports() -> None:
    story = Story().on_instances(1)
    container = {"name": "web", "image": "web", "memory": 64, "portMappings": [{"containerPort": 80}]}
    refused = story.attempt(
        "ecs:RegisterTaskDefinition", family="net", networkMode="none", containerDefinitions=[container]
    )
    assert isinstance(refused, Rejection)
    assert "networkMode=none" in refused.message


@rule("PN:N-27")
def test_a_range_of_ports_is_mapped_to_free_ports_in_a_row() -> None:
    """The range of the second task begins where five ports in a row are free; STOPPED gives all of them back."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    story.call(
        "lab:AddContainerInstances",
        cluster="game",
        instanceType="t3.medium",
        agent={"ECS_DYNAMIC_HOST_PORT_RANGE": "40000-40011"},
    )
    register(story, "bridge", {"portMappings": [{"containerPortRange": "8000-8004"}, {"containerPort": 80}]})
    first, second = run(story, count=2)["tasks"]
    story.until(60)
    found = [described(story, task)[0]["networkBindings"] for task in (first, second)]
    assert [b[0].get("hostPortRange") for b in found] == ["40000-40004", "40006-40010"]
    assert {b[0]["containerPortRange"] for b in found} == {"8000-8004"}
    assert [b[1]["hostPort"] for b in found] == [40005, 40011]
    assert "hostPort" not in found[0][0]
    third = run(story, 60)["tasks"][0]
    story.until(100)
    assert described(story, third)[0].get("networkBindings") == []
    story.call("ecs:StopTask", 100, cluster="game", task=first["taskArn"])
    fourth = run(story, 200)["tasks"][0]
    story.until(260)
    assert described(story, fourth)[0]["networkBindings"][0]["hostPortRange"] == "40000-40004"


@rule("PN:N-27")
def test_a_range_has_no_host_port_of_its_own() -> None:
    story = Story().on_instances(1)
    mapping = {"containerPortRange": "8000-8004", "hostPort": 9000}
    container = {"name": "web", "image": "web", "memory": 64, "portMappings": [mapping]}
    refused = story.attempt("ecs:RegisterTaskDefinition", family="net", containerDefinitions=[container])
    assert isinstance(refused, Rejection)
    assert "together with hostPort" in refused.message


@rule("PN:N-36")
@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"subnets": []}, "subnets holds 0 entries; 1 to 16 are needed"),
        ({"subnets": ["subnet-0000000000000001"] * 17}, "subnets holds 17 entries; 1 to 16 are needed"),
        ({"securityGroups": ["sg-0000000000000001"] * 6}, "securityGroups holds 6 entries; at most 5"),
        ({"subnets": ["subnet-0000000000000001", "subnet-0000000000000004"]}, "name subnets of one VPC"),
        ({"securityGroups": ["sg-0000000000000002"]}, "sg-0000000000000002"),
    ],
    ids=["no subnet", "17 subnets", "6 groups", "two VPCs", "a group of another VPC"],
)
def test_a_network_configuration_is_of_one_vpc(members: Members, words: str) -> None:
    story = Story().on_instances(1)
    own = list(story.simulation.world.subnets)
    other = story.call("ec2:CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    story.call("ec2:CreateSubnet", VpcId=other, CidrBlock="10.0.0.0/24")
    register(story, "awsvpc", {})
    vpc = {"subnets": own, **members}
    call = {"cluster": "game", "taskDefinition": "net", "networkConfiguration": {"awsvpcConfiguration": vpc}}
    refused = story.attempt("ecs:RunTask", **call)
    assert isinstance(refused, Rejection)
    assert words in refused.message


@rule("PN:N-36")
def test_without_a_group_an_interface_has_the_default_one() -> None:
    """And a bridge task may name no network configuration at all."""
    story = Story().on_instances(1)
    register(story, "awsvpc", {})
    run(story, **in_vpc(story))
    interface = next(iter(story.simulation.world.network_interfaces.values()))
    groups = [story.simulation.world.security_groups[name].name for name in interface.security_groups]
    assert groups == ["default"]
    register(story, "bridge", {})
    refused = story.attempt("ecs:RunTask", cluster="game", taskDefinition="net", **in_vpc(story))
    assert isinstance(refused, Rejection)
    assert "leave networkConfiguration out" in refused.message


@rule("PN:R-8")
def test_a_network_interface_is_given_back_when_its_task_is_stopped() -> None:
    """Two tasks fill a t3.medium; one stops at 102 and is STOPPED at 112, only then there is room for another."""
    story = Story().on_instances(1)
    register(story, "awsvpc", {})
    vpc = in_vpc(story)
    first, _ = run(story, count=2, **vpc)["tasks"]
    story.until(100)
    story.call("ecs:StopTask", 100, cluster="game", task=first["taskArn"])
    story.until(111.999)
    assert story.simulation.world.tasks[first["taskArn"]].last_status == "DEPROVISIONING"
    assert [f["reason"] for f in run(story, 111.999, **vpc)["failures"]] == ["RESOURCE:ENI"]
    story.until(112)
    assert story.simulation.world.tasks[first["taskArn"]].last_status == "STOPPED"
    assert len(run(story, 112, **vpc)["tasks"]) == 1


@rule("PN:F-9")
def test_fargate_tasks_share_nothing() -> None:
    """Ten tasks with the same port, each with an address of its own, and no instance anywhere."""
    story = Story().on_fargate()
    story.call("ecs:RegisterTaskDefinition", **FARGATE_WEB)
    story.create(10)
    story.until(60)
    world = story.simulation.world
    running = [t for t in world.tasks.values() if t.last_status == "RUNNING"]
    assert len(running) == 10
    assert {t.container_instance_arn for t in running} == {None}
    assert len({t.private_address for t in running}) == 10
    assert not world.container_instances
    strategy = {"placementStrategy": [{"type": "binpack", "field": "memory"}]}
    refused = story.attempt("ecs:UpdateService", 60, cluster="game", service="web", **strategy)
    assert isinstance(refused, Rejection)
    assert "not supported with FARGATE launch type" in refused.message


@rule("PN:N-27")
def test_a_range_takes_no_ports_with_a_gap() -> None:
    """Ports 40000 and 40002 are taken, 40003 to 40007 go to one range; a second one finds no five ports in a row."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    settings = {"ECS_DYNAMIC_HOST_PORT_RANGE": "40000-40011"}
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", agent=settings)
    register(story, "bridge", {"portMappings": [{"containerPort": 80}]})
    _, second, _ = run(story, count=3)["tasks"]
    story.until(60)
    story.call("ecs:StopTask", 60, cluster="game", task=second["taskArn"])
    story.until(80)
    register(story, "bridge", {"portMappings": [{"containerPortRange": "8000-8004"}]})
    ranged = run(story, 80, count=2)["tasks"]
    story.until(120)
    found = [described(story, task)[0].get("networkBindings") for task in ranged]
    assert [[b["hostPortRange"] for b in bindings or []] for bindings in found] == [["40003-40007"], []]

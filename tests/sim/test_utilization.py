"""lab:GetUtilization: what was reserved and used, period by period (lab-responses section 7)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.errors.common import SimError
from tests.rules import rule
from tests.sim.stories import Story
from tests.sim.test_metrics import traffic, web

MACHINE = "i-0000000000000001"


def use(story: Story, of: str, **stretch: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = story.read("lab:GetUtilization", of=of, **stretch)["points"]
    return found


def one_instance(desired: int = 2) -> Story:
    story = Story().on_instances(1)
    story.call("lab:PutImage", image="web", cpuUnits=10, memoryMiB=100, cpuUnitsPerRequestPerSecond=1)
    story.create(desired)
    return story


@rule("PN:R-6", "PN:R-7")
def test_an_instance_minute_by_minute() -> None:
    story = one_instance()
    traffic(story, requestsPerSecond=100)
    story.update(130, desiredCount=1)
    story.until(240)
    answer = story.read("lab:GetUtilization", of=MACHINE)
    assert answer["of"] == {"kind": "instance", "id": MACHINE, "name": None}
    assert (answer["from"], answer["to"], answer["period"]) == (0, 240, 60)
    first, second, third, _ = answer["points"]
    tasks = [f"arn:aws:ecs:us-east-1:123456789012:task/game/{n:016x}" for n in (1, 2)]
    assert [p["at"] for p in answer["points"]] == [60, 120, 180, 240]
    assert second["cpu"] == {"registered": 2048, "reserved": 512, "used": 120}
    assert second["memory"]["reserved"] == 1024
    assert second["memory"]["used"] == 200
    assert second["tasks"] == {"running": 2, "pending": 0}
    assert first["cpu"]["used"] == 120 * 3 // 3
    assert third["cpu"] == {"registered": 2048, "reserved": 256, "used": 110}
    assert [p["by"] for p in second["ports"]][:2] == ["reserved", "reserved"]
    assert [p["by"] for p in second["ports"] if p["by"] != "reserved"] == tasks
    assert len([p for p in third["ports"] if p["by"] in tasks]) == 1
    assert (second["eni"]["used"], second["addresses"]) == (0, None)


def test_pending_tasks_hold_their_place_and_use_nothing() -> None:
    story = one_instance()
    first = use(story.until(20), MACHINE, period=5)[0]
    assert first["tasks"] == {"running": 0, "pending": 2}
    assert first["cpu"] == {"registered": 2048, "reserved": 512, "used": 0}
    of_service = use(story, "web", period=5)[0]
    assert of_service["cpu"] == {"registered": None, "reserved": 0, "used": None}
    assert use(story, "web", period=20)[0]["cpu"] == {"registered": None, "reserved": 512, "used": 20}


@rule("SS:M-1")
def test_a_service_without_a_running_task_uses_none() -> None:
    story = web(2)
    traffic(story, requestsPerSecond=64)
    story.update(121, desiredCount=0)
    points = use(story.until(300), "web")
    assert [p["cpu"]["used"] for p in points] == [64, 64, None, None, None]
    assert [p["cpu"]["reserved"] for p in points] == [512, 512, 0, 0, 0]
    task = use(story, "0000000000000001", **{"from": 60, "to": 180})
    assert [p["cpu"] for p in task] == [
        {"registered": None, "reserved": 256, "used": 32},
        {"registered": None, "reserved": 0, "used": None},
    ]
    assert (points[0]["eni"], points[0]["ports"]) == (None, None)


@rule("PN:R-8", "PN:N-41")
def test_a_cluster_and_a_subnet() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    story.call("lab:AddContainerInstances", cluster="game", instanceType="m5.large", count=2, zones=["us-east-1a"])
    container = {"name": "web", "image": "web", "cpu": 256, "memory": 512}
    story.call("ecs:RegisterTaskDefinition", family="web", networkMode="awsvpc", containerDefinitions=[container])
    subnet = next(s.id for s in story.simulation.world.subnets.values() if s.availability_zone == "us-east-1a")
    vpc = {"awsvpcConfiguration": {"subnets": [subnet]}}
    for _ in range(2):
        story.call("ecs:RunTask", 70, cluster="game", taskDefinition="web", networkConfiguration=vpc)
    story.until(180)
    points = use(story, "game")
    assert [p["cpu"]["registered"] for p in points] == [4096] * 3
    assert [p["cpu"]["reserved"] for p in points] == [0, 512, 512]
    assert [p["eni"] for p in points] == [{"limit": 4, "used": used} for used in (0, 2, 2)]
    addresses = [p["addresses"] for p in use(story, subnet)]
    assert [a["used"] for a in addresses] == [2, 4, 4]
    assert {a["total"] for a in addresses} == {4091}
    assert use(story, subnet)[0]["cpu"] is None


@pytest.mark.parametrize("wrong", [{"of": "nobody"}, {"of": "web", "period": 0}, {"of": "web", "to": 9999}])
def test_what_there_is_not_is_refused(wrong: dict[str, Any]) -> None:
    story = one_instance()
    with pytest.raises(SimError):
        story.until(60).read("lab:GetUtilization", **wrong)


def test_too_many_points_and_names_that_several_services_have_are_refused() -> None:
    story = one_instance()
    story.until(20_000)
    with pytest.raises(SimError, match="longer period"):
        use(story, "web", period=1)
    story.call("ecs:CreateCluster", 20_000, clusterName="other")
    story.call("ecs:CreateService", 20_000, cluster="other", serviceName="web", taskDefinition="web", desiredCount=0)
    with pytest.raises(SimError, match="several services"):
        use(story, "web")

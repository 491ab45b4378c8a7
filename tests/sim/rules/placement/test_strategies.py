"""What strategies say and leave open: zone spread, chains, templates, random (PN:P-22 to P-30)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.labs.forms.services import TEMPLATES
from ecslab.sim.simulation import Outcome
from ecslab.sim.world import Start
from tests.rules import rule
from tests.sim.stories import Story

AZ = {"type": "spread", "field": "attribute:ecs.availability-zone"}
BY_MEMORY = {"type": "binpack", "field": "memory"}
EACH = {"type": "spread", "field": "instanceId"}


def in_zones(zones: str, sizes: tuple[int, ...] = (), start: Start | None = None) -> Story:
    """An instance in each zone named by its letter, with MiB where sizes are given."""
    story = Story(start)
    story.call("ecs:CreateCluster", clusterName="game")
    for number, zone in enumerate(zones):
        size = {"memoryMiB": sizes[number]} if sizes else {}
        story.call(
            "lab:AddContainerInstances", cluster="game", instanceType="t3.medium", zones=[f"us-east-1{zone}"], **size
        )
    container = {"name": "web", "image": "web", "cpu": 10, "memory": 100}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container])
    return story


def placed(story: Story, name: str = "web") -> list[int]:
    """The instances of a service's tasks in order of creation, by number."""
    world = story.simulation.world
    return [int((t.container_instance_arn or "")[-16:], 16) for t in world.tasks_of(story.service(name).arn)]


@rule("PN:P-22")
def test_an_explicit_zone_spread_leaves_the_instance_open() -> None:
    """Zones a, a, b: without a strategy the third task of zone a avoids the first instance, with one it does not."""
    story = in_zones("aab")
    story.create(4, placementStrategy=[AZ])
    assert placed(story.until(1)) == [1, 3, 1, 3]
    default = in_zones("aab")
    default.create(4)
    assert placed(default.until(1)) == [1, 3, 2, 3]


@rule("PN:P-29", "PN:P-14")
@pytest.mark.parametrize(
    ("strategies", "expected"),
    [
        ([BY_MEMORY, AZ], [1, 1, 1, 1]),
        ([AZ, BY_MEMORY], [1, 3, 1, 3]),
        ([EACH, AZ], [1, 3, 2, 3]),
        ([AZ, EACH], [1, 3, 2, 3]),
    ],
    ids=["binpack first leaves nothing to spread", "zones first", "zones on ties alone", "zones, then instances"],
)
def test_the_order_of_strategies_matters(strategies: list[dict[str, str]], expected: list[int]) -> None:
    """Zones a, a, b, of 1,000, 2,000 and 1,900 MiB."""
    story = in_zones("aab", (1000, 2000, 1900))
    story.create(4, placementStrategy=strategies)
    assert placed(story.until(1)) == expected


@rule("PN:P-30")
@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("az-spread", [1, 3, 2, 3]),
        ("az-binpack", [2, 3, 2, 3]),
        ("binpack-memory", [2, 2, 2, 2]),
        ("binpack-cpu", [1, 1, 1, 1]),
        ("one-per-host", [1, 3, 2]),
    ],
)
def test_the_templates_of_the_console(template: str, expected: list[int]) -> None:
    """Zones a, a, b, of 2,000, 1,000 and 1,500 MiB: what the names promise is what they do."""
    _, strategies, constraints = TEMPLATES[template]
    story = in_zones("aab", (2000, 1000, 1500))
    members: dict[str, Any] = {"placementStrategy": strategies, "placementConstraints": constraints}
    story.create(4, **{name: value for name, value in members.items() if value})
    assert placed(story.until(1)) == expected


@rule("PN:K-5")
def test_random_stops_any_task() -> None:
    """Eight seeds stop different tasks of four; without a seed it is the first."""
    stopped = []
    for start in [Start(), *(Start(seed=seed, tie_break="seeded") for seed in range(1, 9))]:
        story = in_zones("abc", start=start)
        story.create(4, placementStrategy=[{"type": "random"}])
        story.until(100)
        story.update(100, desiredCount=3)
        story.until(100)
        stopped.append([t.serial for t in story.simulation.world.tasks.values() if t.is_stopping])
    assert stopped[0] == [1]
    assert all(len(serials) == 1 for serials in stopped)
    assert len({serials[0] for serials in stopped}) > 2


@rule("PN:R-20")
@pytest.mark.parametrize("status", ["DRAINING", "INACTIVE"])
def test_only_an_active_instance_receives_tasks(status: str) -> None:
    """RunTask, StartTask and a service pass over the first instance, which would be their choice."""
    story = in_zones("ab")
    first = next(iter(story.simulation.world.container_instances))
    if status == "DRAINING":
        story.call("ecs:UpdateContainerInstancesState", cluster="game", containerInstances=[first], status=status)
    else:
        story.call("ecs:DeregisterContainerInstance", cluster="game", containerInstance=first)
    story.create(3)
    story.call("ecs:RunTask", 1, cluster="game", taskDefinition="web", count=3)
    told = story.attempt("ecs:StartTask", 1, cluster="game", taskDefinition="web", containerInstances=[first])
    assert not isinstance(told, Outcome) or not told.response["tasks"]
    story.until(1)
    homes = [t.container_instance_arn for t in story.simulation.world.tasks.values()]
    assert len(homes) == 6
    assert first not in homes


@rule("PN:Q-6")
def test_container_instances_are_listed_by_the_query_language() -> None:
    """Also one that is DRAINING and one whose agent is disconnected, which placement would leave out."""
    story = in_zones("abc")
    first, second, third = story.simulation.world.container_instances
    story.call("ecs:UpdateContainerInstancesState", cluster="game", containerInstances=[first], status="DRAINING")
    story.call("lab:DisconnectAgent", instance=second)

    def listed(expression: str) -> list[str]:
        found: list[str] = story.read("ecs:ListContainerInstances", cluster="game", filter=expression)[
            "containerInstanceArns"
        ]
        return found

    assert listed("attribute:ecs.instance-type == t3.medium") == [first, second, third]
    assert listed("attribute:ecs.availability-zone in [us-east-1a, us-east-1b]") == [first, second]
    assert listed("agentConnected == true") == [first, third]
    assert listed("not(attribute:ecs.availability-zone == us-east-1a) and agentConnected == false") == [second]


def stop_order(story: Story, at: float, *wanted: int) -> list[int]:
    """The tasks that a service stops as it is scaled in step by step, by serial."""
    story.until(at)
    known = [t.serial for t in story.simulation.world.tasks.values() if t.desired_status == "STOPPED"]
    order: list[int] = []
    for number, count in enumerate(wanted):
        story.update(at + number / 1000, desiredCount=count)
        story.until(at + number / 1000)
        stopped = [t.serial for t in story.simulation.world.tasks.values() if t.desired_status == "STOPPED"]
        order += [serial for serial in stopped if serial not in (*known, *order)]
    return order


@rule("SS:S-7", "PN:K-9")
def test_starting_tasks_go_before_unhealthy_ones_and_these_before_the_oldest() -> None:
    """Zones a, a, b hold tasks 1, 3, 5 and 2, 4; 5 is starting and 4 UNHEALTHY in its grace period."""
    story = in_zones("aab")
    check = {"command": ["CMD", "true"], "interval": 10, "retries": 2}
    container = {"name": "web", "image": "web", "cpu": 10, "memory": 100, "healthCheck": check}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container])
    story.create(3, healthCheckGracePeriodSeconds=1000)
    story.until(50)
    story.call("lab:PutImage", 50, image="web", healthy=False)
    story.update(50, desiredCount=4)
    story.until(99)
    story.update(99, desiredCount=5)
    assert placed(story.until(99)) == [1, 3, 2, 3, 1]
    assert stop_order(story, 100, 4, 3, 2, 1) == [5, 4, 1, 2]


@rule("SS:S-7", "SS:S-6", "PN:K-2")
def test_the_fullest_instance_of_the_fullest_zone_loses_its_oldest_task() -> None:
    """Task 1 ends and 6 takes its place: the first instance has 5 and 6, the second the older 3, the third 2 and 4."""
    story = in_zones("aab")
    story.create(5)
    first = story.until(20).simulation.world.tasks_of(story.service().arn)[0]
    story.call("ecs:StopTask", 20, cluster="game", task=first.arn)
    assert placed(story.until(99)) == [3, 2, 3, 1, 1]
    assert stop_order(story, 100, 4) == [5]

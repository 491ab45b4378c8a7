"""Strategies are told with every member, and count what lies on all instances that share a value."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.world import Start
from tests.rules import rule
from tests.sim.rules.placement.test_index import assert_same_choices, assert_same_victims
from tests.sim.stories import Story

ZONES = {"type": "spread", "field": "attribute:ecs.availability-zone"}


def told(answer: dict[str, Any]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Each candidate's result, and what each strategy says of it."""
    members = ("check", "index", "field", "value", "score", "kept", "rule", "mark")
    return [
        (c["result"], [tuple(v.get(m) for m in members) for v in c["verdicts"] if v["step"] == "strategy"])
        for c in answer["candidates"]
    ]


@rule("PN:P-14", "PN:P-23", "PN:P-27")
def test_a_choice_among_four_instances_is_told_strategy_by_strategy() -> None:
    """Two tasks lie in zones a and b; zone c has the least, and one instance alone."""
    story = Story().on_instances(4)
    call = {"cluster": "game", "taskDefinition": "web"}
    story.call("ecs:RunTask", count=2, placementStrategy=[ZONES], **call)
    strategies = [ZONES, {"type": "binpack", "field": "memory"}]
    answer = story.read("lab:ExplainPlacement", placementStrategy=strategies, **call)

    def spread(zone: str, score: int, kept: bool) -> tuple[Any, ...]:
        return ("spread", 0, ZONES["field"], f"us-east-1{zone}", score, kept, "PN:P-23", "D")

    instances = story.simulation.world.container_instances.values()
    third = list(instances)[2]
    binpack = ("binpack", 1, "memory", None, third.remaining_memory_mib, True, "PN:P-27", "D")
    assert told(answer) == [
        ("outranked", [spread("a", 1, False)]),
        ("outranked", [spread("b", 1, False)]),
        ("chosen", [spread("c", 0, True), binpack]),
        ("outranked", [spread("a", 1, False)]),
    ]


@rule("PN:P-14", "PN:P-23")
def test_a_zone_counts_the_tasks_of_all_its_instances() -> None:
    """Instances 1 and 4 are in zone a, 2 and 5 in b, 3 in c: zones fill alike, and inside a zone its instances."""
    story = Story().on_instances(5)
    strategies = [ZONES, {"type": "spread", "field": "instanceId"}]
    chosen: list[int] = []
    for second in range(9):
        answer = story.call("ecs:RunTask", second, cluster="game", taskDefinition="web", placementStrategy=strategies)
        chosen.append(int(answer["tasks"][0]["containerInstanceArn"][-16:], 16))
        assert assert_same_choices(story.simulation.world)
    assert chosen == [1, 2, 3, 4, 5, 3, 1, 2, 3]


@rule("PN:K-3", "PN:K-4", "PN:K-9")
def test_the_next_stop_is_told_strategy_by_strategy() -> None:
    """Zones a and b have two tasks, c one; among the four, all on instances with the same room, the oldest goes."""
    story = Story().on_instances(3)
    strategies = [ZONES, {"type": "binpack", "field": "cpu"}]
    service = {"cluster": "game", "serviceName": "web", "taskDefinition": "web", "desiredCount": 5}
    story.call("ecs:CreateService", placementStrategy=strategies, **service)
    story.until(200)
    answer = story.read("lab:ExplainPlacement", cluster="game", service="web", which="stop")
    ready = ("readiness", None, None, None, 2, True, "PN:K-9", "C")

    def spread(zone: str, score: int, kept: bool) -> tuple[Any, ...]:
        return ("spread", 0, ZONES["field"], f"us-east-1{zone}", score, kept, "PN:K-3", "D")

    instance = next(iter(story.simulation.world.container_instances.values()))
    room = -(instance.remaining_cpu_units + 256)
    binpack = ("binpack", 1, "cpu", None, room, True, "PN:K-4", "D")
    tied = ("tied", [ready, spread("b", -2, True), binpack])
    assert told(answer) == [
        ("chosen", [ready, spread("a", -2, True), binpack]),
        tied,
        ("outranked", [ready, spread("c", -1, False)]),
        ("tied", [ready, spread("a", -2, True), binpack]),
        tied,
    ]
    assert answer["tieBreak"]["among"] == 4
    assert answer["tieBreak"]["drawn"] is False


@rule("PN:K-2", "PN:K-3", "PN:K-4", "PN:K-5")
@pytest.mark.parametrize(
    ("strategies", "is_drawn", "rules"),
    [
        ([], False, ["PN:K-9 C", "PN:K-2 D", "PN:K-2 D"]),
        ([ZONES], True, ["PN:K-9 C", "PN:K-3 D"]),
        ([{"type": "random"}], True, ["PN:K-9 C", "PN:K-5 I"]),
        ([{"type": "binpack", "field": "CPU"}], False, ["PN:K-9 C", "PN:K-4 D"]),
        ([{"type": "binpack", "field": "memory"}, {"type": "random"}], True, ["PN:K-9 C", "PN:K-4 D", "PN:K-5 I"]),
        ([{"type": "spread", "field": "instanceId"}], False, ["PN:K-9 C", "PN:K-3 D"]),
    ],
)
def test_every_strategy_stops_tasks_by_its_own_rule(strategies: list[Any], is_drawn: bool, rules: list[str]) -> None:
    """One after the other the queue stops what the rules stop; which are drawn is said."""
    story = Story(Start(seed=3, tie_break="seeded")).on_instances(4)
    service = {"cluster": "game", "serviceName": "web", "taskDefinition": "web", "desiredCount": 7}
    story.call("ecs:CreateService", placementStrategy=strategies, **service)
    story.until(200)
    answer = story.read("lab:ExplainPlacement", cluster="game", service="web", which="stop")
    by = "seeded" if is_drawn else "canonical"
    assert (answer["tieBreak"]["by"], answer["tieBreak"]["drawn"]) == (by, False), "what is foreseen is not drawn"
    assert answer["tieBreak"]["rule"] == ("PN:S-3" if is_drawn else "PN:K-7")
    chosen = next(c for c in answer["candidates"] if c["result"] == "chosen")
    assert [f"{v['rule']} {v['mark']}" for v in chosen["verdicts"]] == rules
    assert assert_same_victims(story.simulation.world) == 14


@rule("PN:F-10")
def test_a_choice_among_subnets_is_told_with_zones_and_free_addresses() -> None:
    """A task lies in zone a; zones b and c are empty, and b comes first, with a small subnet and a large one."""
    story = Story().on_fargate()
    vpc = "vpc-0000000000000001"
    small = story.call("ec2:CreateSubnet", VpcId=vpc, CidrBlock="172.31.64.0/28", AvailabilityZone="us-east-1b")
    names = [small["Subnet"]["SubnetId"], *(f"subnet-000000000000000{n}" for n in (1, 2, 3))]

    def call(*subnets: str) -> dict[str, Any]:
        network = {"awsvpcConfiguration": {"subnets": list(subnets)}}
        return {
            "cluster": "game",
            "taskDefinition": "web",
            "launchType": "FARGATE",
            "networkConfiguration": network,
        }

    story.call("ecs:RunTask", **call(names[1]))
    answer = story.read("lab:ExplainPlacement", **call(*names))

    def spread(zone: str, score: int, kept: bool) -> tuple[Any, ...]:
        return ("spread", 0, ZONES["field"], f"us-east-1{zone}", score, kept, "PN:F-10", "D")

    def free(count: int, kept: bool) -> tuple[Any, ...]:
        return ("freeAddresses", 1, "freeAddresses", count, -count, kept, "PN:F-10", "C")

    assert told(answer) == [
        ("outranked", [spread("b", 0, True), free(11, False)]),
        ("outranked", [spread("a", 1, False)]),
        ("chosen", [spread("b", 0, True), free(4091, True)]),
        ("tied", [spread("c", 0, True)]),
    ]
    assert [(c["subnet"], c["freeAddresses"]) for c in answer["candidates"]] == list(
        zip(names, (11, 4090, 4091, 4091), strict=True)
    )


@rule("PN:K-4")
def test_binpack_by_memory_stops_where_most_room_would_be() -> None:
    """What counts is what would be free on the instance without the task."""
    story = Story().on_instances(2)
    strategies = [{"type": "binpack", "field": "memory"}]
    service = {"cluster": "game", "serviceName": "web", "taskDefinition": "web", "desiredCount": 8}
    story.call("ecs:CreateService", placementStrategy=strategies, **service)
    story.until(200)
    answer = story.read("lab:ExplainPlacement", cluster="game", service="web", which="stop")
    first, second = (i.remaining_memory_mib for i in story.simulation.world.container_instances.values())
    assert (first, second) == (300, 3372)
    found = {c["ec2InstanceId"]: c["verdicts"][-1] for c in answer["candidates"]}
    assert [(v["score"], v["kept"]) for v in found.values()] == [(-812, False), (-3884, True)]


@rule("PN:K-7")
def test_the_oldest_is_the_one_that_has_run_longest() -> None:
    """The first task was created before the second and came to run after it."""
    story = Story().on_instances(2)
    story.call("lab:PutImage", image="web", pullSeconds=100)
    story.create(1)
    story.call("lab:PutImage", 10, image="web", pullSeconds=1)
    story.update(11, desiredCount=2)
    story.until(300)
    started = [t.started_at_ms for t in story.simulation.world.tasks.values()]
    answer = story.read("lab:ExplainPlacement", cluster="game", service="web", which="stop")
    assert started[1] < started[0]
    assert [c["result"] for c in answer["candidates"]] == ["tied", "chosen"]

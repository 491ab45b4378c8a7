"""What lab:ExplainPlacement answers, whole: on container instances, on Fargate, and for a stop (lab-responses 4)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.rules import choosing
from ecslab.sim.rules.placement import explain, place, strategies
from ecslab.sim.state.task_definition import PlacementStrategy
from ecslab.sim.world import Start
from tests.rules import rule
from tests.sim.rules.test_stock import NO_CAPACITY, asked, big
from tests.sim.stories import Story

ARN = "arn:aws:ecs:us-east-1:123456789012"
WEB = {"cluster": "game", "taskDefinition": "web"}
ZONES = {"type": "spread", "field": "attribute:ecs.availability-zone"}
NOT_C = "attribute:ecs.availability-zone != us-east-1c"


def seeded(count: int = 3) -> Story:
    return Story(Start(seed=3, tie_break="seeded")).on_instances(count)


def requirements(cpu: int, memory: int) -> list[dict[str, Any]]:
    """What the two counted resources and the two facts of an instance say of the task `web`."""
    return [
        said("eligibility", "STATUS", "PN:P-10", need="ACTIVE", have="ACTIVE"),
        said("requirement", "AGENT", "PN:R-21", need=True, have=True),
        said("requirement", "RESOURCE:CPU", "PN:P-11", need=256, have=cpu),
        said("requirement", "RESOURCE:MEMORY", "PN:P-11", need=512, have=memory),
    ]


def said(step: str, check: str, source: str, mark: str = "D", /, **details: Any) -> dict[str, Any]:
    passed = "kept" if step == "strategy" else "passed"
    return {"step": step, "check": check, passed: True, "rule": source, "mark": mark, **details}


def instance(number: int, result: str, words: list[dict[str, Any]], reason: str | None = None) -> dict[str, Any]:
    return {
        "containerInstance": f"{ARN}:container-instance/game/{number:016d}",
        "ec2InstanceId": f"i-{number:016d}",
        "zone": f"us-east-1{'abc'[number - 1]}",
        "remaining": {"cpu": 2048, "memory": 3884},
        "result": result,
        "reason": reason,
        "verdicts": words,
    }


@rule("PN:P-10", "PN:P-11", "PN:P-12", "PN:P-28", "PN:P-40", "PN:P-42", "PN:R-21", "PN:S-3")
def test_a_draw_among_instances_that_keep_two_constraints() -> None:
    story = seeded()
    constraints = [{"type": "memberOf", "expression": NOT_C}, {"type": "distinctInstance"}]
    asked_for = {"placementStrategy": [{"type": "random"}], "placementConstraints": constraints}
    distinct = said("constraint", "distinctInstance", "PN:P-40", group="family:web")
    member = said("constraint", "memberOf", "PN:P-42", expression=NOT_C)
    random = said("strategy", "random", "PN:P-28", index=0, field=None, score=0)
    words = [*requirements(2048, 3884), distinct, member]
    lost = [*words[:-1], {**member, "passed": False}]
    assert story.read("lab:ExplainPlacement", **WEB, **asked_for) == {
        "task": None,
        "group": "family:web",
        "at": 0,
        "kind": "start",
        "needs": {"cpu": 256, "memory": 512, "gpu": 0, "eni": 0, "ports": []},
        "outcome": "placed",
        "chosen": f"{ARN}:container-instance/game/{1:016d}",
        "strategies": [{"type": "random", "field": None}],
        "candidates": [
            instance(1, "chosen", [*words, random]),
            instance(2, "tied", [*words, random]),
            instance(3, "rejected", lost, "MemberOf placement constraint unsatisfied."),
        ],
        "tieBreak": {"among": 2, "by": "seeded", "drawn": False, "rule": "PN:S-3", "mark": "C"},
    }


@rule("PN:S-2", "PN:S-3")
@pytest.mark.parametrize(
    ("strategy", "by", "source"), [(ZONES, "canonical", "PN:S-2"), ({"type": "random"}, "seeded", "PN:S-3")]
)
def test_a_choice_that_was_made_tells_whether_it_was_drawn(strategy: dict[str, str], by: str, source: str) -> None:
    """Canonical order breaks the tie of a spread even where the seed draws."""
    story = seeded()
    request = place_request(story, strategy)
    drawn: list[tuple[str, int]] = []

    def draw(stream: str, count: int) -> int:
        drawn.append((stream, count))
        return 1

    world = story.simulation.world
    decision = place.decide(world, request, draw)
    assert drawn == ([("placement.random", 3)] if by == "seeded" else [])
    assert decision.chosen == place.choose(world, request, draw)
    told = explain.response(world, decision, "a task")
    assert told["tieBreak"] == {"among": 3, "by": by, "drawn": by == "seeded", "rule": source, "mark": "C"}
    assert (told["task"], told["kind"]) == ("a task", "start")
    assert explain.response(world, decision, None, is_foreseen=True)["tieBreak"]["drawn"] is False


def place_request(story: Story, strategy: dict[str, str]) -> PlacementRequest:
    """What the task `web` asks for with one strategy."""
    definition = story.simulation.world.task_definition("web")
    wishes = choosing.Wishes(strategies=(PlacementStrategy(strategy["type"], strategy.get("field", "")),))
    return choosing.request_for(definition, "game", "family:web", wishes)


@rule("PN:P-28", "PN:S-3")
def test_chance_is_told_by_its_rule_where_the_first_of_equals_is_taken() -> None:
    answer = Story().on_instances(2).read("lab:ExplainPlacement", **WEB, placementStrategy=[{"type": "random"}])
    assert answer["tieBreak"] == {"among": 2, "by": "canonical", "drawn": False, "rule": "PN:S-3", "mark": "C"}


@rule("PN:F-10", "PN:N-43")
def test_subnets_of_a_zone_are_chosen_where_every_zone_has_a_task() -> None:
    """Zone a has three tasks and comes first; b has two subnets with the same free addresses, c one."""
    story = Story().on_fargate()
    vpc = "vpc-0000000000000001"
    a, b, c = (f"subnet-{n:016d}" for n in (1, 2, 3))
    call = {"VpcId": vpc, "AvailabilityZone": "us-east-1b"}
    twin = story.call("ec2:CreateSubnet", CidrBlock="172.31.64.0/20", **call)["Subnet"]["SubnetId"]
    started = {**WEB, "launchType": "FARGATE"}
    for subnet in (a, a, a, twin, b, c):
        vpc_of_task = {"awsvpcConfiguration": {"subnets": [subnet]}}
        story.call("ecs:RunTask", **started, networkConfiguration=vpc_of_task)
    among = {"awsvpcConfiguration": {"subnets": [a, b, twin]}}
    answer = story.read("lab:ExplainPlacement", **started, networkConfiguration=among)
    assert [(s["subnet"], s["result"]) for s in answer["candidates"]] == [
        (a, "outranked"),
        (b, "chosen"),
        (twin, "tied"),
    ]
    alone = {"awsvpcConfiguration": {"subnets": [a, c, twin]}}
    answer = story.read("lab:ExplainPlacement", **started, networkConfiguration=alone)
    assert [(s["result"], s["verdicts"][0]["kept"]) for s in answer["candidates"]] == [
        ("outranked", False),
        ("chosen", True),
        ("outranked", False),
    ]
    assert answer["tieBreak"] is None


@rule("PN:S-2")
def test_no_tie_is_told_of_one_instance_or_of_none() -> None:
    story = seeded(1)
    assert story.read("lab:ExplainPlacement", **WEB)["tieBreak"] is None
    nothing = [{"type": "memberOf", "expression": "attribute:ecs.instance-type == m5.large"}]
    answer = story.read("lab:ExplainPlacement", **WEB, placementConstraints=nothing)
    assert (answer["tieBreak"], answer["outcome"], answer["chosen"]) == (None, "failed", None)


@rule("PN:K-1", "PN:K-2", "PN:K-7", "PN:K-9")
def test_the_next_stop_is_told_whole() -> None:
    story = Story().on_instances(2)
    story.create(2)
    story.until(200)
    answer = story.read("lab:ExplainPlacement", cluster="game", service="web", which="stop")

    def task(number: int, zone: str, result: str) -> dict[str, Any]:
        machine = f"i-{number:016d}"
        return {
            "task": f"{ARN}:task/game/{number:016d}",
            "containerInstance": f"{ARN}:container-instance/game/{number:016d}",
            "ec2InstanceId": machine,
            "zone": zone,
            "result": result,
            "reason": None,
            "verdicts": [
                said("strategy", "readiness", "PN:K-9", "C", index=None, field=None, score=2),
                said("strategy", "spread", "PN:K-2", index=0, field=ZONES["field"], value=zone, score=-1),
                said("strategy", "spread", "PN:K-2", index=1, field="instanceId", value=machine, score=-1),
            ],
        }

    assert answer == {
        "task": None,
        "group": "service:web",
        "at": 200,
        "kind": "stop",
        "needs": None,
        "outcome": None,
        "chosen": f"{ARN}:task/game/{1:016d}",
        "strategies": [ZONES, {"type": "spread", "field": "instanceId"}],
        "candidates": [task(1, "us-east-1a", "chosen"), task(2, "us-east-1b", "tied")],
        "tieBreak": {"among": 2, "by": "canonical", "drawn": False, "rule": "PN:K-7", "mark": "C"},
    }


@rule("PN:E-7", "PN:F-10")
def test_a_choice_among_subnets_of_which_one_has_no_room() -> None:
    story = big()
    story.call("lab:LimitCapacity", capacityProvider="FARGATE", zone="us-east-1a", available=0)
    members = {name: value for name, value in asked(story, 4).items() if name != "count"}
    full = {**said("requirement", "CAPACITY", "PN:E-7", need=1024, have=0), "passed": False}

    def spread(zone: str) -> dict[str, Any]:
        facts = {"index": 0, "field": strategies.ZONE, "value": f"us-east-1{zone}", "score": 0}
        return said("strategy", "spread", "PN:F-10", **facts)

    def subnet(number: int, result: str, reason: str | None, *words: dict[str, Any]) -> dict[str, Any]:
        place = {"zone": f"us-east-1{'abc'[number - 1]}", "freeAddresses": 4091}
        told = {"subnet": f"subnet-{number:016d}", **place, "result": result, "reason": reason}
        return {**told, "verdicts": list(words)}

    free = said("strategy", "freeAddresses", "PN:F-10", "C", index=1, field="freeAddresses", value=4091, score=-4091)
    assert story.read("lab:ExplainPlacement", **members) == {
        "task": None,
        "group": "family:web",
        "at": 0,
        "kind": "start",
        "needs": None,
        "outcome": "placed",
        "chosen": f"subnet-{2:016d}",
        "strategies": [],
        "candidates": [
            subnet(1, "rejected", NO_CAPACITY, full),
            subnet(2, "chosen", None, spread("b"), free),
            subnet(3, "tied", None, spread("c")),
        ],
        "tieBreak": {"among": 2, "by": "canonical", "drawn": False, "rule": "PN:F-10", "mark": "C"},
    }


@rule("PN:E-7")
def test_no_subnet_has_room() -> None:
    story = big()
    story.call("lab:LimitCapacity", capacityProvider="FARGATE", available=0)
    members = {name: value for name, value in asked(story, 4).items() if name != "count"}
    answer = story.read("lab:ExplainPlacement", **members)
    assert (answer["outcome"], answer["chosen"], answer["tieBreak"]) == ("failed", None, None)
    assert {c["result"] for c in answer["candidates"]} == {"rejected"}

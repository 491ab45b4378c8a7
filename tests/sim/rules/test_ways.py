"""The ways that are kept are those that a walk through the network finds, after every call that changes a network."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ecslab.sim.changes import journal
from ecslab.sim.rules.reachability import find_path, service_path
from ecslab.sim.simulation import Simulation
from ecslab.sim.world import World
from tests.sim import network
from tests.sim.stories import Story

SERVICES = ("internet", "s3", "ecr.dkr", "ecs")
LATER_S = 300
"""By then whatever was being made or deleted is."""


def ask_everywhere(world: World) -> None:
    """From each subnet, with the first group of its VPC, to each service."""
    for subnet, service, public in itertools.product(world.subnets.values(), SERVICES, (False, True)):
        group = next(g.id for g in world.security_groups.values() if g.vpc_id == subnet.vpc_id)
        service_path(world, subnet.id, [group], public, service)


def assert_kept_ways_are_found(world: World) -> int:
    """Whatever is kept is what a walk finds now; how many were compared."""
    for asked, way in world.ways.items():
        assert way == find_path(world, *asked), asked
    return len(world.ways)


CALLS = [*network.VALID, ("lab:FailZone", {"zone": "us-east-1a"})]


@pytest.mark.parametrize(("operation", "parameters"), CALLS, ids=[name for name, _ in CALLS])
def test_kept_ways_follow_every_change(operation: str, parameters: dict[str, Any]) -> None:
    story = Story()
    network.live(story)
    world = story.simulation.world
    ask_everywhere(world)
    assert assert_kept_ways_are_found(world) == len(world.subnets) * len(SERVICES) * 2
    story.call(operation, **parameters)
    assert_kept_ways_are_found(world)
    ask_everywhere(world)
    for second in (1, 30, 60, 120, LATER_S):
        story.until(second)
        assert_kept_ways_are_found(world)
        ask_everywhere(world)
    if operation == "lab:FailZone":
        story.call("lab:RecoverZone", LATER_S, **parameters)
        assert_kept_ways_are_found(world)


def test_ways_are_found_anew_before_they_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_WAYS", 3)
    world = Simulation.begin().world
    ask_everywhere(world)
    assert len(world.ways) <= 3
    assert_kept_ways_are_found(world)

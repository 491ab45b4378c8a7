"""Every call that changes something is told in the timeline in a sentence of its own."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ecslab.sim.call_sentences import CALLS
from ecslab.sim.command import Command
from ecslab.sim.events import timeline_entry
from ecslab.sim.operations.registry import WRITES
from ecslab.sim.simulation import Rejection, Simulation
from ecslab.sim.timeline import get_timeline
from tests.sim import balancing
from tests.sim.stories import Story
from tests.sim.test_refused import VALID, lived

START = lived().snapshot()


def told(name: str, parameters: dict[str, Any]) -> str:
    """The sentence of a call that is accepted."""
    simulation = Simulation.restore(START)
    before = len(simulation.world.journal)
    assert not isinstance(simulation.apply(Command(60_000, *name.split(":"), parameters)), Rejection)
    entry = next(e for e in simulation.world.journal[before:] if e.kind == "call" and e.values["call"] == name)
    answer = timeline_entry(1, entry)
    assert answer
    return str(answer["text"])


def test_every_write_has_a_sentence() -> None:
    assert set(CALLS) == set(WRITES)


@pytest.mark.parametrize(("name", "parameters"), VALID, ids=[name for name, _ in VALID])
def test_a_sentence_names_what_it_is_about(name: str, parameters: dict[str, Any]) -> None:
    """Neither the call's name nor an ARN nor a hole stands in it."""
    text = told(name, parameters)
    assert re.fullmatch(r"[A-Za-z0-9].*[^ .]\.", text)
    assert not re.search(r"arn:|None| {2}| \.|was accepted", text), text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("elbv2:CreateLoadBalancer", "Load balancer another was created."),
        ("elbv2:DeleteListener", "A listener of load balancer front was deleted."),
        ("elbv2:DeregisterTargets", "Targets were deregistered from target group web."),
        ("lab:InterruptSpot", "AWS takes the Spot capacity of instance i-0000000000000005 back."),
        ("cloudwatch:SetAlarmState", "The state of alarm there was set by hand."),
        ("application-autoscaling:PutScheduledAction", "Scheduled action evening of service own was put."),
    ],
)
def test_a_sentence_in_the_words_of_aws(name: str, text: str) -> None:
    assert told(name, next(parameters for valid, parameters in VALID if valid == name)) == text


def test_traffic_to_a_load_balancer_names_the_load_balancer() -> None:
    story = balancing.live(Story().on_instances(1))
    story.call("lab:SetTraffic", 5, loadBalancer="front", requestsPerSecond=3)
    entries = get_timeline(story.until(6).simulation.world, {"from": 5})["entries"]
    assert [e["text"] for e in entries if e["kind"] in ("call", "traffic")] == [
        "What clients send to load balancer front was set.",
        "Clients send load balancer front constant traffic from 5 s on.",
        "Nothing that clients send to load balancer front arrives: none of its security groups admits them on port 80, "
        "so their packets are dropped.",
    ]

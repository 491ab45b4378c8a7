"""What is written is read back as it was."""

from __future__ import annotations

import pytest

from ecslab.scenario import moments
from ecslab.scenario.load import load
from ecslab.scenario.run import run
from ecslab.scenario.write import scenario_text
from ecslab.sim.command import Command
from ecslab.sim.world import Start


def test_writing_and_reading_is_the_identity() -> None:
    start = Start(seed=5, tie_break="seeded", zone_count=2)
    commands = [
        Command(0, "ecs", "CreateCluster", {"clusterName": "game", "tags": [{"key": "k", "value": "${x} 2026-01-05"}]}),
        Command(97_301, "ecs", "DeleteCluster", {"cluster": "nowhere"}),
    ]
    text = scenario_text("A name", "About: it", start, commands, {1: "ClusterNotFoundException"})
    scenario = load(text)
    assert scenario.start == start
    made = run(scenario)
    assert made.passed
    assert made.commands == commands


@pytest.mark.parametrize(
    ("text", "at_ms"), [("0s", 0), ("1m30s", 90_000), ("2h", 7_200_000), ("1m37.3s", 97_300), ("1h0.001s", 3_600_001)]
)
def test_moments(text: str, at_ms: int) -> None:
    assert moments.parse(text) == at_ms
    assert moments.text_of(at_ms) == text

"""What is written is read back as it was."""

from __future__ import annotations

import pytest

from ecslab.scenario import moments, references
from ecslab.scenario.load import load
from ecslab.scenario.run import run
from ecslab.scenario.write import scenario_text
from ecslab.sim.command import Command
from ecslab.sim.world import Start

TEXTS = [
    *"\x85\u2028\ufeff\t\r\n#'\"%@`|>~",
    *("yes", "null", "1e3", "0o7", "2026-01-05", "12:30:45", "a: b", "- a", "a #b", "<<", " a ", "---"),
    *("${x}", "$${x}", "$$${x}", "a\r\nb", "line\n  line\n\n\nline  \n", "a b " * 900, "\U0001f680"),
]


def test_writing_and_reading_is_the_identity() -> None:
    start = Start(seed=5, tie_break="seeded", zone_count=2)
    commands = [
        Command(0, "ecs", "CreateCluster", {"clusterName": "game", "tags": [{"key": "k", "value": "${x} 2026-01-05"}]}),
        Command(97_301, "ecs", "DeleteCluster", {"cluster": "nowhere"}),
        Command(97_302, "ecs", "CreateCluster", {"clusterName": "other"}, "ecsInstanceRole"),
    ]
    text = scenario_text("A name", "About: it", start, commands, {1: "ClusterNotFoundException"})
    scenario = load(text)
    assert scenario.start == start
    made = run(scenario)
    assert made.passed
    assert made.commands == commands


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    parameters = {"clusterName": text, "tags": [{"key": "k", "value": text}]}
    made = load(scenario_text("n", text, Start(), [Command(0, "ecs", "CreateCluster", parameters)]))
    assert made.about == text
    assert references.resolved(made.calls[0].parameters, {}) == parameters


def test_refused_calls_are_written_and_read_back() -> None:
    commands = [
        Command(0, "ecs", "CreateCluster", {"clusterName": "no spaces!"}),
        Command(0, "ecs", "RunTask", {"taskDefinition": "web", "launchType": "MOON"}),
        Command(1, "ecs", "CreateCluster", {"clusterName": "game"}),
    ]
    errors = {0: "InvalidParameterException", 1: "InvalidParameterException"}
    made = run(load(scenario_text("n", "", Start(), commands, errors)))
    assert (made.passed, made.commands) == (True, commands)
    again = scenario_text("n", "", made.scenario.start, made.commands, errors)
    assert again == scenario_text("n", "", Start(), commands, errors)


@pytest.mark.parametrize(
    ("text", "at_ms"), [("0s", 0), ("1m30s", 90_000), ("2h", 7_200_000), ("1m37.3s", 97_300), ("1h0.001s", 3_600_001)]
)
def test_moments(text: str, at_ms: int) -> None:
    assert moments.parse(text) == at_ms
    assert moments.text_of(at_ms) == text

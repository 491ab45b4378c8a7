"""CSV files of traffic in scenario files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecslab.scenario.document import ScenarioWrong
from ecslab.scenario.load import load, load_file
from ecslab.scenario.run import run

SCENARIO = """scenario: 1
name: A trace
calls:
  - {at: 0s, call: ec2:DescribeSubnets, save: n}
  - {at: 0s, call: ecs:CreateCluster, with: {clusterName: game}}
  - at: 0s
    call: ecs:RegisterTaskDefinition
    with: {family: web, containerDefinitions: [{name: web, image: web, memory: 64}]}
  - {at: 0s, call: ecs:CreateService, with: {cluster: game, serviceName: web, taskDefinition: web, desiredCount: 1}}
  - {at: 60s, call: lab:SetTraffic, with: {cluster: game, service: web, csv: trace.csv MORE}}
"""
TRACE = "timestamp,value\n2014-04-10 00:04:00,94.0\n2014-04-10 00:09:00,56.0\n2014-04-10 00:15:00,720\n"


def scenario(folder: Path, trace: str | None = TRACE, more: str = "") -> Path:
    if trace is not None:
        (folder / "trace.csv").write_text(trace)
    path = folder / "scenario.yaml"
    path.write_text(SCENARIO.replace(" MORE", more))
    return path


def points(path: Path) -> Any:
    return load_file(path).calls[-1].parameters["points"]


def test_a_trace_becomes_points_of_requests_per_second(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    assert points(path) == [[0, "0.313"], [300, "0.156"], [660, "2.000"]]
    call = load_file(path).calls[-1]
    assert "csv" not in call.parameters
    assert run(load_file(path)) is not None


def test_the_highest_rate_can_be_given(tmp_path: Path) -> None:
    assert points(scenario(tmp_path, more=", requestsPerSecond: 40"))[-1] == [660, "40.000"]


@pytest.mark.parametrize(
    ("trace", "more", "sentence"),
    [
        (None, "", "cannot be read"),
        ("value,timestamp\n1,2\n", "", "does not begin with"),
        ("timestamp,value\n2014-04-10 00:04:00,94.0\n", "", "two rows"),
        ("timestamp,value\n2014-04-10 00:04:00,94.0\n2014-04-10 00:04:00,94.0\n", "", "line 3: this is not later"),
        ("timestamp,value\n2014-04-10 00:04:00,many\n", "", "line 2"),
        ("timestamp,value\n2014-04-10 00:04:00,-1\n", "", "0 or more"),
        ("timestamp,value\n2014-04-10 00:04:00,NaN\n", "", "0 or more"),
        (TRACE, ", pattern: sine", "pattern does not go"),
        (TRACE, ", requestsPerSecond: much", "no number"),
        ("timestamp,value\n" + "2014-04-10 00:04:00,94.0\n" * 20_001, "", "more than 20000 rows"),
    ],
)
def test_a_file_that_is_no_trace_is_named(tmp_path: Path, trace: str | None, more: str, sentence: str) -> None:
    with pytest.raises(ScenarioWrong, match=sentence):
        load_file(scenario(tmp_path, trace, more))


def test_a_text_has_no_files(tmp_path: Path) -> None:
    with pytest.raises(ScenarioWrong, match="read by simulate alone"):
        load(scenario(tmp_path).read_text())

"""The AWS CLI line of a command, read back as a shell reads it."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from ecslab.aws.cli_line import WIDTH, cli_line
from ecslab.sim.command import Command
from ecslab.sim.operations.lab.calls import WRITES


@pytest.mark.parametrize(
    ("operation", "parameters", "line"),
    [
        (
            "RunTask",
            {"cluster": "game", "taskDefinition": "web:1", "count": 2},
            "aws ecs run-task --cluster game --task-definition web:1 --count 2",
        ),
        (
            "DescribeServices",
            {"services": ["web", "front end"]},
            "aws ecs describe-services --services web 'front end'",
        ),
        ("DeleteService", {"service": "web", "force": True}, "aws ecs delete-service --service web --force"),
        (
            "UpdateService",
            {"service": "web", "enableExecuteCommand": False},
            "aws ecs update-service --service web --no-enable-execute-command",
        ),
        ("StopTask", {"task": "1", "reason": "it's late"}, "aws ecs stop-task --task 1 --reason 'it'\"'\"'s late'"),
        ("StopTask", {"task": "1", "reason": "-x"}, "aws ecs stop-task --task 1 --reason=-x"),
    ],
)
def test_line(operation: str, parameters: dict[str, Any], line: str) -> None:
    assert cli_line(Command(0, "ecs", operation, parameters)) == line


def test_structures_are_json_and_long_lines_are_broken() -> None:
    strategy = [{"type": "spread", "field": "attribute:ecs.availability-zone"}, {"type": "binpack", "field": "memory"}]
    line = cli_line(Command(0, "ecs", "CreateService", {"serviceName": "web", "placementStrategy": strategy}))
    assert len(line) > WIDTH
    assert line.startswith("aws ecs create-service \\\n    --service-name web \\\n    --placement-strategy ")
    assert json.loads(shlex.split(line)[-1]) == strategy


def test_what_aws_has_no_call_for_says_so() -> None:
    line = cli_line(Command(0, "lab", "AddContainerInstances", {"cluster": "game", "instanceType": "t3.medium"}))
    comment, call = line.splitlines()
    assert comment.startswith("# AWS has no single call for it")
    assert call == 'lab AddContainerInstances \'{"cluster":"game","instanceType":"t3.medium"}\''


def test_a_role_that_calls_is_a_profile() -> None:
    line = cli_line(Command(0, "ecs", "ListClusters", {}, "arn:aws:iam::123456789012:role/app/deployer"))
    assert line == "aws ecs list-clusters --profile deployer"


@pytest.mark.parametrize("name", sorted(WRITES))
def test_every_change_of_the_lab_says_what_stands_for_it(name: str) -> None:
    comment = cli_line(Command(0, "lab", name.partition(":")[2], {})).splitlines()[0]
    assert comment.startswith("# AWS")
    assert "explains itself" not in comment

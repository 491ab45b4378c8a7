"""`manage.py import_task_definition`: what it prints, and its exit status."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from ruamel.yaml import YAML

INPUTS = Path(__file__).parents[1] / "inputs"


def run(*names: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("import_task_definition", *names, stdout=out, stderr=err)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_accepted_with_notes() -> None:
    status, out, err = run(str(INPUTS / "04-soft-equals-hard-limit.json"))
    assert (status, err) == (0, "")
    assert "04-soft-equals-hard-limit.json: accepted" in out
    assert "note: Container 'clock' has memory equal to memoryReservation (512 MiB)" in out


def test_refused_with_code_sentence_and_remedy() -> None:
    status, out, _ = run(str(INPUTS / "02-fargate-logs-with-role.json"), str(INPUTS / "23-fargate-bridge.json"))
    assert status == 1
    assert "refused, ClientException: Fargate only supports network mode 'awsvpc'." in out
    assert "set networkMode to awsvpc" in out


@pytest.mark.parametrize("name", ["25-duplicate-member.json", "no-such-file.json", "."])
def test_unreadable(name: str) -> None:
    status, out, err = run(str(INPUTS / name))
    assert status == 2
    assert out == ""
    assert err.strip()


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "picture.json"
    path.write_bytes(b"\x89PNG\xff\xfe")
    status, _, err = run(str(path))
    assert status == 2
    assert "not UTF-8" in err


def test_scenario_is_yaml_that_registers_and_serves() -> None:
    status, out, _ = run(str(INPUTS / "08-fargate-arm64.json"), "--scenario")
    scenario = YAML(typ="safe").load(out)
    assert status == 0
    assert [call["call"] for call in scenario["calls"]] == [
        "ecs:CreateCluster",
        "ecs:RegisterTaskDefinition",
        "ec2:DescribeSubnets",
        "ecs:CreateService",
    ]
    service = scenario["calls"][-1]["with"]
    assert service["availabilityZoneRebalancing"] == "DISABLED"
    assert service["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "ENABLED"

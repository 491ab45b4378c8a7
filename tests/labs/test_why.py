"""The sentences of a choice, and a word for every check that the core makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

from ecslab.sim.rules.placement import filters
from tests.labs.building import RUN, SERVICE, built_lab, do, world_of

pytestmark = pytest.mark.django_db

PLACEMENT = Path(__file__).parents[2] / "ecslab" / "sim" / "rules" / "placement"


def why_of(client: Client, **service: object) -> object:
    """The panel of the newest task of a service."""
    lab = built_lab(client)
    do(client, lab, "create-service", **{**SERVICE, **service})
    task = list(world_of(lab).tasks.values())[-1]
    return client.get(f"/labs/{lab.key}/?at=60000&task={task.id}").context["task"].why.summary


def test_a_spread_is_told(client: Client) -> None:
    assert why_of(client, desired_count=2) == (
        "3 instances were considered.",
        "spread(attribute:ecs.availability-zone): us-east-1b, us-east-1c hold the fewest of its tasks (0).",
        "spread(instanceId): i-0000000000000002, i-0000000000000003 hold the fewest of its tasks (0).",
    )


def test_a_binpack_is_told(client: Client) -> None:
    assert why_of(client, desired_count=8, strategy="binpack-memory") == (
        "3 instances were considered; 1 did not fit (1 for RESOURCE:MEMORY).",
        "binpack(memory): i-0000000000000002, i-0000000000000003 have the least left (3,884 MiB of memory).",
    )


def test_a_stop_is_told(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **{**SERVICE, "desired_count": 4})
    do(client, lab, "update-service", 60_000, cluster="game", service="web", desired_count=3)
    stopped = next(task for task in world_of(lab).tasks.values() if task.is_stopping or task.last_status == "STOPPED")
    panel = client.get(f"/labs/{lab.key}/?at=120000&task={stopped.id}").context["task"].why_stopped
    assert panel.summary[0] == "4 tasks were considered."
    assert panel.summary[1] == ("spread(attribute:ecs.availability-zone): us-east-1a holds the most of its tasks (2).")


def test_what_has_no_room_is_told(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **{**SERVICE, "desired_count": 22})
    page = client.get(f"/labs/{lab.key}/?at=60000")
    assert page.context["service"].why.summary == (
        "3 instances were considered; 3 did not fit (3 for RESOURCE:MEMORY).",
    )


def test_every_check_has_its_words() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in PLACEMENT.glob("*.py"))
    checks = set(re.findall(r'Verdict\(\s*"[a-z]+",\s*"([A-Za-z:]+)"', code))
    checks |= {check.name for check in filters.CHECKS} | {"spread", "binpack", "random", "readiness"}
    assert {"STATUS", "AGENT", "ATTRIBUTE", "LOCATION", "RESOURCE:CPU", "memberOf", "freeAddresses"} <= checks
    for check in checks:
        told = render_to_string("labs/explain/verdict.html", {"v": {"check": check, "passed": True, "score": "2"}})
        assert not told.strip().startswith(f"{check}:"), check


def test_a_task_on_its_own_is_told(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "run-task", **RUN)
    task = next(iter(world_of(lab).tasks.values()))
    assert client.get(f"/labs/{lab.key}/?task={task.id}").context["task"].why.summary[0] == (
        "3 instances were considered."
    )


def test_what_a_candidate_meets_is_told_in_one_line_with_each_rule_once(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **SERVICE)
    page = client.get(f"/labs/{lab.key}/?at=60000&task=0000000000000001")
    row = page.context["task"].why.rows[0]
    assert len(row.met_rules) == len(set(row.met_rules)) < len(row.met)
    line = re.sub(r"\s+", " ", page.text[page.text.index("its status is ACTIVE") :])
    assert line.startswith(
        "its status is ACTIVE; the ECS agent is connected; CPU: needs 256 units, 2,048 free; memory:"
    )

"""A lab downloaded as a scenario file: replayed from it, the world is the same to the byte."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from ecslab.labs import play
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab
from ecslab.scenario.load import load
from ecslab.scenario.run import run
from ecslab.sim import serialize
from tests.labs.building import RUN, SERVICE, built_lab, do, send

pytestmark = pytest.mark.django_db


def downloaded(client: Client, lab: Lab, branch: int | None = None) -> str:
    answer = client.get(f"/labs/{lab.key}/scenario/", {"branch": branch} if branch else {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_file_makes_the_same_world(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", 90_000, **{**SERVICE, "strategy": "random"})
    do(client, lab, "create-cluster", 95_000, cluster_name="no spaces!")
    do(client, lab, "run-task", 100_000, **RUN)
    log = log_of(lab)
    made = run(load(downloaded(client, lab)))
    assert made.passed, made.failures
    assert made.simulation.digest() == serialize.digest(play.look(log, log.last_at_ms).world)
    assert [c.at_ms for c in made.commands] == [row.at_ms for row in log.rows]


def test_each_copy_of_the_past_has_its_file(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "run-task", 90_000, **RUN)
    send(client, lab, "create-cluster", looking="at=50", base_seq=4, fields={"cluster_name": "past"}, past="fork")
    assert "past" in downloaded(client, lab)
    first = downloaded(client, lab, 1)
    assert "RunTask" in first
    assert "past" not in first


@pytest.mark.parametrize("name", ["Packing & spreading", '"; rm -rf', "Ünïcode ✓", "///"])
def test_any_name_makes_a_file(client: Client, name: str) -> None:
    lab = built_lab(client)
    client.post(f"/labs/{lab.key}/rename/", {"name": name})
    answer = client.get(f"/labs/{lab.key}/scenario/")
    assert load(answer.content.decode()).name == name
    assert answer["Content-Disposition"].isascii()
    assert answer["Content-Disposition"].count('"') == 2


def test_ready_made_labs_can_be_downloaded(client: Client) -> None:
    call_command("load_labs")
    for lab in Lab.objects.filter(owner_token_hash=""):
        assert run(load(downloaded(client, lab))).passed

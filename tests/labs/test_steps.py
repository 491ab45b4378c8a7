"""The steps of ready-made labs on the page: what is done, what is to do, and that the world decides it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from ecslab.aws.cli_line import cli_line
from ecslab.labs import play
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab
from ecslab.labs.panels.steps import StepsPanel, steps_panel
from ecslab.labs.steps import READY, is_reached, solutions_of, steps_of
from ecslab.scenario.load import load_file
from ecslab.scenario.steps import failures_of_steps

pytestmark = pytest.mark.django_db

FILES = sorted(path for path in READY.glob("*.yaml") if path.name != "ready.yaml")
ROOM = ("lab", "AddContainerInstances", {"cluster": "shop", "instanceType": "t3.medium"})


@pytest.fixture(autouse=True)
def loaded() -> None:
    call_command("load_labs", verbosity=0)


def own_lab(client: Client, slug: str = "outgrows") -> Lab:
    key = client.post(f"/ready/{slug}/")["Location"].split("/")[2]
    return Lab.objects.get(key=key)


def panel_of(lab: Lab, at_ms: int) -> StepsPanel:
    found = steps_panel(play.look(log_of(lab), at_ms))
    assert found is not None
    return found


def words(text: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", text)).split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_step_can_be_done_and_is_not_done_already(path: object) -> None:
    assert failures_of_steps(load_file(READY / str(path))) == []


def test_a_step_is_done_when_the_world_says_so(client: Client) -> None:
    lab = own_lab(client)
    assert [row.state for row in panel_of(lab, 199_000).rows] == ["now"]
    assert panel_of(lab, 199_000).told == "Step 1 of 1"
    made = play.submit(log_of(lab).branch, ROOM, looking_at_ms=199_999, base_seq=log_of(lab).last_seq, via="form")
    assert isinstance(made, play.Submitted)
    assert panel_of(lab, 201_000).done == 0, "the tasks are placed and do not run yet"
    assert panel_of(lab, 300_000).told == "The step is done."
    assert panel_of(lab, 199_000).done == 0, "and before that it is not done"


def test_the_page_tells_the_step_with_a_hint_and_a_solution_to_those_who_may_act(client: Client) -> None:
    looking = words(client.get("/ready/outgrows/").text)
    assert "What to do Step 1 of 1 Find room for the two waiting tasks." in looking
    assert "Make this lab yours to do it." in looking
    assert "A hint" not in looking
    lab = own_lab(client)
    acting = words(client.get(f"/labs/{lab.key}/").text)
    assert "A hint An empty place in a zone of the map adds an instance there." in acting
    assert """lab AddContainerInstances '{"cluster":"shop","instanceType":"t3.medium"}'""" in acting


def test_a_lab_of_ones_own_has_no_steps(client: Client) -> None:
    made = client.post("/labs/new/")
    key = made["Location"].split("/")[2]
    assert steps_panel(play.look(log_of(Lab.objects.get(key=key)), 0)) is None
    assert "steps-card" not in client.get(f"/labs/{key}/").text
    assert steps_of("../settings") == steps_of(None) == ()


def test_a_goal_that_cannot_be_asked_is_not_reached(client: Client) -> None:
    """The service that the goal asks about is gone from the account of a lab that never had it."""
    made = client.post("/labs/new/")
    lab = Lab.objects.get(key=made["Location"].split("/")[2])
    (step,) = steps_of("outgrows")
    assert not is_reached(play.look(log_of(lab), 0), step)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_way_to_do_each_step_names_what_is_there(path: Path) -> None:
    """No reference of the file is left for a learner to puzzle over."""
    ways = solutions_of(path.stem)
    assert len(ways) == len(steps_of(path.stem)) > 0
    assert all(ways)
    assert not any("${" in cli_line(command) for way in ways for command in way)

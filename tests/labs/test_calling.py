"""Any call by the plain form: every simulated operation has one, and it answers as AWS would."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client

from ecslab.aws import model
from ecslab.labs.forms.aws_call import operations
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab
from ecslab.sim.operations.registry import EXPLAINED, READS, WRITES
from tests.labs.building import do, new_lab, world_of

pytestmark = pytest.mark.django_db

CALLS = sorted({*READS, *WRITES, *EXPLAINED})


def make(client: Client, lab: Lab, call: str, at_ms: int | None = None, seq: int | None = None, **fields: str) -> Any:
    """Send the form of a call, looking at the last request unless another moment is said."""
    newest = log_of(lab)
    looking = f"at={newest.last_at_ms if at_ms is None else at_ms}"
    data = {"call": call, "looking": looking, "base_seq": str(newest.last_seq if seq is None else seq)}
    return client.post(f"/labs/{lab.key}/call/", {**data, **{f"m-{name}": text for name, text in fields.items()}})


def test_every_simulated_operation_is_offered() -> None:
    offered = [value for _, names in operations() for value, _ in names]
    assert sorted(offered) == CALLS


@pytest.mark.parametrize("call", CALLS)
def test_every_operation_has_a_field_for_each_member(client: Client, call: str) -> None:
    page = client.get(f"/labs/{new_lab(client).key}/call/?call={call}")
    shape = model.input_shape(*call.split(":"))
    assert page.status_code == 200
    for name in shape.members if shape is not None else ():
        assert f'name="m-{name}"' in page.text


@pytest.mark.parametrize("call", CALLS)
def test_an_empty_request_of_any_operation_is_answered(client: Client, call: str) -> None:
    assert make(client, new_lab(client), call).status_code in (200, 422)


def test_a_change_is_made_and_its_response_shown(client: Client) -> None:
    lab = new_lab(client)
    page = make(client, lab, "ecs:CreateCluster", clusterName="game")
    assert page.status_code == 200
    assert '"clusterName": "game"' in unescape(page.text)
    assert "aws ecs create-cluster --cluster-name game" in unescape(page.text)
    assert world_of(lab).clusters["game"].status == "ACTIVE"


def test_the_whole_request_stands_instead_of_the_fields(client: Client) -> None:
    lab = new_lab(client)
    make(client, lab, "ecs:CreateCluster", clusterName="other", whole_request="clusterName: game")
    assert list(world_of(lab).clusters) == ["game"]


def test_a_look_is_answered_and_not_kept(client: Client) -> None:
    lab = new_lab(client)
    do(client, lab, "create-cluster", cluster_name="game")
    before = log_of(lab).last_seq
    page = make(client, lab, "ecs:DescribeClusters", clusters='["game"]')
    assert '"status": "ACTIVE"' in unescape(page.text)
    assert log_of(lab).last_seq == before


def test_what_needs_the_past_is_answered(client: Client) -> None:
    lab = new_lab(client)
    do(client, lab, "create-cluster", cluster_name="game")
    page = make(client, lab, "lab:GetTimeline")
    assert "Cluster game was created." in unescape(page.text)


def test_what_aws_refuses_is_told_with_its_code_and_kept_in_the_form(client: Client) -> None:
    lab = new_lab(client)
    page = make(client, lab, "ecs:DeleteCluster", cluster="nowhere")
    assert page.status_code == 422
    assert "ClusterNotFoundException" in page.text
    assert 'value="nowhere"' in page.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"clusterName": "game", "tags": "[{"}, "tags cannot be read"),
        ({"whole_request": "[1]"}, "A request is an object"),
        ({"whole_request": '{"clusterName": "a", "clusterName": "b"}'}, "stands twice"),
        ({"whole_request": '{"claster": "a"}'}, "not known to AWS"),
        ({"clusterName": "game", "tags": "text"}, "tags is"),
    ],
)
def test_nonsense_gets_a_sentence_and_changes_nothing(client: Client, fields: dict[str, str], sentence: str) -> None:
    lab = new_lab(client)
    page = make(client, lab, "ecs:CreateCluster", **fields)
    assert page.status_code == 422
    assert sentence in unescape(page.text)
    assert log_of(lab).last_seq == 0


def test_anothers_lab_can_be_looked_at_and_not_changed(client: Client) -> None:
    lab = new_lab(client)
    do(client, lab, "create-cluster", cluster_name="game")
    stranger = Client()
    assert '"game"' in unescape(make(stranger, lab, "ecs:DescribeClusters", clusters='["game"]').text)
    page = make(stranger, lab, "ecs:DeleteCluster", cluster="game")
    assert page.status_code == 422
    assert "another browser" in page.text
    assert world_of(lab).clusters["game"].status == "ACTIVE"


def test_another_window_and_the_past_are_told(client: Client) -> None:
    lab = new_lab(client)
    do(client, lab, "create-cluster", at_ms=5000, cluster_name="game")
    assert make(client, lab, "ecs:DeleteCluster", cluster="game", seq=0).status_code == 409
    assert make(client, lab, "ecs:DeleteCluster", cluster="game", at_ms=0).status_code == 409
    assert world_of(lab).clusters["game"].status == "ACTIVE"


def test_an_operation_that_is_not_simulated_falls_back_to_a_look(client: Client) -> None:
    page = client.get(f"/labs/{new_lab(client).key}/call/?call=ecs:DropTables")
    assert "<h3>ecs:DescribeClusters</h3>" in page.text

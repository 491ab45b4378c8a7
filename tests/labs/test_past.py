"""Acting in the past is never silent: a copy of the past is offered, made, kept beside the first run."""

from __future__ import annotations

import pytest
from django.test import Client

from ecslab.labs import limits
from ecslab.labs.log import log_of
from ecslab.labs.models import Branch, Lab, LabCommand
from tests.labs.building import RUN, built_lab, do, send, world_of

pytestmark = pytest.mark.django_db

PAST = {"cluster_name": "past"}


def run_late(client: Client) -> Lab:
    """A lab whose last request was made at 90 seconds."""
    lab = built_lab(client)
    do(client, lab, "run-task", 90_000, **RUN)
    return lab


def test_it_asks_first(client: Client) -> None:
    lab = run_late(client)
    answer = do(client, lab, "create-cluster", 1000, **PAST)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "before the last request at 00:01:30.001; nothing was changed" in page
    assert "Copy the past and do it here" in page
    assert 'value="past"' in page
    assert Branch.objects.count() == 1
    assert "past" not in world_of(lab).clusters


def test_a_copy_of_the_past_is_kept_beside_the_first_run(client: Client) -> None:
    lab = run_late(client)
    answer = send(client, lab, "create-cluster", looking="at=1000", base_seq=4, fields=PAST, past="fork")
    assert answer.status_code == 302
    copy, first = world_of(lab), log_of(lab, 1)
    assert list(copy.clusters) == ["game", "past"]
    assert not copy.tasks
    assert [row.operation for row in first.rows][-1] == "RunTask"
    page = client.get(answer["Location"]).content.decode()
    assert "first run" in page
    assert "copy 2" in page
    old = client.get(f"/labs/{lab.key}/?branch=1").content.decode()
    assert old.count('id="task-') == 3


def test_a_copy_of_a_copy_shares_what_came_before(client: Client) -> None:
    lab = run_late(client)
    send(client, lab, "create-cluster", looking="at=1000", base_seq=4, fields=PAST, past="fork")
    again = send(
        client,
        lab,
        "create-cluster",
        looking="at=500",
        base_seq=log_of(lab).last_seq,
        fields={"cluster_name": "older"},
        past="fork",
    )
    assert again.status_code == 302
    assert list(world_of(lab).clusters) == ["game", "older"]
    assert Branch.objects.count() == 3
    assert LabCommand.objects.count() == 6


def test_what_is_refused_leaves_no_copy(client: Client) -> None:
    lab = run_late(client)
    nonsense = {"cluster_name": "no spaces!"}
    answer = send(client, lab, "create-cluster", looking="at=1000", base_seq=4, fields=nonsense, past="fork")
    assert answer.status_code == 422
    assert Branch.objects.count() == 1


def test_going_to_the_newest_moment_keeps_what_was_typed(client: Client) -> None:
    lab = run_late(client)
    answer = send(client, lab, "create-cluster", looking="at=1000", base_seq=4, fields=PAST, past="newest")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'value="past"' in page
    assert 'data-moment="90001"' in page
    assert "past" not in world_of(lab).clusters


def test_a_lab_keeps_only_so_many_copies(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BRANCHES", 1)
    lab = run_late(client)
    answer = send(client, lab, "create-cluster", looking="at=1000", base_seq=4, fields=PAST, past="fork")
    assert answer.status_code == 422
    assert "at most 1 copies of its past" in answer.content.decode()

"""Writing into the log: of two requests at once one is written and one is told, and nothing is half written."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from ecslab.labs import play
from ecslab.labs.log import log_of
from ecslab.labs.models import LabCommand
from ecslab.sim.command import Command
from tests.labs.building import built_lab, world_of


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_is_written(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = built_lab(client)
    log = log_of(lab)
    both = threading.Barrier(2, timeout=20)
    computed = play._made

    def computed_together(*args: Any) -> Any:
        made = computed(*args)
        both.wait()
        return made

    monkeypatch.setattr(play, "_made", computed_together)
    answers: list[object] = []

    def submit(name: str) -> None:
        call = ("ecs", "CreateCluster", {"clusterName": name})
        try:
            answers.append(play.submit(log.branch, call, looking_at_ms=10, base_seq=log.last_seq, via="form"))
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Submitted"]
    assert LabCommand.objects.filter(branch=log.branch).count() == log.last_seq + 1
    monkeypatch.undo()
    assert len(world_of(lab).clusters) == 2


@pytest.mark.django_db
def test_a_refused_script_leaves_an_empty_lab() -> None:
    lab = play.create("Refused", "")
    wrong = Command(0, "ecs", "DeleteCluster", {"cluster": "none"})
    right = Command(0, "ecs", "CreateCluster", {"clusterName": "game"})
    with pytest.raises(ValueError, match=r"ecs:DeleteCluster at 0 ms was refused: ClusterNotFoundException"):
        play.write_log(lab, [right, wrong])
    assert not log_of(lab).rows


@pytest.mark.django_db
def test_a_call_that_has_not_the_shape_of_its_operation_is_no_request(client: Client) -> None:
    lab = built_lab(client)
    log = log_of(lab)
    for call in (
        ("ecs", "CreateCluster", {"clusterNames": "game"}),
        ("ecs", "NoSuchOperation", {}),
        ("ecs", "CreateCluster", {"clusterName": 5}),
    ):
        answer = play.submit(log.branch, call, looking_at_ms=10, base_seq=log.last_seq, via="api")
        assert isinstance(answer, play.Malformed), call
        assert answer.sentence
    assert log_of(lab).rows == log.rows

"""A database of an earlier version is brought up to date, and its labs are still there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from ecslab.labs.log import log_of
from ecslab.labs.models import Lab
from tests.labs.building import world_of


@pytest.mark.django_db(transaction=True)
def test_the_first_labs_are_kept(client: Client) -> None:
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes("labs")
    executor.migrate([("labs", "0001_initial")])
    try:
        old = executor.loader.project_state([("labs", "0001_initial")]).apps
        lab = old.get_model("labs", "Lab").objects.create(key="old", name="Old", owner="hash", rules_version=1)
        branch = old.get_model("labs", "Branch").objects.create(lab=lab)
        old.get_model("labs", "LabCommand").objects.create(
            branch=branch,
            seq=1,
            at_ms=0,
            service="ecs",
            operation="CreateCluster",
            parameters={"clusterName": "game"},
            via="form",
            accepted=True,
        )
    finally:
        MigrationExecutor(connection).migrate(newest)
    kept = Lab.objects.get(key="old")
    assert kept.owner_token_hash == "hash"
    assert [row.operation for row in log_of(kept).rows] == ["CreateCluster"]
    assert list(world_of(kept).clusters) == ["game"]
    assert "game" in client.get("/labs/old/").content.decode()

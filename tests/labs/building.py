"""A lab of a browser, built through its forms: what the tests of the lab page begin with."""

from __future__ import annotations

from typing import Any

from django.test import Client

from ecslab.labs import play
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab
from ecslab.sim.world import World
from tests.sim.identity import trust

TASK_DEFINITION = """{"family": "web",
 "containerDefinitions": [{"name": "web", "image": "web:v1", "cpu": 256, "memoryReservation": 512,
 "portMappings": [{"containerPort": 80, "hostPort": 0}]}]}"""
SERVICE = {
    "cluster": "game",
    "service_name": "web",
    "task_definition": "web:1",
    "desired_count": 3,
    "launch_type": "EC2",
    "strategy": "none",
    "minimum": 100,
    "maximum": 200,
}
RUN = {"cluster": "game", "task_definition": "web", "count": 3, "launch_type": "EC2"}


def new_lab(client: Client) -> Lab:
    """An empty lab of the client's browser."""
    before = set(Lab.objects.values_list("pk", flat=True))
    client.post("/labs/new/")
    return Lab.objects.exclude(pk__in=before).get()


def world_of(lab: Lab, after_ms: int = 60_000) -> World:
    """The world some time after the last request."""
    newest = log_of(lab)
    return play.look(newest, newest.last_at_ms + after_ms).world


def do(client: Client, lab: Lab, name: str, at_ms: int | None = None, **fields: Any) -> Any:
    """Send one form, looking at the last request's moment unless another is said."""
    newest = log_of(lab)
    at = newest.last_at_ms if at_ms is None else at_ms
    return send(client, lab, name, looking=f"at={at}", base_seq=newest.last_seq, fields=fields)


def send(
    client: Client,
    lab: Lab,
    name: str,
    *,
    looking: str,
    base_seq: int,
    fields: dict[str, Any],
    **more: str,
) -> Any:
    """Send one form just as it is said."""
    data = {f"{name}-{field}": value for field, value in fields.items()}
    return client.post(f"/labs/{lab.key}/do/{name}/", {"looking": looking, "base_seq": base_seq, **data, **more})


def make_role(lab: Lab, name: str) -> None:
    """A role that tasks can have, made at the moment of the last request."""
    newest = log_of(lab)
    call = ("iam", "CreateRole", {"RoleName": name, "AssumeRolePolicyDocument": trust()})
    at_ms = newest.last_at_ms
    made = play.submit(newest.branch, call, looking_at_ms=at_ms, base_seq=newest.last_seq, via="form")
    assert isinstance(made, play.Submitted)


def build(client: Client, lab: Lab) -> None:
    """A cluster, three container instances in three zones, a task definition."""
    for name, fields in (
        ("create-cluster", {"cluster_name": "game"}),
        ("add-instances", {"cluster": "game", "instance_type": "t3.medium", "count": 3, "zone": ""}),
        ("import-task-definition", {"definition": TASK_DEFINITION}),
    ):
        assert do(client, lab, name, **fields).status_code == 302


def built_lab(client: Client) -> Lab:
    """A lab with all that `build` makes."""
    lab = new_lab(client)
    build(client, lab)
    return lab

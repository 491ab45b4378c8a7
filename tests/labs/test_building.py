"""Building a lab by forms: what each browser may do, and the sentence for every mistake."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from ecslab.labs import log, play
from ecslab.labs.log import Log
from ecslab.labs.models import Lab, LabCommand
from ecslab.sim.world import World

pytestmark = pytest.mark.django_db

TASK_DEFINITION = """{"family": "web", "taskRoleArn": "arn:aws:iam::123456789012:role/web-task-role",
 "containerDefinitions": [{"name": "web", "image": "web:v1", "cpu": 256, "memoryReservation": 512,
 "portMappings": [{"containerPort": 80, "hostPort": 0}]}]}"""


def new_lab(client: Client) -> Lab:
    client.post("/labs/new/")
    return Lab.objects.exclude(owner_token_hash="").order_by("pk").last()  # type: ignore[return-value]


def log_of(lab: Lab) -> Log:
    return log.log_of(lab)


def world_of(lab: Lab) -> World:
    newest = log_of(lab)
    return play.look(newest, newest.last_at_ms + 60_000).world


def do(client: Client, lab: Lab, name: str, at_ms: int | None = None, **fields: Any) -> Any:
    newest = log_of(lab)
    at = newest.last_at_ms if at_ms is None else at_ms
    data = {f"{name}-{field}": value for field, value in fields.items()}
    address = f"/labs/{lab.key}/do/{name}/"
    return client.post(address, {"looking": f"at={at}", "base_seq": newest.last_seq, **data})


def build(client: Client, lab: Lab) -> None:
    assert do(client, lab, "create-cluster", cluster_name="game").status_code == 302
    added = do(client, lab, "add-instances", cluster="game", instance_type="t3.medium", count=3, zone="")
    assert added.status_code == 302
    assert do(client, lab, "import-task-definition", definition=TASK_DEFINITION).status_code == 302


def test_a_lab_is_built_saved_and_read_again(client: Client) -> None:
    lab = new_lab(client)
    build(client, lab)
    run = {"cluster": "game", "task_definition": "web", "count": 3, "launch_type": "EC2", "task_role": ""}
    answer = do(client, lab, "run-task", **run)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    for zone in ("us-east-1a", "us-east-1b", "us-east-1c"):
        assert zone in page
    assert "web-task-role" in page
    assert len(world_of(lab).tasks) == 3
    again = Client()
    assert again.get(answer["Location"]).content.decode().count('id="task-') == 3


def test_a_service_is_created_scaled_and_updated(client: Client) -> None:
    lab = new_lab(client)
    build(client, lab)
    service = {
        "cluster": "game",
        "service_name": "web",
        "task_definition": "web",
        "desired_count": 2,
        "launch_type": "EC2",
        "strategy": "az-binpack",
        "minimum": 100,
        "maximum": 200,
    }
    assert do(client, lab, "create-service", **service).status_code == 302
    assert do(client, lab, "update-service", cluster="game", service="web", desired_count=4).status_code == 302
    [found] = world_of(lab).services.values()
    assert found.desired_count == 4
    task = next(iter(world_of(lab).tasks.values()))
    page = client.get(f"/labs/{lab.key}/?at=60000&task={task.id}").content.decode()
    assert "Why is this task here?" in page
    assert page.count("PN:P-23") >= 3


@pytest.mark.parametrize(
    ("name", "fields", "sentence"),
    [
        (
            "run-task",
            {"cluster": "nope", "task_definition": "web", "count": 1, "launch_type": "EC2"},
            "Cluster not found.",
        ),
        ("run-task", {"cluster": "game", "task_definition": "web", "count": 11, "launch_type": "EC2"}, "1 to 10 tasks"),
        ("import-task-definition", {"definition": "{"}, "The task definition"),
        (
            "import-task-definition",
            {"definition": '{"family": "x", "containerDefinitions": [{"name": "x", "image": "x"}]}'},
            "ClientException",
        ),
        ("create-cluster", {"cluster_name": "no spaces!"}, "letters, digits, hyphens"),
        ("stop-task", {"cluster": "game", "task": "nobody"}, "The referenced task was not found."),
    ],
)
def test_a_mistake_gets_a_sentence_and_keeps_what_was_typed(
    client: Client, name: str, fields: dict[str, Any], sentence: str
) -> None:
    lab = new_lab(client)
    build(client, lab)
    before = world_of(lab)
    answer = do(client, lab, name, **fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    typed = next(value for value in fields.values() if isinstance(value, str))
    assert typed.replace('"', "&quot;") in page
    assert len(world_of(lab).tasks) == len(before.tasks)


def test_two_windows_do_not_overwrite_each_other(client: Client) -> None:
    lab = new_lab(client)
    build(client, lab)
    late = client.post(
        f"/labs/{lab.key}/do/create-cluster/", {"at_ms": 5000, "base_seq": 1, "create-cluster-cluster_name": "late"}
    )
    assert late.status_code == 409
    assert "moved on in another window" in late.content.decode()
    assert "late" not in world_of(lab).clusters


def test_acting_in_the_past_is_never_silent(client: Client) -> None:
    lab = new_lab(client)
    do(client, lab, "create-cluster", 90_000, cluster_name="game")
    answer = do(client, lab, "create-cluster", 1000, cluster_name="past")
    assert answer.status_code == 409
    assert "before the last request" in answer.content.decode()


@pytest.mark.parametrize("action", ["do/create-cluster/", "delete/"])
def test_a_stranger_looks_and_copies_but_changes_nothing(client: Client, action: str) -> None:
    lab = new_lab(client)
    build(client, lab)
    stranger = Client()
    assert stranger.get(f"/labs/{lab.key}/").status_code == 200
    refused = stranger.post(f"/labs/{lab.key}/{action}", {"at_ms": 0, "base_seq": 3})
    assert refused.status_code == 403
    assert "belongs to another browser" in refused.content.decode()
    stranger.post(f"/labs/{lab.key}/copy/")
    assert Lab.objects.count() == 2
    twin = Lab.objects.latest("pk")
    assert list(world_of(twin).clusters) == ["game"]


def test_an_unknown_address_says_what_to_do(client: Client) -> None:
    answer = client.get("/labs/nothing-here/")
    assert answer.status_code == 404
    assert "Your own labs are on the front page" in answer.content.decode()


def test_a_refused_request_is_kept_and_skipped_on_replay(client: Client) -> None:
    lab = new_lab(client)
    do(client, lab, "create-cluster", cluster_name="no spaces!")
    assert [c.accepted for c in LabCommand.objects.all()] == [False]
    assert world_of(lab).clusters == {}


def test_ready_made_labs_load_twice_and_hold_what_they_promise(client: Client) -> None:
    call_command("load_labs")
    keys = list(Lab.objects.order_by("ready_slug").values_list("key", flat=True))
    call_command("load_labs")
    assert list(Lab.objects.order_by("ready_slug").values_list("key", flat=True)) == keys
    game = client.get("/ready/online-game/").content.decode()
    for role in ("lobby-task-role", "replay-task-role", "telemetry-task-role", "moderation-task-role"):
        assert role in game
    assert "Cluster spread" in game
    assert "Cluster packed" in game
    outgrown = client.get("/ready/outgrows/").content.decode()
    assert "has insufficient memory available" in outgrown
    rolling = world_of(Lab.objects.get(ready_slug="rolling-update"))
    assert [d.task_definition_arn.rpartition("/")[2] for s in rolling.services.values() for d in s.deployments] == [
        "web:2",
        "web:1",
    ]
    four = world_of(Lab.objects.get(ready_slug="fargate-four-roles"))
    assert sum(1 for t in four.tasks.values() if t.launch_type == "FARGATE" and t.eni_id) == 4
    assert sum(1 for t in four.tasks.values() if t.launch_type == "EC2" and t.last_status == "RUNNING") == 4


def test_packing_and_spreading_differ() -> None:
    call_command("load_labs")
    world = world_of(Lab.objects.get(ready_slug="online-game"))
    used = {name: sum(1 for i in world.instances_of(name) if world.tasks_on(i.arn)) for name in ("spread", "packed")}
    assert used == {"spread": 3, "packed": 1}

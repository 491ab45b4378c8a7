"""Building a lab by forms: each becomes one AWS request, and every mistake gets its sentence."""

from __future__ import annotations

import csv
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from ecslab.labs.log import log_of
from ecslab.labs.models import LabCommand
from tests.labs.building import RUN, SERVICE, TASK_DEFINITION, built_lab, do, make_role, new_lab, send, world_of
from tests.rules import rule

pytestmark = pytest.mark.django_db

INPUTS = Path(__file__).parents[1] / "inputs"
with (INPUTS / "expected.csv").open(encoding="utf-8", newline="") as file:
    EXPECTED = list(csv.DictReader(file))


def newest_command() -> LabCommand:
    return LabCommand.objects.order_by("pk").last()


def test_a_lab_is_built_saved_and_read_again(client: Client) -> None:
    lab = built_lab(client)
    make_role(lab, "web-task-role")
    with_role = TASK_DEFINITION.replace('"web",', '"web", "taskRoleArn": "web-task-role",', 1)
    do(client, lab, "import-task-definition", definition=with_role)
    answer = do(client, lab, "run-task", **RUN)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    for zone in ("us-east-1a", "us-east-1b", "us-east-1c"):
        assert zone in page
    assert "web-task-role" in page
    assert len(world_of(lab).tasks) == 3
    assert Client().get(answer["Location"]).content.decode().count('id="task-') == 3


def test_a_request_is_made_a_millisecond_after_the_moment_looked_at(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "run-task", 90_000, **RUN)
    assert newest_command().at_ms == 90_001


def test_roles_can_be_overridden_for_one_run(client: Client) -> None:
    lab = built_lab(client)
    make_role(lab, "other")
    do(client, lab, "run-task", **RUN, task_role="arn:aws:iam::123456789012:role/other", execution_role="")
    roles = {task.task_role_arn for task in world_of(lab).tasks.values()}
    assert roles == {"arn:aws:iam::123456789012:role/other"}
    task = next(iter(world_of(lab).tasks))
    page = client.get(f"/labs/{lab.key}/?task={task.rpartition('/')[2]}").content.decode()
    assert "arn:aws:iam::123456789012:role/other" in page


def test_a_service_is_created_scaled_and_updated(client: Client) -> None:
    lab = built_lab(client)
    assert do(client, lab, "create-service", **SERVICE).status_code == 302
    assert do(client, lab, "update-service", cluster="game", service="web", desired_count=4).status_code == 302
    [found] = world_of(lab).services.values()
    assert found.desired_count == 4
    task = next(iter(world_of(lab).tasks.values()))
    page = client.get(f"/labs/{lab.key}/?at=60000&task={task.id}").content.decode()
    assert "Why is this task here?" in page
    assert page.count("PN:P-23") >= 3


def test_an_update_says_only_what_changes(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **SERVICE)
    same = {"cluster": "game", "service": "web", "desired_count": 3, "task_definition": "web:1"}
    do(client, lab, "update-service", **same, by=1)
    assert newest_command().parameters == {"cluster": "game", "service": "web", "desiredCount": 4}
    do(client, lab, "update-service", **{**same, "desired_count": ""}, by=-1)
    assert newest_command().parameters == {"cluster": "game", "service": "web", "desiredCount": 3}
    do(client, lab, "update-service", **{**same, "desired_count": 0}, by=-1)
    assert newest_command().parameters == {"cluster": "game", "service": "web", "desiredCount": 0}


def test_the_next_revision_is_offered_with_the_next_tag(client: Client) -> None:
    lab = built_lab(client)
    form = client.get(f"/labs/{lab.key}/").context["build"][2].form
    fields = {name: form[name].value() for name in form.fields}
    assert fields["image"] == "web:v2"
    assert do(client, lab, "register-task-definition", **{k: v or "" for k, v in fields.items()}).status_code == 302
    first, second = world_of(lab).task_definitions.values()
    assert second.name == "web:2"
    assert second.reserved_memory_mib == first.reserved_memory_mib
    assert second.task_role_arn == first.task_role_arn


@rule("IC:I-13")
def test_fargate_by_forms_alone(client: Client) -> None:
    lab = new_lab(client)
    for role in ("api", "ecsTaskExecutionRole"):
        make_role(lab, role)
    do(client, lab, "create-cluster", cluster_name="game")
    definition = {
        "family": "api",
        "image": "api:v1",
        "cpu": 256,
        "memory": 512,
        "container_port": 80,
        "network_mode": "awsvpc",
        "compatibility": "FARGATE",
        "task_role": "arn:aws:iam::123456789012:role/api",
        "execution_role": "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
    }
    assert do(client, lab, "register-task-definition", **definition).status_code == 302
    answer = do(client, lab, "run-task", **{**RUN, "task_definition": "api:1", "launch_type": "FARGATE"})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "4,090 of 4,091 addresses free" in page
    assert "4,091 of 4,091 addresses free" not in page
    tasks = list(world_of(lab).tasks.values())
    assert [task.last_status for task in tasks] == ["RUNNING"] * 3
    told = client.get(f"/labs/{lab.key}/?task={tasks[0].id}&at=60000").content.decode()
    assert "ENI eni-" in told
    assert "172.31." in told
    assert "none: on Fargate there is no container instance" in told


def test_the_placement_of_a_service_is_changed_by_form(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **SERVICE)
    do(client, lab, "update-service", cluster="game", service="web", strategy="binpack-memory", desired_count=9)
    world = world_of(lab)
    [service] = world.services.values()
    assert [(s.type, s.field) for s in service.placement_strategies] == [("binpack", "memory")]
    full = sorted(len(world.tasks_on(arn)) for arn in world.container_instances)
    assert full == [1, 1, 7]
    do(client, lab, "update-service", cluster="game", service="web", strategy="one-per-host")
    [service] = world_of(lab).services.values()
    assert [c.type for c in service.placement_constraints] == ["distinctInstance"]
    assert not service.placement_strategies


def test_what_is_not_simulated_is_marked(client: Client) -> None:
    lab = built_lab(client)
    definition = TASK_DEFINITION.replace('"image"', '"workingDirectory": "/app", "image"')
    answer = do(client, lab, "import-task-definition", definition=definition)
    assert "containerDefinitions[].workingDirectory" in client.get(answer["Location"]).content.decode()
    do(client, lab, "run-task", **{**RUN, "task_definition": "web:2", "count": 1})
    [task] = world_of(lab).tasks.values()
    page = client.get(f"/labs/{lab.key}/?task={task.id}").content.decode()
    assert "<dt>Not simulated</dt><dd>containerDefinitions[].workingDirectory" in page


def test_minimum_and_maximum_percent_are_changed_by_form(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **SERVICE)
    do(client, lab, "update-service", cluster="game", service="web", minimum=50, maximum=150)
    [service] = world_of(lab).services.values()
    assert (service.minimum_healthy_percent, service.maximum_percent) == (50, 150)


def test_everything_can_be_taken_away_again(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **SERVICE)
    task = next(iter(world_of(lab, 0).tasks.values()))
    for name, fields in (
        ("stop-task", {"cluster": "game", "task": task.id, "reason": "to see what happens"}),
        ("exit-container", {"task": next(reversed(world_of(lab, 0).tasks)), "container": "", "exit_code": 3}),
        ("put-image", {"image": "web:v1", "behaviour": "crashes", "exit_after": 5}),
        ("delete-service", {"cluster": "game", "service": "web", "force": "on"}),
        ("fail-instance", {"instance": "i-0000000000000001"}),
    ):
        answer = do(client, lab, name, log_of(lab).last_at_ms + 30_000, **fields)
        assert answer.status_code == 302, (name, answer.content.decode())
    world = world_of(lab, 600_000)
    assert {task.last_status for task in world.tasks.values()} == {"STOPPED"}
    assert [service.status for service in world.services.values()] == ["INACTIVE"]


@pytest.mark.parametrize(
    ("name", "fields", "sentence"),
    [
        ("run-task", {**RUN, "cluster": "nope"}, "Cluster not found."),
        ("run-task", {**RUN, "cluster": ""}, "Choose a cluster; if there is none yet, create one first."),
        ("run-task", {**RUN, "count": 11}, "1 to 10 tasks"),
        ("run-task", {**RUN, "count": "many"}, "whole number"),
        ("import-task-definition", {"definition": "{"}, "The task definition"),
        ("import-task-definition", {"definition": ""}, "Paste a task definition as JSON or YAML."),
        ("import-task-definition", {"definition": "[1, 2]"}, "The task definition"),
        (
            "import-task-definition",
            {"definition": '{"family": "x", "containerDefinitions": [{"name": "x", "image": "x"}]}'},
            "ClientException",
        ),
        ("create-cluster", {"cluster_name": "no spaces!"}, "letters, digits, hyphens"),
        ("add-instances", {"cluster": "game", "instance_type": "t99.huge", "count": 1}, "t99.huge"),
        ("add-instances", {"cluster": "game", "instance_type": "t3.medium", "count": 5000}, "20"),
        ("add-instances", {"cluster": "game", "instance_type": "t3.medium", "count": 1, "zone": "mars-1a"}, "mars-1a"),
        ("create-service", {**SERVICE, "expression": "attribute:("}, "expression"),
        ("create-service", {**SERVICE, "maximum": 50, "minimum": 100}, "InvalidParameterException"),
        ("update-service", {"cluster": "game", "service": "none"}, "Service not found."),
        ("put-image", {"image": "", "behaviour": "crashes"}, "required"),
        ("delete-cluster", {"cluster": "game"}, "ClusterContainsContainerInstancesException"),
    ],
)
def test_a_mistake_gets_a_sentence_and_keeps_what_was_typed(
    client: Client, name: str, fields: dict[str, Any], sentence: str
) -> None:
    lab = built_lab(client)
    before = world_of(lab)
    answer = do(client, lab, name, **fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert escape(sentence) in page
    for typed in (value for value in fields.values() if isinstance(value, str)):
        assert escape(typed) in page
    after = world_of(lab)
    assert (after.tasks, after.services, after.clusters) == (before.tasks, before.services, before.clusters)


@pytest.mark.parametrize(
    ("name", "fields", "sentence"),
    [
        ("stop-task", {"cluster": "game", "task": "nobody"}, "The referenced task was not found."),
        ("exit-container", {"task": "nobody", "exit_code": 1}, "The referenced task was not found."),
        ("fail-instance", {"instance": "nobody"}, "InvalidParameterException"),
    ],
)
def test_a_form_without_a_place_on_the_page_is_answered_above_it(
    client: Client, name: str, fields: dict[str, Any], sentence: str
) -> None:
    answer = do(client, built_lab(client), name, **fields)
    assert answer.status_code == 422
    [told] = [str(message) for message in answer.context["messages"]]
    assert sentence in told


def test_a_form_that_is_none_is_not_found(client: Client) -> None:
    lab = built_lab(client)
    answer = do(client, lab, "no-such-form")
    assert answer.status_code == 404
    assert "There is no such form on the lab page." in answer.content.decode()


@pytest.mark.parametrize("looking", ["", "at=", "at=-5", "at=1e9", "at=999999999999", "branch=7x", "%00", "a" * 5000])
def test_a_moment_that_is_none_does_no_harm(client: Client, looking: str) -> None:
    lab = built_lab(client)
    answer = send(client, lab, "create-cluster", looking=looking, base_seq=3, fields={"cluster_name": "more"})
    assert answer.status_code in (302, 409, 422)


def test_two_windows_do_not_overwrite_each_other(client: Client) -> None:
    lab = built_lab(client)
    late = send(client, lab, "create-cluster", looking="at=5000", base_seq=1, fields={"cluster_name": "late"})
    assert late.status_code == 409
    page = late.content.decode()
    assert "moved on in another window" in page
    assert 'value="late"' in page
    assert "late" not in world_of(lab).clusters


def test_a_refused_request_is_kept_told_and_skipped_on_replay(client: Client) -> None:
    lab = new_lab(client)
    do(client, lab, "create-cluster", cluster_name="no spaces!")
    assert [command.accepted for command in LabCommand.objects.all()] == [False]
    assert world_of(lab).clusters == {}
    assert (
        "ecs:CreateCluster was refused: InvalidParameterException" in client.get(f"/labs/{lab.key}/").content.decode()
    )


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: row["file"])
def test_every_kind_of_task_definition_goes_through_the_page(client: Client, row: dict[str, str]) -> None:
    lab = new_lab(client)
    text = (INPUTS / row["file"]).read_text(encoding="utf-8")
    answer = do(client, lab, "import-task-definition", definition=text)
    if row["result"] == "accepted":
        page = client.get(answer["Location"]).content.decode()
        assert len(world_of(lab).task_definitions) == 1
        assert escape(row["note_has"]) in page
    else:
        assert answer.status_code == 422
        page = answer.content.decode()
        assert row["code"] in page or row["code"] == "Unreadable"
        assert escape(row["sentence_has"]) in page
        assert not world_of(lab).task_definitions


def test_an_image_that_exits_at_once_exits_at_once(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "put-image", image="web:v1", behaviour="crashes", exit_after=0)
    assert newest_command().parameters["exitAfter"] == "0s"
    answer = do(client, lab, "put-image", image="web:v1", behaviour="healthy", exit_after=5)
    assert answer.status_code == 422
    assert "Only an image that exits takes this" in answer.content.decode()


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ('"memory": ' + "9" * 5000, "containerDefinitions[0].memory is a whole number of more than 64 bits"),
        ('"memory": 1e999', "containerDefinitions[0].memory is no number that can be counted"),
        (r'"image": "\ud800"', "containerDefinitions[0].image holds half a character (U+D800)"),
        (r'"command": ["a", "b\u0000"]', "containerDefinitions[0].command[1] holds the character U+0000 (NUL)"),
        (r'"\udfff": 1', "containerDefinitions[0] has a member whose name holds half a character (U+DFFF)"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_typed_is_lost(client: Client, member: str, words: str) -> None:
    lab = new_lab(client)
    text = f'{{"family": "odd", "containerDefinitions": [{{"name": "odd", {member}}}]}}'
    answer = do(client, lab, "import-task-definition", definition=text)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"The task definition: {words}" in page
    assert escape(text) in page
    assert not LabCommand.objects.exists()


def test_a_number_of_a_form_that_cannot_be_kept_is_refused(client: Client) -> None:
    lab = built_lab(client)
    before = LabCommand.objects.count()
    for count, words in (
        (10**30, "count is a whole number of more than 64 bits"),
        ("9" * 5000, "Enter a whole number"),
    ):
        answer = do(client, lab, "run-task", **{**RUN, "count": count})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert LabCommand.objects.count() == before


@pytest.mark.parametrize("name", ["%ED%A0%80", "%FF%FE", "a%00b", "%C3%28", "%F4%90%80%80"])
def test_bytes_that_are_no_text_do_no_harm(client: Client, name: str) -> None:
    lab = new_lab(client)
    for field in ("create-cluster-cluster_name", "looking", "base_seq", "past", "unknown"):
        body = f"looking=at%3D0&base_seq=0&create-cluster-cluster_name=game&{field}={name}"
        answer = client.post(
            f"/labs/{lab.key}/do/create-cluster/", body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in (302, 409, 422)
    answer = client.post(
        f"/labs/{lab.key}/rename/", f"name={name}", content_type="application/x-www-form-urlencoded", follow=True
    )
    assert answer.status_code in (200, 422)

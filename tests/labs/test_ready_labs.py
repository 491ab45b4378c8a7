"""The ready-made labs: what the list promises of each is so in its world at the moment it opens."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from ruamel.yaml import YAML

from ecslab.labs import play
from ecslab.labs.log import log_of
from ecslab.labs.management.commands.load_labs import LIST
from ecslab.labs.models import Lab
from ecslab.labs.steps import READY
from ecslab.scenario.load import load_file
from ecslab.scenario.run import run
from ecslab.scene.words import role_name
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

pytestmark = pytest.mark.django_db

LISTED: list[dict[str, Any]] = YAML(typ="safe", pure=True).load((READY / LIST).read_text(encoding="utf-8"))
SLUGS = [row["slug"] for row in LISTED]
ABOUT = {row["slug"]: row for row in LISTED}
MINUTE = 60_000


@pytest.fixture(autouse=True)
def loaded() -> None:
    call_command("load_labs", verbosity=0)


def lab_of(slug: str) -> Lab:
    return Lab.objects.get(owner_token_hash="", ready_slug=slug)


def world_of(slug: str, at_ms: int | None = None) -> World:
    """The world of a ready-made lab, by itself at the moment it opens."""
    lab = lab_of(slug)
    return play.look(log_of(lab), lab.look_at_ms if at_ms is None else at_ms).world


def living(world: World, cluster: str) -> list[Task]:
    return [t for t in world.tasks.values() if t.cluster_name == cluster and t.desired_status == "RUNNING"]


def family(world: World, task: Task) -> str:
    return world.definition_of(task).family


def by_instance(world: World, cluster: str) -> list[list[Task]]:
    """The tasks of each container instance of a cluster, in the order in which the instances were added."""
    instances = [i for i in world.container_instances.values() if i.cluster_name == cluster]
    return [[t for t in living(world, cluster) if t.container_instance_arn == i.arn] for i in instances]


def service_of(world: World, name: str) -> Service:
    return next(s for s in world.services.values() if s.name == name)


def running(world: World, cluster: str) -> int:
    return sum(task.last_status == "RUNNING" for task in living(world, cluster))


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def requests_of(slug: str) -> list[tuple[str, dict[str, Any]]]:
    return [(row.operation, row.parameters) for row in log_of(lab_of(slug)).rows]


@pytest.mark.parametrize("slug", SLUGS)
def test_each_file_holds_and_says_what_later_rules_would_decide(slug: str) -> None:
    assert [failure.sentence for failure in run(load_file(READY / f"{slug}.yaml")).failures] == []
    for operation, parameters in requests_of(slug):
        if operation == "CreateService":
            assert parameters["availabilityZoneRebalancing"] == "DISABLED"
        if parameters.get("launchType") == "FARGATE":
            assert parameters["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "ENABLED"


def test_every_file_is_on_the_front_page_in_the_order_of_the_list(client: Client) -> None:
    assert {path.stem for path in Path(READY).glob("*.yaml")} == {*SLUGS, Path(LIST).stem}
    page = client.get("/").text
    places = [page.index(f'href="/ready/{slug}/"') for slug in SLUGS]
    assert places == sorted(places)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_lab_opens_at_its_moment_with_what_to_watch(client: Client, slug: str) -> None:
    page = client.get(f"/ready/{slug}/").text
    for sentence in (ABOUT[slug]["about"], ABOUT[slug]["watch"]):
        assert sentence in words_of(page)
    assert f'data-moment="{lab_of(slug).look_at_ms}"' in page


# --- The online game ---


def test_the_game_runs_the_same_tasks_on_two_clusters_each_service_with_a_role_of_its_own() -> None:
    world = world_of("online-game")
    clusters = ["spread", "packed"]
    assert [cluster.name for cluster in world.clusters.values()] == clusters
    roles: dict[str, set[str]] = {}
    for cluster in clusters:
        counts = Counter(family(world, task) for task in living(world, cluster))
        assert counts == {"lobby": 3, "replay": 3, "telemetry": 3, "moderation": 3}
        assert running(world, cluster) == 12
        for task in living(world, cluster):
            roles.setdefault(family(world, task), set()).add(role_name(task.task_role_arn))
    assert roles == {name: {f"{name}-task-role"} for name in ("lobby", "replay", "telemetry", "moderation")}


def test_spread_puts_one_task_of_each_service_in_each_zone() -> None:
    world = world_of("online-game")
    placed = by_instance(world, "spread")
    four = ["lobby", "moderation", "replay", "telemetry"]
    assert [sorted(family(world, task) for task in tasks) for tasks in placed] == [four, four, four]
    zones = {world.container_instances[tasks[0].container_instance_arn or ""].availability_zone for tasks in placed}
    assert zones == set(world.zones)


def test_packed_fills_one_instance_before_the_next_and_leaves_one_empty() -> None:
    world = world_of("online-game")
    first, second, third = by_instance(world, "packed")
    assert {family(world, task) for task in first} == {"lobby", "replay", "telemetry", "moderation"}
    assert second
    assert third == []
    fullest = world.container_instances[first[0].container_instance_arn or ""]
    left = fullest.registered_memory_mib - sum(task.memory_mib for task in first)
    assert left < min(task.memory_mib for task in second)


# --- A service outgrows its instances ---


@pytest.mark.parametrize(("at_ms", "desired", "runs"), [(MINUTE - 1, 4, 4), (2 * MINUTE - 1, 6, 6), (None, 8, 6)])
def test_the_service_is_scaled_by_hand_until_nothing_fits(at_ms: int | None, desired: int, runs: int) -> None:
    world = world_of("outgrows", at_ms)
    assert service_of(world, "checkout").desired_count == desired
    assert running(world, "shop") == len(living(world, "shop")) == runs


def test_the_page_says_what_was_missing_and_why_no_instance_fits(client: Client) -> None:
    page = words_of(client.get("/ready/outgrows/").text)
    assert "has insufficient memory available" in page
    assert "Why is the next task of checkout not placed?" in page
    assert page.count("memory: needs 1,024 MiB, 812 free") == 2


def test_one_more_instance_takes_the_waiting_tasks(client: Client) -> None:
    copy = client.post("/ready/outgrows/")["Location"]
    mine = Lab.objects.exclude(owner_token_hash="").get()
    looking = lab_of("outgrows").look_at_ms
    fields = {"cluster": "shop", "instance_type": "t3.medium", "count": "1", "zone": ""}
    sent = client.post(
        f"{copy}do/add-instances/",
        {
            "looking": f"at={looking}",
            "base_seq": str(log_of(mine).last_seq),
            **{f"add-instances-{name}": value for name, value in fields.items()},
        },
    )
    assert sent.status_code == 302
    world = play.look(log_of(mine), looking + MINUTE).world
    assert running(world, "shop") == 8
    assert [len(tasks) for tasks in by_instance(world, "shop")] == [3, 3, 2]


# --- A rolling update ---


def revisions(world: World) -> Counter[str]:
    return Counter(world.definition_of(task).name for task in living(world, "web") if task.last_status == "RUNNING")


def test_the_update_opens_when_it_has_just_begun() -> None:
    world = world_of("rolling-update")
    started = [task for task in living(world, "web") if task.is_starting]
    assert revisions(world) == {"web:1": 4}
    assert [world.definition_of(task).name for task in started] == ["web:2", "web:2"]


def test_v1_makes_way_for_v2_between_floor_and_ceiling() -> None:
    images = {p["containerDefinitions"][0]["image"] for o, p in requests_of("rolling-update") if "Register" in o}
    assert images == {"web:v1", "web:v2"}
    at_ms, log, told = lab_of("rolling-update").look_at_ms, log_of(lab_of("rolling-update")), []
    while (view := play.look(log, at_ms, "change")).found:
        at_ms = view.at_ms
        assert len(living(view.world, "web")) <= 6
        told.append(revisions(view.world))
    assert {counts.total() for counts in told} == {4, 5, 6}
    old, new = [[counts[name] for counts in told] for name in ("web:1", "web:2")]
    assert (old[0], old[-1], new[-1]) == (4, 0, 4)
    assert old == sorted(old, reverse=True)
    assert new == sorted(new)


# --- Fargate beside EC2 ---


def test_the_same_four_tasks_run_on_fargate_and_on_ec2_with_four_roles_and_one_execution_role() -> None:
    world = world_of("fargate-four-roles")
    seen = {}
    for cluster in ("fargate", "ec2"):
        tasks = living(world, cluster)
        assert running(world, cluster) == 4
        seen[cluster] = {task.task_definition_arn: role_name(task.task_role_arn) for task in tasks}
        assert {role_name(task.execution_role_arn) for task in tasks} == {"ecsTaskExecutionRole"}
    assert seen["fargate"] == seen["ec2"]
    assert sorted(seen["ec2"].values()) == [f"{n}-task-role" for n in ("intake", "invoice", "notice", "rating")]


def test_on_fargate_no_instance_of_the_account_is_there_and_on_ec2_each_has_a_role() -> None:
    world = world_of("fargate-four-roles")
    assert by_instance(world, "fargate") == []
    assert {task.launch_type for task in living(world, "fargate")} == {"FARGATE"}
    assert {task.availability_zone for task in living(world, "fargate")} == set(world.zones)
    interfaces = [world.network_interfaces[task.eni_id or ""] for task in living(world, "fargate")]
    assert len({interface.private_address for interface in interfaces}) == 4
    assert [len(tasks) for tasks in by_instance(world, "ec2")] == [2, 2]
    profiles = {role_name(ec2.instance_profile) for ec2 in world.ec2_instances.values()}
    assert profiles == {"ecsInstanceRole"}


def test_the_inspector_tells_the_roles_of_an_intake_task_apart(client: Client) -> None:
    world = world_of("fargate-four-roles")
    told = {}
    for cluster in ("fargate", "ec2"):
        task = next(task for task in living(world, cluster) if family(world, task) == "intake")
        told[cluster] = words_of(client.get("/ready/fargate-four-roles/", {"task": task.id}).text)
    assert all("Task role intake-task-role" in words for words in told.values())
    assert "Container instance role none: on Fargate there is no container instance" in told["fargate"]
    assert "Container instance role ecsInstanceRole" in told["ec2"]

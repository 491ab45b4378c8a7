"""What a lab may hold and compute: published on its page, checked before anything runs, told in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client

from ecslab.labs import limits, play, turn
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab, LabCommand
from tests.labs.building import RUN, SERVICE, built_lab, do, new_lab, world_of

pytestmark = pytest.mark.django_db


def test_limits_are_published(client: Client) -> None:
    page = client.get(f"/labs/{new_lab(client).key}/").content.decode()
    assert "at most 500 requests, 100 instances and 1000 tasks" in page
    assert "up to 24 hours after its last request" in page


def test_no_lab_outgrows_its_instances(client: Client) -> None:
    lab = built_lab(client)
    add = {"cluster": "game", "instance_type": "t3.medium", "count": 20}
    for _ in range(4):
        assert do(client, lab, "add-instances", **add).status_code == 302
    answer = do(client, lab, "add-instances", **add)
    assert answer.status_code == 422
    assert (
        "That would make 103 instances (groups at their MaxSize) in this lab, which holds at most 100"
        in answer.content.decode()
    )
    assert len(world_of(lab).container_instances) == 83


def ask(lab: Lab, call: str, parameters: dict[str, Any]) -> None:
    """Judge a request against the lab as it is."""
    limits.judge(world_of(lab), *call.split(":"), parameters)


@pytest.mark.parametrize(
    ("call", "member"),
    [
        ("ec2:RunInstances", "MaxCount"),
        ("lab:AddCapacity", "max"),
        ("autoscaling:CreateAutoScalingGroup", "MaxSize"),
        ("autoscaling:UpdateAutoScalingGroup", "MaxSize"),
    ],
)
def test_groups_count_with_what_they_may_grow_to(client: Client, call: str, member: str) -> None:
    lab = built_lab(client)
    ask(lab, call, {"AutoScalingGroupName": "more", member: 97})
    with pytest.raises(limits.TooMuch, match=r"101 instances \(groups at their MaxSize\) in this lab"):
        ask(lab, call, {"AutoScalingGroupName": "more", member: 98})


def test_services_count_with_what_they_may_be_scaled_to(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **{**SERVICE, "desired_count": 3})
    target = {"ResourceId": f"service/game/{SERVICE['service_name']}"}
    ask(lab, "application-autoscaling:RegisterScalableTarget", {**target, "MaxCapacity": 1000})
    with pytest.raises(limits.TooMuch, match="1,001 tasks"):
        ask(lab, "application-autoscaling:RegisterScalableTarget", {**target, "MaxCapacity": 1001})
    action = {"ScalableTargetAction": {"MaxCapacity": 1001}}
    with pytest.raises(limits.TooMuch, match="1,001 tasks"):
        ask(lab, "application-autoscaling:PutScheduledAction", {**target, **action})


@pytest.mark.parametrize("name", ["create-service", "update-service"])
def test_no_lab_outgrows_its_tasks(client: Client, name: str) -> None:
    lab = built_lab(client)
    do(client, lab, "run-task", **RUN)
    do(client, lab, "create-service", **SERVICE)
    more = {**SERVICE, "service_name": "more", "desired_count": 995}
    fields = more if name == "create-service" else {"cluster": "game", "service": "web", "desired_count": 998}
    answer = do(client, lab, name, **fields)
    assert answer.status_code == 422
    assert "That would make 1,001 tasks in this lab, which holds at most 1,000" in answer.content.decode()


def test_a_lab_has_so_many_requests(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_COMMANDS", 3)
    lab = built_lab(client)
    answer = do(client, lab, "create-cluster", cluster_name="one-more")
    assert answer.status_code == 422
    assert "A lab holds at most 3 requests and this one is full" in answer.content.decode()
    assert LabCommand.objects.count() == 3


def crash_looping_lab(client: Client) -> Lab:
    """Twenty tasks whose container ends after a second, again and again (SS:W-24)."""
    lab = built_lab(client)
    do(client, lab, "put-image", image="web:v1", behaviour="crashes", exit_after=1)
    do(client, lab, "create-service", **{**SERVICE, "desired_count": 20})
    return lab


def test_a_long_run_is_computed_bit_by_bit(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = crash_looping_lab(client)
    whole = play.look(log_of(lab), 300_000)
    assert whole.is_complete
    caches["keyframes"].clear()
    monkeypatch.setattr(limits, "MAX_TIMERS", 2_000)
    page = client.get(f"/labs/{lab.key}/?at=300000").content.decode()
    assert "Computing to 00:05:00; this is 00:0" in page
    answers = 1
    while 'data-complete="no"' in page:
        page = client.get(f"/labs/{lab.key}/stage/?at=300000").content.decode()
        answers += 1
        assert answers < 100
    assert answers > 2
    view = play.look(log_of(lab), 300_000)
    assert view.is_complete
    assert view.world.history() == whole.world.history()


def test_nothing_is_done_at_a_moment_that_is_still_being_computed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = crash_looping_lab(client)
    caches["keyframes"].clear()
    monkeypatch.setattr(limits, "MAX_TIMERS", 200)
    answer = do(client, lab, "create-cluster", 300_000, cluster_name="more")
    assert answer.status_code == 422
    assert "still computing up to this moment" in answer.content.decode()
    assert "more" not in world_of(lab).clusters


def test_the_largest_lab_is_drawn(client: Client) -> None:
    lab = built_lab(client)
    for _ in range(4):
        do(client, lab, "add-instances", cluster="game", instance_type="m5.large", count=20)
    small = '{"family": "s", "containerDefinitions": [{"name": "s", "image": "s", "memory": 128}]}'
    do(client, lab, "import-task-definition", definition=small)
    do(client, lab, "create-service", **{**SERVICE, "task_definition": "s:1", "desired_count": 1000})
    page = client.get(f"/labs/{lab.key}/?to=steady")
    assert page.status_code == 200
    assert "83 instances · 1,000 tasks" in page.content.decode()


def test_one_browser_computes_one_thing_at_a_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = built_lab(client)
    monkeypatch.setattr(turn, "PATIENCE_S", 0.0)
    other = Client()
    other.post("/labs/new/")
    key = turn._key(client.get("/").wsgi_request)
    assert cache.add(key, 1, 60)
    try:
        answer = client.get(f"/labs/{lab.key}/")
        assert answer.status_code == 429
        assert "This browser is already computing a moment of a lab" in answer.content.decode()
        refused = do(client, lab, "create-cluster", cluster_name="more")
        assert refused.status_code == 429
        assert other.get(f"/labs/{lab.key}/").status_code == 200
    finally:
        cache.delete(key)
    assert client.get(f"/labs/{lab.key}/").status_code == 200
    assert list(world_of(lab).clusters) == ["game"]


def test_an_update_may_not_grow_without_bound(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **{**SERVICE, "desired_count": 3})
    answer = do(client, lab, "update-service", cluster="game", service="web", maximum=100_000)
    assert answer.status_code == 422
    assert "3,000 tasks while services are updated (maximumPercent) in this lab, which holds at most 2,000" in (
        answer.content.decode()
    )


def test_each_answer_of_a_busy_lab_goes_on(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = crash_looping_lab(client)
    caches["keyframes"].clear()
    monkeypatch.setattr(limits, "MAX_TIMERS", 500)
    log, moments = log_of(lab), [-1]
    while not (view := play.look(log, 200_000)).is_complete:
        assert view.at_ms > moments[-1]
        moments.append(view.at_ms)
    assert len(moments) > 4


def test_a_look_ends_when_its_time_is_over(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = crash_looping_lab(client)
    caches["keyframes"].clear()
    monkeypatch.setattr(limits, "LONGEST_LOOK_S", 0.0)
    assert not play.look(log_of(lab), 200_000).is_complete


def test_a_turn_that_ended_by_itself_is_not_taken_from_the_next(client: Client) -> None:
    request = client.get("/").wsgi_request
    try:
        with turn.turn(request, 0.0):
            cache.set(turn._key(request), "another", 60)
        assert cache.get(turn._key(request)) == "another"
    finally:
        cache.delete(turn._key(request))

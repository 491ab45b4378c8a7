"""Looking at a lab: every moment is a link, replays give the same world, and nothing is written."""

from __future__ import annotations

import re

import pytest
from django.core.cache import caches
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecslab.labs import keyframes, limits, play
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab, LabCommand
from ecslab.sim import serialize
from tests.labs.building import RUN, SERVICE, TASK_DEFINITION, built_lab, do, new_lab, world_of

pytestmark = pytest.mark.django_db

TAKES_A_DATABASE = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rolled_lab(client: Client) -> Lab:
    """A service that is rolled from v1 to v2 at two minutes."""
    lab = built_lab(client)
    do(client, lab, "create-service", **SERVICE)
    do(client, lab, "import-task-definition", 120_000, definition=TASK_DEFINITION.replace("web:v1", "web:v2"))
    do(client, lab, "update-service", 120_001, cluster="game", service="web", task_definition="web:2")
    return lab


def moment_of(page: str) -> int:
    found = re.search(r'data-moment="(\d+)"', page)
    assert found
    return int(found.group(1))


@given(moments=st.lists(st.integers(0, 400_000), min_size=1, max_size=6))
@TAKES_A_DATABASE
def test_a_seek_equals_a_straight_run(client: Client, moments: list[int]) -> None:
    log = log_of(rolled_lab(client))
    for at_ms in moments:
        sought = play.look(log, at_ms)
        caches["keyframes"].clear()
        straight = play.look(log, at_ms)
        assert serialize.digest(sought.world) == serialize.digest(straight.world)
        assert sought.world.history() == straight.world.history()


def test_keyframes_are_kept_and_used(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of(rolled_lab(client))
    caches["keyframes"].clear()
    monkeypatch.setattr(play, "WORTH_KEEPING_TIMERS", 10)
    first = play.look(log, 600_000)
    assert keyframes.places(log.branch.pk) == [keyframes.Place(log.last_seq, 600_000)]
    monkeypatch.setattr(play, "start_of", lambda _: pytest.fail("it began at the start"))
    again = play.look(log, 600_001)
    assert again.world.history() == first.world.history()


def test_a_look_unpacks_no_journal_that_nobody_reads(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happened before lies in one piece for each keyframe on the way; all of them make the whole history."""
    log = log_of(rolled_lab(client))
    straight = play.look(log, 160_000).world.history()
    caches["keyframes"].clear()
    monkeypatch.setattr(play, "WORTH_KEEPING_TIMERS", 10)
    for at_ms in (60_000, 121_000, 130_000):
        play.look(log, at_ms)
    with monkeypatch.context() as patch:
        patch.setattr(keyframes, "_entries", lambda _: pytest.fail("a piece of the journal was unpacked"))
        late = play.look(log, 160_000).world
    assert 0 < len(late.journal) < len(straight)
    assert late.history() == straight
    assert late.past is not None
    assert len(late.past.entries()) == len(straight) - len(late.journal)


def test_a_keyframe_without_a_piece_of_its_journal_is_none(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of(rolled_lab(client))
    caches["keyframes"].clear()
    monkeypatch.setattr(play, "WORTH_KEEPING_TIMERS", 10)
    for at_ms in (100_000, 300_000):
        play.look(log, at_ms)
    first, second = sorted(keyframes.places(log.branch.pk), key=lambda place: place.at_ms)
    assert keyframes.load(log.branch.pk, second) is not None
    caches["keyframes"].delete(keyframes._piece_key(log.branch.pk, first))
    assert keyframes.load(log.branch.pk, second) is None
    assert len(play.look(log, 300_000).world.history()) > 100


def test_looking_writes_nothing(client: Client) -> None:
    lab = rolled_lab(client)
    rows = list(LabCommand.objects.values())
    touched = Lab.objects.get(pk=lab.pk).touched_at
    for query in ("", "at=0", "at=130000&to=change", "to=steady", "at=60000&task=1", "service=game/web", "branch=1"):
        assert client.get(f"/labs/{lab.key}/?{query}").status_code == 200
        assert client.get(f"/labs/{lab.key}/stage/?{query}").status_code == 200
        assert client.get(f"/labs/{lab.key}/chart/?{query}").status_code == 200
    assert list(LabCommand.objects.values()) == rows
    assert Lab.objects.get(pk=lab.pk).touched_at == touched


def test_a_step_goes_to_the_next_change(client: Client) -> None:
    lab = rolled_lab(client)
    page = client.get(f"/labs/{lab.key}/?at=60000&to=change").content.decode()
    first = moment_of(page)
    assert first > 60_000
    log = log_of(lab)
    before, after = (len(play.look(log, at).world.history()) for at in (first - 1, first))
    assert after > before
    assert f"at={first}&amp;to=change" in page


def test_steady_state_is_found(client: Client) -> None:
    lab = rolled_lab(client)
    page = client.get(f"/labs/{lab.key}/?at=120002&to=steady").content.decode()
    world = play.look(log_of(lab), moment_of(page)).world
    [service] = world.services.values()
    assert service.is_steady
    assert {world.definition_of(t).name for t in world.tasks.values() if t.is_running} == {"web:2"}
    assert "No steady state" not in page


def test_a_service_that_has_no_room_is_not_waited_for(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **{**SERVICE, "desired_count": 25})
    page = client.get(f"/labs/{lab.key}/?to=steady").content.decode()
    assert (
        "No steady state is in sight: (service web) runs 21 of 25 tasks of web:1 and there is no room for 4 more."
        in page
    )
    assert moment_of(page) < 60_000
    assert "Why is the next task of web not placed?" in page
    assert page.count("memory: needs 512 MiB, 300 free") == 3


def test_every_candidate_of_a_placement_is_told_the_losers_too(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "run-task", **RUN)
    task = next(iter(world_of(lab).tasks.values()))
    page = client.get(f"/labs/{lab.key}/?task={task.id}").content.decode()
    for instance in ("i-0000000000000001", "i-0000000000000002", "i-0000000000000003"):
        assert f'<span class="table__word">{instance}</span>' in page
    assert "chosen" in page


def test_the_command_line_of_the_last_request_is_told(client: Client) -> None:
    lab = rolled_lab(client)
    page = client.get(f"/labs/{lab.key}/").content.decode()
    assert "aws ecs update-service --cluster game --service web" in page


@pytest.mark.parametrize(
    "query",
    [
        "at=abc",
        "at=-1",
        "at=99999999999999999999",
        "at=999999999999",
        "task=%00",
        "task=<script>",
        "instance='--",
        "service=/",
        "service=a/b/c",
        "to=nowhere",
        "form=none&cluster=x&zone=y&count=z",
        "form=add-instances&count=many",
        "at=1&at=2",
        "a=" + "b" * 3000,
    ],
)
def test_an_address_that_is_none_is_read_as_far_as_it_goes(client: Client, query: str) -> None:
    lab = built_lab(client)
    for part in ("", "stage/", "chart/"):
        answer = client.get(f"/labs/{lab.key}/{part}?{query}")
        assert answer.status_code == 200
        assert b"<script>&" not in answer.content


@pytest.mark.parametrize("branch", ["0", "2", "99"])
def test_a_branch_that_is_none_is_said(client: Client, branch: str) -> None:
    answer = client.get(f"/labs/{new_lab(client).key}/?branch={branch}")
    assert answer.status_code == 404
    assert "This lab has no such copy of its past" in answer.content.decode()


def test_an_unknown_address_says_what_to_do(client: Client) -> None:
    answer = client.get("/labs/nothing-here/")
    assert answer.status_code == 404
    assert "Your own labs are on the front page" in answer.content.decode()


def test_the_key_has_128_random_bits(client: Client) -> None:
    keys = {new_lab(client).key for _ in range(5)}
    assert len(keys) == 5
    assert {len(key) for key in keys} == {22}


def test_the_newest_events_are_told_however_many_there_are(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = built_lab(client)
    do(client, lab, "put-image", image="web:v1", behaviour="crashes", exit_after=1)
    do(client, lab, "create-service", **{**SERVICE, "desired_count": 20})
    at_ms = 420_000
    view = play.look(log_of(lab), at_ms)
    assert len(view.world.history()) > 10_000
    newest = client.get(f"/labs/{lab.key}/?at={at_ms}").context["events"].others[0]
    assert newest.moment >= "00:06:50"


def test_an_explanation_ends_where_the_choice_was_made(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = rolled_lab(client)
    log = log_of(lab)
    view = play.look(log, 400_000)
    reached: list[int] = []
    run_until = play.Simulation.run_until

    def watched(simulation: play.Simulation, at_ms: int, most: int | None = None) -> bool:
        reached.append(at_ms)
        return run_until(simulation, at_ms, most)

    monkeypatch.setattr(play.Simulation, "run_until", watched)
    first = next(iter(view.world.tasks.values()))
    assert play.explain_task(view, first.arn)
    assert max(reached) <= first.created_at_ms


def test_a_choice_too_far_to_replay_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = rolled_lab(client)
    view = play.look(log_of(lab), 400_000)
    newest = list(view.world.tasks.values())[-1]
    caches["keyframes"].clear()
    monkeypatch.setattr(limits, "MAX_TIMERS", 3)
    with pytest.raises(play.TooFar):
        play.explain_task(view, newest.arn)


def test_a_step_does_not_leap_over_hours(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **SERVICE)
    page = client.get(f"/labs/{lab.key}/?at=120000&to=change").content.decode()
    assert moment_of(page) == 120_000
    assert "Nothing happens by itself within the next hour" in page


def test_an_update_that_still_moves_is_waited_for(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **{**SERVICE, "desired_count": 15})
    do(client, lab, "import-task-definition", 120_000, definition=TASK_DEFINITION.replace("web:v1", "web:v2"))
    do(client, lab, "update-service", 120_001, cluster="game", service="web", task_definition="web:2")
    page = client.get(f"/labs/{lab.key}/?at=120002&to=steady").content.decode()
    assert "No steady state" not in page
    world = play.look(log_of(lab), moment_of(page)).world
    assert {world.definition_of(t).name for t in world.tasks.values() if t.is_running} == {"web:2"}


def test_an_update_that_fails_is_told_and_not_waited_for(client: Client) -> None:
    lab = built_lab(client)
    do(client, lab, "create-service", **SERVICE)
    do(client, lab, "put-image", 120_000, image="web:v2", behaviour="missing")
    do(client, lab, "import-task-definition", 120_001, definition=TASK_DEFINITION.replace("web:v1", "web:v2"))
    do(client, lab, "update-service", 120_002, cluster="game", service="web", task_definition="web:2")
    page = client.get(f"/labs/{lab.key}/?at=120003&to=steady").content.decode()
    assert "(service web) runs 0 of 3 tasks of web:2; its tasks fail to start" in page
    assert moment_of(page) < 600_000


@pytest.mark.parametrize("of", ["web", "game", "subnet-0000000000000001"])
def test_utilization_counts_what_happened_before_a_keyframe(
    client: Client, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    lab = built_lab(client)
    fargate = TASK_DEFINITION.replace('{"family": "web",', '{"family": "far", "networkMode": "awsvpc",')
    do(client, lab, "import-task-definition", definition=fargate.replace('"hostPort": 0', '"hostPort": 80'))
    do(client, lab, "create-service", **SERVICE)
    do(client, lab, "run-task", **{**RUN, "task_definition": "far"})
    straight = play.ask(play.look(log_of(lab), 300_000), "lab", "GetUtilization", {"of": of})
    caches["keyframes"].clear()
    monkeypatch.setattr(play, "WORTH_KEEPING_TIMERS", 10)
    for at_ms in (60_000, 120_000):
        play.look(log_of(lab), at_ms)
    late = play.look(log_of(lab), 300_000)
    assert late.world.past is not None
    assert play.ask(late, "lab", "GetUtilization", {"of": of}) == straight
    assert isinstance(straight, play.Submitted)
    assert not straight.code

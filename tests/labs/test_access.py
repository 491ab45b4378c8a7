"""Who may do what with a lab: its owner, somebody with a lab of their own, a browser without one, a forged cookie."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from ecslab.labs import access
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab
from tests.labs.building import built_lab, do, new_lab, world_of

pytestmark = pytest.mark.django_db


def classmate() -> Client:
    """A browser with a lab of its own."""
    client = Client()
    new_lab(client)
    return client


def forger() -> Client:
    """A browser that made its cookie up."""
    client = Client()
    client.cookies[access.COOKIE] = "made-up:1:signature"
    return client


OTHERS = pytest.mark.parametrize("other", [classmate, Client, forger])
Person = Callable[[], Client]
ACTIONS = {
    "do/create-cluster/": {"create-cluster-cluster_name": "theirs"},
    "do/add-instances/": {"add-instances-cluster": "game", "add-instances-count": "1"},
    "rename/": {"name": "theirs"},
    "delete/": {},
}


@OTHERS
def test_the_link_alone_looks_and_copies(client: Client, other: Person) -> None:
    lab = built_lab(client)
    stranger = other()
    page = stranger.get(f"/labs/{lab.key}/").content.decode()
    assert "Make it yours" in page
    assert 'action="/labs/' + lab.key + "/do/" not in page
    assert stranger.get(f"/labs/{lab.key}/stage/").status_code == 200
    answer = stranger.post(f"/labs/{lab.key}/copy/")
    twin = Lab.objects.get(key=answer["Location"].split("/")[2])
    assert twin.pk != lab.pk
    assert list(world_of(twin).clusters) == ["game"]
    assert do(stranger, twin, "create-cluster", cluster_name="theirs").status_code == 302
    assert list(world_of(lab).clusters) == ["game"]


@OTHERS
@pytest.mark.parametrize("action", ACTIONS)
def test_others_change_nothing(client: Client, other: Person, action: str) -> None:
    lab = built_lab(client)
    before = log_of(lab).rows
    answer = other().post(f"/labs/{lab.key}/{action}", {"base_seq": 3, "looking": "", **ACTIONS[action]})
    assert answer.status_code == 403
    assert "belongs to another browser" in answer.content.decode()
    assert log_of(Lab.objects.get(pk=lab.pk)).rows == before
    assert Lab.objects.get(pk=lab.pk).name == lab.name


def test_the_owner_renames_and_deletes(client: Client) -> None:
    lab = built_lab(client)
    client.post(f"/labs/{lab.key}/rename/", {"name": "Packing"})
    assert "Packing" in client.get("/").content.decode()
    client.post(f"/labs/{lab.key}/rename/", {"name": "x" * 101})
    assert Lab.objects.get(pk=lab.pk).name == "Packing"
    assert client.post(f"/labs/{lab.key}/delete/").status_code == 302
    assert client.get(f"/labs/{lab.key}/").status_code == 404


def test_labs_of_others_are_not_listed(client: Client) -> None:
    lab = built_lab(client)
    assert lab.key in client.get("/").content.decode()
    assert lab.key not in Client().get("/").content.decode()


def test_nobody_changes_a_ready_made_lab(client: Client) -> None:
    lab = Lab.objects.create(name="Ready", ready_slug="ready", rules_version=1)
    lab.branches.create()
    assert do(client, lab, "create-cluster", cluster_name="mine").status_code == 403
    assert client.post(f"/labs/{lab.key}/delete/").status_code == 403


@pytest.mark.parametrize("path", ["/labs/new/", "/labs/x/copy/", "/labs/x/delete/", "/labs/x/rename/", "/labs/x/do/y/"])
def test_what_changes_is_never_done_by_looking(client: Client, path: str) -> None:
    assert client.get(path).status_code == 405


def test_a_post_from_elsewhere_is_refused(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/labs/new/").status_code == 403
    assert not Lab.objects.exists()


def test_the_cookie_is_for_this_site_alone(client: Client) -> None:
    client.post("/labs/new/")
    cookie = client.cookies[access.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert new_lab(client).owner_token_hash not in cookie.value

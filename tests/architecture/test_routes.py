"""Looking never writes: every address is either for looking, for posting alone, or a page that takes its own form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ecslab.labs.models import Lab

pytestmark = pytest.mark.django_db

POST_ONLY = {"labs:new", "labs:copy", "labs:rename", "labs:delete", "labs:act"}
PAGES = {
    "fidelity",
    "styleguide",
    "labs:front",
    "labs:lab",
    "labs:stage",
    "labs:chart",
    "labs:scenario",
    "quizzes:list",
    "quizzes:answer",
}
PAGES_WITH_A_FORM = {"labs:ready", "labs:call", "quizzes:question"}


def routes(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the site."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from routes(pattern, space + inner)
        else:
            yield f"{space}{pattern.name}", pattern


ROUTES = dict(routes(get_resolver()))


def address_of(name: str) -> str:
    """An address with things in it that are there."""
    ready = Lab.objects.get(ready_slug="online-game", owner_token_hash="")
    known = {"key": ready.key, "slug": "online-game", "name": "run-task", "attempt_id": 1}
    wanted = ROUTES[name].pattern.converters
    return reverse(name, kwargs={key: known.get(key, "iam-game-four-services") for key in wanted})


def rows() -> dict[type[models.Model], int]:
    """How many rows each table of ours has."""
    ours = [model for app in ("labs", "quizzes") for model in apps.get_app_config(app).get_models()]
    return {model: model._default_manager.count() for model in ours}


@pytest.fixture(autouse=True)
def loaded(django_db_setup: None, db: None) -> None:
    call_command("load_labs", verbosity=0)
    call_command("load_questions", verbosity=0)


def test_every_address_has_its_kind() -> None:
    assert sorted(ROUTES.keys() - POST_ONLY - PAGES - PAGES_WITH_A_FORM) == []


@pytest.mark.parametrize("name", sorted(POST_ONLY & ROUTES.keys()))
def test_an_address_for_posting_is_not_for_looking(client: Client, name: str) -> None:
    for method in ("get", "head", "put", "delete"):
        assert client.generic(method.upper(), address_of(name)).status_code == 405


@pytest.mark.parametrize("name", sorted(PAGES & ROUTES.keys()))
def test_a_page_takes_no_post(client: Client, name: str) -> None:
    assert client.post(address_of(name)).status_code == 405


@pytest.mark.parametrize("name", sorted((PAGES | PAGES_WITH_A_FORM) & ROUTES.keys()))
def test_looking_writes_nothing(client: Client, name: str) -> None:
    before = rows()
    assert client.get(address_of(name)).status_code in (200, 404)
    assert rows() == before

"""No template without a page that is drawn with it: a tour of the site meets every one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.test.signals import template_rendered

from ecslab.labs import play, turn
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab
from ecslab.web.views import errors
from quizzes.models import QuestionVersion

ROOT = Path(__file__).resolve().parents[2] / "templates"

pytestmark = pytest.mark.django_db


@contextmanager
def names_drawn() -> Iterator[set[str]]:
    """Collect the names of all templates that are drawn inside, those that are included or extended too."""
    names: set[str] = set()

    def note(template: Any, **kwargs: Any) -> None:
        names.add(str(template.name))

    template_rendered.connect(note)
    try:
        yield names
    finally:
        template_rendered.disconnect(note)


def see_labs(client: Client) -> None:
    """The front page, a lab of one's own with a refused form and a branch, and each ready-made lab with a task."""
    client.get("/")
    own = client.post("/labs/new/")["Location"]
    client.get(own)
    client.get(f"{own}call/")
    client.post(f"{own}do/create-cluster/", {"base_seq": "0"})
    branch = log_of(Lab.objects.exclude(owner_token_hash="").get()).branch
    call = ("ecs", "CreateCluster", {"clusterName": "game"})
    play.submit(branch, call, looking_at_ms=0, base_seq=0, via="form", forks=True)
    client.get(own)
    for lab in Lab.objects.filter(owner_token_hash=""):
        page = client.get(f"/ready/{lab.ready_slug}/").text
        task = page.partition("?task=")[2] or page.partition("&amp;task=")[2]
        client.get(f"/ready/{lab.ready_slug}/?at={lab.look_at_ms}&task={task[:16]}")
        client.get(f"/labs/{lab.key}/stage/?at={lab.look_at_ms}")


def see_questions(client: Client) -> None:
    """The list, each question, and one answer to it."""
    client.get("/quiz/")
    for version in QuestionVersion.objects.filter(current=True):
        address = f"/quiz/{version.question_id}/"
        client.get(address)
        client.post(address, {})
        chosen = [option.id for option in version.question.options][:1]
        sent = {"question_version": version.pk, "attempt_no": 1, "chosen": chosen}
        client.post(address, sent, follow=True)


def see_refusals(client: Client, rf: RequestFactory) -> None:
    """Every kind of error page, and the page of a browser that is computing already."""
    request = rf.get("/somewhere/")
    errors.bad_request(request, SuspiciousOperation())
    errors.permission_denied(request, PermissionDenied())
    errors.csrf_failure(request)
    errors.server_error(request)
    client.get("/no/such/page/")
    client.get("/labs/new/")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turn, "PATIENCE_S", 0.0)
        patch.setattr(turn.cache, "add", lambda *_: False)
        assert client.get("/ready/online-game/").status_code == 429


def test_a_tour_of_the_site_meets_every_template(client: Client, rf: RequestFactory) -> None:
    for command in ("load_labs", "load_questions"):
        call_command(command, verbosity=0)
    with names_drawn() as names:
        see_labs(client)
        see_questions(client)
        see_refusals(client, rf)
        client.get("/fidelity/")
        client.get("/styleguide/")
    drawn = {name.partition("#")[0] for name in names}
    templates = {file.relative_to(ROOT).as_posix() for file in ROOT.rglob("*.html")}
    assert sorted(templates - drawn) == []

"""The pages that only look: the front page, a ready-made lab, a lab at a moment, its parts for the player."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ecslab.labs import access, play
from ecslab.labs.log import command_of, log_of
from ecslab.labs.models import Lab
from ecslab.labs.panels.address import whole
from ecslab.labs.panels.services import figure, shown_service
from ecslab.labs.steps import steps_of
from ecslab.labs.turn import takes_turns
from ecslab.labs.views import page
from ecslab.labs.views.own import to_own_lab
from ecslab.scenario.write import scenario_text


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What ECS Lab is, the ready-made labs, and this browser's own."""
    labs = Lab.objects.filter(owner_token_hash="").order_by("ready_place")
    ready = [(lab, len(steps_of(lab.ready_slug))) for lab in labs]
    return render(request, "labs/front.html", {"ready": ready, "mine": access.labs_of(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@takes_turns
def ready(request: HttpRequest, slug: str) -> HttpResponse:
    """A ready-made lab to look at; a POST copies it for this browser."""
    lab = access.ready_lab(slug)
    if request.method == "POST":
        token = access.token_for(request)
        return to_own_lab(request, play.copy(log_of(lab), access.hash_of(token)), token)
    return _page(request, lab)


@require_safe
@never_cache
@takes_turns
def lab_page(request: HttpRequest, key: str) -> HttpResponse:
    """A lab at a moment."""
    return _page(request, access.lab_to_see(key))


def _page(request: HttpRequest, lab: Lab) -> HttpResponse:
    view, address = page.look(lab, request.GET)
    return render(request, "labs/lab.html", page.whole_page(request, view, address))


@require_safe
@never_cache
@takes_turns
def stage(request: HttpRequest, key: str) -> HttpResponse:
    """What moves with time, for the player."""
    view, address = page.look(access.lab_to_see(key), request.GET)
    return render(request, "labs/stage.html", page.moving(request, view, address))


@require_safe
@never_cache
@takes_turns
def chart(request: HttpRequest, key: str) -> HttpResponse:
    """The chart of a service's running tasks, as a figure for Plotly; an empty one where there is no service."""
    view, address = page.look(access.lab_to_see(key), request.GET)
    service = shown_service(view.world, address)
    drawn = figure(view, service, request.GET.get("theme", "")) if service else {"data": [], "layout": {}}
    return JsonResponse(drawn)


@require_safe
@never_cache
def scenario(request: HttpRequest, key: str) -> HttpResponse:
    """The requests of a lab as a scenario file; `manage.py simulate` makes the same world of it."""
    lab = access.lab_to_see(key)
    rows = log_of(lab, whole(request.GET.get("branch"))).rows
    refused = {number: row.code for number, row in enumerate(rows) if not row.accepted}
    commands = [command_of(row) for row in rows]
    text = scenario_text(lab.name, lab.about, play.start_of(lab), commands, refused)
    name = f"{slugify(lab.name) or 'lab'}.yaml"
    return HttpResponse(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

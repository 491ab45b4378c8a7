"""The addresses that change something; each shows the page again as a GET would."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ecslab.labs import access, play
from ecslab.labs.forms.requests import FORMS
from ecslab.labs.models import Lab
from ecslab.labs.views.pages import page_of


@require_POST
def new_lab(request: HttpRequest) -> HttpResponse:
    """An empty lab for this browser."""
    token = access.token_for(request)
    lab = play.create("My lab", access.hash_of(token))
    return access.with_owner(request, redirect("labs:lab", key=lab.key), token)


@require_POST
def copy_lab(request: HttpRequest, key: str) -> HttpResponse:
    """A copy of a lab for this browser."""
    token = access.token_for(request)
    lab = play.copy(access.lab_to_see(key), access.hash_of(token))
    return access.with_owner(request, redirect("labs:lab", key=lab.key), token)


@require_POST
def delete_lab(request: HttpRequest, key: str) -> HttpResponse:
    """Delete a lab of this browser."""
    lab = access.lab_to_change(request, key)
    lab.delete()
    messages.success(request, f"The lab {lab.name} was deleted.")
    return redirect("labs:front")


def _whole(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 12 else 0


@require_POST
def submit(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Make one request of a lab; a refusal shows the form again with its sentence and what was typed."""
    lab = access.lab_to_change(request, key)
    if name not in FORMS:
        raise Http404("There is no such form on the lab page.")
    at_ms = _whole(request, "at_ms")
    world = play.timeline_of(lab, play.commands_of(play.branch_of(lab))).at(at_ms).world
    form = FORMS[name][1](request.POST, world=world, prefix=name)
    if not form.is_valid():
        return _again(request, lab, form, name, 422)
    try:
        answer = play.submit(lab, form.to_call(), at_ms=at_ms, base_seq=_whole(request, "base_seq"), via="form")
    except play.Conflict:
        form.add_error(None, "Your lab moved on in another window; this is how it stands now. Send the form again.")
        return _again(request, lab, form, name, 409)
    except play.InThePast:
        form.add_error(None, "You are looking at a moment before the last request. Go to the newest moment to act.")
        return _again(request, lab, form, name, 409)
    except play.NotPossible as refused:
        form.add_error(None, str(refused))
        return _again(request, lab, form, name, 422)
    if answer.code:
        form.add_error(None, f"{answer.code}: {answer.message}")
        return _again(request, lab, form, name, 422)
    for note in form.notes():
        messages.info(request, note)
    return redirect(f"{reverse('labs:lab', args=[lab.key])}?{urlencode({'at': answer.at_ms})}")


def _again(request: HttpRequest, lab: Lab, form: object, name: str, status: int) -> HttpResponse:
    looking = request.GET.copy()
    looking["at"] = request.POST.get("at_ms", "")
    request.GET = looking  # type: ignore[assignment]  # the page looks at the moment that the form looked at
    context = page_of(request, lab, bound=form, opened=name)  # type: ignore[arg-type]
    return render(request, "labs/lab.html", context, status=status)

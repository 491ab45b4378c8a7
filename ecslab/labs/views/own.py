"""What a browser does with labs as a whole: begin one, copy one, name it, delete it."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ecslab.labs import access, play
from ecslab.labs.forms.lab import RenameLab
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab
from ecslab.labs.panels.address import whole

NEW_NAME = "My lab"
COPIED = " (copy)"
SEEDS = 2**31


def to_own_lab(request: HttpRequest, lab: Lab, token: str) -> HttpResponse:
    """To the page of a lab that was made for this browser."""
    return access.with_token(request, redirect("labs:lab", key=lab.key), token)


@require_POST
def new_lab(request: HttpRequest) -> HttpResponse:
    """An empty lab for this browser, with dice of its own."""
    token = access.token_for(request)
    lab = play.create(NEW_NAME, access.hash_of(token), seed=secrets.randbelow(SEEDS))
    return to_own_lab(request, lab, token)


@require_POST
def copy_lab(request: HttpRequest, key: str) -> HttpResponse:
    """A copy of a lab, of the branch that is looked at, for this browser."""
    log = log_of(access.lab_to_see(key), whole(request.POST.get("branch")))
    token = access.token_for(request)
    twin = play.copy(log, access.hash_of(token))
    if access.may_change(request, log.lab):
        twin.name = f"{twin.name[: 100 - len(COPIED)]}{COPIED}"
        twin.save(update_fields=["name"])
    messages.success(request, f"This is your own copy: {twin.name}.")
    return to_own_lab(request, twin, token)


@require_POST
def rename_lab(request: HttpRequest, key: str) -> HttpResponse:
    """Another name for a lab of this browser."""
    lab = access.lab_to_change(request, key)
    form = RenameLab(request.POST)
    if form.is_valid():
        lab.name = form.cleaned_data["name"]
        lab.save(update_fields=["name", "touched_at"])
        messages.success(request, f"The lab is now called {lab.name}.")
    else:
        messages.error(request, f"{form.errors['name'][0]} It is still called {lab.name}.")
    return redirect(f"{reverse('labs:lab', args=[lab.key])}?{request.POST.get('looking', '')[:500]}")


@require_POST
def delete_lab(request: HttpRequest, key: str) -> HttpResponse:
    """Delete a lab of this browser with its whole past."""
    lab = access.lab_to_change(request, key)
    lab.delete()
    messages.success(request, f"The lab {lab.name} was deleted.")
    return redirect("labs:front")

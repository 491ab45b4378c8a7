"""One request of a lab by a form: carried out, refused with a sentence, or asked back."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ecslab.labs import access, play
from ecslab.labs.forms.all import FORMS, INSPECTOR
from ecslab.labs.forms.base import RequestForm
from ecslab.labs.log import log_of_branch
from ecslab.labs.models import Lab
from ecslab.labs.panels.address import Address, whole
from ecslab.labs.turn import takes_turns
from ecslab.labs.views import page
from ecslab.labs.views.page import Sent
from ecslab.scene import words

MOVED_ON = "Your lab moved on in another window; here it is as it stands now. Nothing you typed is lost: send it again."
NO_SUCH_FORM = "There is no such form on the lab page."


@require_POST
@takes_turns
def act(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Make one request, a millisecond after the moment looked at."""
    lab = access.lab_to_change(request, key)
    if name not in FORMS:
        raise Http404(NO_SUCH_FORM)
    looking = QueryDict(request.POST.get("looking", "")[:500])
    view, address = page.look(lab, looking)
    form = FORMS[name](request.POST, world=view.world, prefix=name)
    sent = Sent(name, form)
    past = request.POST.get("past", "")
    if past == "newest":
        return _shown(request, lab, _newest(view, address), sent, 200)
    if not form.is_valid():
        return _shown(request, lab, address, sent, 422)
    return _submitted(request, view, address, sent, past)


def _submitted(request: HttpRequest, view: play.View, address: Address, sent: Sent, past: str) -> HttpResponse:
    answer = play.submit(
        view.log.branch,
        sent.form.to_command(),
        looking_at_ms=view.asked_ms,
        base_seq=whole(request.POST.get("base_seq")) or 0,
        via="form",
        forks=past == "fork",
    )
    return _answered(request, view, address, sent, answer)


def _answered(
    request: HttpRequest,
    view: play.View,
    address: Address,
    sent: Sent,
    answer: play.Submitted | play.Conflict | play.InThePast | play.Malformed,
) -> HttpResponse:
    if isinstance(answer, play.Conflict):
        sent.form.add_error(None, MOVED_ON)
        return _shown(request, view.log.lab, _newest(view, address), sent, 409)
    if isinstance(answer, play.InThePast):
        asked = Sent(sent.name, sent.form, asks_past=True)
        return _shown(request, view.log.lab, address, asked, 409)
    if isinstance(answer, play.Malformed):
        return _refused(request, view, address, sent, answer.sentence)
    if answer.code:
        return _refused(request, view, address, sent, f"{answer.code}: {answer.message}")
    _tell(request, sent.form, answer)
    if request.POST.get("past") == "fork":
        messages.success(request, "You are now in a copy of this lab's past; the run it came from is kept beside it.")
    branch = address.branch if request.POST.get("past") != "fork" else None
    return redirect(address.at(answer.at_ms).link(branch=branch))


def _tell(request: HttpRequest, form: RequestForm, answer: play.Submitted) -> None:
    """What to know about a request that was accepted."""
    for note in form.notes():
        messages.info(request, note)
    if answer.not_simulated:
        members = ", ".join(answer.not_simulated)
        messages.info(request, f"Kept, shown by Describe, and without effect in the lab: {members}.")


def _tell_errors(request: HttpRequest, form: RequestForm) -> None:
    """Say above the page what is wrong with a form that has no place on it, since its task or instance is not there."""
    for sentences in form.errors.values():
        for sentence in sentences:
            messages.error(request, str(sentence))


def _newest(view: play.View, address: Address) -> Address:
    """The same page at the newest moment of its branch, or where it stands when that is later."""
    newest = log_of_branch(view.log.branch).last_at_ms
    return address.at(max(newest, view.at_ms))


def _refused(request: HttpRequest, view: play.View, address: Address, sent: Sent, sentence: str) -> HttpResponse:
    sent.form.add_error(None, sentence)
    return _shown(request, view.log.lab, address.at(view.at_ms), sent, 422)


def _shown(request: HttpRequest, lab: Lab, address: Address, sent: Sent, status: int) -> HttpResponse:
    """The page with the form as it was sent; its address stays that of the page."""
    query = cast("dict[str, str]", QueryDict(address.query))
    view, there = page.look(lab, query)
    if sent.asks_past:
        last = words.moment(view.log.last_at_ms)
        sent.form.add_error(
            None,
            f"You are looking at {words.moment(view.at_ms)}, before the last request at {last}; nothing was changed. "
            "Make a copy of the lab's past up to here and do it there, or go to the newest moment.",
        )
    context = page.whole_page(request, view, there, sent)
    if sent.name in INSPECTOR and not (context["task"] or context["instance"]):
        _tell_errors(request, sent.form)
    response = render(request, "labs/lab.html", context, status=status)
    response["HX-Push-Url"] = "false"
    return response

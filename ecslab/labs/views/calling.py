"""Any call of AWS or of the lab by a plain form: choose an operation, fill in its members, read its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ecslab.aws import model
from ecslab.aws.cli_line import cli_line
from ecslab.labs import access, play
from ecslab.labs.forms.aws_call import AwsCall, is_simulated, operations
from ecslab.labs.models import Lab
from ecslab.labs.panels.address import Address, whole
from ecslab.labs.turn import takes_turns
from ecslab.labs.views import page
from ecslab.scene import words
from ecslab.sim.command import Command

FIRST = "ecs:DescribeClusters"
MOST_SHOWN = 100_000
TOO_FAR = "The choice lies too far back to be replayed within one request; go to a moment shortly after it."
NOT_YOURS = "This lab belongs to another browser: here you can look. To change it, make a copy of your own."
MOVED_ON = "Your lab moved on in another window; nothing was changed. Look at it, then send this again."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answered: its response as JSON and the AWS CLI line, or a sentence that says why not."""

    line: str
    response: str = ""
    sentence: str = ""
    is_cut: bool = False
    not_simulated: tuple[str, ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@takes_turns
def call(request: HttpRequest, key: str) -> HttpResponse:
    """The form of an operation; a POST makes the call and shows what it answers."""
    lab = access.lab_to_see(key)
    asked = request.POST if request.method == "POST" else request.GET
    name = str(asked.get("call", ""))
    service, _, operation = name.partition(":")
    chosen = name if is_simulated(service, operation) else FIRST
    looking = QueryDict(str(asked.get("looking", ""))[:500]) if request.method == "POST" else request.GET
    view, address = page.look(lab, looking)
    if request.method != "POST":
        return _shown(request, view, address, AwsCall(world=view.world, call=chosen, prefix="m"), 200)
    form = AwsCall(request.POST, world=view.world, call=chosen, prefix="m")
    if not form.is_valid():
        return _shown(request, view, address, form, 422)
    return _made(request, view, address, form)


def _made(request: HttpRequest, view: play.View, address: Address, form: AwsCall) -> HttpResponse:
    """Carry a call out: a look is answered from the moment shown, a change becomes a request of the lab."""
    if model.is_read_only(form.service, form.operation):
        try:
            answer: Any = play.ask(view, *form.to_command())
        except play.TooFar:
            answer = play.Malformed(TOO_FAR)
        return _answered(request, view, address, form, answer)
    if not access.may_change(request, view.log.lab):
        return _answered(request, view, address, form, play.Malformed(NOT_YOURS))
    answer = play.submit(
        view.log.branch,
        form.to_command(),
        looking_at_ms=view.asked_ms,
        base_seq=whole(request.POST.get("base_seq")) or 0,
        via="form",
    )
    if isinstance(answer, play.Submitted) and not answer.code:
        view, address = page.look(view.log.lab, QueryDict(address.at(answer.at_ms).query))
    return _answered(request, view, address, form, answer)


def _answered(request: HttpRequest, view: play.View, address: Address, form: AwsCall, answer: Any) -> HttpResponse:
    line = cli_line(Command(view.at_ms, *form.to_command()))
    match answer:
        case play.Conflict():
            return _shown(request, view, address, form, 409, Answer(line, sentence=MOVED_ON))
        case play.InThePast(last_at_ms=last):
            sentence = (
                f"You are looking at {words.moment(view.at_ms)}, before the last request at {words.moment(last)}; "
                "nothing was changed. Go to the newest moment to change the lab."
            )
            return _shown(request, view, address, form, 409, Answer(line, sentence=sentence))
        case play.Malformed(sentence=sentence):
            return _shown(request, view, address, form, 422, Answer(line, sentence=sentence))
        case play.Submitted(code=code) if code:
            return _shown(request, view, address, form, 422, Answer(line, sentence=f"{code}: {answer.message}"))
    text = json.dumps(answer.response, indent=2, ensure_ascii=False)
    told = Answer(line, text[:MOST_SHOWN], is_cut=len(text) > MOST_SHOWN, not_simulated=answer.not_simulated)
    return _shown(request, view, address, form, 200, told)


def _shown(
    request: HttpRequest, view: play.View, address: Address, form: AwsCall, status: int, answer: Answer | None = None
) -> HttpResponse:
    lab: Lab = view.log.lab
    here = address.at(view.at_ms)
    context = {
        "lab": lab,
        "address": here,
        "seq": view.log.last_seq,
        "moment": words.moment(view.at_ms),
        "may_change": access.may_change(request, lab),
        "groups": operations(),
        "chosen": f"{form.service}:{form.operation}",
        "is_look": model.is_read_only(form.service, form.operation),
        "form": form,
        "answer": answer,
    }
    return render(request, "labs/call.html", context, status=status)

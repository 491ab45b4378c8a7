"""What the lab page shows, whatever led to it: the same context for a look, a refusal and the player's picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from ecslab.labs import access, limits, play
from ecslab.labs.forms.all import BUILD, INSPECTOR, TRY_AND_BREAK
from ecslab.labs.forms.base import RequestForm
from ecslab.labs.forms.capacity import usual_type
from ecslab.labs.forms.lab import RenameLab
from ecslab.labs.log import Log, log_of
from ecslab.labs.models import Lab
from ecslab.labs.panels.address import Address
from ecslab.labs.panels.events import events_panel
from ecslab.labs.panels.inspector import instance_panel, task_panel
from ecslab.labs.panels.map import map_panel
from ecslab.labs.panels.services import ServiceRow, service_panel, service_rows, shown_service
from ecslab.labs.panels.steps import steps_panel
from ecslab.labs.panels.time import time_panel
from ecslab.sim.world import World


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent and not carried out: its name, the form with its sentence, and what is asked back."""

    name: str
    form: RequestForm
    asks_past: bool = False


@dataclass(frozen=True, slots=True)
class BranchLink:
    """One branch of a lab's past."""

    number: int
    link: str
    is_shown: bool


@dataclass(slots=True)
class FormRow:
    """One form of the panels."""

    name: str
    title: str
    form: RequestForm
    is_open: bool
    asks_past: bool = field(default=False)


def path_of(lab: Lab) -> str:
    """Where a lab's page is."""
    if lab.ready_slug and not lab.owner_token_hash:
        return reverse("labs:ready", args=[lab.ready_slug])
    return reverse("labs:lab", args=[lab.key])


def look(lab: Lab, query: Mapping[str, Any]) -> tuple[play.View, Address]:
    """The view that an address asks for, and the address with its moment settled. Raises Http404."""
    address = Address.read(path_of(lab), query)
    log = log_of(lab, address.branch)
    asked = max(lab.look_at_ms, log.last_at_ms) if address.at_ms is None else address.at_ms
    view = play.look(log, asked, address.to)
    return view, address


def moving(request: HttpRequest, view: play.View, address: Address, sent: Sent | None = None) -> dict[str, Any]:
    """What changes with the moment: map, time, services, inspector, events."""
    lab, world = view.log.lab, view.world
    here = address.at(view.at_ms)
    may_change = access.may_change(request, lab)
    shown = shown_service(world, here)
    rows = service_rows(world, here, shown)
    row = next((each for each in rows if each.is_shown), None)
    task = task_panel(view, here)
    return {
        "lab": lab,
        "address": here,
        "seq": view.log.last_seq,
        "may_change": may_change,
        "map": map_panel(world, here, may_change=may_change),
        "time": time_panel(view, here, address.to),
        "services": rows,
        "service": _service(view, here, row) if row else None,
        "steps": steps_panel(view),
        "task": task,
        "instance": None if task else instance_panel(view, here),
        "task_forms": _inspector_forms(world, here, sent),
        "events": events_panel(view),
    }


def _service(view: play.View, address: Address, row: ServiceRow) -> Any:
    service = shown_service(view.world, address)
    if service is None:
        return None
    return service_panel(view, address, row, service)


def whole_page(request: HttpRequest, view: play.View, address: Address, sent: Sent | None = None) -> dict[str, Any]:
    """What moves, the forms, and the lab's own things."""
    context = moving(request, view, address, sent)
    if context["may_change"]:
        context["build"] = _rows(BUILD, view.world, address, sent)
        context["breaks"] = _rows(TRY_AND_BREAK, view.world, address, sent)
        context["rename"] = RenameLab(initial={"name": view.log.lab.name})
        context["usual_type"] = usual_type(view.world)
    context["limits"] = limits.PUBLISHED
    context["branches"] = _branches(view.log, address)
    return context


def _branches(log: Log, address: Address) -> list[BranchLink]:
    if len(log.branches) == 1:
        return []
    numbers = range(1, len(log.branches) + 1)
    return [BranchLink(n, address.link(branch=n, at_ms=None), n == log.number) for n in numbers]


def _rows(forms: Mapping[str, type[RequestForm]], world: World, address: Address, sent: Sent | None) -> list[FormRow]:
    return [_row(name, form, world, address, sent) for name, form in forms.items()]


def _row(name: str, form: type[RequestForm], world: World, address: Address, sent: Sent | None) -> FormRow:
    if sent is not None and sent.name == name:
        return FormRow(name, form.title, sent.form, is_open=True, asks_past=sent.asks_past)
    is_open = sent is None and address.form == name
    initial = dict(address.fill) if is_open else {}
    return FormRow(name, form.title, form(world=world, initial=initial, prefix=name), is_open=is_open)


def _inspector_forms(world: World, address: Address, sent: Sent | None) -> dict[str, FormRow]:
    """The forms of what is looked at, under names that templates can spell."""
    task = next((t for t in world.tasks.values() if address.task and address.task in (t.id, t.arn)), None)
    known = {
        "task": address.task,
        "cluster": task.cluster_name if task else "",
        "instance": address.instance,
    }
    rows: dict[str, FormRow] = {}
    for name, form in INSPECTOR.items():
        row = _row(name, form, world, address, sent)
        if not row.form.is_bound:
            row.form = form(world=world, initial=known, prefix=name)
        rows[name.replace("-", "_")] = row
    return rows

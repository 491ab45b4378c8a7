"""The pages that only look: the front page, a ready-made lab, a lab at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from ecslab.aws.cli_line import cli_line
from ecslab.labs import access, play
from ecslab.labs.forms.requests import FORMS, RequestForm
from ecslab.labs.models import Lab, LabCommand
from ecslab.labs.views.charts import chart_table
from ecslab.labs.views.moments import moment_of
from ecslab.rulebook.load import rules
from ecslab.scene import svg, table, words
from ecslab.scene.boxes import Stage
from ecslab.scene.stage import stage as build_stage
from ecslab.sim.command import Command
from ecslab.sim.errors import SimError
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

if TYPE_CHECKING:
    from ecslab.sim.timeline import Timeline

SPEEDS = (1, 10, 60)
SHOWN_EVENTS = 30


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What ECS Lab is, the ready-made labs, and this browser's own."""
    owner = access.owner_of(request)
    mine = Lab.objects.filter(owner=owner) if owner else Lab.objects.none()
    return render(request, "labs/front.html", {"ready": Lab.objects.filter(owner="").order_by("pk"), "mine": mine})


@require_safe
def ready(request: HttpRequest, slug: str) -> HttpResponse:
    """A ready-made lab, to look at and to copy."""
    lab = Lab.objects.filter(owner="", ready_slug=slug).first()
    if lab is None:
        raise Http404("There is no ready-made lab of this name; the front page lists them all.")
    return render(request, "labs/lab.html", page_of(request, lab))


@require_safe
def lab_page(request: HttpRequest, key: str) -> HttpResponse:
    """A lab at a moment."""
    return render(request, "labs/lab.html", page_of(request, access.lab_to_see(key)))


@require_safe
def stage(request: HttpRequest, key: str) -> HttpResponse:
    """What moves with time, for the player."""
    return render(request, "labs/stage.html", page_of(request, access.lab_to_see(key)))


def page_of(
    request: HttpRequest, lab: Lab, *, bound: RequestForm | None = None, opened: str = "", told: str = ""
) -> dict[str, Any]:
    """Everything that a lab's page shows, whatever led to it."""
    commands = play.commands_of(play.branch_of(lab))
    at_ms = moment_of(request, lab, commands)
    timeline = play.timeline_of(lab, commands)
    world = timeline.at(at_ms).world
    following = timeline.at(at_ms).next_change_ms()
    drawn = build_stage(world, selected=selected_arn(world, request))
    accepted = [c for c in commands if c.accepted and c.at_ms <= at_ms]
    return {
        "lab": lab,
        "may_change": access.may_change(request, lab),
        "at_ms": at_ms,
        "moment": words.moment(at_ms),
        "next_ms": following if following is not None else at_ms + 60_000,
        "end_ms": max(at_ms, play.last_at_ms(commands)) + 600_000,
        "seq": play.last_seq(commands),
        "in_past": at_ms < play.last_at_ms(commands),
        "last_ms": play.last_at_ms(commands),
        "speeds": SPEEDS,
        "map": picture(lab, drawn, at_ms, may_change=access.may_change(request, lab)),
        "headings": table.HEADINGS,
        "rows": table.table(drawn),
        "services": service_rows(world),
        "chart": chart_table(timeline, at_ms),
        "events": event_rows(timeline, at_ms),
        "forms": form_rows(request, world, bound, opened),
        "opened": opened,
        "told": told,
        "task": task_panel(timeline, world, at_ms, request.GET.get("task", "")),
        "instance": instance_panel(world, request.GET.get("instance", "")),
        "cli": cli_line(_command(accepted[-1])) if accepted else "",
        "limits": {"commands": play.MAX_COMMANDS, "instances": play.MAX_INSTANCES, "tasks": play.MAX_TASKS},
    }


def _command(row: LabCommand) -> Command:
    return Command(row.at_ms, row.service, row.operation, row.parameters)


def selected_arn(world: World, request: HttpRequest) -> str | None:
    """The ARN of the task or instance that the address names."""
    task = request.GET.get("task", "")
    if task:
        return next((t.arn for t in world.tasks.values() if task in (t.id, t.arn)), None)
    instance = world.find_instance(request.GET.get("instance", "-"))
    return instance.arn if instance else None


def picture(lab: Lab, stage_: Stage, at_ms: int, *, may_change: bool) -> str:
    """The map with links that work without JavaScript."""
    base = reverse("labs:lab", args=[lab.key])

    def link(**members: Any) -> str:
        return f"{base}?{urlencode({'at': at_ms, **members})}"

    def add(cluster: str, zone: str) -> str:
        return link(form="add-instances", cluster=cluster, zone=zone, count=1) + "#add-instances"

    links = svg.Links(
        lambda arn: link(task=arn.rpartition("/")[2]) + "#inspector",
        lambda arn: link(instance=arn.rpartition("/")[2]) + "#inspector",
        add if may_change else None,
    )
    return mark_safe(svg.draw(stage_, links))  # every word is escaped there


def service_rows(world: World) -> list[dict[str, Any]]:
    """Each service with its counts and the limits of its updates."""
    rows = []
    for service in world.services.values():
        if service.status == "INACTIVE":
            continue
        tasks = world.tasks_of(service.arn)
        rows.append(
            {
                "service": service,
                "definition": world.task_definitions[service.primary.task_definition_arn].name,
                "running": sum(1 for t in tasks if t.last_status == "RUNNING"),
                "pending": sum(1 for t in tasks if t.is_starting),
                "state": service.primary.rollout_state,
                "colour": (service.serial - 1) % 8 + 1,
            }
        )
    return rows


def event_rows(timeline: Timeline, at_ms: int) -> list[dict[str, Any]]:
    """The newest happenings first."""
    entries = timeline.read(at_ms, "lab", "GetTimeline", {})["entries"]
    return [{**e, "moment": words.moment(round(e["at"] * 1000))} for e in reversed(entries[-SHOWN_EVENTS:])]


def form_rows(request: HttpRequest, world: World, bound: RequestForm | None, opened: str) -> list[dict[str, Any]]:
    """Every form, the one just refused with what was typed into it."""
    wanted = opened or request.GET.get("form", "")
    rows = []
    for name, (title, form) in FORMS.items():
        is_open = name == wanted
        given = {k: v for k, v in request.GET.items() if is_open and k in ("cluster", "zone", "count")}
        instance = bound if bound is not None and name == opened else form(world=world, initial=given, prefix=name)
        rows.append({"name": name, "title": title, "form": instance, "open": is_open})
    return rows


def task_panel(timeline: Timeline, world: World, at_ms: int, reference: str) -> dict[str, Any] | None:
    """The task looked at, and why it is where it is."""
    task = next((t for t in world.tasks.values() if reference in (t.id, t.arn)), None)
    if task is None:
        return None
    instance = world.container_instances.get(task.container_instance_arn or "")
    interface = world.network_interfaces.get(task.eni_id or "")
    return {
        "task": task,
        "definition": world.definition_of(task).name,
        "memory": words.mib(task.memory_mib),
        "task_role": words.role_name(task.task_role_arn),
        "execution_role": words.role_name(task.execution_role_arn),
        "instance": instance,
        "instance_role": _profile(world, instance),
        "interface": interface,
        "why": why(timeline, at_ms, task),
    }


def _profile(world: World, instance: ContainerInstance | None) -> str:
    if instance is None:
        return "none: Fargate has no container instance (IC:I-13)"
    return words.role_name(world.ec2_instances[instance.ec2_instance_id].instance_profile)


def why(timeline: Timeline, at_ms: int, task: Task) -> list[dict[str, Any]]:
    """One row for each candidate, losers too, with every rule's word (lab:ExplainPlacement)."""
    try:
        told = timeline.read(at_ms, "lab", "ExplainPlacement", {"task": task.arn})
    except SimError:
        return []
    rows = []
    for candidate in told["candidates"]:
        verdicts = [{**v, "text": verdict_text(v), "known": _known(v["rule"])} for v in candidate["verdicts"]]
        name = candidate.get("ec2InstanceId") or candidate.get("subnet")
        rows.append({"name": name, **candidate, "verdicts": verdicts})
    return rows


def _known(rule_id: str) -> str:
    rule = rules().get(rule_id)
    return f"{rule.sentence} ({rule.known})" if rule else ""


def verdict_text(verdict: dict[str, Any]) -> str:
    """A verdict in a few words with its numbers."""
    if verdict["step"] == "strategy":
        kept = "kept" if verdict["kept"] else "dropped"
        field = f"({verdict['field']})" if verdict.get("field") else ""
        return f"{verdict['check']}{field}: score {verdict['score']}, {kept}"
    word = "passed" if verdict["passed"] else "failed"
    if isinstance(verdict.get("need"), int) and not isinstance(verdict.get("need"), bool):
        return f"{verdict['check']}: needs {verdict['need']:,}, has {verdict['have']:,}, {word}"
    return f"{verdict['check']}: {word}"


def instance_panel(world: World, reference: str) -> dict[str, Any] | None:
    """The instance looked at."""
    instance = world.find_instance(reference) if reference else None
    if instance is None:
        return None
    return {
        "instance": instance,
        "role": _profile(world, instance),
        "memory": f"{instance.reserved_memory_mib:,} of {words.mib(instance.registered_memory_mib)} reserved",
        "cpu": f"{instance.reserved_cpu_units:,} of {instance.registered_cpu_units:,} CPU units reserved",
        "tasks": world.tasks_on(instance.arn),
    }

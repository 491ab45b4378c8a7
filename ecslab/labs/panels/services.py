"""The services of a lab, and the one whose running tasks are charted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from ecslab.charts import running_tasks
from ecslab.labs import play
from ecslab.labs.panels.address import Address
from ecslab.labs.panels.why import WhyPanel, why_panel
from ecslab.scene import words
from ecslab.scene.colours import Colours
from ecslab.sim.rules import not_simulated
from ecslab.sim.state.service import Service
from ecslab.sim.world import World

MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service with its counts and what is known of its deployment."""

    key: str
    element: str
    cluster: str
    name: str
    colour: int
    revision: str
    revisions: tuple[str, ...]
    desired: int
    running: int
    pending: int
    rollout: str
    state: str
    link: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a deployment, in a sentence."""

    moment: str
    sentence: str
    rule: str


@dataclass(frozen=True, slots=True)
class ShownService:
    """The service whose chart stands on the page, its limits, its deployment's steps and what keeps it waiting."""

    row: ServiceRow
    chart: str
    table: running_tasks.ChartTable
    floor: str
    ceiling: str
    steps: tuple[StepRow, ...]
    stuck: str
    waiting: str
    why: WhyPanel | None
    without_effect: str
    add: str


def service_rows(world: World, address: Address, shown: Service | None) -> list[ServiceRow]:
    """Every service that is not deleted, in the order of creation."""
    colours = Colours(world)
    live = [service for service in world.services.values() if service.status != "INACTIVE"]
    return [_row(world, service, address, colours, service is shown) for service in live]


def _row(world: World, service: Service, address: Address, colours: Colours, is_shown: bool) -> ServiceRow:
    tasks = world.tasks_of(service.arn)
    definition = world.task_definitions[service.primary.task_definition_arn]
    family = [d.name for d in world.task_definitions.values() if d.family == definition.family and d.status == "ACTIVE"]
    others = [d.name for d in world.task_definitions.values() if d.family != definition.family and d.status == "ACTIVE"]
    key = f"{service.cluster_name}/{service.name}"
    return ServiceRow(
        key=key,
        element=f"service-{service.serial}",
        cluster=service.cluster_name,
        name=service.name,
        colour=colours.of_service(service.name),
        revision=definition.name,
        revisions=tuple(dict.fromkeys([definition.name, *family[::-1], *others[::-1]])),
        desired=service.desired_count,
        running=sum(task.is_running for task in tasks),
        pending=sum(task.is_starting for task in tasks),
        rollout=service.primary.rollout_state,
        state=_state(service),
        link=address.link(service=key),
        is_shown=is_shown,
    )


def _state(service: Service) -> str:
    if service.status != "ACTIVE":
        return service.status
    if service.unplaced_count:
        return f"{words.plural(service.unplaced_count, 'task')} not placed"
    return "steady state" if service.is_steady else ""


def shown_service(world: World, address: Address) -> Service | None:
    """The service that the address names, else one that is being updated, else the first."""
    live = [service for service in world.services.values() if service.status != "INACTIVE"]
    named = [s for s in live if f"{s.cluster_name}/{s.name}" == address.service]
    updated = [s for s in live if len(s.deployments) > 1 or s.unplaced_count]
    return next(iter([*named, *updated, *live]), None)


def service_panel(view: play.View, address: Address, row: ServiceRow, service: Service) -> ShownService:
    """What the page shows of one service."""
    told = play.explain_deployment(view, service)
    on_instances = service.launch_type == "EC2"
    chart_url = reverse("labs:chart", args=[view.log.lab.key])
    query = {"at": view.at_ms, "branch": view.log.number, "service": row.key}
    return ShownService(
        row=row,
        chart=f"{chart_url}?{urlencode(query)}",
        table=running_tasks.table(view.world.history(), service.arn, view.at_ms),
        floor=_limit(told["floor"], told["minimumHealthyPercent"], "minimumHealthyPercent"),
        ceiling=_limit(told["ceiling"], told["maximumPercent"], "maximumPercent"),
        steps=tuple(_step(step) for step in told["steps"][-MOST_STEPS:][::-1]),
        stuck=told["stuck"]["sentence"] if told["stuck"] else "",
        waiting=_waiting(service),
        why=why_panel(play.explain_next(view, service)) if service.unplaced_count else None,
        without_effect=", ".join(not_simulated.kept("ecs:CreateService", {**service.request, **service.updates})),
        add=address.link(form="add-instances", cluster=service.cluster_name, count=1) if on_instances else "",
    )


def _limit(count: int, percent: int, member: str) -> str:
    return f"{words.plural(count, 'task')} ({member} {percent})"


def _step(step: dict[str, Any]) -> StepRow:
    return StepRow(words.moment(round(step["at"] * 1000)), step["sentence"], step["rule"])


def _waiting(service: Service) -> str:
    return (service.unplaced_message or "") if service.unplaced_count else ""


def figure(view: play.View, service: Service, theme: str) -> running_tasks.Figure:
    """The chart of a service's running tasks by revision, for Plotly."""
    colour = Colours(view.world).of_service(service.name)
    return running_tasks.running_tasks_by_revision(
        view.world.history(), service.arn, view.at_ms, colour=colour, theme="dark" if theme == "dark" else "light"
    )

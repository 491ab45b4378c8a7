"""The figure of running tasks by revision, for Plotly; its table is on the page itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from ecslab.charts.running_tasks import running_tasks_by_revision, table
from ecslab.charts.themes import ThemeName
from ecslab.labs import access, play
from ecslab.labs.views.moments import moment_of

if TYPE_CHECKING:
    from ecslab.sim.state.service import Service
    from ecslab.sim.timeline import Timeline
    from ecslab.sim.world import World


@require_safe
def running_tasks(request: HttpRequest, key: str) -> JsonResponse:
    """The figure for the service of the page at a moment; an empty object when there is no service."""
    lab = access.lab_to_see(key)
    commands = play.commands_of(play.branch_of(lab))
    at_ms = moment_of(request, lab, commands)
    timeline = play.timeline_of(lab, commands)
    service = charted(timeline.at(at_ms).world)
    if service is None:
        return JsonResponse({})
    journal = timeline.journal_until(at_ms)
    colour = (service.serial - 1) % 8 + 1
    theme: ThemeName = "dark" if request.GET.get("theme") == "dark" else "light"
    return JsonResponse(
        running_tasks_by_revision(journal, service.arn, at_ms, playhead_ms=at_ms, colour=colour, theme=theme)
    )


def charted(world: World) -> Service | None:
    """The service whose chart is shown: one that is being updated, else the first."""
    services = [s for s in world.services.values() if s.status == "ACTIVE"]
    return next((s for s in services if len(s.deployments) > 1), services[0] if services else None)


def chart_table(timeline: Timeline, at_ms: int) -> dict[str, Any] | None:
    """The same numbers as rows."""
    service = charted(timeline.at(at_ms).world)
    if service is None:
        return None
    return {"service": service.name, "table": table(timeline.journal_until(at_ms), service.arn, at_ms)}

"""The time bar: where the lab stands, how far it goes, and where requests were made."""

from __future__ import annotations

from dataclasses import dataclass

from ecslab.labs import play
from ecslab.labs.panels.address import Address
from ecslab.scene import words
from ecslab.sim.state.service import Service
from ecslab.sim.world import World

SPEEDS = (1, 10, 60, 600)
USUAL_SPEED = 10
AHEAD_MS = 600_000
"""How far the scrubber goes beyond the last request and the moment looked at."""
MOST_TICKS = 200


@dataclass(frozen=True, slots=True)
class TimePanel:
    """Moments in milliseconds and in words. `asking` is a sentence while a long run is still being computed."""

    at_ms: int
    moment: str
    end_ms: int
    end: str
    horizon_ms: int
    last_ms: int
    last: str
    is_past: bool
    is_complete: bool
    asked_ms: int
    asking: str
    note: str
    ticks: tuple[tuple[int, str], ...]
    step: str
    steady: str
    newest: str
    again: str
    speeds: tuple[int, ...] = SPEEDS
    usual_speed: int = USUAL_SPEED


def time_panel(view: play.View, address: Address, to: str = "") -> TimePanel:
    """The time bar of a lab at a moment; `to` is how that moment was found."""
    log, at_ms = view.log, view.at_ms
    horizon = play.horizon_ms(log)
    end = min(max(at_ms, log.last_at_ms, log.lab.look_at_ms) + AHEAD_MS, horizon)
    return TimePanel(
        at_ms=at_ms,
        moment=words.moment(at_ms),
        end_ms=end,
        end=words.moment(end),
        horizon_ms=horizon,
        last_ms=log.last_at_ms,
        last=words.moment(log.last_at_ms),
        is_past=at_ms < log.last_at_ms,
        is_complete=view.is_complete,
        asked_ms=view.asked_ms,
        asking=_asking(view),
        note=_note(view, to),
        ticks=tuple((row.at_ms, f"{row.service}:{row.operation}") for row in log.accepted[-MOST_TICKS:]),
        step=address.link(to="change"),
        steady=address.link(to="steady"),
        newest=address.link(at_ms=log.last_at_ms),
        again=address.link(at_ms=view.asked_ms),
    )


def _asking(view: play.View) -> str:
    if view.is_complete:
        return ""
    return f"Computing to {words.moment(view.asked_ms)}; this is {words.moment(view.at_ms)}."


def _note(view: play.View, to: str) -> str:
    if view.found:
        return ""
    if to == "change":
        return "Nothing happens by itself within the next hour; make a request to go on."
    world = view.world
    behind = [_behind(world, s) for s in world.services.values() if s.status == "ACTIVE" and not s.is_steady]
    return f"No steady state is in sight: {'; '.join(behind) or 'tasks are still starting or stopping'}."


def _behind(world: World, service: Service) -> str:
    """How far the newest deployment of a service has come, and what keeps it."""
    own = [task for task in world.tasks_of(service.arn) if task.deployment_id == service.primary.id]
    running = sum(task.is_running for task in own)
    revision = world.task_definitions[service.primary.task_definition_arn].name
    what = f"(service {service.name}) runs {running:,} of {service.desired_count:,} tasks of {revision}"
    if service.unplaced_count:
        return f"{what} and there is no room for {service.unplaced_count:,} more"
    return f"{what}; its tasks fail to start" if service.primary.throttle.failures else what

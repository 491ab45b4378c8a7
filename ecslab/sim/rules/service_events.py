"""Writing a service's messages: once, or again while what they tell of still holds (SS:S-40, SS:S-41)."""

from __future__ import annotations

from collections.abc import Sequence

from ecslab.sim.changes import journal, service_changes
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.timers import Reconcile
from ecslab.sim.world import World


def say(world: World, service: Service, text: str) -> None:
    """Write a message, which begins with the name of the service (SS:S-41)."""
    service_changes.service_event(world, service, f"(service {service.name}) {text}")


def say_while(world: World, service: Service, condition: str, text: str) -> None:
    """Write the message of a condition that holds: once, and again every six hours while nothing changes (SS:S-40)."""
    told_ms, repeat_ms = service.told.get(condition), TIMINGS["service_event_repeat"]
    if told_ms is not None and world.now_ms < told_ms + repeat_ms:
        return
    say(world, service, text)
    service_changes.condition_told(world, service, condition)
    journal.timer_set(world, repeat_ms, Reconcile(service.arn))


def names(listed: Sequence[Task]) -> str:
    """Tasks as a message lists them."""
    return " ".join(f"(task {task.id})" for task in listed)

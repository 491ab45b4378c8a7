"""What happened, newest first: service events and the rest, and the calls that were refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ecslab.aws.cli_line import cli_line
from ecslab.labs import play
from ecslab.labs.log import command_of
from ecslab.scene import words
from ecslab.sim import events

MOST_EVENTS = 40
TOLD = ("serviceEvent", "call", "fault", "deployment", "traffic", "alarm", "scaling", "eventBridge")
OTHERS = ("taskState", "containerState", "instanceState", "targetHealth")
NAMES = {
    "serviceEvent": "service event",
    "call": "call",
    "fault": "fault",
    "taskState": "task",
    "containerState": "container",
    "instanceState": "instance",
    "targetHealth": "target",
    "deployment": "deployment",
    "traffic": "traffic",
    "alarm": "alarm",
    "scaling": "scaling",
    "eventBridge": "EventBridge",
}
TROUBLE = re.compile(r"unable to|was unable|insufficient|unhealthy|failed|^Instance \S+ was deregistered")


@dataclass(frozen=True, slots=True)
class Event:
    """One line: `tone` is empty, `warning` or `error`; `number` tells it apart from its neighbours.

    `cluster` is named where a lab has several.
    """

    number: str
    moment: str
    kind: str
    text: str
    tone: str
    cluster: str


@dataclass(frozen=True, slots=True)
class EventsPanel:
    """Service events with the calls, and everything else in a list of its own."""

    told: tuple[Event, ...]
    others: tuple[Event, ...]
    cli: str


def events_panel(view: play.View) -> EventsPanel:
    """The events of a lab up to the moment looked at, and the CLI line of its last request that was accepted."""
    history = view.world.history()
    told = [*events.newest(history, TOLD, MOST_EVENTS), *_refused(view)]
    others = events.newest(history, OTHERS, MOST_EVENTS)
    accepted = [row for row in view.log.accepted if row.at_ms <= view.at_ms]
    line = cli_line(command_of(accepted[-1])) if accepted else ""
    several = len(view.world.clusters) > 1
    return EventsPanel(_newest(told, several=several), _newest(others, several=several), line)


def _refused(view: play.View) -> list[dict[str, Any]]:
    """The refused calls, which a replay skips, as entries of the timeline."""
    return [
        {
            "seq": f"refused-{row.seq}",
            "at": row.at_ms / 1000,
            "kind": "call",
            "error": row.code,
            "text": f"{row.service}:{row.operation} was refused: {row.code}. {row.message}",
        }
        for row in view.log.rows
        if not row.accepted and row.at_ms <= view.at_ms + 1
    ]


def _newest(entries: Sequence[dict[str, Any]], *, several: bool) -> tuple[Event, ...]:
    ordered = sorted(entries, key=lambda e: e["at"])[-MOST_EVENTS:]
    return tuple(_event(entry, several=several) for entry in reversed(ordered))


def _event(entry: dict[str, Any], *, several: bool) -> Event:
    moment = words.moment(round(entry["at"] * 1000))
    cluster = str(entry.get("cluster") or "") if several and entry["kind"] != "call" else ""
    return Event(str(entry["seq"]), moment, NAMES[entry["kind"]], entry["text"], _tone(entry), cluster)


def _tone(entry: dict[str, Any]) -> str:
    if entry["error"]:
        return "error"
    if entry["kind"] == "fault" or TROUBLE.search(entry["text"]):
        return "warning"
    return ""

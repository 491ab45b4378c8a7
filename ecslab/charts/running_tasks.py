"""RUNNING tasks of a service by revision over time, between the floor and the ceiling of its rolling update.

Floor and ceiling are minimumHealthyPercent and maximumPercent of desiredCount (SS:D-2). The figure is a plain dict
for Plotly; no text in it carries markup. The journal counts milliseconds, the x axis seconds since the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from ecslab.charts.themes import CONFIG, THEMES, Theme, ThemeName, count_axis, layout, minutes, time_axis
from ecslab.sim.world import JournalEntry

Figure = dict[str, Any]
DASHES = ("solid", "longdash", "dashdot", "longdashdot")
SYMBOLS = ("circle", "diamond", "square", "triangle-up")
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """What a service wants at a moment, in tasks."""

    desired_count: int
    floor: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class Point:
    """The state of a service from a moment on; `running` has one number for each revision of the series."""

    at_ms: int
    running: tuple[int, ...]
    limits: Limits | None

    @property
    def total(self) -> int:
        """RUNNING tasks of all revisions."""
        return sum(self.running)


@dataclass(frozen=True, slots=True)
class Series:
    """A service's history: its revisions in the order in which they came, and a point for each change."""

    revisions: tuple[str, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The text twin of a chart. `left_out` counts the oldest rows that were too many to show."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int


def series(journal: Sequence[JournalEntry], service_arn: str, until_ms: int) -> Series:
    """What the journal tells of a service's RUNNING tasks up to and including a moment."""
    entries = [entry for entry in journal if entry.at_ms <= until_ms and _is_about(entry, service_arn)]
    names = dict.fromkeys(entry.values["taskDefinition"] for entry in entries if entry.kind == "taskState")
    running = dict.fromkeys(names, 0)
    limits: Limits | None = None
    points: dict[int, Point] = {}
    for entry in entries:
        if entry.kind == "serviceChanged":
            limits = _limits(entry.values)
        else:
            running[entry.values["taskDefinition"]] += _difference(entry.values)
        points[entry.at_ms] = Point(entry.at_ms, tuple(running.values()), limits)
    return Series(tuple(names), _changes(list(points.values())))


def running_tasks_by_revision(
    journal: Sequence[JournalEntry],
    service_arn: str,
    until_ms: int,
    *,
    playhead_ms: int | None = None,
    colour: int = 1,
    theme: ThemeName = "light",
) -> Figure:
    """The chart as {data, layout, config}.

    `colour` is the service's colour on the map, 1 to 8. The playhead stands at `playhead_ms`, at the end by default.
    """
    history, palette = series(journal, service_arn, until_ms), THEMES[theme]
    most = max((max(p.total, p.limits.ceiling if p.limits else 0) for p in history.points), default=0)
    axis = time_axis(until_ms, palette)
    head = min(max(until_ms if playhead_ms is None else playhead_ms, 0), until_ms) / 1000
    return {
        "data": _traces(history, until_ms, palette, palette.services[(colour - 1) % len(palette.services)]),
        "layout": {
            **layout(palette),
            "xaxis": axis,
            "yaxis": count_axis(most, "RUNNING tasks", palette),
            "shapes": [_playhead(head, palette)],
        },
        "config": dict(CONFIG),
    }


def table(
    journal: Sequence[JournalEntry], service_arn: str, until_ms: int, *, most_rows: int = MOST_ROWS
) -> ChartTable:
    """The same numbers as a table: a row for each change, the oldest left out where there are too many."""
    history = series(journal, service_arn, until_ms)
    rows = [
        (minutes(point.at_ms), *map(str, point.running), str(point.total), *_cells(point)) for point in history.points
    ]
    headings = ("Time", *history.revisions, "Total RUNNING", "desiredCount", "Floor", "Ceiling")
    left_out = max(len(rows) - most_rows, 0)
    return ChartTable(headings, tuple(rows[left_out:]), left_out)


def _cells(point: Point) -> tuple[str, str, str]:
    if point.limits is None:
        return ("", "", "")
    return (str(point.limits.desired_count), str(point.limits.floor), str(point.limits.ceiling))


def _is_about(entry: JournalEntry, service_arn: str) -> bool:
    if entry.kind == "serviceChanged":
        return entry.id == service_arn
    cluster, _, name = service_arn.partition(":service/")[2].partition("/")
    values = entry.values
    return entry.kind == "taskState" and values.get("service") == name and values.get("cluster") == cluster


def _difference(values: Mapping[str, Any]) -> int:
    return int(values["to"] == "RUNNING") - int(values["from"] == "RUNNING")


def _limits(values: Mapping[str, Any]) -> Limits:
    return Limits(values["desiredCount"], values["floor"], values["ceiling"])


def _changes(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points that differ from the one before."""
    kept: list[Point] = []
    for point in points:
        if not kept or (point.running, point.limits) != (kept[-1].running, kept[-1].limits):
            kept.append(point)
    return tuple(kept)


def _traces(history: Series, until_ms: int, theme: Theme, colour: str) -> list[dict[str, Any]]:
    if not history.points:
        return []
    traces = []
    for number, revision in enumerate(history.revisions):
        style = {"color": colour, "width": 2.5, "dash": DASHES[number % len(DASHES)]}
        trace = _steps(history, until_ms, escape(revision), partial(_running_of, number), style)
        trace["mode"] = "lines+markers"
        trace["marker"] = {"symbol": SYMBOLS[number % len(SYMBOLS)], "size": 7, "color": colour}
        traces.append(trace)
    if len(history.revisions) > 1:
        traces.append(_steps(history, until_ms, "total", lambda p: p.total, {"color": theme.ink, "width": 1.5}))
    line = {"color": theme.limit, "width": 1.5}
    below, above = {**line, "dash": "dot"}, {**line, "dash": "dash"}
    floor = _steps(history, until_ms, "floor", lambda p: p.limits.floor if p.limits else None, below)
    ceiling = _steps(history, until_ms, "ceiling", lambda p: p.limits.ceiling if p.limits else None, above)
    return [*traces, floor, ceiling]


def _running_of(number: int, point: Point) -> int:
    return point.running[number]


def _steps(
    history: Series, until_ms: int, name: str, value: Callable[[Point], int | None], line: dict[str, Any]
) -> dict[str, Any]:
    """A step line that holds each value until the next, and the last until the end."""
    pairs = [(point.at_ms, number) for point in history.points if (number := value(point)) is not None]
    kept = [pair for index, pair in enumerate(pairs) if index == 0 or pair[1] != pairs[index - 1][1]]
    if kept and kept[-1][0] < until_ms:
        kept.append((until_ms, kept[-1][1]))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [at_ms / 1000 for at_ms, _ in kept],
        "y": [number for _, number in kept],
        "line": {"shape": "hv", **line},
        "text": [f"{name}: {number} at {minutes(at_ms)}" for at_ms, number in kept],
        "hoverinfo": "text",
    }


def _playhead(at_s: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": at_s,
        "x1": at_s,
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.ink, "width": 1.5},
        "layer": "above",
    }

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest

from ecslab.charts.running_tasks import running_tasks_by_revision, series, table
from ecslab.charts.themes import THEMES, ThemeName, minutes, time_axis
from ecslab.sim.world import JournalEntry

ARN = "arn:aws:ecs:us-east-1:123456789012:service/game/web"
TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"


def told(at_ms: int, before: str | None, after: str, revision: str = "web:1", **values: Any) -> JournalEntry:
    return JournalEntry(
        at_ms,
        at_ms,
        "taskState",
        "task",
        {"cluster": "game", "service": "web", "from": before, "to": after, "taskDefinition": revision, **values},
    )


def wanted(at_ms: int, desired: int, floor: int, ceiling: int, arn: str = ARN) -> JournalEntry:
    values = {"desiredCount": desired, "floor": floor, "ceiling": ceiling}
    return JournalEntry(at_ms, at_ms, "serviceChanged", arn, values)


def update() -> list[JournalEntry]:
    return [
        wanted(0, 2, 1, 4),
        told(0, None, "PENDING"),
        told(3000, "PENDING", "RUNNING"),
        told(3000, "PENDING", "RUNNING"),
        told(4000, "PENDING", "RUNNING", service="other"),
        told(4000, "PENDING", "RUNNING", cluster="else"),
        told(60_000, None, "PENDING", "web:2"),
        told(65_500, "PENDING", "RUNNING", "web:2"),
        told(70_000, "RUNNING", "STOPPING"),
        wanted(80_000, 4, 2, 8, ARN + "2"),
        wanted(90_000, 4, 2, 8),
    ]


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def test_tasks_are_counted_by_revision() -> None:
    history = series(update(), ARN, 100_000)
    assert history.revisions == ("web:1", "web:2")
    assert [(p.at_ms, p.running, p.total) for p in history.points] == [
        (0, (0, 0), 0),
        (3000, (2, 0), 2),
        (65_500, (2, 1), 3),
        (70_000, (1, 1), 2),
        (90_000, (1, 1), 2),
    ]


def test_nothing_after_the_moment_is_told() -> None:
    assert series(update(), ARN, 3000).points[-1].at_ms == 3000
    assert series(update(), ARN, 3000).revisions == ("web:1",)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_plotly_accepts_the_figure(theme: ThemeName) -> None:
    figure = running_tasks_by_revision(update(), ARN, 100_000, theme=theme)
    go.Figure({"data": figure["data"], "layout": figure["layout"]})
    json.dumps(figure, allow_nan=False)
    assert [trace["name"] for trace in figure["data"]] == ["web:1", "web:2", "total", "floor", "ceiling"]
    assert all(trace["line"]["shape"] == "hv" for trace in figure["data"])
    assert [trace["line"]["dash"] for trace in figure["data"][-2:]] == ["dot", "dash"]


def test_lines_step_and_reach_the_end() -> None:
    first, second, total, floor, ceiling = running_tasks_by_revision(update(), ARN, 100_000)["data"]
    assert (first["x"], first["y"]) == ([0, 3, 70, 100], [0, 2, 1, 1])
    assert (second["x"], second["y"]) == ([0, 65.5, 100], [0, 1, 1])
    assert (total["x"], total["y"]) == ([0, 3, 65.5, 70, 100], [0, 2, 3, 2, 2])
    assert (floor["x"], floor["y"]) == ([0, 90, 100], [1, 2, 2])
    assert (ceiling["x"], ceiling["y"]) == ([0, 90, 100], [4, 8, 8])


def test_the_playhead_is_a_vertical_line() -> None:
    (shape,) = running_tasks_by_revision(update(), ARN, 100_000, playhead_ms=42_000)["layout"]["shapes"]
    assert (shape["x0"], shape["x1"], shape["y0"], shape["y1"]) == (42, 42, 0, 1)


def test_nothing_is_sent_anywhere() -> None:
    config = running_tasks_by_revision(update(), ARN, 100_000)["config"]
    assert config == {
        "displaylogo": False,
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "responsive": True,
        "displayModeBar": False,
    }


def test_no_text_carries_markup() -> None:
    journal = [wanted(0, 1, 1, 2), told(0, None, "RUNNING", "<b>x</b>:1")]
    figure = running_tasks_by_revision(journal, ARN, 10)
    assert [text for text in texts(figure) if "<" in text] == []


def test_a_service_that_nobody_knows_has_an_empty_chart() -> None:
    figure = running_tasks_by_revision(update(), ARN + "-none", 1000)
    assert figure["data"] == []
    go.Figure({"data": figure["data"], "layout": figure["layout"]})
    assert table(update(), ARN + "-none", 1000).rows == ()


def test_the_table_says_the_same() -> None:
    told_as = table(update(), ARN, 100_000)
    assert told_as.headings == ("Time", "web:1", "web:2", "Total RUNNING", "desiredCount", "Floor", "Ceiling")
    assert told_as.rows[2] == ("1:05.500", "2", "1", "3", "2", "1", "4")
    assert {len(row) for row in told_as.rows} == {7}
    short = table(update(), ARN, 100_000, most_rows=2)
    assert (len(short.rows), short.left_out) == (2, 3)


@pytest.mark.parametrize(
    ("at_ms", "expected"),
    [(0, "0:00"), (252_000, "4:12"), (500, "0:00.500"), (3_852_000, "1:04:12")],
)
def test_time_is_told_in_minutes_and_seconds(at_ms: int, expected: str) -> None:
    assert minutes(at_ms) == expected


@pytest.mark.parametrize("until_ms", [0, 1, 9_999, 60_000, 3_600_000, 86_400_000, 10**10])
def test_an_axis_has_few_ticks_with_words(until_ms: int) -> None:
    axis = time_axis(until_ms, THEMES["light"])
    assert 1 <= len(axis["tickvals"]) <= 10
    assert len(axis["tickvals"]) == len(axis["ticktext"])


def test_colours_are_those_of_the_page() -> None:
    css = TOKENS.read_text(encoding="utf-8")
    pairs = {n: (a, b) for n, a, b in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", css)}
    for index, theme in enumerate((THEMES["light"], THEMES["dark"])):
        assert theme.services == tuple(pairs[f"service-{n}"][index] for n in range(1, 9))
        named = (theme.ink, theme.muted, theme.line, theme.limit, theme.card)
        assert named == tuple(pairs[name][index] for name in ("ink", "muted", "line", "bad", "card"))

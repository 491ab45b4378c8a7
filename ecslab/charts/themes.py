"""Colours and axes that charts share. Plotly takes no custom properties, so a figure is made for one theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

ThemeName = Literal["light", "dark"]
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'
TICK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
MOST_TICKS = 8
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "displayModeBar": False,
}
"""No button that sends a chart anywhere, and no tool bar."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a chart: as in static/css/tokens.css, where a test compares them."""

    ink: str
    muted: str
    line: str
    limit: str
    card: str
    services: tuple[str, ...]


THEMES: dict[ThemeName, Theme] = {
    "light": Theme(
        ink="#111827",
        muted="#5b6472",
        line="#d9dee6",
        limit="#b42318",
        card="#ffffff",
        services=("#0072b2", "#009c72", "#d55e00", "#c0729d", "#ba8100", "#4794bf", "#9c942b", "#4b5563"),
    ),
    "dark": Theme(
        ink="#e8ecf4",
        muted="#9aa5b8",
        line="#2c3548",
        limit="#fda29b",
        card="#171d2b",
        services=("#147db8", "#009e73", "#d55e00", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#b6bfcd"),
    ),
}


def minutes(at_ms: int) -> str:
    """A moment as minutes and seconds: `4:12`, `4:12.500`, and `1:04:12` from an hour on."""
    seconds, rest = divmod(at_ms, 1000)
    hours, within = divmod(seconds, 3600)
    text = f"{hours}:{within // 60:02d}:{within % 60:02d}" if hours else f"{within // 60}:{within % 60:02d}"
    return f"{text}.{rest:03d}" if rest else text


def time_axis(until_ms: int, theme: Theme) -> dict[str, Any]:
    """An x axis in seconds since the start, its ticks in minutes and seconds."""
    seconds = max(-(-until_ms // 1000), 1)
    step = next((each for each in TICK_STEPS_S if seconds <= each * MOST_TICKS), -(-seconds // MOST_TICKS))
    ticks = list(range(0, seconds + 1, step))
    return {
        "range": [0, max(until_ms / 1000, 1)],
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [minutes(1000 * tick) for tick in ticks],
        "title": {"text": "time since the start", "standoff": 8},
        "gridcolor": theme.line,
        "zeroline": False,
        "fixedrange": True,
    }


def count_axis(most: int, title: str, theme: Theme) -> dict[str, Any]:
    """A y axis of whole numbers from 0, with a little room above the highest."""
    return {
        "range": [0, max(most, 1) * 1.12],
        "tickformat": ",d",
        "dtick": max(1, -(-most // 6)),
        "title": {"text": title, "standoff": 8},
        "gridcolor": theme.line,
        "zeroline": False,
        "rangemode": "tozero",
        "fixedrange": True,
    }


def layout(theme: Theme) -> dict[str, Any]:
    """What all charts share: no paper of their own, small type, the legend above."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": theme.muted},
        "margin": {"l": 48, "r": 12, "t": 36, "b": 44},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": theme.ink}},
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": theme.card, "bordercolor": theme.line, "font": {"color": theme.ink}},
        "dragmode": False,
    }

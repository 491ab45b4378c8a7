"""The lab's dates: the calendar moment of a millisecond of the run (the only user of datetime in the core)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def parse_iso(text: str) -> datetime:
    """An ISO 8601 moment; without a zone it is UTC. ValueError when it is none."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def iso(starts_at: str, at_ms: int | None) -> str | None:
    """The calendar text of a moment of the run, `2026-01-05T00:01:30Z`, with milliseconds only where there are some."""
    if at_ms is None:
        return None
    moment = parse_iso(starts_at) + timedelta(milliseconds=at_ms)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    milliseconds = moment.microsecond // 1000
    return f"{text}.{milliseconds:03d}Z" if milliseconds else f"{text}Z"


def milliseconds_since(starts_at: str, text: str) -> int:
    """The millisecond of the run that a calendar moment stands for; negative before the start."""
    return (parse_iso(text) - parse_iso(starts_at)) // timedelta(milliseconds=1)

"""Traffic traces: CSV files of `timestamp,value` that lab:SetTraffic is given as points.

Model choice: a value is a number of requests in the time until the next row, and the last row lasts as long as the one
before it. Where the call also has requestsPerSecond, the highest rate of the trace becomes that.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any

MAX_BYTES = 1024 * 1024
MAX_ROWS = 20_000
HEADER = ["timestamp", "value"]


class TraceWrong(Exception):
    """A file that is no trace: one sentence."""


def with_points(parameters: Mapping[str, Any], folder: Path | None) -> dict[str, Any]:
    """The members of lab:SetTraffic with the points of the file that `csv` names. Raises TraceWrong."""
    if folder is None:
        raise TraceWrong("a CSV file is read by simulate alone; give points instead.")
    for member in ("pattern", "points"):
        if member in parameters and parameters[member] != "points":
            raise TraceWrong(f"{member} does not go with csv; leave it out.")
    rest = {name: value for name, value in parameters.items() if name not in ("csv", "requestsPerSecond")}
    rates = _rates(_rows(folder / str(parameters["csv"])))
    highest = parameters.get("requestsPerSecond")
    if highest is not None:
        rates = _scaled(rates, highest)
    return {**rest, "pattern": "points", "points": [[second, f"{rate:.3f}"] for second, rate in rates]}


def _rows(path: Path) -> list[tuple[datetime, Decimal]]:
    """The rows of a trace, each later than the one before."""
    try:
        text = path.read_bytes()[: MAX_BYTES + 1].decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise TraceWrong(f"{path.name} cannot be read as UTF-8 text; check its name.") from None
    lines = list(csv.reader(text.splitlines()))
    if len(text) > MAX_BYTES or len(lines) > MAX_ROWS:
        raise TraceWrong(f"{path.name} has more than {MAX_ROWS} rows or 1 MiB; take a part of it.")
    if not lines or lines[0] != HEADER:
        raise TraceWrong(f"{path.name} does not begin with the line timestamp,value.")
    rows = [_row(path, number, line) for number, line in enumerate(lines[1:], 2)]
    if len(rows) < 2:
        raise TraceWrong(f"{path.name} needs two rows or more.")
    for number, (before, after) in enumerate(pairwise(rows), 3):
        if after[0] <= before[0]:
            raise TraceWrong(f"{path.name}, line {number}: this is not later than the line above.")
    return rows


def _row(path: Path, number: int, line: list[str]) -> tuple[datetime, Decimal]:
    try:
        moment, value = line
        at, amount = datetime.fromisoformat(moment), Decimal(value)
    except (ValueError, InvalidOperation):
        raise TraceWrong(f"{path.name}, line {number}: write 2014-04-10 00:04:00,94.0.") from None
    if not amount.is_finite() or amount < 0:
        raise TraceWrong(f"{path.name}, line {number}: the value needs to be 0 or more.")
    return (at if at.tzinfo else at.replace(tzinfo=UTC)), amount


def _rates(rows: list[tuple[datetime, Decimal]]) -> list[tuple[int, Decimal]]:
    """Seconds since the first row, and requests per second from then on."""
    begins = [round((at - rows[0][0]).total_seconds()) for at, _ in rows]
    lengths = [max(after - before, 1) for before, after in pairwise(begins)]
    lengths.append(lengths[-1])
    return [(begin, value / length) for begin, (_, value), length in zip(begins, rows, lengths, strict=True)]


def _scaled(rates: list[tuple[int, Decimal]], highest: Any) -> list[tuple[int, Decimal]]:
    try:
        wanted = Decimal(str(highest))
    except InvalidOperation:
        raise TraceWrong("requestsPerSecond is no number.") from None
    most = max(rate for _, rate in rates)
    return [(second, rate * wanted / most if most else rate) for second, rate in rates]

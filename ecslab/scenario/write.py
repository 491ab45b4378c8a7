"""A start and a list of commands as the text of a scenario file; reading it back gives the same commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ecslab.scenario import moments
from ecslab.scenario.references import escaped
from ecslab.sim.command import Command
from ecslab.sim.world import Start

WIDTH = 120
NEXT_LINE = "\x85"


def scenario_text(
    name: str,
    about: str,
    start: Start,
    commands: Sequence[Command],
    errors: Mapping[int, str] | None = None,
) -> str:
    """YAML of a run. `errors` gives the AWS code for each command, by position, that was refused."""
    refused = errors or {}
    data: dict[str, Any] = {
        "scenario": 1,
        "name": _quoted(name),
        "about": _quoted(about),
        "region": start.region,
        "start": start.starts_at,
        "tieBreak": start.tie_break,
        "zones": start.zone_count,
        "seed": start.seed,
        "calls": [_call(command, refused.get(number)) for number, command in enumerate(commands)],
    }
    stream = StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.width = WIDTH
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.dump(data, stream)
    return stream.getvalue()


def _call(command: Command, error: str | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"at": moments.text_of(command.at_ms), "call": command.name}
    if command.parameters:
        entry["with"] = _quoted(escaped(command.parameters))
    if command.caller:
        entry["as"] = _quoted(escaped(command.caller))
    if error:
        entry["error"] = error
    return entry


def _quoted(value: Any) -> Any:
    """Texts with a next-line character in double quotes, where it is escaped: bare, it would be read as a space."""
    if isinstance(value, dict):
        return {_quoted(key): _quoted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_quoted(item) for item in value]
    return DoubleQuotedScalarString(value) if isinstance(value, str) and NEXT_LINE in value else value

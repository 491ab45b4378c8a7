"""Answers as people read them: a table, JSON or YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

FORMATS = ("table", "json", "yaml")
_WIDTH = 120


def as_text(value: Any, form: str) -> str:
    """JSON data in one of the FORMATS, without a line end."""
    if form == "json":
        return json.dumps(value, indent=2, ensure_ascii=False)
    if form == "yaml":
        return _yaml(value)
    return "\n".join(_table(value))


def _yaml(value: Any) -> str:
    writer = YAML()
    writer.default_flow_style = False
    writer.width = _WIDTH
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    writer.dump(value, stream)
    return stream.getvalue().rstrip("\n").removesuffix("\n...")


def _table(value: Any) -> Iterator[str]:
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield from _rows([dict(_flat(item)) for item in value])
    elif isinstance(value, list):
        yield from (_cell(item) for item in value)
    elif isinstance(value, Mapping):
        pairs = list(_flat(value))
        width = max((len(name) for name, _ in pairs), default=0)
        yield from (f"{name:<{width}}  {text}".rstrip() for name, text in pairs)
    else:
        yield _cell(value)


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Names and texts of everything inside, `service.deployments[0].id`."""
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from _flat(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value):
            yield from _flat(item, f"{path}[{number}]")
    else:
        yield path, _cell(value)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _rows(rows: list[dict[str, str]]) -> Iterator[str]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    widths = {name: max(len(name), *(len(row.get(name, "")) for row in rows)) for name in names}
    for row in ({name: name for name in names}, *rows):
        yield "  ".join(f"{row.get(name, ''):<{widths[name]}}" for name in names).rstrip()

"""What a value of a service model's shape looks like: an example to write over, as JSON data."""

from __future__ import annotations

from typing import Any

DEEPEST = 4
_SCALARS: dict[str, Any] = {
    "boolean": True,
    "integer": 0,
    "long": 0,
    "float": 0.0,
    "double": 0.0,
    "timestamp": "2026-01-05T00:00:00Z",
}


def skeleton(shape: Any, depth: int = 0) -> Any:
    """An example of a shape with every member, at most four levels deep; deeper ones are empty."""
    kind = shape.type_name
    if kind == "structure":
        deeper = {} if depth >= DEEPEST else shape.members
        return {name: skeleton(member, depth + 1) for name, member in deeper.items()}
    if kind == "list":
        return [] if depth >= DEEPEST else [skeleton(shape.member, depth + 1)]
    if kind == "map":
        return {} if depth >= DEEPEST else {"name": skeleton(shape.value, depth + 1)}
    if getattr(shape, "enum", None):
        return shape.enum[0]
    return _SCALARS.get(kind, "")

"""World to JSON-able data and back, and its digest. Same world, same bytes (core law 5).

Dataclasses become objects of their fields, timers carry their type's name, tuples become lists. The journal and the
indexes are left out: the first is rebuilt by replay, the second here.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ecslab.sim import timers
from ecslab.sim.changes import task_changes
from ecslab.sim.world import World

SCHEMA = 1
NOT_SAVED = (
    "journal",
    "tasks_by_service",
    "tasks_by_instance",
    "tasks_by_group",
    "groups_on_instances",
    "rankings",
    "touched",
    "recent_points",
    "watched_decision",
    "seen_decision",
)
_TIMERS: dict[str, type] = {timer.__name__: timer for timer in timers.PRIORITY}


def dump(world: World) -> dict[str, Any]:
    """A world as JSON-able data."""
    data = {f.name: _encode(getattr(world, f.name)) for f in fields(world) if f.name not in NOT_SAVED}
    return {"schema": SCHEMA, "world": data}


def load(data: Mapping[str, Any]) -> World:
    """A world from data; ValueError when the schema is another."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"snapshot schema {data.get('schema')!r}, needed {SCHEMA}")
    hints = _hints(World)
    world = World(**{name: _decode(hints[name], value) for name, value in data["world"].items()})
    world.agenda.entries.sort()
    rebuild_indexes(world)
    return world


def rebuild_indexes(world: World) -> None:
    """Fill the indexes of a world from its tasks, in canonical order."""
    for task in world.tasks.values():
        if task.last_status == "STOPPED":
            continue
        world.tasks_by_group.setdefault(task.group_key, {})[task.arn] = task
        if task.service_arn:
            world.tasks_by_service.setdefault(task.service_arn, {})[task.arn] = task
        if task.container_instance_arn:
            world.tasks_by_instance.setdefault(task.container_instance_arn, {})[task.arn] = task
        if task.desired_status == "RUNNING":
            task_changes.count_in_group(world, task, 1)


def digest(world: World) -> str:
    """SHA-256 of the canonical JSON of a world; object order is part of the world, so keys are not sorted."""
    data = dump(world)
    data["world"]["agenda"]["entries"].sort(key=lambda entry: entry[:3])
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode()).hexdigest()


def _encode(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        encoded = {f.name: _encode(getattr(value, f.name)) for f in fields(value)}
        return {"timer": type(value).__name__, **encoded} if type(value) in timers.PRIORITY else encoded
    if isinstance(value, dict):
        return {key: _encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encode(item) for item in value]
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _decode(hint: Any, value: Any) -> Any:
    if value is None or hint is Any or get_origin(hint) is Literal:
        return value
    if hint == timers.Timer:
        timer = _TIMERS[value["timer"]]
        return timer(**{name: item for name, item in value.items() if name != "timer"})
    if get_origin(hint) in (types.UnionType, Union):
        return _decode(next(arg for arg in get_args(hint) if arg is not type(None)), value)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = _hints(hint)
        return hint(**{name: _decode(hints[name], item) for name, item in value.items()})
    return _decode_collection(hint, value)


def _decode_collection(hint: Any, value: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple and arguments[-1] is Ellipsis:
        return tuple(_decode(arguments[0], item) for item in value)
    if origin is tuple:
        return tuple(_decode(a, item) for a, item in zip(arguments, value, strict=True))
    if origin is list:
        return [_decode(arguments[0], item) for item in value]
    if origin is dict:
        return {key: _decode(arguments[1], item) for key, item in value.items()}
    return value

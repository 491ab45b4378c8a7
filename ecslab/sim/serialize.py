"""World to JSON-able data and back, and its digest. Same world, same bytes (core law 5).

Dataclasses become objects of their fields, timers carry their type's name, tuples become lists. The journal and the
indexes are left out: the first is rebuilt by replay, the second here.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Union, get_args, get_origin, get_type_hints

from ecslab.sim import timers
from ecslab.sim.changes import task_changes
from ecslab.sim.world import World

SCHEMA = 1
Coder = Callable[[Any], Any]
NOT_SAVED = (
    "journal",
    "past",
    "tasks_by_service",
    "tasks_by_instance",
    "tasks_by_group",
    "groups_on_instances",
    "open_spans",
    "rankings",
    "touched",
    "ways",
    "recent_points",
    "watched_decision",
    "seen_decision",
)
_TIMERS: dict[str, type] = {timer.__name__: timer for timer in timers.PRIORITY}


def dump(world: World) -> dict[str, Any]:
    """A world as JSON-able data."""
    hints = _hints(World)
    saved = [f.name for f in fields(world) if f.name not in NOT_SAVED]
    data = {name: encoder(hints[name])(getattr(world, name)) for name in saved}
    return {"schema": SCHEMA, "world": data}


def load(data: Mapping[str, Any]) -> World:
    """A world from data; ValueError when the schema is another."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"snapshot schema {data.get('schema')!r}, needed {SCHEMA}")
    hints = _hints(World)
    world = World(**{name: decoder(hints[name])(value) for name, value in data["world"].items()})
    world.agenda.entries.sort()
    rebuild_indexes(world)
    return world


def rebuild_indexes(world: World) -> None:
    """Fill the indexes of a world from its tasks, in canonical order, and from the spans that last."""
    for span in (s for spans in world.running_spans.values() for s in spans if s.until_ms is None):
        world.open_spans[span.task_arn] = span
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
    """A value of unknown shape as JSON-able data."""
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


def _same(value: Any) -> Any:
    return value


def _inside(hint: Any) -> Any:
    """The type of an optional value where there is one, else the type itself."""
    if get_origin(hint) not in (types.UnionType, Union) or hint == timers.Timer:
        return hint
    others = [arg for arg in get_args(hint) if arg is not type(None)]
    return others[0] if len(others) == 1 else Any


@cache
def encoder(hint: Any) -> Coder:
    """How a value of a type becomes JSON-able data: worked out once for each type."""
    inside = _inside(hint)
    if inside is not hint:
        code = encoder(inside)
        return code if code is _same else lambda value: None if value is None else code(value)
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any or hint == timers.Timer:
        return _encode
    if origin is dict:
        return _of_dict(encoder(arguments[1]))
    if origin is list or (origin is tuple and arguments[-1] is Ellipsis):
        return _of_list(encoder(arguments[0]))
    if origin is tuple:
        return _of_members([encoder(each) for each in arguments], list)
    return _record_encoder(hint) if isinstance(hint, type) and is_dataclass(hint) else _same


def _of_dict(code: Coder) -> Coder:
    return dict if code is _same else lambda value: {key: code(item) for key, item in value.items()}


def _of_list(code: Coder) -> Coder:
    return list if code is _same else lambda value: [code(item) for item in value]


def _of_tuple(code: Coder) -> Coder:
    return tuple if code is _same else lambda value: tuple([code(item) for item in value])


def _of_members(codes: Sequence[Coder], kind: Callable[[Iterable[Any]], Any]) -> Coder:
    return lambda value: kind([code(item) for code, item in zip(codes, value, strict=True)])


def _record_encoder(cls: Any) -> Coder:
    hints, names = _hints(cls), [f.name for f in fields(cls)]
    coded = [(name, encoder(hints[name])) for name in names if encoder(hints[name]) is not _same]

    def encode(value: Any) -> dict[str, Any]:
        data = {name: getattr(value, name) for name in names}
        for name, code in coded:
            data[name] = code(data[name])
        return data

    return encode


@cache
def decoder(hint: Any) -> Coder:
    """How JSON-able data becomes a value of a type: worked out once for each type."""
    inside = _inside(hint)
    if inside is not hint:
        code = decoder(inside)
        return code if code is _same else lambda value: None if value is None else code(value)
    origin, arguments = get_origin(hint), get_args(hint)
    if hint == timers.Timer:
        return _timer
    if origin is dict:
        return _of_dict(decoder(arguments[1]))
    if origin is list:
        return _of_list(decoder(arguments[0]))
    if origin is tuple and arguments[-1] is Ellipsis:
        return _of_tuple(decoder(arguments[0]))
    if origin is tuple:
        return _of_members([decoder(each) for each in arguments], tuple)
    return _record_decoder(hint) if isinstance(hint, type) and is_dataclass(hint) else _same


def _timer(value: dict[str, Any]) -> Any:
    members = dict(value)
    return _TIMERS[members.pop("timer")](**members)


def _record_decoder(cls: Any) -> Coder:
    hints = _hints(cls)
    coded = [(f.name, decoder(hints[f.name])) for f in fields(cls) if decoder(hints[f.name]) is not _same]

    def decode(value: dict[str, Any]) -> Any:
        members = dict(value)
        for name, code in coded:
            members[name] = code(members[name])
        return cls(**members)

    return decode

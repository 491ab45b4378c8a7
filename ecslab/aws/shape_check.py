"""Compare a value with a shape of a service model: unknown members, wrong types, missing members, enumerations."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from ecslab.aws import keepable

_MAX_SHOWN = 60
_MAX_DEPTH = 20

_COMPOSE_WORDS = {
    "ports": "portMappings",
    "depends_on": "dependsOn",
    "restart": "restartPolicy",
    "healthcheck": "healthCheck",
    "environment_files": "environmentFiles",
    "env_file": "environmentFiles",
    "mem_limit": "memory",
    "mem_reservation": "memoryReservation",
    "labels": "dockerLabels",
    "container_name": "name",
}
"""What Docker Compose calls it: what a container definition calls it."""


def problems(shape: Any, parameters: Any) -> Iterator[str]:
    """One sentence for each place where a request differs from its shape, in the order of the request.

    What cannot be kept, whatever its shape, is told alone: nothing else can be said of it in words that print.
    """
    unkept = tuple(keepable.faults(parameters))
    yield from unkept or _check(shape, parameters, "", shape)


def outside_enumerations(shape: Any, parameters: Any) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(path, value, allowed values) for each text outside its enumeration; the value fits the shape otherwise."""
    yield from _outside(shape, parameters, "")


def _check(shape: Any, value: Any, path: str, root: Any) -> Iterator[str]:
    if getattr(shape, "is_document_type", False):
        return
    fits, needs = _TYPES[shape.type_name]
    if not fits(value):
        yield _wrong_type(shape, value, path, needs)
    elif path.count(".") + path.count("[") > _MAX_DEPTH:
        yield f"{path} is nested more than {_MAX_DEPTH} levels deep; make it flatter."
    elif shape.type_name == "structure":
        yield from _check_structure(shape, value, path, root)
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from _check(shape.member, item, f"{path}[{index}]", root)
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _check(shape.value, item, _join(path, str(key)), root)


def _check_structure(shape: Any, value: Mapping[str, Any], path: str, root: Any) -> Iterator[str]:
    for name, item in value.items():
        member = shape.members.get(name)
        if member is None:
            yield _unknown(shape, str(name)[:_MAX_SHOWN], path, root)
        else:
            yield from _check(member, item, _join(path, name), root)
    for name in shape.required_members:
        if name not in value:
            yield f"{_join(path, name)} is missing; it needs {_TYPES[shape.members[name].type_name][1]}."


def _unknown(shape: Any, name: str, path: str, root: Any) -> str:
    where = _join(path, name)
    if path and name in root.members:
        top = path.partition(".")[0].partition("[")[0]
        return f"{where}: {name} does not belong inside {top}; keep it at the top level only, beside {top}."
    if (translated := _COMPOSE_WORDS.get(name)) and translated in shape.members:
        return f"{where} is not known to AWS; here it is called {translated}."
    if path.startswith("volumes") and (hint := _volume_hint(name.lower())):
        return f"{where} is not known to AWS. {hint}"
    close = get_close_matches(name.lower(), [m.lower() for m in shape.members], n=1)
    if close:
        meant = next(m for m in shape.members if m.lower() == close[0])
        return f"{where} is not known to AWS. Did you mean {meant}?"
    if not path and (inside := _one_level_down(root, name)):
        return f"{where} does not belong at the top level; move it into the entries of {inside}."
    return f"{where} is not known to AWS; remove it. Known here: {_names(shape)}."


def _volume_hint(name: str) -> str | None:
    """What to say of storage that ECS cannot mount (PN:V-8, PN:V-19)."""
    if "lustre" in name:
        return "ECS has no volume type for FSx for Lustre; share files through EFS."
    if name.startswith("s3") and not name.startswith("s3files"):
        return (
            "An S3 bucket is no file system and cannot be mounted as one; share files through EFS. "
            "S3 Files (s3filesVolumeConfiguration), which AWS has had since 2026, is newer than the exam guides."
        )
    return None


def _one_level_down(root: Any, name: str) -> str | None:
    for top, shape in root.members.items():
        entry = shape.member if shape.type_name == "list" else shape
        if entry.type_name == "structure" and name in entry.members:
            return str(top)
    return None


def _names(shape: Any) -> str:
    few = 8
    names = list(shape.members)
    return ", ".join(names[:few]) + (f" and {len(names) - few} more" if len(names) > few else "")


def _wrong_type(shape: Any, value: Any, path: str, needs: str) -> str:
    return f"{path or 'The request'} is {_shown(value)}; it needs {needs}{_example(shape, value)}."


def _example(shape: Any, value: Any) -> str:
    if shape.type_name == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return f', so write it in quotes, "{value}"'
    if shape.type_name in ("integer", "long") and isinstance(value, str) and value.strip().isdecimal():
        return f", so write {value.strip()} without quotes"
    if shape.type_name == "boolean" and isinstance(value, str) and value.lower() in ("true", "false"):
        return f", so write {value.lower()} without quotes"
    if shape.type_name == "list" and shape.member.type_name == "string" and isinstance(value, str):
        return f", such as {json.dumps([value[:_MAX_SHOWN]], ensure_ascii=False)}"
    if shape.type_name == "structure" and shape.members:
        names = shape.required_members or list(shape.members)[:1]
        return f", such as {{{', '.join(f'{json.dumps(n)}: {_sample(shape.members[n])}' for n in names)}}}"
    return ""


def _sample(shape: Any) -> str:
    if getattr(shape, "enum", None):
        return json.dumps(shape.enum[0])
    return {"boolean": "true", "integer": "1", "long": "1", "list": "[...]", "string": '"..."'}.get(
        shape.type_name, "{...}"
    )


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {value if len(value) <= _MAX_SHOWN else value[:_MAX_SHOWN] + '...'!r}"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    return f"{type(value).__name__} {value}" if not isinstance(value, int | float) else f"the number {value}"


def _outside(shape: Any, value: Any, path: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if getattr(shape, "is_document_type", False):
        return
    if shape.type_name == "structure":
        for name, item in value.items():
            yield from _outside(shape.members[name], item, _join(path, name))
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from _outside(shape.member, item, f"{path}[{index}]")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _outside(shape.value, item, _join(path, str(key)))
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield path, str(value), tuple(shape.enum)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "structure": (lambda value: isinstance(value, Mapping), "an object"),
    "map": (lambda value: isinstance(value, Mapping), "an object of names and values"),
    "list": (lambda value: isinstance(value, list | tuple), "a list"),
    "string": (lambda value: isinstance(value, str), "a text"),
    "character": (lambda value: isinstance(value, str), "a text"),
    "integer": (_is_whole, "a whole number"),
    "long": (_is_whole, "a whole number"),
    "float": (_is_number, "a number"),
    "double": (_is_number, "a number"),
    "boolean": (lambda value: isinstance(value, bool), "true or false"),
    "timestamp": (
        lambda value: isinstance(value, str | datetime.datetime) or _is_number(value),
        "a date such as 2026-01-05T00:00:00Z",
    ),
    "blob": (lambda value: isinstance(value, str | bytes), "a text"),
}
"""Type of a shape: whether a value fits, and how a sentence names what is needed."""

"""JSON or YAML text as plain data, within limits and without duplicate keys or aliases."""

from __future__ import annotations

import json
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, DuplicateKeyError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import ScalarNode

from ecslab.aws import keepable

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
_TAGS = (None, "!", "tag:yaml.org,2002:str")
"""No tag, and those that say that a value is a text."""
_TAG_STANDS = "a tag such as !Ref or !Sub stands here; write the value itself."


class Unreadable(Exception):
    """A text that is neither JSON nor YAML, or breaks a limit: one plain sentence."""


def data_of(text: str) -> Any:
    """The data in a text of at most 1 MiB and 20 levels. Raises Unreadable."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise Unreadable(f"the text has {size} bytes and at most {MAX_BYTES} are read; give one task definition alone.")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable("the text is empty; it needs a task definition in JSON or YAML.")
    data = _json(text) if text.lstrip()[0] in "{[" else _yaml(text)
    for sentence in keepable.faults(data):
        raise Unreadable(sentence)
    return data


def _json(text: str) -> Any:
    try:
        data = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant, parse_int=keepable.whole)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"line {error.lineno}, column {error.colno}: this is no JSON ({error.msg}); correct it there."
        ) from error
    except RecursionError as error:
        raise Unreadable(f"the text is nested more than {MAX_DEPTH} levels deep; make it flatter.") from error
    _judge_depth(data, 1)
    return data


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Unreadable(f"the member {name[:80]!r} stands twice in one object; keep one of them.")
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise Unreadable(f"{name} is no JSON number; write a number that can be counted.")


def _judge_depth(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Unreadable(f"the text is nested more than {MAX_DEPTH} levels deep; make it flatter.")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(item, dict | list):
            _judge_depth(item, depth + 1)


def _yaml(text: str) -> Any:
    try:
        _judge_events(text)
        reader = YAML(typ="safe", pure=True)
        reader.Constructor = _Constructor
        return reader.load(text)
    except DuplicateKeyError as error:
        raise Unreadable(f"{_line(error)}a key stands twice in one mapping; keep one of them.") from error
    except ConstructorError as error:
        raise Unreadable(f"{_line(error)}{_TAG_STANDS}") from error
    except MarkedYAMLError as error:
        raise Unreadable(f"{_line(error)}this is neither JSON nor YAML ({error.problem}); correct it there.") from error
    except (YAMLError, ValueError) as error:
        raise Unreadable("the text is neither JSON nor YAML; save it as plain UTF-8 text.") from error


class _Constructor(SafeConstructor):
    """Nodes to data, as ruamel makes it, with whole numbers of any length."""

    def construct_yaml_int(self, node: ScalarNode) -> int:
        """A number of too many digits is judged like any other that is too large."""
        text = str(node.value).replace("_", "")
        return keepable.whole(text) if len(text) > keepable.MAX_DIGITS else int(super().construct_yaml_int(node))


_Constructor.add_constructor("tag:yaml.org,2002:int", _Constructor.construct_yaml_int)


def _judge_events(text: str) -> None:
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, AliasEvent):
            line = event.start_mark.line + 1
            raise Unreadable(f"line {line}: YAML aliases are not read; write the value out.")
        if getattr(event, "tag", None) not in _TAGS:
            raise Unreadable(f"line {event.start_mark.line + 1}: {_TAG_STANDS}")
        if isinstance(event, CollectionStartEvent):
            depth += 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise Unreadable(f"the text is nested more than {MAX_DEPTH} levels deep; make it flatter.")


def _line(error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f"line {mark.line + 1}: " if mark is not None else ""

"""The text of a scenario file as plain data that remembers its lines.

YAML 1.2, and so JSON; without duplicate keys, aliases, tags and merges, at most 1 MiB and 20 levels. Dates stay texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from ecslab.aws import keepable

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
_MAX_SHOWN = 60
_TAG = "tag:yaml.org,2002:"
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*%")

Keys = tuple[str | int, ...]
"""Where a value stands: the keys and positions that lead to it."""


class ScenarioWrong(Exception):
    """A file that is no scenario: `messages` names file, line and key, one sentence for each thing that is wrong."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


@dataclass(frozen=True, slots=True)
class Document:
    """The data of a file and the line of each key and list entry; `folder` has the files it names, None for a text."""

    source: str
    data: Any
    lines: Mapping[Keys, int]
    folder: Path | None = None

    def line(self, keys: Keys) -> int:
        """The line of a value, or of the nearest thing around it that has one."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)

    def problem(self, keys: Keys, sentence: str) -> str:
        """A sentence about a value, with file, line and key."""
        return _problem(self.source, self.line(keys), keys, sentence)


def dotted(keys: Keys) -> str:
    """Keys as people write them: `calls[2].with.cluster`."""
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def _problem(source: str, line: int, keys: Keys, sentence: str) -> str:
    where = f", {dotted(keys)}" if keys else ""
    return f"{source}, line {line}{where}: {sentence}"


def read_document(path: Path) -> Document:
    """The document in a file. Raises ScenarioWrong."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ScenarioWrong(f"{path}: the file cannot be read ({error.strerror}); check its name.") from error
    return replace(document_of(decoded(raw, str(path)), str(path)), folder=path.parent)


def decoded(raw: bytes, source: str) -> str:
    """Bytes of at most 1 MiB as UTF-8 text. Raises ScenarioWrong."""
    if len(raw) > MAX_BYTES:
        raise ScenarioWrong(
            _problem(source, 1, (), f"a scenario has at most {MAX_BYTES} bytes (1 MiB) and this has more; split it.")
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ScenarioWrong(_problem(source, line, (), "this is not UTF-8 text; save the file as UTF-8.")) from error


def document_of(text: str, source: str) -> Document:
    """The document in a text. Raises ScenarioWrong."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise ScenarioWrong(
            _problem(source, 1, (), f"a scenario has at most {MAX_BYTES} bytes (1 MiB) and this has {size}; split it.")
        )
    text = _tabs_of_json_as_spaces(text)
    if begin := _DIRECTIVE.match(text):
        line = text.count("\n", 0, begin.end()) + 1
        raise ScenarioWrong(_problem(source, line, (), "directives such as %YAML are not read; remove this line."))
    reader = YAML(typ="safe", pure=True)
    reader.Composer = _Composer
    try:
        root = reader.compose(text)
    except _NotTaken as error:
        raise ScenarioWrong(_problem(source, error.line, (), error.sentence)) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise ScenarioWrong(_problem(source, line, (), f"this is no YAML ({error.problem}); correct it.")) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        sentence = "a character stands here that YAML does not allow; remove it."
        raise ScenarioWrong(_problem(source, line, (), sentence)) from error
    except (YAMLError, ValueError) as error:
        raise ScenarioWrong(_problem(source, 1, (), "this is no YAML; save it as plain UTF-8 text.")) from error
    if root is None:
        raise ScenarioWrong(_problem(source, 1, (), "the file is empty; it needs scenario: 1, a name and calls."))
    builder = _Builder(source)
    return Document(source, builder.value(root, ()), builder.lines)


def _tabs_of_json_as_spaces(text: str) -> str:
    """JSON may be indented by tabs, YAML may not; a valid JSON text has no tab inside its strings."""
    if "\t" not in text or text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text.replace("\t", " ")


class _NotTaken(Exception):
    """What YAML allows and a scenario does not: line and sentence."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line, self.sentence = line, sentence


class _Composer(Composer):
    """Events to nodes, without aliases and not too deep."""

    levels = 0

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False  # an anchor that no alias names does no harm

    def compose_node(self, parent: Any, index: Any) -> Any:
        """The next node, as ruamel makes it."""
        event = self.parser.peek_event()
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent):
            raise _NotTaken(line, "YAML aliases (*name) are not read; write the value out.")
        if not isinstance(event, CollectionStartEvent):
            return super().compose_node(parent, index)
        if self.levels == MAX_DEPTH:
            sentence = f"a scenario is nested at most {MAX_DEPTH} levels deep and here it is deeper; make it flatter."
            raise _NotTaken(line, sentence)
        self.levels += 1
        node = super().compose_node(parent, index)
        self.levels -= 1
        return node


class _Builder:
    """Nodes to plain data; fills `lines` on its way."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: dict[Keys, int] = {}

    def value(self, node: Node, keys: Keys) -> Any:
        self.lines.setdefault(keys, node.start_mark.line + 1)
        tag = str(node.tag).removeprefix(_TAG)
        if not isinstance(node, ScalarNode) and tag not in ("map", "seq"):
            sentence = f"the tag {tag[:_MAX_SHOWN]} is not read; write the value itself."
            self._wrong(node.start_mark.line + 1, keys, sentence)
        if isinstance(node, MappingNode):
            return self._mapping(node, keys)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*keys, number)) for number, item in enumerate(node.value)]
        return self._scalar(node, keys)

    def _mapping(self, node: MappingNode, keys: Keys) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key_node, ScalarNode) or str(key_node.tag) != f"{_TAG}str":
                shown = f"{key_node.value!r:.60}" if isinstance(key_node, ScalarNode) else "a list or an object"
                self._wrong(line, keys, f"a key is a text and here stands {shown}; write it in quotes.")
            key = self._text(key, keys, line)
            if key in found:
                self._wrong(line, (*keys, key), "this key stands twice; keep one of them.")
            self.lines[(*keys, key)] = line
            found[key] = self.value(value_node, (*keys, key))
        return found

    def _scalar(self, node: Node, keys: Keys) -> Any:
        text, line = str(node.value), node.start_mark.line + 1
        match str(node.tag).removeprefix(_TAG):
            case "str" | "timestamp":
                return self._text(text, keys, line)
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return self._whole(text, keys, line)
            case "float":
                return self._decimal(text, keys, line)
        return self._wrong(line, keys, f"the tag {str(node.tag)[:_MAX_SHOWN]} is not read; write the value itself.")

    def _text(self, text: str, keys: Keys, line: int) -> str:
        """JSON writes some characters as two halves; they are put together here."""
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        return str(self._kept(whole, keys, line))

    def _whole(self, text: str, keys: Keys, line: int) -> int:
        plain = text.replace("_", "")
        try:
            number = keepable.whole(plain) if len(plain) > keepable.MAX_DIGITS else _from_digits(plain)
        except ValueError:
            self._wrong(line, keys, f"{text[:_MAX_SHOWN]!r} is no whole number; write one.")
        return int(self._kept(number, keys, line))

    def _decimal(self, text: str, keys: Keys, line: int) -> float:
        plain = text.replace("_", "")
        number = plain.replace(".", "", 1) if plain.lstrip("+-").lower() in (".inf", ".nan") else plain
        try:
            return float(self._kept(float(number), keys, line))
        except ValueError:
            self._wrong(line, keys, f"{text[:_MAX_SHOWN]!r} is no number; write one.")

    def _kept(self, value: Any, keys: Keys, line: int) -> Any:
        if fault := keepable.fault(value):
            self._wrong(line, keys, f"this {fault}")
        return value

    def _wrong(self, line: int, keys: Keys, sentence: str) -> NoReturn:
        raise ScenarioWrong(_problem(self.source, line, keys, sentence))


def _from_digits(text: str) -> int:
    """Decimal also with zeros before it, else as 0x, 0o and 0b say. Raises ValueError."""
    try:
        return int(text, 0)
    except ValueError:
        return int(text)

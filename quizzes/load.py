"""Read the bank: YAML 1.2 without duplicate keys, aliases or surprises; each refusal is one plain sentence.

A sentence names file, line and key: `bank/iam/iam-x.yaml:12 options[1].why: ...`.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from quizzes.question import Lab, Option, Question

BANK = Path(__file__).resolve().parent / "bank"
MOST_BYTES = 65_536
MOST_DEPTH = 8
TOPICS = "topics.yaml"
MISCONCEPTIONS = "misconceptions.yaml"
_KNOWN_KEYS = sorted({*Question.model_fields, *Option.model_fields, *Lab.model_fields})

Steps = tuple[str | int, ...]


class BankError(Exception):
    """One or more files of the bank cannot be read; `problems` has a sentence for each fault."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its data, and the line on which each key stands."""

    name: str
    data: dict[str, object]
    lines: dict[Steps, int]

    def line(self, *steps: str | int) -> int:
        """Return the line of a key, or of the nearest key around it that is in the file."""
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with the document it was read from."""

    question: Question
    document: Document


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and the objectives a question of it may name."""

    title: str
    objectives: dict[str, str]


@dataclass(frozen=True, slots=True)
class Bank:
    """Everything in the bank's folder."""

    entries: tuple[Entry, ...]
    topics: dict[str, Topic] = field(default_factory=dict)
    misconceptions: dict[str, str] = field(default_factory=dict)


def field_name(steps: Steps) -> str:
    """Return how a sentence names a key: `options[1].why`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def load_bank(folder: Path = BANK) -> Bank:
    """Read all questions, topics and misconceptions. Raises BankError with a sentence for every fault found."""
    if not folder.is_dir():
        raise BankError(f"{folder}: there is no such folder; name the folder that holds <topic>/<id>.yaml.")
    problems: list[str] = []
    entries: list[Entry] = []
    for path in sorted(folder.glob("*/*.yaml")):
        try:
            entries.append(_load_placed_question(path))
        except BankError as error:
            problems.extend(error.problems)
    problems.extend(_ids_used_twice(entries))
    if problems:
        raise BankError(*problems)
    return Bank(tuple(entries), load_topics(folder), load_misconceptions(folder))


def load_question(path: Path) -> Entry:
    """Read one question. Raises BankError."""
    return parse_question(_read_text(path), _name(path))


def parse_question(text: str, name: str) -> Entry:
    """Read one question from YAML text; `name` is what sentences call the file. Raises BankError."""
    document = parse_document(text, name)
    try:
        # By way of JSON, so that nothing but JSON's types gets in and a list becomes a tuple in strict mode too.
        question = Question.model_validate_json(json.dumps(document.data, default=str))
    except ValidationError as error:
        raise BankError(*_problems(error, document)) from error
    return Entry(question, document)


def parse_document(text: str, name: str) -> Document:
    """Read one YAML mapping with the line of each key. Raises BankError."""
    if len(text.encode()) > MOST_BYTES:
        raise BankError(f"{name}:1 the file has {len(text.encode())} bytes, and at most {MOST_BYTES} are read.")
    try:
        _refuse_aliases_and_depth(text, name)
        root = YAML(typ="safe", pure=True).compose(text)
        data = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join(str(error.problem or "it cannot be read").split())
        raise BankError(f"{name}:{line} this is not YAML that the bank accepts: {problem}.") from error
    except (YAMLError, ValueError) as error:
        detail = " ".join(str(error).split())
        raise BankError(f"{name}:1 this is not YAML that the bank accepts: {detail}.") from error
    if not isinstance(data, dict):
        raise BankError(f"{name}:1 the file must be a mapping of keys to values, and it is something else.")
    return Document(name, data, dict(_lines(root, (), name)))


def load_topics(folder: Path = BANK) -> dict[str, Topic]:
    """Read the topics and their objectives. Raises BankError."""
    path = folder / TOPICS
    document = parse_document(_read_text(path), _name(path))
    return {key: _topic(document, key, value) for key, value in document.data.items()}


def load_misconceptions(folder: Path = BANK) -> dict[str, str]:
    """Read the misconceptions, id to sentence. Raises BankError."""
    path = folder / MISCONCEPTIONS
    document = parse_document(_read_text(path), _name(path))
    return {key: _sentence(document, value, key) for key, value in document.data.items()}


def _topic(document: Document, key: str, value: object) -> Topic:
    if (
        not isinstance(value, dict)
        or set(value) != {"title", "objectives"}
        or not isinstance(value["objectives"], dict)
    ):
        raise BankError(
            f"{document.name}:{document.line(key)} {key}: a topic needs a title and a mapping of objectives."
        )
    objectives = {
        name: _sentence(document, text, key, "objectives", name) for name, text in value["objectives"].items()
    }
    return Topic(_sentence(document, value["title"], key, "title"), objectives)


def _sentence(document: Document, value: object, *steps: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BankError(f"{document.name}:{document.line(*steps)} {'.'.join(steps)}: a sentence is needed here.")
    return value.strip()


def _load_placed_question(path: Path) -> Entry:
    entry = load_question(path)
    question, document = entry.question, entry.document
    if path.stem != question.id:
        raise BankError(
            f"{document.name}:{document.line('id')} id: the file must be called {question.id}.yaml, "
            f"or the id be {path.stem}."
        )
    if path.parent.name != question.topic:
        raise BankError(
            f"{document.name}:{document.line('topic')} topic: the file lies in the folder {path.parent.name}, "
            f"and its topic is {question.topic}; the two must agree."
        )
    return entry


def _ids_used_twice(entries: list[Entry]) -> Iterator[str]:
    first: dict[str, Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.question.id, entry)
        if other is not entry:
            document = entry.document
            where = f"{document.name}:{document.line('id')}"
            yield f"{where} id: {entry.question.id} is the id of {other.document.name} too."


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BankError(
                f"{_name(path)}:1 the file has {path.stat().st_size} bytes, and at most {MOST_BYTES} are read."
            )
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BankError(f"{_name(path)}:1 the file is not UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise BankError(f"{_name(path)}:1 the file cannot be read: {error.strerror}.") from error


def _name(path: Path) -> str:
    return "/".join(path.parts[-3:])


def _refuse_aliases_and_depth(text: str, name: str) -> None:
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise BankError(f"{name}:{line} anchors (&) and aliases (*) are not read; write the value out.")
        if getattr(event, "tag", None):
            raise BankError(f"{name}:{line} tags (!) are not read; write the plain value.")
        depth += isinstance(event, CollectionStartEvent)
        depth -= isinstance(event, CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise BankError(f"{name}:{line} the file is nested deeper than {MOST_DEPTH} levels.")


def _lines(node: Node | None, steps: Steps, name: str) -> Iterator[tuple[Steps, int]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not key.tag.endswith(":str"):
                raise BankError(f"{name}:{line} {key.value}: a key must be a word; put quotes around it.")
            yield (*steps, key.value), line
            yield from _lines(value, (*steps, key.value), name)
    elif isinstance(node, SequenceNode):
        for number, value in enumerate(node.value):
            yield (*steps, number), value.start_mark.line + 1
            yield from _lines(value, (*steps, number), name)


def _problems(error: ValidationError, document: Document) -> Iterator[str]:
    for detail in error.errors(include_url=False):
        steps = tuple(step for step in detail["loc"] if step not in {"Lab", "literal['none']"})
        sentence = _sentence_for(detail["type"], detail["msg"], steps)
        yield f"{document.name}:{document.line(*steps)} {field_name(steps)}: {sentence}."


def _sentence_for(kind: str, message: str, steps: Steps) -> str:
    if kind == "missing":
        return "the key is missing; add it"
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(steps[-1]), _KNOWN_KEYS, n=1)
        return "a question has no such key; " + (f"did you mean {near[0]}?" if near else "remove it").rstrip("?")
    message = message.removeprefix("Value error, ")
    return message[0].lower() + message[1:]

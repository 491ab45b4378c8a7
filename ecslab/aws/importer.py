"""Read a task definition as people keep it (JSON or YAML, also what Describe prints) and judge it.

Reading drops what only AWS writes and what says nothing, with a note each; it never repairs what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ecslab.aws.model import RequestMalformed, check, enum_refusal, input_shape, output_members
from ecslab.aws.text_to_data import Unreadable, data_of
from ecslab.sim.errors.common import SimError
from ecslab.sim.rules import not_simulated
from ecslab.sim.rules.task_definitions.build import build
from ecslab.sim.rules.task_definitions.notes import notes
from ecslab.sim.state.task_definition import TaskDefinition

SERVICE, OPERATION = "ecs", "RegisterTaskDefinition"

SHAPE_CODE = "ParamValidation"
"""The code that AWS's own tools give to a request that does not have the shape of the call."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A text as a RegisterTaskDefinition request; with `error` there is no request."""

    source: str
    parameters: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Accepted with the revision that it would become, or refused with AWS's code and a sentence with the remedy."""

    imported: Imported
    code: str | None = None
    sentence: str | None = None
    notes: tuple[str, ...] = ()
    not_simulated: tuple[str, ...] = ()
    definition: TaskDefinition | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether AWS would register it."""
        return self.code is None


def read_task_definition(text: str, source: str) -> Imported:
    """A request from a text; `source` is the name by which a person knows the text."""
    try:
        data = data_of(text)
    except Unreadable as error:
        return Imported(source, error=f"{source}: {error}")
    if isinstance(data, list):
        return Imported(
            source,
            error=f"{source}: this is a list of container definitions; put it into an object as containerDefinitions, "
            "beside a family.",
        )
    if not isinstance(data, Mapping) or not data:
        return Imported(
            source,
            error=f"{source}: this is no task definition; it needs an object with family and containerDefinitions.",
        )
    told: list[str] = []
    parameters = _without_read_only(_unwrapped(dict(data), told), told)
    dropped: list[str] = []
    parameters = _without_empty(parameters, "", dropped)
    if dropped:
        told.append(_dropped_note(dropped))
    return Imported(source, parameters, tuple(told))


def judge(imported: Imported) -> Judgement:
    """What AWS says to the request: shape first, then values, then the rules of registration."""
    if imported.error is not None:
        return Judgement(imported, "Unreadable", imported.error, imported.notes)
    parameters = imported.parameters
    try:
        check(SERVICE, OPERATION, parameters)
    except RequestMalformed as error:
        return Judgement(imported, SHAPE_CODE, " ".join(error.messages), imported.notes)
    if refusal := enum_refusal(SERVICE, OPERATION, parameters):
        return Judgement(imported, *refusal, imported.notes)
    try:
        definition = build(parameters, arn="", revision=1, at_ms=0)
    except SimError as error:
        return Judgement(imported, error.code, error.message, imported.notes)
    return Judgement(
        imported,
        notes=(*imported.notes, *notes(parameters)),
        not_simulated=not_simulated.kept(f"{SERVICE}:{OPERATION}", parameters),
        definition=definition,
    )


def _unwrapped(data: dict[str, Any], told: list[str]) -> dict[str, Any]:
    inner = data.get("taskDefinition")
    if not isinstance(inner, Mapping):
        return data
    told.append("The taskDefinition around it, as DescribeTaskDefinition prints it, was taken off.")
    rest = {name: value for name, value in data.items() if name not in ("taskDefinition", "ResponseMetadata")}
    return {**inner, **rest}


def _without_read_only(data: dict[str, Any], told: list[str]) -> dict[str, Any]:
    """Drop members that DescribeTaskDefinition returns and RegisterTaskDefinition does not take."""
    taken = input_shape(SERVICE, OPERATION).members
    returned = output_members(SERVICE, "DescribeTaskDefinition", "taskDefinition")
    written = [name for name in returned if name in data and name not in taken]
    for name in written:
        del data[name]
    if written:
        told.append(f"Members that AWS writes and nobody gives were dropped: {', '.join(written)}.")
    return data


def _without_empty(value: Any, path: str, dropped: list[str]) -> Any:
    """The value without members that are null, an empty list or an empty object; an empty text is kept."""
    if isinstance(value, Mapping):
        kept = {}
        for name, item in value.items():
            where = f"{path}.{name}" if path else str(name)
            cleaned = _without_empty(item, where, dropped)
            if _says_nothing(item):
                dropped.append(where)
            else:
                kept[str(name)] = cleaned
        return kept
    if isinstance(value, list):
        return [_without_empty(item, f"{path}[{index}]", dropped) for index, item in enumerate(value)]
    return value


def _says_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, Mapping | list) and not value)


def _dropped_note(dropped: list[str]) -> str:
    few = 4
    names = ", ".join(dropped[:few]) + (f" and {len(dropped) - few} more" if len(dropped) > few else "")
    return f"Members that are null or empty say nothing and were dropped: {names}."

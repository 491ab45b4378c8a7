"""The request of an entry: which operation, and whether its parameters have AWS's shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.aws.model import RequestMalformed, check, is_read_only, not_yet
from ecslab.scenario import references
from ecslab.scenario.document import Document, Keys
from ecslab.scenario.findings import Findings

_CALL = re.compile(r"([a-z0-9-]+):([A-Za-z0-9]+)")
_STEP = re.compile(r"\.?([^.\[\]\s:;]+)|\[(\d{1,9})\]")


def operation_of(findings: Findings, entry: Mapping[str, Any], keys: Keys, *, only_reads: bool) -> tuple[str, str]:
    """Service and operation of an entry; ("", "") when it names none that is simulated."""
    name = findings.text(entry, keys, "call", None)
    if not name:
        return "", ""
    match = _CALL.fullmatch(name)
    if match is None:
        findings.wrong((*keys, "call"), f"{name[:80]!r} is no call; write service:Operation, such as ecs:RunTask.")
        return "", ""
    service, operation = match.groups()
    try:
        refusal = not_yet(service, operation)
    except RequestMalformed as error:
        refusal = str(error)
    if refusal is not None:
        findings.wrong((*keys, "call"), refusal)
        return "", ""
    if only_reads and not is_read_only(service, operation):
        findings.wrong((*keys, "call"), f"{name} changes things and an expectation only looks; move it to calls.")
        return "", ""
    return service, operation


def judge_parameters(findings: Findings, service: str, operation: str, keys: Keys, value: Mapping[str, Any]) -> None:
    """Compare parameters with AWS's model; those that hold references are compared when these are known."""
    try:
        if not service or references.has_references(value):
            return
    except references.ReferenceWrong:
        return  # said by `judge_references`
    for place, sentence in faults(service, operation, references.resolved(value, {}), keys):
        findings.wrong(place, sentence)


def faults(service: str, operation: str, value: Mapping[str, Any], keys: Keys) -> list[tuple[Keys, str]]:
    """Where parameters differ from AWS's model, and how."""
    try:
        check(service, operation, value)
    except RequestMalformed as error:
        return [(_place(message, keys), message) for message in error.messages]
    return []


def _place(message: str, keys: Keys) -> Keys:
    """The keys that a sentence of the model begins with: `containerDefinitions[0].memory is missing`."""
    path = message.partition(" ")[0].rstrip(":")
    found: list[str | int] = list(keys)
    for name, number in _STEP.findall(path):
        found.append(int(number) if number else name)
    return tuple(found)


def judge_references(findings: Findings, value: Any, keys: Keys, known: Mapping[str, int]) -> None:
    """Every reference must be readable and look at responses that are saved by then."""
    for place, text in references.texts(value, keys):
        try:
            names = sorted({n for p in references.parts(text) if not isinstance(p, str) for n in p.names()})
        except references.ReferenceWrong as error:
            findings.wrong(place, str(error))
            continue
        for name in names:
            if name not in known:
                have = f"saved by then: {', '.join(known)}" if known else "nothing is saved by then"
                findings.wrong(place, f"no response is kept under the name {name} ({have}); save one before.")


def problem_at(document: Document, keys: Keys, service: str, operation: str, value: Mapping[str, Any]) -> list[str]:
    """Sentences about resolved parameters, for a run that has to stop."""
    return [document.problem(place, sentence) for place, sentence in faults(service, operation, value, keys)]

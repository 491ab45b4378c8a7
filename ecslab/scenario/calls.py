"""The entries of `calls`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.scenario import moments, traces
from ecslab.scenario.document import Keys
from ecslab.scenario.findings import Findings
from ecslab.scenario.model import MAX_CALLS, Call
from ecslab.scenario.requests import judge_parameters, judge_references, operation_of

KEYS = ("at", "call", "with", "save", "as", "error", "message_contains")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def read_calls(findings: Findings, data: Mapping[str, Any]) -> tuple[Call, ...]:
    """The calls of a file in order."""
    return _in_order(findings, findings.entries(data, "calls"), {})


def read_solution(
    findings: Findings, step: Mapping[str, Any], keys: Keys, before: tuple[Call, ...]
) -> tuple[Call, ...]:
    """The calls that solve a step; they may use what calls before them kept."""
    entries = findings.entries(step, "solution", keys)
    return _in_order(findings, entries, {call.save: call.at_ms for call in before if call.save})


def _in_order(
    findings: Findings, entries: list[tuple[Keys, Mapping[str, Any]]], known: Mapping[str, int]
) -> tuple[Call, ...]:
    if len(entries) > MAX_CALLS:
        findings.wrong(
            entries[0][0][:-1], f"there are {len(entries)} calls and a file has at most {MAX_CALLS}; make fewer."
        )
        return ()
    calls: list[Call] = []
    saved = dict(known)
    for keys, entry in entries:
        call = _call(findings, keys, entry, saved)
        if calls and call.at_ms < calls[-1].at_ms and "at" in entry:
            before = moments.text_of(calls[-1].at_ms)
            findings.wrong(
                (*keys, "at"), f"{entry['at']} is before {before}, the moment of the call above; order calls by time."
            )
        calls.append(call)
        if call.save:
            saved[call.save] = call.at_ms
    return tuple(calls)


def _call(findings: Findings, keys: Keys, entry: Mapping[str, Any], saved: Mapping[str, int]) -> Call:
    findings.known_only(entry, keys, KEYS)
    service, operation = operation_of(findings, entry, keys, only_reads=False)
    caller = _caller(findings, keys, entry, service)
    judge_references(findings, caller, (*keys, "as"), saved)
    parameters = _traced(findings, keys, (service, operation), findings.mapping(entry, keys, "with"))
    judge_references(findings, parameters, (*keys, "with"), saved)
    judge_references(findings, entry.get("message_contains"), (*keys, "message_contains"), saved)
    judge_parameters(findings, service, operation, (*keys, "with"), parameters)
    errors = _errors(findings, keys, entry)
    return Call(
        keys=keys,
        line=findings.document.line(keys),
        at_ms=findings.moment(entry, keys, "at"),
        service=service,
        operation=operation,
        parameters=parameters,
        save=_save(findings, keys, entry, saved),
        errors=errors,
        message_contains=_message(findings, keys, entry),
        caller=caller,
    )


def _traced(findings: Findings, keys: Keys, call: tuple[str, str], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The members of a call; a CSV file of traffic is read into its points."""
    if call != ("lab", "SetTraffic") or "csv" not in given:
        return given
    try:
        return traces.with_points(given, findings.document.folder)
    except traces.TraceWrong as wrong:
        findings.wrong((*keys, "with", "csv"), str(wrong))
        return {name: value for name, value in given.items() if name != "csv"}


def _caller(findings: Findings, keys: Keys, entry: Mapping[str, Any], service: str) -> str | None:
    """The role of `as`; the lab's own operations are no calls of AWS, so nobody is asked for them."""
    if "as" not in entry:
        return None
    if service == "lab":
        findings.wrong((*keys, "as"), "no role makes the lab's own calls; leave as out.")
    return findings.text(entry, keys, "as", None) or None


def _errors(findings: Findings, keys: Keys, entry: Mapping[str, Any]) -> tuple[str, ...]:
    if "error" not in entry:
        return ()
    given = entry["error"]
    codes = given if isinstance(given, list) else [given]
    if codes and all(isinstance(code, str) and code for code in codes):
        return tuple(codes)
    findings.wrong((*keys, "error"), "this is no AWS error code and no list of them; write one.")
    return ()


def _message(findings: Findings, keys: Keys, entry: Mapping[str, Any]) -> str | None:
    if "message_contains" not in entry:
        return None
    if "error" not in entry:
        findings.wrong((*keys, "message_contains"), "only a refused call has a message; write error too.")
    return findings.text(entry, keys, "message_contains", None)


def _save(findings: Findings, keys: Keys, entry: Mapping[str, Any], saved: Mapping[str, int]) -> str | None:
    if "save" not in entry:
        return None
    name = findings.text(entry, keys, "save", None)
    if not name:
        return None
    if not _NAME.fullmatch(name):
        findings.wrong((*keys, "save"), f"{name[:40]!r} is no name; use letters, digits and _, not a digit first.")
    elif name in saved:
        findings.wrong((*keys, "save"), f"a response is kept under the name {name} already; take another name.")
    elif "error" in entry:
        findings.wrong((*keys, "save"), "a refused call has no response to keep; leave save or error out.")
    return name

"""The entries of `expect`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.scenario import comparisons, moments, references
from ecslab.scenario.document import Keys
from ecslab.scenario.findings import Findings
from ecslab.scenario.model import MAX_EXPECTATIONS, Call, Expectation
from ecslab.scenario.requests import judge_parameters, judge_references, operation_of

KEYS = ("at", "from", "to", "ever", "call", "with", "saved", "query", *comparisons.COMPARISONS, "why")


def read_expectations(findings: Findings, data: Mapping[str, Any], calls: tuple[Call, ...]) -> tuple[Expectation, ...]:
    """The expectations of a file in order."""
    entries = findings.entries(data, "expect")
    if len(entries) > MAX_EXPECTATIONS:
        findings.wrong(
            ("expect",), f"there are {len(entries)} expectations and a file has at most {MAX_EXPECTATIONS}; look less."
        )
        return ()
    kept = {call.save: call.at_ms for call in calls if call.save}
    return tuple(_expectation(findings, keys, entry, kept) for keys, entry in entries)


def read_goal(findings: Findings, step: Mapping[str, Any], keys: Keys) -> Expectation:
    """The goal of a step: a look at one moment by a read that needs no kept response, so that any lab can be asked."""
    goal = findings.mapping(step, keys, "goal")
    for key in ("from", "to", "ever", "saved"):
        if key in goal:
            findings.wrong((*keys, "goal", key), "a goal looks at one moment by a call; leave this out.")
    return _expectation(findings, (*keys, "goal"), goal, {})


def _expectation(findings: Findings, keys: Keys, entry: Mapping[str, Any], kept: Mapping[str, int]) -> Expectation:
    findings.known_only(entry, keys, KEYS)
    saved = _saved(findings, keys, entry, kept)
    from_ms, to_ms = _moments(findings, keys, entry, kept.get(saved or ""))
    by_then = {name: at_ms for name, at_ms in kept.items() if at_ms <= from_ms}
    if saved and saved in kept and saved not in by_then:
        at = moments.text_of(kept[saved])
        findings.wrong((*keys, "saved"), f"{saved} is kept at {at}, after this looks; look later.")
    service, operation = "", ""
    if saved is None:
        service, operation = operation_of(findings, entry, keys, only_reads=True)
    parameters = findings.mapping(entry, keys, "with")
    judge_references(findings, parameters, (*keys, "with"), by_then)
    judge_parameters(findings, service, operation, (*keys, "with"), parameters)
    comparison, expected = _comparison(findings, keys, entry, by_then)
    return Expectation(
        keys=keys,
        line=findings.document.line(keys),
        from_ms=from_ms,
        to_ms=to_ms,
        ever=_ever(findings, keys, entry),
        service=service or None,
        operation=operation or None,
        parameters=parameters,
        saved=saved,
        query=_query(findings, keys, entry, by_then),
        comparison=comparison,
        expected=expected,
        why=findings.text(entry, keys, "why", None) if "why" in entry else None,
    )


def _saved(findings: Findings, keys: Keys, entry: Mapping[str, Any], kept: Mapping[str, int]) -> str | None:
    if "saved" not in entry:
        return None
    for other in ("call", "with"):
        if other in entry:
            findings.wrong((*keys, other), "an expectation looks by a call or at a saved response; keep one of them.")
    name = findings.text(entry, keys, "saved", None)
    if name and name not in kept:
        have = f"kept are {', '.join(kept)}" if kept else "none is kept"
        findings.wrong((*keys, "saved"), f"no response is kept under the name {name[:64]} ({have}); save one.")
    return name


def _moments(findings: Findings, keys: Keys, entry: Mapping[str, Any], kept_at: int | None) -> tuple[int, int]:
    """Both ends of the stretch; a kept response needs no moment, it stays as it is."""
    if "at" in entry:
        for other in ("from", "to"):
            if other in entry:
                findings.wrong((*keys, other), "an expectation has at, or from and to; keep one of them.")
        at_ms = findings.moment(entry, keys, "at")
        return at_ms, at_ms
    if "from" not in entry and "to" not in entry:
        if kept_at is not None:
            return kept_at, kept_at
        if "saved" in entry:
            return 0, 0  # said by `_saved`
        findings.wrong(keys, "the moment is missing; write at, or from and to.")
        return 0, 0
    from_ms, to_ms = findings.moment(entry, keys, "from"), findings.moment(entry, keys, "to")
    if to_ms < from_ms and "to" in entry:
        findings.wrong((*keys, "to"), f"{entry.get('to')} is before {entry.get('from')}; from comes first.")
    return from_ms, to_ms


def _ever(findings: Findings, keys: Keys, entry: Mapping[str, Any]) -> bool:
    ever = entry.get("ever", False)
    if ever is not True and ever is not False:
        findings.wrong((*keys, "ever"), "this is neither true nor false; write one of them.")
    if ever and "at" in entry:
        findings.wrong((*keys, "ever"), "one moment has no ever; write from and to in place of at.")
    return ever is True


def _query(findings: Findings, keys: Keys, entry: Mapping[str, Any], known: Mapping[str, int]) -> str:
    query = findings.text(entry, keys, "query", None)
    if not query:
        return "@"
    judge_references(findings, query, (*keys, "query"), known)
    try:
        if not references.has_references(query):
            references.compiled(str(references.resolved(query, {})))
    except references.ReferenceWrong as error:
        findings.wrong((*keys, "query"), str(error))
    return query


def _comparison(findings: Findings, keys: Keys, entry: Mapping[str, Any], known: Mapping[str, int]) -> tuple[str, Any]:
    given = [name for name in comparisons.COMPARISONS if name in entry]
    if len(given) != 1:
        have = f"here are {', '.join(given)}" if given else "here is none"
        findings.wrong(
            keys,
            f"an expectation needs exactly one comparison and {have}; use one of {', '.join(comparisons.COMPARISONS)}.",
        )
        return "equals", None
    name = given[0]
    expected = entry[name]
    judge_references(findings, expected, (*keys, name), known)
    try:
        is_known = not references.has_references(expected)
    except references.ReferenceWrong:
        return name, expected
    fault = comparisons.fault(name, references.resolved(expected, {})) if is_known else None
    if fault:
        findings.wrong((*keys, name), fault)
    return name, expected

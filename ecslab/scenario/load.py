"""A scenario file as a checked Scenario: everything that can be wrong with it is said before anything runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ecslab.aws.model import regions
from ecslab.scenario import moments
from ecslab.scenario.calls import read_calls
from ecslab.scenario.document import Document, Keys, ScenarioWrong, document_of, read_document
from ecslab.scenario.expectations import read_expectations
from ecslab.scenario.findings import Findings
from ecslab.scenario.model import MAX_INSTANCES, MAX_RUN_MS, MAX_TASKS, Call, Scenario
from ecslab.scenario.steps import read_steps
from ecslab.sim import calendar
from ecslab.sim.world import Start

FORMAT = 1
KEYS = ("scenario", "name", "about", "region", "start", "tieBreak", "zones", "seed", "calls", "expect", "steps")
TIE_BREAKS = ("canonical", "seeded")
MAX_ZONES = 6
MAX_SEED = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 1970, 2199
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?)?", re.ASCII
)


def load_file(path: Path) -> Scenario:
    """The scenario in a file, YAML or JSON. Raises ScenarioWrong."""
    return scenario_of(read_document(path))


def load(text: str, source: str = "scenario") -> Scenario:
    """The scenario in a text; `source` names it in sentences. Raises ScenarioWrong."""
    return scenario_of(document_of(text, source))


def scenario_of(document: Document) -> Scenario:
    """The scenario in a document. Raises ScenarioWrong."""
    data = document.data
    if not isinstance(data, dict):
        raise ScenarioWrong(document.problem((), "this is no scenario; it needs the keys scenario, name and calls."))
    findings = Findings(document)
    _judge_version(findings, data)
    findings.known_only(data, (), KEYS)
    name = findings.text(data, (), "name", None)
    about = findings.text(data, (), "about")
    start = _start(findings, data)
    calls = read_calls(findings, data)
    expectations = read_expectations(findings, data, calls)
    scenario = Scenario(document, name, about, start, calls, expectations, read_steps(findings, data, calls))
    _judge_limits(findings, scenario)
    findings.finish()
    return scenario


def _judge_version(findings: Findings, data: Mapping[str, Any]) -> None:
    if "scenario" not in data:
        findings.wrong((), f"scenario is missing; write scenario: {FORMAT} first, the version of the format.")
    elif data["scenario"] != FORMAT or isinstance(data["scenario"], bool):
        findings.wrong(("scenario",), f"{data['scenario']!r} is no version that is read here; write {FORMAT}.")


def _start(findings: Findings, data: Mapping[str, Any]) -> Start:
    default = Start()
    starts_at = findings.word(data, "start", default.starts_at, _judge_date)
    return Start(
        seed=findings.whole(data, "seed", default.seed, 0, MAX_SEED),
        tie_break=findings.word(data, "tieBreak", default.tie_break, _judge_tie_break),
        zone_count=findings.whole(data, "zones", default.zone_count, 1, MAX_ZONES),
        region=findings.word(data, "region", default.region, _judge_region),
        starts_at=calendar.iso(starts_at, 0) or default.starts_at,
    )


def _judge_region(region: str) -> None:
    if region not in (known := regions()):
        close = get_close_matches(region[:40].lower(), known, n=1)
        meant = f" Did you mean {close[0]}?" if close else ""
        raise ValueError(f"{region[:40]!r} is no AWS Region.{meant} Write one such as us-east-1.")


def _judge_tie_break(tie_break: str) -> None:
    if tie_break not in TIE_BREAKS:
        raise ValueError(f"{tie_break[:40]!r} is not known; write one of {', '.join(TIE_BREAKS)}.")


def _judge_date(text: str) -> None:
    """A date that every Python reads alike, with room for the longest run around it."""
    try:
        year = calendar.parse_iso(text).year if _DATE.fullmatch(text) else None
    except (ValueError, OverflowError):
        year = None
    if year is None:
        raise ValueError(f"{text[:40]!r} is no date; write one such as {Start().starts_at}.")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{text} is in the year {year}; a run starts in {FIRST_YEAR} to {LAST_YEAR}.")


def _judge_limits(findings: Findings, scenario: Scenario) -> None:
    _judge_length(findings, scenario)
    instances, tasks = _asked_for((*scenario.calls, *(call for step in scenario.steps for call in step.solution)))
    if instances > MAX_INSTANCES:
        findings.wrong(("calls",), f"{instances} instances are added and a run has at most {MAX_INSTANCES}; add fewer.")
    if tasks > MAX_TASKS:
        findings.wrong(("calls",), f"{tasks} tasks are asked for and a run has at most {MAX_TASKS}; ask for fewer.")


def _judge_length(findings: Findings, scenario: Scenario) -> None:
    """The last moment, told at the entry that names it."""
    calls = [*scenario.calls, *(call for step in scenario.steps for call in step.solution)]
    looks = [*scenario.expectations, *(step.goal for step in scenario.steps)]
    late: list[tuple[int, Keys]] = [(call.at_ms, (*call.keys, "at")) for call in calls]
    late += [(e.to_ms, (*e.keys, "at" if e.is_moment else "to")) for e in looks]
    at_ms, keys = max(late, default=(0, ()))
    if at_ms > MAX_RUN_MS:
        longest = moments.text_of(MAX_RUN_MS)
        findings.wrong(
            keys, f"the run ends at {moments.text_of(at_ms)} and at most {longest} are simulated; end it earlier."
        )


def _asked_for(calls: tuple[Call, ...]) -> tuple[int, int]:
    """Instances and tasks that the calls ask for, as far as they say so in numbers."""
    instances = tasks = 0
    desired: dict[str, int] = {}
    for call in calls:
        count = call.parameters.get("desiredCount", call.parameters.get("count", 1))
        if not isinstance(count, int) or count < 0:
            continue
        match call.name:
            case "lab:AddContainerInstances":
                instances += count
            case "ecs:RunTask":
                tasks += count
            case "ecs:CreateService" | "ecs:UpdateService":
                p = call.parameters
                service = f"{p.get('cluster')}/{p.get('serviceName', p.get('service'))}"
                desired[service] = max(desired.get(service, 0), p.get("desiredCount", 0))
    return instances, tasks + sum(desired.values())

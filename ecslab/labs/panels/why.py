"""Why a task is where it is: one row for each candidate, the losers too, and each rule's word on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecslab.labs.panels.why_words import summary
from ecslab.rulebook.load import MARKS, Rule, rules
from ecslab.scene import words

RESULTS = {
    "chosen": "chosen",
    "rejected": "does not fit",
    "outranked": "fits, another was better",
    "tied": "equally good, lost the tie",
}


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One rule's word; the sentence is chosen by `check` in templates/labs/explain/verdict.html."""

    check: str
    passed: bool
    need: str
    have: str
    field: str
    value: str
    score: str
    expression: str
    group: str
    missing: str
    ports: str
    rule: str
    known: str


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One instance (a subnet on Fargate, a task when one was stopped) and what became of it.

    `met` are the requirements that it meets, `verdicts` all else: what it does not meet, constraints and strategies.
    """

    name: str
    zone: str
    result: str
    said: str
    reason: str
    left: str
    met: tuple[VerdictLine, ...]
    met_rules: tuple[str, ...]
    verdicts: tuple[VerdictLine, ...]


@dataclass(frozen=True, slots=True)
class WhyPanel:
    """A whole choice in words."""

    moment: str
    kind: str
    needs: str
    strategies: str
    outcome: str
    summary: tuple[str, ...]
    rows: tuple[CandidateRow, ...]
    tie: str
    tie_rule: str
    tie_known: str
    rules: tuple[Rule, ...]


def why_panel(told: Mapping[str, Any] | None) -> WhyPanel | None:
    """From what ExplainPlacement answers."""
    if told is None:
        return None
    tie = told["tieBreak"]
    used = [v["rule"] for c in told["candidates"] for v in c["verdicts"]] + ([tie["rule"]] if tie else [])
    known = rules()
    return WhyPanel(
        moment=words.moment(round(told["at"] * 1000)),
        kind=told["kind"],
        needs=_needs(told["needs"]),
        strategies=", then ".join(_strategy(s) for s in told["strategies"]),
        outcome=told["outcome"],
        summary=summary(told),
        rows=tuple(_row(told["kind"], c) for c in told["candidates"]),
        tie=_tie(tie) if tie else "",
        tie_rule=tie["rule"] if tie else "",
        tie_known=MARKS[tie["mark"]] if tie else "",
        rules=tuple(known[name] for name in dict.fromkeys(used) if name in known),
    )


def _strategy(strategy: Mapping[str, Any]) -> str:
    return f"{strategy['type']}({strategy['field']})" if strategy["field"] else str(strategy["type"])


def _needs(needs: Mapping[str, Any] | None) -> str:
    if needs is None:
        return ""
    parts = [words.cpu_units(needs["cpu"]), words.mib(needs["memory"])]
    parts += [words.plural(needs["gpu"], "GPU")] if needs["gpu"] else []
    parts += ["one ENI"] if needs["eni"] else []
    parts += [f"host port {_ports(needs['ports'])}"] if needs["ports"] else []
    return ", ".join(parts)


def _ports(ports: Any) -> str:
    return ", ".join(f"{p['port']}/{p['protocol']}" for p in ports)


def _tie(tie: Mapping[str, Any]) -> str:
    how = "the first in canonical order was taken"
    if tie["by"] == "seeded":
        how = "one was drawn" if tie["drawn"] else "the run will draw one, and the first of them is shown"
    return f"{tie['among']} were equally good; {how}"


def _row(kind: str, candidate: Mapping[str, Any]) -> CandidateRow:
    remaining = candidate.get("remaining")
    left = ""
    if remaining:
        left = f"{words.cpu_units(remaining['cpu'])}, {words.mib(remaining['memory'])} free"
    elif candidate.get("freeAddresses") is not None:
        left = words.plural(candidate["freeAddresses"], "free address", "free addresses")
    name = candidate.get("task") or candidate.get("ec2InstanceId") or candidate.get("subnet")
    met = [v for v in candidate["verdicts"] if v["step"] in ("eligibility", "requirement") and v["passed"]]
    return CandidateRow(
        name=words.short_id(str(name)) if kind == "stop" else str(name),
        zone=str(candidate.get("zone") or ""),
        result=candidate["result"],
        said="stopped" if kind == "stop" and candidate["result"] == "chosen" else RESULTS[candidate["result"]],
        reason=str(candidate["reason"] or ""),
        left=left,
        met=tuple(_verdict(v) for v in met),
        met_rules=tuple(dict.fromkeys(v["rule"] for v in met)),
        verdicts=tuple(_verdict(v) for v in candidate["verdicts"] if v not in met),
    )


def _verdict(verdict: Mapping[str, Any]) -> VerdictLine:
    need, have = verdict.get("need"), verdict.get("have")
    return VerdictLine(
        check=verdict["check"],
        passed=bool(verdict.get("passed", verdict.get("kept"))),
        need=_number(need),
        have=_number(have),
        field=str(verdict.get("field") or ""),
        value=str(verdict.get("value") or ""),
        score=_number(verdict.get("score")),
        expression=str(verdict.get("expression") or ""),
        group=str(verdict.get("group") or ""),
        missing=", ".join(verdict.get("missing") or ()),
        ports=_ports(have or need) if verdict["check"] == "RESOURCE:PORTS" else "",
        rule=verdict["rule"],
        known=MARKS[verdict["mark"]],
    )


def _number(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    return words.number(abs(value)) if isinstance(value, int) else str(value)

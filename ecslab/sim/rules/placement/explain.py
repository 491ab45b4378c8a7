"""A decision in the shape that `lab:ExplainPlacement` answers."""

from __future__ import annotations

from typing import Any

from ecslab.sim.decisions import Candidate, Decision, Verdict
from ecslab.sim.world import World


def response(world: World, decision: Decision, task_arn: str | None, *, is_foreseen: bool = False) -> dict[str, Any]:
    """One decision: what was needed, every candidate with every verdict, and who was chosen.

    A choice that is only foreseen shows the first of equals where the run will draw one (SS:K-5); `drawn` tells it.
    """
    del world  # the decision holds what was seen when it was made
    return {
        "task": task_arn,
        "group": decision.group,
        "at": decision.at_ms // 1000 if decision.at_ms % 1000 == 0 else decision.at_ms / 1000,
        "kind": decision.kind,
        "needs": _needs(decision),
        "outcome": None if decision.kind == "stop" else _outcome(decision),
        "chosen": decision.chosen,
        "strategies": [{"type": s.type, "field": s.field or None} for s in decision.strategies],
        "candidates": [_candidate(decision, c) for c in decision.candidates],
        "tieBreak": _tie(decision, is_foreseen=is_foreseen),
    }


def _outcome(decision: Decision) -> str:
    if decision.chosen:
        return "placed"
    return "waiting" if decision.request and decision.request.waits else "failed"


def _needs(decision: Decision) -> dict[str, Any] | None:
    request = decision.request
    if request is None:
        return None
    return {
        "cpu": request.cpu_units,
        "memory": request.memory_mib,
        "gpu": request.gpus,
        "eni": 1 if request.needs_eni else 0,
        "ports": [{"protocol": protocol, "port": port} for protocol, port in request.host_ports],
    }


def _candidate(decision: Decision, candidate: Candidate) -> dict[str, Any]:
    name = "containerInstance" if decision.request else "task" if decision.kind == "stop" else "subnet"
    return {
        name: candidate.id,
        **candidate.facts,
        "result": candidate.result,
        "reason": candidate.reason,
        "verdicts": [_verdict(v) for v in candidate.verdicts],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    passed = "kept" if verdict.step == "strategy" else "passed"
    said = {"step": verdict.step, "check": verdict.check, passed: verdict.passed}
    return {**said, **verdict.details, "rule": verdict.rule, "mark": verdict.mark}


def _tie(decision: Decision, *, is_foreseen: bool) -> dict[str, Any] | None:
    if decision.chosen is None or decision.tie_among < 2:
        return None
    is_drawn = decision.tie_by == "seeded" and not is_foreseen
    return {
        "among": decision.tie_among,
        "by": decision.tie_by,
        "drawn": is_drawn,
        "rule": _tie_rule(decision),
        "mark": "C",
    }


def _tie_rule(decision: Decision) -> str:
    """Which rule broke the tie: chance, the oldest task, the zone listed first, or canonical order."""
    if decision.tie_by == "seeded" or any(s.type == "random" for s in decision.strategies):
        return "PN:S-3"
    if decision.kind == "stop":
        return "PN:K-7"
    return "PN:S-2" if decision.request else "PN:F-10"

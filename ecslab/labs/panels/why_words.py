"""A choice in two or three sentences: who was considered, what each strategy kept, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecslab.scene import words

Told = Mapping[str, Any]
UNSAID = {
    "STATUS": "its status",
    "CAPACITY_PROVIDER": "another capacity provider or none",
    "LOCATION": "its Availability Zone",
}
NOUNS = {"start": "instance", "stop": "task", "subnet": "subnet"}


def summary(told: Told) -> tuple[str, ...]:
    """The sentences that come before the table of candidates, in the order in which placement decides (PN:P-14)."""
    candidates = told["candidates"]
    if not candidates:
        return ()
    kind = "subnet" if candidates[0].get("subnet") else told["kind"]
    return (_considered(candidates, NOUNS[kind]), *_strategies(candidates, told["kind"]))


def _considered(candidates: Sequence[Told], noun: str) -> str:
    rejected = Counter(_lacking(c) for c in candidates if c["result"] == "rejected")
    considered = f"{words.plural(len(candidates), noun)} {'was' if len(candidates) == 1 else 'were'} considered"
    if not rejected:
        return f"{considered}."
    lacking = ", ".join(f"{count} for {reason}" for reason, count in rejected.items())
    return f"{considered}; {sum(rejected.values())} did not fit ({lacking})."


def _lacking(candidate: Told) -> str:
    """What AWS's reason says, or the lab's words for the requirement where AWS has none."""
    failed = [verdict["check"] for verdict in candidate["verdicts"] if verdict.get("passed") is False]
    return str(candidate["reason"] or (UNSAID.get(failed[0]) if failed else None) or "a requirement")


def _strategies(candidates: Sequence[Told], kind: str) -> Iterator[str]:
    """One sentence for each strategy that was asked, among the candidates that came as far."""
    asked: dict[tuple[Any, str, Any], list[tuple[Told, Told]]] = {}
    for candidate in candidates:
        for verdict in candidate["verdicts"]:
            if verdict["step"] == "strategy" and verdict["check"] in ("spread", "binpack"):
                asked.setdefault((verdict["index"], verdict["check"], verdict["field"]), []).append(
                    (candidate, verdict)
                )
    for (_, check, field), pairs in asked.items():
        kept = [(candidate, verdict) for candidate, verdict in pairs if verdict["kept"]]
        best = abs(kept[0][1]["score"])
        if check == "spread":
            names = ", ".join(dict.fromkeys(str(verdict["value"]) for _, verdict in kept))
            most = "most" if kind == "stop" else "fewest"
            yield f"spread({field}): {names} {_verb(names, 'holds', 'hold')} the {most} of its tasks ({best:,})."
        else:
            unit = "MiB of memory" if str(field).lower() == "memory" else "CPU units"
            names = ", ".join(dict.fromkeys(_name(candidate) for candidate, _ in kept))
            how = "would have the most" if kind == "stop" else f"{_verb(names, 'has', 'have')} the least"
            yield f"binpack({field}): {names} {how} left ({best:,} {unit})."


def _verb(names: str, one: str, many: str) -> str:
    return many if ", " in names else one


def _name(candidate: Told) -> str:
    return str(candidate.get("ec2InstanceId") or candidate.get("subnet") or "")

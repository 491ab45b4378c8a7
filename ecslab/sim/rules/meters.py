"""The runs of all meters, read from what happened (IC:$-21, IC:$-25)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ecslab.sim.state.usage import Meter, Owner, Run
from ecslab.sim.world import JournalEntry


def runs(journal: Iterable[JournalEntry]) -> list[Run]:
    """Every run in the order in which it began; an instance's with its reserved shares."""
    begun: list[Run] = []
    ends: dict[int, int] = {}
    shares: dict[int, list[tuple[int, int, int]]] = {}
    running: dict[tuple[str, str], int] = {}
    for entry in journal:
        if entry.kind == "meterStarted":
            running[entry.id, entry.values["meter"]] = len(begun)
            begun.append(Run(_meter(entry), entry.at_ms))
        elif entry.kind == "meterStopped" and (entry.id, entry.values["meter"]) in running:
            ends[running.pop((entry.id, entry.values["meter"]))] = entry.at_ms
        elif entry.kind == "reserved" and (entry.id, "instance") in running:
            share = (entry.at_ms, int(entry.values["reserved"]), int(entry.values["registered"]))
            shares.setdefault(running[entry.id, "instance"], []).append(share)
    return [
        replace(run, ends_at_ms=ends.get(number), shares=tuple(shares.get(number, ())))
        for number, run in enumerate(begun)
    ]


def _meter(entry: JournalEntry) -> Meter:
    values = entry.values
    return Meter(
        resource=entry.id,
        resource_type=str(values["resourceType"]),
        name=str(values["meter"]),
        amounts=tuple((str(item), int(amount)) for item, amount in values["amounts"]),
        variant=str(values["variant"]),
        owner=Owner(**values["owner"]),
    )

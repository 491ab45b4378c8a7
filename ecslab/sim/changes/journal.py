"""The journal, the clock, the agenda and the draws: what every change is made with."""

from __future__ import annotations

from typing import Any

from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.timers import Timer
from ecslab.sim.world import JournalEntry, World

LONGEST_TOUCHED = 50_000
"""After so many touches the placement index is begun anew."""
MOST_RANKINGS = 64
MOST_WAYS = 8_192
"""So many ways of tasks and machines to services are kept, then they are found anew."""


def record(world: World, kind: str, id_: str, **values: Any) -> None:
    """Append one journal entry."""
    world.journal_serial += 1
    world.journal.append(JournalEntry(world.now_ms, world.journal_serial, kind, id_, values))


def call_made(
    world: World, call: str, resource: str, cluster: str | None, service: str | None = None, **told: Any
) -> None:
    """An accepted API call; `told` is what its sentence in the timeline needs beside the resource."""
    record(world, "call", resource, call=call, error=None, resource=resource, cluster=cluster, service=service, **told)


def call_put_first(world: World, mark: int) -> None:
    """A call stands in the journal before what it led to (SS:K-2); `mark` is where the journal was before it.

    A call that changed nothing, because it came before, has no entry.
    """
    if len(world.journal) > mark:
        world.journal.insert(mark, world.journal.pop())


def call_refused(world: World, call: str, code: str, message: str) -> None:
    """A refused API call: told in the journal, leaving no trace in the world (core law 1)."""
    values = {"call": call, "error": code, "message": message, "resource": None, "cluster": None}
    world.journal.append(JournalEntry(world.now_ms, world.journal_serial, "call", "", values))


def time_moved(world: World, at_ms: int) -> None:
    """The clock of the run."""
    world.now_ms = at_ms


def timer_set(world: World, delay_ms: int, timer: Timer) -> None:
    """Something will come due after a delay."""
    world.agenda.push(world.now_ms + delay_ms, timer)


def drawn(world: World, stream: str, n: int) -> int:
    """A choice that AWS calls random: the first in canonical order, or a draw (PN:S-3, SS:K-5)."""
    return world.draws.index(stream, n) if world.start.tie_break == "seeded" else 0


def instance_touched(world: World, instance_arn: str) -> None:
    """Something that placement looks at has changed on an instance: the index looks at it again."""
    if not world.rankings:
        return
    if len(world.touched) >= LONGEST_TOUCHED:
        rankings_dropped(world)
        return
    world.touched.append(instance_arn)


def rankings_dropped(world: World) -> None:
    """The placement index is begun anew."""
    world.rankings.clear()
    world.touched.clear()


def ranking_kept(world: World, request: PlacementRequest, ranking: Any) -> None:
    """The order of the instances for a request, for the next task like it; old ones go when there are many."""
    if len(world.rankings) >= MOST_RANKINGS:
        rankings_dropped(world)
    world.rankings[request] = ranking


def way_kept(world: World, asked: tuple[Any, ...], way: Any) -> None:
    """The way from an end to a service, for the next that asks alike; all go when there are many."""
    if len(world.ways) >= MOST_WAYS:
        world.ways.clear()
    world.ways[asked] = way


def ways_dropped(world: World) -> None:
    """A network has changed, or a zone was lost or is back: ways are found anew."""
    world.ways.clear()


def decision_numbered(world: World) -> str:
    """The id of the decision about to be made."""
    return world.ids.prefixed("d")


def decision_seen(world: World, response: dict[str, Any]) -> None:
    """The decision that an explanation waited for, as its answer."""
    world.seen_decision = response

"""The only place that opens a simulation for a lab: submit a request, look at a moment, explain a choice.

A lab is its log: every answer here is computed by replaying it from the nearest keyframe, and looking never writes
to the database.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from ecslab.aws import door, model
from ecslab.labs import keyframes, limits
from ecslab.labs.keyframes import Keyframe, Past, Place
from ecslab.labs.log import Log, command_of, log_of_branch
from ecslab.labs.models import Branch, Lab, LabCommand
from ecslab.sim import RULES_VERSION, timeline
from ecslab.sim.command import Command
from ecslab.sim.errors.common import SimError
from ecslab.sim.operations.registry import EXPLAINED
from ecslab.sim.rules import scheduler
from ecslab.sim.simulation import Outcome, Rejection, Simulation
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.world import Start, World

SLICE_TIMERS = 250
WORTH_KEEPING_TIMERS = 150
WORTH_KEEPING_COMMANDS = 10
STEADY_WITHIN_MS = 3_600_000
"""How far ahead a change or a steady state is looked for."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A request that was carried out, or refused as AWS refuses it: then `code` and `message` say why."""

    at_ms: int
    code: str = ""
    message: str = ""
    not_simulated: tuple[str, ...] = ()
    response: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another window has moved the lab on."""


@dataclass(frozen=True, slots=True)
class InThePast:
    """The moment looked at lies before the last command."""

    last_at_ms: int


@dataclass(frozen=True, slots=True)
class Malformed:
    """A request that no lab takes; one sentence."""

    sentence: str


@dataclass(frozen=True, slots=True)
class View:
    """A lab at a moment.

    `is_complete` is false when the run was stopped at `at_ms` by its ceiling, before `asked_ms`; `found` is false when
    there is no change, or no steady state, to go to.
    """

    log: Log
    world: World
    asked_ms: int
    at_ms: int
    is_complete: bool
    found: bool


class TooFar(Exception):
    """A choice lies too far from what is kept to be replayed within one request."""


@dataclass(slots=True)
class _Run:
    """A simulation on its way through a log; it began at keyframe `base`, when there was one."""

    simulation: Simulation
    applied: int
    base: Place | None = None
    past: Past | None = None
    spent: int = 0
    commands: int = 0
    give_up_at: float = field(default_factory=lambda: time.monotonic() + limits.LONGEST_LOOK_S)

    def forward(self, at_ms: int) -> bool:
        """Run what is due at or before a moment; False when the ceiling of this request is reached, in timers or time.

        Where it stops is where the next request goes on: the world does not depend on it.
        """
        agenda = self.simulation.world.agenda
        while self.spent < limits.MAX_TIMERS and time.monotonic() < self.give_up_at:
            before = agenda.serial - len(agenda.entries)
            done = self.simulation.run_until(at_ms, min(SLICE_TIMERS, limits.MAX_TIMERS - self.spent))
            self.spent += agenda.serial - len(agenda.entries) - before
            if done:
                return True
        return False


def start_of(lab: Lab) -> Start:
    """What a lab's run begins with."""
    return Start(seed=lab.seed, tie_break=lab.tie_break, zone_count=lab.zone_count)


def horizon_ms(log: Log) -> int:
    """The last moment that can be looked at."""
    return max(log.last_at_ms, log.lab.look_at_ms) + limits.HORIZON_MS


# --- Looking ---


def look(log: Log, at_ms: int, to: str = "") -> View:
    """A lab with everything due at a moment done, or as far towards it as one request goes.

    `to` goes on from there: `change` to the next moment at which something happens, `steady` to the next at which
    nothing starts or stops and every service is steady, or waits for what will not come by itself.
    """
    at_ms = min(max(at_ms, 0), horizon_ms(log))
    run = _nearest(log, at_ms)
    done = _advance(run, log, at_ms)
    wanted = {"change": _to_change, "steady": _to_steady}.get(to)
    found = wanted(run, log) if wanted and done else True
    _keep(run, log, done)
    world = run.simulation.world
    end_ms = world.now_ms if wanted or not done else at_ms
    return View(log, world, at_ms, end_ms, done, found)


def _to_change(run: _Run, log: Log) -> bool:
    """The next moment at which the journal grows; False when nothing happens within an hour."""
    world = run.simulation.world
    before, end = len(world.journal), min(world.now_ms + STEADY_WITHIN_MS, horizon_ms(log))
    while len(world.journal) == before:
        if not _to_next(run, log, end):
            return False
    return True


def _to_steady(run: _Run, log: Log) -> bool:
    """The next steady moment within an hour; False when there is none, or when all that is missing has no room."""
    world = run.simulation.world
    end = min(world.now_ms + STEADY_WITHIN_MS, horizon_ms(log))
    while not _is_at_rest(world):
        if not _to_next(run, log, end):
            return False
    return all(service.is_steady for service in _active(world))


def _to_next(run: _Run, log: Log, end_ms: int) -> bool:
    """The next moment at which a timer or a command is due."""
    commands = [row.at_ms for row in log.accepted if row.seq > run.applied]
    due = run.simulation.next_change_ms()
    moments = [at_ms for at_ms in (due, *commands[:1]) if at_ms is not None]
    return bool(moments) and min(moments) <= end_ms and _advance(run, log, min(moments))


def _is_at_rest(world: World) -> bool:
    """Nothing starts, stops or waits for its health, and each service has what it wants or cannot get it."""
    moving = any(_is_moving(task) for task in world.tasks.values() if task.last_status != "STOPPED")
    return not moving and all(s.is_steady or s.unplaced_count or _is_impaired(s) for s in _active(world))


def _is_moving(task: Task) -> bool:
    waits = task.is_running and not task.counts_as_healthy and task.health_status != "UNHEALTHY"
    return task.is_starting or task.is_stopping or waits


def _is_impaired(service: Service) -> bool:
    """Its newest tasks fail to start again and again (SS:S-33)."""
    return service.primary.throttle.failures >= scheduler.IMPAIRED_AFTER


def _active(world: World) -> list[Service]:
    return [service for service in world.services.values() if service.status == "ACTIVE"]


def _keep(run: _Run, log: Log, done: bool) -> None:
    """Save a keyframe where a good deal was computed, so that the next request goes on from there."""
    if run.spent < WORTH_KEEPING_TIMERS and run.commands < WORTH_KEEPING_COMMANDS and done:
        return
    world = run.simulation.world
    place = Place(run.applied, world.now_ms)
    if place != run.base:
        keyframes.save(log.branch.pk, place, Keyframe(run.simulation.snapshot(), world.journal, run.past))


def _advance(run: _Run, log: Log, at_ms: int) -> bool:
    for row in log.accepted:
        if row.seq <= run.applied or row.at_ms > at_ms:
            continue
        if not run.forward(row.at_ms - 1):
            return False
        run.simulation.apply(command_of(row))
        run.applied = row.seq
        run.commands += 1
    return run.forward(at_ms)


def _nearest(log: Log, at_ms: int) -> _Run:
    """The newest keyframe at or before a moment that holds just the commands of this log, else the start."""
    fitting = [p for p in keyframes.places(log.branch.pk) if p.at_ms <= at_ms and p.seq == log.seq_at(p.at_ms)]
    for place in sorted(fitting, key=lambda p: (p.at_ms, p.seq), reverse=True):
        found = keyframes.load(log.branch.pk, place)
        if found is not None:
            snapshot, past = found
            return _Run(Simulation.restore(snapshot, past), place.seq, base=place, past=past)
    return _Run(Simulation.begin(start_of(log.lab)), 0)


# --- Why ---


def ask(view: View, service: str, operation: str, parameters: Mapping[str, Any]) -> Submitted | Malformed:
    """A read-only call at the moment of a view; nothing is kept. Raises TooFar when the past it needs is too far."""
    try:
        command = door.prepare(view.at_ms, service, operation, parameters)
        refusal = model.enum_refusal(service, operation, parameters)
        if refusal is not None:
            return Submitted(view.at_ms, *refusal)
        if command.name in EXPLAINED:
            response = timeline.explained(view.world, operation, parameters, partial(_decision, view))
        else:
            response = Simulation(view.world).read(service, operation, parameters)
    except model.RequestMalformed as malformed:
        return Malformed(str(malformed))
    except SimError as error:
        return Submitted(view.at_ms, error.code, error.message)
    return Submitted(view.at_ms, response=response)


def explain_task(view: View, reference: str, *, stop: bool = False) -> dict[str, Any] | None:
    """The choice that placed a task, or stopped it, with every candidate (lab:ExplainPlacement).

    None when no choice among candidates was made. Raises TooFar when it cannot be replayed within one request.
    """
    task = timeline.find_task(view.world, reference)
    decision = task.stop_decision if stop else task.placement_decision
    return None if decision is None else _decision(view, task, decision)


def _decision(view: View, task: Task, decision: str) -> dict[str, Any]:
    """A past decision about a task, by replaying to it. Raises TooFar."""
    first_ms, last_ms = _when(view, task, decision)
    run = _nearest(view.log, max(first_ms - 1, 0))
    world = run.simulation.world
    world.watched_decision = decision
    _advance(run, view.log, last_ms)
    if world.seen_decision is None:
        raise TooFar
    return world.seen_decision


def _when(view: View, task: Task, decision: str) -> tuple[int, int]:
    """The first and the last moment at which a decision can have been made.

    A task may be told to stop long before it is STOPPING, while its targets drain; and one that waits for capacity is
    tried again and again, of which the newest try is kept (SS:C-60).
    """
    if decision == task.stop_decision:
        told = (e.at_ms for e in reversed(view.world.history()) if e.kind == "taskStopDecided" and e.id == task.arn)
        decided_ms = next(told, 0)
        return decided_ms, decided_ms
    return (task.created_at_ms, view.at_ms) if task.waits_for_capacity else (task.placed_at_ms, task.placed_at_ms)


def explain_next(view: View, service: Service) -> dict[str, Any] | None:
    """Where the next task of a service would go now, and what keeps it from each instance."""
    try:
        return timeline.next_placement(view.world, service)
    except SimError:
        return None


def explain_deployment(view: View, service: Service) -> dict[str, Any]:
    """The newest deployment of a service, step by step (lab:ExplainDeployment)."""
    return timeline.explain_deployment(view.world, {"cluster": service.cluster_name, "service": service.name})


# --- Acting ---


def submit(
    branch: Branch,
    call: tuple[str, str, Mapping[str, Any]],
    *,
    looking_at_ms: int,
    base_seq: int,
    via: str,
    forks: bool = False,
) -> Submitted | Conflict | InThePast | Malformed:
    """Make one request a millisecond after the moment looked at; one row is written, or nothing.

    With `forks` it goes into a new branch, which shares the commands up to that moment; the parent is kept. A request
    that is refused makes no branch.
    """
    log = log_of_branch(branch)
    if base_seq != log.last_seq:
        return Conflict()
    if forks and len(log.branches) >= limits.MAX_BRANCHES:
        return Malformed(
            f"A lab keeps at most {limits.MAX_BRANCHES} copies of its past; copy the lab, or act at the newest moment."
        )
    log = log.until(looking_at_ms) if forks else log
    if looking_at_ms < log.last_at_ms:
        return InThePast(log.last_at_ms)
    return _submitted(log, call, looking_at_ms, via, forks=forks)


def _submitted(
    log: Log, call: tuple[str, str, Mapping[str, Any]], looking_at_ms: int, via: str, *, forks: bool
) -> Submitted | Conflict | Malformed:
    """Compute, then write: nothing is written when the request is none that a lab takes."""
    if len(log.rows) >= limits.MAX_COMMANDS:
        return Malformed(
            f"A lab holds at most {limits.MAX_COMMANDS} requests and this one is full; make a new lab to go on."
        )
    if looking_at_ms > horizon_ms(log):
        return Malformed("That moment is more than 24 hours after the last request; go to an earlier moment to act.")
    try:
        command = door.prepare(log.free_ms(looking_at_ms), *call)
        made = _made(log, command, looking_at_ms)
    except model.RequestMalformed as malformed:
        return Malformed(str(malformed))
    except limits.TooMuch as too_much:
        return Malformed(str(too_much))
    if isinstance(made, Malformed):
        return made
    return _kept(log, command, made, via, forks=forks)


def _made(log: Log, command: Command, looking_at_ms: int) -> tuple[Submitted, str] | Malformed:
    """What became of a command, and the digest of the world after it."""
    run = _nearest(log, looking_at_ms)
    done = _advance(run, log, looking_at_ms)
    _keep(run, log, done)
    if not done:
        return Malformed("The lab is still computing up to this moment; wait for it, then send this again.")
    limits.judge(run.simulation.world, command.service, command.operation, command.parameters)
    outcome = door.submit(run.simulation, command)
    if isinstance(outcome, Rejection):
        return Submitted(command.at_ms, outcome.code, outcome.message), ""
    made = Submitted(command.at_ms, not_simulated=outcome.not_simulated, response=outcome.response)
    return made, run.simulation.digest()


def _kept(log: Log, command: Command, made: tuple[Submitted, str], via: str, *, forks: bool) -> Submitted | Conflict:
    answer, digest = made
    if forks and answer.code:
        return answer
    row = _row(log.branch, log.last_seq + 1, command, via, digest)
    row.accepted, row.code, row.message = not answer.code, answer.code, answer.message
    try:
        with transaction.atomic():
            if forks:
                row.branch = Branch.objects.create(lab=log.lab, parent=log.branch, parent_seq=log.last_seq)
            row.save(force_insert=True)
            log.lab.save(update_fields=["touched_at"])
    except IntegrityError:
        return Conflict()
    return answer


def _row(branch: Branch, seq: int, command: Command, via: str, digest: str) -> LabCommand:
    return LabCommand(
        branch=branch,
        seq=seq,
        at_ms=command.at_ms,
        service=command.service,
        operation=command.operation,
        parameters=dict(command.parameters),
        caller=command.caller or "",
        via=via,
        accepted=True,
        digest=digest,
    )


# --- Labs and their branches ---


def create(name: str, owner_token_hash: str, **members: Any) -> Lab:
    """A new lab with one empty branch."""
    with transaction.atomic():
        lab = Lab.objects.create(name=name, owner_token_hash=owner_token_hash, rules_version=RULES_VERSION, **members)
        Branch.objects.create(lab=lab)
    return lab


def copy(log: Log, owner_token_hash: str) -> Lab:
    """A lab of one's own with the commands of a log."""
    lab = log.lab
    with transaction.atomic():
        twin = create(
            lab.name,
            owner_token_hash,
            about=lab.about,
            watch=lab.watch,
            look_at_ms=lab.look_at_ms,
            ready_slug=lab.ready_slug,
            seed=lab.seed,
            tie_break=lab.tie_break,
            zone_count=lab.zone_count,
        )
        branch = twin.branches.get()
        LabCommand.objects.bulk_create(_copied(branch, row) for row in log.rows)
    return twin


def _copied(branch: Branch, row: LabCommand) -> LabCommand:
    row.pk = None
    row.branch = branch
    return row


def write_log(lab: Lab, commands: Iterable[Command]) -> None:
    """Write the log of an empty lab. Raises ValueError with the sentence of the first command that is refused."""
    branch = lab.branches.get()
    run = _Run(Simulation.begin(start_of(lab)), 0)
    rows: list[LabCommand] = []
    for command in commands:
        outcome: Outcome | Rejection = door.submit(run.simulation, command)
        if isinstance(outcome, Rejection):
            raise ValueError(f"{command.name} at {command.at_ms} ms was refused: {outcome.code}: {outcome.message}")
        rows.append(_row(branch, len(rows) + 1, command, "script", run.simulation.digest()))
    LabCommand.objects.bulk_create(rows)

"""The only place that opens a simulation for a lab: submit a request, look at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from ecslab.aws import door, model
from ecslab.labs.models import Branch, Lab, LabCommand
from ecslab.sim import RULES_VERSION
from ecslab.sim.command import Command
from ecslab.sim.simulation import Rejection
from ecslab.sim.timeline import Timeline
from ecslab.sim.world import Start, World

MAX_COMMANDS = 500
MAX_INSTANCES = 100
MAX_TASKS = 1000
HORIZON_MS = 24 * 3600 * 1000
"""How far after its last command a lab can be looked at."""


class Conflict(Exception):
    """Another window has moved the lab on."""


class InThePast(Exception):
    """The moment looked at lies before the last command."""


class NotPossible(Exception):
    """A request that no lab takes: a sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: the moment it was made, and AWS's refusal when it was refused."""

    at_ms: int
    code: str = ""
    message: str = ""


def create(name: str, owner: str, **members: Any) -> Lab:
    """A new lab with one empty branch."""
    lab = Lab.objects.create(name=name, owner=owner, rules_version=RULES_VERSION, **members)
    Branch.objects.create(lab=lab)
    return lab


def copy(lab: Lab, owner: str) -> Lab:
    """A copy of a lab for another browser, command by command."""
    with transaction.atomic():
        twin = create(
            lab.name,
            owner,
            about=lab.about,
            ready_slug=lab.ready_slug,
            look_at_ms=lab.look_at_ms,
            seed=lab.seed,
            tie_break=lab.tie_break,
            zone_count=lab.zone_count,
        )
        branch = twin.branches.get()
        LabCommand.objects.bulk_create(_copied(branch, command) for command in commands_of(branch_of(lab)))
    return twin


def _copied(branch: Branch, command: LabCommand) -> LabCommand:
    command.pk = None
    command.branch = branch
    return command


def branch_of(lab: Lab) -> Branch:
    """The branch that a lab's page shows."""
    return lab.branches.order_by("pk")[0]


def commands_of(branch: Branch) -> list[LabCommand]:
    """A branch's log, oldest first."""
    return list(branch.commands.order_by("seq"))


def timeline_of(lab: Lab, commands: list[LabCommand]) -> Timeline:
    """A lab's run; refused commands are skipped."""
    start = Start(seed=lab.seed, tie_break=lab.tie_break, zone_count=lab.zone_count)
    accepted = [Command(c.at_ms, c.service, c.operation, c.parameters) for c in commands if c.accepted]
    return Timeline(start, accepted)


def last_seq(commands: list[LabCommand]) -> int:
    """The number of the newest command, 0 when there is none."""
    return commands[-1].seq if commands else 0


def last_at_ms(commands: list[LabCommand]) -> int:
    """The moment of the newest command."""
    return commands[-1].at_ms if commands else 0


def submit(lab: Lab, call: tuple[str, str, Mapping[str, Any]], *, at_ms: int, base_seq: int, via: str) -> Answer:
    """Make one request a millisecond after the moment looked at. Raises Conflict, InThePast, NotPossible."""
    branch = branch_of(lab)
    commands = commands_of(branch)
    if base_seq != last_seq(commands):
        raise Conflict
    if at_ms < last_at_ms(commands):
        raise InThePast
    if len(commands) >= MAX_COMMANDS:
        raise NotPossible(f"A lab holds at most {MAX_COMMANDS} requests, and this one is full; copy it or begin anew.")
    service, operation, parameters = call
    try:
        command = door.prepare(at_ms + 1, service, operation, parameters)
    except model.RequestMalformed as malformed:
        raise NotPossible(str(malformed)) from malformed
    answer = _answer(timeline_of(lab, commands), command)
    row = LabCommand(
        branch=branch,
        seq=base_seq + 1,
        at_ms=command.at_ms,
        service=service,
        operation=operation,
        parameters=dict(parameters),
        via=via,
        accepted=not answer.code,
        code=answer.code,
        message=answer.message,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as taken:
        raise Conflict from taken
    lab.save(update_fields=["touched_at"])
    return answer


def _answer(timeline: Timeline, command: Command) -> Answer:
    refusal = model.enum_refusal(command.service, command.operation, command.parameters)
    if refusal is not None:
        return Answer(command.at_ms, *refusal)
    outcome = timeline.append(command)
    if isinstance(outcome, Rejection):
        return Answer(command.at_ms, outcome.code, outcome.message)
    _judge_size(timeline.at(command.at_ms).world)
    return Answer(command.at_ms)


def _judge_size(world: World) -> None:
    """The lab's own limits. Raises NotPossible before anything is kept."""
    instances = sum(1 for i in world.container_instances.values() if i.status != "INACTIVE")
    if instances > MAX_INSTANCES:
        raise NotPossible(f"That would make {instances} container instances; a lab has at most {MAX_INSTANCES}.")
    wanted = sum(s.desired_count for s in world.services.values() if s.status == "ACTIVE")
    alone = sum(1 for t in world.tasks.values() if t.service_arn is None and t.last_status != "STOPPED")
    if wanted + alone > MAX_TASKS:
        raise NotPossible(f"That would make {wanted + alone} tasks; a lab has at most {MAX_TASKS}.")

"""A branch's log of commands, the parent's included: what there is, and where the next one goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.http import Http404

from ecslab.labs.models import Branch, Lab, LabCommand
from ecslab.sim.command import Command

NO_SUCH_BRANCH = "This lab has no such copy of its past; open the lab without it to see the newest one."


@dataclass(frozen=True, slots=True)
class Log:
    """The commands of one branch, oldest first; `number` counts the branches of the lab from 1."""

    lab: Lab
    branch: Branch
    number: int
    branches: tuple[Branch, ...]
    rows: tuple[LabCommand, ...]

    @property
    def accepted(self) -> tuple[LabCommand, ...]:
        """What is replayed."""
        return tuple(row for row in self.rows if row.accepted)

    @property
    def last_seq(self) -> int:
        """The number of the newest command, refused ones included; 0 when there is none."""
        return self.rows[-1].seq if self.rows else 0

    @property
    def last_at_ms(self) -> int:
        """The moment of the newest accepted command: what comes before it is the past."""
        accepted = self.accepted
        return accepted[-1].at_ms if accepted else 0

    def seq_at(self, at_ms: int) -> int:
        """The number of the newest accepted command at or before a moment."""
        return max((row.seq for row in self.accepted if row.at_ms <= at_ms), default=0)

    def until(self, at_ms: int) -> Log:
        """The log without what comes after a moment."""
        seq = self.seq_at(at_ms)
        return replace(self, rows=tuple(row for row in self.rows if row.seq <= seq))

    def free_ms(self, looking_at_ms: int) -> int:
        """Where a command goes that is made while looking at a moment: a millisecond later (0 in an empty lab)."""
        return looking_at_ms + 1 if self.accepted or looking_at_ms else 0


def command_of(row: LabCommand) -> Command:
    """A row as the core takes it."""
    return Command(row.at_ms, row.service, row.operation, row.parameters, row.caller or None)


def log_of(lab: Lab, number: int | None = None) -> Log:
    """The log of a lab's branch, by its number; the newest without one. Raises Http404."""
    branches = tuple(lab.branches.order_by("pk"))
    chosen = len(branches) if number is None else number
    if not 1 <= chosen <= len(branches):
        raise Http404(NO_SUCH_BRANCH)
    branch = branches[chosen - 1]
    return Log(lab, branch, chosen, branches, tuple(_rows(branch, {b.pk: b for b in branches})))


def log_of_branch(branch: Branch) -> Log:
    """The log that ends in a branch."""
    branches = tuple(branch.lab.branches.order_by("pk"))
    number = [b.pk for b in branches].index(branch.pk) + 1
    return Log(branch.lab, branch, number, branches, tuple(_rows(branch, {b.pk: b for b in branches})))


def _rows(branch: Branch, branches: dict[int, Branch]) -> Iterator[LabCommand]:
    """The rows of a branch after those of its parents, in one query."""
    most: dict[int, int | None] = {branch.pk: None}
    parent, limit = branch.parent_id, branch.parent_seq
    while parent is not None:
        most[parent] = limit
        above = branches[parent]
        limit = min(limit or 0, above.parent_seq) if above.parent_seq is not None else limit
        parent = above.parent_id
    rows = LabCommand.objects.filter(branch__in=most).order_by("seq")
    for row in rows:
        bound = most[row.branch_id]
        if bound is None or row.seq <= bound:
            yield row

"""Several tasks of one service that stop at one moment, one after the other (PN:K-10), found without a look at all.

`victims.decide_stop` is the rule; the queue keeps the tasks in its order and puts anew only the neighbours of the one
that was stopped. Tests hold the two together at every step.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecslab.sim.rules.placement import victims
from ecslab.sim.rules.placement.index import is_own
from ecslab.sim.rules.placement.shelves import Key, Shelves
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.world import World


def stoppable(world: World, service: Service, pool: Sequence[Task]) -> list[Task]:
    """Which tasks may be stopped next: during a deployment no healthy one if that would break the floor (SS:D-1)."""
    left = [t for t in pool if not t.is_stopping and t.last_status != "STOPPED"]
    if not _is_guarded(service, _healthy(world, service)):
        return left
    return [t for t in left if not t.counts_as_healthy] or left


def _healthy(world: World, service: Service) -> int:
    return sum(1 for t in world.tasks_of(service.arn) if t.counts_as_healthy and not t.is_stopping)


def _is_guarded(service: Service, healthy: int) -> bool:
    return service.primary.rollout_state == "IN_PROGRESS" and healthy <= service.floor


class StopQueue:
    """The tasks of a pool; between two choices nothing may happen but the stop of the one that was chosen."""

    def __init__(self, world: World, service: Service, pool: Sequence[Task]) -> None:
        self.world, self.service, self.pool = world, service, pool
        effective = victims.strategies_of(service)
        kinds = [s.type for s in effective]
        self._parts = effective[: kinds.index("random")] if "random" in kinds else effective
        self._is_drawn = "random" in kinds or victims.is_random_in_zone(service)
        self._own = [s for s in self._parts if is_own(s.type, s.field)]
        self._left = {t.arn: t for t in pool if not t.is_stopping and t.last_status != "STOPPED"}
        self._healthy = _healthy(world, service)
        self._counts = {s.field: self._counted(s.field) for s in self._parts if s.type == "spread"}
        self._fixed = {t.arn: self._fixed_of(t) for t in self._left.values()}
        self._neighbours: dict[str, list[Task]] = {}
        for task in self._left.values():
            self._neighbours.setdefault(self._fixed[task.arn][1], []).append(task)
        self._last: tuple[Task, bool] | None = None
        self._is_shared_out = any(len(d.strategy) > 1 for d in service.deployments)
        self._begin()

    def _counted(self, field: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for task in self.world.group_tasks(self.service.cluster_name, f"service:{self.service.name}"):
            value = victims.value(self.world, task, field)
            counts[value] = counts.get(value, 0) + 1
        return counts

    def _begin(self) -> None:
        """Put every task where it belongs; the healthy ones behind the others while the floor needs them (SS:D-1)."""
        self._is_guarded = _is_guarded(self.service, self._healthy)
        self._shelves = Shelves(2 + len(self._own))
        for task in self._left.values():
            self._put(task)

    def _put(self, task: Task) -> None:
        shelf, machine, readiness, tie = self._fixed[task.arn]
        scores = [int(self._is_guarded and task.counts_as_healthy), readiness]
        for strategy in self._own:
            if strategy.type == "binpack":
                scores.append(-victims.room_after(self.world, task, strategy.field.lower()))
            else:
                scores.append(-self._counts[strategy.field].get(machine, 0))
        self._shelves.put(task.arn, shelf, (*scores, *tie))

    def _fixed_of(self, task: Task) -> tuple[tuple[str, ...], str, int, tuple[int, int, str]]:
        """What stays of a task: its values of the shared fields, its machine, how ready it is, what settles ties."""
        shared = [s.field for s in self._parts if not is_own(s.type, s.field)]
        shelf = tuple(victims.value(self.world, task, field) for field in shared)
        tie = (task.created_at_ms, task.serial) if self._is_drawn else victims.age(task)
        return shelf, victims.value(self.world, task, "instanceId"), victims.readiness(task), (*tie, task.arn)

    def next(self, draw: victims.Draw) -> Task:
        """The task to stop next, which the caller then stops."""
        if self._is_shared_out:  # among capacity providers, which changes with every stop (SS:C-56)
            left = stoppable(self.world, self.service, self.pool)
            return self.chosen(victims.choose_stop(self.world, self.service, left, draw))
        self._note_stop()
        if self._is_guarded != _is_guarded(self.service, self._healthy):
            self._begin()
        if self._is_drawn:
            tied = self._shelves.ties(self._ranked)
            return self.chosen(self._left[tied[draw(victims.STREAM, len(tied))]])
        return self.chosen(self._left[self._shelves.best(self._ranked) or ""])

    def chosen(self, task: Task) -> Task:
        """This task was chosen, and the caller stops it."""
        self._note_stop()
        self._last = (task, task.counts_as_healthy)
        return task

    def _note_stop(self) -> None:
        """The last one chosen has gone: its value has one task less, and its neighbours are to be put anew."""
        if self._last is None:
            return
        task, was_healthy = self._last
        self._last = None
        self._healthy -= was_healthy
        del self._left[task.arn]
        self._shelves.take(task.arn)
        for field, counts in self._counts.items():
            counts[victims.value(self.world, task, field)] -= 1
        for each in self._neighbours[self._fixed[task.arn][1]] if self._own else ():
            if each.arn in self._left:
                self._put(each)

    def _ranked(self, shelf: tuple[str, ...], key: Key) -> Key:
        """A key with the scores of its shelf in their places."""
        if not shelf:
            return key
        values, own = iter(shelf), iter(key)
        first = (next(own), next(own))
        scores = [
            next(own) if is_own(s.type, s.field) else -self._counts[s.field].get(next(values), 0) for s in self._parts
        ]
        return (*first, *scores, *own)

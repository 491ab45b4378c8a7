"""The placement index: the choice of `place.choose`, without looking at every instance for every task.

For each kind of request it keeps the instances that could take the task in order, and looks again only at those that a
change has touched since. `place.choose` is the rule; tests hold the two together at every step.
"""

from __future__ import annotations

from ecslab.sim.changes import journal
from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.rules.placement import constraints, filters, place, strategies
from ecslab.sim.rules.placement.shelves import Key, Shelves
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.world import World

ON_INSTANCE = ("instanceId", "host")
"""Spread fields whose value no two machines share: their count is part of an instance's own key."""


def choose(world: World, request: PlacementRequest, draw: place.Draw) -> str | None:
    """The ARN of the container instance for one task, None when nothing fits; what `place.choose` chooses."""
    if request.named:
        return place.choose(world, request, draw)
    ranking = world.rankings.get(request)
    if ranking is None:
        ranking = Ranking(request)
        journal.ranking_kept(world, request, ranking)
        ranking.begin(world)
    ranking.catch_up(world)
    chosen: str | None = ranking.best(draw)
    return chosen


class Ranking:
    """The instances for one request. `_parts` says of each strategy where its score is: in the key, or by a shelf."""

    __slots__ = ("_checks", "_counted", "_counts", "_is_drawn", "_machines", "_parts", "_seen", "_shelves", "request")

    def __init__(self, request: PlacementRequest) -> None:
        self.request = request
        self._checks = filters.applicable(request)
        effective = strategies.effective(request)
        kinds = [s.type for s in effective]
        self._is_drawn = "random" in kinds
        self._parts = effective[: kinds.index("random")] if self._is_drawn else effective
        self._counts: dict[str, dict[str, int]] = {s.field: {} for s in self._parts if s.type == "spread"}
        self._counted: dict[str, tuple[list[str], int]] = {}
        self._machines: dict[str, dict[str, ContainerInstance]] = {}
        self._shelves = Shelves(sum(1 for s in self._parts if is_own(s.type, s.field)))
        self._seen = 0

    def begin(self, world: World) -> None:
        """Look at every instance of the cluster once."""
        self._seen = len(world.touched)
        for instance in world.container_instances.values():
            self._look(world, instance)

    def catch_up(self, world: World) -> None:
        """Look again at the instances that were touched."""
        if self._seen < len(world.touched):
            for arn in dict.fromkeys(world.touched[self._seen :]):
                self._look(world, world.container_instances[arn])
            self._seen = len(world.touched)

    def best(self, draw: place.Draw) -> str | None:
        """The first in order, or one that is drawn from the best."""
        if not self._is_drawn:
            return self._shelves.best(self._ranked)
        tied = self._shelves.ties(self._ranked)
        return tied[draw(place.STREAM, len(tied))] if tied else None

    def _ranked(self, shelf: tuple[str, ...], key: Key) -> Key:
        """A key with the scores of its shelf in their places."""
        if not shelf:
            return key
        values, own = iter(shelf), iter(key)
        scores = [
            next(own) if is_own(s.type, s.field) else self._counts[s.field].get(next(values), 0) for s in self._parts
        ]
        return (*scores, *own)

    def _look(self, world: World, instance: ContainerInstance) -> None:
        if instance.cluster_name != self.request.cluster_name:
            return
        machine = self._machines.setdefault(instance.ec2_instance_id, {})
        machine[instance.arn] = instance
        self._count(world, instance)
        for each in machine.values():
            self._place(world, each)

    def _count(self, world: World, instance: ContainerInstance) -> None:
        """How many tasks of the group each value of a spread field has, candidates or not (PN:P-23, PN:P-24)."""
        if not self._counts:
            return
        counts = world.group_on_instances(self.request.cluster_name, self.request.group)
        values, count = [strategies.field_value(instance, field) for field in self._counts], counts.get(instance.arn, 0)
        had, before = self._counted.get(instance.arn, (values, 0))
        for each, old, new in zip(self._counts.values(), had, values, strict=True):
            each[old] = each.get(old, 0) - before
            each[new] = each.get(new, 0) + count
        self._counted[instance.arn] = (values, count)

    def _place(self, world: World, instance: ContainerInstance) -> None:
        """Put an instance where it belongs, or away when it cannot take the task (PN:P-10 to PN:P-12)."""
        request = self.request
        fits = filters.is_candidate(request, instance) and filters.fits(world, self._checks, request, instance)
        if fits and request.constraints:
            fits = all(v.passed for v in constraints.verdicts(world, request, instance))
        if not fits:
            self._shelves.take(instance.arn)
            return
        shelf: list[str] = []
        scores: list[int] = []
        for strategy in self._parts:
            if strategy.type == "binpack":
                is_cpu = strategy.field.lower() == "cpu"
                scores.append(instance.remaining_cpu_units if is_cpu else instance.remaining_memory_mib)
            elif strategy.field in ON_INSTANCE:
                scores.append(self._counts[strategy.field].get(instance.ec2_instance_id, 0))
            else:
                shelf.append(strategies.field_value(instance, strategy.field))
        self._shelves.put(
            instance.arn, tuple(shelf), (*scores, instance.registered_at_ms, instance.serial, instance.arn)
        )


def is_own(kind: str, field: str) -> bool:
    """Whether a strategy's score is in an instance's own key."""
    return kind == "binpack" or field in ON_INSTANCE

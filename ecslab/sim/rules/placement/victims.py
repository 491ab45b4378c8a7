"""Which task of a service is stopped first (PN section K, SS:S-7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ecslab.sim.decisions import Candidate, Decision, Verdict
from ecslab.sim.rules import shares
from ecslab.sim.rules.placement import strategies
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import PlacementStrategy
from ecslab.sim.world import World

Draw = Callable[[str, int], int]
STREAM = "victim.random"
BALANCE = (PlacementStrategy("spread", strategies.ZONE),)
"""Fargate has zones to balance and no instances (PN:K-11)."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One narrowing: what it is called, whose rule it is, and each task's score and value; lower is stopped first."""

    index: int | None
    check: str
    field: str | None
    rule: str
    mark: str
    scores: list[int]
    values: list[str] | None = None


def choose_stop(world: World, service: Service, tasks: Sequence[Task], draw: Draw) -> Task:
    """The task to stop among some of a service's, one at a time (PN:K-10)."""
    chosen = decide_stop(world, service, tasks, draw).chosen
    return next(task for task in tasks if task.arn == chosen)


def decide_stop(world: World, service: Service, tasks: Sequence[Task], draw: Draw) -> Decision:
    """The whole choice: not yet running or unhealthy first, then the strategies, then the oldest (PN:K-1 to PN:K-9)."""
    listed = sorted(tasks, key=lambda t: (t.created_at_ms, t.serial))
    effective = strategies_of(service)
    words: dict[str, list[Verdict]] = {task.arn: [] for task in listed}
    left = _shared(world, service, listed, words)
    left = _narrow(left, _Step(None, "readiness", None, "PN:K-9", "C", [readiness(t) for t in left]), words)
    drawn = False
    for index, strategy in enumerate(effective):
        left = _narrow(left, _step(world, service, (index, strategy), left), words)
        drawn = strategy.type == "random"
        if drawn:
            break
    drawn = drawn or is_random_in_zone(service)
    chosen = left[draw(STREAM, len(left))] if drawn else min(left, key=age)
    kept = {t.arn for t in left}
    return Decision(
        kind="stop",
        at_ms=world.now_ms,
        group=f"service:{service.name}",
        request=None,
        strategies=effective,
        candidates=tuple(_candidate(world, t, words[t.arn], kept, chosen) for t in listed),
        chosen=chosen.arn,
        tie_among=len(left),
        tie_by=world.start.tie_break if drawn else "canonical",
    )


def _shared(world: World, service: Service, tasks: list[Task], words: dict[str, list[Verdict]]) -> list[Task]:
    """Tasks of the provider that is furthest above its share, where one deployment shares out so (SS:C-56)."""
    deployment = service.deployment(tasks[0].deployment_id)
    strategy = deployment.strategy if deployment else ()
    if len(strategy) < 2 or any(t.deployment_id != tasks[0].deployment_id for t in tasks):
        return tasks
    own = [t for t in world.tasks_of(service.arn) if t.deployment_id == tasks[0].deployment_id and not t.is_stopping]
    above = shares.surplus(strategy, Counter(t.capacity_provider or "" for t in own))
    names = [task.capacity_provider or "" for task in tasks]
    scores = [-above[name] for name in names]
    return _narrow(tasks, _Step(None, "capacityProvider", None, "SS:C-56", "C", scores, names), words)


def strategies_of(service: Service) -> tuple[PlacementStrategy, ...]:
    if service.launch_type == "FARGATE":
        return BALANCE
    return service.placement_strategies or strategies.SERVICE_DEFAULT


def is_random_in_zone(service: Service) -> bool:
    """Whether the last strategy asked for is a spread over zones, in which AWS then picks at random (PN:K-3)."""
    asked = service.placement_strategies if service.launch_type != "FARGATE" else ()
    return bool(asked) and asked[-1].type == "spread" and asked[-1].field in (strategies.ZONE, strategies.BARE_ZONE)


def readiness(task: Task) -> int:
    """Starting tasks go first, then unhealthy ones, then the others (PN:K-9, SS:S-7)."""
    if task.is_starting:
        return 0
    return 1 if task.health_status == "UNHEALTHY" else 2


def age(task: Task) -> tuple[int, int]:
    return (task.created_at_ms if task.started_at_ms is None else task.started_at_ms, task.serial)


def _rule(service: Service, strategy: PlacementStrategy) -> tuple[str, str]:
    if service.launch_type == "FARGATE":
        return "PN:K-11", "D"
    if not service.placement_strategies:
        return "PN:K-2", "D"
    return {"spread": ("PN:K-3", "D"), "binpack": ("PN:K-4", "D")}.get(strategy.type, ("PN:K-5", "I"))


def _step(world: World, service: Service, numbered: tuple[int, PlacementStrategy], tasks: list[Task]) -> _Step:
    """Fullest value for spread, most room left after the stop for binpack, nothing for random."""
    index, strategy = numbered
    values = None
    if strategy.type == "spread":
        group = world.group_tasks(service.cluster_name, f"service:{service.name}")
        values = [value(world, task, strategy.field) for task in tasks]
        is_shared = service.launch_type == "FARGATE" and any(len(d.strategy) > 1 for d in service.deployments)
        counts = Counter((is_shared and t.capacity_provider, value(world, t, strategy.field)) for t in group)
        scores = [-counts[is_shared and t.capacity_provider, v] for t, v in zip(tasks, values, strict=True)]
    elif strategy.type == "binpack":
        scores = [-room_after(world, task, strategy.field.lower()) for task in tasks]
    else:
        scores = [0 for _ in tasks]
    return _Step(index, strategy.type, strategy.field or None, *_rule(service, strategy), scores, values)


def value(world: World, task: Task, field: str) -> str:
    """What a task's instance has for a spread field; its zone on Fargate, where there is no instance."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    return strategies.field_value(instance, field) if instance else task.availability_zone or ""


def room_after(world: World, task: Task, field: str) -> int:
    """What its instance would have free without the task, in CPU units or MiB (PN:K-4)."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance is None:
        return 0
    if field == "cpu":
        return instance.remaining_cpu_units + task.cpu_units
    return instance.remaining_memory_mib + task.memory_mib


def _narrow(tasks: list[Task], step: _Step, words: dict[str, list[Verdict]]) -> list[Task]:
    best = min(step.scores)
    kept: list[Task] = []
    for number, (task, score) in enumerate(zip(tasks, step.scores, strict=True)):
        details: dict[str, object] = {"index": step.index, "field": step.field, "score": score}
        if step.values is not None:
            details["value"] = step.values[number]
        words[task.arn].append(Verdict("strategy", step.check, score == best, step.rule, step.mark, details))
        if score == best:
            kept.append(task)
    return kept


def facts(world: World, task: Task) -> dict[str, object]:
    """Where a task is, as the candidates of a stop are told."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    return {
        "containerInstance": task.container_instance_arn,
        "ec2InstanceId": instance.ec2_instance_id if instance else None,
        "zone": task.availability_zone,
    }


def _candidate(world: World, task: Task, said: list[Verdict], kept: set[str], chosen: Task) -> Candidate:
    result: Literal["tied", "outranked"] = "tied" if task.arn in kept else "outranked"
    return Candidate(task.arn, "chosen" if task is chosen else result, None, tuple(said), facts(world, task))

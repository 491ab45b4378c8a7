"""Which task of a service is stopped first (PN section K, SS:S-7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ecslab.sim.decisions import Candidate, Decision, Verdict
from ecslab.sim.rules.placement import strategies
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import PlacementStrategy
from ecslab.sim.world import World

Draw = Callable[[str, int], int]
STREAM = "victim.random"


def choose_stop(world: World, service: Service, tasks: list[Task], draw: Draw) -> Task:
    """The task to stop among some of a service's, one at a time (PN:K-10)."""
    chosen = decide_stop(world, service, tasks, draw).chosen
    return next(task for task in tasks if task.arn == chosen)


def decide_stop(world: World, service: Service, tasks: list[Task], draw: Draw) -> Decision:
    """The whole choice: not yet running or unhealthy first, then the strategies, then the oldest (PN:K-1 to PN:K-9)."""
    effective = service.placement_strategies or strategies.SERVICE_DEFAULT
    if service.launch_type == "FARGATE":
        effective = (PlacementStrategy("spread", strategies.ZONE),)
    words: dict[str, list[Verdict]] = {task.arn: [] for task in tasks}
    left = _narrow(tasks, [_readiness(t) for t in tasks], words, ("readiness", None, "PN:K-9", "C", 0))
    for index, strategy in enumerate(effective):
        scored = [_score(world, service, strategy, task) for task in left]
        rule, mark = _rule(service, strategy)
        left = _narrow(left, scored, words, (strategy.type, strategy.field or None, rule, mark, index))
    chosen = min(left, key=lambda t: (t.started_at_ms or t.created_at_ms, t.serial))
    if effective[-1].type == "random":
        chosen = left[draw(STREAM, len(left))]
    kept = {t.arn for t in left}
    return Decision(
        kind="stop",
        at_ms=world.now_ms,
        group=f"service:{service.name}",
        cluster_name=service.cluster_name,
        request=None,
        strategies=effective,
        candidates=tuple(_candidate(world, t, words[t.arn], kept, chosen) for t in tasks),
        chosen=chosen.arn,
        tie_among=len(left),
        tie_by="canonical",
    )


def _readiness(task: Task) -> int:
    """Starting tasks go first, then unhealthy ones, then healthy ones (PN:K-9)."""
    if task.is_starting:
        return 0
    return 1 if task.health_status == "UNHEALTHY" else 2


def _rule(service: Service, strategy: PlacementStrategy) -> tuple[str, str]:
    if service.launch_type == "FARGATE":
        return "PN:K-11", "D"
    if not service.placement_strategies:
        return "PN:K-2", "D"
    return {"spread": ("PN:K-3", "D"), "binpack": ("PN:K-4", "D")}.get(strategy.type, ("PN:K-5", "I"))


def _score(world: World, service: Service, strategy: PlacementStrategy, task: Task) -> int:
    """Lower is stopped first: fullest value for spread, most room left after the stop for binpack."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    if strategy.type == "spread":
        group = world.group_tasks(service.cluster_name, f"service:{service.name}")
        if instance is None:
            return -sum(1 for t in group if t.availability_zone == task.availability_zone)
        counts = strategies.group_counts(world, service.cluster_name, f"service:{service.name}", strategy.field)
        return -counts.get(strategies.field_value(instance, strategy.field), 0)
    if strategy.type == "binpack" and instance:
        if strategy.field.lower() == "cpu":
            return -(instance.remaining_cpu_units + task.cpu_units)
        return -(instance.remaining_memory_mib + task.memory_mib)
    return 0


def _narrow(
    tasks: list[Task],
    scored: list[int],
    words: dict[str, list[Verdict]],
    told: tuple[str, str | None, str, str, int],
) -> list[Task]:
    check, field, rule, mark, index = told
    best = min(scored)
    for task, score in zip(tasks, scored, strict=True):
        details = {"index": index, "field": field, "score": score, "kept": score == best}
        words[task.arn].append(Verdict("strategy", check, score == best, rule, mark, details))
    return [task for task, score in zip(tasks, scored, strict=True) if score == best]


def _candidate(world: World, task: Task, said: list[Verdict], kept: set[str], chosen: Task) -> Candidate:
    instance = world.container_instances.get(task.container_instance_arn or "")
    facts = {
        "containerInstance": task.container_instance_arn,
        "ec2InstanceId": instance.ec2_instance_id if instance else None,
        "zone": task.availability_zone,
    }
    result: Literal["tied", "outranked"] = "tied" if task.arn in kept else "outranked"
    return Candidate(task.arn, "chosen" if task is chosen else result, None, tuple(said), facts)

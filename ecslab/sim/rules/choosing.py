"""Every choice of the scheduler, numbered, so that a replay can stop at it and say why (PN:S-6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ecslab.sim.changes import journal
from ecslab.sim.decisions import Candidate, Decision, PlacementRequest, Verdict
from ecslab.sim.rules.placement import explain, fargate, index, place, stop_queue, victims
from ecslab.sim.rules.stock import FargateNeed
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import PlacementConstraint, PlacementStrategy, TaskDefinition
from ecslab.sim.world import World


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a call or a service asks of placement beside what the task needs."""

    constraints: tuple[PlacementConstraint, ...] = ()
    strategies: tuple[PlacementStrategy, ...] = ()
    subnets: tuple[str, ...] = ()
    is_service: bool = False


def request_for(definition: TaskDefinition, cluster_name: str, group: str, wishes: Wishes) -> PlacementRequest:
    """What one task of a revision needs; its own constraints come before those of the call (PN:P-12)."""
    return PlacementRequest(
        cluster_name=cluster_name,
        group=group,
        cpu_units=definition.reserved_cpu_units,
        memory_mib=definition.reserved_memory_mib,
        gpus=definition.reserved_gpus,
        host_ports=definition.reserved_host_ports,
        needs_eni=definition.network_mode == "awsvpc",
        subnets=wishes.subnets,
        required_attributes=definition.requires_attributes,
        operating_system_family=definition.operating_system_family,
        cpu_architecture=definition.cpu_architecture,
        constraints=(*definition.placement_constraints, *wishes.constraints),
        strategies=wishes.strategies,
        is_service=wishes.is_service,
    )


def choose_instance(world: World, request: PlacementRequest) -> tuple[str | None, str]:
    """The container instance for one task, None when nothing fits, and the decision's id."""
    decision_id = journal.decision_numbered(world)
    draw = partial(journal.drawn, world)
    if world.watched_decision != decision_id:
        return index.choose(world, request, draw), decision_id
    decision = place.decide(world, request, draw)
    return _seen(world, decision), decision_id


def choose_subnet(
    world: World, cluster_name: str, group: str, subnets: Sequence[str], need: FargateNeed
) -> tuple[str | None, str]:
    """The subnet for one Fargate task (PN:F-10), None when Fargate has no room for it, and the decision's id."""
    decision_id = journal.decision_numbered(world)
    if world.watched_decision != decision_id:
        return fargate.choose_subnet(world, cluster_name, group, subnets, need), decision_id
    decision = fargate.decide_subnet(world, cluster_name, group, subnets, need)
    return _seen(world, decision), decision_id


def choose_victim(world: World, service: Service, tasks: Sequence[Task]) -> tuple[Task, str]:
    """Which of some tasks of a service is stopped first (PN section K), and the decision's id."""
    decision_id = journal.decision_numbered(world)
    if world.watched_decision != decision_id:
        return victims.choose_stop(world, service, list(tasks), partial(journal.drawn, world)), decision_id
    return _watched_victim(world, service, tasks), decision_id


def choose_queued(world: World, service: Service, queue: stop_queue.StopQueue) -> tuple[Task, str]:
    """The next of several tasks of a service that stop at this moment (PN:K-10), and the decision's id."""
    decision_id = journal.decision_numbered(world)
    if world.watched_decision != decision_id:
        return queue.next(partial(journal.drawn, world)), decision_id
    victim = _watched_victim(world, service, stop_queue.stoppable(world, service, queue.pool))
    return queue.chosen(victim), decision_id


def _watched_victim(world: World, service: Service, tasks: Sequence[Task]) -> Task:
    chosen = _seen(world, victims.decide_stop(world, service, list(tasks), partial(journal.drawn, world)))
    return next(task for task in tasks if task.arn == chosen)


CAUSES = {
    "EssentialContainerExited": ("SS:T-16", "D"),
    "UserInitiated": ("SS:T-31", "I"),
    "TaskFailedToStart": ("SS:T-31", "D"),
    "ServiceSchedulerInitiated": ("SS:T-31", "D"),
    "SpotInterruption": ("SS:T-32", "D"),
    "TerminationNotice": ("SS:T-31", "C"),
    "InfrastructureHealth": ("SS:T-31", "C"),
}
"""The rule behind each stop code, and how it is known (SS:T-30, SS:T-31)."""


def note_stop(world: World, task: Task, code: str, reason: str) -> str:
    """A stop without a choice: the task is the one candidate, its cause the verdict; the decision's id."""
    decision_id = journal.decision_numbered(world)
    if world.watched_decision == decision_id:
        _seen(world, _caused_stop(world, task, code, reason))
    return decision_id


def _caused_stop(world: World, task: Task, code: str, reason: str) -> Decision:
    rule, mark = CAUSES[code]
    ended = [c for c in task.containers if c.last_status == "STOPPED"]
    details = {
        "stoppedReason": reason,
        "from": task.last_status,
        "healthStatus": task.health_status,
        "containers": [{"name": c.name, "exitCode": c.exit_code, "reason": c.reason} for c in ended],
    }
    verdict = Verdict("cause", code, False, rule, mark, details)
    candidate = Candidate(task.arn, "chosen", None, (verdict,), victims.facts(world, task))
    return Decision("stop", world.now_ms, task.group, None, (), (candidate,), task.arn)


def _seen(world: World, decision: Decision) -> str | None:
    journal.decision_seen(world, explain.response(world, decision, None))
    return decision.chosen

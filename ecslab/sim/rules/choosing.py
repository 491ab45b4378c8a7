"""Every choice of the scheduler, numbered, so that a replay can stop at it and say why (PN:S-6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ecslab.sim.changes import journal
from ecslab.sim.decisions import Decision, PlacementRequest
from ecslab.sim.rules.placement import explain, fargate, place, victims
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
        return place.choose(world, request, draw), decision_id
    decision = place.decide(world, request, draw)
    return _seen(world, decision), decision_id


def choose_subnet(world: World, cluster_name: str, group: str, subnets: Sequence[str]) -> tuple[str, str]:
    """The subnet for one Fargate task (PN:F-10), and the decision's id."""
    decision_id = journal.decision_numbered(world)
    if world.watched_decision != decision_id:
        return fargate.choose_subnet(world, cluster_name, group, list(subnets)), decision_id
    decision = fargate.decide_subnet(world, cluster_name, group, list(subnets))
    return _seen(world, decision) or "", decision_id


def choose_victim(world: World, service: Service, tasks: Sequence[Task]) -> tuple[Task, str]:
    """Which of some tasks of a service is stopped first (PN section K), and the decision's id."""
    decision_id = journal.decision_numbered(world)
    draw = partial(journal.drawn, world)
    if world.watched_decision != decision_id:
        return victims.choose_stop(world, service, list(tasks), draw), decision_id
    decision = victims.decide_stop(world, service, list(tasks), draw)
    chosen = _seen(world, decision)
    return next(task for task in tasks if task.arn == chosen), decision_id


def _seen(world: World, decision: Decision) -> str | None:
    journal.decision_seen(world, explain.response(world, decision, None))
    return decision.chosen

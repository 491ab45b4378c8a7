"""Availability Zone rebalancing: a new task in the emptiest zone first, then one less in the fullest (SS:S-60 to S-66).

Nothing is looked at every minute (SS:S-65): a service looks when it reaches its steady state, and again within a minute
of new capacity, which are the only moments in which its distribution can have become another.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecslab.sim.changes import deployment_changes, service_changes
from ecslab.sim.rules import choosing, service_tasks
from ecslab.sim.rules.placement import constraints, filters
from ecslab.sim.rules.placement.strategies import BARE_ZONE, ZONE
from ecslab.sim.rules.service_events import names, say, say_while
from ecslab.sim.rules.tasks import stopping
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import PlacementConstraint, PlacementStrategy
from ecslab.sim.world import World

MOST_APART = 1
"""How many more tasks the fullest zone may have than the emptiest (SS:S-65)."""


def is_eligible(
    strategies: Sequence[PlacementStrategy], wanted: Sequence[PlacementConstraint], maximum_percent: int
) -> bool:
    """Whether a REPLICA service can be rebalanced (SS:S-61, PN:B-2)."""
    first = strategies[0] if strategies else None
    if first is not None and not (first.type == "spread" and first.field in (ZONE, BARE_ZONE)):
        return False
    return maximum_percent > 100 and not any(ZONE in (c.expression or "") for c in wanted)


def can_act(world: World, service: Service) -> bool:
    """Whether a service is to be rebalanced and nothing stands in the way (SS:S-61, SS:S-62)."""
    definition = world.task_definitions[service.primary.task_definition_arn]
    wanted = (*definition.placement_constraints, *service.placement_constraints)
    return (
        service.availability_zone_rebalancing == "ENABLED"
        and is_eligible(service.placement_strategies, wanted, service.maximum_percent)
        and service.primary.rollout_state == "COMPLETED"
    )


def counts(world: World, service: Service, provider: str | None = None) -> dict[str, int]:
    """The tasks of a service, or its tasks of one provider, in each zone that has usable capacity for it (SS:S-65)."""
    listed = [t for t in world.tasks_of(service.arn) if not t.is_stopping and provider in (None, t.capacity_provider)]
    return {zone: sum(1 for t in listed if t.availability_zone == zone) for zone in _zones(world, service)}


def _pools(service: Service) -> list[str | None]:
    """What is balanced each for itself: the providers of a strategy on Fargate, else all tasks together (PN:B-7)."""
    strategy = service.primary.strategy if service.launch_type == "FARGATE" else ()
    return [item.provider for item in strategy] or [None]


def _zones(world: World, service: Service) -> list[str]:
    wishes = service_tasks.wishes(service, service.primary)
    if service.launch_type == "FARGATE":
        zones = {world.subnets[name].availability_zone for name in wishes.subnets if name in world.subnets}
        usable = zones - set(world.failed_zones)
    else:
        definition = world.task_definitions[service.primary.task_definition_arn]
        request = choosing.request_for(definition, service.cluster_name, f"service:{service.name}", wishes)
        checks = tuple(c for c in filters.applicable(request) if not c.name.startswith("RESOURCE"))

        def takes(instance: ContainerInstance) -> bool:
            said = constraints.verdicts(world, request, instance)
            fits = filters.fits(world, checks, request, instance)
            return fits and all(v.passed for v in said if v.check == "memberOf")

        usable = {i.availability_zone for i in filters.candidates(world, request) if takes(i)}
    return [zone for zone in world.zones if zone in usable]


def moves(found: dict[str, int]) -> list[str]:
    """The zones to start a task in, one for each task that has to move (SS:S-62, SS:S-65)."""
    left, needed = dict(found), []
    while left and max(left.values()) - min(left.values()) > MOST_APART:
        emptiest, fullest = min(left, key=lambda z: left[z]), max(left, key=lambda z: left[z])
        left[emptiest] += 1
        left[fullest] -= 1
        needed.append(emptiest)
    return needed


def look(world: World, service: Service) -> None:
    """In the steady state: begin to move tasks where zones differ too much, or say that they no longer do (SS:S-63)."""
    if any(task.is_stopping for task in world.tasks_of(service.arn)):
        return
    pools = _pools(service) if can_act(world, service) else []
    needed = [(zone, pool) for pool in pools for zone in moves(counts(world, service, pool))]
    found = counts(world, service) if pools else {}
    if not needed:
        if service.rebalancing_since_ms is not None:
            say(world, service, f"is AZ balanced with {_told(found)}.")
            service_changes.rebalancing_set(world, service, None)
        service_changes.condition_ended(world, service, "unbalanced")
        return
    if "rebalancingFailed" in service.told:
        return
    room = service.ceiling - len(world.tasks_of(service.arn))
    if room < 1:
        return
    say_while(world, service, "unbalanced", f"is not AZ balanced with {_told(found)}. AZ Rebalancing in progress.")
    _start(world, service, needed[:room])


def _start(world: World, service: Service, places: Sequence[tuple[str, str | None]]) -> None:
    since_ms = world.now_ms if service.rebalancing_since_ms is None else service.rebalancing_since_ms
    attempt = deployment_changes.attempt_begun(world, service.primary)
    for zone, pool in places:
        task = service_tasks.start(world, service, service.primary, attempt, service_tasks.Where(zone, pool))
        if task is None:
            service_changes.unplaced(world, service, 0, None, None)
            _give_up(world, service, "stopped AZ Rebalancing.")
            return
        service_changes.rebalancing_set(world, service, since_ms, [*service.rebalancing, task.arn])
        say(world, service, f"has started 1 tasks in {zone} to AZ Rebalance: {names([task])}.")


def _give_up(world: World, service: Service, text: str) -> None:
    """Rebalancing stops: no place, protection, a failed task or a deployment (SS:S-64, SS:S-66).

    Model choice: it is tried again after new capacity, a deployment or the end of a protection, not every minute.
    """
    say(world, service, text)
    service_changes.rebalancing_set(world, service, None)
    if service.primary.rollout_state == "COMPLETED":
        service_changes.condition_told(world, service, "rebalancingFailed")


def go_on(world: World, service: Service) -> None:
    """Stop a task in the fullest zone for each new one that counts as healthy (SS:S-63)."""
    if service.rebalancing_since_ms is None:
        return
    own = {task.arn: task for task in world.tasks_of(service.arn) if not task.is_stopping}
    coming = [own[arn] for arn in service.rebalancing if arn in own]
    if len(coming) < len(service.rebalancing) or not can_act(world, service):
        _give_up(world, service, "stopped AZ Rebalancing.")
        return
    for task in coming:
        if task.counts_as_healthy and service.rebalancing_since_ms is not None:
            _stop_one(world, service, task)


def _stop_one(world: World, service: Service, replacement: Task) -> None:
    provider = replacement.capacity_provider if service.launch_type == "FARGATE" else None
    found = counts(world, service, provider)
    if not found:
        _give_up(world, service, "stopped AZ Rebalancing.")
        return
    fullest = max(found, key=lambda zone: found[zone])
    running = [t for t in world.tasks_of(service.arn) if t.availability_zone == fullest and not t.is_stopping]
    free = [t for t in running if not t.is_protected and t.arn not in service.rebalancing]
    pool = [t for t in free if provider in (None, t.capacity_provider)]
    if not pool:
        text = f"was unable to AZ Rebalance because task set ({service.primary.id}) was unable to scale in due to"
        _give_up(world, service, f"{text} task protection.")
        return
    victim, decision = choosing.choose_victim(world, service, pool)
    left = [arn for arn in service.rebalancing if arn != replacement.arn]
    service_changes.rebalancing_set(world, service, service.rebalancing_since_ms, left)
    say(world, service, f"has stopped 1 running tasks in {fullest} due to AZ rebalancing: {names([victim])}.")
    reason = f"Scaling activity initiated by (deployment {service.primary.id})"
    stopping.stop(world, victim, "ServiceSchedulerInitiated", reason, decision)


def _told(found: dict[str, int]) -> str:
    return ", ".join(f"{count} tasks in {zone}" for zone, count in found.items())

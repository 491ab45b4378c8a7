"""DAEMON services: one task on each ACTIVE instance that suits them (PN:P-51 to PN:P-55, SS:S-2, SS:S-3, SS:D-10).

Nothing overlaps, because maximumPercent is 100: an instance gets its new task when the one before is STOPPED.
"""

from __future__ import annotations

from dataclasses import replace

from ecslab.sim.changes import service_changes
from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.rules import choosing, service_tasks
from ecslab.sim.rules.deployments import rolling
from ecslab.sim.rules.placement import constraints, filters, place
from ecslab.sim.rules.service_events import say, say_while
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

ROOM = "RESOURCE"
"""How the checks of room begin, which an instance may fail and still be one for the service (PN:P-54)."""


def _request(world: World, service: Service) -> PlacementRequest:
    definition = world.task_definitions[service.primary.task_definition_arn]
    wishes = service_tasks.wishes(service, service.primary)
    return choosing.request_for(definition, service.cluster_name, f"service:{service.name}", wishes)


def suitable(world: World, service: Service) -> list[ContainerInstance]:
    """The ACTIVE instances with what the task requires and its constraints want, in canonical order (PN:P-51).

    Model choice: one whose agent is disconnected keeps its daemon and gets none.
    """
    if service.status != "ACTIVE":
        return []
    request = _request(world, service)
    checks = tuple(c for c in filters.applicable(request) if c.name != "AGENT" and not c.name.startswith(ROOM))
    hosts = [t.container_instance_arn for t in world.tasks_of(service.arn)]
    members = replace(request, constraints=tuple(c for c in request.constraints if c.type == "memberOf"))
    return [
        instance
        for instance in filters.candidates(world, request)
        if (instance.agent_connected or instance.arn in hosts)
        and filters.fits(world, checks, request, instance)
        and all(verdict.passed for verdict in constraints.verdicts(world, members, instance))
    ]


def count(world: World, service: Service) -> None:
    """The number of suitable instances is what a DAEMON service wants, none when it is deleted (PN:P-51)."""
    if service.is_daemon:
        found = len(suitable(world, service))
        if found != service.desired_count:
            service_changes.desired_count_set(world, service, found)


def plan(world: World, service: Service) -> rolling.Plan:
    """The next step: tasks leave instances that no longer suit, the others make way for the newest revision."""
    tasks = world.tasks_of(service.arn)
    homes = [instance.arn for instance in suitable(world, service)]
    live = [t for t in tasks if not t.is_stopping]
    here = [t for t in live if t.container_instance_arn in homes]
    own = [t for t in here if t.deployment_id == service.primary.id]
    unhealthy = [t for t in own if rolling.is_unhealthy(world, service, t)]
    new = [t for t in own if t not in unhealthy]
    others = [t for t in here if t not in own]
    has_failed = service.primary.rollout_state == "FAILED"
    free = [] if has_failed else [t for t in others if rolling.is_free(world, service, t)]
    kept = [] if has_failed else [t for t in others if t not in free]
    old = [t for t in kept if not rolling.is_shielded(service, t)]
    healthy = sum(1 for t in live if t.counts_as_healthy)
    old_stops = max(0, min(len(kept), healthy - service.floor))
    waits = not rolling.may_start(world, service.primary)
    places = () if waits else tuple(i.arn for i in _empty(world, service) if _fits(world, service, i))
    wanted = max(0, service.desired_count - len(new))
    return rolling.Plan(
        total=len(tasks),
        healthy=healthy,
        floor=service.floor,
        ceiling=service.ceiling,
        desired=service.desired_count,
        wanted=wanted,
        waits=waits,
        starts=len(places),
        restarts=0,
        restarted=None,
        old_stops=min(len(old), old_stops),
        unhealthy_stops=rolling.unhealthy_stops_of(service, tasks, new, unhealthy, is_blocked=not waits),
        surplus=0,
        new=tuple(new),
        unhealthy=tuple(unhealthy),
        old=tuple(old),
        free=(*(t for t in live if t not in here and _may_leave(world, service, t)), *free),
        removable=(),
        shielded=max(0, old_stops - len(old)),
        has_failed=has_failed,
        places=places,
    )


def _may_leave(world: World, service: Service, task: Task) -> bool:
    """A daemon is the last to stop on a DRAINING instance: after the tasks of other services (PN:P-53, SS:S-3).

    Model choice: standalone tasks, which may stay there for ever, are not waited for.
    """
    instance = world.container_instances.get(task.container_instance_arn or "")
    if service.status != "ACTIVE" or instance is None or instance.status != "DRAINING":
        return True
    others = [world.services.get(t.service_arn or "") for t in world.tasks_on(instance.arn)]
    return all(other is None or other.is_daemon for other in others)


def _empty(world: World, service: Service) -> list[ContainerInstance]:
    """The suitable instances without a task of the service; one that is stopping is still there (SS:D-4)."""
    taken = [t.container_instance_arn for t in world.tasks_of(service.arn)]
    return [instance for instance in suitable(world, service) if instance.arn not in taken]


def _fits(world: World, service: Service, instance: ContainerInstance) -> bool:
    return bool(place.fitting(world, replace(_request(world, service), named=instance.arn)))


def tell_violated(world: World, service: Service, task: Task) -> None:
    """A running daemon's ACTIVE instance no longer suits it (SS:S-3).

    Model choice: AWS names an event and publishes no sentence.
    """
    instance = world.container_instances.get(task.container_instance_arn or "")
    if not service.is_daemon or service.status != "ACTIVE" or instance is None or instance.status != "ACTIVE":
        return
    if instance not in suitable(world, service):
        name = instance.arn.rpartition("/")[2]
        text = f"(task {task.id}) no longer meets the placement constraints on (container-instance {name})."
        say(world, service, text)


def tell_unplaced(world: World, service: Service) -> None:
    """Instances without room are told about; their tasks start when there is some (PN:P-54).

    Model choice: nothing waits for that, so that the other instances go on as if they were alone.
    """
    if not service.is_daemon or not rolling.may_start(world, service.primary):
        return
    full = [instance for instance in _empty(world, service) if not _fits(world, service, instance)]
    if not full:
        if service.unplaced_count:
            service_changes.unplaced(world, service, 0, None, None)
        service_changes.condition_ended(world, service, "unplaced")
        return
    request = replace(_request(world, service), named=full[0].arn)
    message = place.unplaced_sentence(place.decide(world, request, lambda _stream, _n: 0))
    if (len(full), message) != (service.unplaced_count, service.unplaced_message):
        _, decision = choosing.choose_instance(world, request)
        service_changes.condition_ended(world, service, "unplaced")
        service_changes.unplaced(world, service, len(full), message, decision)
    say_while(world, service, "unplaced", message)

"""Changes of services, their messages and what they wait for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecslab.sim.changes import journal, waking
from ecslab.sim.state.service import Service, ServiceEvent
from ecslab.sim.timers import Reconcile
from ecslab.sim.world import World

KEPT_SERVICE_EVENTS = 100


def service_created(world: World, service: Service) -> None:
    """A service exists; a deleted one of the same name is forgotten."""
    world.services.pop(service.arn, None)
    world.services[service.arn] = service
    service_told(world, service)


def service_told(world: World, service: Service) -> None:
    """What a service now wants, with the floor and ceiling of its deployments (SS:D-2)."""
    journal.record(
        world,
        "serviceChanged",
        service.arn,
        cluster=service.cluster_name,
        service=service.name,
        desiredCount=service.desired_count,
        floor=service.floor,
        ceiling=service.ceiling,
        status=service.status,
    )
    waking.scaling_moves(world, service.arn)


def service_set(world: World, service: Service, **members: Any) -> None:
    """Some members of a service take new values."""
    for member, value in members.items():
        setattr(service, member, value)
    service_told(world, service)


def desired_count_set(world: World, service: Service, count: int) -> None:
    """A service wants another number of tasks, and its PRIMARY deployment with it (SS:S-8, SS:S-9)."""
    if count != service.desired_count:
        service.told.pop("steady", None)
    service.desired_count = service.primary.desired_count = count
    service_told(world, service)


def service_inactive(world: World, service: Service) -> None:
    """The last task of a deleted service has stopped (SS:S-5)."""
    service.status = "INACTIVE"
    service_told(world, service)


def service_event(world: World, service: Service, message: str) -> None:
    """A message in ECS's words, newest first, at most 100 kept (SS:S-40)."""
    service.events.insert(0, ServiceEvent(world.ids.hex("event"), world.now_ms, message))
    del service.events[KEPT_SERVICE_EVENTS:]
    journal.record(
        world, "serviceEvent", service.arn, cluster=service.cluster_name, service=service.name, message=message
    )


def launches_counted(service: Service, since_ms: int | None, launches: int) -> None:
    """So many launches of a service since its minute began (IC:Q-10)."""
    service.launches_since_ms = since_ms
    service.launches = launches


def launch_look_planned(service: Service, at_ms: int) -> None:
    """The service looks again when more tasks may be launched (IC:Q-27)."""
    service.launch_look_ms = at_ms


def unplaced(world: World, service: Service, count: int, message: str | None, decision: str | None) -> None:
    """How many tasks of a service found no place, and why (PN:P-50)."""
    if not count:
        service.unplaced_since_ms = None
    elif not service.unplaced_count:
        service.unplaced_since_ms = world.now_ms
    service.unplaced_count = count
    service.unplaced_message = message
    service.unplaced_decision = decision
    if decision:
        journal.record(
            world,
            "placementFailed",
            service.arn,
            cluster=service.cluster_name,
            service=service.name,
            decision=decision,
            count=count,
        )


def service_stuck(world: World, service: Service, since_ms: int | None) -> None:
    """Neither a start nor a stop is possible (SS:D-5), or no longer so."""
    service.stuck_since_ms = since_ms


def condition_told(world: World, service: Service, condition: str) -> None:
    """The message of a condition that holds has been written now (SS:S-40)."""
    service.told[condition] = world.now_ms


def condition_ended(world: World, service: Service, condition: str) -> None:
    """A condition no longer holds; its message may be written again (SS:S-40)."""
    service.told.pop(condition, None)


def reconcile_queued(world: World, service: Service) -> None:
    """The scheduler will look at a service in this instant (SS:K-3)."""
    if not service.reconcile_queued:
        service.reconcile_queued = True
        journal.timer_set(world, 0, Reconcile(service.arn))


def reconcile_begun(world: World, service: Service) -> None:
    """The scheduler looks at a service."""
    service.reconcile_queued = False


def rebalancing_set(world: World, service: Service, since_ms: int | None, coming: Sequence[str] = ()) -> None:
    """Zones are balanced since a moment, with new tasks that nothing was stopped for yet; or no more (SS:S-63)."""
    service.rebalancing_since_ms = since_ms
    service.rebalancing = list(coming)
    journal.record(
        world, "rebalancing", service.arn, cluster=service.cluster_name, service=service.name, since=since_ms
    )

"""The arithmetic of a rolling update, and of scaling and replacement, which are the same sums (SS:D-1 to SS:D-9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.world import World


@dataclass(frozen=True, slots=True)
class Plan:
    """One step: how many to start, and which pools lose how many. `total` and `healthy` are those before it.

    `free_stops` are old tasks that are unhealthy or not yet RUNNING: stopping them never lowers the healthy count
    (SS:D-7). One that is RUNNING and not yet counted as healthy (SS:D-6) is no such task: its stop is counted.
    """

    starts: int
    old_stops: int
    surplus: int
    free_stops: tuple[Task, ...]
    old: tuple[Task, ...]
    new: tuple[Task, ...]
    total: int
    healthy: int
    floor: int
    ceiling: int
    limit: str

    @property
    def stops(self) -> int:
        """How many tasks this step stops."""
        return self.old_stops + self.surplus + len(self.free_stops)


def plan(world: World, service: Service, *, may_start: bool) -> Plan:
    """The next step for a service (SS:D-7).

    `new` are tasks of the PRIMARY deployment, `old` all others. A task that ended by itself keeps its place until it is
    STOPPED (SS:W-24); one that the scheduler stops gives its place in `new` up at once, but holds one under the
    ceiling until STOPPED (SS:D-4).
    """
    tasks = world.tasks_of(service.arn)
    primary = service.primary.id
    new = tuple(t for t in tasks if t.deployment_id == primary and _holds_place(t))
    old = tuple(t for t in tasks if t.deployment_id != primary and not t.is_stopping)
    healthy = sum(1 for t in tasks if t.counts_as_healthy and not t.is_stopping)
    unhealthy = [t for t in new if t.health_status == "UNHEALTHY" and _grace_is_over(world, service, t)]
    room = max(0, service.ceiling - len(tasks))
    wanted = max(0, service.desired_count - (len(new) - len(unhealthy)))
    starts = min(room, wanted) if may_start else 0
    free = tuple(t for t in old if not t.is_running or t.health_status == "UNHEALTHY")
    standing = tuple(t for t in old if t not in free)
    old_stops = max(0, min(len(standing), healthy - service.floor))
    surplus = max(0, len(new) - service.desired_count)
    if unhealthy:
        surplus = _unhealthy_stops(service, tasks, new, unhealthy, room)
    return Plan(
        starts=starts,
        old_stops=old_stops,
        surplus=surplus,
        free_stops=free,
        old=standing,
        new=tuple(t for t in new if not t.is_stopping),
        total=len(tasks),
        healthy=healthy,
        floor=service.floor,
        ceiling=service.ceiling,
        limit=_limit(starts, wanted, old_stops, len(standing)),
    )


def _holds_place(task: Task) -> bool:
    return not task.is_stopping or task.stop_code != "ServiceSchedulerInitiated"


def _grace_is_over(world: World, service: Service, task: Task) -> bool:
    """Unhealthy verdicts count after the grace period, which begins at RUNNING (SS:S-25, SS:S-26)."""
    return world.now_ms >= (task.started_at_ms or 0) + service.health_check_grace_period_s * 1000


def _unhealthy_stops(
    service: Service, tasks: list[Task], new: tuple[Task, ...], unhealthy: list[Task], room: int
) -> int:
    """How many unhealthy tasks go: those with a healthy replacement, or one at a time without room (SS:S-22)."""
    healthy = sum(1 for t in new if t.counts_as_healthy)
    replaced = max(0, healthy + len(unhealthy) - service.desired_count)
    if replaced or room:
        return min(len(unhealthy), replaced)
    return 0 if any(t.is_stopping for t in tasks) else 1


def _limit(starts: int, wanted: int, old_stops: int, standing: int) -> str:
    if starts < wanted:
        return "ceiling"
    return "floor" if old_stops < standing else "none"


def step_values(plan_: Plan) -> dict[str, Any]:
    """A step as the journal keeps it."""
    return {
        "starts": plan_.starts,
        "stops": plan_.stops,
        "oldStops": plan_.old_stops,
        "total": plan_.total,
        "healthy": plan_.healthy,
        "limit": plan_.limit,
        "floor": plan_.floor,
        "ceiling": plan_.ceiling,
    }

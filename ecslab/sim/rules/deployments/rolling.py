"""The arithmetic of a rolling update, and of scaling and replacement, which are the same sums (SS:D-1 to SS:D-8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ecslab.sim.rules import launch_rate
from ecslab.sim.rules.tasks.health import grace_is_over, is_found_unhealthy
from ecslab.sim.rules.tasks.looking import is_leaving
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

Limit = Literal["floor", "ceiling", "capacity", "health", "protection", "none"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One step: how many to start, and which pools lose how many; all counted before anything is done (SS:D-7).

    `new` are tasks of the PRIMARY deployment that no check has found UNHEALTHY, `unhealthy` those that one has. `free`
    are tasks of other deployments that are unhealthy or not yet RUNNING: stopping them never lowers the healthy count.
    `old` are their other tasks and the PRIMARY's on draining instances (SS:C-31), without the protected ones; one that
    is not yet counted as healthy (SS:D-6) is among them, so that its stop is counted too. `wanted` is how many new
    tasks are missing; `waits` is true while earlier failures forbid a start (SS:S-33). `restarts` are starts of the
    older deployment `restarted` (SS:D-7b). `removable` are those of `new` that scale-in may stop, `shielded` counts
    those that would go but for their protection (SS:S-50), `has_failed` is true for a FAILED deployment, which starts
    nothing and replaces nothing (SS:D-14). `places` are the instances on which a DAEMON service starts its tasks.
    `held` counts the old tasks that stay until the bake time is over (SS:D-38).
    """

    total: int
    healthy: int
    floor: int
    ceiling: int
    desired: int
    wanted: int
    waits: bool
    starts: int
    restarts: int
    restarted: Deployment | None
    old_stops: int
    unhealthy_stops: int
    surplus: int
    new: tuple[Task, ...]
    unhealthy: tuple[Task, ...]
    old: tuple[Task, ...]
    free: tuple[Task, ...]
    removable: tuple[Task, ...]
    shielded: int
    has_failed: bool
    places: tuple[str, ...] = ()
    held: int = 0

    @property
    def stops(self) -> int:
        """How many tasks this step stops."""
        return self.old_stops + self.unhealthy_stops + self.surplus + len(self.free)

    @property
    def is_blocked(self) -> bool:
        """Whether the ceiling leaves no room for a start that is wanted, so that a stop comes first (SS:S-22)."""
        return self.wanted > 0 and self.total >= self.ceiling


def plan(world: World, service: Service) -> Plan:
    """The next step for a service (SS:D-7).

    A task that ended by itself keeps its place until it is STOPPED (SS:W-24); one that the scheduler stops gives its
    place in `new` up at once, but holds one under the ceiling until STOPPED (SS:D-4).
    """
    tasks = world.tasks_of(service.arn)
    own = [t for t in tasks if t.deployment_id == service.primary.id and _holds_place(t)]
    others = [t for t in tasks if t.deployment_id != service.primary.id and not t.is_stopping]
    leaving = [t for t in own if is_leaving(world, t) and not t.is_stopping]
    unhealthy = [t for t in own if is_unhealthy(world, service, t) and not t.is_stopping and t not in leaving]
    new = [t for t in own if t not in unhealthy and t not in leaving]
    live = [t for t in new if not t.is_stopping]
    has_failed = service.primary.rollout_state == "FAILED"
    free = [] if has_failed else [t for t in others if is_free(world, service, t)]
    sources = [t for t in others if t not in free]
    held = sources if is_baking(world, service, tasks) else []
    kept = [*leaving, *(t for t in sources if t not in held)]
    old = [t for t in kept if not is_shielded(service, t)]
    removable = [t for t in live if not is_shielded(service, t)]
    surplus = max(0, len(live) - service.desired_count - len(service.rebalancing))
    healthy = sum(1 for t in tasks if t.counts_as_healthy and not t.is_stopping)
    wanted, room = max(0, service.desired_count - len(new)), max(0, service.ceiling - len(tasks))
    waits = not may_start(world, service.primary)
    starts = 0 if waits else min(room, wanted, launch_rate.room(world, service))
    old_stops = max(0, min(len(kept), len(kept) - service.desired_count if has_failed else healthy - service.floor))
    restarted, restarts = _restarts(world, service, tasks, room - starts, healthy + _coming(new) + starts)
    needed = _needed_restarts(world, service, others, healthy + _coming(new))
    return Plan(
        total=len(tasks),
        healthy=healthy,
        floor=service.floor,
        ceiling=service.ceiling,
        desired=service.desired_count,
        wanted=wanted,
        waits=waits,
        starts=starts,
        restarts=restarts,
        restarted=restarted,
        old_stops=min(len(old), old_stops),
        unhealthy_stops=unhealthy_stops_of(service, tasks, new, unhealthy, is_blocked=wanted > 0 == room and not waits),
        surplus=min(len(removable), surplus),
        new=tuple(live),
        unhealthy=tuple(unhealthy),
        old=tuple(old),
        free=tuple(t for t in free if t not in needed),
        removable=tuple(removable),
        shielded=max(0, old_stops - len(old)) + max(0, surplus - len(removable)),
        has_failed=has_failed,
        held=len(held),
    )


def is_free(world: World, service: Service, task: Task) -> bool:
    """Whether stopping a task of another deployment never lowers the count of healthy ones (SS:D-7)."""
    return is_unhealthy(world, service, task) or not (task.is_running or is_shielded(service, task))


def is_shielded(service: Service, task: Task) -> bool:
    """Whether protection keeps a task from scale-in and deployments (SS:S-50).

    Model choice: it does not keep the tasks of a deleted service.
    """
    return task.is_protected and service.status == "ACTIVE"


def left_over(service: Service, tasks: list[Task]) -> list[Task]:
    """Tasks of other deployments that are not cleaned up; what failed to start is nothing to clean up (SS:W-7)."""
    return [t for t in tasks if t.deployment_id != service.primary.id and t.stop_code != "TaskFailedToStart"]


def staying(world: World, service: Service, tasks: list[Task]) -> list[Task]:
    """The tasks of the PRIMARY deployment that nobody wants to be elsewhere (SS:C-31)."""
    own = [t for t in tasks if t.deployment_id == service.primary.id and not t.is_stopping]
    return [t for t in own if not is_leaving(world, t)]


def is_reached(world: World, service: Service, tasks: list[Task]) -> bool:
    """Whether the PRIMARY deployment has what it needs to bake (SS:D-34), early where its criteria say so (SS:D-37)."""
    alive = staying(world, service, tasks)
    healthy = sum(1 for t in alive if t.counts_as_healthy)
    early = service.early_success
    if early is None:
        return len(alive) == service.desired_count == healthy and not left_over(service, tasks)
    return healthy >= max(min(1, service.desired_count), -(-service.desired_count * early.healthy_percent // 100))


def is_cleaned_up(service: Service, tasks: list[Task]) -> bool:
    """Whether no old task is left that a deployment has to wait for after its bake time (SS:D-38)."""
    early = service.early_success
    return (early is not None and early.defers_cleanup) or not left_over(service, tasks)


def is_baking(world: World, service: Service, tasks: list[Task]) -> bool:
    """Whether early success has been reached and the bake time runs or is to begin: old tasks stay for it (SS:D-38)."""
    primary, alarms = service.primary, service.alarms
    if service.early_success is None or not alarms.is_on or primary.ignores_alarms:
        return False
    if service.status != "ACTIVE" or primary.rollout_state != "IN_PROGRESS":
        return False
    if primary.bakes_until_ms is None:
        return is_reached(world, service, tasks)
    return world.now_ms < primary.bakes_until_ms


def may_start(world: World, deployment: Deployment) -> bool:
    """Whether a deployment may start tasks now: it has not failed, and no wait after failed starts runs (SS:S-33)."""
    retry = deployment.throttle.retry_at_ms
    return deployment.rollout_state != "FAILED" and (retry is None or world.now_ms >= retry)


def _holds_place(task: Task) -> bool:
    """A task that ECS knows to be replaced holds none, also one on Fargate Spot at its notice (SS:C-42)."""
    return not task.is_stopping or task.stop_code not in ("ServiceSchedulerInitiated", "SpotInterruption")


def is_unhealthy(world: World, service: Service, task: Task) -> bool:
    """Whether a health check has found a task UNHEALTHY and its grace period is over (SS:S-25)."""
    return is_found_unhealthy(world, task) and grace_is_over(world, service, task)


def _coming(tasks: list[Task]) -> int:
    """How many tasks that hold a place do not count as healthy yet."""
    return sum(1 for t in tasks if not t.counts_as_healthy)


def unhealthy_stops_of(
    service: Service, tasks: list[Task], new: list[Task], unhealthy: list[Task], *, is_blocked: bool
) -> int:
    """How many unhealthy tasks go: those with a healthy replacement (SS:S-21), or one at a time without room (SS:S-22).

    The replacement of an unhealthy task that is unhealthy itself is one too many, whichever of the two goes.
    """
    healthy = sum(1 for t in new if t.counts_as_healthy)
    replaced = max(0, healthy + len(unhealthy) - service.desired_count)
    blocked = 1 if is_blocked and not any(t.is_stopping for t in tasks) and not any(t.is_starting for t in new) else 0
    return min(len(unhealthy), max(replaced, blocked))


def _restarts(
    world: World, service: Service, tasks: list[Task], room: int, expected: int
) -> tuple[Deployment | None, int]:
    """Tasks that an older deployment lost are started again where the floor would else be missed (SS:S-24, SS:D-7b).

    `expected` are the tasks that are healthy or on their way; the newest older deployment that ever ran well takes its
    own revision, up to as many tasks as it had.
    """
    deployment = next((d for d in service.deployments[1:] if d.has_run_well), None)
    has_failed = service.primary.rollout_state == "FAILED"
    if deployment is None or has_failed or not may_start(world, deployment):
        return None, 0
    own = [t for t in tasks if t.deployment_id == deployment.id and _holds_place(t)]
    alive = [t for t in own if t.counts_as_healthy or not is_found_unhealthy(world, t)]
    missing = service.floor - expected - _coming(alive)
    restarts = max(0, min(room, missing, deployment.desired_count - len(alive)))
    return (deployment, restarts) if restarts else (None, 0)


def _needed_restarts(world: World, service: Service, others: list[Task], expected: int) -> list[Task]:
    """Restarted tasks on their way that the floor needs, so that they are no free stops: the oldest first."""
    begun_ms = service.primary.begun_at_ms
    restarts = [t for t in others if t.created_at_ms >= begun_ms and not t.counts_as_healthy]
    coming = [t for t in restarts if not is_found_unhealthy(world, t)]
    return coming[: max(0, service.floor - expected)]


def limit(plan_: Plan, placed: int) -> Limit:
    """What held a step back first: no place for a start, the ceiling, health that is still awaited, or the floor."""
    if placed < plan_.starts + plan_.restarts:
        return "capacity"
    if plan_.starts < plan_.wanted:
        is_full = plan_.total + plan_.starts >= plan_.ceiling
        return "health" if plan_.waits else "ceiling" if is_full else "capacity"
    if len(plan_.unhealthy) > plan_.unhealthy_stops:
        return "health"
    if plan_.old_stops < len(plan_.old):
        return "health" if _coming(list(plan_.new)) else "floor"
    return "protection" if plan_.shielded else "none"

"""How many tasks may be launched at once, and when the next ones may (IC:Q-10, IC:Q-11, IC:Q-27).

Fargate has a bucket of launches for the account, which fills again at a steady rate; a service has so many a minute.
Model choice: On-Demand and Spot share the bucket, RunTask takes from it and is never refused, as calls are not
throttled in the lab; the minutes of a service begin with its first launch and end with the last of that minute.
"""

from __future__ import annotations

from ecslab.sim.changes import service_changes, stock_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.state.service import Service
from ecslab.sim.world import World

MINUTE_MS = 60_000
INTERVAL_MS = 1000 // LIMITS["launches.fargate.rate"]
"""The time in which the bucket gains one launch."""


def room(world: World, service: Service) -> int:
    """How many tasks a service may launch now."""
    since_ms = service.launches_since_ms
    is_over = since_ms is None or world.now_ms >= since_ms + MINUTE_MS
    left = _a_minute(service) - (0 if is_over else service.launches)
    return max(0, min(left, _tokens(world)) if service.launch_type == "FARGATE" else left)


def _a_minute(service: Service) -> int:
    return LIMITS["launches.fargate.service" if service.launch_type == "FARGATE" else "launches.ec2.service"]


def _tokens(world: World) -> int:
    missing_ms = max(0, world.fargate_full_at_ms - world.now_ms)
    return (LIMITS["launches.fargate.burst"] * INTERVAL_MS - missing_ms) // INTERVAL_MS


def wait_ms(world: World, service: Service, wanted: int) -> int:
    """How long a service that may launch nothing now waits: for its next minute, or for a second of launches."""
    since_ms = service.launches_since_ms
    if since_ms is not None and world.now_ms < since_ms + MINUTE_MS and service.launches >= _a_minute(service):
        return since_ms + MINUTE_MS - world.now_ms
    return (min(wanted, LIMITS["launches.fargate.rate"]) - _tokens(world)) * INTERVAL_MS


def count(world: World, service: Service, launches: int) -> None:
    """A service launched tasks."""
    since_ms = service.launches_since_ms
    begins = since_ms is None or world.now_ms >= since_ms + MINUTE_MS
    before = 0 if begins else service.launches
    service_changes.launches_counted(service, world.now_ms if begins else since_ms, before + launches)


def fargate_launched(world: World) -> None:
    """Fargate launches a task for whomever."""
    stock_changes.bucket_taken(world, max(world.now_ms, world.fargate_full_at_ms) + INTERVAL_MS)

"""Changes of what AWS has left: limited capacity, quotas and lost zones."""

from __future__ import annotations

from ecslab.sim.changes import journal
from ecslab.sim.state.capacity import SupplyLimit
from ecslab.sim.world import World


def limit_put(world: World, what: str, zone: str | None, left: int | None) -> None:
    """There is only so much left of something in a zone, or in all; None lifts the limit."""
    for limit in [known for known in world.supply_limits if (known.what, known.zone) == (what, zone)]:
        world.supply_limits.remove(limit)
    if left is not None:
        world.supply_limits.append(SupplyLimit(what, zone, left))
    journal.record(world, "supplyLimit", what, cluster=None, zone=zone, left=left)


def left_changed(world: World, limit: SupplyLimit, amount: int) -> None:
    """Something limited was taken or given back."""
    limit.left += amount


def fargate_counted(world: World, provider: str, amount: int) -> None:
    """Tasks on Fargate, or on Fargate Spot, hold more or fewer CPU units of the account's quota."""
    world.fargate_in_use[provider] = world.fargate_in_use.get(provider, 0) + amount


def bucket_taken(world: World, full_at_ms: int) -> None:
    """Fargate's bucket of launches will be full again at a moment (IC:Q-27)."""
    world.fargate_full_at_ms = full_at_ms


def quota_set(world: World, code: str, value: int) -> None:
    """A quota of the account has another value."""
    world.quotas[code] = value
    journal.record(world, "quota", code, cluster=None, value=value)


def zone_failed(world: World, zone: str) -> None:
    """An Availability Zone is lost (SS:C-45)."""
    world.failed_zones[zone] = world.now_ms
    journal.ways_dropped(world)


def zone_recovered(world: World, zone: str) -> None:
    """An Availability Zone is back."""
    del world.failed_zones[zone]
    journal.ways_dropped(world)

"""What a capacity provider does at the end of its group's instances: drain, protect busy ones (SS:C-35, SS:C-77)."""

from __future__ import annotations

from ecslab.sim.state.capacity import AutoScalingGroup, CapacityProvider
from ecslab.sim.world import World


def provider_of(world: World, group_name: str | None) -> CapacityProvider | None:
    """The ACTIVE capacity provider of a group."""
    found = (p for p in world.capacity_providers.values() if p.group_name == group_name and p.status == "ACTIVE")
    return next(found, None)


def drains(world: World, group: AutoScalingGroup) -> bool:
    """Whether instances of a group drain before they end (SS:C-35)."""
    provider = provider_of(world, group.name)
    return provider is not None and provider.drains

"""What a capacity provider does at the end of its group's instances: drain, protect busy ones (SS:C-35, SS:C-77)."""

from __future__ import annotations

from ecslab.sim.rules import providers
from ecslab.sim.state.capacity import AutoScalingGroup
from ecslab.sim.world import World


def drains(world: World, group: AutoScalingGroup) -> bool:
    """Whether instances of a group drain before they end (SS:C-35)."""
    provider = providers.of_group(world, group.name)
    return provider is not None and provider.drains

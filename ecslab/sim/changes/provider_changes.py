"""Changes of capacity providers and of their ties to clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.state.capacity import CapacityProvider, StrategyItem
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.world import World


def provider_made(world: World, provider: CapacityProvider) -> None:
    """A capacity provider exists; a deleted one of the same name is forgotten."""
    world.capacity_providers.pop(provider.name, None)
    world.capacity_providers[provider.name] = provider
    _told(world, provider)


def provider_set(world: World, provider: CapacityProvider, **members: Any) -> None:
    """Some members of a provider take new values."""
    for member, value in members.items():
        setattr(provider, member, value)
    _told(world, provider)


def _told(world: World, provider: CapacityProvider) -> None:
    journal.rankings_dropped(world)
    journal.record(world, "providerState", provider.arn, cluster=None, provider=provider.name, status=provider.status)


def cluster_set(world: World, cluster: Cluster, names: Sequence[str], default: tuple[StrategyItem, ...]) -> None:
    """Which providers a cluster has, and the strategy of calls that name none (SS:C-51)."""
    journal.rankings_dropped(world)
    cluster.capacity_providers = list(names)
    cluster.default_strategy = default
    journal.record(world, "clusterState", cluster.arn, cluster=cluster.name, status=cluster.status)

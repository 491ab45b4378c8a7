"""Changes of capacity providers and of their ties to clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecslab.sim.changes import journal, waking
from ecslab.sim.state.capacity import CapacityProvider, ProviderDecision, Reservation, StrategyItem
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.timers import ReservationDue
from ecslab.sim.world import World

KEPT = 100
"""How many datapoints and decisions of a provider are kept; the newest are what anybody asks for."""


def provider_made(world: World, provider: CapacityProvider) -> None:
    """A capacity provider exists; a deleted one of the same name is forgotten."""
    world.capacity_providers.pop(provider.name, None)
    world.capacity_providers[provider.name] = provider
    journal.rankings_dropped(world)
    _told(world, provider)


def provider_set(world: World, provider: CapacityProvider, **members: Any) -> None:
    """Some members of a provider take new values."""
    for member, value in members.items():
        setattr(provider, member, value)
    journal.rankings_dropped(world)
    _told(world, provider)


def _told(world: World, provider: CapacityProvider) -> None:
    journal.rankings_dropped(world)
    journal.record(world, "providerState", provider.arn, cluster=None, provider=provider.name, status=provider.status)


def cluster_set(world: World, cluster: Cluster, names: Sequence[str], default: tuple[StrategyItem, ...]) -> None:
    """Which providers a cluster has, and the strategy of calls that name none (SS:C-51)."""
    journal.rankings_dropped(world)
    cluster.capacity_providers = list(names)
    cluster.default_strategy = default
    journal.rankings_dropped(world)
    journal.record(world, "clusterState", cluster.arn, cluster=cluster.name, status=cluster.status)


def reservation_queued_at(world: World, provider: CapacityProvider, at_ms: int) -> None:
    """The metric is published at a moment, unless it is sooner anyway (SS:C-61)."""
    if provider.due_at_ms is None or at_ms < provider.due_at_ms:
        provider.due_at_ms = at_ms
        journal.timer_set(world, at_ms - world.now_ms, ReservationDue(provider.name, at_ms))


def reservation_dropped(world: World, provider: CapacityProvider) -> None:
    """Nothing is published any more: managed scaling is off, or the group is gone."""
    del world
    provider.due_at_ms = provider.low_since_ms = None


def reservation_published(world: World, provider: CapacityProvider, found: Reservation, *, is_low: bool) -> None:
    """A datapoint of CapacityProviderReservation; one that is not low ends the row of those that are (SS:C-76)."""
    provider.due_at_ms = None
    if not is_low:
        provider.low_since_ms = None
    elif provider.low_since_ms is None:
        provider.low_since_ms = world.now_ms
    last = provider.datapoints[-1] if provider.datapoints else None
    if last is None or (last.needed, last.running) != (found.needed, found.running):
        provider.datapoints.append(found)
        waking.aws_metrics_move(world)
        del provider.datapoints[:-KEPT]


def decided(world: World, provider: CapacityProvider, decision: ProviderDecision) -> None:
    """What managed scaling made of a datapoint; what it does is told."""
    last = provider.decisions[-1] if provider.decisions else None
    if last is None or _gist(last) != _gist(decision):
        provider.decisions.append(decision)
        del provider.decisions[:-KEPT]
    if decision.result != "none":
        journal.record(
            world,
            "managedScaling",
            provider.arn,
            cluster=None,
            provider=provider.name,
            needed=decision.reservation.needed,
            running=decision.reservation.running,
            formula=decision.formula,
            before=decision.before,
            after=decision.after,
        )


def _gist(decision: ProviderDecision) -> tuple[Any, ...]:
    found = decision.reservation
    return decision.result, decision.reason, decision.value, decision.before, found.needed, found.running


def provider_steady(world: World, provider: CapacityProvider, services: Sequence[tuple[str, str, str]]) -> None:
    """Metric and target agree; each service of the provider is told (SS:C-80)."""
    provider.is_steady = True
    for arn, cluster, name in services:
        journal.record(world, "providerSteady", arn, cluster=cluster, service=name, provider=provider.name)


def provider_unsteady(provider: CapacityProvider) -> None:
    """Metric and target do not agree any more."""
    provider.is_steady = False

"""Who looks again when a way through the network opened or closed: nothing asks the network over and over (SS:K-2)."""

from __future__ import annotations

from collections.abc import Callable

from ecslab.sim.rules import traffic_shares
from ecslab.sim.rules.capacity import booting
from ecslab.sim.rules.load_balancing import probing
from ecslab.sim.world import World

Watcher = Callable[[World], None]
WATCHERS: tuple[Watcher, ...] = (booting.try_again, probing.look_again, traffic_shares.look_again)
"""Called in this order after each change of routes, addresses, gateways, endpoints or security groups."""


def network_changed(world: World) -> None:
    """A rule, a route, an address, a gateway or an endpoint came, changed or went."""
    for watch in WATCHERS:
        watch(world)

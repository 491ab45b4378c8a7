"""The next step of a service, whichever way it is scheduled (SS:S-1)."""

from __future__ import annotations

from ecslab.sim.rules.deployments import daemons, rolling
from ecslab.sim.state.service import Service
from ecslab.sim.world import World


def plan(world: World, service: Service) -> rolling.Plan:
    """What a service starts and stops next."""
    return daemons.plan(world, service) if service.is_daemon else rolling.plan(world, service)

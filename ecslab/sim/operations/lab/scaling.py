"""What auto scaling decided, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.capacity import explain as managed
from ecslab.sim.rules.scaling import explain
from ecslab.sim.world import World


def explain_scaling(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Metric, datapoints, alarms, the formula with its numbers, cooldown and result for a service or a provider."""
    if ("service" in parameters) == ("capacityProvider" in parameters):
        raise InvalidParameterException("ExplainScaling needs either a service or a capacityProvider.")
    if "capacityProvider" in parameters:
        return managed.response(world, str(parameters["capacityProvider"]))
    reference = str(parameters["service"])
    parts = reference.split("/")
    named = parts[-2] if len(parts) > 2 else None
    cluster = world.cluster(parameters.get("cluster") or named)
    return explain.response(world, world.service(cluster, reference))

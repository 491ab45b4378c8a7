"""Account quotas, and how much of a kind of capacity AWS has left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal, stock_changes
from ecslab.sim.data.tables import INSTANCE_TYPES
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules import quotas, stock
from ecslab.sim.rules.capacity import looks
from ecslab.sim.rules.tasks import looking
from ecslab.sim.world import World


def set_quota(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An account quota has a new value from now on; what is above it stays (IC section Q)."""
    named, value = str(parameters["code"]), int(parameters["value"])
    code = quotas.NUMBERS.get(named.removeprefix("IC:"), named)
    if code not in quotas.NUMBERS.values():
        known = ", ".join(f"{code} ({number})" for number, code in quotas.NUMBERS.items())
        raise InvalidParameterException(f"The lab has no quota {named[:64]} that can be set; name one of {known}.")
    if value < 0:
        raise InvalidParameterException(f"value is {value}; a quota is 0 or more.")
    stock_changes.quota_set(world, code, value)
    looking.fargate_freed(world)
    looks.all_groups(world)
    journal.call_made(world, "lab:SetQuota", code, None, value=value)
    return {"code": code, "value": value}


def limit_capacity(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """AWS has only so much left from now on: what stops gives back; without `available` the limit ends (PN:E-7)."""
    what = _what(parameters)
    zone, available = parameters.get("zone"), parameters.get("available")
    if zone is not None and zone not in world.zones:
        raise InvalidParameterException(f"The Availability Zone {zone} is none of {', '.join(world.zones)}.")
    if available is not None and available < 0:
        raise InvalidParameterException(f"available is {available}; it is 0 or more, or left out for no limit.")
    unit = stock.UNITS_A_VCPU if what in stock.QUOTAS else 1
    stock_changes.limit_put(world, what, zone, None if available is None else available * unit)
    looking.fargate_freed(world)
    looks.all_groups(world)
    journal.call_made(world, "lab:LimitCapacity", what, None, zone=zone, available=available)
    return {"name": what, "zone": zone, "available": available}


def _what(parameters: Mapping[str, Any]) -> str:
    """Fargate, Fargate Spot or an instance type, one of them."""
    provider, kind = parameters.get("capacityProvider"), parameters.get("instanceType")
    if bool(provider) == bool(kind):
        raise InvalidParameterException("LimitCapacity needs either capacityProvider or instanceType.")
    if provider and provider not in stock.QUOTAS:
        raise InvalidParameterException(
            f"capacityProvider is {provider}; only FARGATE and FARGATE_SPOT can be limited, "
            "and behind other providers their instanceType."
        )
    if kind and kind not in INSTANCE_TYPES:
        raise InvalidParameterException(f"The instance type {kind} is not known to the lab.")
    return str(provider or kind)

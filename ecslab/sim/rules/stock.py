"""What AWS has left to give: lost zones, capacity that ran short, the account's quotas (SS:C-45, PN:E-7, IC:Q-33)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecslab.sim.changes import stock_changes
from ecslab.sim.rules import quotas
from ecslab.sim.state.capacity import SupplyLimit
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.world import World

FARGATE, FARGATE_SPOT = "FARGATE", "FARGATE_SPOT"
QUOTAS = {FARGATE: quotas.FARGATE, FARGATE_SPOT: quotas.FARGATE_SPOT}
"""AWS's codes of the quotas of vCPUs that run at once on Fargate (IC:Q-25, IC:Q-26)."""
UNITS_A_VCPU = 1024
NO_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
NO_QUOTA = "You've reached the limit on the number of vCPUs you can run concurrently"
"""PN:E-7 and IC:Q-33."""


@dataclass(frozen=True, slots=True)
class FargateNeed:
    """What one task takes of Fargate: CPU units of FARGATE or of FARGATE_SPOT."""

    cpu_units: int
    provider: str = FARGATE


def need_of(definition: TaskDefinition, provider: str | None) -> FargateNeed:
    """What a task of a definition takes, of the launch type FARGATE where no capacity provider is named."""
    return FargateNeed(definition.reserved_cpu_units, provider or FARGATE)


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why Fargate cannot take a task in a zone: AWS's words, the rule and its mark, and the CPU units that are left."""

    reason: str
    rule: str
    mark: str
    have: int | None = None


def limits_on(world: World, what: str, zone: str) -> list[SupplyLimit]:
    """The limits that a launch in a zone has to keep: that of the zone and that of all zones."""
    return [limit for limit in world.supply_limits if limit.what == what and limit.zone in (None, zone)]


def has_instances(world: World, instance_type: str, zone: str, count: int = 1) -> bool:
    """Whether so many instances of a type can be launched in a zone now (SS:C-45)."""
    left = _left(world, instance_type, zone)
    return zone not in world.failed_zones and (left is None or left >= count)


def _left(world: World, what: str, zone: str) -> int | None:
    """What is left of something in a zone, None when it has no end."""
    return min((limit.left for limit in limits_on(world, what, zone)), default=None)


def shortage(world: World, need: FargateNeed, zone: str) -> Shortage | None:
    """Why a task cannot be launched on Fargate in a zone now, None when it can (PN:E-7, SS:C-45, IC:Q-33)."""
    if zone in world.failed_zones:
        return Shortage(NO_CAPACITY, "SS:C-45", "C")
    left = _left(world, need.provider, zone)
    if left is not None and left < need.cpu_units:
        return Shortage(NO_CAPACITY, "PN:E-7", "D", max(0, left))
    of_quota = quotas.value(world, QUOTAS[need.provider]) * UNITS_A_VCPU - world.fargate_in_use.get(need.provider, 0)
    return Shortage(NO_QUOTA, "IC:Q-33", "O", max(0, of_quota)) if of_quota < need.cpu_units else None


def open_subnets(world: World, need: FargateNeed, subnets: Sequence[str]) -> list[str]:
    """The subnets of a request in whose zones Fargate can take a task.

    Model choice: a zone without room is passed over; AWS says only that another zone may have some (PN:E-7).
    """
    zones = dict.fromkeys(world.subnets[name].availability_zone for name in subnets)
    is_open = {zone: shortage(world, need, zone) is None for zone in zones}
    return [name for name in subnets if is_open[world.subnets[name].availability_zone]]


def refusal(world: World, need: FargateNeed, subnets: Sequence[str]) -> str:
    """Why no subnet of a request has room, in AWS's words."""
    found = (shortage(world, need, world.subnets[name].availability_zone) for name in subnets)
    return next(known.reason for known in found if known)


def instance_taken(world: World, machine: Ec2Instance) -> None:
    """A launch uses up what is left of its type."""
    _change(world, limits_on(world, machine.instance_type, machine.availability_zone), -1)


def instance_given_back(world: World, machine: Ec2Instance) -> None:
    """What stops gives back."""
    _change(world, limits_on(world, machine.instance_type, machine.availability_zone), 1)


def task_taken(world: World, task: Task) -> None:
    """A Fargate task uses up vCPUs: of the account's quota, and of what is left where it is (IC:Q-25)."""
    if zone := _zone_on_fargate(task):
        stock_changes.fargate_counted(world, _provider_of(task), task.cpu_units)
        _change(world, limits_on(world, _provider_of(task), zone), -task.cpu_units)


def task_given_back(world: World, task: Task) -> None:
    """A Fargate task that is STOPPED gives its vCPUs back.

    Model choice: what an interruption takes back is not left for others (SS:C-42).
    """
    if zone := _zone_on_fargate(task):
        stock_changes.fargate_counted(world, _provider_of(task), -task.cpu_units)
        if task.stop_code != "SpotInterruption":
            _change(world, limits_on(world, _provider_of(task), zone), task.cpu_units)


def _provider_of(task: Task) -> str:
    return task.capacity_provider or FARGATE


def _zone_on_fargate(task: Task) -> str | None:
    return task.availability_zone if task.launch_type == FARGATE else None


def _change(world: World, limits: Iterable[SupplyLimit], amount: int) -> None:
    for limit in limits:
        stock_changes.left_changed(world, limit, amount)

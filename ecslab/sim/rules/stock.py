"""What AWS has left to give: zones that are lost, capacity that ran short (SS:C-45, PN:E-7)."""

from __future__ import annotations

from collections.abc import Iterable

from ecslab.sim.changes import stock_changes
from ecslab.sim.state.capacity import SupplyLimit
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

FARGATE, FARGATE_SPOT = "FARGATE", "FARGATE_SPOT"


def limits_on(world: World, what: str, zone: str) -> list[SupplyLimit]:
    """The limits that a launch in a zone has to keep: that of the zone and that of all zones."""
    return [limit for limit in world.supply_limits if limit.what == what and limit.zone in (None, zone)]


def has_instances(world: World, instance_type: str, zone: str) -> bool:
    """Whether an instance of a type can be launched in a zone now (SS:C-45)."""
    return _has(world, instance_type, zone, 1)


def has_fargate(world: World, provider: str, zone: str, cpu_units: int) -> bool:
    """Whether Fargate, or Fargate Spot, has room for a task in a zone now (PN:E-7, SS:C-42)."""
    return _has(world, provider, zone, cpu_units)


def _has(world: World, what: str, zone: str, amount: int) -> bool:
    if zone in world.failed_zones:
        return False
    return all(limit.left >= amount for limit in limits_on(world, what, zone))


def instance_taken(world: World, machine: Ec2Instance) -> None:
    """A launch uses up what is left of its type."""
    _change(world, limits_on(world, machine.instance_type, machine.availability_zone), -1)


def instance_given_back(world: World, machine: Ec2Instance) -> None:
    """What stops gives back."""
    _change(world, limits_on(world, machine.instance_type, machine.availability_zone), 1)


def task_taken(world: World, task: Task) -> None:
    """A Fargate task uses up what is left of its provider's vCPUs."""
    _change(world, _of_task(world, task), -task.cpu_units)


def task_given_back(world: World, task: Task) -> None:
    """A Fargate task that stopped gives its vCPUs back."""
    _change(world, _of_task(world, task), task.cpu_units)


def _of_task(world: World, task: Task) -> list[SupplyLimit]:
    if task.launch_type != FARGATE or task.availability_zone is None:
        return []
    return limits_on(world, task.capacity_provider or FARGATE, task.availability_zone)


def _change(world: World, limits: Iterable[SupplyLimit], amount: int) -> None:
    for limit in limits:
        stock_changes.left_changed(world, limit, amount)

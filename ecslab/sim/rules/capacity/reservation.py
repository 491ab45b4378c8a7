"""CapacityProviderReservation: how many instances a provider needs for a hundred that it has (SS:C-61 to SS:C-68)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules import providers
from ecslab.sim.rules.capacity import registering, templates, user_data
from ecslab.sim.state.capacity import AutoScalingGroup, CapacityProvider, Reservation
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

FROM_NOTHING = 200
"""The metric, in percent, when there is no instance and somebody needs one (SS:C-62)."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What one waiting task takes of an instance; tasks that take the same are counted together (SS:C-64)."""

    cpu_units: int
    memory_mib: int
    gpus: int
    enis: int
    is_alone: bool


@dataclass(frozen=True, slots=True)
class _Size:
    """What an empty instance has of each."""

    cpu_units: int
    memory_mib: int
    gpus: int
    enis: int


def reservation(world: World, provider_name: str) -> int | None:
    """The metric of a provider now, in whole percent rounded down; None where nothing is measured (SS:C-61)."""
    provider = providers.find(world, provider_name)
    if provider is None or not provider.scaling.is_on:
        return None
    found = measure(world, provider)
    return found.numerator // found.denominator


def measure(world: World, provider: CapacityProvider) -> Reservation:
    """M, N and the metric of a provider as they are now (SS:C-61 to SS:C-67)."""
    instances = counted(world, provider)
    running = len(instances)
    waiting = _waiting(world, provider)
    extra = max((count for _, _, count in waiting if count is not None), default=0)
    if extra:
        extra = min(max(extra, provider.scaling.minimum_step), provider.scaling.maximum_step)
        needed = running + extra
    else:
        needed = sum(1 for instance in instances if providers.is_busy(world, instance))
    if running:
        numerator, denominator = needed * 100, running
    else:
        numerator, denominator = FROM_NOTHING if needed else 100, 1
    told = tuple(
        {
            "cpu": kind.cpu_units,
            "memory": kind.memory_mib,
            "tasks": tasks,
            "needsInstances": count or 0,
            "excluded": count is None,
        }
        for kind, tasks, count in waiting
    )
    return Reservation(world.now_ms, needed, running, numerator, denominator, told)


def counted(world: World, provider: CapacityProvider) -> list[ContainerInstance]:
    """The registered instances of a provider that nobody has told to end: N (SS:C-61).

    Model choice: one that its group is ending counts no more, though it may still drain.
    """
    group = world.auto_scaling_groups.get(provider.group_name)
    staying = {member.instance_id for member in group.staying} if group else {}
    found = [i for cluster in providers.clusters_with(world, provider.name) for i in world.instances_of(cluster.name)]
    return [i for i in found if i.ec2_instance_id in staying and providers.of_instance(world, i) is provider]


def _waiting(world: World, provider: CapacityProvider) -> list[tuple[_Kind, int, int | None]]:
    """Each kind of waiting task, how many there are, and how many empty instances they need.

    None where the group's smallest type cannot hold one: nothing is launched for it (SS:C-65).
    """
    tasks = (world.tasks[arn] for arn in world.waiting)
    kinds = Counter(_kind(task) for task in tasks if task.capacity_provider == provider.name)
    group = world.auto_scaling_groups.get(provider.group_name)
    if not kinds or group is None:
        return []
    sizes = _sizes(world, group)
    if not sizes:
        return [(kind, count, None) for kind, count in kinds.items()]
    largest = _Size(*(max(amounts) for amounts in _columns(sizes)))
    smallest = _Size(*(min(amounts) for amounts in _columns(sizes)))
    return [
        (kind, count, -(-count // _fit(kind, largest)) if _fit(kind, smallest) else None)
        for kind, count in kinds.items()
    ]


def _kind(task: Task) -> _Kind:
    """Static host ports and distinctInstance let one on an instance; other constraints are not seen (SS:C-68)."""
    is_distinct = any(c.type == "distinctInstance" for c in task.wanted_constraints)
    enis = 1 if task.network_mode == "awsvpc" else 0
    return _Kind(task.cpu_units, task.memory_mib, task.gpus, enis, bool(task.host_ports) or is_distinct)


def _fit(kind: _Kind, size: _Size) -> int:
    """How many tasks of a kind an empty instance holds."""
    pairs = (
        (kind.cpu_units, size.cpu_units),
        (kind.memory_mib, size.memory_mib),
        (kind.gpus, size.gpus),
        (kind.enis, size.enis),
    )
    room = min((have // need for need, have in pairs if need), default=1)
    return min(room, 1) if kind.is_alone else room


def _sizes(world: World, group: AutoScalingGroup) -> list[_Size]:
    """What each instance type of a group registers, less what its agents keep back (SS:C-26).

    A type that cannot register is none.
    """
    reserved, found = _kept_back(world, group), []
    for name in templates.types_of(world, group):
        try:
            r = registering.registration(world, name, cpu=None, memory_mib=None, reserved_mib=reserved)
        except InvalidParameterException:
            continue
        found.append(_Size(r.cpu_units, r.memory_mib, r.gpus, r.task_eni_limit))
    return found


def _kept_back(world: World, group: AutoScalingGroup) -> int:
    script = user_data.plain(str(templates.data_of(world, group).get("UserData") or ""))
    settings = user_data.agent_settings(script)
    try:
        return registering.agent_of(settings).reserved_memory_mib
    except InvalidParameterException:
        return 0


def _columns(sizes: Sequence[_Size]) -> tuple[list[int], ...]:
    return (
        [size.cpu_units for size in sizes],
        [size.memory_mib for size in sizes],
        [size.gpus for size in sizes],
        [size.enis for size in sizes],
    )


def percent(found: Reservation) -> str:
    """The metric as it is read: whole, or rounded down to two digits after the point."""
    whole, rest = divmod(found.numerator * 100 // found.denominator, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)

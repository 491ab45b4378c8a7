"""Meters: what begins and ceases to cost, and how much of an instance is reserved. The journal alone keeps them."""

from __future__ import annotations

from dataclasses import asdict

from ecslab.sim.changes import journal
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.state.container_instance import ContainerInstance, Ec2Instance
from ecslab.sim.state.storage import EbsVolume
from ecslab.sim.state.task import Task
from ecslab.sim.state.usage import Meter, Owner
from ecslab.sim.world import World

PRICED_VOLUMES = ("gp2", "gp3")
INCLUDED_STORAGE_GIB = 20
"""Ephemeral storage that every Fargate task has without paying for it (IC:$-22)."""


def meter_started(world: World, meter: Meter) -> None:
    """Something costs from now on."""
    journal.record(
        world,
        "meterStarted",
        meter.resource,
        resourceType=meter.resource_type,
        meter=meter.name,
        amounts=[list(pair) for pair in meter.amounts],
        variant=meter.variant,
        owner=asdict(meter.owner),
    )


def meter_stopped(world: World, resource: str, name: str) -> None:
    """Something costs no longer; nothing happens when it never did."""
    journal.record(world, "meterStopped", resource, meter=name)


def owner_of_task(world: World, task: Task) -> Owner:
    """Whose the costs of a task are."""
    service = world.services.get(task.service_arn or "")
    return Owner(
        cluster=task.cluster_name,
        service=service.name if service else None,
        service_arn=task.service_arn,
        group=task.group,
        task=task.arn,
        task_definition=world.definition_of(task).name,
        zone=task.availability_zone,
        capacity=_capacity(task),
    )


def _capacity(task: Task) -> str:
    if task.launch_type != "FARGATE":
        return "EC2"
    return "FARGATE_SPOT" if task.capacity_provider == "FARGATE_SPOT" else "FARGATE"


def task_metered(world: World, task: Task) -> None:
    """A Fargate task costs from the start of its image pull, by what it asks for (IC:$-21, IC:$-22)."""
    if task.launch_type != "FARGATE":
        return
    definition = world.definition_of(task)
    platform = definition.request.get("runtimePlatform") or {}
    architecture = "arm64" if platform.get("cpuArchitecture") == "ARM64" else "x86_64"
    variant = "windows" if definition.is_windows else f"linux-{architecture}"
    if task.capacity_provider == "FARGATE_SPOT":
        variant = f"spot-{variant}"
    storage = int((definition.request.get("ephemeralStorage") or {}).get("sizeInGiB", INCLUDED_STORAGE_GIB))
    amounts = [
        ("fargate.vcpu", task.cpu_units),
        ("fargate.memory", task.memory_mib),
        ("fargate.ephemeral-storage", max(storage - INCLUDED_STORAGE_GIB, 0)),
    ]
    if definition.is_windows:
        amounts.append(("fargate.windows-license", task.cpu_units))
    meter_started(world, Meter(task.arn, "task", "task", tuple(amounts), variant, owner_of_task(world, task)))


def task_meter_stopped(world: World, task: Task) -> None:
    """A Fargate task costs no longer once it is STOPPED; one whose images were never pulled cost nothing (IC:$-21)."""
    if task.launch_type == "FARGATE" and task.pull_started_at_ms is not None:
        meter_stopped(world, task.arn, "task")


def _owner_of_machine(machine: Ec2Instance) -> Owner:
    return Owner(zone=machine.availability_zone, capacity="EC2_SPOT" if machine.market == "spot" else "EC2")


def machine_metered(world: World, machine: Ec2Instance) -> None:
    """An instance costs while it runs, full or empty, and so does its public address (IC:$-12, IC:$-25)."""
    owner = _owner_of_machine(machine)
    variant = f"spot-{machine.instance_type}" if machine.market == "spot" else machine.instance_type
    meter_started(world, Meter(machine.id, "instance", "instance", (("ec2.instance", 1),), variant, owner))
    if machine.public_address:
        address_metered(world, machine.id, "instance", "address", owner)


def machine_meter_stopped(world: World, machine: Ec2Instance) -> None:
    """An instance runs no longer."""
    meter_stopped(world, machine.id, "instance")
    meter_stopped(world, machine.id, "address")


def volume_metered(world: World, machine: Ec2Instance) -> None:
    """The root volume of an instance costs while it exists, whether the instance runs or not (IC:$-25)."""
    volume = (("ebs.volume", LIMITS["ebs.root_volume"]),)
    owner = _owner_of_machine(machine)
    meter_started(world, Meter(f"vol-{machine.id[2:]}", "volume", "volume", volume, "gp3", owner))


def volume_meter_stopped(world: World, machine: Ec2Instance) -> None:
    """An instance is terminated, and its root volume is deleted with it."""
    meter_stopped(world, f"vol-{machine.id[2:]}", "volume")


def task_volume_metered(world: World, task: Task, volume: EbsVolume) -> None:
    """An EBS volume of a task costs while it exists (IC:$-16); types whose price the lab does not know cost nothing."""
    if volume.volume_type in PRICED_VOLUMES:
        amounts = (("ebs.volume", volume.size_gib),)
        owner = owner_of_task(world, task)
        meter_started(world, Meter(volume.id, "volume", "volume", amounts, volume.volume_type, owner))


def task_volume_meter_stopped(world: World, volume: EbsVolume) -> None:
    """An EBS volume is deleted."""
    if volume.volume_type in PRICED_VOLUMES:
        meter_stopped(world, volume.id, "volume")


def address_metered(world: World, holder: str, holder_type: str, name: str, owner: Owner | None = None) -> None:
    """A public IPv4 address costs whoever holds it, in use or not (IC:$-12, IC:$-30)."""
    meter_started(world, Meter(holder, holder_type, name, (("vpc.public-ipv4", 1),), owner=owner or Owner()))


def part_metered(world: World, id_: str, kind: str, item: str, amount: int = 1, variant: str = "") -> None:
    """A part of the network, files or a secret cost while they are there (IC:$-11 to IC:$-14, IC:$-17, IC:$-19)."""
    meter_started(world, Meter(id_, kind, kind, ((item, amount),), variant))


def part_meter_stopped(world: World, id_: str, kind: str) -> None:
    """It is gone."""
    meter_stopped(world, id_, kind)


def reservation_told(world: World, instance: ContainerInstance) -> None:
    """How much of an instance its tasks hold: the larger share of CPU and memory, as two whole numbers."""
    cpu = (instance.reserved_cpu_units, instance.registered_cpu_units)
    memory = (instance.reserved_memory_mib, instance.registered_memory_mib)
    larger = cpu if cpu[0] * memory[1] >= memory[0] * cpu[1] else memory
    journal.record(world, "reserved", instance.ec2_instance_id, reserved=larger[0], registered=max(larger[1], 1))

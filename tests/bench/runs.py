"""The runs that are measured: clusters full of tasks, and an afternoon of rolling updates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecslab.sim.command import Command
from ecslab.sim.simulation import Outcome, Simulation
from ecslab.sim.world import Start, World

ZONES = {"type": "spread", "field": "attribute:ecs.availability-zone"}
BINPACK = {"type": "binpack", "field": "memory"}
CLUSTER = "bench"
HOUR_MS = 3_600_000
LAB = "lab"
START = Start(seed=11)


def task_definition(family: str, memory_mib: int) -> Command:
    """A revision with one small container."""
    container = {
        "name": family,
        "image": family,
        "cpu": 64,
        "memoryReservation": memory_mib,
        "portMappings": [{"containerPort": 80, "hostPort": 0}],
    }
    return Command(0, "ecs", "RegisterTaskDefinition", {"family": family, "containerDefinitions": [container]})


def opening(instances: int, instance_type: str = "m5.large") -> Iterator[Command]:
    """A cluster with its instances, added by twenties."""
    yield Command(0, "ecs", "CreateCluster", {"clusterName": CLUSTER})
    for first in range(0, instances, 20):
        asked = {"cluster": CLUSTER, "instanceType": instance_type, "count": min(20, instances - first)}
        yield Command(0, LAB, "AddContainerInstances", asked)


def afternoon(instances: int, services: int, tasks_each: int, hours: int) -> list[Command]:
    """Services that are rolled one after the other, each once an hour."""
    commands = list(opening(instances))
    commands += [task_definition(f"s{n}", 128 + 64 * (n % 3)) for n in range(services)]
    for n in range(services):
        asked = {
            "cluster": CLUSTER,
            "serviceName": f"s{n}",
            "taskDefinition": f"s{n}",
            "desiredCount": tasks_each,
            "placementStrategy": [ZONES, BINPACK],
            "availabilityZoneRebalancing": "DISABLED",
        }
        commands.append(Command(1, "ecs", "CreateService", asked))
    rolls = [
        (hour * HOUR_MS + (n + 1) * HOUR_MS // (services + 1), f"s{n}")
        for hour in range(hours)
        for n in range(services)
    ]
    for at_ms, name in rolls:
        asked = {"cluster": CLUSTER, "service": name, "forceNewDeployment": True}
        commands.append(Command(at_ms, "ecs", "UpdateService", asked))
    return commands


def run(commands: list[Command], until_ms: int) -> Simulation:
    """Apply commands, all of which must be accepted, and go on until a moment."""
    simulation = Simulation.begin(START)
    for command in commands:
        outcome = simulation.apply(command)
        if not isinstance(outcome, Outcome):
            raise RuntimeError(f"{command.name} was refused: {outcome.message}")
    simulation.run_until(until_ms)
    return simulation


def one(command: Command) -> Command:
    """The same request for one task."""
    return Command(command.at_ms, command.service, command.operation, {**command.parameters, "count": 1})


def timers_run(world: World) -> int:
    """How many timers have come due."""
    return world.agenda.serial - len(world.agenda.entries)


def filled(instances: int, tasks: int) -> tuple[Simulation, list[Command]]:
    """An empty cluster, and the calls that fill it by tens."""
    simulation = run([*opening(instances), task_definition("web", 256)], 0)
    asked: dict[str, Any] = {
        "cluster": CLUSTER,
        "taskDefinition": "web",
        "count": 10,
        "placementStrategy": [ZONES, BINPACK],
    }
    return simulation, [Command(n, "ecs", "RunTask", asked) for n in range(1, tasks // 10 + 1)]


def audit(world: World) -> None:
    """Count again, without the core, what the tasks of each instance hold. Raises RuntimeError."""
    for instance in world.container_instances.values():
        held = [t for t in world.tasks.values() if t.container_instance_arn == instance.arn]
        live = [t for t in held if t.last_status not in ("STOPPING", "DEPROVISIONING", "STOPPED")]
        ports = [b.host_port for t in live for c in t.containers for b in c.network_bindings]
        if sum(t.memory_mib for t in live) > instance.registered_memory_mib or len(ports) != len(set(ports)):
            raise RuntimeError(f"instance {instance.id} holds more than it has")

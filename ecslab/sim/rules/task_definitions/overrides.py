"""What the overrides of RunTask change of a task definition for the tasks of one call.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html, as of 2026-09-11.
The sizes that an override gives are those that placement reserves (PN:T-20, PN:T-21) and that Fargate judges (PN:F-1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ecslab.sim import written
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import ClientException
from ecslab.sim.rules.task_definitions import sizes
from ecslab.sim.state.task_definition import ContainerDefinition, TaskDefinition

Overrides = Mapping[str, Any]


def overridden(definition: TaskDefinition, overrides: Overrides, launch_type: str) -> TaskDefinition:
    """The revision as the tasks of a call run it. Raises InvalidParameterException or ClientException."""
    by_name = _by_name(definition, overrides)
    cpu = sizes.cpu_units(str(overrides["cpu"])) if overrides.get("cpu") else definition.cpu_units
    memory = sizes.memory_mib(str(overrides["memory"])) if overrides.get("memory") else definition.memory_mib
    if launch_type == "FARGATE":
        _check_fargate(definition, cpu, memory)
    containers = tuple(
        _container(c, by_name[c.name]) if c.name in by_name else c for c in definition.container_definitions
    )
    _check_shares(containers, cpu, memory)
    if not overrides:
        return definition
    return replace(definition, cpu_units=cpu, memory_mib=memory, container_definitions=containers)


def _by_name(definition: TaskDefinition, overrides: Overrides) -> dict[str, Overrides]:
    names = [c.name for c in definition.container_definitions]
    found: dict[str, Overrides] = {}
    for item in overrides.get("containerOverrides") or ():
        name = item.get("name")
        if item and name not in names:
            raise InvalidParameterException(
                f"Override for container named {name} is not a container in the TaskDefinition. "
                f"The containers of {definition.name} are {', '.join(names)}."
            )
        found[str(name)] = item
    return found


def _container(container: ContainerDefinition, override: Overrides) -> ContainerDefinition:
    gpus = [str(r["value"]) for r in override.get("resourceRequirements") or () if r["type"] == "GPU"]
    counts = [written.whole(value) for value in gpus]
    if None in counts:
        raise InvalidParameterException(
            f"The GPU override of container '{container.name}' is {gpus[counts.index(None)][:64]!r}; "
            "the lab gives whole GPUs."
        )
    return replace(
        container,
        cpu_units=override.get("cpu", container.cpu_units),
        memory_mib=override.get("memory", container.memory_mib),
        memory_reservation_mib=override.get("memoryReservation", container.memory_reservation_mib),
        gpus=sum(count or 0 for count in counts) if gpus else container.gpus,
    )


def _check_fargate(definition: TaskDefinition, cpu: int | None, memory: int | None) -> None:
    if problem := sizes.fargate_problem(cpu, memory, "WINDOWS" if definition.is_windows else "LINUX"):
        raise ClientException(problem)


def _check_shares(containers: tuple[ContainerDefinition, ...], cpu: int | None, memory: int | None) -> None:
    """The containers share no more than the task has (PN:T-17)."""
    asked = sum(c.cpu_units for c in containers)
    if cpu is not None and asked > cpu:
        raise InvalidParameterException(
            f"With the overrides the containers ask for {asked} CPU units together and the task has {cpu}; "
            "lower the one or raise the other."
        )
    reserved = max(sum(c.reserved_memory_mib for c in containers), *(c.memory_mib or 0 for c in containers))
    if memory is not None and reserved > memory:
        raise InvalidParameterException(
            f"With the overrides the containers need {reserved} MiB and the task has {memory} MiB; "
            "lower the one or raise the other."
        )

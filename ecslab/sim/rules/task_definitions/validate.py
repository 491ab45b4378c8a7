"""Everything that registration refuses, from the whole to the parts.

Where AWS's own words are known they come first; a plain sentence of what to do follows.
Source: PN:T-1 to PN:T-18, PN:T-30, PN:T-70 to PN:T-89, PN:F-7, PN:V-10, PN:V-11, IC:X-29 to IC:X-36.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.ecs import ClientException
from ecslab.sim.rules.task_definitions import fargate, sizes
from ecslab.sim.rules.task_definitions.constraints import check_constraints
from ecslab.sim.rules.task_definitions.containers import check_container
from ecslab.sim.rules.task_definitions.dependencies import check_dependencies
from ecslab.sim.rules.task_definitions.volumes import check_volumes
from ecslab.sim.state.task_definition import NetworkMode

_FAMILY = re.compile(r"[A-Za-z0-9_-]{1,255}")

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found out on the way: sizes in CPU units and MiB, the mode, where the definition can run."""

    cpu_units: int | None
    memory_mib: int | None
    network_mode: NetworkMode
    compatibilities: tuple[str, ...]


def is_windows(parameters: Parameters) -> bool:
    """Whether the containers are Windows containers."""
    return str(parameters.get("runtimePlatform", {}).get("operatingSystemFamily", "")).startswith("WINDOWS")


def check(parameters: Parameters) -> Checked:
    """Check a RegisterTaskDefinition request. Raises ClientException with the first thing that is wrong."""
    _check_family(parameters)
    _check_bulk(parameters)
    network_mode: NetworkMode = parameters.get("networkMode", "bridge")
    cpu = sizes.cpu_units(parameters["cpu"]) if "cpu" in parameters else None
    memory = sizes.memory_mib(parameters["memory"]) if "memory" in parameters else None
    _check_ephemeral_storage(parameters)
    for container in parameters["containerDefinitions"]:
        check_container(container, network_mode)
    _check_together(parameters["containerDefinitions"])
    required = parameters.get("requiresCompatibilities", ())
    fargate_problem = next(fargate.problems(parameters, cpu, memory), None)
    if "FARGATE" in required and fargate_problem is not None:
        raise ClientException(fargate_problem)
    if cpu is not None and "FARGATE" not in required:
        sizes.check_ec2_cpu(cpu)
    if is_windows(parameters) and "FARGATE" not in required:
        cpu = memory = None
    _check_shares(parameters["containerDefinitions"], cpu, memory)
    _check_secrets(parameters)
    check_dependencies(parameters["containerDefinitions"])
    check_volumes(parameters)
    check_constraints(parameters.get("placementConstraints", ()))
    _check_external(parameters, network_mode)
    return Checked(cpu, memory, network_mode, _compatibilities(required, fits_fargate=fargate_problem is None))


def _compatibilities(required: Sequence[str], *, fits_fargate: bool) -> tuple[str, ...]:
    """EC2 always, FARGATE when nothing speaks against it, others where they were asked for (PN:T-87)."""
    asked = [name for name in required if name not in ("EC2", "FARGATE")]
    return ("EC2", *(["FARGATE"] if fits_fargate else []), *dict.fromkeys(asked))


def _check_family(parameters: Parameters) -> None:
    family = str(parameters.get("family", ""))
    if not family:
        raise ClientException("Family should not be null or empty. Give the task definition a family, such as web.")
    if not _FAMILY.fullmatch(family):
        raise ClientException(
            f"Family contains invalid characters. {family[:255]!r} may have 1 to 255 letters, digits, hyphens "
            "and underscores."
        )


def _check_bulk(parameters: Parameters) -> None:
    containers = parameters.get("containerDefinitions", ())
    if not containers:
        raise ClientException(
            "Container list cannot be empty. Add at least one entry with name, image and memory "
            "to containerDefinitions."
        )
    if len(containers) > LIMITS["containers_a_task_definition"]:
        raise ClientException(
            f"The task definition has {len(containers)} containers and at most "
            f"{LIMITS['containers_a_task_definition']} are allowed; move some to another task definition."
        )
    size = len(json.dumps(parameters, ensure_ascii=False, separators=(",", ":")).encode())
    if size > LIMITS["task_definition_bytes"]:
        raise ClientException(
            f"The task definition has {size} bytes and at most {LIMITS['task_definition_bytes']} are allowed; "
            "move long values to environmentFiles or secrets."
        )


def _check_together(containers: Sequence[Mapping[str, Any]]) -> None:
    names = [str(c["name"]) for c in containers]
    for name in names:
        if names.count(name) > 1:
            raise ClientException(f"Two containers are called '{name}'; give each container its own name.")
    if not any(c.get("essential", True) for c in containers):
        raise ClientException(
            "At least one container must be essential. Remove essential: false from the container that the task is for."
        )


def _check_ephemeral_storage(parameters: Parameters) -> None:
    storage = parameters.get("ephemeralStorage")
    if storage is None:
        return
    size, low, high = storage.get("sizeInGiB", 0), LIMITS["ephemeral_storage.min"], LIMITS["ephemeral_storage.max"]
    if size < low:
        raise ClientException(
            f"EphemeralStorage size should be at least {low}. sizeInGiB is {size}; 20 GiB are included without asking."
        )
    if size > high:
        raise ClientException(f"EphemeralStorage size should be at most {high}. sizeInGiB is {size}; use EFS for more.")


def _check_shares(containers: Sequence[Mapping[str, Any]], cpu: int | None, memory: int | None) -> None:
    """Memory is said somewhere (PN:T-16), and the containers share no more than the task has (PN:T-17)."""
    for container in containers:
        name, hard = container["name"], container.get("memory", 0)
        if memory is None and not (hard or container.get("memoryReservation")):
            raise ClientException(
                f"Invalid setting for container '{name}'. At least one of 'memory' or 'memoryReservation' must be "
                "specified. Add one of them in MiB, such as 512, or a memory for the whole task."
            )
        if memory is not None and hard > memory:
            raise ClientException(
                f"Invalid setting for container '{name}'. Its memory is {hard} MiB and the task has {memory} MiB; "
                "lower the one or raise the other."
            )
    cpu_sum = sum(c.get("cpu", 0) for c in containers)
    if cpu is not None and cpu_sum > cpu:
        raise ClientException(
            f"Invalid setting for the task. The containers ask for {cpu_sum} CPU units together and the task "
            f"has {cpu}; lower the one or raise the other."
        )
    memory_sum = sum(c.get("memoryReservation") or c.get("memory", 0) for c in containers)
    if memory is not None and memory_sum > memory:
        raise ClientException(
            f"Invalid setting for the task. The containers reserve {memory_sum} MiB together and the task has "
            f"{memory} MiB; lower the one or raise the other."
        )


def _check_secrets(parameters: Parameters) -> None:
    if parameters.get("executionRoleArn"):
        return
    for container in parameters["containerDefinitions"]:
        if container.get("secrets"):
            raise ClientException(
                "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'. "
                f"Container '{container['name']}' has secrets; add executionRoleArn, such as ecsTaskExecutionRole."
            )


def _check_external(parameters: Parameters, network_mode: str) -> None:
    if "EXTERNAL" in parameters.get("requiresCompatibilities", ()) and network_mode == "awsvpc":
        raise ClientException(
            "Network mode awsvpc is not supported on EXTERNAL; choose bridge, host or none, "
            "or take EXTERNAL out of requiresCompatibilities."
        )

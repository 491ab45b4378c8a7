"""What registration accepts and a person should still hear about (PN:T-12, PN:T-15, PN:T-18, PN:N-15, PN:N-16)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.rules.task_definitions.validate import is_windows

Parameters = Mapping[str, Any]


def notes(parameters: Parameters) -> list[str]:
    """Sentences about a definition that `build` accepts; none of them stops it."""
    found = [*_task_notes(parameters), *_shared_port_notes(parameters)]
    for container in parameters["containerDefinitions"]:
        found += _container_notes(container)
    return found


def _task_notes(parameters: Parameters) -> Iterator[str]:
    required = parameters.get("requiresCompatibilities", ())
    if is_windows(parameters) and "FARGATE" not in required and ("cpu" in parameters or "memory" in parameters):
        yield "Task-level cpu and memory are ignored for Windows containers on EC2; the containers' own values count."
    yield from (
        f"{name} is kept in requiresCompatibilities; the lab runs tasks on EC2 and on Fargate only."
        for name in required
        if name not in ("EC2", "FARGATE")
    )
    for volume in parameters.get("volumes", ()):
        yield from _volume_notes(volume)
        driver = (volume.get("dockerVolumeConfiguration") or {}).get("driver", "local")
        if driver != "local":
            yield (
                f"The volume '{volume['name']}' needs the Docker plugin {driver}; tasks are placed only on instances "
                f"with the attribute ecs.capability.docker-plugin.{driver}."
            )


def _volume_notes(volume: Mapping[str, Any]) -> Iterator[str]:
    """What a person should know of a kind of volume (PN:V-6, PN:V-17 to PN:V-19)."""
    name = volume["name"]
    if volume.get("s3filesVolumeConfiguration"):
        yield (
            f"The volume '{name}' is S3 Files, which AWS has had since 2026. The exam guides are older: there an S3 "
            "bucket cannot be mounted as a file system, and shared storage for EC2 and Fargate is EFS."
        )
    if volume.get("fsxWindowsFileServerVolumeConfiguration"):
        yield f"The volume '{name}' needs Windows container instances; Fargate has neither this nor FSx for Lustre."
    if (volume.get("host") or {}).get("sourcePath"):
        yield (
            f"The volume '{name}' is a path of one container instance: a task that is placed on another one does not "
            "see its files; EFS is shared between instances and zones."
        )


def _shared_port_notes(parameters: Parameters) -> Iterator[str]:
    mode = parameters.get("networkMode", "bridge")
    if mode not in ("awsvpc", "host"):
        return
    owners: dict[tuple[str, int], str] = {}
    for container in parameters["containerDefinitions"]:
        for mapping in container.get("portMappings", ()):
            if "containerPort" not in mapping:
                continue
            key = mapping.get("protocol", "tcp"), mapping["containerPort"]
            owner = owners.setdefault(key, container["name"])
            if owner != container["name"]:
                yield (
                    f"Containers '{owner}' and '{container['name']}' both use {key[0]} port {key[1]}; with networkMode "
                    f"{mode} they share one network, and the second cannot listen on it."
                )


def _container_notes(container: Mapping[str, Any]) -> Iterator[str]:
    name, hard, soft = container["name"], container.get("memory"), container.get("memoryReservation")
    if hard and hard == soft:
        yield (
            f"Container '{name}' has memory equal to memoryReservation ({hard} MiB); AWS documents memory as the "
            "greater of the two, and one of them is enough."
        )
    smallest = min((value for value in (hard, soft) if value), default=None)
    if smallest is not None and smallest < LIMITS["container_memory.lint"]:
        yield (
            f"Container '{name}' has {smallest} MiB; Docker needs at least {LIMITS['container_memory.lint']} MiB "
            "for a container."
        )

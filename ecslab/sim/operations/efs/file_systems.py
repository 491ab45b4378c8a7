"""CreateFileSystem, DescribeFileSystems, DeleteFileSystem.

Source: https://docs.aws.amazon.com/efs/latest/ug/API_Operations.html, as of 2026-08-01.
Model choice: what is made is `available` at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.calendar import iso
from ecslab.sim.changes import journal, storage_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.efs import (
    BadRequest,
    FileSystemAlreadyExists,
    FileSystemInUse,
    FileSystemLimitExceeded,
    FileSystemNotFound,
    UnsupportedAvailabilityZone,
)
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.operations import pages
from ecslab.sim.state.storage import FileSystem
from ecslab.sim.world import World

PERFORMANCE_MODES, THROUGHPUT_MODES = ("generalPurpose", "maxIO"), ("bursting", "provisioned", "elastic")


def create_file_system(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An empty file system, Regional unless a zone is named; a CreationToken makes one file system only."""
    token, zone = str(parameters["CreationToken"]), parameters.get("AvailabilityZoneName")
    performance = _one_of(parameters, "PerformanceMode", PERFORMANCE_MODES)
    throughput = _one_of(parameters, "ThroughputMode", THROUGHPUT_MODES)
    made = next((s for s in world.file_systems.values() if s.creation_token == token), None)
    if made is not None:
        raise FileSystemAlreadyExists(f"File system '{made.id}' already exists with creation token '{token}'")
    if zone is not None and zone not in world.zones:
        raise UnsupportedAvailabilityZone(f"The Availability Zone {zone} is none of {', '.join(world.zones)}.")
    if len(world.file_systems) >= LIMITS["efs.file_systems"]:
        raise FileSystemLimitExceeded(f"There are {LIMITS['efs.file_systems']} file systems; delete one first.")
    system_id = world.ids.prefixed("fs")
    arn = world.ids.arn("elasticfilesystem", f"file-system/{system_id}")
    system = FileSystem(
        system_id,
        arn,
        token,
        world.now_ms,
        performance,
        throughput,
        encrypted=bool(parameters.get("Encrypted", False)),
        availability_zone=zone,
        tags=[dict(tag) for tag in parameters.get("Tags") or ()],
    )
    storage_changes.file_system_created(world, system)
    journal.call_made(world, "efs:CreateFileSystem", system.id, None)
    return _shape(world, system)


def _one_of(parameters: Mapping[str, Any], member: str, values: tuple[str, ...]) -> str:
    value = str(parameters.get(member) or values[0])
    if value not in values:
        raise BadRequest(f"{member} is {value[:64]!r}; it needs to be one of {', '.join(values)}.")
    return value


def file_system(world: World, name: str) -> FileSystem:
    """A file system by id or ARN. Raises FileSystemNotFound."""
    found = world.file_systems.get(name.rpartition("/")[2])
    if found is None:
        raise FileSystemNotFound(f"File system '{name}' does not exist.")
    return found


def delete_file_system(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a file system and what it holds; its mount targets must be gone before."""
    system = file_system(world, str(parameters["FileSystemId"]))
    if any(t.file_system_id == system.id for t in world.mount_targets.values()):
        raise FileSystemInUse(f"File system '{system.id}' has mount targets; delete them first.")
    storage_changes.file_system_deleted(world, system)
    journal.call_made(world, "efs:DeleteFileSystem", system.id, None)
    return {}


def describe_file_systems(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """All file systems, the one of an id, or the one of a CreationToken."""
    found = list(world.file_systems.values())
    if "FileSystemId" in parameters:
        found = [file_system(world, str(parameters["FileSystemId"]))]
    token = parameters.get("CreationToken")
    shown = [_shape(world, s) for s in found if token in (None, s.creation_token)]
    page, rest = pages.page(shown, parameters, size="MaxItems", token="Marker")
    return {"FileSystems": list(page), **({"NextMarker": rest["Marker"]} if rest else {})}


def _shape(world: World, system: FileSystem) -> dict[str, Any]:
    name = next((tag["Value"] for tag in system.tags if tag["Key"] == "Name"), None)
    targets = sum(1 for t in world.mount_targets.values() if t.file_system_id == system.id)
    return {
        "OwnerId": ACCOUNT,
        "CreationToken": system.creation_token,
        "FileSystemId": system.id,
        "FileSystemArn": system.arn,
        "CreationTime": iso(world.start.starts_at, system.created_at_ms),
        "LifeCycleState": "available",
        **({"Name": name} if name is not None else {}),
        "NumberOfMountTargets": targets,
        "SizeInBytes": {"Value": 0},
        "PerformanceMode": system.performance_mode,
        "Encrypted": system.encrypted,
        "ThroughputMode": system.throughput_mode,
        **({"AvailabilityZoneName": system.availability_zone} if system.availability_zone else {}),
        "Tags": system.tags,
    }

"""The file systems that an imported task definition mounts, made anew in its first scenario.

An id such as fs-12345678 names a file system of somebody's account; the scenario makes one and refers to its id.
"""

from __future__ import annotations

import copy
from typing import Any

from ecslab.sim.state.task_definition import TaskDefinition

NETWORK = "network"
"""Under which the scenario keeps what DescribeSubnets answers."""
ZONES = 3


def storage_calls(definition: TaskDefinition) -> list[tuple[str, dict[str, Any], str | None]]:
    """Calls as (name, parameters, save): each file system with a mount target in every zone, each access point."""
    calls: list[tuple[str, dict[str, Any], str | None]] = []
    for system, number in _numbered(definition, "file_system_id").items():
        reference = {"FileSystemId": f"${{files{number}.FileSystemId}}"}
        calls.append(("efs:CreateFileSystem", {"CreationToken": system}, f"files{number}"))
        for zone in range(ZONES):
            subnet = {"SubnetId": f"${{{NETWORK}.Subnets[{zone}].SubnetId}}"}
            calls.append(("efs:CreateMountTarget", {**reference, **subnet}, None))
        for volume in definition.volumes:
            if volume.file_system_id == system and volume.access_point_id:
                point = _numbered(definition, "access_point_id")[volume.access_point_id]
                made = {**reference, "ClientToken": volume.access_point_id}
                if not any(call[2] == f"point{point}" for call in calls):
                    calls.append(("efs:CreateAccessPoint", made, f"point{point}"))
    return calls


def _numbered(definition: TaskDefinition, member: str) -> dict[str, int]:
    names = [getattr(volume, member) for volume in definition.volumes if getattr(volume, member)]
    return {name: number for number, name in enumerate(dict.fromkeys(names), 1)}


def referring(parameters: dict[str, Any], definition: TaskDefinition) -> dict[str, Any]:
    """The registration with the ids that the calls before it will have made."""
    systems, points = _numbered(definition, "file_system_id"), _numbered(definition, "access_point_id")
    changed = copy.deepcopy(parameters)
    for volume in changed.get("volumes", ()):
        efs = volume.get("efsVolumeConfiguration")
        if efs:
            efs["fileSystemId"] = f"${{files{systems[efs['fileSystemId']]}.FileSystemId}}"
            authorization = efs.get("authorizationConfig") or {}
            if point := authorization.get("accessPointId"):
                authorization["accessPointId"] = f"${{point{points[point]}.AccessPointId}}"
    return changed

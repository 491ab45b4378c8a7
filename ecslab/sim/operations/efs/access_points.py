"""CreateAccessPoint, DescribeAccessPoints, DeleteAccessPoint (PN:V-11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal, storage_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.efs import AccessPointAlreadyExists, AccessPointLimitExceeded, AccessPointNotFound, BadRequest
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.operations import pages
from ecslab.sim.operations.efs.file_systems import file_system
from ecslab.sim.state.storage import AccessPoint
from ecslab.sim.world import World


def create_access_point(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A way into a file system, with a root directory and a user of its own."""
    system = file_system(world, str(parameters["FileSystemId"]))
    token = str(parameters["ClientToken"])
    root = dict(parameters.get("RootDirectory") or {})
    path = str(root.get("Path", "/"))
    if not path.startswith("/"):
        raise BadRequest(f"The Path of RootDirectory is {path[:100]!r}; it needs to begin with /.")
    made = next((p for p in world.access_points.values() if p.client_token == token), None)
    if made is not None:
        raise AccessPointAlreadyExists(f"Access point {made.id} already exists with client token {token}")
    points = [p for p in world.access_points.values() if p.file_system_id == system.id]
    if len(points) >= LIMITS["efs.access_points"]:
        raise AccessPointLimitExceeded(f"{system.id} has {len(points)} access points; delete one first.")
    point_id = world.ids.prefixed("fsap")
    user = parameters.get("PosixUser")
    point = AccessPoint(
        point_id,
        world.ids.arn("elasticfilesystem", f"access-point/{point_id}"),
        token,
        system.id,
        {**root, "Path": path},
        dict(user) if user else None,
        [dict(tag) for tag in parameters.get("Tags") or ()],
    )
    storage_changes.access_point_created(world, point)
    journal.call_made(world, "efs:CreateAccessPoint", point.id, None, fileSystem=system.id)
    return _shape(point)


def _access_point(world: World, name: str) -> AccessPoint:
    found = world.access_points.get(name.rpartition("/")[2])
    if found is None:
        raise AccessPointNotFound(f"Access point '{name}' does not exist.")
    return found


def delete_access_point(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete an access point; the files behind it stay."""
    point = _access_point(world, str(parameters["AccessPointId"]))
    storage_changes.access_point_deleted(world, point)
    journal.call_made(world, "efs:DeleteAccessPoint", point.id, None)
    return {}


def describe_access_points(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """All access points, those of a file system, or the one of an id."""
    if "FileSystemId" in parameters and "AccessPointId" in parameters:
        raise BadRequest("Name FileSystemId or AccessPointId, not both.")
    found = list(world.access_points.values())
    if "AccessPointId" in parameters:
        found = [_access_point(world, str(parameters["AccessPointId"]))]
    elif "FileSystemId" in parameters:
        system = file_system(world, str(parameters["FileSystemId"]))
        found = [p for p in found if p.file_system_id == system.id]
    page, rest = pages.page([_shape(p) for p in found], parameters, size="MaxResults", token="NextToken")
    return {"AccessPoints": list(page), **rest}


def _shape(point: AccessPoint) -> dict[str, Any]:
    name = next((tag["Value"] for tag in point.tags if tag["Key"] == "Name"), None)
    return {
        "ClientToken": point.client_token,
        **({"Name": name} if name is not None else {}),
        "Tags": point.tags,
        "AccessPointId": point.id,
        "AccessPointArn": point.arn,
        "FileSystemId": point.file_system_id,
        **({"PosixUser": point.posix_user} if point.posix_user else {}),
        "RootDirectory": point.root_directory,
        "OwnerId": ACCOUNT,
        "LifeCycleState": "available",
    }

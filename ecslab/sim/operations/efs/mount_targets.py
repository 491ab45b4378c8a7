"""CreateMountTarget, DeleteMountTarget, their reads and their security groups (PN:V-12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal, network_changes, storage_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import SubnetNotFound
from ecslab.sim.errors.efs import (
    AccessPointNotFound,
    AvailabilityZonesMismatch,
    BadRequest,
    MountTargetConflict,
    MountTargetNotFound,
    NoFreeAddressesInSubnet,
    SecurityGroupLimitExceeded,
    SecurityGroupNotFound,
)
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.operations import pages
from ecslab.sim.operations.efs.file_systems import file_system
from ecslab.sim.rules import networking, vpcs
from ecslab.sim.state.network import Subnet
from ecslab.sim.state.storage import FileSystem, MountTarget
from ecslab.sim.world import World


def create_mount_target(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A door to a file system in the zone of a subnet: one a zone, all in one VPC (PN:V-12)."""
    system = file_system(world, str(parameters["FileSystemId"]))
    subnet = world.subnets.get(str(parameters["SubnetId"]))
    if subnet is None:
        raise SubnetNotFound(f"The subnet ID '{parameters['SubnetId']}' does not exist")
    groups = _groups(world, parameters.get("SecurityGroups") or (), subnet.vpc_id)
    _check_place(world, system, subnet)
    target_id, interface_id = world.ids.prefixed("fsmt"), world.ids.prefixed("eni")
    address = networking.take_address(world, subnet, interface_id) or ""
    target = MountTarget(
        target_id,
        system.id,
        subnet.id,
        subnet.vpc_id,
        subnet.availability_zone,
        address,
        interface_id,
        groups or [vpcs.default_group(world, subnet.vpc_id).id],
    )
    storage_changes.mount_target_created(world, target)
    journal.call_made(world, "efs:CreateMountTarget", target.id, None, fileSystem=system.id)
    return _shape(target)


def _check_place(world: World, system: FileSystem, subnet: Subnet) -> None:
    if system.availability_zone not in (None, subnet.availability_zone):
        raise AvailabilityZonesMismatch(
            f"The file system {system.id} is in {system.availability_zone} alone and the subnet {subnet.id} is in "
            f"{subnet.availability_zone}; name a subnet of the file system's zone."
        )
    for other in world.mount_targets.values():
        if other.file_system_id != system.id:
            continue
        if other.vpc_id != subnet.vpc_id:
            raise MountTargetConflict(
                "requested subnet for new mount target is not in the same VPC as existing mount targets: "
                f"{other.vpc_id}"
            )
        if other.availability_zone == subnet.availability_zone:
            raise MountTargetConflict("mount target already exists in this AZ")
    if subnet.free_addresses <= 0:
        raise NoFreeAddressesInSubnet(f"The specified subnet '{subnet.id}' does not have enough free addresses.")


def _groups(world: World, names: Any, vpc_id: str) -> list[str]:
    groups = [str(name) for name in names]
    if len(groups) > LIMITS["security_groups"]:
        raise SecurityGroupLimitExceeded(
            f"{len(groups)} security groups were given; at most {LIMITS['security_groups']} are allowed."
        )
    for name in groups:
        group = world.security_groups.get(name)
        if group is None or group.vpc_id != vpc_id:
            raise SecurityGroupNotFound(f"The security group ID '{name}' does not exist in {vpc_id}")
    return groups


def _mount_target(world: World, parameters: Mapping[str, Any]) -> MountTarget:
    name = str(parameters["MountTargetId"])
    target = world.mount_targets.get(name)
    if target is None:
        raise MountTargetNotFound(f"Mount target '{name}' does not exist.")
    return target


def delete_mount_target(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Close the door in one zone. Model choice: what is mounted through it goes on; AWS breaks it off."""
    target = _mount_target(world, parameters)
    network_changes.address_released(world, world.subnets[target.subnet_id], target.private_address)
    storage_changes.mount_target_deleted(world, target)
    journal.call_made(world, "efs:DeleteMountTarget", target.id, None)
    return {}


def modify_security_groups(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Other security groups for a mount target; none named means the default group of its VPC."""
    target = _mount_target(world, parameters)
    groups = _groups(world, parameters.get("SecurityGroups") or (), target.vpc_id)
    groups = groups or [vpcs.default_group(world, target.vpc_id).id]
    storage_changes.mount_target_guarded(world, target, groups)
    journal.call_made(world, "efs:ModifyMountTargetSecurityGroups", target.id, None)
    return {}


def describe_security_groups(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The security groups of a mount target."""
    return {"SecurityGroups": list(_mount_target(world, parameters).security_groups)}


def describe_mount_targets(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The mount targets of a file system, of that of an access point, or the one of an id; exactly one is named."""
    named = [name for name in ("FileSystemId", "MountTargetId", "AccessPointId") if name in parameters]
    if len(named) != 1:
        raise BadRequest("Name exactly one of FileSystemId, MountTargetId and AccessPointId.")
    if named == ["MountTargetId"]:
        found = [_mount_target(world, parameters)]
    else:
        system = _file_system_of(world, parameters)
        found = [t for t in world.mount_targets.values() if t.file_system_id == system]
    page, rest = pages.page([_shape(t) for t in found], parameters, size="MaxItems", token="Marker")
    return {"MountTargets": list(page), **({"NextMarker": rest["Marker"]} if rest else {})}


def _file_system_of(world: World, parameters: Mapping[str, Any]) -> str:
    if "FileSystemId" in parameters:
        return file_system(world, str(parameters["FileSystemId"])).id
    name = str(parameters["AccessPointId"])
    point = world.access_points.get(name.rpartition("/")[2])
    if point is None:
        raise AccessPointNotFound(f"Access point '{name}' does not exist.")
    return point.file_system_id


def _shape(target: MountTarget) -> dict[str, Any]:
    return {
        "OwnerId": ACCOUNT,
        "MountTargetId": target.id,
        "FileSystemId": target.file_system_id,
        "SubnetId": target.subnet_id,
        "LifeCycleState": "available",
        "IpAddress": target.private_address,
        "NetworkInterfaceId": target.interface_id,
        "AvailabilityZoneName": target.availability_zone,
        "VpcId": target.vpc_id,
    }

"""Data volumes of a task definition and the mount points that use them (PN:V-10, PN:V-11, PN:V-14, PN:V-18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.errors.ecs import ClientException
from ecslab.sim.state.task_definition import MountPoint, Volume, VolumeKind

KINDS = (
    "host",
    "dockerVolumeConfiguration",
    "efsVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
    "s3filesVolumeConfiguration",
    "configuredAtLaunch",
)


def check_volumes(parameters: Mapping[str, Any]) -> None:
    """Each volume is of one kind, each mount point names a volume. Raises ClientException."""
    volumes: Sequence[Mapping[str, Any]] = parameters.get("volumes", ())
    names: list[str] = []
    for volume in volumes:
        _check_volume(volume, names, has_task_role=bool(parameters.get("taskRoleArn")))
    if sum(bool(v.get("configuredAtLaunch")) for v in volumes) > 1:
        raise ClientException(
            "Only one volume of a task definition can have configuredAtLaunch; keep it on one of the volumes."
        )
    for container in parameters["containerDefinitions"]:
        for mount in container.get("mountPoints", ()):
            _check_mount(mount, str(container["name"]), names)
        _check_volumes_from(container, [str(c["name"]) for c in parameters["containerDefinitions"]])


def _check_volumes_from(container: Mapping[str, Any], names: Sequence[str]) -> None:
    for entry in container.get("volumesFrom", ()):
        source = str(entry.get("sourceContainer", ""))
        if source not in names or source == container["name"]:
            raise ClientException(
                f"The container '{container['name']}' takes volumes from '{source}', which is no other container of "
                "the task definition; correct sourceContainer."
            )


def volumes(parameters: Mapping[str, Any]) -> tuple[Volume, ...]:
    """The volumes of a checked request."""
    return tuple(_volume(volume) for volume in parameters.get("volumes", ()))


_KIND_OF: dict[str, VolumeKind] = {
    "dockerVolumeConfiguration": "docker",
    "efsVolumeConfiguration": "efs",
    "fsxWindowsFileServerVolumeConfiguration": "fsx",
    "s3filesVolumeConfiguration": "s3files",
    "configuredAtLaunch": "ebs",
}


def _volume(volume: Mapping[str, Any]) -> Volume:
    source = (volume.get("host") or {}).get("sourcePath")
    kind = next((_KIND_OF[name] for name in _KIND_OF if volume.get(name)), "host" if source else "task")
    docker, efs = volume.get("dockerVolumeConfiguration") or {}, volume.get("efsVolumeConfiguration") or {}
    authorization = efs.get("authorizationConfig") or {}
    return Volume(
        str(volume["name"]),
        kind,
        source,
        is_shared=docker.get("scope") == "shared",
        autoprovision=bool(docker.get("autoprovision", False)),
        file_system_id=efs.get("fileSystemId"),
        root_directory=str(efs.get("rootDirectory") or "/"),
        access_point_id=authorization.get("accessPointId"),
        uses_iam=authorization.get("iam") == "ENABLED",
    )


def mount_points(container: Mapping[str, Any], parameters: Mapping[str, Any]) -> tuple[MountPoint, ...]:
    """The mount points of a container: its own, then those it takes from others (`volumesFrom`)."""
    found = [_mount_point(mount, read_only=False) for mount in container.get("mountPoints", ())]
    by_name = {c["name"]: c for c in parameters["containerDefinitions"]}
    for entry in container.get("volumesFrom", ()):
        taken = by_name[entry["sourceContainer"]].get("mountPoints", ())
        found += [_mount_point(mount, read_only=bool(entry.get("readOnly"))) for mount in taken]
    return tuple(found)


def _mount_point(mount: Mapping[str, Any], *, read_only: bool) -> MountPoint:
    path = str(mount.get("containerPath", ""))
    return MountPoint(str(mount["sourceVolume"]), path, read_only or bool(mount.get("readOnly", False)))


def _check_volume(volume: Mapping[str, Any], names: list[str], *, has_task_role: bool) -> None:
    name = str(volume.get("name", ""))
    if not name:
        raise ClientException("A volume has no name; every entry of volumes needs one, which mountPoints refer to.")
    if name in names:
        raise ClientException(f"Two volumes are called '{name}'; give each volume its own name.")
    names.append(name)
    kinds = [kind for kind in KINDS if volume.get(kind)]
    if len(kinds) > 1:
        raise ClientException(f"The volume '{name}' has {' and '.join(kinds)}; a volume is of one kind, keep one.")
    if efs := volume.get("efsVolumeConfiguration"):
        _check_efs(efs, name)
    if s3files := volume.get("s3filesVolumeConfiguration"):
        _check_s3files(s3files, name, has_task_role=has_task_role)


def _check_efs(efs: Mapping[str, Any], name: str) -> None:
    authorization = efs.get("authorizationConfig", {})
    access_point, iam = authorization.get("accessPointId"), authorization.get("iam") == "ENABLED"
    if not efs.get("fileSystemId"):
        raise ClientException(f"The volume '{name}' needs fileSystemId, an EFS file system such as fs-12345678.")
    if access_point and efs.get("rootDirectory", "/") != "/":
        raise ClientException(
            f"The volume '{name}' has an EFS access point and rootDirectory {efs['rootDirectory']!r}; "
            "with an access point leave rootDirectory out or make it /."
        )
    if (access_point or iam) and efs.get("transitEncryption") != "ENABLED":
        cause = "an EFS access point" if access_point else "IAM authorization"
        raise ClientException(f"The volume '{name}' uses {cause}; set its transitEncryption to ENABLED.")


def _check_s3files(s3files: Mapping[str, Any], name: str, *, has_task_role: bool) -> None:
    if s3files.get("accessPointArn") and s3files.get("rootDirectory", "/") != "/":
        raise ClientException(
            f"The volume '{name}' has an access point and rootDirectory {s3files['rootDirectory']!r}; "
            "with an access point leave rootDirectory out or make it /."
        )
    if not has_task_role:
        raise ClientException(f"The volume '{name}' mounts S3 files with the task role; add taskRoleArn.")


def _check_mount(mount: Mapping[str, Any], container_name: str, names: Sequence[str]) -> None:
    source = str(mount.get("sourceVolume", ""))
    if source not in names:
        known = f"the volumes are {', '.join(names)}" if names else "there are no volumes"
        raise ClientException(
            f"Unknown volume '{source}'. A mount point of container '{container_name}' names it and {known}; "
            "add it to volumes or correct sourceVolume."
        )

"""Changes of file systems and of what volumes hold."""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import journal, usage_changes
from ecslab.sim.state.storage import AccessPoint, EbsVolume, FileSystem, MountTarget, StoredData
from ecslab.sim.state.task import Container, Task
from ecslab.sim.world import World


def file_system_created(world: World, system: FileSystem) -> None:
    """A file system exists."""
    world.file_systems[system.id] = system
    journal.record(world, "storage", system.id, what="fileSystem", state="available")


def file_system_deleted(world: World, system: FileSystem) -> None:
    """A file system is gone, its access points and what it held with it."""
    del world.file_systems[system.id]
    usage_changes.part_meter_stopped(world, system.id, "fileSystem")
    for point in [p for p in world.access_points.values() if p.file_system_id == system.id]:
        del world.access_points[point.id]
    _drop(world, system.id)
    journal.record(world, "storage", system.id, what="fileSystem", state="deleted")


def mount_target_created(world: World, target: MountTarget) -> None:
    """A file system can be reached in one more zone."""
    world.mount_targets[target.id] = target
    journal.record(world, "storage", target.id, what="mountTarget", state="available")


def mount_target_deleted(world: World, target: MountTarget) -> None:
    """A file system has lost its door in a zone."""
    del world.mount_targets[target.id]
    journal.record(world, "storage", target.id, what="mountTarget", state="deleted")


def mount_target_guarded(world: World, target: MountTarget, groups: list[str]) -> None:
    """A mount target has other security groups."""
    target.security_groups = groups
    journal.record(world, "storage", target.id, what="securityGroups", groups=groups)


def access_point_created(world: World, point: AccessPoint) -> None:
    """A file system has one more access point."""
    world.access_points[point.id] = point
    journal.record(world, "storage", point.id, what="accessPoint", state="available")


def access_point_deleted(world: World, point: AccessPoint) -> None:
    """An access point is gone; its files stay."""
    del world.access_points[point.id]
    journal.record(world, "storage", point.id, what="accessPoint", state="deleted")


def data_begun(world: World, data: StoredData) -> None:
    """A volume exists, and is empty."""
    world.stored_data[data.id] = data


def volume_mounted(
    world: World, task: Task, container: Container, data: StoredData, *, writes_mib: int | None, **told: Any
) -> None:
    """A container has mounted a volume, and leaves so much there if it may write; `told` is what the timeline says."""
    service = world.services.get(task.service_arn or "")
    journal.record(
        world,
        "volumeMounted",
        task.arn,
        cluster=task.cluster_name,
        service=service.name if service else None,
        container=container.name,
        **told,
    )
    if writes_mib is not None and task.id not in data.files_of:
        data.files_of.append(task.id)
        data.size_mib += writes_mib
        if data.kind == "efs":
            _files_metered(world, world.file_systems[data.place])


def _files_metered(world: World, system: FileSystem) -> None:
    """A file system costs by what it holds; nobody has to say beforehand how much that will be (IC:$-17)."""
    size_mib = sum(data.size_mib for data in world.stored_data.values() if data.place == system.id)
    variant = "one-zone" if system.availability_zone else ""
    usage_changes.part_meter_stopped(world, system.id, "fileSystem")
    usage_changes.part_metered(world, system.id, "fileSystem", "efs.storage", size_mib, variant)


def ebs_volume_made(world: World, task: Task, volume: EbsVolume) -> None:
    """A task has its EBS volume, which costs from now on (PN:V-5, IC:$-16)."""
    world.ebs_volumes[volume.id] = volume
    task.ebs_volume_id = volume.id
    usage_changes.task_volume_metered(world, task, volume)
    journal.record(world, "storage", volume.id, what="ebsVolume", state="in-use")


def ebs_volume_released(world: World, volume: EbsVolume) -> None:
    """The task of a volume is STOPPED: the volume is deleted with what it held, or kept without a task (PN:V-14)."""
    volume.task_arn = None
    if volume.deletes:
        del world.ebs_volumes[volume.id]
        _drop(world, volume.id)
        usage_changes.task_volume_meter_stopped(world, volume)
    journal.record(world, "storage", volume.id, what="ebsVolume", state="deleted" if volume.deletes else "available")


def data_dropped(world: World, place: str) -> None:
    """Whatever lived as long as a task or an instance is gone with it (PN:V-17)."""
    _drop(world, place)


def _drop(world: World, place: str) -> None:
    for key in [data.id for data in world.stored_data.values() if data.place == place]:
        del world.stored_data[key]

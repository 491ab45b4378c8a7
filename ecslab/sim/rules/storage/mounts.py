"""What the volumes of a task hold, and whom it is shared with (PN:V-1 to PN:V-4, PN:V-16, PN:V-17).

The lab keeps no files. It keeps which tasks have written to a volume, which is what decides whether a task finds data,
and how much. Model choice: a task leaves 1 GiB in each volume that it writes to, unless lab:PutImage says otherwise.
"""

from __future__ import annotations

from ecslab.sim.changes import storage_changes
from ecslab.sim.rules.storage import ebs, efs
from ecslab.sim.state.image import Image
from ecslab.sim.state.storage import StoredData
from ecslab.sim.state.task import Container, Task
from ecslab.sim.state.task_definition import ContainerDefinition, MountPoint, Volume
from ecslab.sim.world import World

MOUNTED = ("task", "host", "docker", "efs", "ebs")
"""The kinds of volumes that the lab mounts; the others are kept and echoed."""


def mount(world: World, task: Task, container: Container, definition: ContainerDefinition) -> None:
    """A starting container mounts its volumes, finds what is there, and writes where its program does."""
    revision, image = world.definition_of(task), world.image(container.image)
    for point in definition.mount_points:
        volume = revision.volume(point.volume)
        if volume.kind not in MOUNTED:
            continue
        data = _data(world, task, volume)
        storage_changes.volume_mounted(
            world,
            task,
            container,
            data,
            writes_mib=image.files_mib if _writes(world, task, image, definition, point, volume) else None,
            volume=volume.name,
            path=point.container_path,
            volumeKind=volume.kind,
            place=data.place,
            directory=data.path,
            readOnly=point.read_only,
            filesOf=_files(world, data),
        )


def _data(world: World, task: Task, volume: Volume) -> StoredData:
    """What a volume of a task is: its own, its instance's or a file system's; begun empty when it is new."""
    place, path = where(world, task, volume)
    key = f"{place}:{path}"
    if key not in world.stored_data:
        storage_changes.data_begun(world, StoredData(key, volume.kind, place, path))
    return world.stored_data[key]


def where(world: World, task: Task, volume: Volume) -> tuple[str, str]:
    """Whose life the data shares, and its name there (PN section 12, last column)."""
    if volume.kind == "efs":
        return volume.file_system_id or "", efs.root(world, volume)
    if volume.kind == "ebs":
        return task.ebs_volume_id or task.arn, "/"
    if volume.kind == "host":
        return task.container_instance_arn or task.arn, volume.source_path or ""
    if volume.kind == "docker" and volume.is_shared:
        return task.container_instance_arn or task.arn, f"docker/{volume.name}"
    return task.arn, volume.name


def _files(world: World, data: StoredData) -> list[str]:
    """The tasks whose files a container finds: in its directory, and of a file system also in those below it."""
    found = list(data.files_of)
    if data.kind == "efs":
        inside = data.path.rstrip("/") + "/"
        for other in world.stored_data.values():
            if other.place == data.place and other.path.startswith(inside):
                found += other.files_of
    return list(dict.fromkeys(found))


def _writes(
    world: World, task: Task, image: Image, definition: ContainerDefinition, point: MountPoint, volume: Volume
) -> bool:
    """Whether the program leaves files there: at the paths its image names, else wherever it may write."""
    if point.read_only or (volume.kind == "efs" and not efs.may_write(world, task, volume)):
        return False
    return not image.mounts or any(_covering(definition, path) is point for path in image.mounts)


def _covering(definition: ContainerDefinition, path: str) -> MountPoint | None:
    """The mount point that a path of the container lies in: the deepest of those above it."""
    above = [p for p in definition.mount_points if f"{path}/".startswith(p.container_path.rstrip("/") + "/")]
    return max(above, key=lambda point: len(point.container_path), default=None)


def release(world: World, task: Task) -> None:
    """A task is STOPPED: volumes without a place of their own are gone with it (PN:V-1, PN:V-16, PN:V-17).

    Model choice: at once, not when the agent cleans up hours later, because nothing can see them until then.
    """
    storage_changes.data_dropped(world, task.arn)
    ebs.release(world, task)


def problem(world: World, task: Task) -> str | None:
    """Why a volume of a task cannot be mounted, in AWS's words; None when all can."""
    for volume in world.definition_of(task).volumes:
        found = _problem(world, task, volume)
        if found is not None:
            return found
    return None


def _problem(world: World, task: Task, volume: Volume) -> str | None:
    if volume.kind == "efs":
        return efs.problem(world, task, volume)
    if volume.kind == "ebs":
        return ebs.problem(world, task)
    if volume.kind == "docker" and volume.is_shared and not volume.autoprovision:
        place, path = where(world, task, volume)
        if f"{place}:{path}" not in world.stored_data:
            return (
                "CannotCreateVolumeError: initialize volume: volume detection failed, volume "
                f"'{volume.name}' does not exist and autoprovision is set to false"
            )
    return None

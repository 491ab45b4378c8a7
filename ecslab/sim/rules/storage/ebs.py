"""EBS volumes that ECS makes for tasks: one each, always new, in the task's zone (PN:V-5, PN:V-14, PN:V-15).

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ebs-volumes.html,
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskManagedEBSVolumeConfiguration.html, as of 2026-09-11.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.changes import storage_changes
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.iam import evaluate, roles
from ecslab.sim.state.storage import EbsVolume
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.world import World

SIZES_GIB = {
    **dict.fromkeys(("gp2", "gp3"), (1, 16_384)),
    **dict.fromkeys(("io1", "io2"), (4, 16_384)),
    **dict.fromkeys(("st1", "sc1"), (125, 16_384)),
    "standard": (1, 1_024),
}
"""The least and the most of each volume type (PN:V-14)."""
FILE_SYSTEMS = ("xfs", "ext3", "ext4", "ntfs")


def names(definition: TaskDefinition) -> list[str]:
    """The volume that a revision leaves to the launch, by name; none or one (PN:V-14)."""
    return [volume.name for volume in definition.volumes if volume.kind == "ebs"]


def read(
    configurations: Sequence[Mapping[str, Any]] | None, definition: TaskDefinition, launch_type: str
) -> dict[str, Any] | None:
    """The volumeConfigurations of a request: what the volume that waits for the launch is to be, None without one.

    Raises InvalidParameterException.
    """
    given, waiting = list(configurations or []), names(definition)
    if [str(item.get("name")) for item in given] != waiting:
        raise InvalidParameterException(
            f"volumeConfigurations name {', '.join(str(i.get('name')) for i in given) or 'no volume'}; "
            f"the volumes of {definition.name} with configuredAtLaunch are {', '.join(waiting) or 'none'}."
        )
    for item in given:
        if not item.get("managedEBSVolume"):
            raise InvalidParameterException(f"The volume {item['name']} needs managedEBSVolume.")
        _judge(item["managedEBSVolume"], launch_type)
    return dict(given[0]) if given else None


def of_service(
    configurations: Sequence[Mapping[str, Any]] | None, definition: TaskDefinition, launch_type: str, scheduling: str
) -> dict[str, Any] | None:
    """As `read`, for the tasks of a service, which is no DAEMON (PN:V-14). Raises InvalidParameterException."""
    found = read(configurations, definition, launch_type)
    if found and scheduling == "DAEMON":
        raise InvalidParameterException("The daemon scheduling strategy does not support EBS volumes; leave them out.")
    return found


def _judge(configuration: Mapping[str, Any], launch_type: str) -> None:
    kind, size = str(configuration.get("volumeType") or "gp3"), configuration.get("sizeInGiB")
    if kind not in SIZES_GIB or (kind == "standard" and launch_type == "FARGATE"):
        raise InvalidParameterException(
            f"volumeType is {kind!r}; use {', '.join(SIZES_GIB)} (standard not on Fargate)."
        )
    if configuration.get("snapshotId"):
        raise InvalidParameterException(
            f"The snapshot {configuration['snapshotId']} does not exist: the lab takes no snapshots; name sizeInGiB."
        )
    least, most = SIZES_GIB[kind]
    if size is None or not least <= int(size) <= most:
        raise InvalidParameterException(f"sizeInGiB is {size}; a volume of type {kind} has {least} to {most} GiB.")
    if configuration.get("filesystemType", "xfs") not in FILE_SYSTEMS:
        raise InvalidParameterException(
            f"filesystemType is {configuration['filesystemType']!r}; use {', '.join(FILE_SYSTEMS)}."
        )


def attach(world: World, task: Task) -> None:
    """Make the volume of a task that is being prepared, where its infrastructure role lets ECS do so.

    The root volumes of instances have their machine's number as their id, so that these begin with another digit.
    """
    if task.volume_configuration is None or problem(world, task) is not None:
        return
    configuration = task.volume_configuration["managedEBSVolume"]
    volume = EbsVolume(
        f"vol-e{world.ids.serial('ebs-volume'):015x}",
        task.arn,
        task.availability_zone or "",
        int(configuration["sizeInGiB"]),
        str(configuration.get("volumeType") or "gp3"),
        str(configuration.get("filesystemType") or "xfs"),
        deletes=(configuration.get("terminationPolicy") or {}).get("deleteOnTermination") is not False,
    )
    storage_changes.ebs_volume_made(world, task, volume)


def problem(world: World, task: Task) -> str | None:
    """Why a task has no volume and cannot start (IC:I-53)."""
    if task.ebs_volume_id is not None or task.volume_configuration is None:
        return None
    return _refusal(world, task, str(task.volume_configuration["managedEBSVolume"]["roleArn"]))


def _refusal(world: World, task: Task, reference: str) -> str | None:
    """What the infrastructure role lacks: to be there, to trust ECS, to make and attach a volume (IC:I-6, IC:I-53).

    The first sentence is AWS's; model choice: the words of the other, which AWS does not publish.
    """
    role = roles.find(world, reference)
    if role is None or not roles.trusts(world, role, roles.ECS_SERVICE):
        return (
            f"ECS was unable to assume the configured ECS Infrastructure Role '{roles.arn_of(world, reference)}'. "
            "Please verify that the role being passed has the proper trust relationship with Amazon ECS"
        )
    tags = {"AmazonECSCreated": [task.arn], "AmazonECSManaged": ["true"]}
    context = {f"aws:{kind}Tag/{key}": value for kind in ("Request", "Resource") for key, value in tags.items()}
    for action in ("ec2:CreateVolume", "ec2:AttachVolume"):
        answer = evaluate.allowed(world, role.arn, action, world.ids.arn("ec2", "volume/*"), context)
        if not answer.is_allowed:
            return f"ECS was unable to attach an EBS volume to the task: {answer.refusal}"
    return None


def release(world: World, task: Task) -> None:
    """A task is STOPPED: its volume is deleted, unless a standalone task was told to keep it (PN:V-14)."""
    volume = world.ebs_volumes.get(task.ebs_volume_id or "")
    if volume is not None:
        storage_changes.ebs_volume_released(world, volume)

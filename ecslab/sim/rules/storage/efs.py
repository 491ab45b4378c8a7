"""What keeps a task from mounting an EFS file system (PN:V-11 to PN:V-13, IC:I-56).

The checks follow the way of a mount: the name resolves in the task's zone, security groups let NFS through, the access
point is there, IAM lets the task role mount. Source of the words: reports of stopped tasks;
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html, as of 2026-08-01.
Model choice: what fails, fails at once; AWS publishes no time for it, and a mount that times out takes minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecslab.sim.rules import reachability
from ecslab.sim.rules.iam import evaluate
from ecslab.sim.state.storage import MountTarget
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import Volume
from ecslab.sim.world import World

NFS = 2049
"""PN:V-12."""


@dataclass(frozen=True, slots=True)
class _Client:
    """Where the mount comes from: the task's own interface, or its instance's (PN:V-12)."""

    address: str
    subnet_id: str
    security_groups: tuple[str, ...]


def problem(world: World, task: Task, volume: Volume) -> str | None:
    """Why a file system cannot be mounted now, as the stoppedReason of the task; None when it can."""
    client = _client(world, task)
    target = _mount_target(world, client, volume)
    if target is None:
        return _failed(task, volume, _unresolved(world, volume), 1)
    if not _passes(world, client, target):
        return _failed(task, volume, "b'mount.nfs4: Connection timed out'", 32)
    point = world.access_points.get(volume.access_point_id or "")
    if volume.access_point_id and (point is None or point.file_system_id != volume.file_system_id):
        return _failed(task, volume, "b'mount.nfs4: access denied by server while mounting 127.0.0.1:/'", 32)
    if volume.uses_iam and not _allowed(world, task, volume, "ClientMount"):
        return _failed(task, volume, "b'mount.nfs4: access denied by server while mounting 127.0.0.1:/'", 32)
    return None


def may_write(world: World, task: Task, volume: Volume) -> bool:
    """Whether a mounted file system takes what a task writes: with IAM it needs ClientWrite."""
    return not volume.uses_iam or _allowed(world, task, volume, "ClientWrite")


def root(world: World, volume: Volume) -> str:
    """The directory of the file system that a volume shows, with that of its access point (PN:V-11).

    Model choice: the directory is there; the lab knows none that is missing.
    """
    point = world.access_points.get(volume.access_point_id or "")
    return point.root if point else volume.root_directory


def _client(world: World, task: Task) -> _Client:
    interface = world.network_interfaces.get(task.eni_id or "")
    if interface:
        return _Client(interface.private_address, interface.subnet_id, tuple(interface.security_groups))
    machine = world.ec2_instances[world.container_instances[task.container_instance_arn or ""].ec2_instance_id]
    return _Client(machine.private_address, machine.subnet_id, tuple(machine.security_groups))


def _mount_target(world: World, client: _Client, volume: Volume) -> MountTarget | None:
    """The mount target that the name of the file system means in the client's zone and VPC (PN:V-12)."""
    subnet = world.subnets[client.subnet_id]
    for target in world.mount_targets.values():
        is_here = target.vpc_id == subnet.vpc_id and target.availability_zone == subnet.availability_zone
        if target.file_system_id == volume.file_system_id and is_here:
            return target
    return None


def _passes(world: World, client: _Client, target: MountTarget) -> bool:
    """Whether NFS leaves the client and enters the mount target (PN:V-12, PN:N-50)."""
    to = reachability.Peer(target.private_address, tuple(target.security_groups))
    of = reachability.Peer(client.address, client.security_groups)
    leaves = reachability.admits(world, client.security_groups, "egress", "tcp", NFS, to)
    enters = reachability.admits(world, target.security_groups, "ingress", "tcp", NFS, of)
    return leaves is not None and enters is not None


def _allowed(world: World, task: Task, volume: Volume, action: str) -> bool:
    """Whether the task role may do this to the file system, by way of the access point if there is one (IC:I-56)."""
    if task.task_role_arn is None:
        return False
    point = world.access_points.get(volume.access_point_id or "")
    context = {"elasticfilesystem:AccessPointArn": [point.arn]} if point else {}
    system = world.file_systems[volume.file_system_id or ""]
    answer = evaluate.allowed(world, task.task_role_arn, f"elasticfilesystem:{action}", system.arn, context)
    return answer.is_allowed


def _unresolved(world: World, volume: Volume) -> str:
    host = f"{volume.file_system_id}.efs.{world.start.region}.amazonaws.com"
    return (
        f'Failed to resolve "{host}" - check that your file system ID is correct, and ensure that the VPC has an EFS '
        "mount target for this file system ID."
    )


def _failed(task: Task, volume: Volume, said: str, code: int) -> str:
    """The error as Fargate tells it, or as the agent of an instance does."""
    if task.launch_type == "FARGATE":
        return (
            "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: "
            f"{said} : unsuccessful EFS utils command execution; code: {code}"
        )
    return (
        f"CannotCreateVolumeError: Error response from daemon: create {volume.name}: VolumeDriver.Create: "
        f"mounting volume failed: {said}"
    )

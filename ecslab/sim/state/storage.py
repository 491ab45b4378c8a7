"""EFS file systems with their doors, and what volumes hold (PN section 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class FileSystem:
    """An EFS file system; `availability_zone` is that of a One Zone file system, None for a Regional one."""

    id: str
    arn: str
    creation_token: str
    created_at_ms: int
    performance_mode: str
    throughput_mode: str
    encrypted: bool
    availability_zone: str | None = None
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class MountTarget:
    """The door to a file system in one zone: an address in a subnet, guarded by security groups (PN:V-12)."""

    id: str
    file_system_id: str
    subnet_id: str
    vpc_id: str
    availability_zone: str
    private_address: str
    interface_id: str
    security_groups: list[str]


@dataclass(slots=True)
class AccessPoint:
    """A way into a file system with a root directory of its own; the dicts are as AWS takes and answers them."""

    id: str
    arn: str
    client_token: str
    file_system_id: str
    root_directory: dict[str, Any]
    posix_user: dict[str, Any] | None = None
    tags: list[dict[str, str]] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The path inside the file system that its clients see as /."""
        return str(self.root_directory["Path"])


@dataclass(slots=True)
class EbsVolume:
    """An EBS volume that ECS made for a task; `task_arn` is None once that is STOPPED and it is kept (PN:V-14)."""

    id: str
    task_arn: str | None
    availability_zone: str
    size_gib: int
    volume_type: str
    file_system: str
    deletes: bool


@dataclass(slots=True)
class StoredData:
    """What one volume holds: the ids of the tasks that wrote files there, each once, oldest first, and how many MiB.

    `place` says whose life it shares: the ARN of a task or of an instance, or the id of a file system, then `path` is
    the directory.
    """

    id: str
    kind: str
    place: str
    path: str
    files_of: list[str] = field(default_factory=list)
    size_mib: int = 0

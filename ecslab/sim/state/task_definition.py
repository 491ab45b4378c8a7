"""Task definitions as registered: families, revisions, containers and what they reserve.

Source: PN sections T-1 to T-63. CPU in CPU units, memory in MiB, times in seconds where AWS takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

NetworkMode = Literal["bridge", "host", "awsvpc", "none"]
TaskDefinitionStatus = Literal["ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS"]


@dataclass(frozen=True, slots=True)
class PortMapping:
    """One port mapping; `host_port` None means that the request left it out (PN:N-10 to PN:N-14)."""

    container_port: int | None
    host_port: int | None = None
    protocol: str = "tcp"
    name: str | None = None
    container_port_range: str | None = None

    @property
    def container_ports(self) -> tuple[int, int]:
        """The first and the last container port of the mapping, which is a range or one port (PN:N-27)."""
        first, _, last = (self.container_port_range or str(self.container_port)).partition("-")
        return int(first), int(last or first)


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A container health check, in seconds (PN:T-61)."""

    command: tuple[str, ...]
    interval_s: int = 30
    timeout_s: int = 5
    retries: int = 3
    start_period_s: int = 0


@dataclass(frozen=True, slots=True)
class ContainerDependency:
    """One entry of dependsOn (PN:T-40)."""

    container_name: str
    condition: str


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """An enabled restart policy: how long a container must have run to be restarted, and after which codes never."""

    attempt_period_s: int = 300
    ignored_exit_codes: tuple[int, ...] = ()


VolumeKind = Literal["task", "host", "docker", "efs", "s3files", "fsx", "ebs"]
"""`task` is a bind mount without a path of the host (PN:V-1)."""


@dataclass(frozen=True, slots=True)
class Volume:
    """One volume of a task definition, with what its kind needs (PN:V-10, PN:V-11, PN:V-16)."""

    name: str
    kind: VolumeKind
    source_path: str | None = None
    is_shared: bool = False
    autoprovision: bool = False
    file_system_id: str | None = None
    root_directory: str = "/"
    access_point_id: str | None = None
    uses_iam: bool = False


@dataclass(frozen=True, slots=True)
class MountPoint:
    """Where a container sees a volume."""

    volume: str
    container_path: str
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class PlacementConstraint:
    """distinctInstance, or memberOf with an expression (PN:P-40, PN:P-42)."""

    type: str
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class PlacementStrategy:
    """binpack, spread or random with its field (PN:P-22 to PN:P-28)."""

    type: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class ContainerDefinition:
    """One container of a task definition; None means that the request left the member out."""

    name: str
    image: str
    cpu_units: int = 0
    memory_mib: int | None = None
    memory_reservation_mib: int | None = None
    essential: bool = True
    port_mappings: tuple[PortMapping, ...] = ()
    gpus: int = 0
    stop_timeout_s: int | None = None
    start_timeout_s: int | None = None
    health_check: HealthCheck | None = None
    depends_on: tuple[ContainerDependency, ...] = ()
    log_driver: str | None = None
    restart_policy: RestartPolicy | None = None
    mount_points: tuple[MountPoint, ...] = ()

    @property
    def reserved_memory_mib(self) -> int:
        """Soft limit if given, else the hard limit (PN:T-21)."""
        return self.memory_reservation_mib or self.memory_mib or 0


@dataclass(slots=True)
class TaskDefinition:
    """One revision of a family.

    `request` is the registration as the caller gave it (AWS's camelCase, normalised), which Describe echoes.
    `not_simulated` names its members whose effect the lab does not simulate.
    """

    arn: str
    family: str
    revision: int
    network_mode: NetworkMode
    container_definitions: tuple[ContainerDefinition, ...]
    cpu_units: int | None = None
    memory_mib: int | None = None
    status: TaskDefinitionStatus = "ACTIVE"
    requires_compatibilities: tuple[str, ...] = ()
    compatibilities: tuple[str, ...] = ()
    requires_attributes: tuple[str, ...] = ()
    placement_constraints: tuple[PlacementConstraint, ...] = ()
    volumes: tuple[Volume, ...] = ()
    ephemeral_storage_gib: int | None = None
    task_role_arn: str | None = None
    execution_role_arn: str | None = None
    operating_system_family: str | None = None
    cpu_architecture: str | None = None
    registered_at_ms: int = 0
    deregistered_at_ms: int | None = None
    delete_requested_at_ms: int | None = None
    request: dict[str, Any] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    not_simulated: tuple[str, ...] = ()

    def container(self, name: str) -> ContainerDefinition:
        """The container of that name, which must be one of the revision's."""
        return next(c for c in self.container_definitions if c.name == name)

    def volume(self, name: str) -> Volume:
        """The volume of that name, which must be one of the revision's."""
        return next(v for v in self.volumes if v.name == name)

    @property
    def name(self) -> str:
        """`web:3`: family web, revision 3."""
        return f"{self.family}:{self.revision}"

    @property
    def is_windows(self) -> bool:
        """Whether the containers are Windows containers."""
        return (self.operating_system_family or "").startswith("WINDOWS")

    @property
    def reserved_cpu_units(self) -> int:
        """CPU units that placement reserves: the task level if set, else the containers' sum (PN:T-20)."""
        return self.cpu_units or sum(c.cpu_units for c in self.container_definitions)

    @property
    def reserved_memory_mib(self) -> int:
        """MiB that placement reserves: the task level if set, else the containers' reservations (PN:T-21)."""
        return self.memory_mib or sum(c.reserved_memory_mib for c in self.container_definitions)

    @property
    def reserved_gpus(self) -> int:
        """GPUs that placement reserves: the containers' sum (PN:T-25)."""
        return sum(c.gpus for c in self.container_definitions)

    @property
    def reserved_host_ports(self) -> tuple[tuple[str, int], ...]:
        """(protocol, host port) pairs taken on the instance, in order of appearance, without repeats (PN:N-20)."""
        if self.network_mode not in ("bridge", "host"):
            return ()
        ports: dict[tuple[str, int], None] = {}
        for container in self.container_definitions:
            for mapping in container.port_mappings:
                port = mapping.host_port
                if self.network_mode == "host" and not port:
                    port = mapping.container_port
                if port:
                    ports[(mapping.protocol, port)] = None
        return tuple(ports)

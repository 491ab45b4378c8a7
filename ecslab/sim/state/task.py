"""Tasks and their containers (SS sections T-1 to T-34)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ecslab.sim.state.load_balancer import TaskTarget
from ecslab.sim.state.task_definition import PlacementConstraint, PlacementStrategy

LastStatus = Literal[
    "PROVISIONING",
    "PENDING",
    "ACTIVATING",
    "RUNNING",
    "DEACTIVATING",
    "STOPPING",
    "DEPROVISIONING",
    "STOPPED",
]
LaunchType = Literal["EC2", "FARGATE", "EXTERNAL"]
STARTING: tuple[LastStatus, ...] = ("PROVISIONING", "PENDING", "ACTIVATING")
"""The states before RUNNING; ECS Lab counts all three as pending (SS:S-4)."""


@dataclass(slots=True)
class NetworkBinding:
    """A container port and the host port it is reached by; `length` above 1 for a range of both (PN:N-27)."""

    container_port: int
    host_port: int
    protocol: str
    length: int = 1

    @property
    def host_ports(self) -> str:
        """The host port, or the range of them, in words."""
        return _ports(self.host_port, self.length)

    @property
    def container_ports(self) -> str:
        """The container port, or the range of them, in words."""
        return _ports(self.container_port, self.length)


def _ports(first: int, length: int) -> str:
    return str(first) if length == 1 else f"{first}-{first + length - 1}"


@dataclass(slots=True)
class ProgramCall:
    """An AWS call that a container's program makes; `result` is what came of it, None before the first."""

    action: str
    resource: str
    every_ms: int
    result: str | None = None


@dataclass(slots=True)
class Container:
    """A container of a task; `exit_code` and `reason` are None until it has ended.

    `handles_sigterm`, `*_use_*` and `*_per_rps` (for each request per second) are what its image did when it started: a
    later lab:PutImage leaves running containers as they are. `is_waiting` until what it depends on has come and its
    image is pulled (PN:T-48). It accepts connections from `well_from_ms` on, never when that is None, and until
    `well_until_ms` where that is set. `started_at_ms` is its latest start, `restart_count` how often it was started
    again in place (SS:T-17).
    """

    arn: str
    name: str
    image: str
    essential: bool
    last_status: str = "PENDING"
    health_status: str = "UNKNOWN"
    exit_code: int | None = None
    reason: str | None = None
    started_at_ms: int | None = None
    network_bindings: list[NetworkBinding] = field(default_factory=list)
    handles_sigterm: bool = True
    memory_use_mib: int = 0
    well_from_ms: int | None = None
    well_until_ms: int | None = None
    cpu_use_units: int = 0
    cpu_units_per_rps: int = 0
    memory_kib_per_rps: int = 0
    request_ms: int = 0
    is_waiting: bool = True
    is_told_to_stop: bool = False
    restart_count: int = 0
    calls: list[ProgramCall] = field(default_factory=list)
    sessions_begun_ms: list[int] = field(default_factory=list)

    @property
    def is_running(self) -> bool:
        """True while the container runs, told to stop or not."""
        return self.last_status == "RUNNING"

    @property
    def awaits_signal(self) -> bool:
        """True while the container runs and has not been told to stop."""
        return self.is_running and not self.is_told_to_stop

    @property
    def has_started(self) -> bool:
        """True when the container runs or has ended: it keeps its task from RUNNING no longer."""
        return self.last_status in ("RUNNING", "STOPPED")


@dataclass(slots=True, eq=False)
class Task:
    """One task, equal to itself alone; `*_at_ms` are None until the moment has come.

    `serial` is the creation serial (canonical order, PN:S-1). `deployment_id` is `ecs-svc/...` for service tasks.
    `counts_as_healthy` is the D-6 sense that deployments use, `health_status` the API's.
    `idempotent_request` is the RunTask call that made it, kept when it had a clientToken (IC:X-42).
    `targets` is where it was registered behind load balancers.
    `attempt` numbers the batch of starts the scheduler made it in (SS:S-34).
    `capacity_provider` is None with a launch type; `waits_for_capacity` while it has no place yet (SS:C-60),
    `placed_at_ms` is when it got one;
    `wanted_constraints` and `wanted_strategies` are what its place has to satisfy beside its own revision.
    `volume_configuration` is what its EBS volume is to be, `ebs_volume_id` the volume that was made (PN:V-14).
    `protected_until_ms` is when its scale-in protection ends, None while it has none (SS:S-50).
    """

    arn: str
    id: str
    serial: int
    cluster_name: str
    group: str
    task_definition_arn: str
    launch_type: LaunchType
    network_mode: str
    cpu_units: int
    memory_mib: int
    gpus: int
    last_status: LastStatus
    created_at_ms: int
    containers: list[Container]
    desired_status: str = "RUNNING"
    service_arn: str | None = None
    deployment_id: str | None = None
    started_by: str | None = None
    container_instance_arn: str | None = None
    capacity_provider: str | None = None
    waits_for_capacity: bool = False
    placed_at_ms: int = 0
    wanted_constraints: tuple[PlacementConstraint, ...] = ()
    wanted_strategies: tuple[PlacementStrategy, ...] = ()
    availability_zone: str | None = None
    subnet_id: str | None = None
    eni_id: str | None = None
    private_address: str | None = None
    host_ports: tuple[tuple[str, int], ...] = ()
    targets: list[TaskTarget] = field(default_factory=list)
    task_role_arn: str | None = None
    execution_role_arn: str | None = None
    platform_version: str | None = None
    network_configuration: dict[str, Any] | None = None
    volume_configuration: dict[str, Any] | None = None
    ebs_volume_id: str | None = None
    overrides: dict[str, Any] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    idempotent_request: dict[str, Any] | None = None
    health_status: str = "UNKNOWN"
    counts_as_healthy: bool = False
    attempt: int = 0
    protected_until_ms: int | None = None
    version: int = 1
    placement_decision: str | None = None
    stop_decision: str | None = None
    enables_execute_command: bool = False
    stop_code: str | None = None
    stopped_reason: str | None = None
    pull_started_at_ms: int | None = None
    pull_stopped_at_ms: int | None = None
    started_at_ms: int | None = None
    stopping_at_ms: int | None = None
    execution_stopped_at_ms: int | None = None
    stopped_at_ms: int | None = None

    def container(self, name: str) -> Container:
        """The container of that name, which must be one of the task's."""
        return next(c for c in self.containers if c.name == name)

    @property
    def group_key(self) -> str:
        """The task group, which is one in each cluster (PN:P-45)."""
        return f"{self.cluster_name}/{self.group}"

    @property
    def is_stopping(self) -> bool:
        """True from the moment ECS decided to stop the task until it is STOPPED (SS:T-7)."""
        return self.desired_status == "STOPPED" and self.last_status != "STOPPED"

    @property
    def is_starting(self) -> bool:
        """True before RUNNING, unless it is being stopped."""
        return self.last_status in STARTING and self.desired_status != "STOPPED"

    @property
    def is_running(self) -> bool:
        """True while lastStatus and desiredStatus are RUNNING."""
        return self.last_status == "RUNNING" and self.desired_status == "RUNNING"

    @property
    def is_protected(self) -> bool:
        """True while scale-in and deployments may not stop it (SS:S-50)."""
        return self.protected_until_ms is not None

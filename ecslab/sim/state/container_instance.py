"""Container instances and the EC2 instances under them (PN section R, SS section C-20)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ContainerInstanceStatus = Literal[
    "REGISTERING", "REGISTRATION_FAILED", "ACTIVE", "DRAINING", "DEREGISTERING", "INACTIVE"
]


NEWEST_AGENT = "1.104.0"
"""The version of the ECS agent that the lab's images have."""


@dataclass(slots=True)
class Ec2Instance:
    """The EC2 side: a machine in a subnet with its instance profile.

    `metadata_*` are the options of its metadata service (IC:I-39); `drops_bridge_metadata` is true when it has a DROP
    rule for 169.254.169.254 in the chain DOCKER-USER (IC:I-38). `state_reason` tells in AWS's words why it is not
    running any more. `failed_at_ms` is set while the machine is dead and nobody has ended it (SS:C-44), and
    `failure_cut_agent` when its agent was connected until then; `doomed_at_ms` when its Spot capacity is taken back
    (SS:C-40). `unregistered` is why its agent has not joined a cluster (SS:C-21).
    """

    id: str
    instance_type: str
    availability_zone: str
    subnet_id: str
    private_address: str
    security_groups: list[str]
    instance_profile: str | None
    state: str = "running"
    market: str = "on-demand"
    launched_at_ms: int = 0
    terminated_at_ms: int | None = None
    public_address: str | None = None
    metadata_enabled: bool = True
    metadata_tokens: str = "optional"
    metadata_hop_limit: int = 2
    drops_bridge_metadata: bool = False
    image_id: str = "ami-0ec50000000000001"
    user_data: str = ""
    auto_scaling_group: str | None = None
    launch_template: tuple[str, int] | None = None
    tags: list[dict[str, str]] = field(default_factory=list)
    state_reason: str | None = None
    unregistered: str | None = None
    failed_at_ms: int | None = None
    failure_cut_agent: bool = False
    doomed_at_ms: int | None = None

    @property
    def is_gone(self) -> bool:
        """True from the moment the machine is told to end: nothing runs on it any more."""
        return self.state in ("shutting-down", "terminated")


@dataclass(slots=True)
class ContainerInstance:
    """An EC2 instance registered to a cluster.

    `reserved_*` are what its tasks hold in the placement view, which is given back when a task goes STOPPING
    (PN:R-7). `used_ports` are all taken (protocol, port) pairs: the agent's own and static host ports (PN:R-6), and
    `dynamic_ports` those the agent picked, kept apart because they are no part of PORTS (PN:N-11).
    `dynamic_port_range` holds the first and the last port that it may pick (PN:N-25).
    `task_eni_limit` is how many awsvpc tasks fit (PN:N-30); `task_enis` how many it carries until STOPPED (PN:R-8).
    `container_*_timeout_ms` are settings of its agent, None where it has AWS's defaults (PN:T-50, SS:T-18).
    `agent_settings` are the agent's environment as it was given (IC:I-38, IC:R-8).
    `attributes` maps a name to its value, None for a capability without value (PN:R-31).
    `agent_update` is the agentUpdateStatus, None before the first update (IC:X-54).
    `status_reason` tells why its status is what it is, where somebody said so.
    """

    arn: str
    id: str
    serial: int
    cluster_name: str
    ec2_instance_id: str
    instance_type: str
    availability_zone: str
    subnet_id: str
    registered_at_ms: int
    registered_cpu_units: int
    registered_memory_mib: int
    attributes: dict[str, str | None]
    status: ContainerInstanceStatus = "ACTIVE"
    agent_connected: bool = True
    agent_version: str = NEWEST_AGENT
    agent_update: str | None = None
    registered_gpus: int = 0
    task_eni_limit: int = 0
    agent_ports: tuple[tuple[str, int], ...] = ()
    reserved_cpu_units: int = 0
    reserved_memory_mib: int = 0
    reserved_gpus: int = 0
    task_enis: int = 0
    used_ports: list[tuple[str, int]] = field(default_factory=list)
    dynamic_ports: list[tuple[str, int]] = field(default_factory=list)
    dynamic_port_range: tuple[int, int] = (0, 0)
    next_dynamic_port: int = 0
    container_stop_timeout_ms: int | None = None
    container_start_timeout_ms: int | None = None
    cached_images: list[str] = field(default_factory=list)
    status_reason: str | None = None
    agent_settings: dict[str, str] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)

    @property
    def remaining_cpu_units(self) -> int:
        """CPU units free for placement (PN:R-6)."""
        return self.registered_cpu_units - self.reserved_cpu_units

    @property
    def remaining_memory_mib(self) -> int:
        """MiB free for placement (PN:R-6)."""
        return self.registered_memory_mib - self.reserved_memory_mib

    @property
    def remaining_gpus(self) -> int:
        """GPUs free for placement (PN:R-40)."""
        return self.registered_gpus - self.reserved_gpus

    @property
    def remaining_task_enis(self) -> int:
        """How many more awsvpc tasks the network interfaces allow (PN:N-30)."""
        return self.task_eni_limit - self.task_enis

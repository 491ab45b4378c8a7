"""VPCs, subnets, network interfaces and security groups (PN sections N-30 to N-53)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Vpc:
    """A VPC and its address block."""

    id: str
    cidr: str
    is_default: bool = False


@dataclass(slots=True)
class SecurityGroup:
    """A security group; its rules come with the issue that reads them."""

    id: str
    name: str
    vpc_id: str


@dataclass(slots=True)
class Subnet:
    """A subnet; `holders` maps each address in use to who holds it (a network interface or instance id).

    AWS keeps five addresses of each subnet: the first four and the last (PN:N-41).
    """

    id: str
    vpc_id: str
    cidr: str
    availability_zone: str
    is_default: bool = False
    map_public_ip: bool = True
    holders: dict[str, str] = field(default_factory=dict)
    next_host: int = 4

    @property
    def prefix_length(self) -> int:
        """The /n of the address block."""
        return int(self.cidr.rpartition("/")[2])

    @property
    def usable_addresses(self) -> int:
        """Addresses that anything may take: all but AWS's five (PN:N-41)."""
        return (1 << (32 - self.prefix_length)) - 5

    @property
    def free_addresses(self) -> int:
        """Usable addresses that nobody holds."""
        return self.usable_addresses - len(self.holders)


@dataclass(slots=True)
class NetworkInterface:
    """The elastic network interface of one awsvpc task (PN:N-40, PN:F-8)."""

    id: str
    subnet_id: str
    private_address: str
    security_groups: list[str]
    task_arn: str
    public_address: str | None = None

"""VPCs, subnets, network interfaces and security groups (PN sections N-30 to N-53)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["ingress", "egress"]


@dataclass(slots=True)
class Vpc:
    """A VPC and its address block."""

    id: str
    cidr: str
    is_default: bool = False


@dataclass(slots=True)
class SecurityGroupRule:
    """One permission of a security group: a protocol, a range of ports and one peer.

    `protocol` is tcp, udp, icmp, a protocol number or -1 for all; the ports of ICMP are a type and a code, those of -1
    are None. Exactly one of `cidr`, `group_id` and `prefix_list_id` names the peer.
    """

    id: str
    direction: Direction
    protocol: str
    from_port: int | None
    to_port: int | None
    cidr: str | None = None
    group_id: str | None = None
    prefix_list_id: str | None = None
    description: str | None = None

    @property
    def peer(self) -> str:
        """Whom the rule is about: an address block, a security group or a prefix list."""
        return self.cidr or self.group_id or self.prefix_list_id or ""

    @property
    def key(self) -> tuple[Direction, str, int | None, int | None, str]:
        """What makes two rules the same; AWS refuses the second of them."""
        return self.direction, self.protocol, self.from_port, self.to_port, self.peer


@dataclass(slots=True)
class SecurityGroup:
    """A security group and its rules, oldest first. Groups are stateful: a reply to what was let through passes."""

    id: str
    name: str
    vpc_id: str
    description: str = ""
    rules: list[SecurityGroupRule] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_default(self) -> bool:
        """Whether it is the default group of its VPC."""
        return self.name == "default"


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

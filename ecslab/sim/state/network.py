"""VPCs, subnets, network interfaces and security groups (PN sections N-30 to N-53)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["ingress", "egress"]


@dataclass(slots=True)
class Vpc:
    """A VPC and its address block; names of AWS services lead to interface endpoints only where DNS answers."""

    id: str
    cidr: str
    is_default: bool = False
    dns_support: bool = True
    dns_hostnames: bool = False
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class InternetGateway:
    """An internet gateway; `vpc_id` None while it is attached to none."""

    id: str
    vpc_id: str | None = None
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Route:
    """Where packets for a destination go: a block or a prefix list, and `local` or the id of a gateway or endpoint."""

    destination: str
    target: str


@dataclass(slots=True)
class RouteTable:
    """A route table; `associations` maps the id of an association to a subnet.

    `main_association` is the association of the VPC's main table, which every subnet without one of its own follows.
    """

    id: str
    vpc_id: str
    routes: list[Route] = field(default_factory=list)
    associations: dict[str, str] = field(default_factory=dict)
    main_association: str | None = None
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class ElasticAddress:
    """An Elastic IP address; `holder` is the NAT gateway that has it."""

    id: str
    address: str
    holder: str | None = None
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class NatGateway:
    """A NAT gateway; `allocation_id` and the public address are None for a private one."""

    id: str
    vpc_id: str
    subnet_id: str
    interface_id: str
    created_at_ms: int
    allocation_id: str | None = None
    public_address: str | None = None
    state: str = "pending"
    deleted_at_ms: int | None = None
    tags: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_gone(self) -> bool:
        """Whether it is being deleted or deleted; AWS shows it for a while."""
        return self.state in ("deleting", "deleted")


@dataclass(slots=True)
class VpcEndpoint:
    """A VPC endpoint: a gateway endpoint in route tables, or an interface endpoint in subnets.

    `service` is the short name, `ecr.api` of `com.amazonaws.us-east-1.ecr.api`; `interfaces` maps a subnet to the
    network interface there.
    """

    id: str
    vpc_id: str
    service: str
    type: Literal["Gateway", "Interface"]
    created_at_ms: int
    state: str = "pending"
    route_tables: list[str] = field(default_factory=list)
    interfaces: dict[str, str] = field(default_factory=dict)
    security_groups: list[str] = field(default_factory=list)
    private_dns: bool = False
    tags: list[dict[str, str]] = field(default_factory=list)


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
    tags: list[dict[str, str]] = field(default_factory=list)

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
    """An elastic network interface: of an awsvpc task (PN:N-40, PN:F-8), a NAT gateway or an interface endpoint.

    `owner` is a task's ARN or the id of what has it; `kind` is AWS's InterfaceType.
    """

    id: str
    subnet_id: str
    private_address: str
    security_groups: list[str]
    owner: str
    kind: str = "interface"
    public_address: str | None = None

"""Making the parts of a VPC that AWS makes by itself."""

from __future__ import annotations

from ecslab.sim.changes import network_changes
from ecslab.sim.rules.addresses import ALL
from ecslab.sim.state.network import InternetGateway, Route, RouteTable, SecurityGroup, SecurityGroupRule, Vpc
from ecslab.sim.world import World

# Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html and default-security-group.html
# beside it, as of 2026-11-24.

PREFIX_LISTS = {"pl-63a5400a": "s3"}
"""AWS-managed prefix lists by id: the addresses of a service that a gateway endpoint serves.

Model choice: the id that S3 has in us-east-1 stands for every region.
"""


def open_egress(world: World) -> SecurityGroupRule:
    """The rule that every new security group begins with: whatever leaves may leave."""
    return SecurityGroupRule(world.ids.prefixed("sgr"), "egress", "-1", None, None, cidr=ALL)


def add_default_group(world: World, vpc: Vpc) -> SecurityGroup:
    """The default group of a VPC: in from its own members, out to everywhere."""
    group = SecurityGroup(world.ids.prefixed("sg"), "default", vpc.id, "default VPC security group")
    network_changes.security_group_added(world, group)
    own = SecurityGroupRule(world.ids.prefixed("sgr"), "ingress", "-1", None, None, group_id=group.id)
    network_changes.rules_authorized(world, group, [own, open_egress(world)])
    return group


def default_group(world: World, vpc_id: str) -> SecurityGroup:
    """The default group of a VPC: what an interface has when no group is named (PN:N-36)."""
    return next(g for g in world.security_groups.values() if g.vpc_id == vpc_id and g.is_default)


def add_vpc(world: World, vpc: Vpc) -> RouteTable:
    """A VPC with what AWS makes with it: a main route table that leads inside alone, and a default group."""
    network_changes.vpc_added(world, vpc)
    association = world.ids.prefixed("rtbassoc")
    table = RouteTable(world.ids.prefixed("rtb"), vpc.id, [Route(vpc.cidr, "local")], main_association=association)
    network_changes.route_table_added(world, table)
    return table


def add_default_way_out(world: World, vpc: Vpc, table: RouteTable) -> None:
    """What makes the subnets of a default VPC public: an internet gateway, and the way to it in the main table."""
    gateway = InternetGateway(world.ids.prefixed("igw"), vpc.id)
    network_changes.internet_gateway_added(world, gateway)
    network_changes.routes_set(world, table, [*table.routes, Route(ALL, gateway.id)])


def subnet_users(world: World, subnet_id: str) -> list[str]:
    """The ids of whatever holds an address of a subnet: while there is one, the subnet stays."""
    return list(world.subnets[subnet_id].holders.values())


def vpc_users(world: World, vpc: Vpc) -> list[str]:
    """The ids of what keeps a VPC from being deleted: all in it that AWS did not make with it."""
    groups = [g.id for g in world.security_groups.values() if g.vpc_id == vpc.id and not g.is_default]
    tables = [t.id for t in world.route_tables.values() if t.vpc_id == vpc.id and not t.main_association]
    subnets = [s.id for s in world.subnets.values() if s.vpc_id == vpc.id]
    gateways = [g.id for g in world.internet_gateways.values() if g.vpc_id == vpc.id]
    endpoints = [e.id for e in world.vpc_endpoints.values() if e.vpc_id == vpc.id]
    return [*subnets, *groups, *tables, *gateways, *endpoints]


def group_users(world: World, group_id: str) -> list[str]:
    """The ids of what keeps a security group from being deleted: interfaces, machines, and rules that name it."""
    interfaces = [i.id for i in world.network_interfaces.values() if group_id in i.security_groups]
    machines = [m.id for m in world.ec2_instances.values() if group_id in m.security_groups and m.state != "terminated"]
    balancers = [b.arn for b in world.load_balancers.values() if group_id in b.security_groups]
    targets = [t.id for t in world.mount_targets.values() if group_id in t.security_groups]
    rules = [
        rule.id
        for group in world.security_groups.values()
        for rule in group.rules
        if rule.group_id == group_id and group.id != group_id
    ]
    return [*interfaces, *machines, *balancers, *targets, *rules]

"""Making the parts of a VPC that AWS makes by itself."""

from __future__ import annotations

from ecslab.sim.changes import network_changes
from ecslab.sim.rules.addresses import ALL
from ecslab.sim.state.network import SecurityGroup, SecurityGroupRule, Vpc
from ecslab.sim.world import World

# Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html, as of 2026-11-24.

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


def group_users(world: World, group_id: str) -> list[str]:
    """The ids of what keeps a security group from being deleted: interfaces, machines, and rules that name it."""
    interfaces = [i.id for i in world.network_interfaces.values() if group_id in i.security_groups]
    machines = [m.id for m in world.ec2_instances.values() if group_id in m.security_groups and m.state != "terminated"]
    rules = [
        rule.id
        for group in world.security_groups.values()
        for rule in group.rules
        if rule.group_id == group_id and group.id != group_id
    ]
    return [*interfaces, *machines, *rules]

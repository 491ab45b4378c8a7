"""Changes of networks: VPCs, subnets, security groups, addresses and network interfaces."""

from __future__ import annotations

from ecslab.sim.changes import journal
from ecslab.sim.state.network import NetworkInterface, SecurityGroup, SecurityGroupRule, Subnet, Vpc
from ecslab.sim.state.task import Task
from ecslab.sim.world import World


def vpc_added(world: World, vpc: Vpc) -> None:
    """A VPC exists."""
    world.vpcs[vpc.id] = vpc
    journal.record(world, "network", vpc.id, what="vpc", cidr=vpc.cidr)


def subnet_added(world: World, subnet: Subnet) -> None:
    """A subnet exists."""
    world.subnets[subnet.id] = subnet
    journal.record(world, "network", subnet.id, what="subnet", cidr=subnet.cidr, zone=subnet.availability_zone)


def security_group_added(world: World, group: SecurityGroup) -> None:
    """A security group exists."""
    world.security_groups[group.id] = group
    journal.record(world, "network", group.id, what="securityGroup", name=group.name)


def security_group_deleted(world: World, group: SecurityGroup) -> None:
    """A security group is gone."""
    del world.security_groups[group.id]
    journal.record(world, "network", group.id, what="securityGroup", name=None)


def rules_authorized(world: World, group: SecurityGroup, rules: list[SecurityGroupRule]) -> None:
    """A security group lets more through."""
    group.rules.extend(rules)
    journal.record(world, "network", group.id, what="securityGroupRules", added=[rule.id for rule in rules])


def rules_revoked(world: World, group: SecurityGroup, rules: list[SecurityGroupRule]) -> None:
    """A security group lets less through."""
    gone = [rule.id for rule in rules]
    group.rules = [rule for rule in group.rules if rule.id not in gone]
    journal.record(world, "network", group.id, what="securityGroupRules", removed=gone)


def address_taken(world: World, subnet: Subnet, address: str, holder: str, next_host: int) -> None:
    """Somebody holds a private address of a subnet (PN:N-40)."""
    subnet.holders[address] = holder
    subnet.next_host = next_host
    journal.record(world, "address", subnet.id, address=address, holder=holder, free=subnet.free_addresses)


def address_released(world: World, subnet: Subnet, address: str) -> None:
    """A private address is free again."""
    del subnet.holders[address]
    journal.record(world, "address", subnet.id, address=address, holder=None, free=subnet.free_addresses)


def interface_attached(world: World, task: Task, interface: NetworkInterface) -> None:
    """A task has its network interface (PN:N-40)."""
    world.network_interfaces[interface.id] = interface
    task.eni_id = interface.id
    task.private_address = interface.private_address


def interface_deleted(world: World, interface: NetworkInterface) -> None:
    """A network interface is gone."""
    del world.network_interfaces[interface.id]

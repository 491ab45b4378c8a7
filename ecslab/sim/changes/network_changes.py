"""Changes of networks: VPCs, subnets, security groups, addresses and network interfaces.

Whatever a way to a service depends on is changed through `_told`. Addresses and interfaces that are taken, held and
given back change no way: one that asks brings its own, and those of an endpoint or a NAT gateway stay while it is
available.
"""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import journal, usage_changes
from ecslab.sim.state.network import (
    ElasticAddress,
    InternetGateway,
    NatGateway,
    NetworkInterface,
    Route,
    RouteTable,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from ecslab.sim.state.task import Task
from ecslab.sim.world import World


def _told(world: World, id_: str, **values: Any) -> None:
    """A part of a network has changed: the ways that were found may lead elsewhere now."""
    journal.ways_dropped(world)
    journal.record(world, "network", id_, **values)


def vpc_added(world: World, vpc: Vpc) -> None:
    """A VPC exists."""
    world.vpcs[vpc.id] = vpc
    _told(world, vpc.id, what="vpc", cidr=vpc.cidr)


def subnet_added(world: World, subnet: Subnet) -> None:
    """A subnet exists."""
    world.subnets[subnet.id] = subnet
    _told(world, subnet.id, what="subnet", cidr=subnet.cidr, zone=subnet.availability_zone)


def security_group_added(world: World, group: SecurityGroup) -> None:
    """A security group exists."""
    world.security_groups[group.id] = group
    _told(world, group.id, what="securityGroup", name=group.name)


def security_group_deleted(world: World, group: SecurityGroup) -> None:
    """A security group is gone."""
    del world.security_groups[group.id]
    _told(world, group.id, what="securityGroup", name=None)


def rules_authorized(world: World, group: SecurityGroup, rules: list[SecurityGroupRule]) -> None:
    """A security group lets more through."""
    group.rules.extend(rules)
    _told(world, group.id, what="securityGroupRules", added=[rule.id for rule in rules])


def rules_revoked(world: World, group: SecurityGroup, rules: list[SecurityGroupRule]) -> None:
    """A security group lets less through."""
    gone = [rule.id for rule in rules]
    group.rules = [rule for rule in group.rules if rule.id not in gone]
    _told(world, group.id, what="securityGroupRules", removed=gone)


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
    if interface.public_address:
        owner = usage_changes.owner_of_task(world, task)
        usage_changes.address_metered(world, task.arn, "task", interface.id, owner)


def interface_added(world: World, interface: NetworkInterface) -> None:
    """A gateway, an endpoint or a load balancer has its network interface."""
    world.network_interfaces[interface.id] = interface
    if interface.public_address:
        usage_changes.address_metered(world, interface.owner, "loadBalancer", interface.id)


def interface_deleted(world: World, interface: NetworkInterface) -> None:
    """A network interface is gone."""
    del world.network_interfaces[interface.id]
    if interface.public_address:
        usage_changes.meter_stopped(world, interface.owner, interface.id)


def vpc_changed(world: World, vpc: Vpc, *, dns_support: bool, dns_hostnames: bool) -> None:
    """What a VPC's DNS answers."""
    vpc.dns_support = dns_support
    vpc.dns_hostnames = dns_hostnames
    _told(world, vpc.id, what="vpc", cidr=vpc.cidr)


def vpc_deleted(world: World, vpc: Vpc) -> None:
    """A VPC is gone, and with it what AWS made with it."""
    del world.vpcs[vpc.id]
    for groups in [g for g in world.security_groups.values() if g.vpc_id == vpc.id]:
        del world.security_groups[groups.id]
    for table in [t for t in world.route_tables.values() if t.vpc_id == vpc.id]:
        del world.route_tables[table.id]
    _told(world, vpc.id, what="vpc", cidr=None)


def subnet_mapped(world: World, subnet: Subnet, map_public_ip: bool) -> None:
    """Whether instances launched into a subnet get a public address."""
    subnet.map_public_ip = map_public_ip
    _told(world, subnet.id, what="subnet", cidr=subnet.cidr, zone=subnet.availability_zone)


def subnet_deleted(world: World, subnet: Subnet) -> None:
    """A subnet is gone, and its association with a route table."""
    del world.subnets[subnet.id]
    for table in world.route_tables.values():
        table.associations = {name: own for name, own in table.associations.items() if own != subnet.id}
    _told(world, subnet.id, what="subnet", cidr=None, zone=subnet.availability_zone)


def internet_gateway_added(world: World, gateway: InternetGateway) -> None:
    """An internet gateway exists."""
    world.internet_gateways[gateway.id] = gateway
    _told(world, gateway.id, what="internetGateway", vpc=gateway.vpc_id)


def internet_gateway_attached(world: World, gateway: InternetGateway, vpc_id: str | None) -> None:
    """An internet gateway is attached to a VPC, or to none."""
    gateway.vpc_id = vpc_id
    _told(world, gateway.id, what="internetGateway", vpc=vpc_id)


def internet_gateway_deleted(world: World, gateway: InternetGateway) -> None:
    """An internet gateway is gone."""
    del world.internet_gateways[gateway.id]
    _told(world, gateway.id, what="internetGateway", vpc=None)


def route_table_added(world: World, table: RouteTable) -> None:
    """A route table exists."""
    world.route_tables[table.id] = table
    _told(world, table.id, what="routeTable", vpc=table.vpc_id)


def route_table_deleted(world: World, table: RouteTable) -> None:
    """A route table is gone."""
    del world.route_tables[table.id]
    _told(world, table.id, what="routeTable", vpc=None)


def routes_set(world: World, table: RouteTable, routes: list[Route]) -> None:
    """The routes of a table, in the order in which they came."""
    table.routes = routes
    _told(world, table.id, what="routes", routes=[[r.destination, r.target] for r in routes])


def table_associated(world: World, table: RouteTable, association: str, subnet_id: str) -> None:
    """A subnet follows a route table."""
    table.associations[association] = subnet_id
    _told(world, table.id, what="association", subnet=subnet_id)


def table_disassociated(world: World, table: RouteTable, association: str) -> None:
    """A subnet follows the main route table again."""
    subnet_id = table.associations.pop(association)
    _told(world, table.id, what="association", subnet=subnet_id)


def main_table_replaced(world: World, old: RouteTable, new: RouteTable, association: str) -> None:
    """Another route table is the VPC's main one."""
    old.main_association = None
    new.main_association = association
    _told(world, new.id, what="association", subnet=None)


def elastic_address_added(world: World, address: ElasticAddress) -> None:
    """The account holds a public address."""
    world.elastic_addresses[address.id] = address
    _holder_metered(world, address)
    _told(world, address.id, what="elasticAddress", address=address.address)


def _holder_metered(world: World, address: ElasticAddress) -> None:
    kind = "natGateway" if address.holder else "elasticAddress"
    usage_changes.address_metered(world, address.holder or address.id, kind, address.id)


def elastic_address_held(world: World, address: ElasticAddress, holder: str | None) -> None:
    """A NAT gateway takes an Elastic IP address, or gives it back."""
    usage_changes.meter_stopped(world, address.holder or address.id, address.id)
    address.holder = holder
    _holder_metered(world, address)
    _told(world, address.id, what="elasticAddress", address=address.address)


def elastic_address_released(world: World, address: ElasticAddress) -> None:
    """The account no longer holds a public address."""
    del world.elastic_addresses[address.id]
    usage_changes.meter_stopped(world, address.holder or address.id, address.id)
    _told(world, address.id, what="elasticAddress", address=None)


def nat_gateway_added(world: World, gateway: NatGateway) -> None:
    """A NAT gateway is being made."""
    world.nat_gateways[gateway.id] = gateway
    _told(world, gateway.id, what="natGateway", state=gateway.state)


def nat_gateway_moved(world: World, gateway: NatGateway, state: str) -> None:
    """A NAT gateway takes its next state."""
    gateway.state = state
    gateway.deleted_at_ms = world.now_ms if state == "deleted" else None
    if state == "available":
        usage_changes.part_metered(world, gateway.id, "natGateway", "vpc.nat-gateway-hours")
    elif state == "deleting":
        usage_changes.part_meter_stopped(world, gateway.id, "natGateway")
    _told(world, gateway.id, what="natGateway", state=state)


def endpoint_added(world: World, endpoint: VpcEndpoint) -> None:
    """A VPC endpoint is being made."""
    world.vpc_endpoints[endpoint.id] = endpoint
    _told(world, endpoint.id, what="endpoint", state=endpoint.state)


def endpoint_moved(world: World, endpoint: VpcEndpoint, state: str) -> None:
    """A VPC endpoint takes its next state."""
    endpoint.state = state
    usage_changes.part_meter_stopped(world, endpoint.id, "endpoint")
    if state == "available" and endpoint.interfaces:
        usage_changes.part_metered(world, endpoint.id, "endpoint", "vpc.endpoint-hours", len(endpoint.interfaces))
    _told(world, endpoint.id, what="endpoint", state=state)


def endpoint_deleted(world: World, endpoint: VpcEndpoint) -> None:
    """A VPC endpoint is gone."""
    del world.vpc_endpoints[endpoint.id]
    usage_changes.part_meter_stopped(world, endpoint.id, "endpoint")
    _told(world, endpoint.id, what="endpoint", state=None)

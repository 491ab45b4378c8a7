"""NAT gateways and VPC endpoints: what they take up, and when they are ready (PN:N-41, PN:N-45, IC:R-15 to IC:R-24).

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html, as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecslab.sim.changes import journal, network_changes
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.rules import network_watchers, networking
from ecslab.sim.state.network import ElasticAddress, NatGateway, NetworkInterface, Subnet, VpcEndpoint
from ecslab.sim.timers import NetworkPartReady
from ecslab.sim.world import World

INTERFACE_SERVICES = (
    "ecr.api",
    "ecr.dkr",
    "logs",
    "secretsmanager",
    "ssm",
    "ssmmessages",
    "ecs",
    "ecs-agent",
    "ecs-telemetry",
    "s3",
)
GATEWAY_SERVICES = ("s3",)
"""The endpoint services of the lab (IC:R-15 to IC:R-22)."""


def interface_in(
    world: World, subnet: Subnet, owner: str, kind: str, groups: Sequence[str] = (), *, is_public: bool = False
) -> NetworkInterface:
    """A network interface of a gateway, an endpoint or a load balancer, in a subnet with a free address (PN:N-41)."""
    name = world.ids.prefixed("eni")
    address = networking.take_address(world, subnet, name) or ""
    public = networking.public_address(world) if is_public else None
    interface = NetworkInterface(name, subnet.id, address, list(groups), owner, kind, public_address=public)
    network_changes.interface_added(world, interface)
    return interface


def remove_interface(world: World, name: str) -> None:
    """Delete a network interface and free its address."""
    interface = world.network_interfaces[name]
    network_changes.address_released(world, world.subnets[interface.subnet_id], interface.private_address)
    network_changes.interface_deleted(world, interface)


def open_nat_gateway(world: World, gateway: NatGateway) -> None:
    """A NAT gateway is made; it lets nothing through before it is available."""
    network_changes.nat_gateway_added(world, gateway)
    journal.timer_set(world, TIMINGS["nat_gateway.pending"], NetworkPartReady(gateway.id, "pending"))


def close_nat_gateway(world: World, gateway: NatGateway) -> None:
    """A NAT gateway is deleted; its routes become blackholes at once and its addresses are free when it is gone."""
    network_changes.nat_gateway_moved(world, gateway, "deleting")
    journal.timer_set(world, TIMINGS["nat_gateway.deleting"], NetworkPartReady(gateway.id, "deleting"))
    network_watchers.network_changed(world)


def open_endpoint(world: World, endpoint: VpcEndpoint) -> None:
    """An endpoint is made: a gateway endpoint serves at once, an interface endpoint when it is available."""
    network_changes.endpoint_added(world, endpoint)
    if endpoint.type == "Interface":
        journal.timer_set(world, TIMINGS["vpc_endpoint.pending"], NetworkPartReady(endpoint.id, "pending"))
        return
    network_changes.endpoint_moved(world, endpoint, "available")
    network_watchers.network_changed(world)


def close_endpoint(world: World, endpoint: VpcEndpoint) -> None:
    """An endpoint is gone, with its interfaces. Model choice: at once, AWS takes some minutes."""
    for name in endpoint.interfaces.values():
        remove_interface(world, name)
    network_changes.endpoint_deleted(world, endpoint)
    network_watchers.network_changed(world)


def ready(world: World, timer: NetworkPartReady) -> None:
    """A NAT gateway or an endpoint takes its next state, if it is still in the one it was."""
    endpoint = world.vpc_endpoints.get(timer.id)
    if endpoint and endpoint.state == timer.state:
        network_changes.endpoint_moved(world, endpoint, "available")
    gateway = world.nat_gateways.get(timer.id)
    if gateway and gateway.state == timer.state:
        _nat_gateway_moves(world, gateway)
    network_watchers.network_changed(world)


def _nat_gateway_moves(world: World, gateway: NatGateway) -> None:
    if gateway.state == "pending":
        network_changes.nat_gateway_moved(world, gateway, "available")
        return
    network_changes.nat_gateway_moved(world, gateway, "deleted")
    remove_interface(world, gateway.interface_id)
    address = elastic_address(world, gateway.allocation_id)
    if address:
        network_changes.elastic_address_held(world, address, None)


def elastic_address(world: World, allocation_id: str | None) -> ElasticAddress | None:
    """An Elastic IP address by its allocation."""
    return world.elastic_addresses.get(allocation_id or "")

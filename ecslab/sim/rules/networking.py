"""Private addresses, task network interfaces and host ports (PN sections N-10 to N-42)."""

from __future__ import annotations

from collections.abc import Container as Holder
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from ecslab.sim.changes import network_changes, task_changes
from ecslab.sim.rules.addresses import address_number, address_text, block_ends
from ecslab.sim.rules.vpcs import default_group
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.network import NetworkInterface, Subnet
from ecslab.sim.state.task import Container, NetworkBinding, Task
from ecslab.sim.state.task_definition import ContainerDefinition
from ecslab.sim.world import World

DYNAMIC_PORTS = 32768, 60999
"""The first and the last of the ephemeral range of current ECS-optimized Linux AMIs (PN:N-25)."""
HIGHEST_PORT = 65535
PUBLIC_BLOCK = "198.18.0.0/15"


def take_address(world: World, subnet: Subnet, holder: str) -> str | None:
    """The next free private address of a subnet for a holder, None when all are taken (PN:N-41, PN:N-42).

    Model choice: next-fit from the fifth address, so that an address is not given again at once.
    """
    if subnet.free_addresses <= 0:
        return None
    first = address_number(subnet.cidr.partition("/")[0])
    last_host = subnet.usable_addresses + 3
    host = subnet.next_host
    while address_text(first + host) in subnet.holders:
        host = host + 1 if host < last_host else 4
    address = address_text(first + host)
    network_changes.address_taken(world, subnet, address, holder, host + 1 if host < last_host else 4)
    return address


def public_address(world: World) -> str:
    """The next public IPv4 address that AWS hands out.

    Model choice: the lab's come from 198.18.0.0/15, the block for tests, which is nobody's on the real internet.
    """
    first, last = block_ends(PUBLIC_BLOCK)
    return address_text(first + world.ids.serial("public-address") % (last - first))


def address_at_launch(world: World, subnet: Subnet) -> str | None:
    """The public address that an EC2 instance gets at its launch, where its subnet gives one (PN:N-45)."""
    return public_address(world) if subnet.map_public_ip else None


def missing_subnet(world: World, names: Sequence[str]) -> str | None:
    """What AWS says of the first of some subnets that does not exist, None when all do (PN:N-36)."""
    missing = next((name for name in names if name not in world.subnets), None)
    if missing is None:
        return None
    return (
        f"Error retrieving subnet information for [{', '.join(names)}]: The subnet ID '{missing}' "
        "does not exist (ErrorCode: InvalidSubnetID.NotFound)"
    )


def missing_group(world: World, names: Sequence[str]) -> str | None:
    """What AWS says of the first of some security groups that does not exist, None when all do (PN:N-36)."""
    missing = next((name for name in names if name not in world.security_groups), None)
    if missing is None:
        return None
    return (
        f"Error retrieving security group information for [{', '.join(names)}]: The security group '{missing}' "
        "does not exist (ErrorCode: InvalidGroup.NotFound)"
    )


def missing_part(world: World, network: Mapping[str, Any] | None) -> str | None:
    """What is gone of a network configuration that was whole when it was given, in AWS's words."""
    vpc = (network or {}).get("awsvpcConfiguration", {})
    return missing_subnet(world, vpc.get("subnets") or []) or missing_group(world, vpc.get("securityGroups") or [])


def attach_interface(world: World, task: Task, subnet: Subnet) -> bool:
    """Give an awsvpc task its network interface (PN:N-40).

    False when the subnet has no free address (PN:N-42), or one of its security groups is gone.
    """
    vpc = (task.network_configuration or {}).get("awsvpcConfiguration", {})
    if subnet.free_addresses <= 0 or missing_group(world, vpc.get("securityGroups") or []):
        return False
    interface_id = world.ids.prefixed("eni")
    address = take_address(world, subnet, interface_id)
    if address is None:
        return False
    groups = list(vpc.get("securityGroups") or [default_group(world, subnet.vpc_id).id])
    public = public_address(world) if _asks_for_public_address(task) else None
    interface = NetworkInterface(interface_id, subnet.id, address, groups, task.arn, public_address=public)
    network_changes.interface_attached(world, task, interface)
    return True


def _asks_for_public_address(task: Task) -> bool:
    """assignPublicIp, which only Fargate knows: task interfaces on EC2 are never public (PN:N-44, PN:N-45)."""
    vpc = (task.network_configuration or {}).get("awsvpcConfiguration", {})
    return task.launch_type == "FARGATE" and vpc.get("assignPublicIp") == "ENABLED"


def detach_interface(world: World, task: Task) -> None:
    """Delete a task's network interface and free its address."""
    interface = world.network_interfaces.get(task.eni_id or "")
    if interface:
        network_changes.address_released(world, world.subnets[interface.subnet_id], interface.private_address)
        network_changes.interface_deleted(world, interface)


def bind_ports(world: World, task: Task, container: Container, definition: ContainerDefinition) -> bool:
    """Bind a starting container's ports: fixed as named, dynamic by the agent's search (PN:N-10 to PN:N-13, PN:N-27).

    False, and nothing is bound, when no dynamic port is free.
    """
    if task.network_mode == "none":
        return True
    instance = world.container_instances.get(task.container_instance_arn or "")
    bindings: list[NetworkBinding] = []
    picked: list[tuple[str, int]] = []
    for mapping in definition.port_mappings:
        first, last = mapping.container_ports
        port = mapping.host_port or first
        if task.network_mode == "bridge" and not mapping.host_port and instance:
            found = dynamic_port(instance, mapping.protocol, picked, last - first + 1)
            if found is None:
                return False
            port = found
            picked.extend((mapping.protocol, found + number) for number in range(last - first + 1))
        bindings.append(NetworkBinding(first, port, mapping.protocol, last - first + 1))
    task_changes.ports_bound(world, task, container, bindings, picked)
    return True


def dynamic_port(
    instance: ContainerInstance, protocol: str, picked: Sequence[tuple[str, int]], length: int = 1
) -> int | None:
    """The agent's next free ephemeral port: sequential from one above the last, wrapping around (PN:N-26).

    The first of `length` free ports in a row, for a range of container ports (PN:N-27). `picked` are the ports that the
    same container has got already. None when there is no such port.
    """
    taken = {*instance.used_ports, *instance.dynamic_ports, *instance.agent_ports, *picked}
    first, last = instance.dynamic_port_range
    start = picked[-1][1] + 1 if picked else instance.next_dynamic_port
    if not first <= start <= last:
        start = first
    ports = chain(range(start, last + 1), range(first, start))
    return next((port for port in ports if _are_free(taken, protocol, range(port, port + length), last)), None)


def _are_free(taken: Holder[tuple[str, int]], protocol: str, ports: range, last: int) -> bool:
    return ports[-1] <= last and all((protocol, port) not in taken for port in ports)

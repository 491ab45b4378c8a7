"""What a load balancer finds at the end of its way to a target (PN:N-50 to PN:N-52).

Model choice: containers listen on the ports of their port mappings; one whose image is not healthy refuses
connections (PN:X-14), every other answers 200 on every path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ecslab.sim.rules.addresses import address_text, block_ends
from ecslab.sim.rules.reachability import INTERNET, Peer, admits
from ecslab.sim.rules.vpcs import default_group
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.state.load_balancer import LoadBalancer, Target, TargetGroup
from ecslab.sim.state.network import SecurityGroupRule
from ecslab.sim.state.task import Container, Task
from ecslab.sim.world import World

Answer = Literal["answered", "refused", "silent"]
"""An answer, a refused connection, or nothing until the time-out."""


@dataclass(frozen=True, slots=True)
class End:
    """The interface that a target is reached by: its address and groups, the machine under it and the tasks behind."""

    address: str
    security_groups: tuple[str, ...]
    tasks: tuple[Task, ...]
    is_up: bool = True


def end_of(world: World, group: TargetGroup, target: Target) -> End | None:
    """The interface behind a target, None when nobody has its address (PN:L-5)."""
    name = name_behind(world, group, target)
    interface = world.network_interfaces.get(name)
    if interface is not None:
        task = world.tasks.get(interface.owner)
        behind = () if task is None else (task,)
        return End(interface.private_address, tuple(interface.security_groups), behind, _is_up(world, task))
    machine = world.ec2_instances.get(name)
    if machine is None:
        return None
    instances = [i for i in world.container_instances.values() if i.ec2_instance_id == machine.id]
    tasks = tuple(t for i in instances for t in world.tasks_on(i.arn) if t.network_mode != "awsvpc")
    return End(machine.private_address, tuple(machine.security_groups), tasks, _runs(machine))


def name_behind(world: World, group: TargetGroup, target: Target) -> str:
    """The id of the instance or of the network interface behind a target, empty when nobody has its address."""
    return target.id if group.target_type == "instance" else holder_of(world, group.vpc_id, target.id) or ""


def _is_up(world: World, task: Task | None) -> bool:
    """Whether the machine under a task answers; on Fargate, whether its zone does (SS:C-44, SS:C-45)."""
    if task is None:
        return True
    instance = world.container_instances.get(task.container_instance_arn or "")
    machine = world.ec2_instances.get(instance.ec2_instance_id) if instance else None
    return _runs(machine) if machine else task.availability_zone not in world.failed_zones


def _runs(machine: Ec2Instance) -> bool:
    """Whether a machine answers; the agent on it may be disconnected (SS:C-23)."""
    return machine.state == "running" and machine.failed_at_ms is None


def holder_of(world: World, vpc_id: str, address: str) -> str | None:
    """Who has a private address in a VPC: the id of a network interface or of an instance."""
    subnets = (s for s in world.subnets.values() if s.vpc_id == vpc_id)
    return next((s.holders[address] for s in subnets if address in s.holders), None)


def listener_on(end: End, port: int) -> Container | None:
    """The running container that listens on a port of an interface."""
    for task in end.tasks:
        for container in task.containers:
            if container.last_status == "RUNNING" and any(b.host_port == port for b in container.network_bindings):
                return container
    return None


def is_well(container: Container, now_ms: int) -> bool:
    """Whether a container accepts connections at a moment."""
    if container.well_from_ms is None or now_ms < container.well_from_ms:
        return False
    return container.well_until_ms is None or now_ms < container.well_until_ms


def check_port(group: TargetGroup, target: Target) -> int:
    """The port that a target is probed on (PN:L-15)."""
    return target.port if group.check.port == "traffic-port" else int(group.check.port)


def probe_peer(balancer: LoadBalancer, target: Target) -> Peer:
    """Where the probes of a target come from.

    Model choice: of all nodes the one in the target's zone is asked, else the first.
    """
    nodes = [node for node in balancer.nodes if node.zone == target.zone] or balancer.nodes
    return Peer(nodes[0].address, tuple(balancer.security_groups))


def vpc_peer(world: World, balancer: LoadBalancer) -> Peer:
    """A client inside the VPC: what an internal load balancer has for clients.

    Model choice: it has the first usable address of the first subnet and belongs to the VPC's default group.
    """
    first, _ = block_ends(world.subnets[balancer.nodes[0].subnet_id].cidr)
    return Peer(address_text(first + 1), (default_group(world, balancer.vpc_id).id,))


def lets_clients_in(world: World, balancer: LoadBalancer, port: int) -> bool:
    """Whether clients get through to a port of a load balancer: else their packets are dropped (PN:N-52).

    Those of an internal one are inside the VPC. A Network Load Balancer without security groups lets everybody in.
    """
    if not balancer.security_groups:
        return True
    peer = INTERNET if balancer.scheme == "internet-facing" else vpc_peer(world, balancer)
    return admits(world, balancer.security_groups, "ingress", "tcp", port, peer) is not None


def request_peer(balancer: LoadBalancer, group: TargetGroup, target: Target) -> Peer:
    """Whom a target sees a request come from: its load balancer, or the client where its address is preserved.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html.
    """
    if group.attributes.get("preserve_client_ip.enabled") == "true":
        return Peer(INTERNET.address, tuple(balancer.security_groups))
    return probe_peer(balancer, target)


def admitted(
    world: World, balancer: LoadBalancer, end: End, port: int, peer: Peer, protocol: str = "tcp"
) -> tuple[bool, SecurityGroupRule | None]:
    """Whether the groups of both sides let a connection through, and the rule of the target's side (PN:N-50 to 52).

    A Network Load Balancer without security groups lets everything out.
    """
    if balancer.security_groups:
        target = Peer(end.address, end.security_groups)
        if admits(world, balancer.security_groups, "egress", protocol, port, target) is None:
            return False, None
    rule = admits(world, end.security_groups, "ingress", protocol, port, peer)
    return rule is not None, rule


def answer(world: World, group: TargetGroup, target: Target, balancer: LoadBalancer, port: int, peer: Peer) -> Answer:
    """What a connection to a port of a target comes to now."""
    end = end_of(world, group, target)
    if end is None or not end.is_up or not admitted(world, balancer, end, port, peer)[0]:
        return "silent"
    container = listener_on(end, port)
    return "answered" if container is not None and is_well(container, world.now_ms) else "refused"

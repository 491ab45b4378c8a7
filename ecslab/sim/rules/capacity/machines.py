"""EC2 instances: launched, started, on their way out (SS:C-2, SS:K-24, SS:K-26).

Model choice: an instance is `running` 30 s after its launch and its agent is up 90 s after it; AWS publishes neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecslab.sim.changes import group_changes, instance_changes, journal, network_changes
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.errors.common import SimError
from ecslab.sim.errors.ec2 import InsufficientFreeAddressesInSubnet, InsufficientInstanceCapacity, VcpuLimitExceeded
from ecslab.sim.rules import networking, quotas, stock
from ecslab.sim.rules.agent_settings import drops_bridge_metadata
from ecslab.sim.rules.load_balancing import probing
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.state.network import Subnet
from ecslab.sim.timers import AgentStarts, MachineSteps
from ecslab.sim.world import World

OVER = ("shutting-down", "stopping")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be launched. `metadata` are whether it answers, its tokens and the hop limit (IC:I-39)."""

    image_id: str
    instance_type: str
    instance_profile: str | None
    security_groups: tuple[str, ...]
    user_data: str = ""
    market: str = "on-demand"
    tags: tuple[dict[str, str], ...] = ()
    metadata: tuple[bool, str, int] = (True, "optional", 2)
    group: str | None = None
    template: tuple[str, int] | None = None


def obstacle(world: World, order: Order, subnet: Subnet, count: int = 1) -> SimError | None:
    """Why so many instances cannot be launched in a subnet now; None when they can (SS:C-2, SS:C-45)."""
    if not stock.has_instances(world, order.instance_type, subnet.availability_zone, count):
        return insufficient(order.instance_type, subnet.availability_zone)
    if problem := quotas.vcpus_exceeded(world, order.instance_type, order.market, count):
        return VcpuLimitExceeded(problem)
    if subnet.free_addresses <= 0:
        return InsufficientFreeAddressesInSubnet(
            f"There are not enough free addresses in subnet '{subnet.id}' to satisfy the requested number of instances."
        )
    return None


def insufficient(instance_type: str, zone: str) -> SimError:
    """AWS has not as many instances of a type left in a zone as are asked for."""
    return InsufficientInstanceCapacity(
        f"We currently do not have sufficient {instance_type} capacity in the Availability Zone you "
        f"requested ({zone}). Our system will be working on provisioning additional capacity."
    )


def make(world: World, order: Order, subnet: Subnet, state: str = "running") -> Ec2Instance:
    """A machine in a subnet that has room for it."""
    machine_id = world.ids.prefixed("i")
    enabled, tokens, hop_limit = order.metadata
    machine = Ec2Instance(
        machine_id,
        order.instance_type,
        subnet.availability_zone,
        subnet.id,
        networking.take_address(world, subnet, machine_id) or "",
        list(order.security_groups),
        order.instance_profile,
        state=state,
        market=order.market,
        launched_at_ms=world.now_ms,
        public_address=networking.address_at_launch(world, subnet),
        metadata_enabled=enabled,
        metadata_tokens=tokens,
        metadata_hop_limit=hop_limit,
        drops_bridge_metadata=drops_bridge_metadata(order.user_data),
        image_id=order.image_id,
        user_data=order.user_data,
        auto_scaling_group=order.group,
        launch_template=order.template,
        tags=[dict(tag) for tag in order.tags],
    )
    stock.instance_taken(world, machine)
    instance_changes.ec2_instance_launched(world, machine)
    return machine


def launch(world: World, order: Order, subnet: Subnet) -> Ec2Instance:
    """A machine begins to boot."""
    machine = make(world, order, subnet, "pending")
    boot(world, machine)
    return machine


def start_again(world: World, machine: Ec2Instance) -> None:
    """A stopped machine boots (SS:C-24)."""
    stock.instance_taken(world, machine)
    instance_changes.machine_moved(world, machine, "pending")
    boot(world, machine)


def boot(world: World, machine: Ec2Instance) -> None:
    """A machine boots: it runs, then its agent registers it (SS:K-24)."""
    journal.timer_set(world, TIMINGS["ec2.boot_to_running"], MachineSteps(machine.id, "pending"))
    journal.timer_set(world, TIMINGS["ec2.boot_to_registered"], AgentStarts(machine.id))


def step(world: World, timer: MachineSteps) -> None:
    """A machine leaves a state, if it is still in it."""
    machine = world.ec2_instances[timer.instance_id]
    if machine.state != timer.state:
        return
    if timer.state == "pending":
        instance_changes.machine_moved(world, machine, "running")
        probing.machine_changed(world, machine.id)
    elif timer.state == "stopping":
        instance_changes.machine_moved(world, machine, "stopped")
    else:
        _terminated(world, machine)
    group = world.auto_scaling_groups.get(machine.auto_scaling_group or "")
    member = group.members.get(machine.id) if group else None
    if group and member:
        if timer.state == "pending" and member.lifecycle_state == "Pending":
            group_changes.member_moved(world, member, "InService")
        elif timer.state == "shutting-down" and member.lifecycle_state == "Terminating":
            group_changes.member_left(world, group, member)
        group_changes.look_queued(world, group)


def _terminated(world: World, machine: Ec2Instance) -> None:
    instance_changes.machine_moved(world, machine, "terminated")
    subnet = world.subnets.get(machine.subnet_id)
    if subnet and machine.private_address in subnet.holders:
        network_changes.address_released(world, subnet, machine.private_address)

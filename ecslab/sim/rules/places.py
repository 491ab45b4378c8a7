"""The two sides of a connection: the internet, a load balancer, an EC2 instance or a task (PN:N-2, PN:N-10 to N-13)."""

from __future__ import annotations

from dataclasses import dataclass

from ecslab.sim.rules.load_balancing import reaching
from ecslab.sim.rules.reachability import End
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.state.load_balancer import LoadBalancer, Node
from ecslab.sim.state.task import Container, Task
from ecslab.sim.world import World


@dataclass(frozen=True, slots=True)
class Place:
    """What a connection comes from or goes to.

    `end` is its interface: a task's own with awsvpc, its instance's with bridge and host, that of a load balancer's
    node; None on the internet and for what has no network. `machine` is the instance itself, or the one under a task.
    """

    kind: str
    id: str
    end: End | None = None
    task: Task | None = None
    machine: Ec2Instance | None = None
    balancer: LoadBalancer | None = None

    @property
    def has_own_interface(self) -> bool:
        """Whether it is a task with an interface of its own (PN:N-51)."""
        return self.task is not None and self.task.network_mode == "awsvpc"

    @property
    def spoken(self) -> str:
        """How sentences name it."""
        if self.kind == "internet":
            return "the internet"
        if self.balancer:
            return f"the load balancer {self.balancer.name}"
        return f"{self.kind} {self.id.rpartition('/')[2]}"


@dataclass(frozen=True, slots=True)
class Door:
    """The port asked for, as it is met at the other side, and the container behind it; None where no container has it.

    `is_dynamic` when the agent picked the port (PN:N-11).
    """

    port: int
    container_port: int | None = None
    container: Container | None = None
    is_dynamic: bool = False


INTERNET = Place("internet", "internet")


def place_of(world: World, name: str, towards: Place | None = None) -> Place | None:
    """A side by `internet`, the ARN or name of a load balancer, the id or ARN of a task, or those of an instance.

    Of a load balancer's nodes the one in the zone of `towards` is taken, else the first. None when there is no such
    thing.
    """
    if name == "internet":
        return INTERNET
    for balancer in world.load_balancers.values():
        if name in (balancer.arn, balancer.name):
            return balancer_place(world, balancer, towards)
    task = next((t for t in world.tasks.values() if name in (t.arn, t.id)), None)
    if task:
        return task_place(world, task)
    instance = world.find_instance(name)
    machine = world.ec2_instances.get(instance.ec2_instance_id if instance else name)
    return Place("instance", machine.id, _machine_end(world, machine), machine=machine) if machine else None


def balancer_place(world: World, balancer: LoadBalancer, towards: Place | None = None) -> Place:
    """A load balancer, at its node in the zone of the other side where it has one there."""
    zone = towards.end.subnet.availability_zone if towards and towards.end else None
    node = next((node for node in balancer.nodes if node.zone == zone), balancer.nodes[0])
    return Place("loadBalancer", balancer.arn, _node_end(world, balancer, node), balancer=balancer)


def _node_end(world: World, balancer: LoadBalancer, node: Node) -> End:
    public = world.network_interfaces[node.interface_id].public_address
    return End(world.subnets[node.subnet_id], tuple(balancer.security_groups), node.address, public)


def task_place(world: World, task: Task) -> Place:
    """A task as a side of a connection (PN:N-2)."""
    interface = world.network_interfaces.get(task.eni_id or "")
    instance = world.container_instances.get(task.container_instance_arn or "")
    machine = world.ec2_instances[instance.ec2_instance_id] if instance else None
    end: End | None = None
    if interface:
        subnet, groups = world.subnets[interface.subnet_id], tuple(interface.security_groups)
        end = End(subnet, groups, interface.private_address, interface.public_address)
    elif machine and task.network_mode in ("bridge", "host"):
        end = _machine_end(world, machine)
    return Place("task", task.arn, end, task, machine)


def _machine_end(world: World, machine: Ec2Instance) -> End | None:
    """The interface of an instance, None when the subnet of one that is terminated has been deleted."""
    subnet = world.subnets.get(machine.subnet_id)
    if subnet is None:
        return None
    return End(subnet, tuple(machine.security_groups), machine.private_address, machine.public_address)


def door_of(world: World, place: Place, port: int) -> Door:
    """The port at which a place is met: a container's own, or the host port that stands for it (PN:N-10 to PN:N-13)."""
    for task in _tasks_at(world, place):
        for container in task.containers:
            for binding in container.network_bindings:
                own = place.task is not None and port == binding.container_port
                if own or port == binding.host_port:
                    is_static = ("tcp", binding.host_port) in task.host_ports
                    is_dynamic = task.network_mode == "bridge" and not is_static
                    return Door(binding.host_port, binding.container_port, container, is_dynamic)
    return Door(port)


def ports_at(world: World, place: Place) -> list[int]:
    """The ports at which containers of a place accept connections now, lowest first."""
    containers = (container for task in _tasks_at(world, place) for container in task.containers)
    ports = dict.fromkeys(binding.host_port for c in containers for binding in c.network_bindings)
    return sorted(port for port in ports if listens(world, door_of(world, place, port)))


def _tasks_at(world: World, place: Place) -> list[Task]:
    """The tasks that are met at a place: itself, or all on the instance that share its interface."""
    if place.task is not None:
        return [place.task]
    instance = world.instance_on(place.machine.id) if place.machine else None
    return [t for t in world.tasks_on(instance.arn) if t.network_mode != "awsvpc"] if instance else []


def listens(world: World, door: Door) -> bool:
    """Whether something accepts connections at a door now."""
    container = door.container
    return container is not None and container.last_status == "RUNNING" and reaching.is_well(container, world.now_ms)

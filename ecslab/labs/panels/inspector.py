"""What is known of the task or the instance that is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecslab.labs import play
from ecslab.labs.panels.address import Address
from ecslab.labs.panels.why import WhyPanel, why_panel
from ecslab.scene import words
from ecslab.scene.colours import Colours
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.task import Container, Task
from ecslab.sim.world import World

NO_INSTANCE = "none: on Fargate there is no container instance (IC:I-13)"
NO_INSTANCE_YET = "none yet: it comes with the container instance"


@dataclass(frozen=True, slots=True)
class ContainerLine:
    """One container in words."""

    name: str
    image: str
    state: str
    ports: str


@dataclass(frozen=True, slots=True)
class TaskPanel:
    """A task with its three roles kept apart, and why it is where it is."""

    id: str
    arn: str
    cluster: str
    colour: int
    shape: str
    state: str
    revision: str
    group: str
    size: str
    place: str
    instance_link: str
    network: str
    task_role: str
    task_role_arn: str
    execution_role: str
    execution_role_arn: str
    instance_role: str
    containers: tuple[ContainerLine, ...]
    stopped: str
    without_effect: str
    can_stop: bool
    waits: bool
    why: WhyPanel | None
    why_stopped: WhyPanel | None
    too_far: bool


@dataclass(frozen=True, slots=True)
class TaskLink:
    """A task of an instance, to go to."""

    link: str
    revision: str
    state: str
    shape: str
    task_role: str
    colour: int


@dataclass(frozen=True, slots=True)
class InstancePanel:
    """A container instance with what it has, what is taken, and what runs on it."""

    id: str
    ec2_instance_id: str
    type: str
    zone: str
    status: str
    agent: str
    memory: str
    cpu: str
    enis: str
    ports: str
    role: str
    address: str
    tasks: tuple[TaskLink, ...]
    can_fail: bool


def task_panel(view: play.View, address: Address) -> TaskPanel | None:
    """The task that the address names, None when the moment has no such task."""
    world = view.world
    task = next((t for t in world.tasks.values() if address.task and address.task in (t.id, t.arn)), None)
    if task is None:
        return None
    instance = world.container_instances.get(task.container_instance_arn or "")
    return TaskPanel(
        id=task.id,
        arn=task.arn,
        cluster=task.cluster_name,
        colour=Colours(world).of_task(task),
        shape=words.shape(task),
        state=words.state(task),
        revision=world.definition_of(task).name,
        group=task.group,
        size=f"{words.cpu_units(task.cpu_units)}, {words.mib(task.memory_mib)}",
        place=_place(task, instance),
        instance_link=address.link(task="", instance=instance.id) if instance else "",
        network=_network(world, task),
        task_role=words.role_name(task.task_role_arn),
        task_role_arn=task.task_role_arn or "",
        execution_role=words.role_name(task.execution_role_arn),
        execution_role_arn=task.execution_role_arn or "",
        instance_role=_instance_role(world, instance) if instance else _without_instance(task),
        containers=tuple(_container(c) for c in task.containers),
        stopped=_stopped(task),
        without_effect=", ".join(world.definition_of(task).not_simulated),
        can_stop=task.desired_status != "STOPPED",
        waits=task.waits_for_capacity,
        **_why(view, task),
    )


def _why(view: play.View, task: Task) -> dict[str, Any]:
    """Why it was placed where it is, and why it was stopped, where either was a choice."""
    told: dict[str, Any] = {"why": None, "why_stopped": None, "too_far": False}
    try:
        told["why"] = why_panel(play.explain_task(view, task.arn))
        if task.stop_decision:
            told["why_stopped"] = why_panel(play.explain_task(view, task.arn, stop=True))
    except play.TooFar:
        told["too_far"] = True
    return told


def _place(task: Task, instance: ContainerInstance | None) -> str:
    if instance:
        return f"{instance.ec2_instance_id} in {instance.availability_zone}"
    if task.waits_for_capacity:
        return f"nothing yet: it waits for an instance of capacity provider {task.capacity_provider}"
    return f"Fargate, {task.availability_zone}" if task.availability_zone else "not placed yet"


def _without_instance(task: Task) -> str:
    return NO_INSTANCE_YET if task.waits_for_capacity else NO_INSTANCE


def _network(world: World, task: Task) -> str:
    interface = world.network_interfaces.get(task.eni_id or "")
    if interface is None:
        return f"network mode {task.network_mode}"
    public = f", public {interface.public_address}" if interface.public_address else ""
    return f"ENI {interface.id}, {interface.private_address}{public}"


def _instance_role(world: World, instance: ContainerInstance) -> str:
    return words.role_name(world.ec2_instances[instance.ec2_instance_id].instance_profile)


def _container(container: Container) -> ContainerLine:
    state = container.last_status
    if container.exit_code is not None:
        state += f", exit code {container.exit_code}"
    if container.reason:
        state += f", {container.reason}"
    ports = ", ".join(f"{b.host_ports} → {b.container_ports}/{b.protocol}" for b in container.network_bindings)
    return ContainerLine(container.name, container.image, state, ports)


def _stopped(task: Task) -> str:
    if not task.stopped_reason:
        return ""
    return f"{task.stop_code}: {task.stopped_reason}" if task.stop_code else task.stopped_reason


def instance_panel(view: play.View, address: Address) -> InstancePanel | None:
    """The instance that the address names, None when the moment has no such instance."""
    world = view.world
    found = world.find_instance(address.instance) if address.instance else None
    if found is None:
        return None
    ec2 = world.ec2_instances[found.ec2_instance_id]
    taken = sorted({port for _, port in (*found.used_ports, *found.dynamic_ports)})
    return InstancePanel(
        id=found.id,
        ec2_instance_id=found.ec2_instance_id,
        type=found.instance_type,
        zone=found.availability_zone,
        status=found.status,
        agent="connected" if found.agent_connected else "disconnected",
        memory=words.of(found.reserved_memory_mib, found.registered_memory_mib, "MiB reserved"),
        cpu=words.of(found.reserved_cpu_units, found.registered_cpu_units, "CPU units reserved"),
        enis=words.of(found.task_enis, found.task_eni_limit, "ENIs for awsvpc tasks"),
        ports=", ".join(map(str, taken)) or "none",
        role=words.role_name(ec2.instance_profile),
        address=f"{ec2.private_address} in {found.subnet_id}",
        tasks=tuple(_link(world, task, address) for task in world.tasks_on(found.arn)),
        can_fail=found.status != "INACTIVE" and found.agent_connected,
    )


def _link(world: World, task: Task, address: Address) -> TaskLink:
    return TaskLink(
        link=address.link(task=task.id, instance=""),
        revision=world.definition_of(task).name,
        state=words.state(task),
        shape=words.shape(task),
        task_role=words.role_name(task.task_role_arn),
        colour=Colours(world).of_task(task),
    )

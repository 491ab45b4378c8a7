"""Tasks as blocks: what stands on one, and how many make one when there are too many to draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecslab.scene import words
from ecslab.scene.boxes import Box, ScaleBy, Segment, TaskBlock, TaskFacts
from ecslab.scene.colours import Colours
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

MOST_SINGLE_TASKS = 500
"""Above so many tasks in a cluster, those of one revision on one instance are drawn as one tile."""


@dataclass(frozen=True, slots=True)
class View:
    """What is drawn and how: shared by everything that a stage is made of."""

    world: World
    colours: Colours
    scale_by: ScaleBy
    selected: str | None

    def is_selected(self, *names: str) -> bool:
        """Whether one of a thing's names is the one that was asked for."""
        return self.selected is not None and self.selected in names

    def amount(self, task: Task) -> int:
        """What a task reserves of the resource that heights stand for: MiB or CPU units."""
        return task.memory_mib if self.scale_by == "memory" else task.cpu_units

    def size(self, value: int) -> str:
        """An amount of that resource with its unit."""
        return words.mib(value) if self.scale_by == "memory" else words.cpu_units(value)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Tasks drawn as one block: a single task, or a tile of many that are alike."""

    tasks: tuple[Task, ...]
    id: str

    @property
    def first(self) -> Task:
        """The task that lends its name and colour."""
        return self.tasks[0]

    @property
    def is_stopping(self) -> bool:
        """True when it no longer holds resources for placement, or soon will not (PN:R-7)."""
        return words.shape(self.first) == "stopping"


def bundles(tasks: Iterable[Task], place: str, grouped: bool) -> list[Bundle]:
    """Each task for itself, or tiles of one revision in one state at one place (named by `place`)."""
    if not grouped:
        return [Bundle((task,), f"task-{task.id}") for task in tasks]
    alike: dict[tuple[str, str, str], list[Task]] = {}
    for task in tasks:
        alike.setdefault((task.group, task.task_definition_arn, words.shape(task)), []).append(task)
    return [Bundle(tuple(members), f"tile-{place}-{members[0].id}") for members in alike.values()]


def block(view: View, bundle: Bundle, box: Box, notes: Sequence[str] = ()) -> TaskBlock:
    """A bundle at its place, with its words inside."""
    world, task, count = view.world, bundle.first, len(bundle.tasks)
    name = world.definition_of(task).name
    return TaskBlock(
        id=bundle.id,
        arn=task.arn,
        box=box,
        name=name if count == 1 else f"{name} × {count:,}",
        colour=view.colours.of_task(task),
        shape=words.shape(task),
        state=words.state(task),
        size=view.size(sum(view.amount(each) for each in bundle.tasks)),
        count=count,
        is_newer=_is_newer(world, task),
        is_unhealthy=any(each.health_status == "UNHEALTHY" for each in bundle.tasks),
        is_selected=any(view.is_selected(each.arn, f"task-{each.id}") for each in bundle.tasks),
        segments=tuple(Segment(c.name, c.essential, c.last_status) for c in task.containers) if count == 1 else (),
        notes=tuple(notes),
        further=_further(world, bundle),
        facts=_facts(world, bundle),
    )


def address(world: World, task: Task) -> str:
    """The private address of a task's network interface; empty without one (PN:N-40)."""
    interface = world.network_interfaces.get(task.eni_id or "")
    return interface.private_address if interface else ""


def _further(world: World, bundle: Bundle) -> tuple[tuple[str, ...], ...]:
    """What more can be said on the block: the task role, then the private address or the host ports (PN:N-40)."""
    task = bundle.first
    name = words.role_name(task.task_role_arn)
    role = (f"task role {name}", name) if task.task_role_arn else ("no task role", "")
    if len(bundle.tasks) > 1:
        return (role,)
    ports = ", ".join(b.host_ports for c in task.containers for b in c.network_bindings)
    private = address(world, task) if task.launch_type == "EC2" else ""
    place = (f"ENI {private}", private) if private else (f"host port {ports}", ports) if ports else ()
    return (role, place) if place else (role,)


def _is_newer(world: World, task: Task) -> bool:
    service = world.services.get(task.service_arn or "")
    return bool(service and len(service.deployments) > 1 and task.deployment_id == service.primary.id)


def _facts(world: World, bundle: Bundle) -> TaskFacts:
    task, count = bundle.first, len(bundle.tasks)
    return TaskFacts(
        task=task.id if count == 1 else words.plural(count, "task"),
        group=task.group,
        revision=world.definition_of(task).name,
        state=words.state(task),
        health="" if task.health_status == "UNKNOWN" else task.health_status,
        memory=words.mib(sum(each.memory_mib for each in bundle.tasks)),
        cpu=words.cpu_units(sum(each.cpu_units for each in bundle.tasks)),
        containers=", ".join(f"{c.name} {c.last_status}" for c in task.containers) if count == 1 else "",
        ports=_ports(task) if count == 1 else "",
        addresses=_addresses(world, task) if count == 1 else "",
        task_role=words.role_name(task.task_role_arn),
        execution_role=words.role_name(task.execution_role_arn),
    )


def _ports(task: Task) -> str:
    bound = [
        f"{b.host_ports} to {c.name}:{b.container_ports}/{b.protocol}"
        for c in task.containers
        for b in c.network_bindings
    ]
    reserved = [f"{port}/{protocol}" for protocol, port in task.host_ports]
    return ", ".join(bound or reserved)


def _addresses(world: World, task: Task) -> str:
    interface = world.network_interfaces.get(task.eni_id or "")
    if interface is None:
        return ""
    public = f", public {interface.public_address}" if interface.public_address else ""
    return f"{interface.private_address} on {words.short_id(interface.id)}{public}"

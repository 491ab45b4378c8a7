"""How much of what there is was reserved and used, period by period (lab:GetUtilization, lab-responses section 7).

The journal tells which tasks there were and where; what they used is worked out like the metrics (SS:M-11).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ecslab.sim import events
from ecslab.sim.changes.traffic_changes import SAMPLE_MS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.metrics import capacity_at
from ecslab.sim.rules.traffic import cpu_used, memory_used, requests_at, running_at
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.network import Subnet
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.state.traffic import RunningSpan
from ecslab.sim.world import JournalEntry, World

MOST_POINTS = 10_000
PENDING = ("PROVISIONING", "PENDING", "ACTIVATING")
OVER = ("STOPPING", "DEPROVISIONING", "STOPPED")
"""A task that is stopping holds nothing for placement any more (PN:R-7)."""


@dataclass(slots=True)
class _Stay:
    """A task from its beginning on: what it takes, and the states it took with their moments."""

    arn: str
    cluster: str
    service: str | None
    cpu_units: int
    memory_mib: int
    has_eni: bool
    instances: list[tuple[int, str | None]] = field(default_factory=list)
    states: list[tuple[int, str]] = field(default_factory=list)

    def state_at(self, at_ms: int) -> str | None:
        """Its lastStatus at a moment, None before it began."""
        return next((state for moment, state in reversed(self.states) if moment <= at_ms), None)

    def instance_at(self, at_ms: int) -> str | None:
        """The container instance that it was on."""
        return next((arn for moment, arn in reversed(self.instances) if moment <= at_ms), None)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at; `is_own` tells its tasks at a moment from all others."""

    kind: str
    id: str
    name: str | None
    is_own: Callable[[_Stay, int], bool]
    cluster: str | None = None
    instance: ContainerInstance | None = None
    subnet: Subnet | None = None

    @property
    def is_capacity(self) -> bool:
        """Whether it has something that is registered."""
        return self.kind in ("cluster", "instance")


def subject(world: World, reference: str) -> Subject:
    """A cluster, service, task, instance or subnet by name, id or ARN; the first kind that has it."""
    for cluster in world.clusters.values():
        if reference in (cluster.name, cluster.arn):
            return _cluster(cluster)
    services = [s for s in world.services.values() if reference in (s.name, s.arn) and s.status != "INACTIVE"]
    if len(services) > 1:
        raise InvalidParameterException(f"There are several services {reference[:128]}; name one by its ARN.")
    for service in services:
        return _service(service)
    for task in world.tasks.values():
        if reference in (task.id, task.arn):
            return _task(task)
    for instance in world.container_instances.values():
        if reference in (instance.ec2_instance_id, instance.id, instance.arn):
            return _instance(instance)
    if reference in world.subnets:
        return Subject("subnet", reference, None, lambda _s, _: False, subnet=world.subnets[reference])
    raise InvalidParameterException(f"There is no cluster, service, task, instance or subnet {reference[:128]}.")


def _cluster(cluster: Cluster) -> Subject:
    name = cluster.name
    return Subject("cluster", cluster.arn, name, lambda stay, _: stay.cluster == name, cluster=name)


def _service(service: Service) -> Subject:
    where = (service.cluster_name, service.name)
    return Subject("service", service.arn, service.name, lambda stay, _: (stay.cluster, stay.service) == where)


def _task(task: Task) -> Subject:
    arn = task.arn
    return Subject("task", arn, None, lambda stay, _: stay.arn == arn)


def _instance(instance: ContainerInstance) -> Subject:
    arn = instance.arn
    return Subject(
        "instance",
        instance.ec2_instance_id,
        None,
        lambda stay, at_ms: stay.instance_at(at_ms) == arn,
        cluster=instance.cluster_name,
        instance=instance,
    )


def points(world: World, of: Subject, begin_ms: int, end_ms: int, period_ms: int) -> list[dict[str, Any]]:
    """A point for each full period, stamped with its end."""
    ends = range(begin_ms + period_ms, end_ms + 1, period_ms)
    if len(ends) > MOST_POINTS:
        raise InvalidParameterException(f"That are more than {MOST_POINTS} points; give a longer period.")
    if of.subnet is not None:
        history = world.history()
        return [_of_subnet(history, of.subnet, end) for end in ends]
    stays = _stays(world)
    return [_point(world, of, stays, end, period_ms) for end in ends]


def _stays(world: World) -> list[_Stay]:
    """Every task that there has been, oldest first."""
    found: dict[str, _Stay] = {}
    for entry in world.history():
        if entry.kind != "taskState":
            continue
        values = entry.values
        stay = found.get(entry.id)
        if stay is None:
            cpu, memory, has_eni = values["size"]
            stay = found[entry.id] = _Stay(entry.id, values["cluster"], values["service"], cpu, memory, has_eni)
        stay.states.append((entry.at_ms, values["to"]))
        if not stay.instances or stay.instances[-1][1] != values["instance"]:
            stay.instances.append((entry.at_ms, values["instance"]))
    return list(found.values())


def _of_subnet(history: Sequence[JournalEntry], subnet: Subnet, at_ms: int) -> dict[str, Any]:
    free = next(
        (e.values["free"] for e in reversed(history) if e.kind == "address" and e.id == subnet.id and e.at_ms <= at_ms),
        subnet.usable_addresses,
    )
    nothing = dict.fromkeys(("cpu", "memory", "tasks", "eni"))
    addresses = {"total": subnet.usable_addresses, "used": subnet.usable_addresses - free}
    return {"at": events.seconds(at_ms), **nothing, "addresses": addresses, "ports": None}


def _point(world: World, of: Subject, stays: Sequence[_Stay], at_ms: int, period_ms: int) -> dict[str, Any]:
    states = [(stay, stay.state_at(at_ms)) for stay in stays if of.is_own(stay, at_ms)]
    holding = [stay for stay, state in states if _holds(of, stay, state, at_ms)]
    registered = _registered(world, of, at_ms)
    used = _used(world, of, at_ms, period_ms)
    return {
        "at": events.seconds(at_ms),
        "cpu": {"registered": registered[0], "reserved": sum(s.cpu_units for s in holding), "used": used[0]},
        "memory": {"registered": registered[1], "reserved": sum(s.memory_mib for s in holding), "used": used[1]},
        "tasks": {
            "running": sum(1 for _, state in states if state == "RUNNING"),
            "pending": sum(1 for _, state in states if state in PENDING),
        },
        "eni": _eni(world, of, states, at_ms),
        "addresses": None,
        "ports": None if of.instance is None else _ports(world, of.instance, holding),
    }


def _holds(of: Subject, stay: _Stay, state: str | None, at_ms: int) -> bool:
    """What counts as reserved: the running tasks of a service, else tasks that hold a place, on instances alone."""
    if of.kind == "service":
        return state == "RUNNING"
    on_instance = of.kind == "task" or stay.instance_at(at_ms) is not None
    return state is not None and state not in OVER and on_instance


def _registered(world: World, of: Subject, at_ms: int) -> tuple[int | None, int | None]:
    if not of.is_capacity or of.cluster is None:
        return None, None
    wanted = (None, of.instance.arn if of.instance else None)
    spans = [s for s in capacity_at(world, of.cluster, at_ms) if of.instance is None or s.instance_arn in wanted]
    return sum(s.cpu_units for s in spans), sum(s.memory_mib for s in spans)


def _eni(world: World, of: Subject, states: Sequence[tuple[_Stay, str | None]], at_ms: int) -> dict[str, int] | None:
    """Network interfaces for awsvpc tasks, which they keep until they are STOPPED (PN:R-8)."""
    if not of.is_capacity or of.cluster is None:
        return None
    arns = [s.instance_arn for s in capacity_at(world, of.cluster, at_ms)]
    instances = [of.instance] if of.instance else [i for i in world.container_instances.values() if i.arn in arns]
    kept = [s for s, state in states if state not in (None, "STOPPED") and s.has_eni and s.instance_at(at_ms)]
    return {"limit": sum(i.task_eni_limit for i in instances), "used": len(kept)}


def _ports(world: World, instance: ContainerInstance, holding: Sequence[_Stay]) -> list[dict[str, Any]]:
    """Host ports that are taken, with who has them; the agent's own are reserved (PN:R-6).

    Model choice: the ports of tasks that can no longer be described are not told.
    """
    found = [{"protocol": protocol, "port": port, "by": "reserved"} for protocol, port in instance.agent_ports]
    for task in (world.tasks[stay.arn] for stay in holding if stay.arn in world.tasks):
        taken = dict.fromkeys(task.host_ports)
        for binding in (b for container in task.containers for b in container.network_bindings):
            taken |= dict.fromkeys((binding.protocol, binding.host_port + n) for n in range(binding.length))
        found += [{"protocol": protocol, "port": port, "by": task.arn} for protocol, port in taken if port]
    return found


def _used(world: World, of: Subject, at_ms: int, period_ms: int) -> tuple[int | None, int | None]:
    """The mean of the samples of a period, rounded down; None for a service or a task that ran at none (SS:M-1)."""
    first = (at_ms - period_ms) // SAMPLE_MS * SAMPLE_MS + SAMPLE_MS - 1
    moments = [m for m in range(first, at_ms, SAMPLE_MS) if m >= at_ms - period_ms] or [at_ms - 1]
    samples = [_sample(world, of, moment) for moment in moments]
    seen = [sample for sample in samples if sample is not None]
    if not of.is_capacity:
        if not seen:
            return None, None
        samples = list(seen)
    cpu, memory = (sum((s[n] for s in seen), Fraction(0)) / len(samples) for n in (0, 1))
    return int(cpu), int(memory)


def _sample(world: World, of: Subject, at_ms: int) -> tuple[Fraction, Fraction] | None:
    """CPU units and MiB that its RUNNING tasks used at a moment, None without any."""
    pairs: list[tuple[Fraction, Fraction]] = []
    for owner in world.running_spans:
        running = running_at(world, owner, at_ms)
        own = [span for span in running if _is_of(of, span)]
        requests = requests_at(world, owner, running, at_ms) if own else {}
        pairs += [(cpu_used(s, requests[s.task_arn]), memory_used(s, requests[s.task_arn])) for s in own]
    if not pairs:
        return None
    return sum((cpu for cpu, _ in pairs), Fraction(0)), sum((memory for _, memory in pairs), Fraction(0))


def _is_of(of: Subject, span: RunningSpan) -> bool:
    if of.kind == "service":
        return span.service_arn == of.id
    if of.kind == "task":
        return span.task_arn == of.id
    if of.instance is not None:
        return span.instance_arn == of.instance.arn
    return span.cluster_name == of.cluster and span.instance_arn is not None

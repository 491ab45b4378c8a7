"""What clients send, and from when to when tasks and instances were there to answer."""

from __future__ import annotations

from ecslab.sim.changes import journal, waking
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.load_balancer import LoadBalancer
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.state.traffic import Behaviour, CapacitySpan, RunningSpan, ShareSpan, Traffic
from ecslab.sim.timers import SharesDue
from ecslab.sim.world import World

SAMPLE_MS = 20_000
"""Use is looked at every 20 seconds, a millisecond before their end (SS:M-11)."""


def traffic_set(world: World, taker: Service | LoadBalancer, traffic: Traffic) -> None:
    """Clients send this to a service, or to a load balancer, from now on."""
    world.traffic.setdefault(taker.arn, []).append(traffic)
    service = taker if isinstance(taker, Service) else None
    if service is None:
        waking.aws_metrics_move(world)
    else:
        waking.metric_moves(world, service.cluster_name)
    journal.record(
        world,
        "traffic",
        taker.arn,
        cluster=service.cluster_name if service else None,
        service=service.name if service else None,
        pattern=traffic.pattern,
        **{"from": traffic.from_ms, "to": traffic.to_ms},
    )
    spans = world.share_spans.get(taker.arn)
    if spans and spans[-1].closed_port is not None:
        _arrival(world, taker.arn, spans[-1].closed_port)


def _arrival(world: World, balancer_arn: str, closed_port: int | None) -> None:
    """What clients send to a load balancer arrives again, or does not at a port that is closed to them (PN:N-52)."""
    journal.record(world, "trafficArrival", balancer_arn, cluster=None, service=None, closedPort=closed_port)


def shares_looked_at(world: World, again_ms: int | None) -> None:
    """The shares of load balancers are known; they change by themselves at a moment, or not while it is None."""
    world.shares_due_ms = again_ms
    if again_ms is not None:
        journal.timer_set(world, again_ms - world.now_ms, SharesDue(again_ms))


def shares_set(world: World, balancer_arn: str, span: ShareSpan | None) -> None:
    """A load balancer shares its requests out in another way from now on; not at all with None."""
    spans = world.share_spans.setdefault(balancer_arn, [])
    was_closed = spans[-1].closed_port if spans else None
    if span is not None and span.closed_port != was_closed and balancer_arn in world.traffic:
        _arrival(world, balancer_arn, span.closed_port)
    if spans and spans[-1].until_ms is None:
        spans[-1].until_ms = world.now_ms
        if not _is_seen(spans[-1].from_ms, world.now_ms):
            spans.pop()
    if span is not None:
        spans.append(span)
    waking.aws_metrics_move(world)


def running_changed(world: World, task: Task) -> None:
    """A task begins to be RUNNING, behaves in another way, or is RUNNING no longer."""
    spans = world.running_spans.setdefault(task.service_arn or f"cluster/{task.cluster_name}", [])
    last = world.open_spans.get(task.arn)
    behaviour = _behaviour(task)
    if last is not None:
        if task.last_status == "RUNNING" and last.behaviour == behaviour:
            return
        del world.open_spans[task.arn]
        last.until_ms = world.now_ms
        if not _is_seen(last.from_ms, world.now_ms):
            spans.remove(last)
    if task.last_status == "RUNNING":
        world.open_spans[task.arn] = span = _span(world, task, behaviour)
        spans.append(span)
    waking.metric_moves(world, task.cluster_name)


def _is_seen(from_ms: int, until_ms: int) -> bool:
    """Whether a moment at which use is looked at falls into a stretch; what nobody ever sees is not kept."""
    return (from_ms // SAMPLE_MS + 1) * SAMPLE_MS <= until_ms


def _behaviour(task: Task) -> Behaviour:
    running = [c for c in task.containers if c.is_running]
    return Behaviour(
        sum(c.cpu_use_units for c in running),
        sum(c.memory_use_mib for c in running),
        sum(c.cpu_units_per_rps for c in running),
        sum(c.memory_kib_per_rps for c in running),
        max((c.request_ms for c in running), default=0),
    )


def _span(world: World, task: Task, behaviour: Behaviour) -> RunningSpan:
    definition = world.definition_of(task)
    limits = [c.memory_mib for c in definition.container_definitions]
    known = [limit for limit in limits if limit is not None]
    most_memory = sum(known) if len(known) == len(limits) else None
    if definition.memory_mib is not None:
        most_memory = max(definition.memory_mib, task.memory_mib)
    return RunningSpan(
        task_arn=task.arn,
        cluster_name=task.cluster_name,
        service_arn=task.service_arn,
        instance_arn=task.container_instance_arn,
        from_ms=world.now_ms,
        cpu_units=task.cpu_units,
        memory_mib=task.memory_mib,
        most_cpu_units=None if definition.cpu_units is None else task.cpu_units,
        most_memory_mib=most_memory,
        behaviour=behaviour,
    )


def capacity_changed(world: World, instance: ContainerInstance) -> None:
    """A container instance counts as capacity while it is ACTIVE or DRAINING (SS:M-4)."""
    spans = world.capacity_spans.setdefault(instance.cluster_name, [])
    last = next((s for s in reversed(spans) if s.until_ms is None and s.instance_arn == instance.arn), None)
    is_there = instance.status in ("ACTIVE", "DRAINING")
    if last is None and is_there:
        cpu, memory = instance.registered_cpu_units, instance.registered_memory_mib
        spans.append(CapacitySpan(instance.arn, instance.cluster_name, world.now_ms, cpu, memory))
    elif last is not None and not is_there:
        last.until_ms = world.now_ms
    waking.metric_moves(world, instance.cluster_name)

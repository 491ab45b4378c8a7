"""Registering tasks and other targets, and taking them out again (PN:L-5, PN:L-6, PN:L-43 to PN:L-45)."""

from __future__ import annotations

from ecslab.sim.changes import load_balancer_changes as changes
from ecslab.sim.rules.load_balancing import attachment, probing
from ecslab.sim.state.load_balancer import ServiceLoadBalancer, Target, TargetGroup, TargetNews
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.state.task import Task
from ecslab.sim.timers import TargetDrained
from ecslab.sim.world import World


def register(world: World, group: TargetGroup, id_: str, port: int, task: Task | None = None) -> Target:
    """A new target of a group: probes begin one interval from now (PN:L-33)."""
    target = Target(id_, port, zone_of(world, group, id_), world.now_ms, task.arn if task else None)
    changes.target_registered(world, group, target)
    probing.begin(world, group, target)
    return target


def zone_of(world: World, group: TargetGroup, id_: str) -> str:
    """The Availability Zone of an instance or an address; `all` outside the VPC."""
    machine = world.ec2_instances.get(id_) if group.target_type == "instance" else None
    if machine is not None:
        return machine.availability_zone
    subnets = (s for s in world.subnets.values() if s.vpc_id == group.vpc_id)
    return next((s.availability_zone for s in subnets if id_ in s.holders), attachment.ALL_ZONES)


def register_task(world: World, service: Service, deployment: Deployment, task: Task) -> None:
    """Put a task that has started behind the target groups of its deployment (PN:L-5, PN:L-6)."""
    for entry in deployment.load_balancers:
        group = world.target_groups.get(entry.target_group_arn)
        if group is not None and all(t.target_group_arn != group.arn for t in task.targets):
            _put_behind(world, service, task, group, entry)


def _put_behind(world: World, service: Service, task: Task, group: TargetGroup, entry: ServiceLoadBalancer) -> None:
    place = place_of(world, task, entry)
    if place is None:
        return
    known = group.targets.get(f"{place[0]}:{place[1]}")
    if known is not None and known.state == "draining" and group.target_type == "ip":
        return  # it is registered when the delay is over (PN:L-45)
    target = register(world, group, *place, task)
    changes.task_registered(world, task, group, target)
    news = TargetNews("registered", group.arn, task.deployment_id or "", task.arn)
    changes.news_kept(world, service, news)


def place_of(world: World, task: Task, entry: ServiceLoadBalancer) -> tuple[str, int] | None:
    """Where a container of a task is reached: address and container port, or instance and host port (PN:L-5)."""
    container = next((c for c in task.containers if c.name == entry.container_name), None)
    bindings = container.network_bindings if container else []
    port = next((b.host_port for b in bindings if b.container_port == entry.container_port), None)
    instance = world.container_instances.get(task.container_instance_arn or "")
    id_ = task.private_address if task.network_mode == "awsvpc" else instance and instance.ec2_instance_id
    return (id_, port) if id_ and port else None


def targets_of(world: World, task: Task) -> list[tuple[TargetGroup, Target]]:
    """The targets of a task that are still registered, draining ones included, in the order of registration."""
    found = []
    for place in task.targets:
        group = world.target_groups.get(place.target_group_arn)
        target = group.targets.get(place.key) if group else None
        if group is not None and target is not None and target.task_arn == task.arn:
            found.append((group, target))
    return found


def deregister(world: World, group: TargetGroup, target: Target) -> None:
    """Take a target out: it drains for the deregistration delay, and is gone at once if it was unused (PN:L-44)."""
    if target.state == "unused":
        changes.target_removed(world, group, target)
    elif target.state != "draining":
        changes.drain_begun(world, group, target, group.deregistration_delay_ms)


def deregister_task(world: World, task: Task) -> bool:
    """Take a task out of its target groups; whether one of them still drains (PN:L-43)."""
    service = world.services.get(task.service_arn or "")
    for group, target in targets_of(world, task):
        if target.state == "draining":
            continue
        deregister(world, group, target)
        if service is not None:
            news = TargetNews("deregistered", group.arn, task.deployment_id or "", task.arn)
            changes.news_kept(world, service, news)
    return bool(targets_of(world, task))


def drained(world: World, timer: TargetDrained) -> Target | None:
    """The delay of a target is over and it is gone; None when the timer is stale."""
    group = world.target_groups.get(timer.target_group_arn)
    target = group.targets.get(timer.target) if group else None
    if group is None or target is None or target.serial != timer.serial:
        return None
    changes.target_removed(world, group, target)
    return target

"""Capacity providers: which there are, whose instances are whose, and what uses them (SS:C-50, SS:C-59)."""

from __future__ import annotations

from collections.abc import Iterable

from ecslab.sim.changes import group_changes, provider_changes
from ecslab.sim.state.capacity import CapacityProvider, Reservation, StrategyItem
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import ContainerInstance, Ec2Instance
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

FARGATE, FARGATE_SPOT = "FARGATE", "FARGATE_SPOT"
MINUTE_MS = 60_000
PREDEFINED = (FARGATE, FARGATE_SPOT)
"""The providers that nobody creates and nobody deletes (SS:C-50)."""


def name_of(reference: str) -> str:
    """The name in a provider's ARN, or the name itself."""
    return reference.rpartition("/")[2]


def find(world: World, name: str) -> CapacityProvider | None:
    """The ACTIVE provider of an Auto Scaling group by its name."""
    provider = world.capacity_providers.get(name)
    return provider if provider and provider.status == "ACTIVE" else None


def exists(world: World, name: str) -> bool:
    """Whether a strategy may name a provider at all."""
    return name in PREDEFINED or find(world, name) is not None


def of_group(world: World, group_name: str | None) -> CapacityProvider | None:
    """The ACTIVE provider of an Auto Scaling group."""
    found = (p for p in world.capacity_providers.values() if p.group_name == group_name and p.status == "ACTIVE")
    return next(found, None)


def of_instance(world: World, instance: ContainerInstance) -> CapacityProvider | None:
    """The provider that a container instance belongs to: its group's, where the cluster has that provider.

    Model choice: instances that joined before the provider was made belong to it too. AWS says that they might not be
    registered properly with it.
    """
    machine = world.ec2_instances.get(instance.ec2_instance_id)
    group = machine.auto_scaling_group if machine else None
    provider = of_group(world, group) if group else None
    cluster = world.clusters.get(instance.cluster_name)
    return provider if provider and cluster and provider.name in cluster.capacity_providers else None


def container_instances(world: World, provider: CapacityProvider, cluster_name: str) -> list[ContainerInstance]:
    """The container instances of a provider in a cluster."""
    return [i for i in world.instances_of(cluster_name) if of_instance(world, i) is provider]


def clusters_with(world: World, name: str) -> list[Cluster]:
    """The clusters that a provider is associated with."""
    return [c for c in world.clusters.values() if name in c.capacity_providers and c.status == "ACTIVE"]


def is_in_use(world: World, cluster: Cluster, name: str) -> bool:
    """Whether a task or a service of a cluster, also one that is being deleted, uses a provider (SS:C-59, IC:X-21)."""
    if any(
        t.capacity_provider == name and t.cluster_name == cluster.name and t.last_status != "STOPPED"
        for t in world.tasks.values()
    ):
        return True
    services = (s for s in world.services.values() if s.cluster_name == cluster.name and s.status != "INACTIVE")
    return any(names(s.strategy, name) or any(names(d.strategy, name) for d in s.deployments) for s in services)


def names(strategy: Iterable[StrategyItem], name: str) -> bool:
    """Whether a strategy names a provider."""
    return any(item.provider == name for item in strategy)


def is_fargate(strategy: Iterable[StrategyItem]) -> bool:
    """Whether a strategy goes to Fargate; it has providers of one kind alone (SS:C-50)."""
    return any(item.provider in PREDEFINED for item in strategy)


def scales(world: World, name: str | None) -> bool:
    """Whether a task of a provider waits for an instance when it fits nowhere (SS:C-60)."""
    provider = find(world, name or "")
    return provider is not None and provider.scaling.is_on


def is_busy(world: World, instance: ContainerInstance) -> bool:
    """Whether an instance runs a task that is no daemon's (SS:C-63, SS:C-66)."""
    services = (world.services.get(task.service_arn or "") for task in world.tasks_on(instance.arn))
    return any(service is None or not service.is_daemon for service in services)


def published(provider: CapacityProvider, at_ms: int) -> Reservation | None:
    """The metric that was published at a whole minute, None before the first (SS:C-61); it is kept where it changed."""
    return next((found for found in reversed(provider.datapoints) if found.at_ms <= at_ms), None)


def changed(world: World, provider: CapacityProvider) -> None:
    """What a provider needs or has may have changed: its metric is published at the next whole minute (SS:C-81)."""
    if not provider.scaling.is_on:
        return
    provider_changes.reservation_queued_at(world, provider, (world.now_ms // MINUTE_MS + 1) * MINUTE_MS)


def task_changed(world: World, task: Task) -> None:
    """A task began to wait, got an instance or left it."""
    waited_for = find(world, task.capacity_provider or "")
    if waited_for:
        changed(world, waited_for)
    instance = world.container_instances.get(task.container_instance_arn or "")
    machine = world.ec2_instances.get(instance.ec2_instance_id) if instance else None
    if machine and machine.auto_scaling_group:
        machine_changed(world, machine)


def machine_changed(world: World, machine: Ec2Instance) -> None:
    """A machine of a group joined or left its cluster, or has other tasks."""
    provider = of_group(world, machine.auto_scaling_group) if machine.auto_scaling_group else None
    if provider:
        changed(world, provider)
        protect(world, provider, machine.id)


def protect(world: World, provider: CapacityProvider, machine_id: str) -> None:
    """Managed termination protection: who has tasks may not be picked, who has none may (SS:C-77)."""
    group = world.auto_scaling_groups.get(provider.group_name)
    member = group.members.get(machine_id) if group else None
    instance = world.instance_on(machine_id)
    if not provider.protects_busy or group is None or member is None or instance is None:
        return
    group_changes.member_protected(world, group, member, is_busy(world, instance))
    if not member.is_protected and len(group.staying) > group.desired:
        group_changes.look_queued(world, group)

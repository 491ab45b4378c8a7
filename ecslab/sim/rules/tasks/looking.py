"""Whom a change of a task concerns: its service and its deployment, and services that wait for room."""

from __future__ import annotations

from collections.abc import Iterable

from ecslab.sim.changes import deployment_changes, journal, service_changes, task_changes
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.state.task import Task
from ecslab.sim.timers import Reconcile, Timer
from ecslab.sim.world import World


def deployment_of(world: World, task: Task) -> list[tuple[Service, Deployment]]:
    """The service and the deployment that a task belongs to, as long as the one lists the other; at most one pair."""
    service = world.services.get(task.service_arn or "")
    deployment = service.deployment(task.deployment_id) if service else None
    return [(service, deployment)] if service and deployment else []


def service_looks(world: World, task: Task) -> None:
    """The scheduler looks at the task's service in this instant (SS:K-3)."""
    service = world.services.get(task.service_arn or "")
    if service:
        service_changes.reconcile_queued(world, service)


def wait_then_look(world: World, service_arn: str, delay_ms: int) -> None:
    """The scheduler looks again after a wait (SS:S-33)."""
    journal.timer_set(world, delay_ms, Reconcile(service_arn))


def capacity_freed(world: World, cluster_name: str, left_by: Task | None = None) -> None:
    """Instances of a cluster have room again: services on EC2 with unplaced tasks look at once (SS:S-35).

    The room that a failed start gives back is none for its own service, which waits as S-33 has it.
    """
    if left_by is None:
        daemons_look(world, cluster_name)
    if world.waiting:
        task_changes.placing_queued(world)
    listed = (service for service in world.services.values() if service.cluster_name == cluster_name)
    _room_for(world, (service for service in listed if service.launch_type != "FARGATE"), left_by)


def fargate_freed(world: World, left_by: Task | None = None) -> None:
    """Fargate has room again, which is the same for all clusters (SS:S-35, IC:Q-25)."""
    _room_for(world, (service for service in world.services.values() if service.launch_type == "FARGATE"), left_by)


def left_by_task(world: World, task: Task) -> None:
    """What a task held is free: on an instance from STOPPING on (PN:R-7), on Fargate once it is STOPPED (IC:Q-25)."""
    if task.launch_type != "FARGATE":
        capacity_freed(world, task.cluster_name, task)
    elif task.last_status == "STOPPED":
        fargate_freed(world, task)


def _room_for(world: World, services: Iterable[Service], left_by: Task | None) -> None:
    failed_for = left_by.service_arn if left_by and left_by.started_at_ms is None else None
    for service in services:
        if service.unplaced_count and service.arn != failed_for:
            deployment_changes.throttle_reset(world, service.primary)
            service_changes.reconcile_queued(world, service)
        if left_by is None:
            _look_at_zones(world, service)


def daemons_look(world: World, cluster_name: str) -> None:
    """The instances of a cluster changed: its DAEMON services look in this instant (PN:P-52)."""
    for service in world.services.values():
        if service.is_daemon and service.cluster_name == cluster_name and service.status == "ACTIVE":
            service_changes.reconcile_queued(world, service)


def _look_at_zones(world: World, service: Service) -> None:
    """New capacity may let a service balance its zones, at the next of the looks of its steady state (SS:S-65)."""
    steady_ms = service.told.get("steady")
    if service.availability_zone_rebalancing == "ENABLED" and steady_ms is not None:
        service_changes.condition_ended(world, service, "rebalancingFailed")
        period_ms = TIMINGS["rebalancing_looks"]
        wait_then_look(world, service.arn, period_ms - (world.now_ms - steady_ms) % period_ms)


def is_cut_off(world: World, task: Task) -> bool:
    """Whether ECS hears nothing of a task: its agent is disconnected, or its zone is lost (SS:C-23, SS:C-45)."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance is None:
        return task.launch_type == "FARGATE" and task.availability_zone in world.failed_zones
    return not instance.agent_connected


def is_held_back(world: World, task: Task, timer: Timer) -> bool:
    """Whether ECS does not hear of what is due; it will when the agent is back (SS:C-23, SS:C-44)."""
    if not is_cut_off(world, task):
        return False
    task_changes.timer_held_back(world, task.container_instance_arn or task.arn, timer)
    return True


def told_at_last(world: World, holder: str) -> None:
    """An agent is back: what happened meanwhile is told in its order."""
    for timer in task_changes.held_back_dropped(world, holder):
        journal.timer_set(world, 0, timer)


def is_leaving(world: World, task: Task) -> bool:
    """Whether a task's container instance is DRAINING, so that the task is to go elsewhere (SS:C-31)."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    return instance is not None and instance.status == "DRAINING"

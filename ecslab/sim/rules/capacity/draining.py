"""DRAINING: no new tasks, and service tasks make way (SS:C-30 to SS:C-36, PN:R-22)."""

from __future__ import annotations

from ecslab.sim.changes import instance_changes, journal
from ecslab.sim.rules.capacity import looks
from ecslab.sim.rules.tasks import looking, stopping
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.timers import InstanceEmptied
from ecslab.sim.world import World


def drain(world: World, instance: ContainerInstance, reason: str | None = None) -> None:
    """An ACTIVE instance takes no new tasks; starting service tasks on it stop at once (SS:C-30, SS:C-31).

    Running ones are replaced by their services within their percentages; standalone tasks stay (SS:C-33).
    """
    instance_changes.status_set(world, instance, "DRAINING", reason)
    for task in world.tasks_on(instance.arn):
        service = world.services.get(task.service_arn or "")
        if service and task.is_starting and not service.is_daemon:
            why = f"Scaling activity initiated by (deployment {service.primary.id})"
            stopping.stop(world, task, "ServiceSchedulerInitiated", why)
    looks.services_on(world, instance)
    if not world.tasks_on(instance.arn):
        journal.timer_set(world, 0, InstanceEmptied(instance.arn))


def activate(world: World, instance: ContainerInstance) -> None:
    """A DRAINING instance takes tasks again (SS:C-34)."""
    instance_changes.status_set(world, instance, "ACTIVE")
    looks.services_on(world, instance)
    looking.capacity_freed(world, instance.cluster_name)

"""Who looks again when capacity changed: the services with tasks on an instance, and its group's provider (SS:K-3)."""

from __future__ import annotations

from ecslab.sim.changes import group_changes, service_changes
from ecslab.sim.rules import providers
from ecslab.sim.rules.tasks import looking
from ecslab.sim.state.container_instance import ContainerInstance, Ec2Instance
from ecslab.sim.world import World


def services_on(world: World, instance: ContainerInstance) -> None:
    """Every service with a task on an instance looks in this instant, and every daemon of its cluster (PN:P-52)."""
    looking.daemons_look(world, instance.cluster_name)
    for arn in dict.fromkeys(task.service_arn for task in world.tasks_on(instance.arn)):
        service = world.services.get(arn or "")
        if service:
            service_changes.reconcile_queued(world, service)


def all_groups(world: World) -> None:
    """Capacity came back somewhere: groups that lack instances try again (SS:C-2)."""
    for group in world.auto_scaling_groups.values():
        group_changes.look_queued(world, group)


def group_of_machine_changed(world: World, machine: Ec2Instance) -> None:
    """A machine of a group joined or left its cluster: its provider looks again."""
    providers.machine_changed(world, machine)

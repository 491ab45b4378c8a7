"""Changes of the account: clusters, task definitions, zones, settings, images."""

from __future__ import annotations

from ecslab.sim.changes import journal
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.image import Image
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.world import World


def cluster_created(world: World, cluster: Cluster) -> None:
    """A cluster exists; a deleted one of the same name is forgotten."""
    world.clusters.pop(cluster.name, None)
    world.clusters[cluster.name] = cluster
    journal.record(world, "clusterState", cluster.arn, cluster=cluster.name, status=cluster.status)


def cluster_deleted(world: World, cluster: Cluster) -> None:
    """A cluster becomes INACTIVE (IC:X-13)."""
    cluster.status = "INACTIVE"
    journal.record(world, "clusterState", cluster.arn, cluster=cluster.name, status=cluster.status)


def task_definition_registered(world: World, definition: TaskDefinition) -> None:
    """A new revision of a family (PN:T-2)."""
    world.ids.serial(f"revision/{definition.family}")
    world.task_definitions[definition.arn] = definition
    journal.record(world, "taskDefinition", definition.arn, name=definition.name, status=definition.status)


def task_definition_deregistered(world: World, definition: TaskDefinition) -> None:
    """A revision becomes INACTIVE (PN:T-4)."""
    definition.status = "INACTIVE"
    definition.deregistered_at_ms = world.now_ms
    journal.record(world, "taskDefinition", definition.arn, name=definition.name, status=definition.status)


def task_definition_deleted(world: World, definition: TaskDefinition) -> None:
    """A revision is being deleted; it is gone when nothing uses it any more (PN:T-4)."""
    definition.status = "DELETE_IN_PROGRESS"
    definition.delete_requested_at_ms = world.now_ms
    journal.record(world, "taskDefinition", definition.arn, name=definition.name, status=definition.status)


def zones_opened(world: World, zones: list[str]) -> None:
    """The Availability Zones of the run."""
    world.zones.extend(zones)


def account_setting_put(world: World, name: str, value: str) -> None:
    """A setting of the account has a value from now on (PN:N-32)."""
    world.account_settings[name] = value
    journal.record(world, "accountSetting", name, value=value)


def image_put(world: World, image: Image) -> None:
    """How containers of an image behave from now on."""
    world.images[image.name] = image
    journal.record(world, "image", image.name, missing=image.is_missing)

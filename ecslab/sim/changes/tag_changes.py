"""Changes of the tags of ECS resources."""

from __future__ import annotations

from ecslab.sim.state.capacity import CapacityProvider
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import TaskDefinition

Tagged = CapacityProvider | Cluster | Service | Task | TaskDefinition | ContainerInstance


def tags_set(resource: Tagged, tags: list[dict[str, str]]) -> None:
    """A resource has other tags; the call that sets them is what the journal tells."""
    resource.tags = tags

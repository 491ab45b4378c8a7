"""How long each part of a task's life takes: the lab's choice where AWS publishes nothing (SS:K-10 to SS:K-20)."""

from __future__ import annotations

from ecslab.sim.data.tables import TIMINGS, pull_cold_ms
from ecslab.sim.rules import pulling
from ecslab.sim.state.image import Image
from ecslab.sim.state.task import Container, LaunchType, Task
from ecslab.sim.state.task_definition import ContainerDefinition
from ecslab.sim.world import World


def provisioning_ms(launch_type: LaunchType) -> int:
    """PROVISIONING of an awsvpc task (SS:K-10, SS:K-16)."""
    return TIMINGS["fargate.provisioning" if launch_type == "FARGATE" else "ec2.awsvpc.provisioning"]


def pending_ms(task: Task) -> int:
    """PENDING: until the agent takes the task on (SS:K-11, SS:K-16)."""
    return TIMINGS["fargate.pending" if task.launch_type == "FARGATE" else "ec2.pending"]


def pull_ms(world: World, task: Task, container: Container) -> int:
    """How long a container's image takes, side by side with others, or how long it is tried (SS:K-12, SS:K-13)."""
    if pulling.tries_in_vain(world, task, container):
        return TIMINGS["no_route"]
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance and container.image in instance.cached_images:
        return TIMINGS["pull_warm"]
    return _cold_pull_ms(world.image(container.image))


def _cold_pull_ms(image: Image) -> int:
    return pull_cold_ms(image.size_mib) if image.pull_ms is None else image.pull_ms


def start_ms(world: World, task: Task, container: Container) -> int:
    """From the pulled image to the running container (SS:K-14)."""
    of_image = world.image(container.image).start_ms
    default = "fargate.container_start" if task.launch_type == "FARGATE" else "ec2.container_start"
    return TIMINGS[default] if of_image is None else of_image


def start_limit_ms(world: World, task: Task) -> int:
    """How long the agent waits for a container to start: ECS_CONTAINER_START_TIMEOUT (SS:T-18)."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    of_agent = instance.container_start_timeout_ms if instance else None
    return TIMINGS["container_start_timeout"] if of_agent is None else of_agent


def stop_limit_ms(world: World, task: Task, definition: ContainerDefinition) -> int:
    """SIGTERM to SIGKILL: stopTimeout, else the agent's ECS_CONTAINER_STOP_TIMEOUT, else 30 s (SS:T-14, PN:T-50)."""
    if definition.stop_timeout_s is not None:
        return definition.stop_timeout_s * 1000
    instance = world.container_instances.get(task.container_instance_arn or "")
    of_agent = instance.container_stop_timeout_ms if instance else None
    return TIMINGS["stop_timeout_default"] if of_agent is None else of_agent

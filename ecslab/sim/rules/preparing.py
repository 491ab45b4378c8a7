"""What can stop a task while it is prepared: asked in the order in which the work is done (SS:T-31 to SS:T-33).

Each check looks at the world and answers with the stoppedReason of the task, in AWS's words, or None. `BEFORE_PULL`
is asked when a task begins to be ACTIVATING, `AFTER_PULL` when the time that an image of it needs has passed, and then
`pull_problem` about the container whose image it is.
"""

from __future__ import annotations

from collections.abc import Callable

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.rules import hub_limit, pulling, supplies
from ecslab.sim.rules.storage import mounts
from ecslab.sim.state.task import Container, Task
from ecslab.sim.world import World

MIB_A_GIB = 1024

Check = Callable[[World, Task], str | None]


def pull_problem(world: World, task: Task, container: Container) -> str | None:
    """An image that nobody can pull, or that is out of this task's reach, unless the instance has it already."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    is_cached = instance is not None and container.image in instance.cached_images
    reason = pulling.image_out_of_reach(world, task, container)
    if reason is None and world.image(container.image).is_missing and not is_cached:
        return f"CannotPullContainerError: {container.image}: not found"
    return reason or hub_limit.problem(world, task, container) or _full_disk(world, task, container)


def _full_disk(world: World, task: Task, container: Container) -> str | None:
    """On Fargate the layers of all images share the ephemeral storage (PN:F-7)."""
    if task.launch_type != "FARGATE":
        return None
    override = task.overrides.get("ephemeralStorage", {}).get("sizeInGiB")
    size_gib = override or world.definition_of(task).ephemeral_storage_gib or LIMITS["ephemeral_storage.included"]
    images = dict.fromkeys(c.image for c in task.containers if not c.is_waiting)
    if sum(world.image(name).size_mib for name in images) <= size_gib * MIB_A_GIB:
        return None
    return f"CannotPullContainerError: failed to register layer of {container.image}: no space left on device"


def obstacle(world: World, task: Task, checks: tuple[Check, ...]) -> str | None:
    """The first reason for which a task cannot start, None when nothing stands in its way."""
    return next((reason for check in checks if (reason := check(world, task)) is not None), None)


def refused_supplies(world: World, task: Task) -> str | None:
    """What the task's identity may not have; a service that is out of reach refuses nobody (IC:R-25)."""
    return None if _lacks_a_way(world, task) else obstacle(world, task, supplies.BEFORE_PULL)


def refused_images_and_logs(world: World, task: Task) -> str | None:
    """Images and log streams that the task's identity may not have, as far as they are in reach (IC:R-25)."""
    return None if _lacks_a_way(world, task) else obstacle(world, task, supplies.AFTER_PULL)


def _lacks_a_way(world: World, task: Task) -> bool:
    return any(pulling.tries_in_vain(world, task, container) for container in task.containers)


BEFORE_PULL: tuple[Check, ...] = (refused_supplies, mounts.problem)
AFTER_PULL: tuple[Check, ...] = (pulling.resources_out_of_reach, refused_images_and_logs)

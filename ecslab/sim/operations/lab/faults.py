"""Faults: what breaks by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.errors import InvalidParameterException
from ecslab.sim.operations.ecs.shapes import container_instance_shape, task_shape
from ecslab.sim.rules import capacity
from ecslab.sim.rules.tasks import running
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.world import World


def exit_container(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A container ends by itself (PN:T-31)."""
    reference = str(parameters["task"])
    task = next((t for t in world.tasks.values() if reference in (t.arn, t.id)), None)
    if task is None:
        raise InvalidParameterException("The referenced task was not found.")
    name = parameters.get("container") or next(c.name for c in task.containers if c.essential)
    container = next((c for c in task.containers if c.name == name), None)
    if container is None:
        names = ", ".join(c.name for c in task.containers)
        raise InvalidParameterException(f"The task has no container {name}; it has {names}.")
    if container.last_status != "RUNNING":
        raise InvalidParameterException(
            f"The container {name} is {container.last_status}; only a RUNNING container can exit."
        )
    host = world.container_instances.get(task.container_instance_arn or "")
    if host is not None and not host.agent_connected:
        raise InvalidParameterException(
            f"The instance {host.ec2_instance_id} under the task has failed; nothing runs on it any more."
        )
    running.container_exits(world, task, container, int(parameters.get("exitCode", 0)))
    journal.call_made(world, "lab:ExitContainer", task.arn, task.cluster_name, container=name)
    return {"task": task_shape(world, task)}


def fail_instance(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The machine of a container instance dies (SS:C-44)."""
    instance = _instance(world, str(parameters["instance"]))
    if instance.status == "INACTIVE" or not instance.agent_connected:
        raise InvalidParameterException(f"The instance {instance.ec2_instance_id} has failed already.")
    capacity.fail_instance(world, instance)
    machine = instance.ec2_instance_id
    journal.call_made(world, "lab:FailInstance", instance.arn, instance.cluster_name, ec2InstanceId=machine)
    return {"containerInstance": container_instance_shape(world, instance)}


def _instance(world: World, reference: str) -> ContainerInstance:
    instance = world.find_instance(reference)
    if instance is None:
        raise InvalidParameterException(f"There is no container instance {reference}.")
    return instance

"""ExecuteCommand: a session into a container (IC:X-45, IC:X-46, IC:I-57)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal, task_changes
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import TargetNotConnectedException
from ecslab.sim.rules import executing
from ecslab.sim.state.task import Container, Task
from ecslab.sim.world import World

NOT_ENABLED = (
    "The execute command failed because execute command was not enabled when the task was run or the execute command "
    "agent isn't running. Wait and try again or run a new task with execute command enabled and try again."
)
NOT_CONNECTED = "The execute command failed due to an internal error. Try again later."


def execute_command(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Open a session into a container; no program runs in the lab, so nothing comes of the command itself.

    Model choice: AWS does not say why a session does not connect; the lab adds it in brackets.
    """
    cluster = world.cluster(parameters.get("cluster"))
    if not parameters["interactive"]:
        raise InvalidParameterException("Interactive is the only mode supported currently.")
    task = world.task(cluster, str(parameters["task"]))
    container = _container(task, parameters.get("container"))
    if not executing.is_possible(task, container):
        raise InvalidParameterException(NOT_ENABLED)
    if problem := executing.obstacle(world, task):
        raise TargetNotConnectedException(f"{NOT_CONNECTED} ({problem})")
    if executing.is_full(world, container):
        raise InvalidParameterException(f"The container {container.name} has as many sessions as it may have.")
    session = f"ecs-execute-command-{world.ids.hex('session')}"
    task_changes.session_begun(world, container)
    journal.call_made(world, "ecs:ExecuteCommand", task.arn, cluster.name, container=container.name)
    region = world.start.region
    return {
        "clusterArn": cluster.arn,
        "containerArn": container.arn,
        "containerName": container.name,
        "interactive": True,
        "session": {
            "sessionId": session,
            "streamUrl": f"wss://ssmmessages.{region}.amazonaws.com/v1/data-channel/{session}?role=publish_subscribe",
            "tokenValue": session,
        },
        "taskArn": task.arn,
    }


def _container(task: Task, name: Any) -> Container:
    """The container named; a task with one container needs no name."""
    names = [container.name for container in task.containers]
    if name is None and len(names) > 1:
        raise InvalidParameterException(f"The task has several containers; name one of {', '.join(names)}.")
    if name is not None and str(name) not in names:
        raise InvalidParameterException(f"The task has no container {str(name)[:64]}; it has {', '.join(names)}.")
    return task.container(str(name or names[0]))

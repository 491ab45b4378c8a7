"""ECS Exec: whether a session into a container connects (IC:I-55, IC:I-57, IC:R-21).

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html, as of 2026-09-11.
"""

from __future__ import annotations

from ecslab.sim.data.tables import LIMITS, TIMINGS
from ecslab.sim.rules import pulling
from ecslab.sim.rules.iam import identities
from ecslab.sim.rules.reachability import Path, service_path
from ecslab.sim.state.task import Container, Task
from ecslab.sim.world import World

ACTIONS = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
"""What the agent in the container asks for with the credentials of the task (IC:I-57)."""


def is_possible(task: Task, container: Container) -> bool:
    """Whether the task was started with ECS Exec enabled, and the agent in the container is up (IC:X-45)."""
    return task.enables_execute_command and task.is_running and container.is_running


def obstacle(world: World, task: Task) -> str | None:
    """Why the agent in a container does not connect to Systems Manager; None when it does (IC:I-55, IC:X-46)."""
    who = identities.session_agent(world, task)
    if who is None:
        return "The task has no task role, and the program in it finds no other credentials."
    for action in ACTIONS:
        answer = identities.ask(world, who, action, "*")
        if not answer.is_allowed:
            return answer.refusal
    path = _path(world, task)
    return None if path.reached else path.sentence


def _path(world: World, task: Task) -> Path:
    """The way of a container: its task's interface where it has one, else its instance's (IC:R-21)."""
    interface = world.network_interfaces.get(task.eni_id or "")
    if interface is None:
        return pulling.task_path(world, task, "ssmmessages")
    public = interface.public_address is not None
    return service_path(
        world, interface.subnet_id, interface.security_groups, public, "ssmmessages", interface.private_address
    )


def is_full(world: World, container: Container) -> bool:
    """Whether a container has as many sessions as it may have at once (IC:Q-18).

    Model choice: nobody types anything in the lab, so a session ends by its idle timeout.
    """
    first_ms = world.now_ms - TIMINGS["exec.idle"]
    return sum(1 for at_ms in container.sessions_begun_ms if at_ms > first_ms) >= LIMITS["exec.sessions"]

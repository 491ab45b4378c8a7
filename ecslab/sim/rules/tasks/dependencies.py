"""Who waits for whom inside a task: what a container's dependsOn asks, and who must stop first (PN:T-40 to PN:T-49)."""

from __future__ import annotations

from ecslab.sim.state.task import Container, Task
from ecslab.sim.state.task_definition import ContainerDefinition, ContainerDependency, TaskDefinition

HOPELESS = (
    "CannotStartContainerError: dependency graph: failed to resolve the container ordering dependency [{needed}] for "
    "target [{waiter}] as dependency {why}."
)
"""The agent's sentence, shortened; `why` is one of those below (PN:T-46, PN:T-47)."""
NO_SUCCESS, TOO_LATE = "did not exit successfully", "has exceeded timeout"


def are_met(task: Task, definition: ContainerDefinition) -> bool:
    """Whether everything that a container waits for has come, each at its own time (PN:T-40)."""
    return all(is_met(task.container(d.container_name), d.condition) for d in definition.depends_on)


def is_met(needed: Container, condition: str) -> bool:
    """START, COMPLETE, SUCCESS and HEALTHY; one that has stopped again has been started (PN:T-41)."""
    if condition == "HEALTHY":
        return needed.health_status == "HEALTHY"
    if condition == "SUCCESS":
        return needed.last_status == "STOPPED" and needed.exit_code == 0
    return needed.last_status == "STOPPED" or (condition == "START" and needed.last_status == "RUNNING")


def hopeless(task: Task, definition: ContainerDefinition) -> ContainerDependency | None:
    """The dependency that should have ended with 0 and has not: the container can never start (PN:T-46)."""
    for dependency in definition.depends_on:
        needed = task.container(dependency.container_name)
        if dependency.condition == "SUCCESS" and needed.last_status == "STOPPED" and needed.exit_code != 0:
            return dependency
    return None


def came_in_time(definition: ContainerDefinition, needed: Container) -> bool:
    """Whether what a container waits for of another is there when that one's startTimeout ends (PN:T-47)."""
    conditions = [d.condition for d in definition.depends_on if d.container_name == needed.name]
    return all(condition == "START" or is_met(needed, condition) for condition in conditions)


def sentence(needed: str, waiter: str, why: str) -> str:
    """Why a container was not started, in the agent's words."""
    return HOPELESS.format(needed=needed, waiter=waiter, why=why)


def waiting_for(definition: TaskDefinition, name: str) -> list[ContainerDefinition]:
    """The containers that depend on one, in the order of the task definition."""
    return [c for c in definition.container_definitions if any(d.container_name == name for d in c.depends_on)]


def may_stop(task: Task, definition: TaskDefinition, container: Container) -> bool:
    """Whether every container that depends on this one has stopped (PN:T-49, SS:T-15)."""
    return all(task.container(c.name).last_status == "STOPPED" for c in waiting_for(definition, container.name))

"""What may come due: named moments in the future, each with its place inside a millisecond (SS:K-2)."""

from __future__ import annotations

from dataclasses import dataclass

FAULTS = 2
TASKS = 4
HEALTH = 5
SCHEDULER = 7


@dataclass(frozen=True, slots=True)
class TaskStep:
    """The task leaves `status` for the next one (SS:T-8); stale when it has left already."""

    task_arn: str
    status: str


@dataclass(frozen=True, slots=True)
class ImagePulled:
    """A container's image is there, or could not be pulled."""

    task_arn: str
    container: str


@dataclass(frozen=True, slots=True)
class ContainerStarts:
    """A container whose image is there begins to run, or fails to."""

    task_arn: str
    container: str


@dataclass(frozen=True, slots=True)
class DependencyTimedOut:
    """The startTimeout of a container that others wait for is over (PN:T-47)."""

    task_arn: str
    container: str


@dataclass(frozen=True, slots=True)
class ContainerExits:
    """A container ends: by itself after its image's `exitAfter`, or told to, by itself or by SIGKILL (SS:T-12).

    `run` is the container's restart count when the clock was set; a later run is not concerned.
    """

    task_arn: str
    container: str
    exit_code: int
    run: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class HealthChanges:
    """A container's health check changes its verdict (SS:T-21); `run` as in ContainerExits."""

    task_arn: str
    container: str
    status: str
    run: int = 0


@dataclass(frozen=True, slots=True)
class CountsAsHealthy:
    """A task without container checks counts as healthy 40 s after RUNNING (SS:D-6)."""

    task_arn: str


@dataclass(frozen=True, slots=True)
class InstanceLost:
    """A failed EC2 instance is given up and its tasks with it (SS:C-44)."""

    container_instance_arn: str


@dataclass(frozen=True, slots=True)
class Reconcile:
    """The service scheduler looks at a service (SS:K-3)."""

    service_arn: str


@dataclass(frozen=True, slots=True)
class ForgetTask:
    """A STOPPED task is describable for an hour (SS:T-11)."""

    task_arn: str


Timer = (
    TaskStep
    | ImagePulled
    | ContainerStarts
    | DependencyTimedOut
    | ContainerExits
    | HealthChanges
    | CountsAsHealthy
    | InstanceLost
    | Reconcile
    | ForgetTask
)

PRIORITY: dict[type, int] = {
    InstanceLost: FAULTS,
    TaskStep: TASKS,
    ImagePulled: TASKS,
    ContainerStarts: TASKS,
    DependencyTimedOut: TASKS,
    ContainerExits: TASKS,
    ForgetTask: TASKS,
    HealthChanges: HEALTH,
    CountsAsHealthy: HEALTH,
    Reconcile: SCHEDULER,
}

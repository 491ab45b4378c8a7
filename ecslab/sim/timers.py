"""What may come due: named moments in the future, each with its place inside a millisecond (SS:K-2)."""

from __future__ import annotations

from dataclasses import dataclass

FAULTS = 2
LAUNCHES = 3
TASKS = 4
HEALTH = 5
TARGETS = 6
SCHEDULER = 7
METRICS = 8
ALARMS = 9
SCALING = 10
GROUPS = 11
EVENTS = 12


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
class ProgramCalls:
    """A container's program makes its AWS calls again, after something changed who may do what."""

    task_arn: str
    container: str


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
class TargetProbed:
    """A load balancer's probe of a target is due that can tell something new (PN:L-33); stale by its serial."""

    target_group_arn: str
    target: str
    serial: int


@dataclass(frozen=True, slots=True)
class TargetTimedOut:
    """A probe has had no answer until its time-out (PN:L-33); stale by its serial."""

    target_group_arn: str
    target: str
    serial: int


@dataclass(frozen=True, slots=True)
class TargetDrained:
    """The deregistration delay of a target is over (PN:L-44); stale by its serial."""

    target_group_arn: str
    target: str
    serial: int


@dataclass(frozen=True, slots=True)
class InstanceLost:
    """A failed EC2 instance is given up and its tasks with it (SS:C-44); stale when it has recovered since."""

    instance_id: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class ZoneGivenUp:
    """The Fargate tasks of a lost zone are given up (SS:C-45); stale when the zone has been back since."""

    zone: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class SpotEnds:
    """A Spot Instance is taken back, two minutes after its notice (SS:C-40)."""

    instance_id: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class MachineSteps:
    """An EC2 instance leaves `state` for the next one (SS:K-26); stale when it has left already."""

    instance_id: str
    state: str


@dataclass(frozen=True, slots=True)
class AgentStarts:
    """The ECS agent of an EC2 instance is up and registers it (SS:K-24)."""

    instance_id: str


@dataclass(frozen=True, slots=True)
class AgentUpdated:
    """The update of an ECS agent is over (IC:X-54)."""

    container_instance_arn: str


@dataclass(frozen=True, slots=True)
class InstanceEmptied:
    """The last task has left a draining container instance (SS:C-34)."""

    container_instance_arn: str


@dataclass(frozen=True, slots=True)
class DrainingOver:
    """A group has waited long enough for an instance to empty (SS:C-35); stale when it is gone."""

    group: str
    instance_id: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class GroupLooks:
    """An Auto Scaling group compares what it has with what it wants (SS:C-1)."""

    group: str


@dataclass(frozen=True, slots=True)
class NetworkPartReady:
    """A NAT gateway or an endpoint leaves `state` for the next one (PN:N-45); stale when it has left already."""

    id: str
    state: str


@dataclass(frozen=True, slots=True)
class PlaceWaiting:
    """Tasks that wait for capacity look for a place (SS:C-60)."""


@dataclass(frozen=True, slots=True)
class WaitingGivesUp:
    """A task has waited for capacity long enough (SS:C-60); stale when it has a place."""

    task_arn: str


@dataclass(frozen=True, slots=True)
class ReservationDue:
    """A capacity provider's metric is published and acted upon (SS:C-61); stale when it is due at another moment."""

    provider: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Reconcile:
    """The service scheduler looks at a service (SS:K-3)."""

    service_arn: str


@dataclass(frozen=True, slots=True)
class ProtectionEnds:
    """A task's scale-in protection expires; stale when it ends at another moment by now (SS:S-54)."""

    task_arn: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class ForgetTask:
    """A STOPPED task is describable for an hour (SS:T-11)."""

    task_arn: str


@dataclass(frozen=True, slots=True)
class SharesDue:
    """How load balancers share requests out may have changed (PN:L-56); stale when it is looked at another moment."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class AlarmDue:
    """An alarm is evaluated (SS:M-21); stale when it is due at another moment by now."""

    alarm: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class TargetDue:
    """Auto scaling decides about a service whose policies alarms have called (SS:A-13)."""

    target: str


@dataclass(frozen=True, slots=True)
class ActionDue:
    """A scheduled action of auto scaling is due; stale when it has been put again since (SS:A-45)."""

    action: str
    since: int


@dataclass(frozen=True, slots=True)
class RuleDue:
    """An EventBridge rule's schedule is due; stale when the rule has had another since (SS:E-30)."""

    rule: str
    since: int


@dataclass(frozen=True, slots=True)
class ScheduleDue:
    """A schedule of EventBridge Scheduler is due; stale when it has been changed since (SS:E-35)."""

    schedule: str
    since: int


@dataclass(frozen=True, slots=True)
class EventDelivered:
    """An event, as JSON text, reaches the rules of the default event bus (SS:E-7)."""

    event: str


Timer = (
    TaskStep
    | ImagePulled
    | ContainerStarts
    | DependencyTimedOut
    | ContainerExits
    | ProgramCalls
    | HealthChanges
    | CountsAsHealthy
    | TargetProbed
    | TargetTimedOut
    | TargetDrained
    | InstanceLost
    | ZoneGivenUp
    | SpotEnds
    | MachineSteps
    | AgentStarts
    | AgentUpdated
    | InstanceEmptied
    | DrainingOver
    | GroupLooks
    | NetworkPartReady
    | PlaceWaiting
    | WaitingGivesUp
    | ReservationDue
    | Reconcile
    | ForgetTask
    | ProtectionEnds
    | SharesDue
    | AlarmDue
    | TargetDue
    | ActionDue
    | RuleDue
    | ScheduleDue
    | EventDelivered
)

PRIORITY: dict[type, int] = {
    InstanceLost: FAULTS,
    ZoneGivenUp: FAULTS,
    SpotEnds: FAULTS,
    MachineSteps: FAULTS,
    DrainingOver: FAULTS,
    InstanceEmptied: FAULTS,
    AgentStarts: LAUNCHES,
    AgentUpdated: LAUNCHES,
    GroupLooks: GROUPS,
    NetworkPartReady: FAULTS,
    TaskStep: TASKS,
    ImagePulled: TASKS,
    ContainerStarts: TASKS,
    DependencyTimedOut: TASKS,
    ContainerExits: TASKS,
    ProgramCalls: TASKS,
    ForgetTask: TASKS,
    ProtectionEnds: TASKS,
    HealthChanges: HEALTH,
    CountsAsHealthy: HEALTH,
    TargetProbed: TARGETS,
    TargetTimedOut: TARGETS,
    TargetDrained: TARGETS,
    PlaceWaiting: SCHEDULER,
    WaitingGivesUp: TASKS,
    ReservationDue: METRICS,
    Reconcile: SCHEDULER,
    SharesDue: METRICS,
    AlarmDue: ALARMS,
    TargetDue: SCALING,
    ActionDue: SCALING,
    RuleDue: EVENTS,
    ScheduleDue: EVENTS,
    EventDelivered: EVENTS,
}

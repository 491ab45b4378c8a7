"""EventBridge at work: ECS's own events go out, rules and schedules invoke their targets (SS:E-1 to SS:E-23).

It stands above the operations, because a rule makes the same RunTask request that a person would.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ecslab.sim.changes import event_changes, journal
from ecslab.sim.errors.common import AccessDeniedException, SimError
from ecslab.sim.operations.ecs.shapes import container_instance_shape, task_shape
from ecslab.sim.operations.ecs.tasks import run_task
from ecslab.sim.rules import schedules
from ecslab.sim.rules.event_patterns import matches, read_pattern
from ecslab.sim.rules.event_targets import envelope, input_of, is_cluster, run_task_request
from ecslab.sim.rules.iam import callers, roles
from ecslab.sim.state.event_rules import EventRule, Schedule
from ecslab.sim.timers import EventDelivered, RuleDue, ScheduleDue
from ecslab.sim.world import JournalEntry, World

SOURCE = "aws.ecs"


def event_delivered(world: World, timer: EventDelivered) -> None:
    """Every enabled rule whose pattern the event fits invokes its targets, rules in alphabetical order."""
    event = json.loads(timer.event, parse_float=Decimal)
    for name in sorted(world.event_rules):
        rule = world.event_rules[name]
        if rule.state == "ENABLED" and rule.pattern and matches(read_pattern(rule.pattern), event):
            _invoke_targets(world, rule, event)


def rule_due(world: World, timer: RuleDue) -> None:
    """A rule's schedule has come: its targets are invoked, and the next time is set."""
    rule = world.event_rules.get(timer.rule)
    if rule is None or rule.since != timer.since or rule.state != "ENABLED":
        return
    schedules.wait_for_rule(world, rule)
    event = envelope(world, "aws.events", "Scheduled Event", {}, [rule.arn])
    _invoke_targets(world, rule, event)


def schedule_due(world: World, timer: ScheduleDue) -> None:
    """A schedule has come; one that is never due again is deleted when it asks for that (SS:E-35)."""
    schedule = world.schedules.get(timer.schedule)
    if schedule is None or schedule.since != timer.since or schedule.state != "ENABLED":
        return
    _invoke(world, schedule, schedule.target, f"chronos-schedule/{schedule.name}", None)
    goes_on = schedules.wait_for_schedule(world, schedule, is_first=False)
    if not goes_on and schedule.action_after_completion == "DELETE":
        event_changes.schedule_deleted(world, schedule)


def _invoke_targets(world: World, rule: EventRule, event: Mapping[str, Any]) -> None:
    for target in list(rule.targets.values()):
        _invoke(world, rule, target.request, f"events-rule/{rule.name}", event)


def _invoke(
    world: World,
    owner: EventRule | Schedule,
    target: Mapping[str, Any],
    started_by: str,
    event: Mapping[str, Any] | None,
) -> None:
    """Invoke one target. What fails is counted and told here alone: ECS sees nothing of it (IC:I-54)."""
    arn = str(target["Arn"])
    if not is_cluster(arn):
        event_changes.invoked(world, owner, arn, "was sent to", None)
        return
    cluster = arn.rpartition("/")[2]
    request = run_task_request(arn, target["EcsParameters"], started_by, input_of(target, event))
    mark = len(world.journal)
    try:
        _act_as(world, owner, str(target.get("RoleArn") or ""), request)
        response = run_task(world, request)
    except SimError as error:
        event_changes.invocation_failed(world, owner, arn, f"{error.code}: {error.message}", cluster)
        return
    journal.call_put_first(world, mark)
    reasons = sorted({str(failure["reason"]) for failure in response["failures"]})
    if reasons:
        event_changes.invocation_failed(world, owner, arn, f"RunTask failed: {', '.join(reasons)}", cluster)
    else:
        event_changes.invoked(world, owner, arn, _ran(response), cluster)


def _act_as(world: World, owner: EventRule | Schedule, role_arn: str, request: Mapping[str, Any]) -> None:
    """The role of a target must be there, trust EventBridge, and may run the task and pass its roles on (IC:I-7, I-27).

    Raises SimError.
    """
    service = "events.amazonaws.com" if isinstance(owner, EventRule) else "scheduler.amazonaws.com"
    role = roles.role(world, role_arn)
    if not roles.trusts(world, role, service):
        raise AccessDeniedException(f"The role {role.arn} does not trust {service}, so that it cannot be assumed.")
    callers.authorize(world, role.arn, "ecs", "RunTask", request)


def _ran(response: Mapping[str, Any]) -> str:
    tasks = response["tasks"]
    revision = str(tasks[0]["taskDefinitionArn"]).rpartition("/")[2]
    return f"ran {len(tasks)} task{'' if len(tasks) == 1 else 's'} of {revision}"


def tell(world: World, entries: Sequence[JournalEntry]) -> None:
    """Send ECS's own events about what has just happened, when some rule listens (SS:E-1, SS:E-6).

    Model choice: without a delay, and never twice (SS:E-7).
    """
    if not any(rule.pattern and rule.state == "ENABLED" for rule in world.event_rules.values()):
        return
    for entry in list(entries):
        written = _WRITTEN.get(entry.kind)
        told = written(world, entry) if written else None
        if told is not None:
            detail_type, detail, resources = told
            event = envelope(world, SOURCE, detail_type, detail, resources)
            event_changes.event_sent(world, event, is_told=False)


Told = tuple[str, dict[str, Any], list[str]]


def _task(world: World, entry: JournalEntry) -> Told | None:
    """A task as it was when it changed; the health is no part of the event (SS:T-26, SS:E-2)."""
    task = world.tasks.get(entry.id)
    if task is None:
        return None
    shape = _without(task_shape(world, task), "healthStatus", "tags")
    shape["containers"] = [_without(container, "healthStatus") for container in shape["containers"]]
    return "ECS Task State Change", {**shape, "lastStatus": entry.values["to"]}, [task.arn]


def _without(shape: Mapping[str, Any], *left_out: str) -> dict[str, Any]:
    return {name: value for name, value in shape.items() if name not in left_out}


def _instance(world: World, entry: JournalEntry) -> Told | None:
    """A container instance as it is now."""
    instance = world.container_instances.get(entry.id)
    if instance is None:
        return None
    return "ECS Container Instance State Change", container_instance_shape(world, instance), [instance.arn]


def _deployment(_world: World, entry: JournalEntry) -> Told | None:
    """A deployment begins, completes or fails (SS:E-4)."""
    state = str(entry.values["state"])
    if state not in ("IN_PROGRESS", "COMPLETED", "FAILED"):
        return None
    detail = {
        "eventType": "ERROR" if state == "FAILED" else "INFO",
        "eventName": f"SERVICE_DEPLOYMENT_{state}",
        "deploymentId": entry.values["deployment"],
        "reason": entry.values["reason"],
    }
    return "ECS Deployment State Change", detail, [entry.id]


_SERVICE_ACTIONS = (
    ("has reached a steady state", "INFO", "SERVICE_STEADY_STATE"),
    ("unable to consistently start tasks", "WARN", "SERVICE_TASK_START_IMPAIRED"),
    ("was unable to place a task", "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE"),
    ("no longer meets the placement constraints", "ERROR", "SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED"),
    ("AZ Rebalancing in progress.", "INFO", "SERVICE_REBALANCING_STARTED"),
    ("is AZ balanced with", "INFO", "SERVICE_REBALANCING_COMPLETED"),
    ("stopped AZ Rebalancing.", "INFO", "SERVICE_REBALANCING_STOPPED"),
    ("was unable to AZ Rebalance", "INFO", "SERVICE_REBALANCING_STOPPED"),
    ("running tasks:", "INFO", "TASKS_STOPPED"),
)
"""Words of a service's message, and the service action that ECS sends with it (SS:E-3)."""


def _service(world: World, entry: JournalEntry) -> Told | None:
    message = str(entry.values["message"])
    for words, event_type, name in _SERVICE_ACTIONS:
        if words in message and not (name == "TASKS_STOPPED" and "has stopped" not in message):
            cluster = world.ids.arn("ecs", f"cluster/{entry.values['cluster']}")
            return "ECS Service Action", {"eventType": event_type, "eventName": name, "clusterArn": cluster}, [entry.id]
    return None


def _provider_steady(world: World, entry: JournalEntry) -> Told:
    """A capacity provider of a service is steady (SS:C-80, SS:E-3)."""
    detail = {
        "eventType": "INFO",
        "eventName": "CAPACITY_PROVIDER_STEADY_STATE",
        "clusterArn": world.ids.arn("ecs", f"cluster/{entry.values['cluster']}"),
        "capacityProviderArns": [world.ids.arn("ecs", f"capacity-provider/{entry.values['provider']}")],
    }
    return "ECS Service Action", detail, [entry.id]


_WRITTEN: dict[str, Callable[[World, JournalEntry], Told | None]] = {
    "taskState": _task,
    "spotTaskNotice": _task,
    "instanceState": _instance,
    "deployment": _deployment,
    "serviceEvent": _service,
    "providerSteady": _provider_steady,
}

"""Scheduled actions of scalable targets (SS:A-45)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import journal, scaling_changes
from ecslab.sim.cron import ExpressionWrong
from ecslab.sim.errors.applicationautoscaling import ObjectNotFoundException
from ecslab.sim.errors.common import ValidationException
from ecslab.sim.operations import moments
from ecslab.sim.operations.applicationautoscaling.targets import DIMENSION, check_dimension, find_target
from ecslab.sim.operations.pages import page
from ecslab.sim.rules import schedules
from ecslab.sim.rules.scaling import scheduled
from ecslab.sim.state.scaling import ScalableTarget, ScheduledAction
from ecslab.sim.world import World


def put_scheduled_action(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An action, or a new schedule or new bounds of one; what is left out of the request stays (SS:A-45)."""
    target = find_target(world, parameters)
    before = _find(world, target, str(parameters["ScheduledActionName"]))
    action = _read(world, target, before, parameters)
    due = scheduled.next_due(world, action, is_first=True)
    if due is None:
        raise ValidationException(f"Schedule {action.expression[:80]} is never due from now on; give a later moment.")
    if before is None:
        action = replace(action, arn=_arn(world, target, action.name))
    scaling_changes.action_put(world, action, due)
    service = world.services[target.service_arn]
    call = "application-autoscaling:PutScheduledAction"
    journal.call_made(world, call, action.arn, service.cluster_name, service.name)
    return {}


def _read(
    world: World, target: ScalableTarget, before: ScheduledAction | None, parameters: Mapping[str, Any]
) -> ScheduledAction:
    text = str(parameters.get("Schedule") or (before.expression if before else ""))
    zone = parameters.get("Timezone", before.time_zone if before else None)
    _check_schedule(text, zone)
    least, most = _bounds(parameters, before)
    start = moments.date(world, parameters, "StartTime")
    end = moments.date(world, parameters, "EndTime")
    return ScheduledAction(
        arn=before.arn if before else "",
        name=str(parameters["ScheduledActionName"]),
        resource_id=target.resource_id,
        expression=text,
        time_zone=zone,
        start_ms=start if start is not None or before is None else before.start_ms,
        end_ms=end if end is not None or before is None else before.end_ms,
        least=least,
        most=most,
        created_ms=before.created_ms if before else world.now_ms,
        since=before.since + 1 if before else 0,
    )


def _check_schedule(text: str, zone: Any) -> None:
    try:
        schedules.read_checked(text)
    except ExpressionWrong as wrong:
        raise ValidationException(f"Invalid Schedule {text[:80]}. {wrong}") from None
    if zone is not None and not calendar.known_zone(str(zone)):
        raise ValidationException(f"Timezone {str(zone)[:80]} is not valid; name one such as Europe/Berlin.")


def _bounds(parameters: Mapping[str, Any], before: ScheduledAction | None) -> tuple[int | None, int | None]:
    given = parameters.get("ScalableTargetAction") or {}
    if not given and before is not None:
        return before.least, before.most
    least, most = given.get("MinCapacity"), given.get("MaxCapacity")
    if least is None and most is None:
        raise ValidationException("ScalableTargetAction needs MinCapacity, MaxCapacity or both.")
    if any(bound is not None and bound < 0 for bound in (least, most)) or (most is not None and most < (least or 0)):
        raise ValidationException("MinCapacity needs to be 0 or more, and MaxCapacity at least as much.")
    return least, most


def _arn(world: World, target: ScalableTarget, name: str) -> str:
    identity = world.ids.hex("scheduled-action")
    rest = f"scheduledAction:{identity}:resource/ecs/{target.resource_id}:scheduledActionName/{name}"
    return world.ids.arn("autoscaling", rest)


def _find(world: World, target: ScalableTarget, name: str) -> ScheduledAction | None:
    actions = world.scheduled_actions.values()
    return next((a for a in actions if a.resource_id == target.resource_id and a.name == name), None)


def delete_scheduled_action(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An action is gone."""
    target = find_target(world, parameters)
    action = _find(world, target, str(parameters["ScheduledActionName"]))
    if action is None:
        raise ObjectNotFoundException(f"No scheduled action found for resource ID: {target.resource_id}.")
    scaling_changes.action_removed(world, action)
    journal.call_made(world, "application-autoscaling:DeleteScheduledAction", action.arn, None)
    return {}


def describe_scheduled_actions(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The actions that are still to come, in the order in which they were first put."""
    check_dimension(parameters)
    names, wanted = parameters.get("ScheduledActionNames"), parameters.get("ResourceId")
    found = [
        action
        for action in world.scheduled_actions.values()
        if (not names or action.name in names) and wanted in (None, action.resource_id)
    ]
    shown, rest = page(found, parameters, size="MaxResults", token="NextToken")
    return {"ScheduledActions": [_shape(world, action) for action in shown], **rest}


def _shape(world: World, action: ScheduledAction) -> dict[str, Any]:
    bounds = {"MinCapacity": action.least, "MaxCapacity": action.most}
    shape = {
        "ScheduledActionName": action.name,
        "ScheduledActionARN": action.arn,
        "ServiceNamespace": "ecs",
        "Schedule": action.expression,
        "Timezone": action.time_zone,
        "ResourceId": action.resource_id,
        "ScalableDimension": DIMENSION,
        "StartTime": calendar.iso(world.start.starts_at, action.start_ms),
        "EndTime": calendar.iso(world.start.starts_at, action.end_ms),
        "ScalableTargetAction": {name: bound for name, bound in bounds.items() if bound is not None},
        "CreationTime": calendar.iso(world.start.starts_at, action.created_ms),
    }
    return {name: value for name, value in shape.items() if value is not None}

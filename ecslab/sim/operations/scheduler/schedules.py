"""Schedules (SS:E-35)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import event_changes, journal
from ecslab.sim.cron import ExpressionWrong
from ecslab.sim.errors.common import ConflictException, ResourceNotFoundException, ValidationException
from ecslab.sim.operations import moments, pages
from ecslab.sim.rules import schedules
from ecslab.sim.rules.event_targets import check_ecs_parameters, is_cluster
from ecslab.sim.state.event_rules import Schedule
from ecslab.sim.world import World

GROUP = "default"
LONGEST_WINDOW_MIN = 1440


def create_schedule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Make a schedule; its name is unique in its group. Raises ConflictException."""
    group = _group(parameters)
    schedule = _read(world, parameters, group, world.now_ms)
    if schedule.key in world.schedules:
        raise ConflictException(f"Schedule {schedule.name} already exists.")
    _begin(world, schedule)
    journal.call_made(world, "scheduler:CreateSchedule", schedule.arn, None)
    return {"ScheduleArn": schedule.arn}


def update_schedule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Replace a schedule; what the request leaves out goes back to its default."""
    old = _named(world, parameters)
    schedule = replace(
        _read(world, parameters, old.group, old.created_at_ms),
        since=old.since + 1,
        invocations=old.invocations,
        failed_invocations=old.failed_invocations,
    )
    _begin(world, schedule)
    journal.call_made(world, "scheduler:UpdateSchedule", schedule.arn, None)
    return {"ScheduleArn": schedule.arn}


def _begin(world: World, schedule: Schedule) -> None:
    event_changes.schedule_put(world, schedule)
    schedules.wait_for_schedule(world, schedule, is_first=True)


def _read(world: World, parameters: Mapping[str, Any], group: str, created_at_ms: int) -> Schedule:
    name, text = str(parameters["Name"]), str(parameters["ScheduleExpression"])
    try:
        schedules.read_checked(text)
    except ExpressionWrong as wrong:
        raise ValidationException(f"Invalid Schedule Expression {text[:80]}. {wrong}") from None
    zone = str(parameters.get("ScheduleExpressionTimezone") or "UTC")
    if not calendar.known_zone(zone):
        raise ValidationException(f"Provided time zone {zone[:80]} is not valid; name one such as Europe/Berlin.")
    _check_window(parameters["FlexibleTimeWindow"])
    _check_target(parameters["Target"])
    return Schedule(
        name=name,
        group=group,
        arn=world.ids.arn("scheduler", f"schedule/{group}/{name}"),
        created_at_ms=created_at_ms,
        updated_at_ms=world.now_ms,
        expression=text,
        time_zone=zone,
        target=dict(parameters["Target"]),
        state=str(parameters.get("State", "ENABLED")),
        start_at_ms=moments.date(world, parameters, "StartDate"),
        end_at_ms=moments.date(world, parameters, "EndDate"),
        flexible_window=dict(parameters["FlexibleTimeWindow"]),
        action_after_completion=str(parameters.get("ActionAfterCompletion", "NONE")),
        description=parameters.get("Description"),
    )


def _check_window(window: Mapping[str, Any]) -> None:
    """OFF, or FLEXIBLE with 1 to 1,440 minutes (SS:E-35)."""
    minutes = window.get("MaximumWindowInMinutes")
    if window.get("Mode") == "OFF" and minutes is not None:
        raise ValidationException("MaximumWindowInMinutes does not go with Mode OFF; leave it out.")
    if window.get("Mode") == "FLEXIBLE" and not 1 <= (minutes or 0) <= LONGEST_WINDOW_MIN:
        raise ValidationException(
            f"MaximumWindowInMinutes is {minutes}; Mode FLEXIBLE needs 1 to {LONGEST_WINDOW_MIN} minutes."
        )


def _check_target(target: Mapping[str, Any]) -> None:
    arn = str(target["Arn"])
    ecs = target.get("EcsParameters")
    if is_cluster(arn) != bool(ecs):
        raise ValidationException(
            f"Provided Arn {arn[:100]} and EcsParameters do not fit; an ECS target has the Arn of a cluster and "
            "EcsParameters, any other target has neither."
        )
    if ecs:
        check_ecs_parameters(ecs)


def _group(parameters: Mapping[str, Any]) -> str:
    group = str(parameters.get("GroupName") or GROUP)
    if group != GROUP:
        raise ResourceNotFoundException(f"Schedule group {group} does not exist. A lab has the group {GROUP} alone.")
    return group


def _named(world: World, parameters: Mapping[str, Any]) -> Schedule:
    name = str(parameters["Name"])
    schedule = world.schedules.get(f"{_group(parameters)}/{name}")
    if schedule is None:
        raise ResourceNotFoundException(f"Schedule {name} does not exist.")
    return schedule


def delete_schedule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a schedule. Raises ResourceNotFoundException."""
    schedule = _named(world, parameters)
    event_changes.schedule_deleted(world, schedule)
    journal.call_made(world, "scheduler:DeleteSchedule", schedule.arn, None)
    return {}


def get_schedule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """One schedule."""
    schedule = _named(world, parameters)

    def date(at_ms: int | None) -> str | None:
        return calendar.iso(world.start.starts_at, at_ms)

    shape = {
        "Arn": schedule.arn,
        "GroupName": schedule.group,
        "Name": schedule.name,
        "ScheduleExpression": schedule.expression,
        "ScheduleExpressionTimezone": schedule.time_zone,
        "StartDate": date(schedule.start_at_ms),
        "EndDate": date(schedule.end_at_ms),
        "Description": schedule.description,
        "State": schedule.state,
        "CreationDate": date(schedule.created_at_ms),
        "LastModificationDate": date(schedule.updated_at_ms),
        "Target": schedule.target,
        "FlexibleTimeWindow": schedule.flexible_window,
        "ActionAfterCompletion": schedule.action_after_completion,
    }
    return {name: value for name, value in shape.items() if value is not None}


def list_schedules(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Schedules in alphabetical order."""
    prefix, state = str(parameters.get("NamePrefix", "")), parameters.get("State")
    group = parameters.get("GroupName")
    found = [
        schedule
        for _, schedule in sorted(world.schedules.items())
        if schedule.name.startswith(prefix) and state in (None, schedule.state) and group in (None, schedule.group)
    ]
    page, token = pages.page(found, parameters, size="MaxResults", token="NextToken")
    return {
        "Schedules": [
            {
                "Arn": s.arn,
                "Name": s.name,
                "GroupName": s.group,
                "State": s.state,
                "CreationDate": calendar.iso(world.start.starts_at, s.created_at_ms),
                "LastModificationDate": calendar.iso(world.start.starts_at, s.updated_at_ms),
                "Target": {"Arn": s.target["Arn"]},
            }
            for s in page
        ],
        **token,
    }

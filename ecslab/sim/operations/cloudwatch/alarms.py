"""Alarms: putting, reading, deleting, and setting the state of one by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import alarm_changes, journal, waking
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.cloudwatch import ResourceNotFound
from ecslab.sim.errors.common import (
    InvalidParameterCombination,
    InvalidParameterValue,
    MissingParameter,
    ValidationError,
)
from ecslab.sim.operations.cloudwatch import reading
from ecslab.sim.operations.pages import page
from ecslab.sim.rules import alarms
from ecslab.sim.state.alarms import Alarm
from ecslab.sim.world import World

ACTIONS = {"OK": "OKActions", "ALARM": "AlarmActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
NEEDED = ("Statistic", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator")
ECHOED = ("AlarmDescription", "Unit")
HOUR_MS = 3_600_000


def put_metric_alarm(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An alarm, or new settings of the one of that name."""
    alarm = _alarm(world, parameters)
    before = world.alarms.get(alarm.name)
    if before is not None:
        _own(before)
    alarm_changes.alarm_put(world, alarm)
    journal.call_made(world, "cloudwatch:PutMetricAlarm", alarm.arn, None)
    return {}


def _alarm(world: World, parameters: Mapping[str, Any]) -> Alarm:
    for member in NEEDED:
        if member not in parameters:
            raise MissingParameter(f"The parameter {member} is required.")
    name = str(parameters["AlarmName"])
    periods = int(parameters["EvaluationPeriods"])
    to_alarm = int(parameters.get("DatapointsToAlarm", periods))
    if not 1 <= to_alarm <= periods:
        raise InvalidParameterCombination("DatapointsToAlarm must be from 1 to EvaluationPeriods.")
    period_ms = reading.period(parameters["Period"])
    _judge_range(period_ms, periods)
    return Alarm(
        name=name,
        arn=world.ids.arn("cloudwatch", f"alarm:{name}"),
        metric=reading.metric(parameters),
        statistic=reading.statistic(parameters["Statistic"], "Statistic"),
        period_ms=period_ms,
        evaluation_periods=periods,
        datapoints_to_alarm=to_alarm,
        threshold=reading.number(parameters["Threshold"], "Threshold"),
        comparison=_known(parameters, "ComparisonOperator", tuple(alarms.COMPARISONS), ""),
        missing=_known(parameters, "TreatMissingData", alarms.TREATMENTS, "missing"),
        request={member: parameters[member] for member in ECHOED if member in parameters},
        configured_ms=world.now_ms,
        actions={state: [str(arn) for arn in parameters.get(member) or []] for state, member in ACTIONS.items()},
        actions_enabled=bool(parameters.get("ActionsEnabled", True)),
    )


def _judge_range(period_ms: int, periods: int) -> None:
    """An alarm looks back over a day at most, with periods of an hour or more over a week.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html.
    """
    longest = LIMITS["alarm.range.hours" if period_ms >= HOUR_MS else "alarm.range.minutes"]
    if period_ms * periods > longest * 1000:
        raise ValidationError(
            f"Metrics cannot be checked across more than {longest} seconds (EvaluationPeriods * Period must be <= "
            f"{longest})"
        )


def _known(parameters: Mapping[str, Any], member: str, allowed: tuple[str, ...], default: str) -> str:
    value = str(parameters.get(member, default))
    if value not in allowed:
        raise InvalidParameterValue(f"{member} is {value[:64]!r}; use one of {', '.join(allowed)}.")
    return value


def describe_alarms(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The alarms, in the order in which they were made."""
    names = parameters.get("AlarmNames")
    found = [
        alarm
        for alarm in world.alarms.values()
        if (not names or alarm.name in names)
        and alarm.name.startswith(str(parameters.get("AlarmNamePrefix", "")))
        and alarm.state == parameters.get("StateValue", alarm.state)
    ]
    shown, rest = page(found, parameters, size="MaxRecords", token="NextToken")
    return {"CompositeAlarms": [], "MetricAlarms": [_shape(world, alarm) for alarm in shown], **rest}


def _shape(world: World, alarm: Alarm) -> dict[str, Any]:
    return {
        "AlarmName": alarm.name,
        "AlarmArn": alarm.arn,
        **alarm.request,
        "AlarmConfigurationUpdatedTimestamp": calendar.iso(world.start.starts_at, alarm.configured_ms),
        "ActionsEnabled": alarm.actions_enabled,
        **{member: list(alarm.actions.get(state, [])) for state, member in ACTIONS.items()},
        "StateValue": alarm.state,
        "StateReason": alarm.reason,
        "StateUpdatedTimestamp": calendar.iso(world.start.starts_at, alarm.changed_ms),
        "MetricName": alarm.metric.name,
        "Namespace": alarm.metric.namespace,
        "Statistic": alarm.statistic,
        "Dimensions": [{"Name": name, "Value": value} for name, value in alarm.metric.dimensions],
        "Period": alarm.period_ms // 1000,
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm,
        "Threshold": reading.shown(Fraction(alarm.threshold)),
        "ComparisonOperator": alarm.comparison,
        "TreatMissingData": alarm.missing,
    }


def delete_alarms(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Alarms are gone; one that is not there keeps all of them.

    Model choice: AWS asks not to delete the alarms of a policy; here it cannot be done.
    """
    found = [_found(world, name) for name in dict.fromkeys(parameters["AlarmNames"])]
    for alarm in found:
        _own(alarm)
    for alarm in found:
        alarm_changes.alarm_deleted(world, alarm)
    journal.call_made(world, "cloudwatch:DeleteAlarms", ", ".join(alarm.name for alarm in found), None)
    return {}


def set_alarm_state(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An alarm takes a state, with its actions, until it is evaluated next."""
    alarm = _found(world, parameters["AlarmName"])
    state = _known(parameters, "StateValue", alarms.STATES, "")
    if state != alarm.state:
        alarm_changes.state_set(world, alarm, next(s for s in alarms.STATES if s == state), parameters["StateReason"])
        alarms.call_policies(world, alarm)
    waking.wake(world, alarm)
    journal.call_made(world, "cloudwatch:SetAlarmState", alarm.arn, None)
    return {}


def _own(alarm: Alarm) -> None:
    if alarm.owner:
        raise InvalidParameterValue(f"The alarm {alarm.name} belongs to a scaling policy; change the policy.")


def _found(world: World, name: str) -> Alarm:
    alarm = world.alarms.get(str(name))
    if alarm is None:
        raise ResourceNotFound(f"The alarm {str(name)[:64]} does not exist.")
    return alarm

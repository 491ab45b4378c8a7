"""Rules of the default event bus (SS:E-20, SS:E-30 to SS:E-34)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import event_changes, journal
from ecslab.sim.cron import ExpressionWrong
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import LimitExceededException, ResourceNotFoundException, ValidationException
from ecslab.sim.operations import pages
from ecslab.sim.rules import schedules
from ecslab.sim.rules.event_patterns import read_pattern
from ecslab.sim.state.event_rules import EventRule
from ecslab.sim.world import World

BUS = "default"


def rule_named(world: World, parameters: Mapping[str, Any], member: str = "Name") -> EventRule:
    """The rule that a request names. Raises ResourceNotFoundException."""
    check_bus(parameters)
    name = str(parameters[member])
    rule = world.event_rules.get(name)
    if rule is None:
        raise ResourceNotFoundException(f"Rule {name} does not exist on EventBus {BUS}.")
    return rule


def check_bus(parameters: Mapping[str, Any]) -> None:
    """A lab has the default event bus alone."""
    bus = str(parameters.get("EventBusName", BUS)).rpartition("/")[2]
    if bus != BUS:
        raise ResourceNotFoundException(f"Event bus {bus} does not exist. A lab has the event bus {BUS} alone.")


def put_rule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Make a rule, or replace all but the targets and tags of one; it needs a pattern or a schedule (SS:E-20)."""
    check_bus(parameters)
    name = str(parameters["Name"])
    pattern, expression = parameters.get("EventPattern"), parameters.get("ScheduleExpression")
    if not pattern and not expression:
        raise ValidationException("Parameter(s) EventPattern or ScheduleExpression must be specified.")
    if pattern:
        read_pattern(str(pattern))
    if expression:
        _check_schedule(str(expression))
    rule = world.event_rules.get(name)
    if rule is None and len(world.event_rules) >= LIMITS["events.rules"]:
        raise LimitExceededException(f"The event bus {BUS} holds {LIMITS['events.rules']} rules; delete one first.")
    rule = rule or EventRule(
        name, world.ids.arn("events", f"rule/{name}"), world.now_ms, tags=list(parameters.get("Tags") or [])
    )
    event_changes.rule_put(
        world,
        rule,
        pattern=pattern or None,
        schedule_expression=expression or None,
        state=str(parameters.get("State", "ENABLED")),
        role_arn=parameters.get("RoleArn"),
        description=parameters.get("Description"),
    )
    schedules.wait_for_rule(world, rule)
    journal.call_made(world, "events:PutRule", rule.arn, None)
    return {"RuleArn": rule.arn}


def _check_schedule(text: str) -> None:
    try:
        schedules.read_checked(text, of_rule=True)
    except ExpressionWrong as wrong:
        raise ValidationException(f"Parameter ScheduleExpression is not valid. {wrong}") from None


def delete_rule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a rule that has no targets left; one that is not there is no error, as on AWS."""
    check_bus(parameters)
    rule = world.event_rules.get(str(parameters["Name"]))
    if rule is None:
        return {}
    if rule.targets:
        raise ValidationException(
            f"Rule can't be deleted since it has targets. Remove {', '.join(rule.targets)} with RemoveTargets first."
        )
    event_changes.rule_deleted(world, rule)
    journal.call_made(world, "events:DeleteRule", rule.arn, None)
    return {}


def enable_rule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The rule acts from now on."""
    return _set_state(world, parameters, "ENABLED", "events:EnableRule")


def disable_rule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The rule acts no longer."""
    return _set_state(world, parameters, "DISABLED", "events:DisableRule")


def _set_state(world: World, parameters: Mapping[str, Any], state: str, call: str) -> dict[str, Any]:
    rule = rule_named(world, parameters)
    event_changes.rule_put(world, rule, state=state)
    schedules.wait_for_rule(world, rule)
    journal.call_made(world, call, rule.arn, None)
    return {}


def describe_rule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """One rule."""
    return _shape(rule_named(world, parameters))


def list_rules(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Rules by name, in alphabetical order as AWS has them."""
    check_bus(parameters)
    prefix = str(parameters.get("NamePrefix", ""))
    found = [world.event_rules[name] for name in sorted(world.event_rules) if name.startswith(prefix)]
    page, token = pages.page(found, parameters, size="Limit", token="NextToken")
    return {"Rules": [_shape(rule) for rule in page], **token}


def _shape(rule: EventRule) -> dict[str, Any]:
    shape = {
        "Name": rule.name,
        "Arn": rule.arn,
        "EventPattern": rule.pattern,
        "ScheduleExpression": rule.schedule_expression,
        "State": rule.state,
        "Description": rule.description,
        "RoleArn": rule.role_arn,
        "EventBusName": BUS,
    }
    return {name: value for name, value in shape.items() if value is not None}

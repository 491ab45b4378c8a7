"""What rules invoke (SS:E-21); an ECS target's Arn is the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim import written
from ecslab.sim.changes import event_changes, journal
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import LimitExceededException, ValidationException
from ecslab.sim.operations import pages
from ecslab.sim.operations.events.rules import check_bus, rule_named
from ecslab.sim.rules.event_targets import check_ecs_parameters, is_cluster
from ecslab.sim.state.event_rules import RuleTarget
from ecslab.sim.world import World


def put_targets(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Add targets to a rule, in place of those with the same ids; at most five (SS:E-21)."""
    rule = rule_named(world, parameters, "Rule")
    targets = [_target(item) for item in parameters["Targets"]]
    if not targets:
        raise ValidationException("Targets is empty; name at least one target with Id and Arn.")
    if len({*rule.targets, *(target.id for target in targets)}) > LIMITS["events.targets"]:
        raise LimitExceededException(
            f"The requested resource exceeds the maximum number allowed: a rule has at most {LIMITS['events.targets']} "
            "targets."
        )
    for target in targets:
        event_changes.target_put(world, rule, target)
    journal.call_made(world, "events:PutTargets", rule.arn, None)
    return {"FailedEntryCount": 0, "FailedEntries": []}


def _target(item: Mapping[str, Any]) -> RuleTarget:
    name, arn = str(item["Id"]), str(item["Arn"])
    if not arn.startswith("arn:"):
        raise ValidationException(f"Parameter {arn[:100]} is not valid. Reason: Provided Arn is not in correct format.")
    given = [member for member in ("Input", "InputPath", "InputTransformer") if member in item]
    if len(given) > 1:
        raise ValidationException(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {name}."
        )
    if "Input" in item and written.json_value(str(item["Input"])) is None:
        raise ValidationException(f"Parameter Input of target {name} is no JSON text; correct it.")
    ecs = item.get("EcsParameters")
    if is_cluster(arn):
        if not ecs:
            raise ValidationException(f"Parameter EcsParameters must be provided for target {arn}.")
        if not item.get("RoleArn"):
            raise ValidationException(f"RoleArn is required for target {arn}.")
        check_ecs_parameters(ecs)
    elif ecs:
        raise ValidationException(f"EcsParameters does not fit target {arn}; its Arn needs to be that of a cluster.")
    return RuleTarget(name, arn, item.get("RoleArn"), ecs, item.get("Input"), dict(item))


def remove_targets(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take targets from a rule; ids that it has not are told, not refused."""
    rule = rule_named(world, parameters, "Rule")
    failed = []
    for name in parameters["Ids"]:
        if name not in rule.targets:
            failed.append(
                {"TargetId": name, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": f"No target {name}."}
            )
        event_changes.target_removed(world, rule, str(name))
    journal.call_made(world, "events:RemoveTargets", rule.arn, None)
    return {"FailedEntryCount": len(failed), "FailedEntries": failed}


def list_targets_by_rule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The targets of a rule as they were given."""
    rule = rule_named(world, parameters, "Rule")
    page, token = pages.page(list(rule.targets.values()), parameters, size="Limit", token="NextToken")
    return {"Targets": [target.request for target in page], **token}


def list_rule_names_by_target(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The names of the rules that invoke an ARN."""
    check_bus(parameters)
    arn = str(parameters["TargetArn"])
    names = sorted(rule.name for rule in world.event_rules.values() if any(t.arn == arn for t in rule.targets.values()))
    page, token = pages.page(names, parameters, size="Limit", token="NextToken")
    return {"RuleNames": list(page), **token}

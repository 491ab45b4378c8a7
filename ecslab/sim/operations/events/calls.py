"""The simulated operations of `events`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.events import rules, sending, targets
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "events:PutRule": rules.put_rule,
    "events:DeleteRule": rules.delete_rule,
    "events:EnableRule": rules.enable_rule,
    "events:DisableRule": rules.disable_rule,
    "events:PutTargets": targets.put_targets,
    "events:RemoveTargets": targets.remove_targets,
    "events:PutEvents": sending.put_events,
}

READS: dict[str, Operation] = {
    "events:DescribeRule": rules.describe_rule,
    "events:ListRules": rules.list_rules,
    "events:ListTargetsByRule": targets.list_targets_by_rule,
    "events:ListRuleNamesByTarget": targets.list_rule_names_by_target,
    "events:TestEventPattern": sending.test_event_pattern,
}

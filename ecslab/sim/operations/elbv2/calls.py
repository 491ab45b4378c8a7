"""The simulated operations of `elbv2`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.elbv2 import listeners, load_balancers, target_groups, targets
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "elbv2:CreateLoadBalancer": load_balancers.create_load_balancer,
    "elbv2:DeleteLoadBalancer": load_balancers.delete_load_balancer,
    "elbv2:SetSecurityGroups": load_balancers.set_security_groups,
    "elbv2:SetSubnets": load_balancers.set_subnets,
    "elbv2:ModifyLoadBalancerAttributes": load_balancers.modify_attributes,
    "elbv2:CreateTargetGroup": target_groups.create_target_group,
    "elbv2:ModifyTargetGroup": target_groups.modify_target_group,
    "elbv2:ModifyTargetGroupAttributes": target_groups.modify_attributes,
    "elbv2:DeleteTargetGroup": target_groups.delete_target_group,
    "elbv2:RegisterTargets": targets.register_targets,
    "elbv2:DeregisterTargets": targets.deregister_targets,
    "elbv2:CreateListener": listeners.create_listener,
    "elbv2:ModifyListener": listeners.modify_listener,
    "elbv2:DeleteListener": listeners.delete_listener,
    "elbv2:CreateRule": listeners.create_rule,
    "elbv2:ModifyRule": listeners.modify_rule,
    "elbv2:SetRulePriorities": listeners.set_rule_priorities,
    "elbv2:DeleteRule": listeners.delete_rule,
}

READS: dict[str, Operation] = {
    "elbv2:DescribeLoadBalancers": load_balancers.describe_load_balancers,
    "elbv2:DescribeLoadBalancerAttributes": load_balancers.describe_attributes,
    "elbv2:DescribeTargetGroups": target_groups.describe_target_groups,
    "elbv2:DescribeTargetGroupAttributes": target_groups.describe_attributes,
    "elbv2:DescribeTargetHealth": targets.describe_target_health,
    "elbv2:DescribeListeners": listeners.describe_listeners,
    "elbv2:DescribeRules": listeners.describe_rules,
}

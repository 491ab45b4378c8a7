"""The simulated operations of `application-autoscaling`: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.applicationautoscaling import actions, policies, targets
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "application-autoscaling:RegisterScalableTarget": targets.register_scalable_target,
    "application-autoscaling:DeregisterScalableTarget": targets.deregister_scalable_target,
    "application-autoscaling:PutScalingPolicy": policies.put_scaling_policy,
    "application-autoscaling:DeleteScalingPolicy": policies.delete_scaling_policy,
    "application-autoscaling:PutScheduledAction": actions.put_scheduled_action,
    "application-autoscaling:DeleteScheduledAction": actions.delete_scheduled_action,
}

READS: dict[str, Operation] = {
    "application-autoscaling:DescribeScalableTargets": targets.describe_scalable_targets,
    "application-autoscaling:DescribeScalingPolicies": policies.describe_scaling_policies,
    "application-autoscaling:DescribeScheduledActions": actions.describe_scheduled_actions,
    "application-autoscaling:DescribeScalingActivities": targets.describe_scaling_activities,
}

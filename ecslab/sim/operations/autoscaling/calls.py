"""The simulated operations of `autoscaling`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.autoscaling import groups, instances
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "autoscaling:CreateAutoScalingGroup": groups.create_auto_scaling_group,
    "autoscaling:UpdateAutoScalingGroup": groups.update_auto_scaling_group,
    "autoscaling:SetDesiredCapacity": groups.set_desired_capacity,
    "autoscaling:DeleteAutoScalingGroup": groups.delete_auto_scaling_group,
    "autoscaling:TerminateInstanceInAutoScalingGroup": instances.terminate_instance,
    "autoscaling:SetInstanceProtection": instances.set_instance_protection,
    "autoscaling:SetInstanceHealth": instances.set_instance_health,
}

READS: dict[str, Operation] = {
    "autoscaling:DescribeAutoScalingGroups": groups.describe_auto_scaling_groups,
    "autoscaling:DescribeScalingActivities": groups.describe_scaling_activities,
}

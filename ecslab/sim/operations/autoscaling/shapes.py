"""Auto Scaling groups in the shapes that AWS answers."""

from __future__ import annotations

from typing import Any

from ecslab.sim.operations.ecs.shapes import moment, present
from ecslab.sim.rules.capacity import templates
from ecslab.sim.state.capacity import AutoScalingGroup, Member, Mixture, ScalingActivity
from ecslab.sim.world import World


def group_shape(world: World, group: AutoScalingGroup) -> dict[str, Any]:
    """A group with its instances."""
    specification = _specification(world, group)
    return present(
        {
            "AutoScalingGroupName": group.name,
            "AutoScalingGroupARN": group.arn,
            "LaunchTemplate": None if group.mixture else specification,
            "MixedInstancesPolicy": _mixture(group.mixture, specification) if group.mixture else None,
            "MinSize": group.min_size,
            "MaxSize": group.max_size,
            "DesiredCapacity": group.desired,
            "DefaultCooldown": 300,
            "AvailabilityZones": list(dict.fromkeys(s.availability_zone for s in templates.subnets_of(world, group))),
            "HealthCheckType": "EC2",
            "HealthCheckGracePeriod": group.grace_period_s,
            "Instances": [_member(world, group, member) for member in group.members.values()],
            "CreatedTime": moment(world, group.created_at_ms),
            "VPCZoneIdentifier": ",".join(group.subnets),
            "Status": "Delete in progress" if group.is_deleting else None,
            "Tags": group.tags,
            "TerminationPolicies": list(group.termination_policies),
            "NewInstancesProtectedFromScaleIn": group.protects_new,
        }
    )


def _specification(world: World, group: AutoScalingGroup) -> dict[str, Any]:
    template = templates.template_of(world, group)
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "Version": group.template.version,
    }


def _mixture(mixture: Mixture, specification: dict[str, Any]) -> dict[str, Any]:
    return {
        "LaunchTemplate": {
            "LaunchTemplateSpecification": specification,
            "Overrides": [{"InstanceType": name} for name in mixture.instance_types],
        },
        "InstancesDistribution": {
            "OnDemandBaseCapacity": mixture.on_demand_base,
            "OnDemandPercentageAboveBaseCapacity": mixture.on_demand_percent,
        },
    }


def _member(world: World, group: AutoScalingGroup, member: Member) -> dict[str, Any]:
    machine = world.ec2_instances[member.instance_id]
    identifier, number = machine.launch_template or (group.template.id, 0)
    name = templates.template_of(world, group).name
    return {
        "InstanceId": machine.id,
        "InstanceType": machine.instance_type,
        "AvailabilityZone": machine.availability_zone,
        "LifecycleState": member.lifecycle_state,
        "HealthStatus": member.health_status,
        "LaunchTemplate": {"LaunchTemplateId": identifier, "LaunchTemplateName": name, "Version": str(number)},
        "ProtectedFromScaleIn": member.is_protected,
    }


def activity_shape(world: World, group: AutoScalingGroup, activity: ScalingActivity) -> dict[str, Any]:
    """One thing that a group did."""
    return present(
        {
            "ActivityId": activity.id,
            "AutoScalingGroupName": group.name,
            "AutoScalingGroupARN": group.arn,
            "Description": activity.description,
            "Cause": activity.cause,
            "StartTime": moment(world, activity.at_ms),
            "EndTime": moment(world, activity.at_ms),
            "StatusCode": activity.status,
            "StatusMessage": activity.message,
            "Progress": 100,
        }
    )

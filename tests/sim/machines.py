"""Calls about machines, groups and container instances for the tests of every write (core law 1)."""

from __future__ import annotations

from typing import Any

from tests.sim.stories import Story

Members = dict[str, Any]
FIRST, SECOND, OF_GROUP, ALONE, SPOT, OLD_AGENT = (f"i-000000000000000{number}" for number in range(1, 7))
DATA = {
    "ImageId": "ami-0ec50000000000001",
    "InstanceType": "t3.medium",
    "IamInstanceProfile": {"Name": "ecsInstanceRole"},
    "SecurityGroupIds": ["sg-0000000000000001"],
    "UserData": "#!/bin/bash\necho ECS_CLUSTER=game >> /etc/ecs/ecs.config",
    "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 1},
}
TEMPLATE = {"LaunchTemplateName": "small", "Version": "1"}
GROUP: Members = {"MinSize": 0, "MaxSize": 3, "VPCZoneIdentifier": "subnet-0000000000000001"}
REGISTERED = [{"name": "ecs.instance-type", "value": "t3.medium"}, {"name": "stack", "value": "prod"}]


def live(story: Story) -> None:
    """A launch template, a group with one instance, a machine that has failed and an agent that is disconnected."""
    story.call("ec2:CreateLaunchTemplate", LaunchTemplateName="small", LaunchTemplateData=DATA)
    story.call("ec2:CreateLaunchTemplate", LaunchTemplateName="unused", LaunchTemplateData=DATA)
    story.call(
        "autoscaling:CreateAutoScalingGroup",
        AutoScalingGroupName="group",
        LaunchTemplate=TEMPLATE,
        DesiredCapacity=1,
        **GROUP,
    )
    story.until(0)
    story.call("ec2:RunInstances", MinCount=1, MaxCount=1, **DATA)
    story.call("lab:DisconnectAgent", instance=SECOND)


def live_with_provider(story: Story) -> None:
    """A capacity provider of the group, which a cluster has beside the two of Fargate, and one that nobody has."""
    for name in ("second", "third"):
        story.call("autoscaling:CreateAutoScalingGroup", AutoScalingGroupName=name, LaunchTemplate=TEMPLATE, **GROUP)
    for name, group in (("ours", "group"), ("spare", "second")):
        story.call("ecs:CreateCapacityProvider", name=name, autoScalingGroupProvider={"autoScalingGroupArn": group})
    story.call(
        "ecs:PutClusterCapacityProviders",
        cluster="game",
        capacityProviders=["ours", "FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategy=[],
    )
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", market="spot")


def end(story: Story) -> None:
    """What comes last, so that it is still so when the calls are made."""
    story.call("lab:FailInstance", 59, instance=ALONE)
    story.call("ecs:CreateCluster", 59, clusterName="agents")
    old = {"instanceType": "t3.medium", "zones": ["us-east-1b"], "agentVersion": "1.9.0"}
    story.call("lab:AddContainerInstances", 59, cluster="agents", **old)
    story.call("lab:FailZone", 59, zone="us-east-1c")


MANAGED = {
    "managedScaling": {
        "status": "ENABLED",
        "targetCapacity": 90,
        "minimumScalingStepSize": 1,
        "maximumScalingStepSize": 5,
        "instanceWarmupPeriod": 60,
    },
    "managedTerminationProtection": "DISABLED",
    "managedDraining": "ENABLED",
}
SHARED = [{"capacityProvider": "FARGATE", "base": 1, "weight": 1}, {"capacityProvider": "FARGATE_SPOT", "weight": 3}]
OURS = [{"capacityProvider": "ours", "base": 1, "weight": 1}]
VALID: list[tuple[str, Members]] = [
    (
        "ecs:CreateCapacityProvider",
        {"name": "new", "autoScalingGroupProvider": {"autoScalingGroupArn": "third", **MANAGED}},
    ),
    ("ecs:UpdateCapacityProvider", {"name": "ours", "autoScalingGroupProvider": MANAGED}),
    ("ecs:DeleteCapacityProvider", {"capacityProvider": "spare"}),
    (
        "ecs:PutClusterCapacityProviders",
        {
            "cluster": "game",
            "capacityProviders": ["ours", "FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": SHARED,
        },
    ),
    (
        "ecs:CreateCluster",
        {
            "clusterName": "new",
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": SHARED,
        },
    ),
    ("ecs:RunTask", {"cluster": "game", "taskDefinition": "web", "capacityProviderStrategy": OURS}),
    ("ecs:UpdateService", {"cluster": "game", "service": "own", "capacityProviderStrategy": OURS}),
    ("ec2:RunInstances", {"MinCount": 1, "MaxCount": 2, **DATA, "SubnetId": "subnet-0000000000000001"}),
    ("ec2:RunInstances", {"MinCount": 1, "MaxCount": 1, "LaunchTemplate": TEMPLATE}),
    ("ec2:StartInstances", {"InstanceIds": [FIRST]}),
    ("ec2:StopInstances", {"InstanceIds": [FIRST]}),
    ("ec2:TerminateInstances", {"InstanceIds": [FIRST, ALONE]}),
    ("ec2:CreateLaunchTemplate", {"LaunchTemplateName": "large", "LaunchTemplateData": DATA}),
    (
        "ec2:CreateLaunchTemplateVersion",
        {"LaunchTemplateName": "small", "SourceVersion": "1", "LaunchTemplateData": {"InstanceType": "t3.large"}},
    ),
    ("ec2:ModifyLaunchTemplate", {"LaunchTemplateName": "small", "DefaultVersion": "1"}),
    ("ec2:DeleteLaunchTemplate", {"LaunchTemplateName": "unused"}),
    (
        "autoscaling:CreateAutoScalingGroup",
        {
            "AutoScalingGroupName": "other",
            "LaunchTemplate": TEMPLATE,
            "TerminationPolicies": ["OldestInstance"],
            **GROUP,
        },
    ),
    (
        "autoscaling:UpdateAutoScalingGroup",
        {
            "AutoScalingGroupName": "group",
            "MixedInstancesPolicy": {
                "LaunchTemplate": {
                    "LaunchTemplateSpecification": TEMPLATE,
                    "Overrides": [{"InstanceType": "t3.large"}, {"InstanceType": "t3.medium"}],
                },
                "InstancesDistribution": {"OnDemandBaseCapacity": 1, "OnDemandPercentageAboveBaseCapacity": 50},
            },
            **GROUP,
        },
    ),
    ("autoscaling:SetDesiredCapacity", {"AutoScalingGroupName": "group", "DesiredCapacity": 2}),
    ("autoscaling:DeleteAutoScalingGroup", {"AutoScalingGroupName": "group", "ForceDelete": True}),
    (
        "autoscaling:TerminateInstanceInAutoScalingGroup",
        {"InstanceId": OF_GROUP, "ShouldDecrementDesiredCapacity": True},
    ),
    (
        "autoscaling:SetInstanceProtection",
        {"AutoScalingGroupName": "group", "InstanceIds": [OF_GROUP], "ProtectedFromScaleIn": True},
    ),
    ("autoscaling:SetInstanceHealth", {"InstanceId": OF_GROUP, "HealthStatus": "Unhealthy"}),
    ("ecs:RegisterContainerInstance", {"cluster": "game", "attributes": REGISTERED}),
    ("ecs:DeregisterContainerInstance", {"cluster": "game", "containerInstance": FIRST, "force": True}),
    (
        "ecs:UpdateContainerInstancesState",
        {"cluster": "game", "containerInstances": [FIRST], "status": "DRAINING"},
    ),
    (
        "lab:AddCapacity",
        {
            "cluster": "game",
            "instanceType": "t3.medium",
            "min": 0,
            "desired": 1,
            "max": 3,
            "subnets": ["subnet-0000000000000001"],
            "securityGroups": ["sg-0000000000000001"],
            "instanceProfile": "ecsInstanceRole",
            "agent": {"ECS_RESERVED_MEMORY": "64"},
            "capacityProvider": "added",
            **MANAGED,
        },
    ),
    ("lab:InterruptSpot", {"instance": SPOT}),
    ("ecs:UpdateContainerAgent", {"cluster": "agents", "containerInstance": OLD_AGENT}),
    ("lab:RecoverInstance", {"instance": ALONE}),
    ("lab:DisconnectAgent", {"instance": FIRST}),
    ("lab:ReconnectAgent", {"instance": SECOND}),
    ("lab:FailZone", {"zone": "us-east-1a"}),
    ("lab:RecoverZone", {"zone": "us-east-1c"}),
    ("lab:SetQuota", {"code": "L-3032A538", "value": 20}),
    ("lab:LimitCapacity", {"capacityProvider": "FARGATE_SPOT", "zone": "us-east-1a", "available": 0}),
    ("lab:LimitCapacity", {"instanceType": "t3.small"}),
]

"""Core law 10: every member that a simulated operation takes acts, or is named as having no effect, or is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ecslab.aws.door import prepare, submit
from ecslab.aws.model import input_shape
from ecslab.sim.data.tables import NOT_SIMULATED
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.operations.registry import READS, WRITES
from ecslab.sim.simulation import Outcome, Simulation

CONTAINER = "containerDefinitions[]."
EBS = "volumeConfigurations[].managedEBSVolume."
SERVICE = f"""
    cluster taskDefinition desiredCount availabilityZoneRebalancing deploymentConfiguration.minimumHealthyPercent
    deploymentConfiguration.maximumPercent deploymentConfiguration.strategy
    deploymentConfiguration.deploymentCircuitBreaker deploymentConfiguration.earlySuccessCriteria
    deploymentConfiguration.alarms deploymentConfiguration.bakeTimeInMinutes
    placementConstraints placementStrategy
    {EBS}roleArn {EBS}sizeInGiB {EBS}volumeType {EBS}filesystemType {EBS}snapshotId volumeConfigurations[].name
    placementConstraints placementStrategy propagateTags enableECSManagedTags
    networkConfiguration.awsvpcConfiguration.subnets networkConfiguration.awsvpcConfiguration.securityGroups
    networkConfiguration.awsvpcConfiguration.assignPublicIp platformVersion healthCheckGracePeriodSeconds
    deploymentController enableExecuteCommand capacityProviderStrategy loadBalancers
"""
OVERRIDE = "overrides.containerOverrides[]."
STARTED = f"""
    cluster taskDefinition enableExecuteCommand networkConfiguration.awsvpcConfiguration.subnets
    networkConfiguration.awsvpcConfiguration.securityGroups networkConfiguration.awsvpcConfiguration.assignPublicIp
    {EBS}roleArn {EBS}sizeInGiB {EBS}volumeType {EBS}filesystemType {EBS}snapshotId
    volumeConfigurations[].name {EBS}terminationPolicy group startedBy tags propagateTags enableECSManagedTags
    overrides.cpu overrides.memory overrides.taskRoleArn overrides.executionRoleArn
    {OVERRIDE}name {OVERRIDE}cpu {OVERRIDE}memory {OVERRIDE}memoryReservation {OVERRIDE}resourceRequirements
    networkConfiguration.awsvpcConfiguration.securityGroups group startedBy tags overrides.cpu overrides.memory
    overrides.ephemeralStorage.sizeInGiB
    overrides.taskRoleArn overrides.executionRoleArn {OVERRIDE}name {OVERRIDE}cpu {OVERRIDE}memory
    {OVERRIDE}memoryReservation {OVERRIDE}resourceRequirements
"""
PERMISSION = "IpPermissions[]."
PERMISSIONS = f"""
    {PERMISSION}IpProtocol {PERMISSION}FromPort {PERMISSION}ToPort {PERMISSION}IpRanges {PERMISSION}PrefixListIds
    {PERMISSION}UserIdGroupPairs[].GroupId {PERMISSION}UserIdGroupPairs[].GroupName
    {PERMISSION}UserIdGroupPairs[].UserId {PERMISSION}UserIdGroupPairs[].Description GroupId
"""
INGRESS = f"{PERMISSIONS} GroupName CidrIp IpProtocol FromPort ToPort"
CHECK = """
    HealthCheckProtocol HealthCheckPort HealthCheckEnabled HealthCheckPath HealthCheckIntervalSeconds
    HealthCheckTimeoutSeconds HealthyThresholdCount UnhealthyThresholdCount Matcher.HttpCode Matcher.GrpcCode
"""
ATTRIBUTES = "Attributes[].Key Attributes[].Value"
TAGS = "Tags[].Key Tags[].Value"


def actions(member: str) -> str:
    """What acts in the actions of a listener or a rule."""
    names = "Type TargetGroupArn RedirectConfig.StatusCode FixedResponseConfig.StatusCode"
    forward = "ForwardConfig.TargetGroups[].TargetGroupArn ForwardConfig.TargetGroups[].Weight"
    return " ".join(f"{member}[].{name}" for name in f"{names} {forward}".split())


CONDITION = """
    Field Values HostHeaderConfig.Values PathPatternConfig.Values HttpHeaderConfig.HttpHeaderName
    HttpHeaderConfig.Values QueryStringConfig.Values[].Key QueryStringConfig.Values[].Value
    HttpRequestMethodConfig.Values SourceIpConfig.Values
"""
CONDITIONS = " ".join(f"Conditions[].{name}" for name in CONDITION.split())
OWN = "CustomizedMetricSpecification."
TRACKING = "TargetTrackingScalingPolicyConfiguration."
EFFECTIVE = {
    "ecs:CreateCluster": "clusterName settings tags capacityProviders defaultCapacityProviderStrategy",
    "ecs:CreateCapacityProvider": "name autoScalingGroupProvider managedInstancesProvider tags",
    "ecs:UpdateCapacityProvider": "name autoScalingGroupProvider managedInstancesProvider",
    "ecs:DeleteCapacityProvider": "capacityProvider",
    "ecs:DescribeCapacityProviders": "capacityProviders cluster include maxResults nextToken",
    "ecs:PutClusterCapacityProviders": "cluster capacityProviders defaultCapacityProviderStrategy",
    "ecs:DeleteCluster": "cluster",
    "ecs:RegisterTaskDefinition": f"""
        family taskRoleArn executionRoleArn networkMode requiresCompatibilities cpu memory tags placementConstraints
        runtimePlatform {CONTAINER}name {CONTAINER}image {CONTAINER}cpu {CONTAINER}memory {CONTAINER}memoryReservation
        {CONTAINER}essential {CONTAINER}stopTimeout {CONTAINER}healthCheck {CONTAINER}dockerLabels
        {CONTAINER}dependsOn {CONTAINER}startTimeout {CONTAINER}restartPolicy
        {CONTAINER}mountPoints {CONTAINER}volumesFrom ephemeralStorage volumes[].name volumes[].host
        volumes[].configuredAtLaunch
        volumes[].dockerVolumeConfiguration.scope volumes[].dockerVolumeConfiguration.autoprovision
        volumes[].dockerVolumeConfiguration.driver volumes[].efsVolumeConfiguration.fileSystemId
        volumes[].efsVolumeConfiguration.rootDirectory volumes[].efsVolumeConfiguration.transitEncryption
        volumes[].efsVolumeConfiguration.authorizationConfig
        {CONTAINER}logConfiguration.logDriver {CONTAINER}portMappings[].containerPort
        {CONTAINER}portMappings[].hostPort {CONTAINER}portMappings[].protocol {CONTAINER}portMappings[].name
        {CONTAINER}portMappings[].containerPortRange
        {CONTAINER}resourceRequirements[].type
        {CONTAINER}resourceRequirements[].value {CONTAINER}secrets {CONTAINER}repositoryCredentials
        {CONTAINER}environmentFiles {CONTAINER}logConfiguration.secretOptions
    """,
    "ecs:DeregisterTaskDefinition": "taskDefinition",
    "ecs:DeleteTaskDefinitions": "taskDefinitions",
    "ecs:PutAccountSetting": "name value principalArn",
    "ecs:PutAccountSettingDefault": "name value",
    "ecs:ListAccountSettings": "name value effectiveSettings",
    "ecs:RunTask": f"""
        {STARTED} count launchType capacityProviderStrategy platformVersion clientToken placementConstraints
        placementStrategy
    """,
    "ecs:StartTask": f"{STARTED} containerInstances",
    "ecs:ExecuteCommand": "cluster container task interactive",
    "ecs:UpdateContainerAgent": "cluster containerInstance",
    "ecs:StopTask": "cluster task reason",
    "ecs:TagResource": "resourceArn tags",
    "ecs:UntagResource": "resourceArn tagKeys",
    "ecs:ListTagsForResource": "resourceArn",
    "ecs:CreateService": f"{SERVICE} serviceName launchType schedulingStrategy tags",
    "ecs:UpdateService": f"{SERVICE} service forceNewDeployment",
    "ecs:DeleteService": "cluster service force",
    "ecs:UpdateTaskProtection": "cluster tasks protectionEnabled expiresInMinutes",
    "ecs:GetTaskProtection": "cluster tasks",
    "ecs:PutAttributes": "cluster attributes",
    "ecs:DeleteAttributes": "cluster attributes",
    "ecs:ListAttributes": "cluster targetType attributeName attributeValue nextToken maxResults",
    "ecs:StopServiceDeployment": "serviceDeploymentArn stopType",
    "ecs:ListServiceDeployments": "cluster service status createdAt nextToken maxResults",
    "ecs:DescribeServiceDeployments": "serviceDeploymentArns",
    "ecs:DescribeServiceRevisions": "serviceRevisionArns",
    "ec2:CreateSubnet": "VpcId CidrBlock AvailabilityZone TagSpecifications",
    "ec2:CreateVpc": "CidrBlock TagSpecifications",
    "ec2:ModifyVpcAttribute": "VpcId EnableDnsSupport.Value EnableDnsHostnames.Value",
    "ec2:DeleteVpc": "VpcId",
    "ec2:ModifySubnetAttribute": "SubnetId MapPublicIpOnLaunch.Value",
    "ec2:DeleteSubnet": "SubnetId",
    "ec2:CreateInternetGateway": "TagSpecifications",
    "ec2:AttachInternetGateway": "InternetGatewayId VpcId",
    "ec2:DetachInternetGateway": "InternetGatewayId VpcId",
    "ec2:DeleteInternetGateway": "InternetGatewayId",
    "ec2:CreateRouteTable": "VpcId TagSpecifications",
    "ec2:CreateRoute": "RouteTableId DestinationCidrBlock GatewayId NatGatewayId",
    "ec2:ReplaceRoute": "RouteTableId DestinationCidrBlock GatewayId NatGatewayId",
    "ec2:DeleteRoute": "RouteTableId DestinationCidrBlock",
    "ec2:AssociateRouteTable": "SubnetId RouteTableId",
    "ec2:DisassociateRouteTable": "AssociationId",
    "ec2:ReplaceRouteTableAssociation": "AssociationId RouteTableId",
    "ec2:DeleteRouteTable": "RouteTableId",
    "ec2:AllocateAddress": "TagSpecifications",
    "ec2:ReleaseAddress": "AllocationId",
    "ec2:CreateNatGateway": "AllocationId SubnetId ConnectivityType TagSpecifications",
    "ec2:DeleteNatGateway": "NatGatewayId",
    "ec2:CreateVpcEndpoint": """
        VpcEndpointType VpcId ServiceName RouteTableIds SubnetIds SecurityGroupIds PrivateDnsEnabled TagSpecifications
    """,
    "ec2:DeleteVpcEndpoints": "VpcEndpointIds",
    "ec2:DescribeVpcAttribute": "Attribute VpcId",
    "ec2:DescribeInternetGateways": "InternetGatewayIds Filters",
    "ec2:DescribeRouteTables": "RouteTableIds Filters",
    "ec2:DescribeAddresses": "AllocationIds Filters",
    "ec2:DescribeNatGateways": "NatGatewayIds Filter",
    "ec2:DescribeVpcEndpoints": "VpcEndpointIds Filters",
    "ec2:DescribePrefixLists": "PrefixListIds",
    "ec2:DescribeNetworkInterfaces": "NetworkInterfaceIds Filters",
    "ec2:CreateSecurityGroup": "GroupName Description VpcId TagSpecifications",
    "ec2:AuthorizeSecurityGroupIngress": INGRESS,
    "ec2:AuthorizeSecurityGroupEgress": PERMISSIONS,
    "ec2:RevokeSecurityGroupIngress": f"{INGRESS} SecurityGroupRuleIds",
    "ec2:RevokeSecurityGroupEgress": f"{PERMISSIONS} SecurityGroupRuleIds",
    "ec2:DeleteSecurityGroup": "GroupId GroupName",
    "lab:AddContainerInstances": """
        cluster instanceType count zones subnets securityGroups instanceProfile attributes cpu memoryMiB ports agent
        agentVersion registeredAt market
    """,
    "lab:PutImage": """
        image sizeMiB pullSeconds startSeconds healthy exitAfter exitCode handlesSigterm missing calls[].action
        calls[].resource calls[].every memoryMiB healthCheckSeconds cpuUnits mounts filesMiB
        cpuUnitsPerRequestPerSecond requestMs memoryKiBPerRequestPerSecond
    """,
    "lab:ExplainScaling": "service cluster capacityProvider",
    "lab:SetTraffic": """
        loadBalancer cluster service pattern requestsPerSecond from to period points connectionsPerSecond kibPerRequest
    """,
    "lab:ExitContainer": "task container exitCode",
    "efs:CreateFileSystem": "CreationToken PerformanceMode Encrypted ThroughputMode AvailabilityZoneName Tags",
    "efs:DeleteFileSystem": "FileSystemId",
    "efs:DescribeFileSystems": "MaxItems Marker CreationToken FileSystemId",
    "efs:CreateMountTarget": "FileSystemId SubnetId SecurityGroups",
    "efs:DeleteMountTarget": "MountTargetId",
    "efs:ModifyMountTargetSecurityGroups": "MountTargetId SecurityGroups",
    "efs:DescribeMountTargets": "MaxItems Marker FileSystemId MountTargetId AccessPointId",
    "efs:DescribeMountTargetSecurityGroups": "MountTargetId",
    "efs:CreateAccessPoint": "ClientToken Tags FileSystemId PosixUser RootDirectory",
    "efs:DeleteAccessPoint": "AccessPointId",
    "efs:DescribeAccessPoints": "MaxResults NextToken AccessPointId FileSystemId",
    "lab:AddCapacity": """
        cluster instanceType min desired max zones subnets securityGroups instanceProfile agent market capacityProvider
        managedScaling managedTerminationProtection managedDraining
    """,
    "lab:FailInstance": "instance",
    "lab:InterruptSpot": "instance task",
    "ecs:RegisterContainerInstance": """
        cluster instanceIdentityDocument totalResources[].name totalResources[].integerValue
        totalResources[].stringSetValue versionInfo.agentVersion attributes[].name attributes[].value tags
    """,
    "ecs:DeregisterContainerInstance": "cluster containerInstance force",
    "ecs:UpdateContainerInstancesState": "cluster containerInstances status",
    "ec2:RunInstances": """
        ImageId InstanceType MinCount MaxCount SubnetId SecurityGroupIds IamInstanceProfile UserData
        LaunchTemplate InstanceMarketOptions.MarketType Placement.AvailabilityZone TagSpecifications
        MetadataOptions.HttpEndpoint MetadataOptions.HttpTokens MetadataOptions.HttpPutResponseHopLimit
    """,
    "ec2:StartInstances": "InstanceIds",
    "ec2:StopInstances": "InstanceIds",
    "ec2:TerminateInstances": "InstanceIds",
    "ec2:CreateLaunchTemplate": """
        LaunchTemplateName VersionDescription TagSpecifications LaunchTemplateData.ImageId
        LaunchTemplateData.InstanceType LaunchTemplateData.IamInstanceProfile
        LaunchTemplateData.SecurityGroupIds LaunchTemplateData.UserData
        LaunchTemplateData.InstanceMarketOptions.MarketType LaunchTemplateData.TagSpecifications
        LaunchTemplateData.MetadataOptions.HttpEndpoint LaunchTemplateData.MetadataOptions.HttpTokens
        LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit
    """,
    "ec2:CreateLaunchTemplateVersion": """
        LaunchTemplateId LaunchTemplateName SourceVersion VersionDescription LaunchTemplateData.ImageId
        LaunchTemplateData.InstanceType LaunchTemplateData.IamInstanceProfile
        LaunchTemplateData.SecurityGroupIds LaunchTemplateData.UserData
        LaunchTemplateData.InstanceMarketOptions.MarketType LaunchTemplateData.TagSpecifications
        LaunchTemplateData.MetadataOptions.HttpEndpoint LaunchTemplateData.MetadataOptions.HttpTokens
        LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit
    """,
    "ec2:ModifyLaunchTemplate": "LaunchTemplateId LaunchTemplateName DefaultVersion",
    "ec2:DeleteLaunchTemplate": "LaunchTemplateId LaunchTemplateName",
    "ec2:DescribeLaunchTemplates": "LaunchTemplateIds LaunchTemplateNames",
    "ec2:DescribeLaunchTemplateVersions": "LaunchTemplateId LaunchTemplateName Versions",
    "autoscaling:CreateAutoScalingGroup": """
        AutoScalingGroupName LaunchTemplate MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification
        MixedInstancesPolicy.LaunchTemplate.Overrides[].InstanceType
        MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity
        MixedInstancesPolicy.InstancesDistribution.OnDemandPercentageAboveBaseCapacity MinSize MaxSize
        DesiredCapacity AvailabilityZones VPCZoneIdentifier TerminationPolicies
        NewInstancesProtectedFromScaleIn Tags HealthCheckGracePeriod
    """,
    "autoscaling:UpdateAutoScalingGroup": """
        AutoScalingGroupName LaunchTemplate MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification
        MixedInstancesPolicy.LaunchTemplate.Overrides[].InstanceType
        MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity
        MixedInstancesPolicy.InstancesDistribution.OnDemandPercentageAboveBaseCapacity MinSize MaxSize
        DesiredCapacity AvailabilityZones VPCZoneIdentifier TerminationPolicies
        NewInstancesProtectedFromScaleIn HealthCheckGracePeriod
    """,
    "autoscaling:SetDesiredCapacity": "AutoScalingGroupName DesiredCapacity",
    "autoscaling:DeleteAutoScalingGroup": "AutoScalingGroupName ForceDelete",
    "autoscaling:TerminateInstanceInAutoScalingGroup": "InstanceId ShouldDecrementDesiredCapacity",
    "autoscaling:SetInstanceProtection": "AutoScalingGroupName InstanceIds ProtectedFromScaleIn",
    "autoscaling:SetInstanceHealth": "InstanceId HealthStatus",
    "autoscaling:DescribeAutoScalingGroups": "AutoScalingGroupNames",
    "autoscaling:DescribeScalingActivities": "AutoScalingGroupName ActivityIds",
    "lab:RecoverInstance": "instance",
    "lab:DisconnectAgent": "instance",
    "lab:ReconnectAgent": "instance",
    "lab:FailZone": "zone",
    "lab:RecoverZone": "zone",
    "lab:SetQuota": "code value",
    "lab:LimitCapacity": "capacityProvider instanceType zone available",
    "events:PutRule": "Name ScheduleExpression EventPattern State Description RoleArn Tags EventBusName",
    "events:DeleteRule": "Name EventBusName",
    "events:EnableRule": "Name EventBusName",
    "events:DisableRule": "Name EventBusName",
    "events:PutTargets": """
        Rule EventBusName Targets[].Id Targets[].Arn Targets[].RoleArn Targets[].Input Targets[].InputPath
        Targets[].InputTransformer Targets[].EcsParameters.TaskDefinitionArn
        Targets[].EcsParameters.TaskCount Targets[].EcsParameters.LaunchType
        Targets[].EcsParameters.NetworkConfiguration Targets[].EcsParameters.PlatformVersion
        Targets[].EcsParameters.Group Targets[].EcsParameters.CapacityProviderStrategy
        Targets[].EcsParameters.PlacementConstraints Targets[].EcsParameters.PlacementStrategy
        Targets[].EcsParameters.Tags Targets[].EcsParameters.PropagateTags
        Targets[].EcsParameters.EnableExecuteCommand Targets[].EcsParameters.EnableECSManagedTags
        Targets[].EcsParameters.ReferenceId
    """,
    "events:RemoveTargets": "Rule EventBusName Ids",
    "events:PutEvents": """
        Entries[].Source Entries[].Resources Entries[].DetailType Entries[].Detail Entries[].EventBusName
    """,
    "events:DescribeRule": "Name EventBusName",
    "events:ListRules": "NamePrefix EventBusName NextToken Limit",
    "events:ListTargetsByRule": "Rule EventBusName NextToken Limit",
    "events:ListRuleNamesByTarget": "TargetArn EventBusName NextToken Limit",
    "events:TestEventPattern": "EventPattern Event",
    **dict.fromkeys(
        ("scheduler:CreateSchedule", "scheduler:UpdateSchedule"),
        """
        Name GroupName ScheduleExpression StartDate EndDate Description ScheduleExpressionTimezone State
        FlexibleTimeWindow ActionAfterCompletion Target.Arn Target.RoleArn Target.Input
        Target.EcsParameters.TaskDefinitionArn Target.EcsParameters.TaskCount
        Target.EcsParameters.LaunchType Target.EcsParameters.NetworkConfiguration
        Target.EcsParameters.PlatformVersion Target.EcsParameters.Group
        Target.EcsParameters.CapacityProviderStrategy Target.EcsParameters.PlacementConstraints
        Target.EcsParameters.PlacementStrategy Target.EcsParameters.Tags Target.EcsParameters.PropagateTags
        Target.EcsParameters.EnableExecuteCommand Target.EcsParameters.EnableECSManagedTags
        Target.EcsParameters.ReferenceId
    """,
    ),
    "scheduler:DeleteSchedule": "Name GroupName",
    "scheduler:GetSchedule": "Name GroupName",
    "scheduler:ListSchedules": "GroupName NamePrefix State NextToken MaxResults",
    "elbv2:CreateLoadBalancer": f"Name Subnets SubnetMappings[].SubnetId SecurityGroups Scheme Type {TAGS}",
    "elbv2:DeleteLoadBalancer": "LoadBalancerArn",
    "elbv2:SetSecurityGroups": "LoadBalancerArn SecurityGroups",
    "elbv2:SetSubnets": "LoadBalancerArn Subnets SubnetMappings[].SubnetId",
    "elbv2:ModifyLoadBalancerAttributes": f"LoadBalancerArn {ATTRIBUTES}",
    "elbv2:CreateTargetGroup": f"Name Protocol ProtocolVersion Port VpcId TargetType {CHECK} {TAGS}",
    "elbv2:ModifyTargetGroup": f"TargetGroupArn {CHECK}",
    "elbv2:ModifyTargetGroupAttributes": f"TargetGroupArn {ATTRIBUTES}",
    "elbv2:DeleteTargetGroup": "TargetGroupArn",
    "elbv2:RegisterTargets": "TargetGroupArn Targets[].Id Targets[].Port Targets[].AvailabilityZone",
    "elbv2:DeregisterTargets": "TargetGroupArn Targets[].Id Targets[].Port",
    "elbv2:CreateListener": f"""
        LoadBalancerArn Protocol Port Certificates[].CertificateArn {actions("DefaultActions")}
    """,
    "elbv2:ModifyListener": f"ListenerArn Protocol Port Certificates[].CertificateArn {actions('DefaultActions')}",
    "elbv2:DeleteListener": "ListenerArn",
    "elbv2:CreateRule": f"ListenerArn Priority {CONDITIONS} {actions('Actions')}",
    "elbv2:ModifyRule": f"RuleArn {CONDITIONS} {actions('Actions')}",
    "elbv2:SetRulePriorities": "RulePriorities[].RuleArn RulePriorities[].Priority",
    "elbv2:DeleteRule": "RuleArn",
    "elbv2:DescribeLoadBalancers": "LoadBalancerArns Names",
    "elbv2:DescribeLoadBalancerAttributes": "LoadBalancerArn",
    "elbv2:DescribeTargetGroups": "LoadBalancerArn TargetGroupArns Names",
    "elbv2:DescribeTargetGroupAttributes": "TargetGroupArn",
    "elbv2:DescribeTargetHealth": "TargetGroupArn Targets[].Id Targets[].Port",
    "elbv2:DescribeListeners": "LoadBalancerArn ListenerArns",
    "elbv2:DescribeRules": "ListenerArn RuleArns",
    "lab:SendRequest": "loadBalancer host path port",
    "application-autoscaling:RegisterScalableTarget": """
        ServiceNamespace ResourceId ScalableDimension MinCapacity MaxCapacity RoleARN SuspendedState
    """,
    "application-autoscaling:DeregisterScalableTarget": "ServiceNamespace ResourceId ScalableDimension",
    "application-autoscaling:PutScalingPolicy": f"""
        PolicyName ServiceNamespace ResourceId ScalableDimension PolicyType StepScalingPolicyConfiguration
        {TRACKING}TargetValue {TRACKING}PredefinedMetricSpecification.PredefinedMetricType
        {TRACKING}PredefinedMetricSpecification.ResourceLabel
        {TRACKING}{OWN}MetricName {TRACKING}{OWN}Namespace
        {TRACKING}{OWN}Dimensions {TRACKING}{OWN}Statistic
        {TRACKING}ScaleOutCooldown {TRACKING}ScaleInCooldown {TRACKING}DisableScaleIn
    """,
    "application-autoscaling:DeleteScalingPolicy": "PolicyName ServiceNamespace ResourceId ScalableDimension",
    "application-autoscaling:DescribeScalableTargets": """
        ServiceNamespace ResourceIds ScalableDimension MaxResults NextToken
    """,
    "application-autoscaling:DescribeScalingPolicies": """
        PolicyNames ServiceNamespace ResourceId ScalableDimension MaxResults NextToken
    """,
    "application-autoscaling:PutScheduledAction": """
        ServiceNamespace ScheduledActionName ResourceId ScalableDimension Schedule Timezone StartTime EndTime
        ScalableTargetAction
    """,
    "application-autoscaling:DeleteScheduledAction": """
        ServiceNamespace ScheduledActionName ResourceId ScalableDimension
    """,
    "application-autoscaling:DescribeScheduledActions": """
        ScheduledActionNames ServiceNamespace ResourceId ScalableDimension MaxResults NextToken
    """,
    "application-autoscaling:DescribeScalingActivities": """
        ServiceNamespace ResourceId ScalableDimension MaxResults NextToken IncludeNotScaledActivities
    """,
    "cloudwatch:PutMetricData": """
        Namespace MetricData[].MetricName MetricData[].Dimensions MetricData[].Timestamp MetricData[].Value
        MetricData[].Values MetricData[].Counts
    """,
    "cloudwatch:GetMetricData": """
        MetricDataQueries[].Id MetricDataQueries[].MetricStat.Metric MetricDataQueries[].MetricStat.Period
        MetricDataQueries[].MetricStat.Stat MetricDataQueries[].Label StartTime EndTime ScanBy
    """,
    "cloudwatch:GetMetricStatistics": "Namespace MetricName Dimensions StartTime EndTime Period Statistics",
    "cloudwatch:PutMetricAlarm": """
        AlarmName AlarmDescription ActionsEnabled OKActions AlarmActions InsufficientDataActions MetricName Namespace
        Statistic Dimensions Period Unit EvaluationPeriods DatapointsToAlarm Threshold ComparisonOperator
        TreatMissingData
    """,
    "cloudwatch:DeleteAlarms": "AlarmNames",
    "cloudwatch:SetAlarmState": "AlarmName StateValue StateReason",
    "cloudwatch:DescribeAlarms": "AlarmNames AlarmNamePrefix StateValue MaxRecords NextToken",
    "cloudwatch:ListMetrics": "Namespace MetricName Dimensions NextToken",
    "lab:EmitEvent": "source detailType detail resources",
    "ecs:DescribeClusters": "clusters include",
    "ecs:ListClusters": "nextToken maxResults",
    "ecs:DescribeTaskDefinition": "taskDefinition include",
    "ecs:ListTaskDefinitions": "familyPrefix status sort nextToken maxResults",
    "ecs:ListTaskDefinitionFamilies": "familyPrefix status nextToken maxResults",
    "ecs:DescribeTasks": "cluster tasks include",
    "ecs:ListTasks": """
        cluster containerInstance family nextToken maxResults startedBy serviceName desiredStatus launchType
    """,
    "ecs:DescribeServices": "cluster services include",
    "ecs:ListServices": "cluster nextToken maxResults launchType schedulingStrategy",
    "ecs:DescribeContainerInstances": "cluster containerInstances include",
    "ecs:ListContainerInstances": "cluster filter nextToken maxResults status",
    "ec2:DescribeSubnets": "Filters SubnetIds",
    "ec2:DescribeVpcs": "VpcIds Filters",
    "ec2:DescribeSecurityGroups": "GroupIds GroupNames Filters",
    "ec2:DescribeSecurityGroupRules": "SecurityGroupRuleIds Filters",
    "ec2:DescribeAvailabilityZones": "ZoneNames",
    "ec2:DescribeInstances": "InstanceIds",
    "iam:CreateRole": "Path RoleName AssumeRolePolicyDocument Description MaxSessionDuration PermissionsBoundary Tags",
    "iam:DeleteRole": "RoleName",
    "iam:UpdateAssumeRolePolicy": "RoleName PolicyDocument",
    "iam:PutRolePermissionsBoundary": "RoleName PermissionsBoundary",
    "iam:DeleteRolePermissionsBoundary": "RoleName",
    "iam:CreateServiceLinkedRole": "AWSServiceName Description",
    "iam:DeleteServiceLinkedRole": "RoleName",
    "iam:PutRolePolicy": "RoleName PolicyName PolicyDocument",
    "iam:DeleteRolePolicy": "RoleName PolicyName",
    "iam:AttachRolePolicy": "RoleName PolicyArn",
    "iam:DetachRolePolicy": "RoleName PolicyArn",
    "iam:CreatePolicy": "PolicyName Path PolicyDocument Description Tags",
    "iam:CreatePolicyVersion": "PolicyArn PolicyDocument SetAsDefault",
    "iam:DeletePolicy": "PolicyArn",
    "iam:DeletePolicyVersion": "PolicyArn VersionId",
    "iam:CreateInstanceProfile": "InstanceProfileName Path Tags",
    "iam:DeleteInstanceProfile": "InstanceProfileName",
    "iam:AddRoleToInstanceProfile": "InstanceProfileName RoleName",
    "iam:RemoveRoleFromInstanceProfile": "InstanceProfileName RoleName",
    "iam:GetRole": "RoleName",
    "iam:ListRoles": "PathPrefix",
    "iam:GetRolePolicy": "RoleName PolicyName",
    "iam:ListRolePolicies": "RoleName",
    "iam:ListAttachedRolePolicies": "RoleName",
    "iam:GetPolicy": "PolicyArn",
    "iam:GetPolicyVersion": "PolicyArn VersionId",
    "iam:ListPolicies": "Scope OnlyAttached",
    "iam:GetInstanceProfile": "InstanceProfileName",
    "iam:ListInstanceProfiles": "PathPrefix",
    "iam:ListInstanceProfilesForRole": "RoleName",
    "iam:SimulatePrincipalPolicy": """
        PolicySourceArn PolicyInputList PermissionsBoundaryPolicyInputList ActionNames ResourceArns ResourcePolicy
        ContextEntries
    """,
    "lab:TestAccess": "task container role action resource context resourcePolicy",
    "lab:TestConnection": "from to port protocol",
    "ec2:ModifyInstanceMetadataOptions": "InstanceId HttpTokens HttpPutResponseHopLimit HttpEndpoint",
    "ecr:CreateRepository": "repositoryName tags",
    "ecr:DeleteRepository": "repositoryName force",
    "ecr:SetRepositoryPolicy": "repositoryName policyText",
    "ecr:DeleteRepositoryPolicy": "repositoryName",
    "ecr:DescribeRepositories": "repositoryNames",
    "ecr:GetRepositoryPolicy": "repositoryName",
    "secretsmanager:CreateSecret": "Name Description KmsKeyId Tags",
    "secretsmanager:DeleteSecret": "SecretId RecoveryWindowInDays ForceDeleteWithoutRecovery",
    "secretsmanager:RestoreSecret": "SecretId",
    "secretsmanager:PutResourcePolicy": "SecretId ResourcePolicy",
    "secretsmanager:DescribeSecret": "SecretId",
    "secretsmanager:ListSecrets": "IncludePlannedDeletion",
    "ssm:PutParameter": "Name Description Value Type KeyId Overwrite",
    "ssm:DeleteParameter": "Name",
    "ssm:GetParameter": "Name WithDecryption",
    "ssm:GetParameters": "Names WithDecryption",
    "ssm:DescribeParameters": "",
    "logs:CreateLogGroup": "logGroupName tags",
    "logs:DeleteLogGroup": "logGroupName",
    "logs:PutRetentionPolicy": "logGroupName retentionInDays",
    "logs:DescribeLogGroups": "logGroupNamePrefix",
    "logs:DescribeLogStreams": "logGroupName logStreamNamePrefix",
}
"""Members that act, or that the operation itself refuses; `include` asks for what Describe always answers here."""


def without_effect(name: str) -> set[str]:
    return {row.member for row in NOT_SIMULATED if row.operation == name}


def members(shape: Any, told: set[str], path: str = "") -> Iterator[str]:
    """Paths that are told of somewhere, and the leaves that nobody tells of."""
    for name, member in shape.members.items():
        where = f"{path}{name}"
        if where in told:
            yield where
        elif member.type_name == "structure" and member.members:
            yield from members(member, told, f"{where}.")
        elif member.type_name == "list" and member.member.type_name == "structure":
            yield from members(member.member, told, f"{where}[].")
        else:
            yield where


@pytest.mark.parametrize("name", [*WRITES, *READS])
def test_every_member_is_told_of(name: str) -> None:
    told = {*EFFECTIVE[name].split(), *without_effect(name)}
    assert set(members(input_shape(*name.split(":")), told)) == told


@pytest.mark.parametrize("name", [*WRITES, *READS])
def test_nothing_is_both(name: str) -> None:
    assert not set(EFFECTIVE[name].split()) & without_effect(name)


def test_every_reason_is_a_sentence() -> None:
    assert all(row.reason.endswith(".") and row.since for row in NOT_SIMULATED)
    assert {row.how for row in NOT_SIMULATED} == {"kept", "refused"}
    assert not [row for row in NOT_SIMULATED if row.how == "kept" and row.operation in READS]


def service(**more: Any) -> tuple[Simulation, Outcome]:
    """A service of one call, made in a lab that has all it needs."""
    simulation = Simulation.begin()
    container = {"name": "web", "image": "web", "memory": 64}
    for operation, parameters in (
        ("CreateCluster", {"clusterName": "game"}),
        ("RegisterTaskDefinition", {"family": "web", "containerDefinitions": [container]}),
        ("CreateService", {"cluster": "game", "serviceName": "web", "taskDefinition": "web", **more}),
    ):
        outcome = submit(simulation, prepare(0, "ecs", operation, parameters))
        assert isinstance(outcome, Outcome), outcome
    return simulation, outcome


def test_what_create_service_keeps_is_named() -> None:
    linear = {"linearConfiguration": {"stepPercent": 10.0}}
    _, outcome = service(deploymentConfiguration=linear, enableExecuteCommand=True)
    assert outcome.not_simulated == ("deploymentConfiguration.linearConfiguration",)


def test_what_update_service_keeps_is_named_and_echoed() -> None:
    simulation, _ = service(deploymentConfiguration={"maximumPercent": 150})
    linear = {"linearConfiguration": {"stepPercent": 10.0}}
    update = {"cluster": "game", "service": "web", "deploymentConfiguration": linear}
    outcome = submit(simulation, prepare(1, "ecs", "UpdateService", {**update, "enableExecuteCommand": True}))
    assert isinstance(outcome, Outcome)
    assert outcome.not_simulated == ("deploymentConfiguration.linearConfiguration",)
    shown = simulation.read("ecs", "DescribeServices", {"cluster": "game", "services": ["web"]})["services"][0]
    assert shown["deploymentConfiguration"] == {
        "linearConfiguration": {"stepPercent": 10.0},
        "minimumHealthyPercent": 100,
        "maximumPercent": 150,
    }
    assert shown["enableExecuteCommand"] is True


def test_what_would_mislead_is_refused_and_changes_nothing() -> None:
    simulation = Simulation.begin()
    before = simulation.digest()
    vpc = simulation.read("ec2", "DescribeVpcs", {})["Vpcs"][0]["VpcId"]
    block = {"VpcId": vpc, "CidrBlock": "172.31.64.0/28", "DryRun": True}
    outcome = submit(simulation, prepare(0, "ec2", "CreateSubnet", block))
    assert not isinstance(outcome, Outcome)
    assert outcome.message == (
        "DryRun of ec2:CreateSubnet is not simulated; leave it out. "
        "Permissions are not evaluated, so there is nothing to try."
    )
    assert simulation.digest() == before
    with pytest.raises(InvalidParameterException, match="Choose by InstanceIds"):
        simulation.read("ec2", "DescribeInstances", {"Filters": [{"Name": "instance-type", "Values": ["t3.micro"]}]})

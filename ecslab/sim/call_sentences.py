"""What an accepted call did, in a sentence: one for every operation that changes something."""

from __future__ import annotations

from collections.abc import Callable

from ecslab.sim.world import JournalEntry

Sentence = Callable[[JournalEntry], str]


def name(entry: JournalEntry) -> str:
    """The last part of the resource's ARN."""
    return entry.id.rpartition("/")[2]


def count(entry: JournalEntry, thing: str) -> str:
    """So many of a thing, as the entry has counted them."""
    number = entry.values["count"]
    return f"1 {thing}" if number == 1 else f"{number} {thing}s"


def _were(entry: JournalEntry, thing: str) -> str:
    return f"{count(entry, thing)} {'was' if entry.values['count'] == 1 else 'were'}"


def balancer(arn: str) -> str:
    """The load balancer that its own ARN, its listener's or its rule's names, `.../app/front/1/...`."""
    return arn.split("/")[2] if arn.count("/") > 1 else arn


def target_group(arn: str) -> str:
    """The target group that an ARN names, `...:targetgroup/web/1`."""
    return arn.split("/")[1] if "/" in arn else arn


def _path(entry: JournalEntry) -> str:
    """A name that may hold slashes: everything after the ARN's first one."""
    return entry.id.partition("/")[2]


def _tail(entry: JournalEntry) -> str:
    """What stands after the last colon of an ARN."""
    return entry.id.rpartition(":")[2]


def _secret(entry: JournalEntry) -> str:
    """The name of a secret, without the six characters that AWS puts behind it."""
    return _tail(entry).rpartition("-")[0]


def _scaled(entry: JournalEntry) -> str:
    """The service that something scales, as far as the entry says it."""
    service = entry.values.get("service")
    return f"service {service}" if service else "a service"


def _on_spot(entry: JournalEntry) -> str:
    machine = entry.values.get("ec2InstanceId")
    return f"instance {machine}" if machine else f"task {name(entry)}"


def _limited(entry: JournalEntry) -> str:
    available, where = entry.values["available"], entry.values["zone"] or "every zone together"
    if available is None:
        return f"{entry.id} is not limited any more in {where}."
    return f"AWS has {available} of {entry.id} left in {where}, in {'vCPUs' if 'FARGATE' in entry.id else 'instances'}."


def _clients(entry: JournalEntry) -> str:
    service = entry.values["service"]
    taker = f"service {service}" if service else f"load balancer {balancer(entry.id)}"
    return f"What clients send to {taker} was set."


_ECS: dict[str, Sentence] = {
    "ecs:CreateCluster": lambda e: f"Cluster {name(e)} was created.",
    "ecs:DeleteCluster": lambda e: f"Cluster {name(e)} was deleted.",
    "ecs:CreateCapacityProvider": lambda e: f"Capacity provider {e.values['name']} was created.",
    "ecs:UpdateCapacityProvider": lambda e: f"Capacity provider {e.values['name']} was updated.",
    "ecs:DeleteCapacityProvider": lambda e: f"Capacity provider {e.values['name']} was deleted.",
    "ecs:PutClusterCapacityProviders": lambda e: f"The capacity providers of cluster {name(e)} were set.",
    "ecs:RegisterTaskDefinition": lambda e: f"Task definition {name(e)} was registered.",
    "ecs:DeregisterTaskDefinition": lambda e: f"Task definition {name(e)} was made INACTIVE.",
    "ecs:DeleteTaskDefinitions": lambda e: f"Task definitions are being deleted, {name(e)} first.",
    "ecs:RunTask": lambda e: f"{count(e, 'task')} of {e.values['taskDefinition']} began by RunTask.",
    "ecs:StartTask": lambda _: "StartTask began tasks on the container instances it names.",
    "ecs:StopTask": lambda e: f"Task {name(e)} was told to stop.",
    "ecs:ExecuteCommand": lambda e: f"A session into container {e.values['container']} of task {name(e)} began.",
    "ecs:CreateService": lambda e: f"Service {name(e)} was created.",
    "ecs:UpdateService": lambda e: f"Service {name(e)} was updated.",
    "ecs:DeleteService": lambda e: f"Service {name(e)} was deleted.",
    "ecs:UpdateTaskProtection": lambda e: (
        f"The scale-in protection of {count(e, 'task')} was {'set' if e.values['enabled'] else 'ended'}."
    ),
    "ecs:TagResource": lambda e: f"{name(e)} was given tags.",
    "ecs:UntagResource": lambda e: f"Tags of {name(e)} were removed.",
    "ecs:PutAttributes": lambda e: f"{_were(e, 'attribute')} set on container instances.",
    "ecs:DeleteAttributes": lambda e: f"{_were(e, 'attribute')} taken away from container instances.",
    "ecs:StopServiceDeployment": lambda e: f"The deployment of service {e.values['service']} was told to go back.",
    "ecs:RegisterContainerInstance": lambda e: (
        f"Container instance {name(e)} was registered to cluster {e.values['cluster']}."
    ),
    "ecs:UpdateContainerInstancesState": lambda e: f"{count(e, 'container instance')} set to {e.values['status']}.",
    "ecs:UpdateContainerAgent": lambda e: f"The agent of instance {e.values['ec2InstanceId']} is being updated.",
    "ecs:DeregisterContainerInstance": lambda e: f"Instance {e.values['ec2InstanceId']} was deregistered.",
    "ecs:PutAccountSetting": lambda e: f"The account setting {e.id} was set.",
    "ecs:PutAccountSettingDefault": lambda e: f"The account setting {e.id} was set.",
}

_LAB: dict[str, Sentence] = {
    "lab:AddCapacity": lambda e: (
        f"Auto Scaling group {e.values['group']} was put behind cluster {e.values['cluster']}."
    ),
    "lab:AddContainerInstances": lambda e: f"{count(e, 'container instance')} joined cluster {e.values['cluster']}.",
    "lab:PutImage": lambda e: f"What containers of image {e.id} do was set.",
    "lab:SetTraffic": _clients,
    "lab:EmitEvent": lambda e: f"{e.id} sent an event: {e.values['detailType']}.",
    "lab:ExitContainer": lambda e: f"Container {e.values['container']} of task {name(e)} ended by itself.",
    "lab:FailInstance": lambda e: f"Instance {e.values['ec2InstanceId']} failed.",
    "lab:InterruptSpot": lambda e: f"AWS takes the Spot capacity of {_on_spot(e)} back.",
    "lab:RecoverInstance": lambda e: f"Instance {e.values['ec2InstanceId']} runs again.",
    "lab:DisconnectAgent": lambda e: f"The agent of instance {e.values['ec2InstanceId']} lost its connection to ECS.",
    "lab:ReconnectAgent": lambda e: f"The agent of instance {e.values['ec2InstanceId']} is connected to ECS again.",
    "lab:FailZone": lambda e: f"The Availability Zone {e.id} was lost.",
    "lab:RecoverZone": lambda e: f"The Availability Zone {e.id} is back.",
    "lab:SetQuota": lambda e: f"The quota {e.id} of the account is {e.values['value']} now.",
    "lab:LimitCapacity": _limited,
}

_EC2: dict[str, Sentence] = {
    "ec2:RunInstances": lambda e: f"{count(e, 'instance')} launched by RunInstances.",
    "ec2:StartInstances": lambda e: f"{count(e, 'instance')} told to start.",
    "ec2:StopInstances": lambda e: f"{count(e, 'instance')} told to stop.",
    "ec2:TerminateInstances": lambda e: f"{count(e, 'instance')} told to terminate.",
    "ec2:ModifyInstanceMetadataOptions": lambda e: f"The metadata options of instance {e.id} were modified.",
    "ec2:CreateLaunchTemplate": lambda e: f"Launch template {e.values['name']} was created.",
    "ec2:CreateLaunchTemplateVersion": lambda e: f"A version of launch template {e.values['name']} was created.",
    "ec2:ModifyLaunchTemplate": lambda e: f"The default version of launch template {e.values['name']} was set.",
    "ec2:DeleteLaunchTemplate": lambda e: f"Launch template {e.values['name']} was deleted.",
    "ec2:CreateVpc": lambda e: f"VPC {e.id} was created.",
    "ec2:ModifyVpcAttribute": lambda e: f"An attribute of VPC {e.id} was modified.",
    "ec2:DeleteVpc": lambda e: f"VPC {e.id} was deleted.",
    "ec2:CreateSubnet": lambda e: f"Subnet {e.id} was created.",
    "ec2:ModifySubnetAttribute": lambda e: f"An attribute of subnet {e.id} was modified.",
    "ec2:DeleteSubnet": lambda e: f"Subnet {e.id} was deleted.",
    "ec2:CreateInternetGateway": lambda e: f"Internet gateway {e.id} was created.",
    "ec2:AttachInternetGateway": lambda e: f"Internet gateway {e.id} was attached to its VPC.",
    "ec2:DetachInternetGateway": lambda e: f"Internet gateway {e.id} was detached from its VPC.",
    "ec2:DeleteInternetGateway": lambda e: f"Internet gateway {e.id} was deleted.",
    "ec2:CreateRouteTable": lambda e: f"Route table {e.id} was created.",
    "ec2:CreateRoute": lambda e: f"A route was added to route table {e.id}.",
    "ec2:ReplaceRoute": lambda e: f"A route of route table {e.id} was replaced.",
    "ec2:DeleteRoute": lambda e: f"A route of route table {e.id} was deleted.",
    "ec2:AssociateRouteTable": lambda e: f"Route table {e.id} was associated with a subnet.",
    "ec2:DisassociateRouteTable": lambda e: f"Route table {e.id} was disassociated from a subnet.",
    "ec2:ReplaceRouteTableAssociation": lambda e: f"Route table {e.id} was associated in the place of another.",
    "ec2:DeleteRouteTable": lambda e: f"Route table {e.id} was deleted.",
    "ec2:AllocateAddress": lambda e: f"Elastic IP address {e.id} was allocated.",
    "ec2:ReleaseAddress": lambda e: f"Elastic IP address {e.id} was released.",
    "ec2:CreateNatGateway": lambda e: f"NAT gateway {e.id} was created.",
    "ec2:DeleteNatGateway": lambda e: f"NAT gateway {e.id} was deleted.",
    "ec2:CreateVpcEndpoint": lambda e: f"VPC endpoint {e.id} was created.",
    "ec2:DeleteVpcEndpoints": lambda e: f"VPC endpoints were deleted, {e.id} first.",
    "ec2:CreateSecurityGroup": lambda e: f"Security group {e.id} was created.",
    "ec2:AuthorizeSecurityGroupIngress": lambda e: f"Inbound rules were added to security group {e.id}.",
    "ec2:AuthorizeSecurityGroupEgress": lambda e: f"Outbound rules were added to security group {e.id}.",
    "ec2:RevokeSecurityGroupIngress": lambda e: f"Inbound rules of security group {e.id} were removed.",
    "ec2:RevokeSecurityGroupEgress": lambda e: f"Outbound rules of security group {e.id} were removed.",
    "ec2:DeleteSecurityGroup": lambda e: f"Security group {e.id} was deleted.",
}

_BALANCING: dict[str, Sentence] = {
    "elbv2:CreateLoadBalancer": lambda e: f"Load balancer {balancer(e.id)} was created.",
    "elbv2:DeleteLoadBalancer": lambda e: f"Load balancer {balancer(e.id)} was deleted.",
    "elbv2:SetSecurityGroups": lambda e: f"The security groups of load balancer {balancer(e.id)} were set.",
    "elbv2:SetSubnets": lambda e: f"The subnets of load balancer {balancer(e.id)} were set.",
    "elbv2:ModifyLoadBalancerAttributes": lambda e: f"Attributes of load balancer {balancer(e.id)} were modified.",
    "elbv2:CreateTargetGroup": lambda e: f"Target group {target_group(e.id)} was created.",
    "elbv2:ModifyTargetGroup": lambda e: f"The health check of target group {target_group(e.id)} was modified.",
    "elbv2:ModifyTargetGroupAttributes": lambda e: f"Attributes of target group {target_group(e.id)} were modified.",
    "elbv2:DeleteTargetGroup": lambda e: f"Target group {target_group(e.id)} was deleted.",
    "elbv2:RegisterTargets": lambda e: f"Targets were registered with target group {target_group(e.id)}.",
    "elbv2:DeregisterTargets": lambda e: f"Targets were deregistered from target group {target_group(e.id)}.",
    "elbv2:CreateListener": lambda e: f"A listener of load balancer {balancer(e.id)} was created.",
    "elbv2:ModifyListener": lambda e: f"A listener of load balancer {balancer(e.id)} was modified.",
    "elbv2:DeleteListener": lambda e: f"A listener of load balancer {balancer(e.id)} was deleted.",
    "elbv2:CreateRule": lambda e: f"A rule of a listener of load balancer {balancer(e.id)} was created.",
    "elbv2:ModifyRule": lambda e: f"A rule of a listener of load balancer {balancer(e.id)} was modified.",
    "elbv2:SetRulePriorities": lambda e: f"Priorities of rules of load balancer {balancer(e.id)} were set.",
    "elbv2:DeleteRule": lambda e: f"A rule of a listener of load balancer {balancer(e.id)} was deleted.",
}

_SCALING: dict[str, Sentence] = {
    "autoscaling:CreateAutoScalingGroup": lambda e: f"Auto Scaling group {e.values['group']} was created.",
    "autoscaling:UpdateAutoScalingGroup": lambda e: f"Auto Scaling group {e.values['group']} was updated.",
    "autoscaling:SetDesiredCapacity": lambda e: f"Group {e.values['group']} wants {count(e, 'instance')} now.",
    "autoscaling:DeleteAutoScalingGroup": lambda e: f"Auto Scaling group {e.values['group']} is being deleted.",
    "autoscaling:TerminateInstanceInAutoScalingGroup": lambda e: (
        f"Instance {e.values['name']} of Auto Scaling group {e.values['group']} was told to terminate."
    ),
    "autoscaling:SetInstanceProtection": lambda e: (
        f"The scale-in protection of instances of Auto Scaling group {e.values['group']} was set."
    ),
    "autoscaling:SetInstanceHealth": lambda e: (
        f"The health status of an instance of Auto Scaling group {e.values['group']} was set."
    ),
    "application-autoscaling:RegisterScalableTarget": lambda e: f"The scalable target of {_scaled(e)} was registered.",
    "application-autoscaling:DeregisterScalableTarget": lambda _: "A scalable target was deregistered.",
    "application-autoscaling:PutScalingPolicy": lambda e: f"Scaling policy {name(e)} of {_scaled(e)} was put.",
    "application-autoscaling:DeleteScalingPolicy": lambda e: f"Scaling policy {name(e)} was deleted.",
    "application-autoscaling:PutScheduledAction": lambda e: f"Scheduled action {name(e)} of {_scaled(e)} was put.",
    "application-autoscaling:DeleteScheduledAction": lambda e: f"Scheduled action {name(e)} was deleted.",
    "cloudwatch:PutMetricData": lambda e: f"Data points were published to the namespace {e.id}.",
    "cloudwatch:PutMetricAlarm": lambda e: f"Alarm {_tail(e)} was put.",
    "cloudwatch:DeleteAlarms": lambda e: f"Alarms were deleted: {e.id}." if e.id else "No alarm was deleted.",
    "cloudwatch:SetAlarmState": lambda e: f"The state of alarm {_tail(e)} was set by hand.",
}

_IDENTITY: dict[str, Sentence] = {
    "iam:CreateRole": lambda e: f"Role {name(e)} was created.",
    "iam:CreateServiceLinkedRole": lambda e: f"Service-linked role {name(e)} was created.",
    "iam:DeleteRole": lambda e: f"Role {name(e)} was deleted.",
    "iam:DeleteServiceLinkedRole": lambda e: f"Service-linked role {name(e)} was deleted.",
    "iam:UpdateAssumeRolePolicy": lambda e: f"The trust policy of role {name(e)} was updated.",
    "iam:PutRolePermissionsBoundary": lambda e: f"The permissions boundary of role {name(e)} was set.",
    "iam:DeleteRolePermissionsBoundary": lambda e: f"The permissions boundary of role {name(e)} was removed.",
    "iam:PutRolePolicy": lambda e: f"An inline policy of role {name(e)} was put.",
    "iam:DeleteRolePolicy": lambda e: f"An inline policy of role {name(e)} was deleted.",
    "iam:AttachRolePolicy": lambda e: f"A managed policy was attached to role {name(e)}.",
    "iam:DetachRolePolicy": lambda e: f"A managed policy was detached from role {name(e)}.",
    "iam:CreatePolicy": lambda e: f"Policy {name(e)} was created.",
    "iam:CreatePolicyVersion": lambda e: f"A version of policy {name(e)} was created.",
    "iam:DeletePolicy": lambda e: f"Policy {name(e)} was deleted.",
    "iam:DeletePolicyVersion": lambda e: f"A version of policy {name(e)} was deleted.",
    "iam:CreateInstanceProfile": lambda e: f"Instance profile {name(e)} was created.",
    "iam:AddRoleToInstanceProfile": lambda e: f"A role was added to instance profile {name(e)}.",
    "iam:RemoveRoleFromInstanceProfile": lambda e: f"A role was removed from instance profile {name(e)}.",
    "iam:DeleteInstanceProfile": lambda e: f"Instance profile {name(e)} was deleted.",
}

_OTHERS: dict[str, Sentence] = {
    "ecr:CreateRepository": lambda e: f"Repository {_path(e)} was created.",
    "ecr:DeleteRepository": lambda e: f"Repository {_path(e)} was deleted.",
    "ecr:SetRepositoryPolicy": lambda e: f"The policy of repository {_path(e)} was set.",
    "ecr:DeleteRepositoryPolicy": lambda e: f"The policy of repository {_path(e)} was deleted.",
    "secretsmanager:CreateSecret": lambda e: f"Secret {_secret(e)} was created.",
    "secretsmanager:DeleteSecret": lambda e: f"Secret {_secret(e)} was deleted.",
    "secretsmanager:RestoreSecret": lambda e: f"Secret {_secret(e)} was restored.",
    "secretsmanager:PutResourcePolicy": lambda e: f"The resource policy of secret {_secret(e)} was put.",
    "ssm:PutParameter": lambda e: f"Parameter {_path(e)} was put.",
    "ssm:DeleteParameter": lambda e: f"Parameter {_path(e)} was deleted.",
    "logs:CreateLogGroup": lambda e: f"Log group {_tail(e)} was created.",
    "logs:DeleteLogGroup": lambda e: f"Log group {_tail(e)} was deleted.",
    "logs:PutRetentionPolicy": lambda e: f"The retention of log group {_tail(e)} was set.",
    "events:PutRule": lambda e: f"Rule {name(e)} was put.",
    "events:DeleteRule": lambda e: f"Rule {name(e)} was deleted.",
    "events:EnableRule": lambda e: f"Rule {name(e)} was enabled.",
    "events:DisableRule": lambda e: f"Rule {name(e)} was disabled.",
    "events:PutTargets": lambda e: f"Targets of rule {name(e)} were put.",
    "events:RemoveTargets": lambda e: f"Targets of rule {name(e)} were removed.",
    "events:PutEvents": lambda e: f"Events were sent to the event bus {e.id}.",
    "scheduler:CreateSchedule": lambda e: f"Schedule {name(e)} was created.",
    "scheduler:UpdateSchedule": lambda e: f"Schedule {name(e)} was updated.",
    "scheduler:DeleteSchedule": lambda e: f"Schedule {name(e)} was deleted.",
    "efs:CreateFileSystem": lambda e: f"File system {e.id} was created.",
    "efs:DeleteFileSystem": lambda e: f"File system {e.id} was deleted.",
    "efs:CreateMountTarget": lambda e: f"Mount target {e.id} of file system {e.values['fileSystem']} was created.",
    "efs:DeleteMountTarget": lambda e: f"Mount target {e.id} was deleted.",
    "efs:ModifyMountTargetSecurityGroups": lambda e: f"The security groups of mount target {e.id} were set.",
    "efs:CreateAccessPoint": lambda e: f"Access point {e.id} of file system {e.values['fileSystem']} was created.",
    "efs:DeleteAccessPoint": lambda e: f"Access point {e.id} was deleted.",
}

CALLS: dict[str, Sentence] = {**_ECS, **_LAB, **_EC2, **_BALANCING, **_SCALING, **_IDENTITY, **_OTHERS}
"""The call's name to its sentence."""

"""Roles and policies for stories: documents as the SDKs take them, and a valid call of each operation of identity."""

from __future__ import annotations

import json
from typing import Any

from tests.sim.stories import Story

ROLE = "arn:aws:iam::123456789012:role/"
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def document(*statements: dict[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """An allowing statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """A denying statement."""
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trust(service: str = "ecs-tasks.amazonaws.com", **more: Any) -> str:
    """A trust policy for one AWS service."""
    principal = {"Service": service}
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more})


def role(story: Story, name: str, *statements: dict[str, Any], at: float = 0, service: str | None = None) -> str:
    """Make a role, for tasks unless a service is named, with one inline policy; its ARN."""
    trusted = trust(service or "ecs-tasks.amazonaws.com")
    made = story.call("iam:CreateRole", at, RoleName=name, AssumeRolePolicyDocument=trusted)
    if statements:
        story.call("iam:PutRolePolicy", at, RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
    return str(made["Role"]["Arn"])


OPEN = document({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})


def live(story: Story) -> None:
    """What the valid calls name."""
    role(story, "app", allow("s3:*"))
    role(story, "bare")
    role(story, "other", service="ec2.amazonaws.com")
    story.call("iam:AttachRolePolicy", RoleName="app", PolicyArn=EXECUTION_POLICY)
    story.call("iam:PutRolePermissionsBoundary", RoleName="app", PermissionsBoundary=EXECUTION_POLICY)
    for name in ("shared", "unused"):
        story.call("iam:CreatePolicy", PolicyName=name, PolicyDocument=document(allow("sqs:*")))
    shared = "arn:aws:iam::123456789012:policy/shared"
    story.call("iam:CreatePolicyVersion", PolicyArn=shared, PolicyDocument=document(allow("sns:*")), SetAsDefault=True)
    for name in ("spare", "empty"):
        story.call("iam:CreateInstanceProfile", InstanceProfileName=name)
    story.call("iam:AddRoleToInstanceProfile", InstanceProfileName="spare", RoleName="other")
    story.call("ecr:CreateRepository", repositoryName="web")
    story.call("ecr:SetRepositoryPolicy", repositoryName="web", policyText=OPEN)
    story.call("secretsmanager:CreateSecret", Name="db")
    story.call("ssm:PutParameter", Name="/db/host", Value="h", Type="String")
    story.call("logs:CreateLogGroup", logGroupName="/ecs/web")


VALID: list[tuple[str, dict[str, Any]]] = [
    (
        "iam:CreateRole",
        {
            "RoleName": "fresh",
            "Path": "/app/",
            "AssumeRolePolicyDocument": trust(),
            "MaxSessionDuration": 7200,
            "PermissionsBoundary": EXECUTION_POLICY,
            "Tags": [{"Key": "team", "Value": "blue"}],
        },
    ),
    ("iam:DeleteRole", {"RoleName": "bare"}),
    ("iam:UpdateAssumeRolePolicy", {"RoleName": "app", "PolicyDocument": trust()}),
    ("iam:PutRolePermissionsBoundary", {"RoleName": "bare", "PermissionsBoundary": EXECUTION_POLICY}),
    ("iam:DeleteRolePermissionsBoundary", {"RoleName": "app"}),
    ("iam:CreateServiceLinkedRole", {"AWSServiceName": "spot.amazonaws.com", "Description": "Spot"}),
    ("iam:DeleteServiceLinkedRole", {"RoleName": "AWSServiceRoleForAutoScaling"}),
    ("iam:PutRolePolicy", {"RoleName": "app", "PolicyName": "new", "PolicyDocument": document(allow("s3:*"))}),
    ("iam:DeleteRolePolicy", {"RoleName": "app", "PolicyName": "own"}),
    ("iam:AttachRolePolicy", {"RoleName": "bare", "PolicyArn": EXECUTION_POLICY}),
    ("iam:DetachRolePolicy", {"RoleName": "app", "PolicyArn": EXECUTION_POLICY}),
    ("iam:CreatePolicy", {"PolicyName": "new", "Path": "/app/", "PolicyDocument": document(allow("s3:*"))}),
    (
        "iam:CreatePolicyVersion",
        {"PolicyArn": "arn:aws:iam::123456789012:policy/shared", "PolicyDocument": document(allow("s3:*"))},
    ),
    ("iam:DeletePolicy", {"PolicyArn": "arn:aws:iam::123456789012:policy/unused"}),
    ("iam:DeletePolicyVersion", {"PolicyArn": "arn:aws:iam::123456789012:policy/shared", "VersionId": "v1"}),
    ("iam:CreateInstanceProfile", {"InstanceProfileName": "fresh", "Path": "/app/"}),
    ("iam:DeleteInstanceProfile", {"InstanceProfileName": "empty"}),
    ("iam:AddRoleToInstanceProfile", {"InstanceProfileName": "empty", "RoleName": "other"}),
    ("iam:RemoveRoleFromInstanceProfile", {"InstanceProfileName": "spare", "RoleName": "other"}),
    (
        "ec2:ModifyInstanceMetadataOptions",
        {"InstanceId": "i-0000000000000001", "HttpTokens": "required", "HttpPutResponseHopLimit": 1},
    ),
    ("ecr:CreateRepository", {"repositoryName": "shop/api", "tags": [{"Key": "team", "Value": "blue"}]}),
    ("ecr:DeleteRepository", {"repositoryName": "web", "force": True}),
    ("ecr:SetRepositoryPolicy", {"repositoryName": "web", "policyText": OPEN}),
    ("ecr:DeleteRepositoryPolicy", {"repositoryName": "web"}),
    ("secretsmanager:CreateSecret", {"Name": "api/key", "KmsKeyId": "alias/own", "SecretString": "s"}),
    ("secretsmanager:DeleteSecret", {"SecretId": "db", "RecoveryWindowInDays": 7}),
    ("secretsmanager:RestoreSecret", {"SecretId": "db"}),
    ("secretsmanager:PutResourcePolicy", {"SecretId": "db", "ResourcePolicy": OPEN}),
    ("ssm:PutParameter", {"Name": "/db/port", "Value": "1", "Type": "SecureString", "KeyId": "alias/own"}),
    ("ssm:DeleteParameter", {"Name": "/db/host"}),
    ("logs:CreateLogGroup", {"logGroupName": "/ecs/api", "tags": {"team": "blue"}}),
    ("logs:DeleteLogGroup", {"logGroupName": "/ecs/web"}),
    ("logs:PutRetentionPolicy", {"logGroupName": "/ecs/web", "retentionInDays": 7}),
]

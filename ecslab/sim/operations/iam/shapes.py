"""Responses of IAM, as the SDKs show them: policy documents as objects, dates as ISO 8601 texts."""

from __future__ import annotations

from typing import Any

from ecslab.sim import calendar, written
from ecslab.sim.data.managed_policies import ManagedPolicy
from ecslab.sim.state.roles import InstanceProfile, Policy, PolicyVersion, Role
from ecslab.sim.world import World


def date(world: World, at_ms: int) -> str | None:
    """A moment as a date."""
    return calendar.iso(world.start.starts_at, at_ms)


def role_shape(world: World, role: Role) -> dict[str, Any]:
    """A role, without its policies."""
    shape: dict[str, Any] = {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": date(world, role.created_at_ms),
        "AssumeRolePolicyDocument": written.json_value(role.trust),
        "MaxSessionDuration": role.max_session_s,
        "Tags": role.tags,
    }
    if role.description is not None:
        shape["Description"] = role.description
    if role.boundary:
        shape["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
            "PermissionsBoundaryArn": role.boundary,
        }
    return shape


def policy_shape(world: World, policy: Policy) -> dict[str, Any]:
    """A customer managed policy, without its document."""
    shape: dict[str, Any] = {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default_version,
        "AttachmentCount": sum(policy.arn in role.attached for role in world.roles.values()),
        "PermissionsBoundaryUsageCount": sum(policy.arn == role.boundary for role in world.roles.values()),
        "IsAttachable": True,
        "CreateDate": date(world, policy.created_at_ms),
        "UpdateDate": date(world, policy.updated_at_ms),
        "Tags": policy.tags,
    }
    return shape if policy.description is None else {**shape, "Description": policy.description}


def managed_policy_shape(world: World, policy: ManagedPolicy) -> dict[str, Any]:
    """A policy of AWS."""
    return {
        "PolicyName": policy.name,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.version,
        "AttachmentCount": sum(policy.arn in role.attached for role in world.roles.values()),
        "PermissionsBoundaryUsageCount": sum(policy.arn == role.boundary for role in world.roles.values()),
        "IsAttachable": True,
    }


def version_shape(world: World, policy: Policy, version: PolicyVersion) -> dict[str, Any]:
    """One version of a customer managed policy, with its document."""
    return {
        "Document": written.json_value(version.document),
        "VersionId": version.id,
        "IsDefaultVersion": version.id == policy.default_version,
        "CreateDate": date(world, version.created_at_ms),
    }


def profile_shape(world: World, profile: InstanceProfile) -> dict[str, Any]:
    """An instance profile and its role."""
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": profile.arn,
        "CreateDate": date(world, profile.created_at_ms),
        "Roles": [role_shape(world, world.roles[name]) for name in profile.roles],
        "Tags": profile.tags,
    }

"""Changes of identity: roles, managed policies, instance profiles."""

from __future__ import annotations

from ecslab.sim.changes import journal
from ecslab.sim.state.roles import InstanceProfile, Policy, PolicyVersion, Role
from ecslab.sim.world import World


def _told(world: World, kind: str, arn: str, what: str) -> None:
    journal.record(world, "identity", arn, of=kind, what=what)


def role_created(world: World, role: Role) -> None:
    """A role exists."""
    world.roles[role.name] = role
    _told(world, "role", role.arn, "created")


def role_deleted(world: World, role: Role) -> None:
    """A role is gone."""
    del world.roles[role.name]
    _told(world, "role", role.arn, "deleted")


def trust_put(world: World, role: Role, document: str) -> None:
    """Who may assume a role from now on."""
    role.trust = document
    _told(world, "role", role.arn, "trust")


def inline_policy_put(world: World, role: Role, name: str, document: str) -> None:
    """A role has an inline policy of that name and text."""
    role.inline[name] = document
    _told(world, "role", role.arn, "policy")


def inline_policy_deleted(world: World, role: Role, name: str) -> None:
    """A role has lost an inline policy."""
    del role.inline[name]
    _told(world, "role", role.arn, "policy")


def policy_attached(world: World, role: Role, policy_arn: str) -> None:
    """A role has a managed policy, once."""
    if policy_arn not in role.attached:
        role.attached.append(policy_arn)
    _told(world, "role", role.arn, "policy")


def policy_detached(world: World, role: Role, policy_arn: str) -> None:
    """A role has lost a managed policy."""
    role.attached.remove(policy_arn)
    _told(world, "role", role.arn, "policy")


def boundary_put(world: World, role: Role, policy_arn: str | None) -> None:
    """A role's permissions boundary from now on, None for none (IC:I-61)."""
    role.boundary = policy_arn
    _told(world, "role", role.arn, "boundary")


def policy_created(world: World, policy: Policy) -> None:
    """A customer managed policy exists."""
    world.policies[policy.arn] = policy
    _told(world, "policy", policy.arn, "created")


def policy_version_added(world: World, policy: Policy, version: PolicyVersion, *, is_default: bool) -> None:
    """A policy has one more version."""
    policy.versions[version.id] = version
    policy.updated_at_ms = world.now_ms
    if is_default:
        policy.default_version = version.id
    _told(world, "policy", policy.arn, "version")


def policy_deleted(world: World, policy: Policy) -> None:
    """A customer managed policy is gone."""
    del world.policies[policy.arn]
    _told(world, "policy", policy.arn, "deleted")


def profile_created(world: World, profile: InstanceProfile) -> None:
    """An instance profile exists."""
    world.instance_profiles[profile.name] = profile
    _told(world, "instanceProfile", profile.arn, "created")


def profile_deleted(world: World, profile: InstanceProfile) -> None:
    """An instance profile is gone."""
    del world.instance_profiles[profile.name]
    _told(world, "instanceProfile", profile.arn, "deleted")


def profile_role_set(world: World, profile: InstanceProfile, roles: list[str]) -> None:
    """Which role an instance profile gives to its instances."""
    profile.roles = roles
    _told(world, "instanceProfile", profile.arn, "role")


def policy_version_deleted(world: World, policy: Policy, version_id: str) -> None:
    """A policy has one version less."""
    del policy.versions[version_id]
    _told(world, "policy", policy.arn, "version")

"""Instance profiles: what gives an EC2 instance its role (IC:I-3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal, role_changes
from ecslab.sim.errors.iam import DeleteConflict, EntityAlreadyExists, LimitExceeded, NoSuchEntity
from ecslab.sim.operations.iam.roles import checked_name, checked_path, named_role
from ecslab.sim.operations.iam.shapes import profile_shape
from ecslab.sim.rules.iam import roles
from ecslab.sim.state.roles import InstanceProfile
from ecslab.sim.world import World

Parameters = Mapping[str, Any]


def create_instance_profile(world: World, parameters: Parameters) -> dict[str, Any]:
    """A profile, empty at first."""
    name, path = checked_name(parameters, "InstanceProfileName", 128), checked_path(parameters)
    if name in world.instance_profiles:
        raise EntityAlreadyExists(f"Instance Profile {name} already exists.")
    arn = world.ids.global_arn("iam", f"instance-profile{path}{name}")
    tags = [dict(tag) for tag in parameters.get("Tags") or []]
    profile = InstanceProfile(name, arn, roles.new_id(world, "AIPA"), path, world.now_ms, tags=tags)
    role_changes.profile_created(world, profile)
    journal.call_made(world, "iam:CreateInstanceProfile", arn, None)
    return {"InstanceProfile": profile_shape(world, profile)}


def _profile(world: World, parameters: Parameters) -> InstanceProfile:
    name = str(parameters["InstanceProfileName"])
    if name not in world.instance_profiles:
        raise NoSuchEntity(f"Instance Profile {name} cannot be found.")
    return world.instance_profiles[name]


def get_instance_profile(world: World, parameters: Parameters) -> dict[str, Any]:
    """One profile."""
    return {"InstanceProfile": profile_shape(world, _profile(world, parameters))}


def list_instance_profiles(world: World, parameters: Parameters) -> dict[str, Any]:
    """Profiles in the order in which they were made; those below a path when one is given."""
    prefix = str(parameters.get("PathPrefix", "/"))
    found = [profile_shape(world, p) for p in world.instance_profiles.values() if p.path.startswith(prefix)]
    return {"InstanceProfiles": found, "IsTruncated": False}


def list_instance_profiles_for_role(world: World, parameters: Parameters) -> dict[str, Any]:
    """The profiles that hold a role."""
    name = named_role(world, parameters).name
    found = [profile_shape(world, p) for p in world.instance_profiles.values() if name in p.roles]
    return {"InstanceProfiles": found, "IsTruncated": False}


def add_role_to_instance_profile(world: World, parameters: Parameters) -> dict[str, Any]:
    """A profile gets its role; it holds one."""
    profile, role = _profile(world, parameters), named_role(world, parameters)
    if profile.roles:
        raise LimitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
    role_changes.profile_role_set(world, profile, [role.name])
    journal.call_made(world, "iam:AddRoleToInstanceProfile", profile.arn, None)
    return {}


def remove_role_from_instance_profile(world: World, parameters: Parameters) -> dict[str, Any]:
    """A profile loses its role, and its instances their credentials."""
    profile, role = _profile(world, parameters), named_role(world, parameters)
    if role.name not in profile.roles:
        raise NoSuchEntity(f"Role {role.name} is not in Instance Profile {profile.name}.")
    role_changes.profile_role_set(world, profile, [])
    journal.call_made(world, "iam:RemoveRoleFromInstanceProfile", profile.arn, None)
    return {}


def delete_instance_profile(world: World, parameters: Parameters) -> dict[str, Any]:
    """An empty profile goes."""
    profile = _profile(world, parameters)
    if profile.roles:
        raise DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
    role_changes.profile_deleted(world, profile)
    journal.call_made(world, "iam:DeleteInstanceProfile", profile.arn, None)
    return {}

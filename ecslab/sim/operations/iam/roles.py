"""Roles: made, read, trusted and deleted (IC:I-1 to IC:I-12).

Errors and words: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html and its neighbours,
as of 2026-09-11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal, role_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import ValidationError
from ecslab.sim.errors.iam import DeleteConflict, EntityAlreadyExists, InvalidInput, NoSuchEntity, UnmodifiableEntity
from ecslab.sim.operations.iam.shapes import role_shape
from ecslab.sim.rules.iam import documents, roles
from ecslab.sim.state.roles import Role
from ecslab.sim.world import World

_PATH = re.compile(r"/|/[!-~]+/")

Parameters = Mapping[str, Any]


def create_role(world: World, parameters: Parameters) -> dict[str, Any]:
    """A role and who may assume it."""
    name = checked_name(parameters, "RoleName")
    path = checked_path(parameters)
    trust = str(parameters["AssumeRolePolicyDocument"])
    documents.check_trust(trust)
    boundary = parameters.get("PermissionsBoundary")
    if boundary is not None:
        check_policy(world, str(boundary))
    seconds = parameters.get("MaxSessionDuration", 3600)
    low, high = LIMITS["iam.session.min"], LIMITS["iam.session.max"]
    if not low <= seconds <= high:
        raise ValidationError(f"MaxSessionDuration is {seconds}; it needs to be from {low} to {high} seconds.")
    if name in world.roles:
        raise EntityAlreadyExists(f"Role with name {name} already exists.")
    made = roles.new_role(
        world,
        name,
        path,
        trust,
        description=parameters.get("Description"),
        max_session_s=seconds,
        boundary=boundary,
        tags=[dict(tag) for tag in parameters.get("Tags") or []],
    )
    role_changes.role_created(world, made)
    journal.call_made(world, "iam:CreateRole", made.arn, None)
    return {"Role": role_shape(world, made)}


def checked_name(parameters: Parameters, member: str, longest: int = 64) -> str:
    """A name as IAM takes it. Raises ValidationError."""
    name = str(parameters[member])
    if not re.fullmatch(r"[\w+=,.@-]+", name, re.ASCII) or len(name) > longest:
        raise ValidationError(
            f"The specified value for {member[0].lower()}{member[1:]} is invalid. It must contain only alphanumeric "
            f"characters and/or the following: +=,.@_- and at most {longest} of them."
        )
    return name


def checked_path(parameters: Parameters) -> str:
    """A path that begins and ends with a slash. Raises ValidationError."""
    path = str(parameters.get("Path", "/"))
    if not _PATH.fullmatch(path) or len(path) > LIMITS["iam.path"]:
        raise ValidationError(
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric "
            "characters and/or / characters."
        )
    return path


def check_policy(world: World, arn: str) -> None:
    """A managed policy that there is. Raises NoSuchEntity or InvalidInput."""
    if not arn.startswith("arn:"):
        raise InvalidInput(f"ARN {arn[:200]} is not valid.")
    if roles.document_of(world, arn) is None:
        raise NoSuchEntity(f"Policy {arn} does not exist or is not attachable.")


def own_role(world: World, parameters: Parameters) -> Role:
    """A role that the account may change. Raises NoSuchEntity or UnmodifiableEntity."""
    found = named_role(world, parameters)
    if found.service:
        raise UnmodifiableEntity(
            f"Cannot perform the operation on the protected role '{found.name}' - this role is only modifiable by AWS"
        )
    return found


def named_role(world: World, parameters: Parameters) -> Role:
    """The role that RoleName names; IAM takes no ARN there. Raises NoSuchEntity."""
    name = str(parameters["RoleName"])
    if name not in world.roles:
        raise NoSuchEntity(f"The role with name {name} cannot be found.")
    return world.roles[name]


def get_role(world: World, parameters: Parameters) -> dict[str, Any]:
    """One role."""
    return {"Role": role_shape(world, named_role(world, parameters))}


def list_roles(world: World, parameters: Parameters) -> dict[str, Any]:
    """Roles in the order in which they were made; those below a path when one is given."""
    prefix = str(parameters.get("PathPrefix", "/"))
    found = [role_shape(world, role) for role in world.roles.values() if role.path.startswith(prefix)]
    return {"Roles": found, "IsTruncated": False}


def delete_role(world: World, parameters: Parameters) -> dict[str, Any]:
    """A role without policies that is in no instance profile goes."""
    found = own_role(world, parameters)
    if any(found.name in profile.roles for profile in world.instance_profiles.values()):
        raise DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
    if found.attached:
        raise DeleteConflict("Cannot delete entity, must detach all policies first.")
    if found.inline:
        raise DeleteConflict("Cannot delete entity, must delete policies first.")
    role_changes.role_deleted(world, found)
    journal.call_made(world, "iam:DeleteRole", found.arn, None)
    return {}


def update_assume_role_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """Who may assume a role from now on."""
    found = own_role(world, parameters)
    document = str(parameters["PolicyDocument"])
    documents.check_trust(document)
    role_changes.trust_put(world, found, document)
    journal.call_made(world, "iam:UpdateAssumeRolePolicy", found.arn, None)
    return {}


def put_role_permissions_boundary(world: World, parameters: Parameters) -> dict[str, Any]:
    """A ceiling for what a role's policies can allow (IC:I-61)."""
    found = own_role(world, parameters)
    arn = str(parameters["PermissionsBoundary"])
    check_policy(world, arn)
    role_changes.boundary_put(world, found, arn)
    journal.call_made(world, "iam:PutRolePermissionsBoundary", found.arn, None)
    return {}


def delete_role_permissions_boundary(world: World, parameters: Parameters) -> dict[str, Any]:
    """A role has no ceiling any more."""
    found = own_role(world, parameters)
    if found.boundary is None:
        raise NoSuchEntity(f"Role {found.name} does not have a permissions boundary.")
    role_changes.boundary_put(world, found, None)
    journal.call_made(world, "iam:DeleteRolePermissionsBoundary", found.arn, None)
    return {}


def create_service_linked_role(world: World, parameters: Parameters) -> dict[str, Any]:
    """The role that an AWS service needs in the account (IC:I-5)."""
    service = str(parameters["AWSServiceName"])
    if service not in roles.SERVICE_LINKED:
        raise InvalidInput(f"{service[:128]} is not a service that the lab has a service-linked role for.")
    name = roles.SERVICE_LINKED[service][0]
    if name in world.roles:
        raise InvalidInput(f"Service role name {name} has been taken in this account, please try a different suffix.")
    made = roles.make_service_linked(world, service, parameters.get("Description"))
    journal.call_made(world, "iam:CreateServiceLinkedRole", made.arn, None)
    return {"Role": role_shape(world, made)}


def delete_service_linked_role(world: World, parameters: Parameters) -> dict[str, Any]:
    """A service-linked role goes, unless its service still uses it.

    Model choice: decided at once; AWS answers with a task id and decides in the background.
    """
    found = named_role(world, parameters)
    if not found.service:
        raise InvalidInput(f"{found.name} is no service-linked role; use DeleteRole.")
    if found.service == "ecs.amazonaws.com" and any(c.status == "ACTIVE" for c in world.clusters.values()):
        raise DeleteConflict(f"The role {found.name} is in use by clusters; delete them first.")
    role_changes.role_deleted(world, found)
    journal.call_made(world, "iam:DeleteServiceLinkedRole", found.arn, None)
    return {"DeletionTaskId": f"task{found.arn.partition(':role')[2]}/{world.ids.hex('role-deletion')}"}

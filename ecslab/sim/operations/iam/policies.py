"""Policies of roles: inline ones, customer managed ones with their versions, and those of AWS (IC section 1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim import written
from ecslab.sim.changes import journal, role_changes
from ecslab.sim.data.managed_policies import MANAGED_POLICIES
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.iam import DeleteConflict, EntityAlreadyExists, LimitExceeded, NoSuchEntity, UnmodifiableEntity
from ecslab.sim.operations import reading
from ecslab.sim.operations.iam.roles import check_policy, checked_name, checked_path, named_role, own_role
from ecslab.sim.operations.iam.shapes import managed_policy_shape, policy_shape, version_shape
from ecslab.sim.rules.iam import documents, roles
from ecslab.sim.state.roles import Policy, PolicyVersion
from ecslab.sim.world import World

Parameters = Mapping[str, Any]


def put_role_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """An inline policy of a role, new or in place of the one of that name."""
    found = own_role(world, parameters)
    name, document = checked_name(parameters, "PolicyName", 128), str(parameters["PolicyDocument"])
    documents.check_identity(document)
    others = sum(len("".join(text.split())) for other, text in found.inline.items() if other != name)
    if others + len("".join(document.split())) > LIMITS["iam.inline"]:
        raise LimitExceeded(f"Maximum policy size of {LIMITS['iam.inline']} bytes exceeded for role {found.name}")
    role_changes.inline_policy_put(world, found, name, document)
    journal.call_made(world, "iam:PutRolePolicy", found.arn, None)
    return {}


def get_role_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """One inline policy."""
    found, name = named_role(world, parameters), str(parameters["PolicyName"])
    _check_inline(found.inline, name)
    document = written.json_value(found.inline[name])
    return {"RoleName": found.name, "PolicyName": name, "PolicyDocument": document}


def _check_inline(inline: Mapping[str, str], name: str) -> None:
    if name not in inline:
        raise NoSuchEntity(f"The role policy with name {name} cannot be found.")


def delete_role_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """A role loses an inline policy."""
    found, name = own_role(world, parameters), str(parameters["PolicyName"])
    _check_inline(found.inline, name)
    role_changes.inline_policy_deleted(world, found, name)
    journal.call_made(world, "iam:DeleteRolePolicy", found.arn, None)
    return {}


def list_role_policies(world: World, parameters: Parameters) -> dict[str, Any]:
    """The names of a role's inline policies."""
    return {"PolicyNames": list(named_role(world, parameters).inline), "IsTruncated": False}


def attach_role_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """A role gets a managed policy; once more changes nothing."""
    found, arn = own_role(world, parameters), str(parameters["PolicyArn"])
    check_policy(world, arn)
    if arn not in found.attached and len(found.attached) >= LIMITS["iam.attached"]:
        raise LimitExceeded(f"Cannot exceed quota for PoliciesPerRole: {LIMITS['iam.attached']}")
    role_changes.policy_attached(world, found, arn)
    journal.call_made(world, "iam:AttachRolePolicy", found.arn, None)
    return {}


def detach_role_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """A role loses a managed policy."""
    found, arn = own_role(world, parameters), str(parameters["PolicyArn"])
    if arn not in found.attached:
        raise NoSuchEntity(f"Policy {arn} was not found.")
    role_changes.policy_detached(world, found, arn)
    journal.call_made(world, "iam:DetachRolePolicy", found.arn, None)
    return {}


def list_attached_role_policies(world: World, parameters: Parameters) -> dict[str, Any]:
    """Names and ARNs of a role's managed policies."""
    attached = [{"PolicyName": roles.name_of(arn), "PolicyArn": arn} for arn in named_role(world, parameters).attached]
    return {"AttachedPolicies": attached, "IsTruncated": False}


def create_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """A customer managed policy with its first version."""
    name, path = checked_name(parameters, "PolicyName", 128), checked_path(parameters)
    document = _checked_document(parameters)
    arn = world.ids.global_arn("iam", f"policy{path}{name}")
    if any(policy.name == name for policy in world.policies.values()):
        raise EntityAlreadyExists(f"A policy called {name} already exists. Duplicate names are not allowed.")
    now = world.now_ms
    policy = Policy(
        name=name,
        arn=arn,
        id=roles.new_id(world, "ANPA"),
        path=path,
        default_version="v1",
        versions={"v1": PolicyVersion("v1", document, now)},
        created_at_ms=now,
        updated_at_ms=now,
        description=parameters.get("Description"),
        tags=[dict(tag) for tag in parameters.get("Tags") or []],
    )
    role_changes.policy_created(world, policy)
    journal.call_made(world, "iam:CreatePolicy", arn, None)
    return {"Policy": policy_shape(world, policy)}


def _checked_document(parameters: Parameters) -> str:
    document = str(parameters["PolicyDocument"])
    documents.check_identity(document)
    if len("".join(document.split())) > LIMITS["iam.managed"]:
        raise LimitExceeded(f"Cannot exceed quota for PolicySize: {LIMITS['iam.managed']}")
    return document


def create_policy_version(world: World, parameters: Parameters) -> dict[str, Any]:
    """One more version of a policy, of at most five; it counts from now on when it is set as default."""
    policy = _own_policy(world, parameters)
    document = _checked_document(parameters)
    if len(policy.versions) >= LIMITS["iam.versions"]:
        raise LimitExceeded(
            f"A managed policy can have up to {LIMITS['iam.versions']} versions. Before you create a new version, you "
            "must delete an existing version."
        )
    number = world.ids.serial(f"version/{policy.arn}") + 1
    version = PolicyVersion(f"v{number}", document, world.now_ms)
    role_changes.policy_version_added(world, policy, version, is_default=bool(parameters.get("SetAsDefault")))
    journal.call_made(world, "iam:CreatePolicyVersion", policy.arn, None)
    return {"PolicyVersion": version_shape(world, policy, version)}


def _own_policy(world: World, parameters: Parameters) -> Policy:
    arn = str(parameters["PolicyArn"])
    if arn in MANAGED_POLICIES:
        raise UnmodifiableEntity(f"Policy {arn} is managed by AWS and cannot be changed.")
    if arn not in world.policies:
        raise NoSuchEntity(f"Policy {arn} was not found.")
    return world.policies[arn]


def get_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """A managed policy, of the account or of AWS."""
    arn = str(parameters["PolicyArn"])
    if arn in MANAGED_POLICIES:
        return {"Policy": managed_policy_shape(world, MANAGED_POLICIES[arn])}
    return {"Policy": policy_shape(world, _own_policy(world, parameters))}


def get_policy_version(world: World, parameters: Parameters) -> dict[str, Any]:
    """A managed policy's document."""
    arn, version = str(parameters["PolicyArn"]), str(parameters["VersionId"])
    aws = MANAGED_POLICIES.get(arn)
    if aws is not None and aws.version == version:
        document = written.json_value(aws.document)
        return {"PolicyVersion": {"Document": document, "VersionId": version, "IsDefaultVersion": True}}
    policy = None if aws else _own_policy(world, parameters)
    if policy is None or version not in policy.versions:
        raise NoSuchEntity(f"Policy {arn} version {version} does not exist or is not attachable.")
    return {"PolicyVersion": version_shape(world, policy, policy.versions[version])}


def list_policies(world: World, parameters: Parameters) -> dict[str, Any]:
    """Managed policies: the account's own, then those of AWS; `Scope` chooses."""
    scope = reading.one_of(parameters, "Scope", ("All", "AWS", "Local"), "All")
    own = [policy_shape(world, p) for p in world.policies.values()] if scope != "AWS" else []
    aws = [managed_policy_shape(world, p) for p in MANAGED_POLICIES.values()] if scope != "Local" else []
    found = [p for p in (*own, *aws) if not parameters.get("OnlyAttached") or p["AttachmentCount"]]
    return {"Policies": found, "IsTruncated": False}


def delete_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """A policy that no role has, neither as a policy nor as a boundary, goes."""
    policy = _own_policy(world, parameters)
    if any(policy.arn in role.attached or policy.arn == role.boundary for role in world.roles.values()):
        raise DeleteConflict("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise DeleteConflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions."
        )
    role_changes.policy_deleted(world, policy)
    journal.call_made(world, "iam:DeletePolicy", policy.arn, None)
    return {}


def delete_policy_version(world: World, parameters: Parameters) -> dict[str, Any]:
    """A version that is not the default goes."""
    policy, version = _own_policy(world, parameters), str(parameters["VersionId"])
    if version not in policy.versions:
        raise NoSuchEntity(f"Policy {policy.arn} version {version} does not exist or is not attachable.")
    if version == policy.default_version:
        raise DeleteConflict("Cannot delete the default version of a policy.")
    role_changes.policy_version_deleted(world, policy, version)
    journal.call_made(world, "iam:DeletePolicyVersion", policy.arn, None)
    return {}

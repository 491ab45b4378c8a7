"""The simulated operations of `iam`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.operations.iam import policies, profiles, roles, simulate
from ecslab.sim.operations.operation import Operation
from ecslab.sim.rules import programs
from ecslab.sim.world import World


def _then_tell(call: Operation) -> Operation:
    """The call, after which the programs that run find out what they may do now."""

    def tell(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
        response = call(world, parameters)
        programs.permissions_changed(world)
        return response

    return tell


_CHANGES: dict[str, Operation] = {
    "iam:CreateRole": roles.create_role,
    "iam:DeleteRole": roles.delete_role,
    "iam:UpdateAssumeRolePolicy": roles.update_assume_role_policy,
    "iam:PutRolePermissionsBoundary": roles.put_role_permissions_boundary,
    "iam:DeleteRolePermissionsBoundary": roles.delete_role_permissions_boundary,
    "iam:CreateServiceLinkedRole": roles.create_service_linked_role,
    "iam:DeleteServiceLinkedRole": roles.delete_service_linked_role,
    "iam:PutRolePolicy": policies.put_role_policy,
    "iam:DeleteRolePolicy": policies.delete_role_policy,
    "iam:AttachRolePolicy": policies.attach_role_policy,
    "iam:DetachRolePolicy": policies.detach_role_policy,
    "iam:CreatePolicy": policies.create_policy,
    "iam:CreatePolicyVersion": policies.create_policy_version,
    "iam:DeletePolicy": policies.delete_policy,
    "iam:DeletePolicyVersion": policies.delete_policy_version,
    "iam:CreateInstanceProfile": profiles.create_instance_profile,
    "iam:DeleteInstanceProfile": profiles.delete_instance_profile,
    "iam:AddRoleToInstanceProfile": profiles.add_role_to_instance_profile,
    "iam:RemoveRoleFromInstanceProfile": profiles.remove_role_from_instance_profile,
}

WRITES: dict[str, Operation] = {name: _then_tell(call) for name, call in _CHANGES.items()}

READS: dict[str, Operation] = {
    "iam:GetRole": roles.get_role,
    "iam:ListRoles": roles.list_roles,
    "iam:GetRolePolicy": policies.get_role_policy,
    "iam:ListRolePolicies": policies.list_role_policies,
    "iam:ListAttachedRolePolicies": policies.list_attached_role_policies,
    "iam:GetPolicy": policies.get_policy,
    "iam:GetPolicyVersion": policies.get_policy_version,
    "iam:ListPolicies": policies.list_policies,
    "iam:GetInstanceProfile": profiles.get_instance_profile,
    "iam:ListInstanceProfiles": profiles.list_instance_profiles,
    "iam:ListInstanceProfilesForRole": profiles.list_instance_profiles_for_role,
    "iam:SimulatePrincipalPolicy": simulate.simulate_principal_policy,
}

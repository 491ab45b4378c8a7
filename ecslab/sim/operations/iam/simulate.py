"""SimulatePrincipalPolicy: AWS's own way to ask what a role may do (IC:I-59 to IC:I-69)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.errors.iam import InvalidInput
from ecslab.sim.rules.iam import documents, evaluate, roles
from ecslab.sim.rules.iam.evaluate import Answer, Decided, PolicyText
from ecslab.sim.world import World

_TYPES = {"identity": "IAM Policy", "resource": "Resource Policy", "boundary": "IAM Permissions Boundary Policy"}


def simulate_principal_policy(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A verdict for each action on each resource; `PolicyInputList` adds policies that the role does not have."""
    source = str(parameters["PolicySourceArn"])
    if ":role/" not in source:
        raise InvalidInput(f"Invalid Entity Arn: {source[:200]} does not clearly define entity type and name.")
    role = roles.role(world, source)
    added = [PolicyText("identity", f"PolicyInputList.{n}", None, _checked(text)) for n, text in _numbered(parameters)]
    identity = (*evaluate.policies_of(world, role), *added)
    boundary = evaluate.boundary_of(world, role)
    if given := parameters.get("PermissionsBoundaryPolicyInputList"):
        boundary = PolicyText("boundary", "PermissionsBoundaryPolicyInputList.1", None, _checked(str(given[0])))
    own = parameters.get("ResourcePolicy")
    if own is not None:
        documents.check_resource(str(own))
    context = {str(e["ContextKeyName"]): documents.texts_of(e["ContextKeyValues"]) for e in _entries(parameters)}
    results = []
    for action in parameters["ActionNames"]:
        for resource in parameters.get("ResourceArns") or ["*"]:
            call = evaluate.Call(str(action), str(resource), context, own)
            results.append(_result(evaluate.decide(role.arn, call, identity, boundary, role.arn), boundary))
    return {"EvaluationResults": results, "IsTruncated": False}


def _numbered(parameters: Mapping[str, Any]) -> list[tuple[int, str]]:
    return list(enumerate((str(text) for text in parameters.get("PolicyInputList") or []), 1))


def _checked(text: str) -> str:
    documents.check_identity(text)
    return text


def _entries(parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [e for e in parameters.get("ContextEntries") or [] if "ContextKeyName" in e and "ContextKeyValues" in e]


def _result(answer: Answer, boundary: PolicyText | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "EvalActionName": answer.action,
        "EvalResourceName": answer.resource,
        "EvalDecision": answer.decision,
        "MatchedStatements": [_statement(s) for s in answer.statements],
        "MissingContextValues": list(answer.missing),
    }
    if boundary:
        result["PermissionsBoundaryDecisionDetail"] = {
            "AllowedByPermissionsBoundary": answer.blocked_by != "boundary"
            and not any(s.policy.kind == "boundary" for s in answer.statements)
        }
    return result


def _statement(decided: Decided) -> dict[str, Any]:
    return {"SourcePolicyId": decided.policy.name, "SourcePolicyType": _TYPES[decided.policy.kind]}

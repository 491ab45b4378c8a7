"""Policy evaluation: may a role do an action on a resource, and which statements decided (IC:I-59 to IC:I-69).

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html, as of 2026-09-11.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ecslab.sim.ids import ACCOUNT
from ecslab.sim.rules.iam import documents, matching, roles
from ecslab.sim.state.roles import Role
from ecslab.sim.world import World

IDENTITY, RESOURCE, BOUNDARY = "identity", "resource", "boundary"


@dataclass(frozen=True, slots=True)
class PolicyText:
    """One policy that has a say: of which kind, its name, the ARN of a managed one, and its document."""

    kind: str
    name: str
    arn: str | None
    document: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One statement that decided."""

    policy: PolicyText
    index: int
    sid: str | None
    allows: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome in AWS's words: allowed, implicitDeny or explicitDeny.

    `statements` are those that decided. `blocked_by` says what keeps an Allow from counting, or None. `missing` are
    condition keys that the policies asked for and the request did not bring.
    """

    decision: str
    action: str
    resource: str
    principal: str
    statements: tuple[Decided, ...] = ()
    blocked_by: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the call goes through."""
        return self.decision == "allowed"

    @property
    def refusal(self) -> str:
        """AWS's sentence about a refused call (IC:X-58)."""
        lead = f"User: {self.principal} is not authorized to perform: {self.action} on resource: {self.resource}"
        if self.decision == "explicitDeny":
            kind = self.statements[0].policy.kind
            named = {RESOURCE: "a resource-based policy", BOUNDARY: "a permissions boundary"}
            return f"{lead} with an explicit deny in {named.get(kind, 'an identity-based policy')}"
        if self.blocked_by == "boundary":
            return f"{lead} because no permissions boundary allows the {self.action} action"
        if self.blocked_by == "otherAccount":
            return f"{lead} because no resource-based policy allows the {self.action} action"
        return f"{lead} because no identity-based policy allows the {self.action} action"


@dataclass(frozen=True, slots=True)
class Call:
    """A question to IAM, beside the role: the resource's own policy and the condition keys of the request."""

    action: str
    resource: str
    context: Mapping[str, Sequence[str]] = field(default_factory=dict)
    resource_policy: str | None = None
    session: str | None = None


def allowed(
    world: World,
    role_arn: str,
    action: str,
    resource: str,
    context: Mapping[str, Sequence[str]] | None = None,
) -> Answer:
    """Whether a role, named by ARN or name, may do an action on a resource; a role that is not there may nothing."""
    return judge(world, role_arn, Call(action, resource, context or {}))


def judge(world: World, role_arn: str, call: Call) -> Answer:
    """As `allowed`, with the policy of the resource and the name of the role's session."""
    role = roles.find(world, role_arn)
    if role is None:
        return Answer("implicitDeny", call.action, call.resource, principal_of(world, role_arn, call.session))
    asked = replace(call, context={**_of_every_call(world, role), **call.context})
    boundary, principal = boundary_of(world, role), principal_of(world, role.arn, call.session)
    return decide(principal, asked, policies_of(world, role), boundary, role.arn)


def _of_every_call(world: World, role: Role) -> dict[str, Sequence[str]]:
    """Condition keys that every call of a role brings (IC:I-65)."""
    return {
        "aws:PrincipalArn": [role.arn],
        "aws:PrincipalAccount": [ACCOUNT],
        "aws:RequestedRegion": [world.start.region],
        "aws:SecureTransport": ["true"],
        **{f"aws:PrincipalTag/{tag['Key']}": [tag["Value"]] for tag in role.tags},
    }


def principal_of(world: World, role_arn: str, session: str | None) -> str:
    """How AWS names who calls with a role: the assumed role's session, or the role itself."""
    if session is None:
        return roles.arn_of(world, role_arn)
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{roles.name_of(role_arn)}/{session}"


def policies_of(world: World, role: Role) -> tuple[PolicyText, ...]:
    """The identity policies of a role: inline ones first, then the attached ones, each in the order they came."""
    inline = [PolicyText(IDENTITY, name, None, text) for name, text in role.inline.items()]
    attached = [(arn, roles.document_of(world, arn)) for arn in role.attached]
    return (*inline, *(PolicyText(IDENTITY, found[0], arn, found[1]) for arn, found in attached if found))


def boundary_of(world: World, role: Role) -> PolicyText | None:
    """A role's permissions boundary (IC:I-61)."""
    found = roles.document_of(world, role.boundary) if role.boundary else None
    return PolicyText(BOUNDARY, found[0], role.boundary, found[1]) if found else None


def decide(
    principal: str, call: Call, identity: Sequence[PolicyText], boundary: PolicyText | None, role_arn: str
) -> Answer:
    """Deny anywhere is final; a boundary is a ceiling; within the account either side may allow (IC:I-59 to I-61)."""
    own = PolicyText(RESOURCE, "resource policy", None, call.resource_policy) if call.resource_policy else None
    everything = [*identity, *([boundary] if boundary else []), *([own] if own else [])]
    account = ((f"arn:aws:iam::{ACCOUNT}:root"), ACCOUNT)
    by_name = tuple(("AWS", name) for name in dict.fromkeys((role_arn, principal)))
    narrow = matching.Request(call.action, call.resource, call.context, by_name)
    wide = matching.Request(call.action, call.resource, call.context, (*by_name, *(("AWS", name) for name in account)))
    denying = tuple(d for p in everything for d in _hits(p, wide) if not d.allows)
    granting = tuple(d for p in identity for d in _hits(p, narrow) if d.allows)
    by_resource = tuple(d for d in _hits(own, narrow) if d.allows) if own else ()
    delegated = tuple(d for d in _hits(own, wide) if d.allows) if own else ()
    missing = tuple(
        dict.fromkeys(k for p in everything for s in documents.statements(p.document) for k in _missing(s, wide))
    )
    if denying:
        return Answer("explicitDeny", call.action, call.resource, principal, denying, None, missing)
    blocked = None
    if boundary and not any(d.allows for d in _hits(boundary, narrow)) and (granting or by_resource):
        blocked = "boundary"
    elif _is_elsewhere(call.resource) and (granting or by_resource) and not (granting and delegated):
        blocked = "otherAccount"
    elif granting or by_resource:
        return Answer("allowed", call.action, call.resource, principal, (*granting, *by_resource), None, missing)
    return Answer("implicitDeny", call.action, call.resource, principal, (), blocked, missing)


def _missing(statement: documents.Statement, request: matching.Request) -> list[str]:
    return matching.missing_keys(statement, request)


def _hits(policy: PolicyText, request: matching.Request) -> list[Decided]:
    return [
        Decided(policy, s.index, s.sid, s.allows)
        for s in documents.statements(policy.document)
        if matching.applies(s, request)
    ]


def _is_elsewhere(resource: str) -> bool:
    """Whether a resource's ARN names another account (IC:I-60)."""
    parts = resource.split(":", 5)
    return len(parts) == 6 and parts[4] not in ("", "*", "aws", ACCOUNT)

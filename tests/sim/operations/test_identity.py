"""IAM's operations: what they make, show and refuse (IC section 1)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.errors.common import SimError
from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.identity import EXECUTION_POLICY, ROLE, allow, deny, document, live, role, trust
from tests.sim.stories import Story

POLICY = "arn:aws:iam::123456789012:policy/"


@pytest.fixture
def story() -> Story:
    told = Story()
    live(told)
    return told


def read(story: Story, operation: str, **parameters: Any) -> dict[str, Any]:
    return story.simulation.read("iam", operation, parameters)


@rule("IC:I-3", "IC:I-5", "IC:I-8")
def test_a_new_account_has_its_roles() -> None:
    story = Story()
    names = [r["RoleName"] for r in read(story, "ListRoles")["Roles"]]
    assert "AWSServiceRoleForECS" in names
    assert "AWSServiceRoleForApplicationAutoScaling_ECSService" in names
    linked = read(story, "GetRole", RoleName="AWSServiceRoleForECS")["Role"]
    assert linked["Arn"] == f"{ROLE}aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    statement = linked["AssumeRolePolicyDocument"]["Statement"][0]
    assert statement["Principal"] == {"Service": "ecs.amazonaws.com"}
    profile = read(story, "GetInstanceProfile", InstanceProfileName="ecsInstanceRole")["InstanceProfile"]
    assert profile["Arn"] == "arn:aws:iam::123456789012:instance-profile/ecsInstanceRole"
    assert [r["RoleName"] for r in profile["Roles"]] == ["ecsInstanceRole"]
    attached = read(story, "ListAttachedRolePolicies", RoleName="ecsInstanceRole")["AttachedPolicies"]
    assert [p["PolicyName"] for p in attached] == ["AmazonEC2ContainerServiceforEC2Role"]


def test_what_is_made_is_shown(story: Story) -> None:
    made = story.call(
        "iam:CreateRole",
        RoleName="shown",
        Path="/app/",
        Description="For the shop",
        AssumeRolePolicyDocument=trust(),
        PermissionsBoundary=f"{POLICY}shared",
    )["Role"]
    assert made["Arn"] == f"{ROLE}app/shown"
    assert made["CreateDate"] == "2026-01-05T00:00:00Z"
    assert made["Description"] == "For the shop"
    assert made["PermissionsBoundary"]["PermissionsBoundaryArn"] == f"{POLICY}shared"
    assert read(story, "GetRole", RoleName="shown")["Role"] == made
    assert [r["RoleName"] for r in read(story, "ListRoles", PathPrefix="/app/")["Roles"]] == ["shown"]
    assert read(story, "ListRolePolicies", RoleName="app")["PolicyNames"] == ["own"]
    inline = read(story, "GetRolePolicy", RoleName="app", PolicyName="own")["PolicyDocument"]
    assert inline["Statement"][0]["Action"] == "s3:*"


def test_managed_policies_have_versions(story: Story) -> None:
    shared = read(story, "GetPolicy", PolicyArn=f"{POLICY}shared")["Policy"]
    assert (shared["DefaultVersionId"], shared["AttachmentCount"]) == ("v2", 0)
    version = read(story, "GetPolicyVersion", PolicyArn=f"{POLICY}shared", VersionId="v1")["PolicyVersion"]
    assert (version["IsDefaultVersion"], version["Document"]["Statement"][0]["Action"]) == (False, "sqs:*")
    aws = read(story, "GetPolicy", PolicyArn=EXECUTION_POLICY)["Policy"]
    assert (aws["AttachmentCount"], aws["PermissionsBoundaryUsageCount"]) == (1, 1)
    text = read(story, "GetPolicyVersion", PolicyArn=EXECUTION_POLICY, VersionId=aws["DefaultVersionId"])
    assert len(text["PolicyVersion"]["Document"]["Statement"][0]["Action"]) == 6
    local = read(story, "ListPolicies", Scope="Local")["Policies"]
    assert [p["PolicyName"] for p in local] == ["shared", "unused"]
    attached = read(story, "ListPolicies", Scope="AWS", OnlyAttached=True)["Policies"]
    assert "AmazonECSTaskExecutionRolePolicy" in [p["PolicyName"] for p in attached]
    described = story.call("iam:CreatePolicy", PolicyName="d", PolicyDocument=document(allow("a:b")), Description="D")
    assert described["Policy"]["Description"] == "D"


def test_profiles_hold_a_role(story: Story) -> None:
    of_role = read(story, "ListInstanceProfilesForRole", RoleName="other")["InstanceProfiles"]
    assert [p["InstanceProfileName"] for p in of_role] == ["spare"]
    names = [p["InstanceProfileName"] for p in read(story, "ListInstanceProfiles")["InstanceProfiles"]]
    assert names == ["ecsInstanceRole", "spare", "empty"]


def test_what_goes_is_gone(story: Story) -> None:
    story.call("iam:DeleteRolePolicy", RoleName="app", PolicyName="own")
    story.call("iam:DetachRolePolicy", RoleName="app", PolicyArn=EXECUTION_POLICY)
    story.call("iam:DeleteRole", RoleName="app")
    story.call("iam:DeletePolicyVersion", PolicyArn=f"{POLICY}shared", VersionId="v1")
    story.call("iam:DeletePolicy", PolicyArn=f"{POLICY}shared")
    story.call("iam:RemoveRoleFromInstanceProfile", InstanceProfileName="spare", RoleName="other")
    story.call("iam:DeleteInstanceProfile", InstanceProfileName="spare")
    story.call("iam:DeleteServiceLinkedRole", RoleName="AWSServiceRoleForECS")
    for operation, parameters in (
        ("GetRole", {"RoleName": "app"}),
        ("GetPolicy", {"PolicyArn": f"{POLICY}shared"}),
        ("GetInstanceProfile", {"InstanceProfileName": "spare"}),
        ("GetRole", {"RoleName": "AWSServiceRoleForECS"}),
    ):
        with pytest.raises(SimError) as refused:
            read(story, operation, **parameters)
        assert refused.value.code == "NoSuchEntity"


ONE = document(allow("s3:*"))
REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "CreateRole",
        {"RoleName": "app", "AssumeRolePolicyDocument": trust()},
        "EntityAlreadyExists",
        "app already exists",
    ),
    ("CreateRole", {"RoleName": "a b", "AssumeRolePolicyDocument": trust()}, "ValidationError", "roleName is invalid"),
    (
        "CreateRole",
        {"RoleName": "n", "Path": "app", "AssumeRolePolicyDocument": trust()},
        "ValidationError",
        "value for path is invalid",
    ),
    (
        "CreateRole",
        {"RoleName": "n", "AssumeRolePolicyDocument": trust(), "MaxSessionDuration": 60},
        "ValidationError",
        "3600 to 43200",
    ),
    (
        "CreateRole",
        {"RoleName": "n", "AssumeRolePolicyDocument": trust(), "PermissionsBoundary": f"{POLICY}none"},
        "NoSuchEntity",
        "does not exist or is not attachable",
    ),
    (
        "CreateRole",
        {"RoleName": "n", "AssumeRolePolicyDocument": trust(), "PermissionsBoundary": "none"},
        "InvalidInput",
        "is not valid",
    ),
    ("CreateRole", {"RoleName": "n", "AssumeRolePolicyDocument": ONE}, "MalformedPolicyDocument", "prohibited field"),
    (
        "CreateRole",
        {"RoleName": "n", "AssumeRolePolicyDocument": document({"Effect": "Allow", "Action": "sts:AssumeRole"})},
        "MalformedPolicyDocument",
        "Missing required field Principal",
    ),
    (
        "CreateRole",
        {"RoleName": "n", "AssumeRolePolicyDocument": trust().replace("sts:AssumeRole", "s3:GetObject")},
        "MalformedPolicyDocument",
        "may only specify STS AssumeRole actions",
    ),
    ("DeleteRole", {"RoleName": "none"}, "NoSuchEntity", "The role with name none cannot be found."),
    ("DeleteRole", {"RoleName": "other"}, "DeleteConflict", "remove roles from instance profile"),
    ("DeleteRole", {"RoleName": "app"}, "DeleteConflict", "detach all policies"),
    ("DeleteRole", {"RoleName": "AWSServiceRoleForECS"}, "UnmodifiableEntity", "only modifiable by AWS"),
    ("DeleteRolePermissionsBoundary", {"RoleName": "bare"}, "NoSuchEntity", "does not have a permissions boundary"),
    ("CreateServiceLinkedRole", {"AWSServiceName": "ecs.amazonaws.com"}, "InvalidInput", "has been taken"),
    ("CreateServiceLinkedRole", {"AWSServiceName": "moon.amazonaws.com"}, "InvalidInput", "is not a service"),
    ("DeleteServiceLinkedRole", {"RoleName": "app"}, "InvalidInput", "no service-linked role"),
    ("DeleteRolePolicy", {"RoleName": "app", "PolicyName": "none"}, "NoSuchEntity", "role policy with name none"),
    ("AttachRolePolicy", {"RoleName": "app", "PolicyArn": f"{POLICY}none"}, "NoSuchEntity", "not attachable"),
    ("DetachRolePolicy", {"RoleName": "bare", "PolicyArn": EXECUTION_POLICY}, "NoSuchEntity", "was not found"),
    ("CreatePolicy", {"PolicyName": "shared", "PolicyDocument": ONE}, "EntityAlreadyExists", "already exists"),
    (
        "CreatePolicy",
        {"PolicyName": "n", "PolicyDocument": document(allow("s3:*", ["arn:aws:s3:::" + "x" * 7000]))},
        "LimitExceeded",
        "PolicySize: 6144",
    ),
    (
        "PutRolePolicy",
        {
            "RoleName": "app",
            "PolicyName": "n",
            "PolicyDocument": document(allow("s3:*", "arn:aws:s3:::" + "x" * 11000)),
        },
        "LimitExceeded",
        "10240 bytes exceeded for role app",
    ),
    ("CreatePolicyVersion", {"PolicyArn": EXECUTION_POLICY, "PolicyDocument": ONE}, "UnmodifiableEntity", "by AWS"),
    ("CreatePolicyVersion", {"PolicyArn": f"{POLICY}none", "PolicyDocument": ONE}, "NoSuchEntity", "was not found"),
    ("DeletePolicy", {"PolicyArn": f"{POLICY}shared"}, "DeleteConflict", "more than one version"),
    ("DeletePolicyVersion", {"PolicyArn": f"{POLICY}shared", "VersionId": "v2"}, "DeleteConflict", "default version"),
    ("DeletePolicyVersion", {"PolicyArn": f"{POLICY}shared", "VersionId": "v9"}, "NoSuchEntity", "version v9"),
    ("CreateInstanceProfile", {"InstanceProfileName": "spare"}, "EntityAlreadyExists", "spare already exists"),
    (
        "AddRoleToInstanceProfile",
        {"InstanceProfileName": "spare", "RoleName": "app"},
        "LimitExceeded",
        "InstanceSessionsPerInstanceProfile",
    ),
    (
        "AddRoleToInstanceProfile",
        {"InstanceProfileName": "no", "RoleName": "app"},
        "NoSuchEntity",
        "no cannot be found",
    ),
    (
        "RemoveRoleFromInstanceProfile",
        {"InstanceProfileName": "empty", "RoleName": "app"},
        "NoSuchEntity",
        "is not in Instance Profile empty",
    ),
    ("DeleteInstanceProfile", {"InstanceProfileName": "spare"}, "DeleteConflict", "must remove roles"),
]


@pytest.mark.parametrize(("operation", "parameters", "code", "part"), REFUSED)
def test_refusals(story: Story, operation: str, parameters: dict[str, Any], code: str, part: str) -> None:
    before = story.simulation.digest()
    outcome = story.attempt(f"iam:{operation}", **parameters)
    assert isinstance(outcome, Rejection)
    assert outcome.code == code
    assert part in outcome.message
    assert story.simulation.digest() == before


MALFORMED = [
    ("no json", "invalid Json"),
    ("[]", "invalid Json"),
    ("{}", "Syntax errors"),
    ('{"Version": "2020-01-01", "Statement": []}', "Syntax errors"),
    (document({"Effect": "Maybe", "Action": "s3:*", "Resource": "*"}), "Syntax errors"),
    (document(allow("s3:*", Extra="x")), "has no Extra"),
    (document({"Effect": "Allow", "Resource": "*"}), "must contain actions"),
    (document({"Effect": "Allow", "Action": "s3:*"}), "must contain resources"),
    (document(allow("s3:*", NotResource="*")), "Syntax errors"),
    (document(allow("s3:*", [])), "Syntax errors"),
    (document(allow("everything")), "prefaced by a vendor"),
    (document(allow("s3:*", "bucket")), "must be in ARN format"),
    (document(allow("s3:*", Principal="*")), "should not specify a principal"),
    (document(allow("s3:*", Principal={"Moon": "*"})), "Invalid principal"),
    (document(allow("s3:*", Principal="app")), "Invalid principal"),
    (document(allow("s3:*", Condition=[])), "Syntax errors"),
    (document(allow("s3:*", Condition={"Sounds": {"a": "b"}})), "Invalid Condition type : Sounds"),
    (document(allow("s3:*", Condition={"Bool": "x"})), "Syntax errors"),
    (document(allow("s3:*", Condition={"Null": {"a": []}})), "Syntax errors"),
    (document(allow("s3:*", Condition={"Bool": {"a": {}}})), "Syntax errors"),
    (document(allow("s3:*", Sid=[])), "Syntax errors"),
]


@pytest.mark.parametrize(("text", "part"), MALFORMED)
def test_a_document_that_is_none(story: Story, text: str, part: str) -> None:
    outcome = story.attempt("iam:PutRolePolicy", RoleName="app", PolicyName="n", PolicyDocument=text)
    assert isinstance(outcome, Rejection)
    assert outcome.code == "MalformedPolicyDocument"
    assert part in outcome.message


def test_quotas_of_a_role_and_of_a_policy(story: Story) -> None:
    for number in range(10):
        story.call("iam:CreatePolicy", PolicyName=f"p{number}", PolicyDocument=ONE)
        story.call("iam:AttachRolePolicy", RoleName="bare", PolicyArn=f"{POLICY}p{number}")
    full = story.attempt("iam:AttachRolePolicy", RoleName="bare", PolicyArn=EXECUTION_POLICY)
    assert isinstance(full, Rejection)
    assert full.message == "Cannot exceed quota for PoliciesPerRole: 10"
    story.call("iam:AttachRolePolicy", RoleName="bare", PolicyArn=f"{POLICY}p0")
    attached = story.attempt("iam:DeletePolicy", PolicyArn=f"{POLICY}p0")
    assert isinstance(attached, Rejection)
    assert attached.message == "Cannot delete a policy attached to entities."
    for _ in range(4):
        story.call("iam:CreatePolicyVersion", PolicyArn=f"{POLICY}p0", PolicyDocument=ONE)
    versions = story.attempt("iam:CreatePolicyVersion", PolicyArn=f"{POLICY}p0", PolicyDocument=ONE)
    assert isinstance(versions, Rejection)
    assert "up to 5 versions" in versions.message


def test_a_role_with_inline_policies_stays() -> None:
    story = Story()
    role(story, "app", allow("s3:*"))
    outcome = story.attempt("iam:DeleteRole", RoleName="app")
    assert isinstance(outcome, Rejection)
    assert outcome.message == "Cannot delete entity, must delete policies first."


def test_the_role_of_ecs_stays_while_there_are_clusters() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    outcome = story.attempt("iam:DeleteServiceLinkedRole", RoleName="AWSServiceRoleForECS")
    assert isinstance(outcome, Rejection)
    assert outcome.code == "DeleteConflict"


@rule("IC:I-59", "IC:I-61", "IC:I-69")
def test_simulate_principal_policy() -> None:
    story = Story()
    role(story, "app", allow("s3:Get*"), deny("s3:*", "arn:aws:s3:::secret/*"))

    def results(**more: Any) -> list[dict[str, Any]]:
        asked = {"PolicySourceArn": f"{ROLE}app", "ActionNames": ["s3:GetObject", "s3:PutObject"], **more}
        return read(story, "SimulatePrincipalPolicy", **asked)["EvaluationResults"]

    assert [r["EvalDecision"] for r in results()] == ["allowed", "implicitDeny"]
    secret = results(ResourceArns=["arn:aws:s3:::secret/x"])
    assert [r["EvalDecision"] for r in secret] == ["explicitDeny"] * 2
    assert secret[0]["MatchedStatements"] == [{"SourcePolicyId": "own", "SourcePolicyType": "IAM Policy"}]
    assert results(PolicyInputList=[document(allow("s3:Put*"))])[1]["EvalDecision"] == "allowed"
    held = results(PermissionsBoundaryPolicyInputList=[document(allow("sqs:*"))])
    assert held[0]["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    own = document({"Effect": "Allow", "Principal": {"AWS": f"{ROLE}app"}, "Action": "s3:*", "Resource": "*"})
    assert [r["EvalDecision"] for r in results(ResourcePolicy=own)] == ["allowed", "allowed"]
    story.call(
        "iam:PutRolePolicy",
        RoleName="app",
        PolicyName="own",
        PolicyDocument=document(allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}})),
    )
    assert results()[0]["MissingContextValues"] == ["aws:RequestedRegion"]
    entry = {"ContextKeyName": "aws:RequestedRegion", "ContextKeyValues": ["us-east-1"], "ContextKeyType": "string"}
    assert results(ContextEntries=[entry])[0]["EvalDecision"] == "allowed"


def test_simulate_needs_a_role_that_is_there() -> None:
    for source, code in (("arn:aws:iam::123456789012:user/me", "InvalidInput"), (f"{ROLE}none", "NoSuchEntity")):
        with pytest.raises(SimError) as refused:
            read(Story(), "SimulatePrincipalPolicy", PolicySourceArn=source, ActionNames=["s3:GetObject"])
        assert refused.value.code == code
    asked = {"PolicySourceArn": f"{ROLE}ecsInstanceRole", "ActionNames": ["s3:GetObject"], "ResourcePolicy": ONE}
    with pytest.raises(SimError) as malformed:
        read(Story(), "SimulatePrincipalPolicy", **asked)
    assert malformed.value.code == "MalformedPolicyDocument"

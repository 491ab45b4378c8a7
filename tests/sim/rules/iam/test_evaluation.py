"""Policy evaluation: deny, allow, nobody; wildcards, Not..., conditions, boundaries, resource policies (IC 1.7, W)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.rules.iam import documents, evaluate, matching
from ecslab.sim.rules.iam.evaluate import Answer, Call
from tests.rules import rule
from tests.sim.identity import EXECUTION_POLICY, ROLE, allow, deny, document, role, trust
from tests.sim.stories import Story

Statement = dict[str, Any]


def ask(story: Story, action: str, resource: str = "*", **more: Any) -> Answer:
    """What the role `app` may do."""
    return evaluate.judge(story.simulation.world, "app", Call(action, resource, **more))


def with_policy(*statements: Statement) -> Story:
    story = Story()
    role(story, "app", *statements)
    return story


@rule("IC:I-59", "IC:I-69")
def test_nothing_allows_until_something_does() -> None:
    assert ask(with_policy(), "s3:GetObject", "arn:aws:s3:::b/x").decision == "implicitDeny"
    answer = ask(with_policy(allow("s3:GetObject"), allow("s3:*")), "s3:GetObject", "arn:aws:s3:::b/x")
    assert answer.decision == "allowed"
    assert [(s.policy.name, s.index, s.sid) for s in answer.statements] == [("own", 0, None), ("own", 1, None)]


@rule("IC:W-15", "IC:I-66")
def test_a_bucket_without_its_objects() -> None:
    answer = ask(
        with_policy(allow("s3:GetObject", "arn:aws:s3:::reports")), "s3:GetObject", "arn:aws:s3:::reports/q1.csv"
    )
    assert (answer.decision, answer.statements) == ("implicitDeny", ())


@rule("IC:W-16", "IC:I-59", "IC:I-62")
@pytest.mark.parametrize(("key", "decision"), [("prod-a/x", "explicitDeny"), ("dev-a/x", "allowed")])
@pytest.mark.parametrize("order", [1, -1])
def test_a_deny_is_final_in_any_order(key: str, decision: str, order: int) -> None:
    statements = [allow("s3:*"), deny("s3:Delete*", "arn:aws:s3:::prod-*/*")][::order]
    answer = ask(with_policy(*statements), "s3:DeleteObject", f"arn:aws:s3:::{key}")
    assert answer.decision == decision
    assert all(s.allows == (decision == "allowed") for s in answer.statements)


@rule("IC:W-17", "IC:I-60")
def test_either_side_allows_within_the_account() -> None:
    own = document({"Effect": "Allow", "Principal": {"AWS": f"{ROLE}app"}, "Action": "s3:GetObject", "Resource": "*"})
    answer = ask(with_policy(), "s3:GetObject", "arn:aws:s3:::b/x", resource_policy=own)
    assert answer.decision == "allowed"
    assert answer.statements[0].policy.kind == "resource"
    other = own.replace("role/app", "role/else")
    assert ask(with_policy(), "s3:GetObject", "arn:aws:s3:::b/x", resource_policy=other).decision == "implicitDeny"


@rule("IC:I-60")
def test_the_account_as_principal_leaves_it_to_identity_policies() -> None:
    root = {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "s3:*", "Resource": "*"}
    granting = document({"Effect": "Allow", **root})
    assert ask(with_policy(), "s3:GetObject", "arn:aws:s3:::b/x", resource_policy=granting).decision == "implicitDeny"
    denying = document({"Effect": "Deny", **root})
    story = with_policy(allow("s3:*"))
    answer = ask(story, "s3:GetObject", "arn:aws:s3:::b/x", resource_policy=denying)
    assert answer.decision == "explicitDeny"
    assert answer.refusal.endswith("with an explicit deny in a resource-based policy")


@rule("IC:I-60")
def test_another_account_needs_both_sides() -> None:
    queue = "arn:aws:sqs:us-east-1:999999999999:jobs"
    story = with_policy(allow("sqs:*"))
    alone = ask(story, "sqs:SendMessage", queue)
    assert (alone.decision, alone.blocked_by) == ("implicitDeny", "otherAccount")
    assert alone.refusal.endswith("because no resource-based policy allows the sqs:SendMessage action")
    theirs = document({"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sqs:*", "Resource": queue})
    assert ask(story, "sqs:SendMessage", queue, resource_policy=theirs).decision == "allowed"
    assert ask(with_policy(), "sqs:SendMessage", queue, resource_policy=theirs).decision == "implicitDeny"


@rule("IC:I-61")
def test_a_boundary_grants_nothing_and_holds_everything() -> None:
    story = with_policy(allow("s3:*"))
    story.call("iam:CreatePolicy", PolicyName="ceiling", PolicyDocument=document(allow("s3:Get*"), deny("s3:GetAcl")))
    arn = "arn:aws:iam::123456789012:policy/ceiling"
    story.call("iam:PutRolePermissionsBoundary", RoleName="app", PermissionsBoundary=arn)
    assert ask(story, "s3:GetObject").decision == "allowed"
    above = ask(story, "s3:PutObject")
    assert (above.decision, above.blocked_by) == ("implicitDeny", "boundary")
    assert above.refusal.endswith("because no permissions boundary allows the s3:PutObject action")
    assert ask(story, "s3:GetAcl").refusal.endswith("with an explicit deny in a permissions boundary")
    assert ask(story, "sqs:SendMessage").blocked_by is None
    story.call("iam:DeleteRolePolicy", RoleName="app", PolicyName="own")
    assert ask(story, "s3:GetObject").decision == "implicitDeny"
    story.call("iam:DeleteRolePermissionsBoundary", RoleName="app")
    story.call("iam:AttachRolePolicy", RoleName="app", PolicyArn=arn)
    assert ask(story, "s3:GetObject").statements[0].policy.arn == arn


@rule("IC:I-62")
@pytest.mark.parametrize(
    ("text", "pattern", "matches"),
    [
        ("arn:aws:s3:::b/x/y/z", "arn:aws:s3:::b/*", True),
        ("arn:aws:s3:::b", "arn:aws:s3:::b/*", False),
        ("arn:aws:s3:::b/", "arn:aws:s3:::b/*", True),
        ("arn:aws:s3:::b1", "arn:aws:s3:::b?", True),
        ("arn:aws:s3:::b", "arn:aws:s3:::b?", False),
        ("arn:aws:s3:::B", "arn:aws:s3:::b", False),
        ("a.c", "a?c", True),
        ("abc", "a.c", False),
    ],
)
def test_wildcards(text: str, pattern: str, matches: bool) -> None:
    assert matching.like(text, pattern) is matches


@rule("IC:I-62")
def test_actions_ignore_case_and_resources_do_not() -> None:
    story = with_policy(allow("S3:getobject", "arn:aws:s3:::Reports/*"))
    assert ask(story, "s3:GetObject", "arn:aws:s3:::Reports/x").is_allowed
    assert not ask(story, "s3:GetObject", "arn:aws:s3:::reports/x").is_allowed


@rule("IC:I-63")
def test_not_action_and_not_resource() -> None:
    but_iam: Statement = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    assert ask(with_policy(but_iam), "s3:GetObject").is_allowed
    assert not ask(with_policy(but_iam), "iam:CreateRole").is_allowed
    but_one: Statement = {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::secret/*"}
    assert ask(with_policy(but_one), "s3:GetObject", "arn:aws:s3:::open/x").is_allowed
    assert not ask(with_policy(but_one), "s3:GetObject", "arn:aws:s3:::secret/x").is_allowed
    only: Statement = {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}
    assert ask(with_policy(allow("*"), only), "s3:GetObject").is_allowed
    assert ask(with_policy(allow("*"), only), "s3:PutObject").decision == "explicitDeny"


CONDITIONS = [
    ("StringEquals", "k", "a", ["a"], True),
    ("StringEquals", "K", ["b", "a"], ["a"], True),
    ("StringEquals", "k", "a", ["b"], False),
    ("StringEquals", "k", "a", None, False),
    ("StringEqualsIfExists", "k", "a", None, True),
    ("StringNotEquals", "k", "a", None, True),
    ("StringNotEquals", "k", ["a", "b"], ["b"], False),
    ("StringNotEquals", "k", ["a", "b"], ["c"], True),
    ("StringEqualsIgnoreCase", "k", "A", ["a"], True),
    ("StringLike", "k", "ecs-*.com", ["ecs-tasks.com"], True),
    ("StringNotLike", "k", "a*", ["abc"], False),
    ("ArnLike", "k", "arn:aws:ecs:*:123456789012:*", ["arn:aws:ecs:us-east-1:123456789012:task/a"], True),
    ("ArnLike", "k", "arn:aws:*:task/a", ["arn:aws:ecs:us-east-1:123456789012:task/a"], False),
    ("ArnEquals", "k", "arn:aws:ecs:us-east-1:1:c/a", ["arn:aws:ecs:us-east-1:1:c/a"], True),
    ("Bool", "k", True, ["true"], True),
    ("Bool", "k", "false", ["true"], False),
    ("Null", "k", True, None, True),
    ("Null", "k", "false", ["x"], True),
    ("Null", "k", "true", ["x"], False),
    ("IpAddress", "k", "10.0.0.0/8", ["10.1.2.3"], True),
    ("IpAddress", "k", "10.0.0.0/8", ["11.1.2.3"], False),
    ("NotIpAddress", "k", "10.0.0.0/8", ["11.1.2.3"], True),
    ("IpAddress", "k", "10.0.0.0/8", ["here"], False),
    ("NumericLessThan", "k", "10", ["9.5"], True),
    ("NumericLessThan", "k", "10", ["10"], False),
    ("NumericLessThanEquals", "k", 10, ["10"], True),
    ("NumericGreaterThan", "k", "10", ["11"], True),
    ("NumericGreaterThanEquals", "k", "10", ["9"], False),
    ("NumericEquals", "k", "10", ["10.0"], True),
    ("NumericNotEquals", "k", "10", ["10.0"], False),
    ("NumericEquals", "k", "10", ["ten"], False),
    ("ForAllValues:StringEquals", "k", ["a", "b"], ["a", "b"], True),
    ("ForAllValues:StringEquals", "k", ["a"], ["a", "b"], False),
    ("ForAllValues:StringEquals", "k", ["a"], None, True),
    ("ForAnyValue:StringEquals", "k", ["a"], ["a", "b"], True),
    ("ForAnyValue:StringNotEquals", "k", ["a"], ["a", "b"], True),
]


@rule("IC:I-64", "IC:I-65")
@pytest.mark.parametrize(("operator", "key", "wanted", "found", "holds"), CONDITIONS)
def test_conditions(operator: str, key: str, wanted: Any, found: list[str] | None, holds: bool) -> None:
    story = with_policy(allow("s3:GetObject", "*", Condition={operator: {key: wanted}}))
    context = {} if found is None else {"k": found}
    assert ask(story, "s3:GetObject", context=context).is_allowed is holds


@rule("IC:I-64")
def test_operators_and_keys_are_all_needed() -> None:
    both = {"StringEquals": {"a": "1", "b": "2"}, "Bool": {"aws:ViaAWSService": "true"}}
    story = with_policy(allow("s3:GetObject", "*", Condition=both))
    right = {"a": ["1"], "b": ["2"], "aws:ViaAWSService": ["true"]}
    assert ask(story, "s3:GetObject", context=right).is_allowed
    for name in right:
        answer = ask(story, "s3:GetObject", context={k: v for k, v in right.items() if k != name})
        assert (answer.decision, answer.missing) == ("implicitDeny", (name,))


@rule("IC:I-65")
def test_policy_variables_take_values_of_the_request() -> None:
    story = with_policy(allow("s3:*", "arn:aws:s3:::b/${aws:PrincipalTag/team}/*"))
    context = {"aws:PrincipalTag/team": ["blue"]}
    assert ask(story, "s3:GetObject", "arn:aws:s3:::b/blue/x", context=context).is_allowed
    assert not ask(story, "s3:GetObject", "arn:aws:s3:::b/red/x", context=context).is_allowed
    assert not ask(story, "s3:GetObject", "arn:aws:s3:::b/blue/x").is_allowed


def test_resource_policies_name_whom_they_leave_out() -> None:
    but_app = document({"Effect": "Deny", "NotPrincipal": {"AWS": f"{ROLE}app"}, "Action": "s3:*", "Resource": "*"})
    story = with_policy(allow("s3:*"))
    assert ask(story, "s3:GetObject", resource_policy=but_app).is_allowed
    but_other = but_app.replace("role/app", "role/other")
    assert ask(story, "s3:GetObject", resource_policy=but_other).decision == "explicitDeny"


@rule("IC:I-16")
def test_the_execution_policy_has_six_actions() -> None:
    world = Story().simulation.world
    text = evaluate.roles.document_of(world, EXECUTION_POLICY)
    assert text is not None
    (statement,) = documents.statements(text[1])
    assert statement.actions == (
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    )


def may(policy: str, action: str, resource: str = "*", **context: list[str]) -> bool:
    """What an AWS-managed policy alone allows."""
    story = with_policy()
    path = f"arn:aws:iam::aws:policy/{policy}"
    story.call("iam:AttachRolePolicy", RoleName="app", PolicyArn=path)
    named = {name.replace("__", ":"): values for name, values in context.items()}
    return evaluate.allowed(story.simulation.world, f"{ROLE}app", action, resource, named).is_allowed


@rule("IC:I-15", "IC:I-17")
def test_the_instance_policy_reads_no_secrets() -> None:
    policy = "service-role/AmazonEC2ContainerServiceforEC2Role"
    for action in ("ecs:RegisterContainerInstance", "ecs:Poll", "ecs:SubmitTaskStateChange", "ecr:BatchGetImage"):
        assert may(policy, action)
    for action in ("secretsmanager:GetSecretValue", "ssm:GetParameters", "kms:Decrypt", "logs:CreateLogGroup"):
        assert not may(policy, action)
    assert may(policy, "ecs:TagResource", ecs__CreateAction=["RegisterContainerInstance"])
    assert not may(policy, "ecs:TagResource")


@rule("IC:I-18")
def test_the_events_policy_passes_roles_to_tasks_alone() -> None:
    policy = "service-role/AmazonEC2ContainerServiceEventsRole"
    assert may(policy, "ecs:RunTask")
    assert may(policy, "iam:PassRole", iam__PassedToService=["ecs-tasks.amazonaws.com"])
    assert not may(policy, "iam:PassRole", iam__PassedToService=["ec2.amazonaws.com"])


@rule("IC:I-22")
def test_managed_instances_pass_roles_of_one_beginning() -> None:
    policy, context = "AmazonECSInfrastructureRolePolicyForManagedInstances", ["ec2.amazonaws.com"]
    assert may(policy, "iam:PassRole", f"{ROLE}ecsInstanceRole-web", iam__PassedToService=context)
    assert not may(policy, "iam:PassRole", f"{ROLE}webInstanceRole", iam__PassedToService=context)


@rule("IC:I-20", "IC:I-21", "IC:I-23", "IC:I-19")
def test_what_acts_only_on_what_ecs_made() -> None:
    story = Story()
    world = story.simulation.world
    tagged = {"autoscaling:ResourceTag/AmazonECSManaged": ["true"]}
    action = "autoscaling:UpdateAutoScalingGroup"
    assert evaluate.allowed(world, "AWSServiceRoleForECS", action, "*", tagged).is_allowed
    assert not evaluate.allowed(world, "AWSServiceRoleForECS", action, "*").is_allowed
    scaling = "AWSServiceRoleForApplicationAutoScaling_ECSService"
    assert evaluate.allowed(world, scaling, "ecs:UpdateService", "*").is_allowed
    volumes = "service-role/AmazonECSInfrastructureRolePolicyForVolumes"
    volume = "arn:aws:ec2:us-east-1:123456789012:volume/vol-1"
    assert not may(volumes, "ec2:DeleteVolume", volume)
    assert may(volumes, "ec2:DeleteVolume", volume, **{"aws__ResourceTag/AmazonECSManaged": ["true"]})
    assert may("AWSCodeDeployRoleForECS", "ecs:CreateTaskSet")


@rule("IC:I-65")
def test_what_every_call_brings() -> None:
    told = {
        "StringEquals": {"aws:RequestedRegion": "us-east-1", "aws:PrincipalTag/team": "blue"},
        "Bool": {"aws:SecureTransport": "true"},
        "ArnLike": {"aws:PrincipalArn": f"{ROLE}app"},
    }
    story = Story()
    tags = [{"Key": "team", "Value": "blue"}]
    story.call("iam:CreateRole", RoleName="app", AssumeRolePolicyDocument=trust(), Tags=tags)
    text = document(allow("s3:*", Condition=told))
    story.call("iam:PutRolePolicy", RoleName="app", PolicyName="own", PolicyDocument=text)
    assert ask(story, "s3:GetObject").is_allowed

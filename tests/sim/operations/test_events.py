"""EventBridge: rules, schedules and events that run tasks, and ECS's own events (SS section E)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from ecslab.sim.rules.event_patterns import matches, read_pattern
from ecslab.sim.simulation import Rejection, Simulation
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, WEB, Story

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/game"
ROLE = "arn:aws:iam::123456789012:role/ecsEventsRole"
POLICY = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceEventsRole"
UPLOAD = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": ["uploads"]}}}
TARGET = {"Id": "1", "Arn": CLUSTER, "RoleArn": ROLE, "EcsParameters": {"TaskDefinitionArn": "web"}}


def trust(*services: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def lab(definition: dict[str, Any] = WEB) -> Story:
    """A cluster with an instance, a revision, and the role with which EventBridge runs tasks."""
    story = Story()
    trusted = trust("events.amazonaws.com", "scheduler.amazonaws.com")
    story.call("iam:CreateRole", RoleName="ecsEventsRole", AssumeRolePolicyDocument=trusted)
    story.call("iam:AttachRolePolicy", RoleName="ecsEventsRole", PolicyArn=POLICY)
    story.call("ecs:CreateCluster", clusterName="game")
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.large", count=1)
    story.call("ecs:RegisterTaskDefinition", **definition)
    return story


def with_rule(target: dict[str, Any] | None = None, **put: Any) -> Story:
    story = lab()
    story.call("events:PutRule", Name="nightly", **put)
    story.call("events:PutTargets", Rule="nightly", Targets=[TARGET | (target or {})])
    return story


def runs(story: Story, started_by: str = "events-rule/nightly") -> list[float]:
    """When each task of a rule was made, in seconds."""
    return [t.created_at_ms / 1000 for t in story.simulation.world.tasks.values() if t.started_by == started_by]


def told(story: Story) -> list[str]:
    entries = story.read("lab:GetTimeline")["entries"]
    return [entry["text"] for entry in entries if entry["kind"] == "eventBridge"]


@rule("SS:W-30", "SS:E-20", "SS:E-21", "SS:E-34")
def test_a_rate_rule_runs_tasks_first_one_interval_after_it_was_put() -> None:
    story = with_rule(ScheduleExpression="rate(5 minutes)")
    assert runs(story.until(901)) == [300, 600, 900]
    assert told(story)[0] == "Rule nightly ran 1 task of web:1 in cluster game."


@rule("SS:E-23")
def test_runs_overlap_and_nothing_restarts_a_task_of_a_rule() -> None:
    story = with_rule(ScheduleExpression="rate(1 minute)")
    story.until(61)
    first = next(t for t in story.simulation.world.tasks.values())
    assert first.service_arn is None
    story.call("ecs:StopTask", 90, cluster="game", task=first.id)
    assert runs(story.until(181)) == [60, 120, 180]


@rule("SS:E-31", "SS:E-34")
def test_a_cron_rule_counts_in_utc() -> None:
    story = with_rule(ScheduleExpression="cron(0/15 * * * ? *)")
    assert runs(story.until(1801)) == [900, 1800]


@rule("SS:E-37", "SS:E-21")
def test_an_upload_runs_a_task_with_the_name_of_the_object() -> None:
    template = '{"containerOverrides": [{"name": "web", "environment": [{"name": "KEY", "value": "in/<key>"}]}]}'
    transformer = {"InputPathsMap": {"key": "$.detail.object.key"}, "InputTemplate": template}
    story = with_rule({"InputTransformer": transformer}, EventPattern=json.dumps(UPLOAD))
    detail = {"bucket": {"name": "uploads"}, "object": {"key": 'a"b.png', "size": 0.5}}
    story.call("lab:EmitEvent", 10, source="aws.s3", detailType="Object Created", detail=detail)
    other = {"bucket": {"name": "other"}}
    story.call("lab:EmitEvent", 20, source="aws.s3", detailType="Object Created", detail=other)
    assert runs(story.until(30)) == [10]
    task = next(iter(story.simulation.world.tasks.values()))
    assert task.overrides["containerOverrides"][0]["environment"] == [{"name": "KEY", "value": 'in/a"b.png'}]


def test_a_part_of_the_event_and_constant_input_are_given_on() -> None:
    override = {"containerOverrides": [{"name": "web", "cpu": 64}]}
    story = with_rule({"InputPath": "$.detail.run"}, EventPattern=json.dumps({"source": ["shop"]}))
    story.call("events:PutTargets", Rule="nightly", Targets=[TARGET | {"Id": "2", "Input": json.dumps(override)}])
    entry = {"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"run": override})}
    assert story.call("events:PutEvents", 5, Entries=[entry])["FailedEntryCount"] == 0
    story.until(6)
    assert [t.overrides for t in story.simulation.world.tasks.values()] == [override, override]


@rule("SS:E-22", "IC:I-54")
def test_what_cannot_run_is_silent_in_ecs_and_counted_by_the_rule() -> None:
    story = lab(FARGATE_WEB)
    story.call("events:PutRule", Name="nightly", ScheduleExpression="rate(1 hour)")
    story.call("events:PutTargets", Rule="nightly", Targets=[TARGET])
    story.until(3601)
    assert runs(story) == []
    assert story.simulation.world.event_rules["nightly"].failed_invocations == 1
    assert "could not invoke its target game, and ECS saw nothing: InvalidParameterException" in told(story)[0]


@rule("IC:I-7", "IC:I-54")
@pytest.mark.parametrize(
    ("change", "parameters", "why"),
    [
        ("iam:DetachRolePolicy", {"PolicyArn": POLICY}, "ecs:RunTask on resource"),
        ("iam:UpdateAssumeRolePolicy", {"PolicyDocument": trust("ec2.amazonaws.com")}, "does not trust events"),
        ("iam:DeleteRole", {}, "NoSuchEntity"),
    ],
)
def test_a_rule_whose_role_may_not_is_silent_in_ecs(change: str, parameters: dict[str, Any], why: str) -> None:
    story = with_rule(ScheduleExpression="rate(5 minutes)")
    if change == "iam:DeleteRole":
        story.call("iam:DetachRolePolicy", RoleName="ecsEventsRole", PolicyArn=POLICY)
    story.call(change, RoleName="ecsEventsRole", **parameters)
    story.until(301)
    assert runs(story) == []
    assert why in told(story)[0]
    assert story.simulation.world.event_rules["nightly"].failed_invocations == 1


@rule("IC:I-27", "IC:I-54")
def test_the_role_must_be_allowed_to_pass_the_roles_of_the_task() -> None:
    task_role = "arn:aws:iam::123456789012:role/app"
    story = lab({**WEB, "taskRoleArn": task_role})
    only_run = {"Effect": "Allow", "Action": "ecs:RunTask", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [only_run]})
    story.call("iam:DetachRolePolicy", RoleName="ecsEventsRole", PolicyArn=POLICY)
    story.call("iam:PutRolePolicy", RoleName="ecsEventsRole", PolicyName="run", PolicyDocument=document)
    story.call("events:PutRule", Name="nightly", ScheduleExpression="rate(5 minutes)")
    story.call("events:PutTargets", Rule="nightly", Targets=[TARGET])
    assert f"iam:PassRole on resource: {task_role}" in told(story.until(301))[0]


def test_no_room_is_a_failed_invocation() -> None:
    big = {"family": "web", "containerDefinitions": [{"name": "web", "image": "web", "memory": 30000}]}
    story = lab(big)
    story.call("events:PutRule", Name="nightly", ScheduleExpression="rate(1 hour)")
    story.call("events:PutTargets", Rule="nightly", Targets=[TARGET])
    assert "RunTask failed: RESOURCE:MEMORY" in told(story.until(3601))[0]


def test_a_disabled_rule_waits_and_counts_anew_when_it_is_enabled() -> None:
    story = with_rule(ScheduleExpression="rate(5 minutes)")
    story.call("events:DisableRule", 100, Name="nightly")
    story.call("events:EnableRule", 1000, Name="nightly")
    assert runs(story.until(1301)) == [1300]


def test_a_rule_put_again_keeps_its_targets_and_drops_its_old_schedule() -> None:
    story = with_rule(ScheduleExpression="rate(5 minutes)")
    story.call("events:PutRule", 250, Name="nightly", ScheduleExpression="rate(10 minutes)")
    assert runs(story.until(1000)) == [850]


def test_rules_targets_and_their_lists() -> None:
    story = with_rule(ScheduleExpression="rate(5 minutes)", Description="x")
    described = story.read("events:DescribeRule", Name="nightly")
    assert described["ScheduleExpression"] == "rate(5 minutes)"
    assert "EventPattern" not in described
    story.call("events:PutRule", Name="a", EventPattern='{"source": ["x"]}')
    assert [r["Name"] for r in story.read("events:ListRules")["Rules"]] == ["a", "nightly"]
    page = story.read("events:ListRules", Limit=1)
    assert (page["Rules"][0]["Name"], page["NextToken"]) == ("a", "1")
    assert story.read("events:ListTargetsByRule", Rule="nightly")["Targets"] == [TARGET]
    assert story.read("events:ListRuleNamesByTarget", TargetArn=CLUSTER)["RuleNames"] == ["nightly"]
    refused = story.attempt("events:DeleteRule", Name="nightly")
    assert isinstance(refused, Rejection)
    assert refused.code == "ValidationException"
    removed = story.call("events:RemoveTargets", Rule="nightly", Ids=["1", "9"])
    assert [f["TargetId"] for f in removed["FailedEntries"]] == ["9"]
    story.call("events:DeleteRule", Name="nightly")
    story.call("events:DeleteRule", Name="nightly")
    assert runs(story.until(400)) == []


@pytest.mark.parametrize(
    ("call", "parameters", "code"),
    [
        ("events:PutRule", {"Name": "x"}, "ValidationException"),
        ("events:PutRule", {"Name": "x", "ScheduleExpression": "rate(1 minutes)"}, "ValidationException"),
        ("events:PutRule", {"Name": "x", "EventPattern": "{"}, "InvalidEventPatternException"),
        ("events:PutRule", {"Name": "x", "EventPattern": '{"a": "b"}'}, "InvalidEventPatternException"),
        ("events:PutRule", {"Name": "x", "EventPattern": '{"a": [{"like": "b"}]}'}, "InvalidEventPatternException"),
        ("events:PutRule", {"Name": "x", "EventPattern": '{"a": [["b"]]}'}, "InvalidEventPatternException"),
        (
            "events:PutRule",
            {"Name": "x", "EventPattern": '{"a": [{"numeric": [">"]}]}'},
            "InvalidEventPatternException",
        ),
        ("events:PutRule", {"Name": "x", "EventPattern": "[]"}, "InvalidEventPatternException"),
        ("events:PutRule", {"Name": "x", "EventPattern": "{}", "EventBusName": "b"}, "ResourceNotFoundException"),
        ("events:EnableRule", {"Name": "x"}, "ResourceNotFoundException"),
        ("events:PutTargets", {"Rule": "nightly", "Targets": []}, "ValidationException"),
        ("events:PutTargets", {"Rule": "nightly", "Targets": [{"Id": "1", "Arn": "x"}]}, "ValidationException"),
        ("events:PutTargets", {"Rule": "nightly", "Targets": [TARGET | {"RoleArn": ""}]}, "ValidationException"),
        ("events:PutTargets", {"Rule": "nightly", "Targets": [TARGET | {"EcsParameters": {}}]}, "ValidationException"),
        (
            "events:PutTargets",
            {"Rule": "nightly", "Targets": [TARGET | {"Arn": "arn:aws:x"}]},
            "ValidationException",
        ),
        ("events:PutTargets", {"Rule": "nightly", "Targets": [TARGET | {"Input": "{"}]}, "ValidationException"),
        (
            "events:PutTargets",
            {"Rule": "nightly", "Targets": [TARGET | {"Input": "{}", "InputPath": "$"}]},
            "ValidationException",
        ),
        (
            "events:PutTargets",
            {"Rule": "nightly", "Targets": [TARGET | {"Id": str(n)} for n in range(2, 8)]},
            "LimitExceededException",
        ),
        ("events:PutEvents", {"Entries": []}, "ValidationException"),
        ("lab:EmitEvent", {"source": "a", "detailType": "b", "detail": "c"}, "InvalidParameterException"),
    ],
)
def test_what_is_refused_changes_nothing(call: str, parameters: dict[str, Any], code: str) -> None:
    story = with_rule(ScheduleExpression="rate(5 minutes)")
    before = story.simulation.digest()
    outcome = story.attempt(call, **parameters)
    assert isinstance(outcome, Rejection)
    assert outcome.code == code
    assert story.simulation.digest() == before


@rule("SS:E-21")
@pytest.mark.parametrize(
    "ecs",
    [
        {"TaskDefinitionArn": "web", "TaskCount": 0},
        {"TaskDefinitionArn": "web", "LaunchType": "FARGATE"},
        {"TaskDefinitionArn": "web", "LaunchType": "EC2", "CapacityProviderStrategy": [{"capacityProvider": "x"}]},
    ],
)
def test_ecs_parameters_that_eventbridge_refuses(ecs: dict[str, Any]) -> None:
    story = with_rule(ScheduleExpression="rate(5 minutes)")
    outcome = story.attempt("events:PutTargets", Rule="nightly", Targets=[TARGET | {"EcsParameters": ecs}])
    assert isinstance(outcome, Rejection)
    assert outcome.code == "ValidationException"


@rule("SS:E-21")
def test_ecs_parameters_become_a_run_task_request() -> None:
    story = lab(FARGATE_WEB)
    subnet = next(iter(story.simulation.world.subnets))
    ecs = {
        "TaskDefinitionArn": "web",
        "TaskCount": 2,
        "LaunchType": "FARGATE",
        "Group": "nightly",
        "PlatformVersion": "LATEST",
        "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": [subnet], "AssignPublicIp": "ENABLED"}},
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    story.call("events:PutRule", Name="nightly", ScheduleExpression="rate(1 hour)")
    story.call("events:PutTargets", Rule="nightly", Targets=[TARGET | {"EcsParameters": ecs}])
    made = list(story.until(3601).simulation.world.tasks.values())
    assert [(t.group, t.subnet_id, t.launch_type, t.tags) for t in made] == [
        ("nightly", subnet, "FARGATE", [{"key": "a", "value": "b"}])
    ] * 2


def schedule(story: Story, at: float = 0, **more: Any) -> dict[str, Any]:
    target = {key: value for key, value in TARGET.items() if key != "Id"}
    given = {"Name": "job", "ScheduleExpression": "rate(5 minutes)", "FlexibleTimeWindow": {"Mode": "OFF"}} | more
    return story.call("scheduler:CreateSchedule", at, Target=target, **given)


@rule("SS:W-30", "SS:E-35")
def test_a_rate_schedule_is_due_at_once() -> None:
    story = lab()
    schedule(story)
    assert runs(story.until(601), "chronos-schedule/job") == [0, 300, 600]


@rule("SS:E-35")
def test_a_schedule_begins_and_ends_at_its_dates() -> None:
    story = lab()
    schedule(story, StartDate="2026-01-05T00:10:00Z", EndDate="2026-01-05T00:20:00Z")
    assert runs(story.until(3600), "chronos-schedule/job") == [600, 900, 1200]


@rule("SS:E-35")
def test_a_schedule_that_is_done_deletes_itself_when_asked() -> None:
    story = lab()
    schedule(story, ScheduleExpression="at(2026-01-05T00:01:00)", ActionAfterCompletion="DELETE")
    schedule(
        story, Name="kept", ScheduleExpression="at(2026-01-05T01:01:00)", ScheduleExpressionTimezone="Europe/Berlin"
    )
    assert runs(story.until(61), "chronos-schedule/job") == [60]
    assert runs(story, "chronos-schedule/kept") == [60]
    assert [s["Name"] for s in story.read("scheduler:ListSchedules")["Schedules"]] == ["kept"]


def test_a_schedule_is_updated_read_and_deleted() -> None:
    story = lab()
    schedule(story, ScheduleExpression="cron(0 * * * ? *)", Description="hourly")
    target = {"Arn": "arn:aws:sqs:us-east-1:123456789012:jobs", "RoleArn": ROLE}
    given = {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}, "Target": target}
    story.call("scheduler:UpdateSchedule", 10, Name="job", ScheduleExpression="rate(1 minutes)", **given)
    shown = story.read("scheduler:GetSchedule", Name="job")
    assert shown["ScheduleExpression"] == "rate(1 minutes)"
    assert "Description" not in shown
    story.until(15)
    assert told(story)[-1] == "Schedule job sent an event to arn:aws:sqs:us-east-1:123456789012:jobs."
    story.call("scheduler:DeleteSchedule", 20, Name="job")
    before = len(told(story))
    assert len(told(story.until(300))) == before


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ScheduleExpression": "at(2026-02-30T00:00:00)"}, "ValidationException"),
        ({"ScheduleExpressionTimezone": "Mars/Olympus"}, "ValidationException"),
        ({"StartDate": "soon"}, "ValidationException"),
        ({"GroupName": "other"}, "ResourceNotFoundException"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "ValidationException"),
        ({"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}}, "ValidationException"),
        ({"Target": {"Arn": CLUSTER, "RoleArn": ROLE}}, "ValidationException"),
        ({"Target": {"Arn": "arn:aws:sqs:x", "RoleArn": ROLE, "EcsParameters": {}}}, None),
        ({"Name": "taken"}, "ConflictException"),
    ],
)
def test_what_the_scheduler_refuses(more: dict[str, Any], code: str | None) -> None:
    story = lab()
    schedule(story, Name="taken")
    target = {key: value for key, value in TARGET.items() if key != "Id"}
    given = {"Name": "job", "ScheduleExpression": "rate(5 minutes)", "FlexibleTimeWindow": {"Mode": "OFF"}}
    outcome = story.attempt("scheduler:CreateSchedule", **(given | {"Target": target} | more))
    assert (outcome.code if isinstance(outcome, Rejection) else None) == code


def test_an_unknown_schedule_is_refused() -> None:
    outcome = lab().attempt("scheduler:DeleteSchedule", Name="job")
    assert isinstance(outcome, Rejection)
    assert outcome.code == "ResourceNotFoundException"


def listening(pattern: dict[str, Any]) -> Story:
    """A lab whose rule sends the events of a pattern on, so that the timeline counts them."""
    story = lab()
    story.call("events:PutRule", Name="ear", EventPattern=json.dumps(pattern))
    story.call("events:PutTargets", Rule="ear", Targets=[{"Id": "1", "Arn": "arn:aws:logs:us-east-1:123456789012:x"}])
    return story


@rule("SS:E-1", "SS:E-2", "SS:E-6", "SS:E-7")
def test_a_task_tells_each_of_its_states_once() -> None:
    pattern = {"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"], "detail": {"clusterArn": [CLUSTER]}}
    story = listening(pattern)
    story.call("ecs:RunTask", cluster="game", taskDefinition="web")
    assert len(told(story.until(60))) == 3
    running = listening(pattern | {"detail": {"lastStatus": ["RUNNING"]}})
    running.call("ecs:RunTask", cluster="game", taskDefinition="web")
    assert len(told(running.until(60))) == 1


@rule("SS:T-26", "SS:E-2")
@pytest.mark.parametrize("detail", [{"healthStatus": ["UNKNOWN"]}, {"containers": {"healthStatus": ["UNKNOWN"]}}])
def test_the_event_of_a_task_does_not_tell_its_health(detail: dict[str, Any]) -> None:
    story = listening({"detail-type": ["ECS Task State Change"], "detail": detail})
    story.call("ecs:RunTask", cluster="game", taskDefinition="web")
    assert told(story.until(60)) == []


@rule("SS:E-3", "SS:E-4")
@pytest.mark.parametrize(
    ("kind", "name", "count"),
    [
        ("ECS Deployment State Change", "SERVICE_DEPLOYMENT_IN_PROGRESS", 1),
        ("ECS Deployment State Change", "SERVICE_DEPLOYMENT_COMPLETED", 1),
        ("ECS Service Action", "SERVICE_STEADY_STATE", 1),
        ("ECS Service Action", "SERVICE_TASK_PLACEMENT_FAILURE", 0),
    ],
)
def test_services_tell_what_they_do(kind: str, name: str, count: int) -> None:
    story = listening({"detail-type": [kind], "detail": {"eventName": [name]}})
    story.call("ecs:CreateService", cluster="game", serviceName="web", taskDefinition="web", desiredCount=1)
    assert len(told(story.until(120))) == count


@rule("SS:E-3", "SS:S-66", "SS:S-3")
@pytest.mark.parametrize(
    ("name", "kind", "deploys", "count"),
    [
        ("SERVICE_REBALANCING_STARTED", "INFO", False, 1),
        ("SERVICE_REBALANCING_COMPLETED", "INFO", False, 1),
        ("SERVICE_REBALANCING_STOPPED", "INFO", False, 0),
        ("SERVICE_REBALANCING_STOPPED", "INFO", True, 1),
        ("SERVICE_REBALANCING_COMPLETED", "INFO", True, 0),
        ("SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED", "ERROR", False, 2),
    ],
)
def test_services_tell_of_rebalancing_and_of_daemons(name: str, kind: str, deploys: bool, count: int) -> None:
    """Zone b joins at 500 and gets a task by 560; a deployment at 570 ends it; at 800 two daemons lose their place."""
    story = listening({"detail-type": ["ECS Service Action"], "detail": {"eventName": [name], "eventType": [kind]}})
    story.create(2, availabilityZoneRebalancing="ENABLED")
    more = {"cluster": "game", "instanceType": "t3.medium", "zones": ["us-east-1b"]}
    story.call("lab:AddContainerInstances", 500, **more)
    daemon = {"cluster": "game", "serviceName": "agent", "taskDefinition": "web", "schedulingStrategy": "DAEMON"}
    story.call("ecs:CreateService", 501, **daemon)
    if deploys:
        story.update(570, forceNewDeployment=True)
    nowhere = [{"type": "memberOf", "expression": "attribute:role == x"}]
    story.call("ecs:UpdateService", 800, cluster="game", service="agent", placementConstraints=nowhere)
    assert len(told(story.until(800))) == count


@rule("SS:S-66")
def test_protection_that_stops_rebalancing_is_told() -> None:
    """The task in the new zone is healthy at 600; both others are protected, so that nothing can be stopped for it."""
    name = "SERVICE_REBALANCING_STOPPED"
    story = listening({"detail-type": ["ECS Service Action"], "detail": {"eventName": [name]}})
    story.create(2, availabilityZoneRebalancing="ENABLED")
    tasks = [t.id for t in story.until(400).simulation.world.tasks_of(story.service().arn)]
    story.call("ecs:UpdateTaskProtection", 400, cluster="game", tasks=tasks, protectionEnabled=True)
    more = {"cluster": "game", "instanceType": "t3.medium", "zones": ["us-east-1b"]}
    story.call("lab:AddContainerInstances", 500, **more)
    assert len(told(story.until(1000))) == 1


def test_an_instance_tells_its_changes() -> None:
    story = listening({"detail-type": ["ECS Container Instance State Change"]})
    story.call("lab:AddContainerInstances", 10, cluster="game", instanceType="t3.large", count=1)
    assert told(story.until(11))


def test_a_task_that_stops_can_run_another() -> None:
    pattern = {"detail-type": ["ECS Task State Change"], "detail": {"lastStatus": ["STOPPED"], "group": ["family:web"]}}
    story = lab()
    story.call("events:PutRule", Name="nightly", EventPattern=json.dumps(pattern))
    ecs = {"TaskDefinitionArn": "web", "Group": "after"}
    story.call("events:PutTargets", Rule="nightly", Targets=[TARGET | {"EcsParameters": ecs}])
    story.call("ecs:RunTask", cluster="game", taskDefinition="web")
    task = next(iter(story.simulation.world.tasks.values()))
    story.call("ecs:StopTask", 60, cluster="game", task=task.id)
    assert len(runs(story.until(120))) == 1


def test_events_that_are_not_valid_are_told_in_their_place() -> None:
    good = {"Source": "shop", "DetailType": "Order", "Detail": "{}"}
    bad = [{"Source": "shop"}, good | {"Source": "aws.s3"}, good | {"Detail": "["}]
    answer = lab().call("events:PutEvents", Entries=[good, *bad])
    assert answer["FailedEntryCount"] == 3
    codes = [entry.get("ErrorCode") for entry in answer["Entries"]]
    assert codes == [None, "InvalidArgument", "NotAuthorizedForSourceException", "MalformedDetail"]


@rule("SS:E-37")
@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({"a": ["x"]}, True),
        ({"a": ["y", "x"]}, True),
        ({"a": ["y"]}, False),
        ({"a": ["x"], "n": [5]}, True),
        ({"a": ["x"], "n": [6]}, False),
        ({"a": [{"prefix": "x"}]}, True),
        ({"a": [{"suffix": "y"}]}, False),
        ({"a": [{"equals-ignore-case": "X"}]}, True),
        ({"a": [{"anything-but": "y"}]}, True),
        ({"a": [{"anything-but": ["x", "y"]}]}, False),
        ({"a": [{"anything-but": {"prefix": "x"}}]}, False),
        ({"n": [{"numeric": [">", 4, "<=", 5]}]}, True),
        ({"n": [{"numeric": ["=", 4]}]}, False),
        ({"a": [{"numeric": ["=", 4]}]}, False),
        ({"n": [{"prefix": "5"}]}, False),
        ({"f": [{"numeric": ["<", 0.6]}]}, True),
        ({"a": [{"exists": True}]}, True),
        ({"z": [{"exists": False}]}, True),
        ({"z": [{"exists": True}]}, False),
        ({"z": ["x"]}, False),
        ({"t": [1]}, False),
        ({"t": [True]}, True),
        ({"o": {"p": ["q"]}}, True),
        ({"a": {"p": ["q"]}}, False),
        ({"l": ["two"]}, True),
        ({"nil": [None]}, True),
    ],
)
def test_patterns(wanted: dict[str, Any], fits: bool) -> None:
    event = {"a": "x", "n": 5, "f": 0.5, "t": True, "o": {"p": "q"}, "l": ["one", "two"], "nil": None}
    assert matches(read_pattern(json.dumps(wanted)), read_pattern_free(event)) is fits
    story = lab()
    answer = story.read("events:TestEventPattern", EventPattern=json.dumps(wanted), Event=json.dumps(event))
    assert answer == {"Result": fits}


def read_pattern_free(event: dict[str, Any]) -> dict[str, Any]:
    """An event as the core reads it, its numbers exact."""
    read: dict[str, Any] = json.loads(json.dumps(event), parse_float=Decimal)
    return read


def test_timers_of_eventbridge_are_part_of_a_snapshot() -> None:
    story = with_rule(ScheduleExpression="rate(5 minutes)")
    schedule(story, ScheduleExpression="rate(7 minutes)")
    story.until(200)
    twin = Simulation.restore(json.loads(json.dumps(story.simulation.snapshot())))
    story.until(2000)
    twin.run_until(2_000_000)
    assert twin.digest() == story.simulation.digest()

"""What stops a task while it is prepared, when a role or a permission is missing: the symptom catalogue (IC 1.6, R)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from ecslab.sim.state.task import Task
from tests.rules import rule
from tests.sim.identity import EXECUTION_POLICY, OPEN, ROLE, allow, deny, document, role
from tests.sim.stories import Story

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-000001"
LOGS = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/web", "awslogs-region": "us-east-1"}}
PREFIXED = {**LOGS, "options": {**LOGS["options"], "awslogs-stream-prefix": "ecs"}}  # type: ignore[dict-item]
LOGIN = allow("ecr:GetAuthorizationToken")
PULL = allow(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"])
EVERYTHING = allow("*")
RETRIEVAL = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:"


def run(
    *statements: dict[str, Any],
    kind: str = "FARGATE",
    before: Story | None = None,
    execution_role: bool = True,
    profile: str = "ecsInstanceRole",
    agent: dict[str, str] | None = None,
    **container: Any,
) -> Task:
    """One task, three minutes after it began, whose execution role has a policy of these statements."""
    story = before or Story()
    story.call("ecs:CreateCluster", clusterName="game")
    if kind == "EC2":
        more = {"instanceProfile": profile, "agent": agent or {}}
        story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", **more)
    if execution_role:
        role(story, "execution", *statements)
    on_fargate = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512"}
    story.call(
        "ecs:RegisterTaskDefinition",
        family="web",
        containerDefinitions=[{"name": "web", "image": "web", "memory": 64, **container}],
        **({"executionRoleArn": f"{ROLE}execution"} if execution_role else {}),
        **(on_fargate if kind == "FARGATE" else {}),
    )
    vpc = {"subnets": ["subnet-0000000000000001"], "assignPublicIp": "ENABLED"}
    network = {"networkConfiguration": {"awsvpcConfiguration": vpc}} if kind == "FARGATE" else {}
    story.call("ecs:RunTask", cluster="game", taskDefinition="web", launchType=kind, **network)
    [task] = story.until(180).simulation.world.tasks.values()
    if task.last_status == "STOPPED":
        assert task.stop_code == "TaskFailedToStart"
    return task


def reason(*statements: dict[str, Any], **more: Any) -> str:
    task = run(*statements, **more)
    assert task.last_status == "STOPPED"
    return task.stopped_reason or ""


def runs(*statements: dict[str, Any], **more: Any) -> bool:
    return run(*statements, **more).last_status == "RUNNING"


@rule("IC:I-45", "IC:I-67", "IC:R-1", "IC:R-2")
def test_fargate_cannot_log_in() -> None:
    told = reason(PULL, image=IMAGE)
    assert told.startswith(
        f"{RETRIEVAL} unable to retrieve ecr registry auth: service call has been retried 1 time(s): "
        "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/execution/"
    )
    assert told.endswith(
        "is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy "
        "allows the ecr:GetAuthorizationToken action"
    )
    narrow = allow("ecr:*", "arn:aws:ecr:us-east-1:123456789012:repository/web")
    assert "ecr:GetAuthorizationToken" in reason(narrow, image=IMAGE)
    assert runs(LOGIN, narrow, image=IMAGE)


@rule("IC:I-46")
def test_images_may_not_be_pulled() -> None:
    fargate = reason(LOGIN, image=IMAGE)
    assert fargate.startswith("CannotPullContainerError: ")
    assert "403 Forbidden: denied: User: arn:aws:sts::123456789012:assumed-role/execution/" in fargate
    assert "ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/web" in fargate
    ec2 = reason(LOGIN, kind="EC2", image=IMAGE)
    assert ec2.startswith(
        "CannotPullContainerError: The task can't pull the image. Check that the role has the permissions to pull "
        "images from the registry. Error response from daemon: pull access denied"
    )
    assert "denied: User: " in ec2
    denied = reason(EVERYTHING, deny("ecr:GetDownloadUrlForLayer"), image=IMAGE)
    assert denied.endswith("with an explicit deny in an identity-based policy")


@rule("IC:R-1", "IC:I-49")
def test_on_ec2_the_instance_role_pulls_when_there_is_no_execution_role() -> None:
    assert runs(kind="EC2", execution_role=False, image=IMAGE)
    story = Story()
    role(story, "bare", allow(["ecs:RegisterContainerInstance", "ecs:Poll"]), service="ec2.amazonaws.com")
    story.call("iam:CreateInstanceProfile", InstanceProfileName="bare")
    story.call("iam:AddRoleToInstanceProfile", InstanceProfileName="bare", RoleName="bare")
    told = reason(kind="EC2", execution_role=False, before=story, profile="bare", image=IMAGE)
    assert told.startswith("CannotPullECRContainerError: AccessDeniedException: User: arn:aws:sts::123456789012:")
    assert "assumed-role/bare/i-0000000000000001" in told
    assert runs(LOGIN, PULL, kind="EC2", image=IMAGE)


@rule("IC:R-1")
def test_a_public_image_needs_no_role() -> None:
    assert runs(execution_role=False, image="nginx")
    assert runs(execution_role=False, kind="EC2", image="nginx")
    assert runs(LOGIN, PULL, image=IMAGE.replace("123456789012", "999999999999"))


@rule("IC:R-13", "IC:I-60")
def test_repositories_have_policies_and_go() -> None:
    story = Story()
    story.call("ecr:CreateRepository", repositoryName="web")
    story.call("ecr:SetRepositoryPolicy", repositoryName="web", policyText=OPEN)
    assert runs(LOGIN, before=story, image=IMAGE)
    gone = Story()
    gone.call("ecr:CreateRepository", repositoryName="web")
    gone.call("ecr:DeleteRepository", repositoryName="web")
    told = reason(LOGIN, PULL, before=gone, image=IMAGE)
    assert told.endswith(f"failed to resolve ref {IMAGE}: {IMAGE}: not found")


def with_secret(**more: Any) -> Story:
    story = Story()
    story.call("secretsmanager:CreateSecret", Name="db", **more)
    return story


KEY = [{"name": "DB", "valueFrom": SECRET}]


@rule("IC:I-47", "IC:R-4", "IC:I-15", "IC:R-2")
def test_a_secret_may_not_be_read() -> None:
    told = reason(LOGIN, before=with_secret(), secrets=KEY)
    assert told.startswith(f"{RETRIEVAL} unable to retrieve secret from asm: service call has been retried 1 time(s): ")
    assert "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/execution/" in told
    assert f"secretsmanager:GetSecretValue on resource: {SECRET}" in told
    assert runs(allow("secretsmanager:GetSecretValue", SECRET), before=with_secret(), secrets=KEY)
    story = with_secret()
    story.call("secretsmanager:PutResourcePolicy", SecretId="db", ResourcePolicy=OPEN)
    assert runs(before=story, secrets=KEY)


@rule("IC:I-47b")
def test_the_agent_of_an_instance_says_it_otherwise() -> None:
    told = reason(kind="EC2", before=with_secret(), secrets=KEY)
    assert told.startswith("Fetching secret data from AWS Secrets Manager in region us-east-1: secret arn:aws:secrets")
    told = reason(kind="EC2", secrets=[{"name": "P", "valueFrom": "/db/host"}])
    assert told.startswith("Fetching secret data from SSM Parameter Store in us-east-1: AccessDeniedException: User: ")


@rule("IC:R-4")
def test_a_secret_has_to_be_there() -> None:
    assert "can't find the specified secret" in reason(EVERYTHING, secrets=KEY)
    story = with_secret()
    story.call("secretsmanager:DeleteSecret", SecretId=SECRET)
    assert "marked for deletion" in reason(EVERYTHING, before=story, secrets=KEY)
    story = with_secret()
    story.call("secretsmanager:DeleteSecret", SecretId=SECRET)
    story.call("secretsmanager:RestoreSecret", SecretId=SECRET)
    assert runs(EVERYTHING, before=story, secrets=[{"name": "DB", "valueFrom": f"{SECRET}:password::"}])
    elsewhere = SECRET.replace("us-east-1", "eu-west-1")
    assert runs(EVERYTHING, secrets=[{"name": "DB", "valueFrom": elsewhere}])


@rule("IC:W-20", "IC:R-4")
def test_a_key_of_ones_own_needs_decrypt() -> None:
    reads = allow(["secretsmanager:GetSecretValue", "ssm:GetParameters"])
    assert "kms:Decrypt on resource: arn:aws:kms" in reason(
        reads, before=with_secret(KmsKeyId="alias/own"), secrets=KEY
    )
    decrypt = allow("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/1")
    assert runs(reads, decrypt, before=with_secret(KmsKeyId="1"), secrets=KEY)
    assert runs(reads, before=with_secret(KmsKeyId="alias/aws/secretsmanager"), secrets=KEY)


@rule("IC:I-47", "IC:R-4", "IC:R-6")
@pytest.mark.parametrize("value", ["/db/host", "arn:aws:ssm:us-east-1:123456789012:parameter/db/host"])
def test_parameters(value: str) -> None:
    def story() -> Story:
        told = Story()
        told.call("ssm:PutParameter", Name="/db/host", Value="h", Type="String")
        return told

    named = [{"name": "HOST", "valueFrom": value}]
    denied = reason(allow("ssm:GetParameter"), before=story(), secrets=named)
    assert denied.startswith(f"{RETRIEVAL} unable to retrieve secrets from ssm: ")
    assert "ssm:GetParameters on resource: arn:aws:ssm:us-east-1:123456789012:parameter/db/host" in denied
    assert runs(allow("ssm:GetParameters"), before=story(), secrets=named)
    assert "invalid parameters: " in reason(EVERYTHING, secrets=named)


@rule("IC:R-4")
def test_a_parameter_that_refers_to_a_secret_needs_both() -> None:
    named = [{"name": "DB", "valueFrom": "/aws/reference/secretsmanager/db"}]
    both = allow(["ssm:GetParameters", "secretsmanager:GetSecretValue"])
    assert runs(both, before=with_secret(), secrets=named)
    told = reason(allow("ssm:GetParameters"), before=with_secret(), secrets=named)
    assert "secretsmanager:GetSecretValue" in told


@rule("IC:R-3")
def test_a_private_registry_outside_aws() -> None:
    credentials = {"repositoryCredentials": {"credentialsParameter": SECRET}, "image": "shop/api"}
    assert "unable to retrieve secret from asm" in reason(before=with_secret(), **credentials)
    told = reason(kind="EC2", before=with_secret(), **credentials)
    assert told.startswith("CannotPullContainerAuthError: AccessDeniedException: User: ")
    assert runs(allow("secretsmanager:GetSecretValue"), before=with_secret(), **credentials)
    assert "NoCredentialProviders" in reason(kind="EC2", execution_role=False, before=with_secret(), **credentials)


@rule("IC:I-58")
def test_environment_files() -> None:
    files = {"environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::conf/web.env"}]}
    told = reason(allow("s3:GetObject", "arn:aws:s3:::conf/web.env"), **files)
    assert told.startswith("ResourceInitializationError: failed to download env files: ")
    assert "s3:GetBucketLocation on resource: arn:aws:s3:::conf " in told
    both = allow("s3:GetObject", "arn:aws:s3:::conf/*"), allow("s3:GetBucketLocation", "arn:aws:s3:::conf")
    assert runs(*both, **files)
    assert "NoCredentialProviders" in reason(kind="EC2", execution_role=False, **files)


def with_group() -> Story:
    story = Story()
    story.call("logs:CreateLogGroup", logGroupName="/ecs/web")
    return story


STREAM = "failed to create Cloudwatch log stream: "
MISSING_GROUP = "ResourceNotFoundException: The specified log group does not exist."
FARGATE_LOGS = "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
EC2_LOGS = "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: "


@rule("IC:I-48", "IC:R-7")
def test_fargate_opens_no_stream() -> None:
    group = f"{FARGATE_LOGS}{STREAM}{MISSING_GROUP} : exit status 1"
    assert reason(EVERYTHING, logConfiguration=LOGS) == group
    denied = reason(before=with_group(), logConfiguration=LOGS)
    assert denied.startswith(f"{FARGATE_LOGS}{STREAM}AccessDeniedException: User: ")
    assert (
        "logs:CreateLogStream on resource: arn:aws:logs:us-east-1:123456789012:log-group:/ecs/web:log-stream:" in denied
    )
    assert denied.endswith(" : exit status 1")


@rule("IC:I-48b", "IC:R-8")
def test_on_ec2_the_same_cause_has_another_class() -> None:
    assert reason(EVERYTHING, kind="EC2", logConfiguration=LOGS) == f"{EC2_LOGS}{STREAM}{MISSING_GROUP}"
    denied = reason(kind="EC2", before=with_group(), logConfiguration=LOGS)
    assert denied.startswith(
        f"{EC2_LOGS}{STREAM}AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/exec"
    )
    off = {"ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE": "false"}
    assert runs(kind="EC2", before=with_group(), agent=off, logConfiguration=LOGS)
    assert runs(kind="EC2", execution_role=False, before=with_group(), logConfiguration=LOGS)


@rule("IC:R-9")
def test_a_stream_has_the_name_of_its_task() -> None:
    story = with_group()
    task = run(allow("logs:*"), before=story, logConfiguration=PREFIXED)
    asked = {"logGroupName": "/ecs/web"}
    streams = story.simulation.read("logs", "DescribeLogStreams", asked)["logStreams"]
    assert [s["logStreamName"] for s in streams] == [f"ecs/web/{task.id}"]
    other = {**LOGS, "options": {"awslogs-group": "/ecs/web", "awslogs-stream": "one"}}
    story = with_group()
    run(EVERYTHING, before=story, logConfiguration=other)
    assert list(story.simulation.world.log_groups["/ecs/web"].streams) == ["one"]
    story = with_group()
    run(EVERYTHING, before=story, logConfiguration=LOGS)
    assert list(story.simulation.world.log_groups["/ecs/web"].streams) == ["0000000000000001"]


CREATING = {**LOGS, "options": {**LOGS["options"], "awslogs-create-group": "true"}}  # type: ignore[dict-item]


@rule("IC:W-18", "IC:R-7", "IC:I-16")
def test_the_group_is_made_when_that_is_allowed() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="other")
    told = reason(allow(["logs:CreateLogStream", "logs:PutLogEvents"]), before=story, logConfiguration=CREATING)
    assert told.startswith(f"{FARGATE_LOGS}{STREAM}AccessDeniedException: ")
    assert "logs:CreateLogGroup on resource: arn:aws:logs:us-east-1:123456789012:log-group:/ecs/web because" in told
    story = Story()
    assert runs(allow("logs:*"), before=story, logConfiguration=CREATING)
    assert list(story.simulation.world.log_groups) == ["/ecs/web"]
    assert runs(allow("logs:CreateLogStream"), before=with_group(), logConfiguration=CREATING)


def test_logs_that_go_elsewhere_or_nowhere() -> None:
    far = {**LOGS, "options": {"awslogs-group": "/ecs/web", "awslogs-region": "eu-west-1"}}
    assert runs(EVERYTHING, logConfiguration=far)
    assert "must specify a value for log opt 'awslogs-group'" in reason(
        EVERYTHING, logConfiguration={"logDriver": "awslogs"}
    )
    assert runs(kind="EC2", logConfiguration={"logDriver": "json-file"})


@rule("IC:I-44")
def test_without_an_execution_role_fargate_registers_nothing() -> None:
    story = Story()
    for container, words in (
        ({"image": IMAGE}, "to support ECR images."),
        ({"image": "web", "logConfiguration": PREFIXED}, "to support log driver awslogs."),
    ):
        outcome = story.attempt(
            "ecs:RegisterTaskDefinition",
            family="web",
            cpu="256",
            memory="512",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            containerDefinitions=[{"name": "web", **container}],
        )
        assert isinstance(outcome, Rejection)
        assert outcome.message.startswith(f"Fargate requires task definition to have execution role ARN {words}")
    assert not story.simulation.world.task_definitions


@rule("IC:I-43")
def test_a_role_that_ecs_cannot_assume() -> None:
    story = Story().on_instances(1)
    trusted_by_another = role(story, "ec2only", service="ec2.amazonaws.com")
    for name in (trusted_by_another, "ghost", f"{ROLE}path/ghost"):
        for member in ("taskRoleArn", "executionRoleArn"):
            outcome = story.attempt("ecs:RunTask", cluster="game", taskDefinition="web", overrides={member: name})
            assert isinstance(outcome, Rejection)
            assert outcome.code == "ClientException"
            arn = name if name.startswith("arn:") else f"{ROLE}{name}"
            assert outcome.message.startswith(
                f"ECS was unable to assume the role '{arn}' that was provided for this task."
            )
    assert not story.simulation.world.tasks


@rule("IC:I-43", "IC:I-12")
def test_a_service_says_that_it_cannot_assume_the_role() -> None:
    story = Story().on_instances(1)
    container = {"name": "web", "image": "web", "memory": 64}
    story.call("ecs:RegisterTaskDefinition", family="own", taskRoleArn="late", containerDefinitions=[container])
    story.create(1, 0, taskDefinition="own")
    story.until(60)
    assert story.total() == 0
    message = f"(service web) failed to launch a task with (error ECS was unable to assume the role '{ROLE}late' that"
    assert story.messages()[0][1].startswith(message)
    role(story, "late", at=61)
    assert story.until(600).running() == 1


@rule("IC:I-36")
def test_trust_may_ask_for_the_account_and_the_source() -> None:
    story = Story().on_instances(1)
    for name, account in (("right", "123456789012"), ("wrong", "999999999999")):
        condition = {"StringEquals": {"aws:SourceAccount": account}, "ArnLike": {"aws:SourceArn": "arn:aws:ecs:*:*:*"}}
        trusted = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        text = document({**trusted, "Condition": condition})
        story.call("iam:CreateRole", RoleName=name, AssumeRolePolicyDocument=text)
    assert isinstance(
        story.attempt("ecs:RunTask", cluster="game", taskDefinition="web", overrides={"taskRoleArn": "wrong"}),
        Rejection,
    )
    story.call("ecs:RunTask", cluster="game", taskDefinition="web", overrides={"taskRoleArn": "right"})


def instances(profile: str, *statements: dict[str, Any]) -> Story:
    """A cluster to which one instance has been added, with a profile whose role has these statements."""
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    if profile == "own":
        role(story, "own", *statements, service="ec2.amazonaws.com")
        story.call("iam:CreateInstanceProfile", InstanceProfileName="own")
        story.call("iam:AddRoleToInstanceProfile", InstanceProfileName="own", RoleName="own")
    added = {"cluster": "game", "instanceType": "t3.medium", "instanceProfile": profile}
    answer = story.call("lab:AddContainerInstances", **added)
    assert answer["instanceIds"] == ["i-0000000000000001"]
    assert len(answer["containerInstances"]) == len(story.simulation.world.container_instances)
    return story


@rule("IC:I-50", "IC:I-3")
@pytest.mark.parametrize(("profile", "part"), [("", "NoCredentialProviders"), ("own", "AccessDeniedException: User: ")])
def test_an_instance_that_may_not_register_is_never_seen(profile: str, part: str) -> None:
    story = instances(profile, allow("s3:*"))
    assert not story.simulation.world.container_instances
    outcome = story.attempt("ecs:RunTask", cluster="game", taskDefinition="web")
    assert isinstance(outcome, Rejection)
    [told] = [e["text"] for e in story.timeline(kinds=["instanceState"])["entries"]]
    assert "Error registering container instance: " in told
    assert part in told
    assert (
        "ecs:RegisterContainerInstance on resource: arn:aws:ecs:us-east-1:123456789012:cluster/game" in told
    ) == bool(profile)


@rule("IC:I-51")
def test_an_agent_that_may_not_poll_is_disconnected() -> None:
    [instance] = instances("own", allow("ecs:RegisterContainerInstance")).simulation.world.container_instances.values()
    assert instance.agent_connected is False
    [instance] = instances("own", allow("ecs:*")).simulation.world.container_instances.values()
    assert instance.agent_connected is True


def test_a_profile_has_to_be_there() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    added = {"cluster": "game", "instanceType": "t3.medium", "instanceProfile": "none"}
    outcome = story.attempt("lab:AddContainerInstances", **added)
    assert isinstance(outcome, Rejection)
    assert "Invalid IAM Instance Profile name" in outcome.message


@rule("IC:I-34", "IC:R-10")
def test_what_an_agent_has_turned_off_keeps_tasks_away() -> None:
    for setting, value, member in (
        ("ECS_ENABLE_TASK_IAM_ROLE", "false", {"taskRoleArn": "app"}),
        ("ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST", "false", {"taskRoleArn": "app", "networkMode": "host"}),
        ("ECS_AVAILABLE_LOGGING_DRIVERS", '["json-file"]', {}),
    ):
        story = Story()
        story.call("ecs:CreateCluster", clusterName="game")
        role(story, "app")
        agent = {setting: value}
        answer = story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", agent=agent)
        assert "notSimulated" not in answer
        container = {"name": "web", "image": "web", "memory": 64, "logConfiguration": LOGS}
        story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container], **member)
        story.call("logs:CreateLogGroup", logGroupName="/ecs/web")
        failures = story.call("ecs:RunTask", cluster="game", taskDefinition="web")["failures"]
        assert [f["reason"] for f in failures] == ["ATTRIBUTE"]
    bad = {"ECS_AVAILABLE_LOGGING_DRIVERS": "awslogs"}
    assert isinstance(
        story.attempt("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", agent=bad), Rejection
    )


def test_the_execution_policy_is_enough_for_ecr_and_logs() -> None:
    story = with_group()
    role(story, "managed")
    story.call("iam:AttachRolePolicy", RoleName="managed", PolicyArn=EXECUTION_POLICY)
    story.call("ecs:CreateCluster", clusterName="game")
    story.call(
        "ecs:RegisterTaskDefinition",
        family="full",
        executionRoleArn="managed",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "web", "image": IMAGE, "logConfiguration": PREFIXED}],
    )
    vpc = {"subnets": ["subnet-0000000000000001"], "assignPublicIp": "ENABLED"}
    network = {"networkConfiguration": {"awsvpcConfiguration": vpc}}
    story.call("ecs:RunTask", cluster="game", taskDefinition="full", launchType="FARGATE", **network)
    [task] = story.until(200).simulation.world.tasks.values()
    assert task.last_status == "RUNNING"

"""Who makes a call, and whether IAM lets it through: the action, its resources, and the roles that it passes on.

Source: IC:X-58, IC:I-24 to IC:I-30, IC:I-52;
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html,
as of 2026-09-11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecslab.sim.errors.common import AccessDenied, AccessDeniedException, InvalidParameterException, SimError
from ecslab.sim.errors.ec2 import UnauthorizedOperation
from ecslab.sim.rules.iam import evaluate, roles
from ecslab.sim.rules.iam.evaluate import Answer, Call
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.world import World

SESSION = "lab"
"""The session name of a role that makes calls in a scenario."""
PREFIXES = {"elbv2": "elasticloadbalancing", "efs": "elasticfilesystem"}
"""Services whose actions IAM knows by another name than the CLI."""
QUERY_SERVICES = ("iam", "autoscaling", "elbv2", "cloudwatch")
_PASSING = ("RegisterTaskDefinition", "RunTask", "StartTask")

Parameters = Mapping[str, Any]


def authorize(world: World, caller: str | None, service: str, operation: str, parameters: Parameters) -> None:
    """Refuse a call that its caller may not make; the administrator (None) may all, and `lab` asks nobody.

    Raises NoSuchEntity for a role that is not there, AccessDeniedException in the words and the code of the service.
    """
    if caller is None:
        return
    role = roles.role(world, caller)
    action = f"{PREFIXES.get(service, service)}:{operation}"
    context = _context(world, service, operation, parameters)
    for resource in resources(world, service, operation, parameters):
        answer = evaluate.judge(world, role.arn, Call(action, resource, context, session=SESSION))
        if not answer.is_allowed:
            raise _refusal(service, answer)
    if action == "ecs:CreateCluster":
        _check_service_linked(world, role.arn)
    if service == "ecs":
        for passed, receiver in _handed_over(world, operation, parameters):
            answer = may_pass(world, role.arn, passed, receiver, SESSION)
            if not answer.is_allowed:
                raise AccessDeniedException(answer.refusal)


def may_pass(world: World, role_arn: str, passed: str, service: str, session: str | None = None) -> Answer:
    """Whether a role may hand another role to an AWS service (IC:I-26, IC:I-28)."""
    context = {"iam:PassedToService": [service]}
    return evaluate.judge(world, role_arn, Call("iam:PassRole", roles.arn_of(world, passed), context, session=session))


def _handed_over(world: World, operation: str, parameters: Parameters) -> Iterator[tuple[str, str]]:
    """The roles that a call of ECS passes on, each with the service that gets it (IC:I-28, IC:I-53).

    Tasks get theirs by way of ecs-tasks; ECS itself gets the infrastructure role of EBS volumes, which a call for a
    service names in the request too. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    and https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html, as of 2026-11-24.
    """
    if operation in _PASSING:
        yield from ((passed, roles.TASKS_SERVICE) for passed in passed_roles(world, operation, parameters))
    for configuration in parameters.get("volumeConfigurations") or []:
        passed = (configuration.get("managedEBSVolume") or {}).get("roleArn")
        if passed:
            yield str(passed), roles.ECS_SERVICE


def _refusal(service: str, answer: Answer) -> SimError:
    if service == "ec2":
        return UnauthorizedOperation(f"You are not authorized to perform this operation. {answer.refusal}")
    return (AccessDenied if service in QUERY_SERVICES else AccessDeniedException)(answer.refusal)


def passed_roles(world: World, operation: str, parameters: Parameters) -> list[str]:
    """The roles that a call hands to tasks: those of the task definition, or of the overrides in their place.

    UpdateService and CreateService pass none of these (IC:I-28).
    """
    given: Parameters = parameters
    names: dict[str, str | None] = {}
    if operation != "RegisterTaskDefinition":
        definition = _definition(world, parameters)
        if definition:
            names = {"taskRoleArn": definition.task_role_arn, "executionRoleArn": definition.execution_role_arn}
        given = parameters.get("overrides") or {}
    found = [given.get(name) or names.get(name) for name in ("taskRoleArn", "executionRoleArn")]
    return list(dict.fromkeys(str(name) for name in found if name))


def _definition(world: World, parameters: Parameters) -> TaskDefinition | None:
    """The revision that a call means: a family is its newest one before anybody is asked (IC:I-29)."""
    return world.find_task_definition(str(parameters.get("taskDefinition", "")))


def _context(world: World, service: str, operation: str, parameters: Parameters) -> dict[str, Sequence[str]]:
    context: dict[str, Sequence[str]] = {}
    if service != "ecs":
        return context
    if "cluster" in parameters or operation in ("RunTask", "StartTask", "CreateService"):
        context["ecs:cluster"] = [_cluster_arn(world, parameters.get("cluster"))]
    if "taskDefinition" in parameters and (definition := _definition(world, parameters)):
        context["ecs:task-definition"] = [definition.arn]
    if operation == "ExecuteCommand" and "container" in parameters:
        context["ecs:container-name"] = [str(parameters["container"])]
    if "enableExecuteCommand" in parameters:
        context["ecs:enable-execute-command"] = [str(bool(parameters["enableExecuteCommand"])).lower()]
    return context


def _cluster_arn(world: World, reference: Any) -> str:
    return world.ids.arn("ecs", f"cluster/{_last(reference or 'default')}")


def _last(reference: Any) -> str:
    return str(reference).rpartition("/")[2]


def resources(world: World, service: str, operation: str, parameters: Parameters) -> list[str]:
    """The ARNs that a call is about, `*` where IAM knows no resource for it or the lab has no name for it."""
    if service == "ecs":
        return list(_ecs(world, operation, parameters)) or ["*"]
    for member, kind, prefix, is_global in _NAMED.get(service, ()):
        name = parameters.get(member)
        if name:
            arn = world.ids.global_arn if is_global else world.ids.arn
            return [str(name) if str(name).startswith("arn:") else arn(kind, f"{prefix}{str(name).lstrip('/')}")]
    return ["*"]


_NAMED: dict[str, tuple[tuple[str, str, str, bool], ...]] = {
    "iam": (
        ("RoleName", "iam", "role/", True),
        ("PolicyArn", "iam", "policy/", True),
        ("PolicyName", "iam", "policy/", True),
        ("InstanceProfileName", "iam", "instance-profile/", True),
    ),
    "efs": (
        ("AccessPointId", "elasticfilesystem", "access-point/", False),
        ("FileSystemId", "elasticfilesystem", "file-system/", False),
    ),
    "ecr": (("repositoryName", "ecr", "repository/", False),),
    "logs": (("logGroupName", "logs", "log-group:/", False),),
    "secretsmanager": (
        ("SecretId", "secretsmanager", "secret:", False),
        ("Name", "secretsmanager", "secret:", False),
    ),
    "ssm": (("Name", "ssm", "parameter/", False),),
    "events": (("Rule", "events", "rule/", False), ("Name", "events", "rule/", False)),
    "scheduler": (("Name", "scheduler", "schedule/default/", False),),
    "autoscaling": (("AutoScalingGroupName", "autoscaling", "autoScalingGroup:*:autoScalingGroupName/", False),),
}
"""By service: the member that names the resource, the service and the path in its ARN, and whether it has no region."""


def _ecs(world: World, operation: str, parameters: Parameters) -> Iterator[str]:
    """Task definitions are no resource of their own operations; RunTask and StartTask are about theirs (IC:I-29)."""
    cluster = _last(parameters.get("cluster") or "default")
    if "resourceArn" in parameters:
        yield str(parameters["resourceArn"])
        return
    if operation in ("RunTask", "StartTask"):
        definition = _definition(world, parameters)
        name = _last(parameters.get("taskDefinition", ""))
        yield definition.arn if definition else world.ids.arn("ecs", f"task-definition/{name}")
        return
    if operation.startswith("List") or "TaskDefinition" in operation:
        return
    for member, kind in _ECS_MEMBERS:
        value = parameters.get(member)
        if value:
            names = value if isinstance(value, list) else [value]
            prefix = kind if kind == "cluster" else f"{kind}/{cluster}"
            yield from (world.ids.arn("ecs", f"{prefix}/{_last(name)}") for name in names)
            return


_ECS_MEMBERS = (
    ("serviceName", "service"),
    ("service", "service"),
    ("services", "service"),
    ("task", "task"),
    ("tasks", "task"),
    ("containerInstance", "container-instance"),
    ("containerInstances", "container-instance"),
    ("clusterName", "cluster"),
    ("clusters", "cluster"),
    ("cluster", "cluster"),
)


def _check_service_linked(world: World, role_arn: str) -> None:
    """CreateCluster needs the service-linked role of ECS, or a caller who may make it (IC:I-52, IC:X-15)."""
    service = roles.ECS_SERVICE
    name = roles.SERVICE_LINKED[service][0]
    if name in world.roles:
        return
    arn = world.ids.global_arn("iam", f"role/aws-service-role/{service}/{name}")
    call = Call("iam:CreateServiceLinkedRole", arn, {"iam:AWSServiceName": [service]}, session=SESSION)
    if not evaluate.judge(world, role_arn, call).is_allowed:
        raise InvalidParameterException(
            "Unable to assume the service linked role. Please verify that the ECS service linked role exists."
        )

"""With whose credentials something is done for a task: its program, the pull of its images, its logs, its secrets.

Source: IC:I-1 to IC:I-3, IC:I-11 to IC:I-13, IC:I-31 to IC:I-39, IC:R-1, IC:R-8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecslab.sim.rules.iam import evaluate, roles
from ecslab.sim.rules.iam.evaluate import Answer, Call
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

BLOCK_IMDS = "ECS_AWSVPC_BLOCK_IMDS"
LOGS_OVERRIDE = "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE"
NO_PROVIDERS = "NoCredentialProviders: no valid providers in chain"
"""What the AWS SDK of the agent says when it finds no credentials."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Credentials: where they come from, how the caller gets them, the role and the session that AWS prints.

    `role_arn` is None for static keys in the environment and when there are none; `rule` is the rule of the book.
    """

    source: str
    via: str | None
    role_arn: str | None
    session: str | None
    rule: str
    mark: str


def ask(world: World, who: Identity, action: str, resource: str, resource_policy: str | None = None) -> Answer:
    """Whether credentials with a role allow a call."""
    call = Call(action, resource, resource_policy=resource_policy, session=who.session)
    return evaluate.judge(world, who.role_arn or "", call)


def execution(world: World, task: Task) -> Identity | None:
    """The task execution role, handed to the agent and never to the containers (IC:I-2, IC:I-35)."""
    if not task.execution_role_arn:
        return None
    arn = roles.arn_of(world, task.execution_role_arn)
    return Identity("executionRole", "agent", arn, task.id, "IC:I-35", "D")


def host_of(world: World, task: Task) -> ContainerInstance | None:
    """The container instance under a task, None on Fargate (IC:I-13)."""
    return world.container_instances.get(task.container_instance_arn or "")


def instance(world: World, host: ContainerInstance | None, via: str) -> Identity | None:
    """The container instance role, None without a host or a usable profile (IC:I-3)."""
    machine = world.ec2_instances.get(host.ec2_instance_id) if host else None
    role = roles.instance_role(world, machine.instance_profile) if machine else None
    return Identity("instanceRole", via, role.arn, machine.id, "IC:I-37", "D") if machine and role else None


def puller(world: World, task: Task) -> Identity | None:
    """Who logs in to ECR and pulls: the execution role if there is one, else on EC2 the instance role (IC:R-1)."""
    return execution(world, task) or instance(world, host_of(world, task), "agent")


def logger(world: World, task: Task) -> Identity | None:
    """Who writes awslogs: on EC2 the execution role only if the agent is set to take it, as it comes set (IC:R-8)."""
    host = host_of(world, task)
    if host is None:
        return execution(world, task)
    takes_execution_role = host.agent_settings.get(LOGS_OVERRIDE, "true").lower() == "true"
    return (execution(world, task) if takes_execution_role else None) or instance(world, host, "agent")


def program(world: World, task: Task, container: str) -> Identity:
    """Whose credentials the SDK in a container finds first (IC:I-33, and the table after IC:I-39)."""
    if _static_keys(world, task, container):
        return Identity("environment", "environment", None, None, "IC:I-33", "R")
    if task.task_role_arn:
        arn = roles.arn_of(world, task.task_role_arn)
        return Identity("taskRole", "containerCredentials", arn, task.id, "IC:I-32", "D")
    host = host_of(world, task)
    if host is None:
        return Identity("none", None, None, None, "IC:I-40", "R")
    return _through_metadata(world, task, host) or Identity("none", None, None, None, "IC:I-38", "D")


def session_agent(world: World, task: Task) -> Identity | None:
    """Who the agent of ECS Exec in a container is: the task role, not the execution role (IC:I-57).

    Without a task role it finds what the metadata of its instance gives; None when that is nothing.
    """
    if task.task_role_arn:
        arn = roles.arn_of(world, task.task_role_arn)
        return Identity("taskRole", "containerCredentials", arn, task.id, "IC:I-57", "D")
    host = host_of(world, task)
    return _through_metadata(world, task, host) if host else None


def _through_metadata(world: World, task: Task, host: ContainerInstance) -> Identity | None:
    return instance(world, host, "imds") if metadata_is_open(world, task, host) else None


def also_reachable(world: World, task: Task, container: str) -> list[Identity]:
    """Other credentials that a program gets by asking on purpose: the instance role beside its own (IC:I-37)."""
    host = host_of(world, task)
    first = program(world, task, container)
    found: list[Identity] = []
    if first.source == "environment" and task.task_role_arn:
        arn = roles.arn_of(world, task.task_role_arn)
        found.append(Identity("taskRole", "containerCredentials", arn, task.id, "IC:I-31", "D"))
    beside = _through_metadata(world, task, host) if host and first.source != "instanceRole" else None
    return [*found, *([beside] if beside else [])]


def metadata_is_open(world: World, task: Task, host: ContainerInstance) -> bool:
    """Whether a container of a task reaches the instance metadata (IC:I-37 to IC:I-39).

    awsvpc tasks are kept off by the agent's setting; bridge tasks by a DROP rule in the chain DOCKER-USER, or by IMDSv2
    with a hop limit of 1; host tasks only by turning the metadata off.
    """
    machine = world.ec2_instances[host.ec2_instance_id]
    if not machine.metadata_enabled or task.network_mode == "none":
        return False
    if task.network_mode == "awsvpc":
        return host.agent_settings.get(BLOCK_IMDS, "false").lower() != "true"
    if task.network_mode == "bridge":
        return not machine.drops_bridge_metadata and not (
            machine.metadata_tokens == "required" and machine.metadata_hop_limit == 1
        )
    return True


def _static_keys(world: World, task: Task, container: str) -> bool:
    """Whether a container's environment holds an access key, from its definition or from the call's overrides."""
    defined: list[Mapping[str, Any]] = world.definition_of(task).request.get("containerDefinitions") or []
    overrides: list[Mapping[str, Any]] = task.overrides.get("containerOverrides") or []
    variables = [e for c in (*defined, *overrides) if c.get("name") == container for e in c.get("environment") or ()]
    return any(e.get("name") == "AWS_ACCESS_KEY_ID" and e.get("value") for e in variables)

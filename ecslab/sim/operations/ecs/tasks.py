"""RunTask, StartTask, StopTask, DescribeTasks, ListTasks (PN:P-1 to PN:P-5, PN:P-46, PN:E-1 to PN:E-6)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.errors.common import ConflictException, InvalidParameterException
from ecslab.sim.errors.ecs import ClientException
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs import including
from ecslab.sim.operations.ecs import strategies as provider_strategies
from ecslab.sim.operations.ecs.clusters import known_cluster
from ecslab.sim.operations.ecs.shapes import task_shape
from ecslab.sim.rules import choosing, providers, shares, stock, tagging
from ecslab.sim.rules.iam import roles
from ecslab.sim.rules.placement import constraints, place
from ecslab.sim.rules.storage import ebs
from ecslab.sim.rules.task_definitions.overrides import overridden
from ecslab.sim.rules.tasks import launching, stopping, waiting
from ecslab.sim.state.capacity import StrategyItem
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.world import World

_TOKEN = re.compile(r"[!-~]+")
Failure = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Understood:
    """What a call asks for: each task as it will be, what its place needs, its subnets, and how they are shared out."""

    spec: launching.TaskSpec
    request: PlacementRequest
    subnets: tuple[str, ...]
    strategy: tuple[StrategyItem, ...] = ()

    def on(self, world: World, provider: str) -> _Understood:
        """The same for a task of one capacity provider."""
        spec = replace(self.spec, capacity_provider=provider)
        waits = providers.scales(world, provider)
        return replace(self, spec=spec, request=replace(self.request, capacity_provider=provider, waits=waits))


def run_task(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Start 1 to 10 tasks where there is room; what finds no room becomes failures, not an error (PN:E-1, PN:E-5)."""
    cluster = world.cluster(parameters.get("cluster"))
    count = parameters.get("count", 1)
    if not 1 <= count <= LIMITS["run_task.count"]:
        raise InvalidParameterException(
            f"count is {count}; RunTask starts 1 to {LIMITS['run_task.count']} tasks in one call."
        )
    if made := _made_before(world, cluster, parameters):
        return {"tasks": [task_shape(world, task) for task in made], "failures": []}
    _check_length(parameters, "startedBy", "run_task.started_by")
    call = _understand(world, cluster, parameters)
    if call.spec.launch_type == "EC2" and not call.strategy and not world.has_instances(cluster.name):
        raise InvalidParameterException("No Container Instances were found in your cluster.")
    _judge_waiting(world, call, count)
    made, failures = _run(world, call, count)
    resource, revision = made[0].arn if made else cluster.arn, call.spec.definition.name
    journal.call_made(world, "ecs:RunTask", resource, cluster.name, taskDefinition=revision, count=len(made))
    return {"tasks": [task_shape(world, task) for task in made], "failures": failures}


def _judge_waiting(world: World, call: _Understood, count: int) -> None:
    """No more tasks may wait in PROVISIONING than the quota allows (IC:Q-8, PN:E-6).

    Model choice: a call whose tasks might wait is refused when not all of them could.
    """
    might_wait = any(providers.scales(world, item.provider) for item in call.strategy)
    if might_wait and not waiting.may_wait(world, call.spec.cluster_name, count):
        raise ClientException(
            f"The cluster may have {LIMITS['cluster.provisioning']} tasks in the PROVISIONING state; the tasks "
            "provisioning capacity limit was exceeded."
        )


def _made_before(world: World, cluster: Cluster, parameters: Mapping[str, Any]) -> list[Task]:
    """The tasks that the same request with the same clientToken made, for a day at most (IC:X-42, IC:Q-22)."""
    token = parameters.get("clientToken")
    if token is None:
        return []
    if not _TOKEN.fullmatch(token) or len(token) > LIMITS["run_task.client_token"]:
        raise InvalidParameterException(
            f"clientToken has {len(token)} characters; it needs 1 to {LIMITS['run_task.client_token']} printable "
            "ASCII characters without spaces."
        )
    since = world.now_ms - LIMITS["run_task.client_token_kept"]
    made = [
        task
        for task in world.tasks.values()
        if task.cluster_name == cluster.name
        and task.created_at_ms >= since
        and (task.idempotent_request or {}).get("clientToken") == token
    ]
    if made and made[0].idempotent_request != dict(parameters):
        raise ConflictException(
            f"The clientToken {token} is in use by another RunTask request, which made "
            f"{', '.join(task.arn for task in made)}; use a new token, or repeat that request as it was."
        )
    return made


def _run(world: World, call: _Understood, count: int) -> tuple[list[Task], list[Failure]]:
    made: list[Task] = []
    for _ in range(count):
        if call.strategy:
            counts = Counter(task.capacity_provider or "" for task in made)
            call = call.on(world, shares.next_provider(call.strategy, counts))
        if call.spec.launch_type == "FARGATE":
            need = stock.need_of(call.spec.definition, call.spec.capacity_provider)
            cluster, group = call.spec.cluster_name, call.spec.group
            subnet, decision = choosing.choose_subnet(world, cluster, group, call.subnets, need)
            if subnet is None:
                return made, [{"reason": stock.refusal(world, need, call.subnets)}]
            made.append(launching.launch_on_fargate(world, call.spec, subnet, decision))
            continue
        arn, decision = choosing.choose_instance(world, call.request)
        if arn is None and call.request.waits:
            made.append(launching.launch_waiting(world, call.spec, call.request, decision))
            continue
        if arn is None:
            return made, _failures(world, call.request)
        made.append(launching.launch_on_instance(world, call.spec, arn, decision))
    return made, []


def _failures(world: World, request: PlacementRequest) -> list[Failure]:
    decided = place.decide(world, request, lambda _stream, _n: 0)
    provider = providers.find(world, request.capacity_provider or "")
    if provider and not providers.container_instances(world, provider, request.cluster_name):
        return [{"arn": provider.arn, "reason": place.EMPTY_PROVIDER}]
    return [{"arn": arn, "reason": reason} for arn, reason in place.failures(decided)]


def start_task(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Start a task on each container instance named; neither strategies nor constraints are asked (PN:P-1, PN:P-46)."""
    cluster = world.cluster(parameters.get("cluster"))
    names = [str(name) for name in parameters.get("containerInstances") or []]
    most = LIMITS["start_task.container_instances"]
    if not 1 <= len(names) <= most:
        raise InvalidParameterException(
            f"containerInstances holds {len(names)} entries; StartTask starts a task on each of 1 to {most}."
        )
    _check_length(parameters, "startedBy", "start_task.started_by")
    call = _understand(world, cluster, {**parameters, "launchType": "EC2"})
    made: list[Task] = []
    failures: list[Failure] = []
    for name in names:
        task, failed = _start(world, call, name)
        made += task
        failures += failed
    journal.call_made(world, "ecs:StartTask", made[0].arn if made else cluster.arn, cluster.name)
    return {
        "tasks": [task_shape(world, task) for task in made],
        "failures": failures,
    }


def _start(world: World, call: _Understood, name: str) -> tuple[list[Task], list[Failure]]:
    """One task on one named instance, or why not (PN:E-2)."""
    instance = world.find_instance(name)
    if instance is None or instance.cluster_name != call.spec.cluster_name:
        return [], [reading.missing(world, "container-instance", call.spec.cluster_name, name)]
    if instance.status == "INACTIVE":
        return [], [{"arn": instance.arn, "reason": "INACTIVE"}]
    request = replace(call.request, constraints=(), named=instance.arn)
    arn, decision = choosing.choose_instance(world, request)
    if arn is None:
        return [], _failures(world, request)
    return [launching.launch_on_instance(world, call.spec, arn, decision)], []


def _understand(world: World, cluster: Cluster, parameters: Mapping[str, Any]) -> _Understood:
    definition = reading.usable_definition(world, str(parameters["taskDefinition"]))
    kind, strategy = provider_strategies.capacity(world, cluster, parameters, definition)
    reading.no_placement_on_fargate(parameters, kind)
    network = reading.network(world, parameters, definition, kind)
    subnets = tuple((network or {}).get("awsvpcConfiguration", {}).get("subnets", ()))
    _check_length(parameters, "group", "task_group")
    group = str(parameters.get("group") or f"family:{definition.family}")
    wanted, strategies = reading.constraints(parameters), reading.strategies(parameters)
    constraints.check_constraints((*definition.placement_constraints, *wanted))
    constraints.check_strategies(strategies)
    platform = reading.platform_version(parameters, definition) if kind == "FARGATE" else None
    overrides = _overrides(parameters)
    definition = overridden(definition, overrides, kind)
    _check_roles(world, definition, overrides)
    request = choosing.request_for(definition, cluster.name, group, choosing.Wishes(wanted, strategies, subnets))
    spec = launching.TaskSpec(
        definition=definition,
        cluster_name=cluster.name,
        group=group,
        launch_type="FARGATE" if kind == "FARGATE" else "EC2",
        started_by=parameters.get("startedBy"),
        platform_version=platform,
        network_configuration=network,
        volume_configuration=ebs.read(parameters.get("volumeConfigurations"), definition, kind),
        overrides=overrides,
        tags=tuple(tagging.of_standalone_task(parameters, cluster.name, definition)),
        idempotent_request=dict(parameters) if "clientToken" in parameters else None,
        enables_execute_command=bool(parameters.get("enableExecuteCommand")),
    )
    return _Understood(spec, request, subnets, strategy)


def _check_roles(world: World, definition: TaskDefinition, overrides: Mapping[str, Any]) -> None:
    """ECS must be able to assume the roles of the task, those of the call in place of the revision's (IC:I-43)."""
    task_role = overrides.get("taskRoleArn") or definition.task_role_arn
    problem = roles.unassumable(world, task_role, overrides.get("executionRoleArn") or definition.execution_role_arn)
    if problem:
        raise ClientException(problem)


def _overrides(parameters: Mapping[str, Any]) -> dict[str, Any]:
    overrides = dict(parameters.get("overrides") or {})
    if not overrides:
        return overrides
    size = len(json.dumps(overrides, ensure_ascii=False, separators=(",", ":")))
    if size > LIMITS["run_task.overrides"]:
        raise InvalidParameterException(
            f"The overrides have {size} characters; at most {LIMITS['run_task.overrides']} are allowed."
        )
    storage = overrides.get("ephemeralStorage")
    if storage:
        _check_storage(storage.get("sizeInGiB", 0))
    return overrides


def _check_storage(size_gib: int) -> None:
    """The size that an override asks for (PN:F-7, PN:T-85)."""
    low, high = LIMITS["ephemeral_storage.min"], LIMITS["ephemeral_storage.max"]
    if not low <= size_gib <= high:
        raise InvalidParameterException(
            f"ephemeralStorage of the overrides is {size_gib} GiB; it needs to be from {low} to {high}."
        )


def _check_length(parameters: Mapping[str, Any], member: str, limit: str) -> None:
    text = str(parameters.get(member) or "")
    if len(text) > LIMITS[limit]:
        raise InvalidParameterException(f"{member} has {len(text)} characters; at most {LIMITS[limit]} are allowed.")


def stop_task(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Stop one task; stopping a stopped one changes nothing."""
    cluster = world.cluster(parameters.get("cluster"))
    task = world.task(cluster, str(parameters["task"]))
    if task.desired_status != "STOPPED":
        stopping.stop(world, task, "UserInitiated", str(parameters.get("reason") or "Task stopped by user"))
    journal.call_made(world, "ecs:StopTask", task.arn, cluster.name)
    return {"task": task_shape(world, task)}


def describe_tasks(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Tasks by id or ARN in the order asked; unknown ones are failures (IC:X-4)."""
    cluster, words = known_cluster(world, parameters), including.asked(parameters)
    found, failures = [], []
    for reference in reading.asked(parameters, "tasks", "Tasks"):
        task = world.find_task(cluster, reference)
        if task is None:
            failures.append(reading.missing(world, "task", cluster.name, reference))
        else:
            found.append(including.told(task_shape(world, task), words))
    return {"tasks": found, "failures": failures}


_FILTERS = ("containerInstance", "family", "serviceName", "launchType")


def _check_filters(parameters: Mapping[str, Any]) -> None:
    """startedBy stands alone: AWS filters by it or by the others."""
    others = [name for name in _FILTERS if parameters.get(name)]
    if parameters.get("startedBy") and others:
        raise InvalidParameterException(
            f"startedBy must be the only filter and {', '.join(others)} was given too; leave one of them out."
        )


def list_tasks(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """ARNs of tasks in creation order; those to run unless `desiredStatus` says STOPPED."""
    cluster = known_cluster(world, parameters)
    _check_filters(parameters)
    desired = reading.one_of(parameters, "desiredStatus", ("RUNNING", "PENDING", "STOPPED"), "RUNNING")
    service = parameters.get("serviceName")
    if service is not None:
        service = world.service(cluster, str(service)).arn
    instance = parameters.get("containerInstance")
    if instance is not None:
        found = world.find_instance(str(instance))
        instance = found.arn if found else instance
    arns = [
        t.arn
        for t in world.tasks.values()
        if t.cluster_name == cluster.name
        and t.desired_status == desired
        and service in (None, t.service_arn)
        and instance in (None, t.container_instance_arn)
        and parameters.get("family") in (None, world.definition_of(t).family)
        and parameters.get("startedBy") in (None, t.started_by)
        and parameters.get("launchType") in (None, t.launch_type)
    ]
    arns, token = reading.page(arns, parameters)
    return {"taskArns": arns, **({"nextToken": token} if token else {})}

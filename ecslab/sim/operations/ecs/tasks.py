"""RunTask, StopTask, DescribeTasks, ListTasks (PN:P-1 to PN:P-5, PN:E-1 to PN:E-6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim import changes
from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.errors import InvalidParameterException, PlatformUnknownException
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs.clusters import known_cluster
from ecslab.sim.operations.ecs.shapes import task_shape
from ecslab.sim.rules import choosing, tasks
from ecslab.sim.rules.placement import constraints, place
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

MAX_RUN = 10
"""PN:P-2."""


def run_task(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Start 1 to 10 tasks where there is room; what finds no room becomes failures, not an error (PN:E-1, PN:E-5)."""
    cluster = world.cluster(parameters.get("cluster"))
    spec, request, subnets = _understand(world, cluster.name, parameters)
    count = parameters.get("count", 1)
    if not 1 <= count <= MAX_RUN:
        raise InvalidParameterException(f"count is {count}; RunTask starts 1 to {MAX_RUN} tasks in one call.")
    if spec.launch_type == "EC2" and not world.instances_of(cluster.name):
        raise InvalidParameterException("No Container Instances were found in your cluster.")
    made: list[Task] = []
    failures: list[dict[str, Any]] = []
    for _ in range(count):
        if spec.launch_type == "FARGATE":
            subnet, decision = choosing.choose_subnet(world, cluster.name, spec.group, subnets)
            made.append(tasks.launch_on_fargate(world, spec, subnet, decision))
            continue
        arn, decision = choosing.choose_instance(world, request)
        if arn is None:
            decided = place.decide(world, request, lambda _stream, _n: 0)
            failures = [{"arn": arn, "reason": reason} for arn, reason in place.failures(decided)]
            break
        made.append(tasks.launch_on_instance(world, spec, arn, decision))
    changes.call_made(world, "ecs:RunTask", made[0].arn if made else cluster.arn, cluster.name)
    return {"tasks": [task_shape(world, task) for task in made], "failures": failures}


def _understand(
    world: World, cluster_name: str, parameters: Mapping[str, Any]
) -> tuple[tasks.TaskSpec, PlacementRequest, list[str]]:
    definition = reading.usable_definition(world, str(parameters["taskDefinition"]))
    kind = reading.launch_type(parameters, definition)
    reading.no_placement_on_fargate(parameters, kind)
    network = reading.network(world, parameters, definition, kind)
    subnets = list((network or {}).get("awsvpcConfiguration", {}).get("subnets", []))
    group = str(parameters.get("group") or f"family:{definition.family}")
    wanted, strategies = reading.constraints(parameters), reading.strategies(parameters)
    constraints.check_constraints((*definition.placement_constraints, *wanted))
    constraints.check_strategies(strategies)
    request = choosing.request_for(definition, cluster_name, group, choosing.Wishes(wanted, strategies, tuple(subnets)))
    spec = tasks.TaskSpec(
        definition=definition,
        cluster_name=cluster_name,
        group=group,
        launch_type="FARGATE" if kind == "FARGATE" else "EC2",
        started_by=parameters.get("startedBy"),
        platform_version=platform_version(parameters) if kind == "FARGATE" else None,
        network_configuration=network,
        overrides=dict(parameters.get("overrides") or {}),
        tags=tuple(parameters.get("tags") or ()),
    )
    return spec, request, subnets


def platform_version(parameters: Mapping[str, Any]) -> str:
    """The Fargate platform version; LATEST is 1.4.0 (PN:F-6)."""
    version = str(parameters.get("platformVersion", "LATEST"))
    if version not in ("LATEST", reading.DEFAULT_PLATFORM):
        raise PlatformUnknownException(
            f"The platform version {version} is not available; use LATEST or {reading.DEFAULT_PLATFORM}."
        )
    return reading.DEFAULT_PLATFORM


def stop_task(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Stop one task; stopping a stopped one changes nothing."""
    cluster = world.cluster(parameters.get("cluster"))
    task = world.task(cluster, str(parameters["task"]))
    if task.desired_status != "STOPPED":
        tasks.stop(world, task, "UserInitiated", str(parameters.get("reason") or "Task stopped by user"))
    changes.call_made(world, "ecs:StopTask", task.arn, cluster.name)
    return {"task": task_shape(world, task)}


def describe_tasks(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Tasks by id or ARN in the order asked; unknown ones are failures (IC:X-4)."""
    cluster = known_cluster(world, parameters)
    found, failures = [], []
    for reference in parameters.get("tasks") or []:
        task = world.find_task(cluster, str(reference))
        if task is None:
            name = str(reference).rpartition("/")[2]
            failures.append({"arn": world.ids.arn("ecs", f"task/{cluster.name}/{name}"), "reason": "MISSING"})
        else:
            found.append(task_shape(world, task))
    return {"tasks": found, "failures": failures}


def list_tasks(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """ARNs of tasks in creation order; those to run unless `desiredStatus` says STOPPED."""
    cluster = known_cluster(world, parameters)
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

"""A scenario that makes what a task definition needs, registers it and runs it on capacity that it fits."""

from __future__ import annotations

from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from ecslab.aws.first_storage import NETWORK, referring, storage_calls
from ecslab.aws.prerequisites import prerequisites
from ecslab.sim.data.tables import INSTANCE_TYPES, InstanceType
from ecslab.sim.state.task_definition import TaskDefinition

CLUSTER = "imported"
TASKS = 2
INSTANCES = 3
_SUBNETS = f"${{{NETWORK}.Subnets[].SubnetId}}"


def first_scenario(parameters: dict[str, Any], definition: TaskDefinition) -> str:
    """YAML text of the scenario. Raises LookupError when no known instance type holds one task."""
    on_fargate = "FARGATE" in definition.requires_compatibilities
    calls: list[dict[str, Any]] = [_call("ecs:CreateCluster", 0, clusterName=CLUSTER)]
    if not on_fargate:
        chosen = smallest_type(definition)
        capacity = {"cluster": CLUSTER, "instanceType": chosen.name, "count": INSTANCES, **_plugins(definition)}
        calls.append(_call("lab:AddContainerInstances", 0, **capacity))
    calls += [_call(name, 0, **_escaped(request)) for name, request in prerequisites(parameters)]
    storage = storage_calls(definition)
    if storage:
        calls.append({**_call("ec2:DescribeSubnets", 0), "save": NETWORK})
    calls += [{**_call(name, 0, **made), **({"save": save} if save else {})} for name, made, save in storage]
    calls.append(_call("ecs:RegisterTaskDefinition", 0, **referring(_escaped(parameters), definition)))
    if definition.network_mode == "awsvpc" and not storage:
        calls.append({**_call("ec2:DescribeSubnets", 1), "save": NETWORK})
    calls.append(_call("ecs:CreateService", 1, **_service(definition, on_fargate=on_fargate)))
    scenario: dict[str, Any] = {
        "scenario": 1,
        "name": f"{definition.family} as a service",
        "about": f"Registers the task definition {definition.family} and runs {TASKS} tasks of it.",
        "calls": calls,
    }
    if not definition.placement_constraints and (
        definition.task_role_arn or not any(volume.uses_iam for volume in definition.volumes)
    ):
        scenario["expect"] = [_expectation(definition.family)]
    stream = StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.width = 120
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.dump(scenario, stream)
    return stream.getvalue()


def smallest_type(definition: TaskDefinition) -> InstanceType:
    """The smallest known type that holds one task. Raises LookupError."""
    architecture = "arm64" if definition.cpu_architecture == "ARM64" else "x86_64"
    fitting = [
        t
        for t in INSTANCE_TYPES.values()
        if t.architecture == architecture
        and t.vcpus * 1024 >= definition.reserved_cpu_units
        and t.registered_memory_mib >= definition.reserved_memory_mib
        and t.gpus >= definition.reserved_gpus
    ]
    if not fitting:
        raise LookupError(
            f"No instance type of the lab has {definition.reserved_cpu_units} CPU units, "
            f"{definition.reserved_memory_mib} MiB and {definition.reserved_gpus} GPUs for one task of "
            f"{definition.family}; make the task smaller."
        )
    return min(fitting, key=lambda t: (t.gpus, t.memory_mib, t.vcpus, t.name))


def _plugins(definition: TaskDefinition) -> dict[str, Any]:
    """Docker plugins are on no instance until somebody says so (PN:V-16)."""
    names = [name for name in definition.requires_attributes if ".docker-plugin." in name]
    return {"attributes": [{"name": name} for name in names]} if names else {}


def _service(definition: TaskDefinition, *, on_fargate: bool) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "cluster": CLUSTER,
        "serviceName": definition.family,
        "taskDefinition": definition.family,
        "desiredCount": TASKS,
        "launchType": "FARGATE" if on_fargate else "EC2",
        "availabilityZoneRebalancing": "DISABLED",
    }
    if definition.network_mode == "awsvpc":
        vpc = {"subnets": _SUBNETS, **({"assignPublicIp": "ENABLED"} if on_fargate else {})}
        parameters["networkConfiguration"] = {"awsvpcConfiguration": vpc}
    return parameters


def _expectation(family: str) -> dict[str, Any]:
    return {
        "at": "10m",
        "call": "ecs:DescribeServices",
        "with": {"cluster": CLUSTER, "services": [family]},
        "query": "services[0].runningCount",
        "equals": TASKS,
    }


def _call(name: str, seconds: int, /, **parameters: Any) -> dict[str, Any]:
    return {"at": f"{seconds}s", "call": name, "with": parameters}


def _escaped(value: Any) -> Any:
    """`${` begins an expression in scenario files; `$${` is the text."""
    if isinstance(value, dict):
        return {name: _escaped(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return value.replace("${", "$${") if isinstance(value, str) else value

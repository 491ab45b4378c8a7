"""DescribeContainerInstances and ListContainerInstances (PN section R, PN:Q-6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs.clusters import known_cluster
from ecslab.sim.operations.ecs.shapes import container_instance_shape
from ecslab.sim.rules.placement import query_language
from ecslab.sim.world import World


def describe_container_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Container instances by id or ARN in the order asked; unknown ones are failures."""
    cluster = known_cluster(world, parameters)
    found, failures = [], []
    for reference in reading.asked(parameters, "containerInstances", "Container instances"):
        instance = world.find_instance(reference)
        if instance is None or instance.cluster_name != cluster.name:
            failures.append(reading.missing(world, "container-instance", cluster.name, reference))
        else:
            found.append(container_instance_shape(world, instance))
    return {"containerInstances": found, "failures": failures}


def list_container_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """ARNs in canonical order; `filter` is a cluster query language expression (PN:Q-6)."""
    cluster = known_cluster(world, parameters)
    instances = world.instances_of(cluster.name)
    if parameters.get("status"):
        instances = [i for i in instances if i.status == parameters["status"]]
    if parameters.get("filter"):
        expression = query_language.parse(str(parameters["filter"]))
        instances = [i for i in instances if query_language.matches(expression, world, i)]
    arns, token = reading.page([i.arn for i in instances], parameters)
    return {"containerInstanceArns": arns, **({"nextToken": token} if token else {})}

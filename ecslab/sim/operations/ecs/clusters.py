"""CreateCluster, DeleteCluster, DescribeClusters, ListClusters (IC:X-12 to IC:X-19)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import account_changes, journal
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import (
    ClientException,
    ClusterContainsContainerInstancesException,
    ClusterContainsServicesException,
    ClusterContainsTasksException,
    ClusterNotFoundException,
)
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs import capacity_providers, including
from ecslab.sim.operations.ecs.shapes import cluster_shape
from ecslab.sim.rules import insights, quotas, tagging
from ecslab.sim.rules.capacity import booting
from ecslab.sim.rules.iam import roles
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.world import World

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")


def create_cluster(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A new cluster, or the ACTIVE one of that name (IC:X-14); ECS's service-linked role with the first (IC:I-5)."""
    name = str(parameters.get("clusterName", "default"))
    if not NAME.fullmatch(name):
        raise InvalidParameterException(
            f"clusterName is {name!r}; it needs 1 to 255 letters, digits, hyphens or underscores."
        )
    found = world.clusters.get(name)
    if found is not None and found.status == "ACTIVE":
        journal.call_made(world, "ecs:CreateCluster", found.arn, name)
        return {"cluster": cluster_shape(world, found)}
    _check_settings(parameters)
    names, default = capacity_providers.association(world, parameters)
    active = sum(1 for c in world.clusters.values() if c.status == "ACTIVE")
    if problem := quotas.exceeded(world, quotas.CLUSTERS, active + 1, "clusters in an account"):
        raise ClientException(problem)
    tags = tagging.read(parameters)
    roles.ensure_service_linked(world, "ecs.amazonaws.com")
    arn = world.ids.arn("ecs", f"cluster/{name}")
    cluster = Cluster(
        arn,
        name,
        world.ids.serial("cluster"),
        created_at_ms=world.now_ms,
        request=dict(parameters),
        capacity_providers=names,
        default_strategy=default,
        tags=tags,
    )
    account_changes.cluster_created(world, cluster)
    capacity_providers.associated(world, names)
    booting.try_again(world)
    journal.call_made(world, "ecs:CreateCluster", arn, name)
    return {"cluster": cluster_shape(world, cluster)}


def _check_settings(parameters: Mapping[str, Any]) -> None:
    """containerInsights is the one setting that a cluster has. Raises InvalidParameterException."""
    for setting in parameters.get("settings") or []:
        if setting.get("name") != insights.SETTING or setting.get("value") not in (*insights.ON, "disabled"):
            raise InvalidParameterException("The only setting is containerInsights: enabled, enhanced or disabled.")


def delete_cluster(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A cluster without services, tasks and container instances becomes INACTIVE (IC:X-16 to IC:X-18)."""
    cluster = world.cluster(str(parameters["cluster"]))
    if any(s.cluster_name == cluster.name and s.status == "ACTIVE" for s in world.services.values()):
        raise ClusterContainsServicesException("The Cluster cannot be deleted while Services are active.")
    if any(t.cluster_name == cluster.name and t.last_status != "STOPPED" for t in world.tasks.values()):
        raise ClusterContainsTasksException("The Cluster cannot be deleted while Tasks are active.")
    if world.instances_of(cluster.name):
        raise ClusterContainsContainerInstancesException(
            "The Cluster cannot be deleted while Container Instances are active or draining."
        )
    account_changes.cluster_deleted(world, cluster)
    journal.call_made(world, "ecs:DeleteCluster", cluster.arn, cluster.name)
    return {"cluster": cluster_shape(world, cluster)}


def describe_clusters(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Clusters by name or ARN, `default` when none is named; unknown ones are failures (IC:X-4)."""
    words = including.asked(parameters, including.OF_CLUSTERS)
    found, failures = [], []
    named = parameters.get("clusters") or ["default"]
    for reference in reading.asked({"clusters": named}, "clusters", "Clusters"):
        name = reference.rpartition("/")[2]
        cluster = world.clusters.get(name)
        if cluster is None:
            failures.append({"arn": world.ids.arn("ecs", f"cluster/{name}"), "reason": "MISSING"})
        else:
            found.append(including.told(cluster_shape(world, cluster), words))
    return {"clusters": found, "failures": failures}


def list_clusters(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The ARNs of the ACTIVE clusters in creation order."""
    arns, token = reading.page([c.arn for c in world.clusters.values() if c.status == "ACTIVE"], parameters)
    return {"clusterArns": arns, **({"nextToken": token} if token else {})}


def known_cluster(world: World, parameters: Mapping[str, Any]) -> Cluster:
    """The cluster that a read names; deleted ones can still be read."""
    cluster = world.clusters.get(str(parameters.get("cluster", "default")).rpartition("/")[2])
    if cluster is None:
        raise ClusterNotFoundException("Cluster not found.")
    return cluster

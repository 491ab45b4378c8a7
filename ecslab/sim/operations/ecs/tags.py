"""TagResource, UntagResource, ListTagsForResource (IC:Q-17, IC:X-55)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal, tag_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException, LimitExceededException, ResourceNotFoundException
from ecslab.sim.errors.ecs import ClusterNotFoundException
from ecslab.sim.rules import tagging
from ecslab.sim.world import World

_ARN = re.compile(r"arn:aws:ecs:[a-z0-9-]+:\d{12}:([a-z-]+)/(.+)")
LONG = ("service", "task", "container-instance")
"""Kinds whose long ARN names the cluster too."""


def tag_resource(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a resource tags; those that it has and the call does not name stay."""
    found = _found(world, str(parameters["resourceArn"]))
    tags = tagging.merged(found.tags, tagging.read(parameters))
    if sum(1 for tag in tags if not tag["key"].startswith(tagging.OF_AWS)) > LIMITS["tags"]:
        raise LimitExceededException(f"The resource would have {len(tags)} tags; it has at most {LIMITS['tags']}.")
    tag_changes.tags_set(found, tags)
    journal.call_made(world, "ecs:TagResource", found.arn, _cluster(found.arn))
    return {}


def untag_resource(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take tags from a resource; keys that it does not have are passed over, and AWS's own stay."""
    found = _found(world, str(parameters["resourceArn"]))
    keys = [str(key) for key in parameters["tagKeys"]]
    if any(key.lower().startswith(tagging.OF_AWS) for key in keys):
        raise InvalidParameterException("Tags that begin with aws: belong to AWS and cannot be removed.")
    tag_changes.tags_set(found, [tag for tag in found.tags if tag["key"] not in keys])
    journal.call_made(world, "ecs:UntagResource", found.arn, _cluster(found.arn))
    return {}


def list_tags_for_resource(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The tags of a resource in the order in which they came."""
    return {"tags": _found(world, str(parameters["resourceArn"])).tags}


def _cluster(arn: str) -> str | None:
    """The cluster that an ARN names."""
    _, _, path = arn.partition("/")
    return None if ":task-definition/" in arn else path.partition("/")[0]


def _found(world: World, arn: str) -> tag_changes.Tagged:
    """The resource of an ARN. Raises the exceptions of IC:X-55."""
    match = _ARN.fullmatch(arn)
    if match is None:
        raise InvalidParameterException(f"Invalid ARN: {arn[:200]!r}; name a resource of ECS by its whole ARN.")
    kind, path = match[1], match[2]
    if kind in LONG and "/" not in path:
        raise InvalidParameterException("Long arn format must be used for tagging operations")
    stores: dict[str, Mapping[str, tag_changes.Tagged]] = {
        "cluster": {cluster.arn: cluster for cluster in world.clusters.values() if cluster.status == "ACTIVE"},
        "service": world.services,
        "task": world.tasks,
        "container-instance": world.container_instances,
        "task-definition": world.task_definitions,
        "capacity-provider": {provider.arn: provider for provider in world.capacity_providers.values()},
    }
    if kind not in stores:
        raise InvalidParameterException(f"A resource of the kind {kind} has no tags here.")
    found = stores[kind].get(arn)
    if found is None and kind == "cluster":
        raise ClusterNotFoundException("Cluster not found.")
    if found is None:
        raise ResourceNotFoundException(f"The specified resource {arn} was not found.")
    return found

"""PutAttributes, DeleteAttributes and ListAttributes (PN:R-34, IC:X-53)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ecslab.sim.changes import instance_changes, journal
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import AttributeLimitExceededException, TargetNotFoundException
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs.clusters import known_cluster
from ecslab.sim.operations.ecs.shapes import present
from ecslab.sim.rules.tasks import looking
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.world import World

NAME = re.compile(r"[A-Za-z0-9_./\\-]{1,128}")
VALUE = re.compile(r"(?! )[A-Za-z0-9_./\\@: -]{1,128}(?<! )")
TARGET_TYPE = "container-instance"
OF_ECS = ("ecs.", "com.amazonaws.ecs.")
"""How the names of built-in attributes begin (PN:R-30, PN:R-31)."""


def judge(name: str, value: str | None) -> None:
    """The characters of a custom attribute (PN:R-34). Raises InvalidParameterException."""
    if not NAME.fullmatch(name):
        raise InvalidParameterException(
            f"The attribute name {name[:128]!r} may have 1 to 128 letters, digits and - _ / \\ . characters."
        )
    if value is not None and not VALUE.fullmatch(value):
        raise InvalidParameterException(
            f"The attribute {name} is {value[:128]!r}; a value may have 1 to 128 letters, digits, - _ . / \\ @ : and "
            "spaces inside."
        )


def judge_count(names: Iterable[str]) -> None:
    """At most ten attributes of one's own on an instance (PN:R-34). Raises AttributeLimitExceededException."""
    own = [name for name in names if not name.startswith(OF_ECS)]
    if len(own) > LIMITS["custom_attributes"]:
        raise AttributeLimitExceededException(
            f"{len(own)} attributes were given; an instance has at most {LIMITS['custom_attributes']} of its own."
        )


def put_attributes(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Set custom attributes of container instances; an existing name is overwritten (PN:R-34)."""
    cluster = world.cluster(parameters.get("cluster"))
    wanted: dict[str, dict[str, str | None]] = {}
    told = []
    for item in _items(parameters):
        instance = _target(world, cluster, item)
        name, value = str(item["name"]), item.get("value")
        judge(name, value)
        _judge_own(name)
        wanted.setdefault(instance.arn, dict(instance.attributes))[name] = value
        told.append(_shape(instance, name, value))
    for attributes in wanted.values():
        judge_count(attributes)
    _write(world, cluster, wanted)
    journal.call_made(world, "ecs:PutAttributes", cluster.arn, cluster.name, count=len(told))
    return {"attributes": told}


def delete_attributes(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take custom attributes away; one that is not there, or has another value than the one given, stays out of it."""
    cluster = world.cluster(parameters.get("cluster"))
    wanted: dict[str, dict[str, str | None]] = {}
    told = []
    for item in _items(parameters):
        instance = _target(world, cluster, item)
        name = str(item["name"])
        _judge_own(name)
        left = wanted.setdefault(instance.arn, dict(instance.attributes))
        if name in left and item.get("value", left[name]) == left[name]:
            told.append(_shape(instance, name, left.pop(name)))
    _write(world, cluster, wanted)
    journal.call_made(world, "ecs:DeleteAttributes", cluster.arn, cluster.name, count=len(told))
    return {"attributes": told}


def _items(parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = list(parameters["attributes"])
    if not 1 <= len(items) <= LIMITS["custom_attributes"]:
        raise InvalidParameterException(
            f"attributes holds {len(items)} entries; 1 to {LIMITS['custom_attributes']} are needed."
        )
    return items


def _judge_own(name: str) -> None:
    """Model choice: what the agent reports cannot be written over."""
    if name.startswith(OF_ECS):
        raise InvalidParameterException(f"The attribute {name} belongs to Amazon ECS; name one of your own.")


def _target(world: World, cluster: Cluster, item: Mapping[str, Any]) -> ContainerInstance:
    """The instance that an attribute is for, by ARN or, with its targetType, by id (IC:X-53)."""
    target = str(item.get("targetId") or "")
    kind = reading.one_of(item, "targetType", (TARGET_TYPE,), TARGET_TYPE)
    if not target.startswith("arn:") and "targetType" not in item:
        raise InvalidParameterException(
            f"targetId is {target[:64]!r}; give a full ARN, or targetType {kind} beside it."
        )
    instance = world.find_instance(target)
    if instance is None or instance.cluster_name != cluster.name or instance.status == "INACTIVE":
        raise TargetNotFoundException("The specified target wasn't found.")
    return instance


def _write(world: World, cluster: Cluster, wanted: Mapping[str, dict[str, str | None]]) -> None:
    for arn, attributes in wanted.items():
        instance_changes.attributes_set(world, world.container_instances[arn], attributes)
    looking.capacity_freed(world, cluster.name)


def _shape(instance: ContainerInstance, name: str, value: str | None) -> dict[str, Any]:
    return present({"name": name, "value": value, "targetType": TARGET_TYPE, "targetId": instance.arn})


def list_attributes(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of the instances of a cluster, by name and value where those are given."""
    cluster = known_cluster(world, parameters)
    reading.one_of(parameters, "targetType", (TARGET_TYPE,), TARGET_TYPE)
    name, value = parameters.get("attributeName"), parameters.get("attributeValue")
    if value is not None and name is None:
        raise InvalidParameterException("attributeValue needs attributeName beside it.")
    found = [
        _shape(instance, own, has)
        for instance in world.instances_of(cluster.name)
        for own, has in instance.attributes.items()
        if name in (None, own) and value in (None, has)
    ]
    numbers, token = reading.page([str(number) for number in range(len(found))], parameters)
    return {"attributes": [found[int(n)] for n in numbers], **({"nextToken": token} if token else {})}

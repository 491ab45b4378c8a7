"""Tags of ECS resources: what is allowed, and what a new task carries (IC:Q-17).

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html, as of 2026-09-11.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.state.service import Service
from ecslab.sim.state.task_definition import TaskDefinition

Tags = list[dict[str, str]]
OF_AWS = "aws:"
"""How the keys begin that only AWS writes, in any case."""
SOURCES = ("TASK_DEFINITION", "SERVICE", "NONE")


def read(parameters: Mapping[str, Any]) -> Tags:
    """The `tags` member of a request. Raises InvalidParameterException."""
    tags = [
        {"key": str(tag.get("key", "")), "value": str(tag.get("value", ""))} for tag in parameters.get("tags") or []
    ]
    for tag in tags:
        _judge(tag["key"], tag["value"])
    if len({tag["key"] for tag in tags}) < len(tags):
        raise InvalidParameterException("Duplicate tag keys found. Please note that Tag keys are case sensitive.")
    if len(tags) > LIMITS["tags"]:
        raise InvalidParameterException(f"{len(tags)} tags were given; a resource has at most {LIMITS['tags']}.")
    return tags


def _judge(key: str, value: str) -> None:
    if not 1 <= len(key) <= LIMITS["tags.key"] or len(value) > LIMITS["tags.value"]:
        raise InvalidParameterException(
            f"The tag {key[:64]!r} has a key of {len(key)} characters and a value of {len(value)}; a key has 1 to "
            f"{LIMITS['tags.key']}, a value at most {LIMITS['tags.value']}."
        )
    if key.lower().startswith(OF_AWS) or value.lower().startswith(OF_AWS):
        raise InvalidParameterException(f"The tag {key[:64]!r} begins with aws:, which is reserved for AWS.")


def merged(before: Sequence[Mapping[str, str]], given: Sequence[Mapping[str, str]]) -> Tags:
    """Tags with others put over them: the same key has the new value."""
    found = {tag["key"]: tag["value"] for tag in (*before, *given)}
    return [{"key": key, "value": value} for key, value in found.items()]


def source(parameters: Mapping[str, Any], *, is_service: bool) -> str:
    """propagateTags; a task of its own has no service to take tags from. Raises InvalidParameterException."""
    given = str(parameters.get("propagateTags") or "NONE")
    allowed = SOURCES if is_service else ("TASK_DEFINITION", "NONE")
    if given not in allowed:
        raise InvalidParameterException(f"propagateTags is {given!r}; use {' or '.join(allowed)}.")
    return given


def of_standalone_task(parameters: Mapping[str, Any], cluster_name: str, definition: TaskDefinition) -> Tags:
    """The tags of tasks that a call starts: those of the revision where it says so, then its own, then AWS's."""
    inherited = definition.tags if source(parameters, is_service=False) == "TASK_DEFINITION" else []
    managed = _managed(parameters, cluster_name)
    return merged(inherited, [*read(parameters), *managed])


def of_service_task(service: Service, definition: TaskDefinition) -> Tags:
    """The tags of a service's new task, as the service says now; tasks that run keep theirs."""
    said = {**service.request, **service.updates}
    inherited = {"SERVICE": service.tags, "TASK_DEFINITION": definition.tags}.get(source(said, is_service=True), [])
    return merged(inherited, _managed(said, service.cluster_name, service.name))


def _managed(parameters: Mapping[str, Any], cluster_name: str, service_name: str | None = None) -> Tags:
    """The tags that ECS writes where enableECSManagedTags is on."""
    if not parameters.get("enableECSManagedTags"):
        return []
    names = {"aws:ecs:clusterName": cluster_name, "aws:ecs:serviceName": service_name}
    return [{"key": key, "value": value} for key, value in names.items() if value]

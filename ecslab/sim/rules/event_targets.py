"""What a rule or a schedule asks of ECS, as a RunTask request, and the envelope of an event (SS:E-2, SS:E-21)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import ValidationException
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.world import World

_LOWERED = ("LaunchType", "PlatformVersion", "Group", "PlacementConstraints", "PlacementStrategy")
_KEPT = ("CapacityProviderStrategy", "PropagateTags", "EnableExecuteCommand", "ReferenceId")


def is_cluster(arn: str) -> bool:
    """Whether an ARN is that of an ECS cluster, which is what an ECS target names."""
    return arn.startswith("arn:aws:ecs:") and ":cluster/" in arn


def check_ecs_parameters(ecs: Mapping[str, Any]) -> None:
    """What EventBridge itself refuses of EcsParameters (SS:E-21). Raises ValidationException."""
    count = ecs.get("TaskCount", 1)
    if not 1 <= count <= LIMITS["run_task.count"]:
        raise ValidationException(f"TaskCount is {count}; it needs to be from 1 to {LIMITS['run_task.count']}.")
    if ecs.get("LaunchType") and ecs.get("CapacityProviderStrategy"):
        raise ValidationException("LaunchType and CapacityProviderStrategy cannot both be given; leave one out.")
    if ecs.get("LaunchType") == "FARGATE" and not ecs.get("NetworkConfiguration"):
        raise ValidationException("NetworkConfiguration must be provided for launch type FARGATE.")


def run_task_request(cluster_arn: str, ecs: Mapping[str, Any], started_by: str, text: str | None) -> dict[str, Any]:
    """The RunTask request of an ECS target; container overrides come from the target's input, JSON text (SS:E-21)."""
    request: dict[str, Any] = {
        "cluster": cluster_arn,
        "taskDefinition": str(ecs["TaskDefinitionArn"]),
        "count": ecs.get("TaskCount", 1),
        "startedBy": started_by[: LIMITS["run_task.started_by"]],
    }
    for member in (*_LOWERED, *_KEPT):
        if ecs.get(member):
            request[_lower_first(member)] = ecs[member]
    if ecs.get("EnableECSManagedTags"):
        request["enableECSManagedTags"] = True
    if ecs.get("Tags"):
        request["tags"] = [{"key": tag["Key"], "value": tag["Value"]} for tag in ecs["Tags"]]
    network = (ecs.get("NetworkConfiguration") or {}).get("awsvpcConfiguration")
    if network:
        request["networkConfiguration"] = {"awsvpcConfiguration": {_lower_first(k): v for k, v in network.items()}}
    overrides = _overrides(text)
    if overrides:
        request["overrides"] = overrides
    return request


def _lower_first(name: str) -> str:
    return name[0].lower() + name[1:]


def _overrides(text: str | None) -> dict[str, Any]:
    """The members of RunTask's overrides in an input; an event that was passed on whole holds none."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    names = ("containerOverrides", "cpu", "memory", "taskRoleArn", "executionRoleArn", "ephemeralStorage")
    return {name: found[name] for name in names if name in found} if isinstance(found, dict) else {}


def envelope(
    world: World, source: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]
) -> dict[str, Any]:
    """An event as every rule sees it (SS:E-2)."""
    return {
        "version": "0",
        "id": world.ids.hex("eventbridge-event"),
        "detail-type": detail_type,
        "source": source,
        "account": ACCOUNT,
        "time": calendar.iso(world.start.starts_at, world.now_ms - world.now_ms % 1000),
        "region": world.start.region,
        "resources": list(resources),
        "detail": dict(detail),
    }


def input_of(target: Mapping[str, Any], event: Mapping[str, Any] | None) -> str | None:
    """What a target is given: its constant Input, a part of the event, the event transformed, or the whole event."""
    if target.get("Input"):
        return str(target["Input"])
    if event is None:
        return None
    if target.get("InputPath"):
        return _text(_at(event, str(target["InputPath"])))
    transformer = target.get("InputTransformer")
    return _transformed(transformer, event) if transformer else _text(event)


def _text(value: Any) -> str:
    """A value as JSON, its numbers as they were written."""
    return json.dumps(value, ensure_ascii=False, default=_number)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _at(event: Any, path: str) -> Any:
    """What stands at a path such as `$.detail.object.key`; None where nothing does."""
    for name in path.removeprefix("$").split("."):
        if name:
            event = event.get(name) if isinstance(event, Mapping) else None
    return event


def _transformed(transformer: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """The InputTemplate with each `<name>` replaced: inside quotes by text, elsewhere by JSON."""
    text = str(transformer["InputTemplate"])
    for name, path in (transformer.get("InputPathsMap") or {}).items():
        value = _at(event, str(path))
        inside = value if isinstance(value, str) else _text(value)
        pieces = text.split(f"<{name}>")
        joined = pieces[0]
        for piece in pieces[1:]:
            is_quoted = _is_inside_quotes(joined)
            joined += (json.dumps(inside, ensure_ascii=False)[1:-1] if is_quoted else _text(value)) + piece
        text = joined
    return text


def _is_inside_quotes(text: str) -> bool:
    """Whether a JSON text that is cut here is cut inside a string."""
    return text.replace("\\\\", "").replace('\\"', "").count('"') % 2 == 1

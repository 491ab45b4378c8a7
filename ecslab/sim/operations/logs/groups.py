"""Log groups and the streams that containers write to (IC:R-7, IC:R-9). What is written is not simulated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import journal, supply_changes
from ecslab.sim.errors.common import InvalidParameterException, ResourceNotFoundException
from ecslab.sim.errors.logs import ResourceAlreadyExistsException
from ecslab.sim.state.supplies import LogGroup
from ecslab.sim.world import World

_NAME = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
_EPOCH = "1970-01-01T00:00:00Z"
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)

Parameters = Mapping[str, Any]


def create_log_group(world: World, parameters: Parameters) -> dict[str, Any]:
    """A log group."""
    name = str(parameters["logGroupName"])
    if not _NAME.fullmatch(name):
        raise InvalidParameterException(
            f"1 validation error detected: Value '{name[:200]}' at 'logGroupName' failed to satisfy constraint: Member "
            "must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"
        )
    if name in world.log_groups:
        raise ResourceAlreadyExistsException("The specified log group already exists")
    tags = {str(key): str(value) for key, value in (parameters.get("tags") or {}).items()}
    made = LogGroup(name, world.ids.arn("logs", f"log-group:{name}"), world.now_ms, tags=tags)
    supply_changes.log_group_created(world, made)
    journal.call_made(world, "logs:CreateLogGroup", made.arn, None)
    return {}


def _group(world: World, name: str) -> LogGroup:
    if name not in world.log_groups:
        raise ResourceNotFoundException("The specified log group does not exist.")
    return world.log_groups[name]


def _epoch_ms(world: World, at_ms: int) -> int:
    """A moment as CloudWatch Logs writes it: milliseconds since 1970."""
    return at_ms - calendar.milliseconds_since(world.start.starts_at, _EPOCH)


def describe_log_groups(world: World, parameters: Parameters) -> dict[str, Any]:
    """Log groups in the order of their names, those whose name begins with a prefix when one is given."""
    prefix = str(parameters.get("logGroupNamePrefix", ""))
    found = sorted((g for g in world.log_groups.values() if g.name.startswith(prefix)), key=lambda g: g.name)
    return {"logGroups": [_shape(world, group) for group in found]}


def _shape(world: World, group: LogGroup) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "logGroupName": group.name,
        "creationTime": _epoch_ms(world, group.created_at_ms),
        "arn": f"{group.arn}:*",
        "logGroupArn": group.arn,
        "storedBytes": 0,
    }
    return shape if group.retention_days is None else {**shape, "retentionInDays": group.retention_days}


def describe_log_streams(world: World, parameters: Parameters) -> dict[str, Any]:
    """The streams of a group in the order of their names."""
    group = _group(world, str(parameters.get("logGroupName") or ""))
    prefix = str(parameters.get("logStreamNamePrefix", ""))
    found = sorted((s for s in group.streams.values() if s.name.startswith(prefix)), key=lambda s: s.name)
    return {
        "logStreams": [
            {"logStreamName": s.name, "creationTime": _epoch_ms(world, s.created_at_ms), "arn": s.arn} for s in found
        ]
    }


def put_retention_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """How many days a group keeps what is written."""
    group, days = _group(world, str(parameters["logGroupName"])), parameters["retentionInDays"]
    if days not in RETENTION_DAYS:
        raise InvalidParameterException(
            f"retentionInDays is {days}; it needs to be one of {', '.join(map(str, RETENTION_DAYS))}."
        )
    supply_changes.retention_put(world, group, days)
    journal.call_made(world, "logs:PutRetentionPolicy", group.arn, None)
    return {}


def delete_log_group(world: World, parameters: Parameters) -> dict[str, Any]:
    """A group goes with its streams; containers that write to it do not notice."""
    group = _group(world, str(parameters["logGroupName"]))
    supply_changes.log_group_deleted(world, group)
    journal.call_made(world, "logs:DeleteLogGroup", group.arn, None)
    return {}

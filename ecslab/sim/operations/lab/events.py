"""Events of other AWS services, such as an upload to S3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import event_changes, journal
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.event_targets import envelope
from ecslab.sim.world import World


def emit_event(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An event of another AWS service on the default bus; rules see it in this moment."""
    detail = parameters.get("detail") or {}
    if not isinstance(detail, Mapping):
        raise InvalidParameterException("detail is no object; write it like {bucket: {name: uploads}}.")
    resources = [str(name) for name in parameters.get("resources") or []]
    event = envelope(world, str(parameters["source"]), str(parameters["detailType"]), detail, resources)
    event_changes.event_sent(world, event, is_told=False)
    journal.call_made(world, "lab:EmitEvent", str(parameters["source"]), None, detailType=event["detail-type"])
    return {"event": event}

"""Events that are sent by a call, and patterns that are tried."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ecslab.sim import written
from ecslab.sim.changes import event_changes, journal
from ecslab.sim.errors.common import ValidationException
from ecslab.sim.errors.events import InvalidEventPatternException
from ecslab.sim.operations.events.rules import check_bus
from ecslab.sim.rules.event_patterns import matches, read_pattern
from ecslab.sim.rules.event_targets import envelope
from ecslab.sim.world import World

MOST_ENTRIES = 10
LARGEST_EVENT = 262_144
"""Characters of one event; AWS counts bytes of a request, 256 KB."""


def put_events(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Send 1 to 10 events to the default bus; each that is not valid is told in its place, the others go."""
    entries = parameters["Entries"]
    if not 1 <= len(entries) <= MOST_ENTRIES:
        raise ValidationException(f"Entries holds {len(entries)} entries; 1 to {MOST_ENTRIES} can be sent in one call.")
    answers = [_put(world, entry) for entry in entries]
    journal.call_made(world, "events:PutEvents", "default", None)
    return {"FailedEntryCount": sum(1 for a in answers if "ErrorCode" in a), "Entries": answers}


def _put(world: World, entry: Mapping[str, Any]) -> dict[str, Any]:
    check_bus(entry)
    missing = [name for name in ("Source", "DetailType", "Detail") if not entry.get(name)]
    if missing:
        return {"ErrorCode": "InvalidArgument", "ErrorMessage": f"Parameter {missing[0]} is not valid. It is missing."}
    if str(entry["Source"]).startswith("aws."):
        return {
            "ErrorCode": "NotAuthorizedForSourceException",
            "ErrorMessage": "Not authorized for the source. Events of AWS services come from them: use lab:EmitEvent.",
        }
    detail = written.json_value(str(entry["Detail"]))
    if not isinstance(detail, dict) or len(str(entry["Detail"])) > LARGEST_EVENT:
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed. It must be an object as JSON."}
    resources = [str(name) for name in entry.get("Resources") or []]
    event = envelope(world, str(entry["Source"]), str(entry["DetailType"]), detail, resources)
    event_changes.event_sent(world, event, is_told=True)
    return {"EventId": event["id"]}


def test_event_pattern(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Whether an event, as JSON, fits a pattern."""
    pattern = read_pattern(str(parameters["EventPattern"]))
    try:
        event = json.loads(str(parameters["Event"]), parse_float=Decimal)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise InvalidEventPatternException("Event is no JSON object; give one event as its JSON text.")
    return {"Result": matches(pattern, event)}

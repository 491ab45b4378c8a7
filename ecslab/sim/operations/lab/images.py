"""How containers of an image behave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import account_changes, journal
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.operations.moments import milliseconds
from ecslab.sim.state.image import Image, ImageCall
from ecslab.sim.world import World

_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")
SHORTEST_MS = 1000


def put_image(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """How containers of an image behave from now on."""
    name = str(parameters["image"])
    healthy = parameters.get("healthy", True)
    after = until = None
    if isinstance(healthy, Mapping):
        after, until = healthy.get("after"), healthy.get("until")
    image = Image(
        name=name,
        size_mib=int(parameters.get("sizeMiB", 400)),
        pull_ms=_maybe(parameters, "pullSeconds"),
        start_ms=_maybe(parameters, "startSeconds"),
        healthy=bool(healthy),
        healthy_after_ms=None if after is None else milliseconds(after, "healthy.after"),
        healthy_until_ms=None if until is None else milliseconds(until, "healthy.until"),
        exit_after_ms=_maybe(parameters, "exitAfter"),
        exit_code=int(parameters.get("exitCode", 0)),
        handles_sigterm=bool(parameters.get("handlesSigterm", True)),
        is_missing=bool(parameters.get("missing", False)),
        mounts=tuple(str(path) for path in parameters.get("mounts") or ()),
        files_mib=_whole(parameters, "filesMiB", 1024),
        memory_mib=int(parameters.get("memoryMiB", 0)),
        cpu_units=_whole(parameters, "cpuUnits"),
        cpu_units_per_rps=_whole(parameters, "cpuUnitsPerRequestPerSecond"),
        memory_kib_per_rps=_whole(parameters, "memoryKiBPerRequestPerSecond"),
        request_ms=_whole(parameters, "requestMs"),
        health_check_ms=_maybe(parameters, "healthCheckSeconds") or 0,
        calls=tuple(_call(call) for call in parameters.get("calls") or []),
    )
    account_changes.image_put(world, image)
    journal.call_made(world, "lab:PutImage", name, None)
    return {"image": {"image": name, "missing": image.is_missing, "sizeMiB": image.size_mib}}


def _call(call: Mapping[str, Any]) -> ImageCall:
    """An AWS call that the program makes at its start, and every minute unless `every` says otherwise."""
    action, every = str(call["action"]), milliseconds(call.get("every", "60s"), "calls.every")
    if not _ACTION.fullmatch(action):
        raise InvalidParameterException(f"action is {action[:64]!r}; write service:Action, such as s3:GetObject.")
    if every < SHORTEST_MS:
        raise InvalidParameterException("calls.every needs to be at least 1s.")
    return ImageCall(action, str(call.get("resource", "*")), every)


def _whole(parameters: Mapping[str, Any], member: str, default: int = 0) -> int:
    value = int(parameters.get(member, default))
    if value < 0:
        raise InvalidParameterException(f"{member} is {value}; it needs to be 0 or more.")
    return value


def _maybe(parameters: Mapping[str, Any], member: str) -> int | None:
    value = parameters.get(member)
    return None if value is None else milliseconds(value, member)

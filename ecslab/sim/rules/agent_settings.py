"""What the settings of an instance's ECS agent change of what it registers.

The values are texts, as the agent reads them from its environment.
Source: PN:T-50, SS:T-18, PN:R-3, PN:R-12, PN:R-35, PN:N-25; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html,
as of 2026-09-11.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ecslab.sim import written
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.networking import DYNAMIC_PORTS, HIGHEST_PORT

RESERVED_MEMORY, RESERVED_PORTS, RESERVED_PORTS_UDP = (
    "ECS_RESERVED_MEMORY",
    "ECS_RESERVED_PORTS",
    "ECS_RESERVED_PORTS_UDP",
)
STOP_TIMEOUT, START_TIMEOUT = "ECS_CONTAINER_STOP_TIMEOUT", "ECS_CONTAINER_START_TIMEOUT"
INSTANCE_ATTRIBUTES, DYNAMIC_RANGE = "ECS_INSTANCE_ATTRIBUTES", "ECS_DYNAMIC_HOST_PORT_RANGE"
TASK_ROLE, TASK_ROLE_ON_HOST = "ECS_ENABLE_TASK_IAM_ROLE", "ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST"
SPOT_DRAINING = "ECS_ENABLE_SPOT_INSTANCE_DRAINING"
LOGGING_DRIVERS = "ECS_AVAILABLE_LOGGING_DRIVERS"
OF_IDENTITY = (
    TASK_ROLE,
    TASK_ROLE_ON_HOST,
    LOGGING_DRIVERS,
    "ECS_AWSVPC_BLOCK_IMDS",
    "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE",
)
"""Settings that decide who a task is and where it may log (IC:I-34, IC:I-38, IC:R-8, IC:R-10)."""
DEFAULT_PORTS = (22, 2375, 2376, 51678, 51679)
"""TCP ports that a current Linux agent registers as taken (PN:R-10)."""
_CAPABILITY = "com.amazonaws.ecs.capability."
_RANGE = re.compile(r"(\d{1,5})-(\d{1,5})", re.ASCII)
_DURATION = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?", re.ASCII)
_UNITS_S = (3600, 60, 1)


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """The settings that matter; `unread` are the others, which change nothing here."""

    reserved_memory_mib: int
    ports: tuple[tuple[str, int], ...]
    attributes: Mapping[str, str]
    dynamic_ports: tuple[int, int]
    container_stop_timeout_ms: int | None
    container_start_timeout_ms: int | None
    unread: tuple[str, ...]


def read(settings: Mapping[str, str]) -> AgentSettings:
    """The settings as numbers and names. Raises InvalidParameterException."""
    withheld(settings, ())
    known = (
        RESERVED_MEMORY,
        RESERVED_PORTS,
        RESERVED_PORTS_UDP,
        INSTANCE_ATTRIBUTES,
        DYNAMIC_RANGE,
        STOP_TIMEOUT,
        SPOT_DRAINING,
        START_TIMEOUT,
        *OF_IDENTITY,
    )
    return AgentSettings(
        _memory(settings.get(RESERVED_MEMORY, "0")),
        (*_ports(settings, RESERVED_PORTS, "tcp", DEFAULT_PORTS), *_ports(settings, RESERVED_PORTS_UDP, "udp", ())),
        _attributes(settings.get(INSTANCE_ATTRIBUTES, "{}")),
        _range(settings[DYNAMIC_RANGE]) if DYNAMIC_RANGE in settings else DYNAMIC_PORTS,
        _duration_ms(settings, STOP_TIMEOUT),
        _duration_ms(settings, START_TIMEOUT),
        tuple(name for name in settings if name not in known),
    )


def withheld(settings: Mapping[str, str], attributes: Iterable[str]) -> list[str]:
    """The attributes of the lab's image that an agent does not announce, because its settings turn them off.

    The ECS-optimized image turns task roles on, and all the log drivers that it has (IC:I-34, IC:R-10).
    """
    off = {
        f"{_CAPABILITY}task-iam-role": settings.get(TASK_ROLE, "true").lower() != "true",
        f"{_CAPABILITY}task-iam-role-network-host": settings.get(TASK_ROLE_ON_HOST, "true").lower() != "true",
    }
    if LOGGING_DRIVERS in settings:
        drivers: list[Any] = _json(LOGGING_DRIVERS, settings[LOGGING_DRIVERS], list, '["json-file", "awslogs"]')
        lead = f"{_CAPABILITY}logging-driver."
        off |= {name: name.removeprefix(lead) not in drivers for name in attributes if name.startswith(lead)}
    return [name for name in attributes if off.get(name)]


def drops_bridge_metadata(user_data: str) -> bool:
    """Whether an instance's start script drops what bridge containers send to the metadata (IC:I-38)."""
    return any(
        all(word in line for word in ("DOCKER-USER", "169.254.169.254", "DROP")) for line in user_data.splitlines()
    )


def _memory(text: str) -> int:
    mib = written.whole(text)
    if mib is None:
        raise InvalidParameterException(
            f"{RESERVED_MEMORY} is {text[:64]!r}; it needs a whole number of MiB, such as 256."
        )
    return mib


def _json(name: str, text: str, kind: type, example: str) -> Any:
    value = written.json_value(text)
    if not isinstance(value, kind):
        raise InvalidParameterException(f"{name} is {text[:64]!r}; it needs JSON such as {example}.")
    return value


def _ports(
    settings: Mapping[str, str], name: str, protocol: str, default: tuple[int, ...]
) -> tuple[tuple[str, int], ...]:
    """The ports of one protocol that the agent keeps; the setting replaces the default (PN:R-12)."""
    ports: list[Any] = _json(name, settings[name], list, "[22, 8080]") if name in settings else list(default)
    for port in ports:
        if not isinstance(port, int) or not 1 <= port <= HIGHEST_PORT:
            raise InvalidParameterException(f"{name} holds {port!r}; ports go from 1 to {HIGHEST_PORT}.")
    return tuple((protocol, port) for port in dict.fromkeys(ports))


def _attributes(text: str) -> Mapping[str, str]:
    found: dict[str, Any] = _json(INSTANCE_ATTRIBUTES, text, dict, '{"stack": "prod"}')
    return {name: str(value) for name, value in found.items()}


def _range(text: str) -> tuple[int, int]:
    match = _RANGE.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]) <= HIGHEST_PORT:
        raise InvalidParameterException(
            f"{DYNAMIC_RANGE} is {text[:64]!r}; write two ports with a hyphen, such as 49153-65535."
        )
    return int(match[1]), int(match[2])


def _duration_ms(settings: Mapping[str, str], name: str) -> int | None:
    """A duration as the agent reads it, such as 2m or 1m30s, in milliseconds; at least a second (PN:T-50)."""
    if name not in settings:
        return None
    match = _DURATION.fullmatch(settings[name])
    seconds = sum(int(part or 0) * unit for part, unit in zip(match.groups(), _UNITS_S, strict=True)) if match else 0
    if seconds < 1:
        raise InvalidParameterException(
            f"{name} is {settings[name][:64]!r}; write a duration of at least a second, such as 30s, 2m or 1m30s."
        )
    return seconds * 1000

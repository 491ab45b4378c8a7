"""What one container definition may say, wherever the task runs (PN:T-13 to PN:T-18, PN:T-32, PN:T-60 to PN:T-78)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim import written
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.ecs import ClientException

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_IMAGE = re.compile(r"[A-Za-z0-9_./:@#-]{1,255}")
_PORT_RANGE = re.compile(r"(\d{1,5})-(\d{1,5})", re.ASCII)
HIGHEST_PORT = 65535

Container = Mapping[str, Any]


def check_container(container: Container, network_mode: str) -> None:
    """Everything that one container can have wrong by itself. Raises ClientException."""
    name = _checked_name(container)
    _check_image(container, name)
    _check_sizes(container, name)
    _check_ports(container, name, network_mode)
    _check_network_members(container, name, network_mode)
    _check_gpus(container, name)
    _check_restart_policy(container, name)
    if health_check := container.get("healthCheck"):
        _check_health_check(health_check, name)
    for member in ("stopTimeout", "startTimeout"):
        if container.get(member, 1) < 1:
            raise ClientException(
                f"{member} of container '{name}' is {container[member]} seconds; it needs to be at least 1 second."
            )


def _checked_name(container: Container) -> str:
    name = str(container.get("name", ""))
    if not name:
        raise ClientException(
            "Container.name should not be null or empty. Give every entry of containerDefinitions a name."
        )
    if not _NAME.fullmatch(name):
        raise ClientException(
            f"Container.name contains invalid characters. {name[:255]!r} may have 1 to 255 letters, digits, "
            "hyphens and underscores."
        )
    return name


def _check_image(container: Container, name: str) -> None:
    image = str(container.get("image", ""))
    if not image:
        raise ClientException(
            f"Container.image should not be null or empty. Container '{name}' names no image; "
            "write one such as nginx:1.27."
        )
    if not _IMAGE.fullmatch(image):
        raise ClientException(
            f"Container.image contains invalid characters. The image of container '{name}' is {image[:255]!r}; "
            "replace placeholders, and use at most 255 letters, digits and - _ : . / # @."
        )


def _check_sizes(container: Container, name: str) -> None:
    for member, unit in (("cpu", "CPU units"), ("memory", "MiB"), ("memoryReservation", "MiB")):
        if container.get(member, 0) < 0:
            raise ClientException(
                f"Invalid setting for container '{name}'. {member} is {container[member]} {unit}; "
                "it needs to be a whole number from 0 up."
            )
    hard, soft = container.get("memory"), container.get("memoryReservation")
    if hard and soft and hard < soft:
        raise ClientException(
            f"Invalid setting for container '{name}'. The hard limit memory is {hard} MiB and memoryReservation is "
            f"{soft} MiB; memory must be the greater of the two."
        )


def _check_ports(container: Container, name: str, network_mode: str) -> None:
    mappings: Sequence[Mapping[str, Any]] = container.get("portMappings", ())
    if mappings and network_mode == "none":
        raise ClientException(
            f"Port mappings are not supported when networkMode=none. Remove portMappings from container '{name}' "
            "or choose another network mode."
        )
    protocols: dict[int, str] = {}
    for mapping in mappings:
        _check_mapping(mapping, name, network_mode)
        port, protocol = mapping.get("containerPort"), mapping.get("protocol", "tcp")
        if port is not None and protocols.setdefault(port, protocol) != protocol:
            raise ClientException(
                f"Container '{name}' exposes container port {port} for {protocols[port]} and for {protocol}; "
                "one container port can be exposed for one protocol only."
            )
    ranges = [m for m in mappings if "containerPortRange" in m]
    if len(ranges) > LIMITS["port_ranges_a_container"]:
        raise ClientException(
            f"Container '{name}' has {len(ranges)} container port ranges; "
            f"at most {LIMITS['port_ranges_a_container']} are allowed."
        )


def _check_mapping(mapping: Mapping[str, Any], name: str, network_mode: str) -> None:
    if "containerPortRange" in mapping:
        _check_range(mapping, name, network_mode)
        return
    port, host_port = mapping.get("containerPort"), mapping.get("hostPort")
    if port is None:
        raise ClientException(
            f"A port mapping of container '{name}' has no containerPort; name the port that the program listens on."
        )
    if not 1 <= port <= HIGHEST_PORT or not 0 <= (host_port or 0) <= HIGHEST_PORT:
        wrong = f"containerPort {port}" if not 1 <= port <= HIGHEST_PORT else f"hostPort {host_port}"
        raise ClientException(
            f"Invalid setting for container '{name}'. {wrong} is no port; ports go from 1 to {HIGHEST_PORT}, "
            "and a hostPort of 0 asks for a dynamic one."
        )
    if network_mode in ("awsvpc", "host") and host_port not in (None, port):
        raise ClientException(
            f"When networkMode={network_mode}, the host ports and container ports in port mappings must match. "
            f"Container '{name}' maps host port {host_port} to container port {port}; "
            f"leave hostPort out or make it {port}."
        )


def _check_range(mapping: Mapping[str, Any], name: str, network_mode: str) -> None:
    text = str(mapping["containerPortRange"])
    if "hostPort" in mapping or "containerPort" in mapping:
        raise ClientException(
            f"Container '{name}' gives containerPortRange together with hostPort or containerPort; "
            "use the range alone, the host ports are chosen for it."
        )
    if network_mode not in ("bridge", "awsvpc"):
        raise ClientException(
            f"containerPortRange of container '{name}' needs networkMode bridge or awsvpc, and it is {network_mode}."
        )
    match = _PORT_RANGE.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]) <= HIGHEST_PORT:
        raise ClientException(
            f"containerPortRange of container '{name}' is {text!r}; write two ports with a hyphen, such as 8000-8010."
        )


def _check_network_members(container: Container, name: str, network_mode: str) -> None:
    if container.get("links") and network_mode != "bridge":
        raise ClientException(
            f"Links are not supported when networkMode={network_mode}. Remove links from container '{name}'; "
            "containers of an awsvpc or host task reach each other on localhost."
        )
    for member in ("hostname", "extraHosts"):
        if container.get(member) and network_mode == "awsvpc":
            raise ClientException(
                f"{member} is not supported when networkMode=awsvpc. Remove {member} from container '{name}'."
            )


def _check_gpus(container: Container, name: str) -> None:
    for requirement in container.get("resourceRequirements", ()):
        value = str(requirement.get("value", ""))
        if requirement.get("type") == "GPU" and not written.whole(value):
            raise ClientException(
                f"Invalid setting for container '{name}'. The GPU requirement is {value[:64]!r}; "
                'the lab gives whole GPUs, so write a number such as "1".'
            )


def _check_restart_policy(container: Container, name: str) -> None:
    policy = container.get("restartPolicy")
    if not policy:
        return
    _in_range(policy, "restartAttemptPeriod", "restart_attempt_period", f"restartPolicy of container '{name}'")
    codes = policy.get("ignoredExitCodes", ())
    if len(codes) > LIMITS["ignored_exit_codes"]:
        raise ClientException(
            f"restartPolicy of container '{name}' ignores {len(codes)} exit codes; "
            f"at most {LIMITS['ignored_exit_codes']} are allowed."
        )


def _check_health_check(check: Mapping[str, Any], name: str) -> None:
    command: Sequence[str] = check.get("command", ())
    if not command or command[0] not in ("CMD", "CMD-SHELL") or len(command) == 1:
        raise ClientException(
            f"The health check command of container '{name}' must begin with CMD or CMD-SHELL and name a command, "
            'such as ["CMD-SHELL", "curl -f http://localhost/ || exit 1"].'
        )
    for member, limit in (
        ("interval", "health_check.interval"),
        ("timeout", "health_check.timeout"),
        ("retries", "health_check.retries"),
        ("startPeriod", "health_check.start_period"),
    ):
        _in_range(check, member, limit, f"healthCheck of container '{name}'")


def _in_range(values: Mapping[str, Any], member: str, limit: str, where: str) -> None:
    low, high, value = LIMITS[f"{limit}.min"], LIMITS[f"{limit}.max"], values.get(member)
    if value is not None and not low <= value <= high:
        raise ClientException(f"{member} in {where} is {value}; it needs to be from {low} to {high}.")

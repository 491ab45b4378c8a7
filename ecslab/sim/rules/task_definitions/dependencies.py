"""dependsOn: who waits for whom, and what can never be satisfied (PN:T-40 to PN:T-45)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.errors.ecs import ClientException


def check_dependencies(containers: Sequence[Mapping[str, Any]]) -> None:
    """Every dependency names another container that can reach the condition. Raises ClientException."""
    by_name = {str(c["name"]): c for c in containers}
    for container in containers:
        for dependency in container.get("dependsOn", ()):
            _check_one(str(container["name"]), dependency, by_name)
    _check_cycles({name: [d["containerName"] for d in c.get("dependsOn", ())] for name, c in by_name.items()})


def _check_one(waiter: str, dependency: Mapping[str, Any], by_name: Mapping[str, Mapping[str, Any]]) -> None:
    name, condition = str(dependency["containerName"]), dependency["condition"]
    target = by_name.get(name)
    others = ", ".join(n for n in by_name if n != waiter) or "there is none"
    if target is None:
        raise ClientException(
            f"Cannot depend on container + '{name}' because it does not exist. Container '{waiter}' can wait for "
            f"containers of its own task definition only: {others}."
        )
    if condition in ("SUCCESS", "COMPLETE") and target.get("essential", True):
        raise ClientException(
            "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container. "
            f"Container '{waiter}' waits for '{name}' to end; set essential to false on '{name}'."
        )
    if condition == "HEALTHY" and not target.get("healthCheck"):
        raise ClientException(
            f"Container '{waiter}' waits for '{name}' to be HEALTHY and '{name}' has no healthCheck; "
            "add one, or wait for START."
        )


def _check_cycles(waits_for: Mapping[str, Sequence[str]]) -> None:
    """Take away containers that wait for nothing until none is left; what stays waits for itself (PN:T-44)."""
    left = {name: list(names) for name, names in waits_for.items()}
    while free := [name for name, names in left.items() if not any(n in left for n in names)]:
        for name in free:
            del left[name]
    if left:
        raise ClientException(
            f"Task dependencies cannot be resolved: the containers {', '.join(left)} wait for each other; "
            "remove one of their dependsOn entries."
        )

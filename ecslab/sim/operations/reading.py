"""Reading the members of a request: the few shapes that every operation shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.errors import ClientException, InvalidParameterException
from ecslab.sim.state.task_definition import PlacementConstraint, PlacementStrategy, TaskDefinition
from ecslab.sim.world import World

MAX_PAGE = 100
DEFAULT_PLATFORM = "1.4.0"


def one_of(parameters: Mapping[str, Any], member: str, allowed: Sequence[str], default: str) -> str:
    """A member of an enumeration. Raises InvalidParameterException for another word."""
    value = str(parameters.get(member, default))
    if value not in allowed:
        raise InvalidParameterException(f"{member} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def strategies(parameters: Mapping[str, Any]) -> tuple[PlacementStrategy, ...]:
    """The placementStrategy member."""
    items = parameters.get("placementStrategy") or []
    return tuple(PlacementStrategy(item.get("type", ""), item.get("field", "")) for item in items)


def constraints(parameters: Mapping[str, Any]) -> tuple[PlacementConstraint, ...]:
    """The placementConstraints member."""
    items = parameters.get("placementConstraints") or []
    return tuple(PlacementConstraint(item.get("type", ""), item.get("expression")) for item in items)


def network(
    world: World, parameters: Mapping[str, Any], definition: TaskDefinition, launch_type: str
) -> dict[str, Any] | None:
    """The networkConfiguration member, judged against the task definition (PN:E-6, PN:N-36, PN:N-44)."""
    configuration: dict[str, Any] | None = parameters.get("networkConfiguration")
    vpc = (configuration or {}).get("awsvpcConfiguration")
    if definition.network_mode != "awsvpc":
        if vpc:
            raise InvalidParameterException(
                "Network Configuration is only valid when networkMode 'awsvpc' is specified; "
                f"{definition.name} uses '{definition.network_mode}'. Leave networkConfiguration out."
            )
        return None
    if not vpc:
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    _judge_subnets(world, vpc.get("subnets") or [])
    groups = vpc.get("securityGroups") or []
    for group in groups:
        if group not in world.security_groups:
            raise InvalidParameterException(f"The security group '{group}' does not exist.")
    if launch_type == "EC2" and vpc.get("assignPublicIp") == "ENABLED":
        raise InvalidParameterException("Assign public IP is not supported for this launch type.")
    return configuration


def _judge_subnets(world: World, subnets: Sequence[str]) -> None:
    if not 1 <= len(subnets) <= 16:
        raise InvalidParameterException(f"subnets holds {len(subnets)} entries; 1 to 16 are needed.")
    for subnet in subnets:
        if subnet not in world.subnets:
            raise InvalidParameterException(f"The subnet ID '{subnet}' does not exist.")


def usable_definition(world: World, reference: str, *, updating: bool = False) -> TaskDefinition:
    """An ACTIVE revision (PN:T-5, PN:T-6). Raises ClientException or InvalidParameterException as AWS does."""
    definition = world.task_definition(reference)
    if definition.status != "ACTIVE":
        raise (ClientException if updating else InvalidParameterException)("TaskDefinition is inactive")
    return definition


def launch_type(parameters: Mapping[str, Any], definition: TaskDefinition) -> str:
    """EC2 or FARGATE, EC2 when nothing is said (PN:P-3); the definition must be able to run there (PN:T-87)."""
    if parameters.get("capacityProviderStrategy"):
        if "launchType" in parameters:
            raise InvalidParameterException(
                "Specifying both a launch type and capacity provider strategy is not supported. "
                "Remove one and try again."
            )
        raise InvalidParameterException(
            "capacityProviderStrategy is not simulated yet; give launchType EC2 or FARGATE instead."
        )
    kind = one_of(parameters, "launchType", ("EC2", "FARGATE"), "EC2")
    if definition.compatibilities and kind not in definition.compatibilities:
        raise InvalidParameterException(f"Task definition does not support launch_type {kind}.")
    return kind


def no_placement_on_fargate(parameters: Mapping[str, Any], kind: str) -> None:
    """Strategies and constraints exist for EC2 alone (PN:P-4)."""
    if kind != "FARGATE":
        return
    if parameters.get("placementStrategy"):
        raise InvalidParameterException("Placement strategies are not supported with FARGATE launch type.")
    if parameters.get("placementConstraints"):
        raise InvalidParameterException("Placement constraints are not supported with FARGATE launch type.")


def page(arns: list[str], parameters: Mapping[str, Any]) -> tuple[list[str], str | None]:
    """One page of a List answer and the token of the next; a token is the number of entries before it."""
    size = parameters.get("maxResults") or MAX_PAGE
    token = str(parameters.get("nextToken") or "0")
    if not token.isdecimal():
        raise InvalidParameterException("Invalid token.")
    begin = int(token)
    return arns[begin : begin + size], str(begin + size) if begin + size < len(arns) else None

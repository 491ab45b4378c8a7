"""Reading the members of a request: the few shapes that every operation shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim import written
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import ClientException, PlatformUnknownException
from ecslab.sim.rules import networking
from ecslab.sim.state.task_definition import PlacementConstraint, PlacementStrategy, TaskDefinition
from ecslab.sim.world import World

ELSEWHERE = ("EXTERNAL", "MANAGED_INSTANCES")
"""Launch types that AWS has and the lab has not."""
LATEST_PLATFORMS = {"LINUX": "1.4.0", "WINDOWS": "1.0.0"}
"""What LATEST means on Fargate (PN:F-6)."""


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
                "Network Configuration is not valid for the given networkMode of this task definition. "
                f"{definition.name} uses '{definition.network_mode}'; leave networkConfiguration out."
            )
        return None
    if not vpc:
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    _judge_subnets(world, vpc.get("subnets") or [])
    _judge_security_groups(world, vpc.get("securityGroups") or [], world.subnets[vpc["subnets"][0]].vpc_id)
    if launch_type == "EC2" and vpc.get("assignPublicIp") == "ENABLED":
        raise InvalidParameterException("Assign public IP is not supported for this launch type.")
    return configuration


def _judge_subnets(world: World, subnets: Sequence[str]) -> None:
    """1 to 16 subnets that exist, all of one VPC (PN:N-36)."""
    if not 1 <= len(subnets) <= LIMITS["subnets"]:
        raise InvalidParameterException(f"subnets holds {len(subnets)} entries; 1 to {LIMITS['subnets']} are needed.")
    if problem := networking.missing_subnet(world, subnets):
        raise InvalidParameterException(problem)
    vpcs = list(dict.fromkeys(world.subnets[subnet].vpc_id for subnet in subnets))
    if len(vpcs) > 1:
        raise InvalidParameterException(f"The subnets are in {' and '.join(vpcs)}; name subnets of one VPC.")


def _judge_security_groups(world: World, groups: Sequence[str], vpc_id: str) -> None:
    """At most 5 security groups of the subnets' VPC; none means the VPC's default group (PN:N-36)."""
    if len(groups) > LIMITS["security_groups"]:
        raise InvalidParameterException(
            f"securityGroups holds {len(groups)} entries; at most {LIMITS['security_groups']} are allowed."
        )
    if problem := networking.missing_group(world, groups):
        raise InvalidParameterException(problem)
    for group in groups:
        if world.security_groups[group].vpc_id != vpc_id:
            raise InvalidParameterException(
                f"Security group {group} does not appear to belong to the same VPC as the input subnets."
            )


def usable_definition(world: World, reference: str, *, updating: bool = False) -> TaskDefinition:
    """An ACTIVE revision (PN:T-5, PN:T-6). Raises ClientException or InvalidParameterException as AWS does."""
    definition = world.task_definition(reference)
    if definition.status != "ACTIVE":
        raise (ClientException if updating else InvalidParameterException)("TaskDefinition is inactive")
    return definition


def launch_type(parameters: Mapping[str, Any], definition: TaskDefinition) -> str:
    """EC2 or FARGATE, EC2 when nothing is said (PN:P-3); the definition must be able to run there (PN:T-87)."""
    kind = one_of(parameters, "launchType", ("EC2", "FARGATE", *ELSEWHERE), "EC2")
    if kind in ELSEWHERE:
        raise InvalidParameterException(f"launchType {kind} is not simulated yet; use EC2 or FARGATE.")
    judge_kind(definition, kind)
    return kind


def judge_kind(definition: TaskDefinition, kind: str) -> None:
    """Whether a revision can run on EC2, or on Fargate (PN:T-87). Raises InvalidParameterException."""
    if definition.compatibilities and kind not in definition.compatibilities:
        raise InvalidParameterException(f"Task definition does not support launch_type {kind}.")


def no_placement_on_fargate(parameters: Mapping[str, Any], kind: str) -> None:
    """Strategies and constraints exist for EC2 alone (PN:P-4)."""
    if kind != "FARGATE":
        return
    if parameters.get("placementStrategy"):
        raise InvalidParameterException("Placement strategies are not supported with FARGATE launch type.")
    if parameters.get("placementConstraints"):
        raise InvalidParameterException("Placement constraints are not supported with FARGATE launch type.")


def asked(parameters: Mapping[str, Any], member: str, spoken: str) -> list[str]:
    """The names or ARNs that a Describe call asks for: some, and no more than AWS takes at once (IC:Q-24)."""
    references = [str(reference) for reference in parameters.get(member) or []]
    most = LIMITS[f"described.{member}"]
    if not references:
        raise InvalidParameterException(f"{spoken} cannot be empty. Name 1 to {most} in {member}.")
    if len(references) > most:
        raise InvalidParameterException(
            f"{member} holds {len(references)} entries and one call describes at most {most}; ask in several calls."
        )
    return references


def missing(world: World, kind: str, cluster_name: str, reference: str) -> dict[str, str]:
    """The failure of a Describe call about something that is not there (IC:X-4); an ARN is told as it was given."""
    is_arn = reference.startswith("arn:")
    arn = reference if is_arn else world.ids.arn("ecs", f"{kind}/{cluster_name}/{reference.rpartition('/')[2]}")
    return {"arn": arn, "reason": "MISSING"}


def platform_version(parameters: Mapping[str, Any], definition: TaskDefinition) -> str:
    """The Fargate platform version: LATEST or its number, counted apart for Linux and Windows (PN:F-6)."""
    newest = LATEST_PLATFORMS["WINDOWS" if definition.is_windows else "LINUX"]
    version = str(parameters.get("platformVersion", "LATEST"))
    if version not in ("LATEST", newest):
        raise PlatformUnknownException(f"The platform version {version} is not available; use LATEST or {newest}.")
    return newest


def page(arns: list[str], parameters: Mapping[str, Any], size: int = LIMITS["page"]) -> tuple[list[str], str | None]:
    """One page of a List answer and the token of the next; a token is the number of entries before it (IC:Q-24)."""
    size = parameters.get("maxResults", size)
    if not 1 <= size <= LIMITS["page"]:
        raise InvalidParameterException(f"maxResults is {size}; it needs to be from 1 to {LIMITS['page']}.")
    begin = written.whole(str(parameters.get("nextToken") or "0"))
    if begin is None or begin > len(arns):
        raise InvalidParameterException("Invalid token. Give the nextToken of the answer before, or none.")
    return arns[begin : begin + size], str(begin + size) if begin + size < len(arns) else None

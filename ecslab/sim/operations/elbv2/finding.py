"""The load balancers, target groups, listeners and rules that a request names, and how pages are chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import ValidationError
from ecslab.sim.errors.elbv2 import ListenerNotFound, LoadBalancerNotFound, RuleNotFound, TargetGroupNotFound
from ecslab.sim.state.load_balancer import Listener, LoadBalancer, Rule, TargetGroup
from ecslab.sim.world import World

_NAME = re.compile(r"[A-Za-z0-9-]+", re.ASCII)


def load_balancer(world: World, arn: str) -> LoadBalancer:
    """A load balancer by ARN. Raises LoadBalancerNotFound."""
    found = world.load_balancers.get(arn)
    if found is None:
        raise LoadBalancerNotFound(f"Load balancer '{arn}' not found")
    return found


def target_group(world: World, arn: str) -> TargetGroup:
    """A target group by ARN. Raises TargetGroupNotFound."""
    found = world.target_groups.get(arn)
    if found is None:
        raise TargetGroupNotFound(f"Target groups '{arn}' not found")
    return found


def listener(world: World, arn: str) -> Listener:
    """A listener by ARN. Raises ListenerNotFound."""
    found = world.listeners.get(arn)
    if found is None:
        raise ListenerNotFound(f"Listener '{arn}' not found")
    return found


def rule(world: World, arn: str) -> tuple[Listener, Rule]:
    """A rule by ARN, with its listener. Raises RuleNotFound."""
    for candidate in world.listeners.values():
        for found in candidate.rules:
            if found.arn == arn:
                return candidate, found
    raise RuleNotFound(f"Rule '{arn}' not found")


def check_name(name: str, thing: str) -> None:
    """1 to 32 letters, digits and hyphens, no hyphen at either end. Raises ValidationError."""
    if len(name) > LIMITS["elb.name"]:
        raise ValidationError(f"{thing} name '{name[:64]}' cannot be longer than '{LIMITS['elb.name']}' characters")
    if not _NAME.fullmatch(name):
        raise ValidationError(
            f"{thing} name '{name}' can only contain characters that are alphanumeric characters or hyphens(-)"
        )
    if name.startswith("-") or name.endswith("-"):
        raise ValidationError(f"{thing} name '{name}' cannot begin or end with '-'")


def check_arn(arn: str, kind: str, spoken: str) -> None:
    """The ARN of a thing that may be gone already. Raises ValidationError for what is no such ARN."""
    if not arn.startswith("arn:aws:elasticloadbalancing:") or f":{kind}/" not in arn:
        raise ValidationError(f"'{arn[:128]}' is not a valid {spoken} ARN")


def number(value: Any, name: str, low: int, high: int) -> int:
    """A number of a range. Raises ValidationError."""
    if not low <= int(value) <= high:
        raise ValidationError(f"{name} '{value}' must be between {low} and {high}")
    return int(value)


def tags_of(parameters: Mapping[str, Any]) -> list[dict[str, str]]:
    """The tags of a new resource."""
    return [{"Key": str(t["Key"]), "Value": str(t.get("Value", ""))} for t in parameters.get("Tags") or []]


def asked(parameters: Mapping[str, Any], member: str) -> Sequence[str]:
    """The ARNs or names that a Describe call asks for; none means all."""
    return [str(item) for item in parameters.get(member) or []]

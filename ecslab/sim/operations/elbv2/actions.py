"""The actions and conditions of rules, read and judged (PN:L-51 to PN:L-54).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html, as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import ValidationError
from ecslab.sim.errors.elbv2 import (
    IncompatibleProtocols,
    InvalidConfigurationRequest,
    InvalidLoadBalancerAction,
    TargetGroupAssociationLimit,
    TooManyActions,
    TooManyUniqueTargetGroupsPerLoadBalancer,
)
from ecslab.sim.operations.elbv2 import finding
from ecslab.sim.rules.load_balancing import attachment, matching
from ecslab.sim.state.load_balancer import Action, Condition, Forward, LoadBalancer
from ecslab.sim.world import World

KINDS = ("forward", "redirect", "fixed-response")
ONCE = ("host-header", "path-pattern", "http-request-method", "source-ip")
"""Conditions that a rule has at most once (PN:L-51)."""
_CONFIGS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "source-ip": "SourceIpConfig",
    "http-header": "HttpHeaderConfig",
    "query-string": "QueryStringConfig",
}


def read_actions(world: World, balancer: LoadBalancer, items: Sequence[Mapping[str, Any]]) -> tuple[Action, ...]:
    """The one action of a rule that answers a request. Raises what Elastic Load Balancing raises."""
    if len(items) != 1:
        raise TooManyActions("A rule of the lab has exactly one action: forward, redirect or fixed-response")
    item = items[0]
    kind = str(item["Type"])
    if kind not in KINDS:
        raise InvalidLoadBalancerAction(f"The action {kind} is not simulated; use one of {', '.join(KINDS)}")
    if kind != "forward":
        return (_answer(balancer, kind, item),)
    forwards = _forwards(item)
    groups = [forward.target_group_arn for forward in forwards]
    for arn in groups:
        _judge_group(world, balancer, arn)
    used = [group.arn for group in attachment.groups_of(world, balancer)]
    if len({*groups, *used}) > LIMITS["elb.groups"]:
        raise TooManyUniqueTargetGroupsPerLoadBalancer(f"At most {LIMITS['elb.groups']} target groups are allowed")
    if not balancer.is_application and len(forwards) > 1:
        raise InvalidLoadBalancerAction("A listener of a Network Load Balancer forwards to one target group")
    return (Action(kind, dict(item), forwards),)


def _answer(balancer: LoadBalancer, kind: str, item: Mapping[str, Any]) -> Action:
    """An answer without a target, which only an Application Load Balancer gives."""
    if not balancer.is_application:
        raise InvalidLoadBalancerAction(f"The action type '{kind}' is not valid with a Network Load Balancer")
    member = "RedirectConfig" if kind == "redirect" else "FixedResponseConfig"
    if not item.get(member):
        raise ValidationError(f"An action of type '{kind}' needs {member}")
    code = str(item[member]["StatusCode"])
    allowed = ("HTTP_301", "HTTP_302") if kind == "redirect" else ("2", "4", "5")
    if not (code in allowed if kind == "redirect" else len(code) == 3 and code.isdecimal() and code[0] in allowed):
        raise ValidationError(f"The status code '{code[:64]}' is not valid for an action of type '{kind}'")
    return Action(kind, dict(item))


def _forwards(item: Mapping[str, Any]) -> tuple[Forward, ...]:
    """The target groups of a forward action with their weights; one alone has weight 1 (PN:L-54)."""
    named = (item.get("ForwardConfig") or {}).get("TargetGroups") or []
    if not named:
        named = [{"TargetGroupArn": item["TargetGroupArn"]}] if item.get("TargetGroupArn") else []
    if not 1 <= len(named) <= LIMITS["elb.forwards"]:
        raise ValidationError(f"A forward action has 1 to {LIMITS['elb.forwards']} target groups, not {len(named)}")
    found = tuple(
        Forward(
            str(group.get("TargetGroupArn")), finding.number(group.get("Weight", 1), "Weight", 0, LIMITS["elb.weight"])
        )
        for group in named
    )
    if len({forward.target_group_arn for forward in found}) < len(found):
        raise ValidationError("A forward action names each target group once")
    return found


def _judge_group(world: World, balancer: LoadBalancer, arn: str) -> None:
    """A group of the VPC and of a fitting protocol that no other load balancer uses (PN:L-52)."""
    group = finding.target_group(world, arn)
    if group.vpc_id != balancer.vpc_id:
        raise InvalidConfigurationRequest(f"The target group '{arn}' is not in the VPC '{balancer.vpc_id}'")
    if group.is_for_requests != balancer.is_application:
        raise IncompatibleProtocols(
            f"The target group '{arn}' has protocol {group.protocol}, which does not go with a load balancer of type "
            f"'{balancer.type}'"
        )
    user = attachment.balancer_of(world, arn)
    if user is not None and user.arn != balancer.arn:
        raise TargetGroupAssociationLimit(
            f"The following target groups cannot be associated with more than one load balancer: {arn}"
        )


def read_conditions(items: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions of a rule within the limits of PN:L-51 and PN:L-52. Raises ValidationError."""
    conditions = tuple(_condition(item) for item in items)
    if not conditions:
        raise ValidationError("A rule must have at least one condition")
    fields = [condition.field for condition in conditions]
    for name in ONCE:
        if fields.count(name) > 1:
            raise InvalidConfigurationRequest(f"A rule can only have one '{name}' condition")
    values = [value for condition in conditions for value in condition.values]
    if len(values) > LIMITS["elb.values"]:
        raise InvalidConfigurationRequest(f"A rule can have at most {LIMITS['elb.values']} condition values")
    patterns = [v for c in conditions for v in c.values if c.field not in ("http-request-method", "source-ip")]
    if sum(len(matching.WILDCARDS.findall(pattern)) for pattern in patterns) > LIMITS["elb.wildcards"]:
        raise InvalidConfigurationRequest(f"A rule can have at most {LIMITS['elb.wildcards']} wildcards")
    return conditions


def _condition(item: Mapping[str, Any]) -> Condition:
    kind = str(item.get("Field"))
    if kind not in _CONFIGS:
        raise ValidationError(f"Condition field '{kind[:64]}' must be one of {', '.join(_CONFIGS)}")
    config = item.get(_CONFIGS[kind]) or {}
    given = config.get("Values") or item.get("Values") or []
    values = tuple(_text(value) for value in given)
    name = str(config.get("HttpHeaderName", ""))
    if not values or any(not value for value in values):
        raise ValidationError(f"A condition of field '{kind}' must have at least one value")
    for value in values:
        if len(value) > LIMITS["elb.pattern"]:
            raise ValidationError(f"Condition value '{value[:32]}...' cannot be longer than {LIMITS['elb.pattern']}")
    if kind == "http-header" and not name:
        raise ValidationError("A condition of field 'http-header' needs HttpHeaderName")
    return Condition(kind, values, dict(item), name)


def _text(value: Any) -> str:
    """A value as a text; that of a query-string condition has a key."""
    if isinstance(value, Mapping):
        key, text = str(value.get("Key") or ""), str(value.get("Value") or "")
        return f"{key}={text}" if key else text
    return str(value)

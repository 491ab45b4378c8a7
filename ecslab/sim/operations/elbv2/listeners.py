"""Listeners and their rules (PN:L-50 to PN:L-55).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html, as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal, load_balancer_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import ValidationError
from ecslab.sim.errors.elbv2 import (
    DuplicateListener,
    OperationNotPermitted,
    PriorityInUse,
    TooManyListeners,
    TooManyRules,
    UnsupportedProtocol,
)
from ecslab.sim.operations.elbv2 import actions, finding
from ecslab.sim.operations.elbv2.check_settings import HIGHEST_PORT
from ecslab.sim.operations.elbv2.shapes import listener_shape, rule_shape
from ecslab.sim.rules.load_balancing import attachment
from ecslab.sim.rules.tasks import behind
from ecslab.sim.state.load_balancer import Listener, LoadBalancer, Rule
from ecslab.sim.world import World

PROTOCOLS = {"application": ("HTTP", "HTTPS"), "network": ("TCP", "TLS", "UDP", "TCP_UDP")}
SECURE = ("HTTPS", "TLS")
KEPT = ("Certificates", "SslPolicy", "AlpnPolicy")
"""Members that a listener shows as they were given."""


def create_listener(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A port of a load balancer with its default rule (PN:L-50)."""
    balancer = finding.load_balancer(world, str(parameters["LoadBalancerArn"]))
    protocol, port = _place(world, balancer, parameters, None)
    chosen = actions.read_actions(world, balancer, parameters["DefaultActions"])
    if len(attachment.listeners_of(world, balancer)) >= LIMITS["elb.listeners"]:
        raise TooManyListeners(f"A load balancer can have at most {LIMITS['elb.listeners']} listeners")
    path = f"{balancer.path}/{world.ids.hex('listener')}"
    default = Rule(_rule_arn(world, path), None, (), chosen)
    arn = world.ids.arn("elasticloadbalancing", f"listener/{path}")
    listener = Listener(arn, balancer.arn, path, protocol, port, [default], _kept(parameters))
    load_balancer_changes.listener_added(world, listener)
    _groups_change(world)
    journal.call_made(world, "elbv2:CreateListener", arn, None)
    return {"Listeners": [listener_shape(listener)]}


def _rule_arn(world: World, path: str) -> str:
    return world.ids.arn("elasticloadbalancing", f"listener-rule/{path}/{world.ids.hex('listener-rule')}")


def _kept(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {member: parameters[member] for member in KEPT if member in parameters}


def _place(
    world: World, balancer: LoadBalancer, parameters: Mapping[str, Any], current: Listener | None
) -> tuple[str, int]:
    """Protocol and port; a port is one listener's alone, and a secure one needs a certificate."""
    protocol = parameters.get("Protocol", current and current.protocol)
    port = parameters.get("Port", current and current.port)
    if protocol is None or port is None:
        raise ValidationError("A listener needs a protocol and a port")
    if protocol not in PROTOCOLS[balancer.type]:
        allowed = ", ".join(PROTOCOLS[balancer.type])
        raise UnsupportedProtocol(f"Protocol '{protocol}' is not supported on this load balancer; use one of {allowed}")
    port = finding.number(port, "Port", 1, HIGHEST_PORT)
    certificates = parameters.get("Certificates") or (current and current.request.get("Certificates"))
    if protocol in SECURE and not certificates:
        raise ValidationError(f"A certificate must be specified for {protocol} listeners")
    for other in attachment.listeners_of(world, balancer):
        if other is not current and other.port == port:
            raise DuplicateListener(f"A listener already exists on this port for this load balancer '{balancer.arn}'")
    return str(protocol), port


def _groups_change(world: World) -> None:
    """What rules forward to has changed: target groups come into use or go out of it (PN:L-30)."""
    for group in world.target_groups.values():
        behind.group_changed(world, group)


def modify_listener(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Another port, protocol or default action."""
    listener = finding.listener(world, str(parameters["ListenerArn"]))
    balancer = world.load_balancers[listener.load_balancer_arn]
    protocol, port = _place(world, balancer, parameters, listener)
    default = listener.rules[-1]
    chosen = default.actions
    if "DefaultActions" in parameters:
        chosen = actions.read_actions(world, balancer, parameters["DefaultActions"])
    request = {**listener.request, **_kept(parameters)}
    load_balancer_changes.listener_set(world, listener, protocol=protocol, port=port, request=request)
    load_balancer_changes.rule_set(world, default, actions=chosen)
    _groups_change(world)
    journal.call_made(world, "elbv2:ModifyListener", listener.arn, None)
    return {"Listeners": [listener_shape(listener)]}


def delete_listener(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A listener goes with its rules; its target groups are unused from now on."""
    listener = finding.listener(world, str(parameters["ListenerArn"]))
    load_balancer_changes.listener_deleted(world, listener)
    _groups_change(world)
    journal.call_made(world, "elbv2:DeleteListener", listener.arn, None)
    return {}


def describe_listeners(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Listeners of a load balancer in creation order, or those named."""
    arns = finding.asked(parameters, "ListenerArns")
    if "LoadBalancerArn" not in parameters and not arns:
        raise ValidationError("You must specify either listener ARNs or a load balancer ARN")
    if arns:
        return {"Listeners": [listener_shape(finding.listener(world, arn)) for arn in arns]}
    balancer = finding.load_balancer(world, str(parameters["LoadBalancerArn"]))
    return {"Listeners": [listener_shape(e) for e in attachment.listeners_of(world, balancer)]}


def create_rule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A rule of an Application Load Balancer's listener, with a priority of its own (PN:L-50)."""
    listener = finding.listener(world, str(parameters["ListenerArn"]))
    balancer = world.load_balancers[listener.load_balancer_arn]
    if not balancer.is_application:
        raise UnsupportedProtocol(f"Rules are unsupported for {listener.protocol} listeners")
    priority = finding.number(parameters["Priority"], "Priority", 1, LIMITS["elb.priority"])
    if any(rule.priority == priority for rule in listener.rules):
        raise PriorityInUse(f"Priority '{priority}' is currently in use")
    conditions = actions.read_conditions(parameters["Conditions"])
    chosen = actions.read_actions(world, balancer, parameters["Actions"])
    rules = [r for e in attachment.listeners_of(world, balancer) for r in e.rules if r.priority is not None]
    if len(rules) >= LIMITS["elb.rules"]:
        raise TooManyRules(f"A load balancer can have at most {LIMITS['elb.rules']} rules")
    rule = Rule(_rule_arn(world, listener.path), priority, conditions, chosen)
    load_balancer_changes.rules_set(world, listener, [*listener.rules, rule])
    _groups_change(world)
    journal.call_made(world, "elbv2:CreateRule", rule.arn, None)
    return {"Rules": [rule_shape(rule)]}


def modify_rule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Other conditions or another action."""
    listener, rule = finding.rule(world, str(parameters["RuleArn"]))
    if rule.priority is None:
        raise OperationNotPermitted(f"Default rule '{rule.arn}' cannot be modified; modify its listener")
    conditions, chosen = rule.conditions, rule.actions
    if "Conditions" in parameters:
        conditions = actions.read_conditions(parameters["Conditions"])
    if "Actions" in parameters:
        balancer = world.load_balancers[listener.load_balancer_arn]
        chosen = actions.read_actions(world, balancer, parameters["Actions"])
    load_balancer_changes.rule_set(world, rule, conditions=conditions, actions=chosen)
    _groups_change(world)
    journal.call_made(world, "elbv2:ModifyRule", rule.arn, None)
    return {"Rules": [rule_shape(rule)]}


def set_rule_priorities(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Other priorities for rules, all at once."""
    wanted: dict[str, int] = {}
    found: list[tuple[Listener, Rule]] = []
    for item in parameters["RulePriorities"]:
        listener, rule = finding.rule(world, str(item.get("RuleArn")))
        if rule.priority is None:
            raise OperationNotPermitted(f"Default rule '{rule.arn}' has no priority")
        wanted[rule.arn] = finding.number(item.get("Priority", 0), "Priority", 1, LIMITS["elb.priority"])
        found.append((listener, rule))
    for listener, _ in found:
        after = [wanted.get(r.arn, r.priority) for r in listener.rules]
        if len(dict.fromkeys(after)) < len(after):
            raise PriorityInUse("Priorities of one listener must be different")
    for listener, rule in found:
        load_balancer_changes.rule_set(world, rule, priority=wanted[rule.arn])
        load_balancer_changes.rules_set(world, listener, listener.rules)
    journal.call_made(world, "elbv2:SetRulePriorities", found[0][0].arn if found else "", None)
    return {"Rules": [rule_shape(rule) for _, rule in found]}


def delete_rule(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A rule goes; the default rule goes with its listener alone."""
    listener, rule = finding.rule(world, str(parameters["RuleArn"]))
    if rule.priority is None:
        raise OperationNotPermitted(f"Default rule '{rule.arn}' cannot be deleted")
    load_balancer_changes.rules_set(world, listener, [r for r in listener.rules if r is not rule])
    _groups_change(world)
    journal.call_made(world, "elbv2:DeleteRule", rule.arn, None)
    return {}


def describe_rules(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Rules of a listener in the order in which they are evaluated, or those named."""
    arns = finding.asked(parameters, "RuleArns")
    if "ListenerArn" not in parameters and not arns:
        raise ValidationError("You must specify either a listener ARN or rule ARNs")
    if arns:
        return {"Rules": [rule_shape(finding.rule(world, arn)[1]) for arn in arns]}
    return {"Rules": [rule_shape(r) for r in finding.listener(world, str(parameters["ListenerArn"])).rules]}

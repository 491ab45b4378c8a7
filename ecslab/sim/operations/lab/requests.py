"""One request to a load balancer: which rule takes it, which target, and what comes back (PN:L-34, PN:L-50, PN:N-52).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.load_balancing import reaching, requests
from ecslab.sim.state.load_balancer import Action, Listener, LoadBalancer, Rule
from ecslab.sim.world import World

NOTHING: dict[str, Any] = {
    "listener": None,
    "listenerRule": None,
    "action": None,
    "targetGroup": None,
    "target": None,
    "task": None,
    "service": None,
    "shares": [],
    "status": None,
}
_OUTCOMES = {
    "noListener": (
        None,
        "PN:N-52",
        "D",
        "Nothing listens on that port of the load balancer: the connection is refused.",
    ),
    "securityGroup": (None, "PN:N-52", "D", "No security group of the load balancer admits clients on that port."),
    "redirect": (None, "PN:L-50", "D", "The rule answers itself, with a redirect."),
    "fixedResponse": (None, "PN:L-50", "D", "The rule answers itself, with a fixed response."),
    "noTarget": (503, "PN:L-34", "D", "The target group has no target that is in use: the load balancer answers 503."),
    "notListening": (502, "PN:L-34", "D", "The target refuses the connection: the load balancer answers 502."),
    "timeout": (504, "PN:N-52", "D", "The connection to the target gets no answer: the load balancer answers 504."),
    "reached": (200, "PN:L-34", "D", "The target answers."),
}
"""The status, the rule with its mark, and a sentence for each end of a request."""


def send_request(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What one request would come to now, by round robin's next start: the first target that takes requests."""
    balancer = balancer_named(world, str(parameters["loadBalancer"]))
    port = parameters.get("port")
    listener = requests.listener_at(world, balancer, None if port is None else int(port))
    base = {"loadBalancer": balancer.arn, **NOTHING}
    if listener is None:
        return _ended(base, "noListener")
    base["listener"] = {"arn": listener.arn, "protocol": listener.protocol, "port": listener.port}
    if not reaching.lets_clients_in(world, balancer, listener.port):
        return _ended(base, "securityGroup")
    return _routed(world, balancer, listener, parameters, base)


def balancer_named(world: World, reference: str) -> LoadBalancer:
    """A load balancer by ARN or name. Raises InvalidParameterException."""
    for balancer in world.load_balancers.values():
        if reference in (balancer.arn, balancer.name):
            return balancer
    raise InvalidParameterException(f"There is no load balancer {reference[:128]}.")


def _routed(
    world: World, balancer: LoadBalancer, listener: Listener, parameters: Mapping[str, Any], base: dict[str, Any]
) -> dict[str, Any]:
    """The rule that takes the request, and its action."""
    host, path = str(parameters.get("host", "")), str(parameters.get("path", "/"))
    rule = requests.rule_for(listener, host, path)
    priority = "default" if rule.priority is None else str(rule.priority)
    base["listenerRule"] = {"arn": rule.arn, "priority": priority}
    action = rule.actions[0]
    base["action"] = action.type
    if action.type != "forward":
        return _answered(base, action)
    return _forwarded(world, balancer, rule, base)


def _answered(base: dict[str, Any], action: Action) -> dict[str, Any]:
    """A redirect or a fixed response: its own status."""
    if action.type == "redirect":
        code = str(action.request["RedirectConfig"]["StatusCode"])
        return {**_ended(base, "redirect"), "status": int(code.removeprefix("HTTP_"))}
    return {**_ended(base, "fixedResponse"), "status": int(action.request["FixedResponseConfig"]["StatusCode"])}


def _forwarded(world: World, balancer: LoadBalancer, rule: Rule, base: dict[str, Any]) -> dict[str, Any]:
    """The first target of the heaviest group, with everybody's share beside it."""
    found = requests.shares_of(world, balancer, rule)
    base["shares"] = [
        {"targetGroup": s.group.arn, "target": s.target.id, "port": s.target.port, "share": str(s.part)} for s in found
    ]
    heaviest = max(rule.forwards, key=lambda forward: forward.weight)
    base["targetGroup"] = heaviest.target_group_arn
    share = next((s for s in found if s.group.arn == heaviest.target_group_arn), None)
    if share is None:
        return _ended(base, "noTarget")
    target = share.target
    base["target"] = {"id": target.id, "port": target.port, "availabilityZone": target.zone, "state": target.state}
    end = reaching.end_of(world, share.group, target)
    container = reaching.listener_on(end, target.port) if end else None
    behind = next((t for t in end.tasks if container in t.containers), None) if end and container else None
    base["task"] = behind.arn if behind else None
    service = world.services.get((behind and behind.service_arn) or "")
    base["service"] = service.name if service else None
    peer = reaching.request_peer(balancer, share.group, target)
    answer = reaching.answer(world, share.group, target, balancer, target.port, peer)
    return _ended(base, {"answered": "reached", "refused": "notListening", "silent": "timeout"}[answer])


def _ended(base: dict[str, Any], code: str) -> dict[str, Any]:
    status, rule, mark, sentence = _OUTCOMES[code]
    return {**base, "status": status, "code": code, "sentence": sentence, "rule": rule, "mark": mark}

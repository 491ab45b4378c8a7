"""Which rule and which targets a request reaches, and how traffic is shared out (PN:L-34, PN:L-50 to PN:L-56).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html, as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ecslab.sim.rules.load_balancing import attachment, matching, probing
from ecslab.sim.state.load_balancer import Condition, Listener, LoadBalancer, Rule, Target, TargetGroup
from ecslab.sim.world import World

METHOD = "GET"
"""What a request of the lab is; it has no headers but Host."""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the traffic that one target gets; the parts of a load balancer add up to 1 unless some gets 503."""

    group: TargetGroup
    target: Target
    part: Fraction


def listener_at(world: World, balancer: LoadBalancer, port: int | None) -> Listener | None:
    """The listener on a port, the first of all when no port is named."""
    found = (e for e in attachment.listeners_of(world, balancer) if port in (None, e.port))
    return next(found, None)


def rule_for(listener: Listener, host: str, path: str) -> Rule:
    """The first rule whose conditions all fit; the default rule fits everything (PN:L-50, PN:L-51)."""
    return next(rule for rule in listener.rules if all(_fits(c, host, path) for c in rule.conditions))


def _fits(condition: Condition, host: str, path: str) -> bool:
    """Whether one of a condition's values fits a request (PN:L-51, PN:L-53)."""
    route, _, query = path.partition("?")
    values = condition.values
    match condition.field:
        case "path-pattern":
            return any(matching.fits(value, route, ignore_case=False) for value in values)
        case "host-header":
            return any(matching.fits(value, host, ignore_case=True) for value in values)
        case "http-request-method":
            return METHOD in values
        case "query-string":
            return any(_in_query(value, query) for value in values)
        case "source-ip":
            return "0.0.0.0/0" in values
        case _:
            return condition.name.lower() == "host" and any(
                matching.fits(value, host, ignore_case=True) for value in values
            )


def _in_query(value: str, query: str) -> bool:
    """Whether `key=value`, or a value of any key, is in a query string."""
    key, equals, wanted = value.rpartition("=")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return any(
        (not equals or name.lower() == key.lower()) and matching.fits(wanted, text, ignore_case=True)
        for name, _, text in pairs
    )


def registered(group: TargetGroup) -> list[Target]:
    """The targets that could get requests: not those that are draining or unused (PN:L-34)."""
    return [t for t in group.targets.values() if t.state not in ("draining", "unused")]


def takers(group: TargetGroup, targets: Sequence[Target]) -> Sequence[Target]:
    """Those of some targets that get requests: the healthy ones, or all when too few are healthy (PN:L-34, PN:L-35)."""
    return _healthy(targets) if _are_enough(group, targets, "unhealthy_state_routing") else targets


def _healthy(targets: Sequence[Target]) -> list[Target]:
    return [t for t in targets if t.state == "healthy"]


def _are_enough(group: TargetGroup, targets: Sequence[Target], purpose: str) -> bool:
    """Whether as many targets are healthy as a group asks for, by number and by share (PN:L-35)."""
    number, percent = (
        group.attributes[f"target_group_health.{purpose}.minimum_healthy_targets.{kind}"]
        for kind in ("count", "percentage")
    )
    healthy = len(_healthy(targets))
    return healthy >= _asked(number) and healthy * 100 >= _asked(percent) * len(targets)


def _asked(value: str) -> int:
    return 0 if value == "off" else int(value)


def crosses_zones(balancer: LoadBalancer, group: TargetGroup) -> bool:
    """Whether a node uses the targets of every zone: as the group says, else as its load balancer (PN:L-19)."""
    said = group.attributes.get("load_balancing.cross_zone.enabled", "use_load_balancer_configuration")
    if said != "use_load_balancer_configuration":
        return said == "true"
    return balancer.is_application or balancer.attributes.get("load_balancing.cross_zone.enabled") == "true"


def group_shares(world: World, balancer: LoadBalancer, group: TargetGroup) -> list[Share]:
    """How the requests for a group are shared out in the long run (PN:L-56).

    Round robin gives each target the same. Without cross-zone each zone that has targets gets the same from clients,
    and its targets share that; clients leave a zone with too few healthy targets as long as another has enough
    (PN:L-35). A target in slow start gets its growing part (PN:L-46).
    """
    targets = registered(group)
    if crosses_zones(balancer, group):
        return _divided(world, group, takers(group, targets), Fraction(1))
    zones = {zone: [t for t in targets if t.zone == zone] for zone in balancer.zones}
    zones = {zone: own for zone, own in zones.items() if own}
    named = [own for own in zones.values() if _are_enough(group, own, "dns_failover")] or list(zones.values())
    parts = [_divided(world, group, takers(group, own), Fraction(1, len(named))) for own in named]
    return [share for part in parts for share in part]


def _divided(world: World, group: TargetGroup, targets: Sequence[Target], whole: Fraction) -> list[Share]:
    weights = [_weight(world, target) for target in targets]
    total = sum(weights, Fraction(0))
    return [Share(group, t, whole * weight / total) for t, weight in zip(targets, weights, strict=True) if total]


def _weight(world: World, target: Target) -> Fraction:
    """1, or in slow start the part of its duration that has passed (PN:L-46)."""
    if not probing.is_slow(world, target) or target.slow_start_until_ms is None:
        return Fraction(1)
    return 1 - Fraction(target.slow_start_until_ms - world.now_ms, target.slow_start_ms)


def shares(world: World, balancer: LoadBalancer, host: str = "", path: str = "/") -> list[Share]:
    """How the requests of clients for a host and a path are shared among targets, at the first listener (PN:L-54).

    What a target group without takers should get is missing: those requests are answered 503.
    """
    listener = listener_at(world, balancer, None)
    return shares_of(world, balancer, rule_for(listener, host, path)) if listener else []


def shares_of(world: World, balancer: LoadBalancer, rule: Rule) -> list[Share]:
    """How the requests that a rule takes are shared among targets; weights divide groups (PN:L-54)."""
    forwards = rule.forwards
    total = sum(forward.weight for forward in forwards)
    found = []
    for forward in forwards:
        group = world.target_groups.get(forward.target_group_arn)
        if group is not None and forward.weight:
            part = Fraction(forward.weight, total)
            found += [Share(group, s.target, s.part * part) for s in group_shares(world, balancer, group)]
    return found

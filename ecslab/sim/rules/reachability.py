"""What security groups let through (PN:N-50 to PN:N-53, IC:R-23).

A group allows and never denies: of all groups of an interface, one rule that fits is enough. Groups are stateful, so
the question is asked once for each connection, at the side that opens it (egress) and at the other (ingress); what is
answered passes by itself. Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecslab.sim.rules.addresses import ALL, is_inside
from ecslab.sim.state.network import Direction, SecurityGroupRule
from ecslab.sim.world import World


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of a connection: its address, and the security groups or prefix lists that it belongs to.

    `address` is None for any place on the internet: only a rule for every address fits it.
    """

    address: str | None
    security_groups: tuple[str, ...] = ()
    prefix_lists: tuple[str, ...] = ()


INTERNET = Peer(None)


def admits(
    world: World, group_ids: Sequence[str], direction: Direction, protocol: str, port: int, peer: Peer
) -> SecurityGroupRule | None:
    """The first rule, in the order of the groups, that lets a connection through; None when none does."""
    for group_id in group_ids:
        for rule in world.security_groups[group_id].rules:
            if rule.direction == direction and _is_for(rule, protocol, port) and _names(rule, peer):
                return rule
    return None


def _is_for(rule: SecurityGroupRule, protocol: str, port: int) -> bool:
    if rule.protocol == "-1":
        return True
    return rule.protocol == protocol and (rule.from_port or 0) <= port <= (rule.to_port or 0)


def _names(rule: SecurityGroupRule, peer: Peer) -> bool:
    if rule.cidr is None:
        return rule.group_id in peer.security_groups or rule.prefix_list_id in peer.prefix_lists
    return rule.cidr == ALL or (peer.address is not None and is_inside(peer.address, rule.cidr))

"""Which load balancer uses a target group, and which targets it leaves unused (PN:L-4, PN:L-7, PN:L-30).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html,
as of 2026-11-24.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecslab.sim.state.load_balancer import Listener, LoadBalancer, Target, TargetGroup
from ecslab.sim.world import World

NOT_IN_USE = "Target.NotInUse"
NO_LISTENER = "Target group is not configured to receive traffic from the load balancer"
NO_ZONE = "Target is in an Availability Zone that is not enabled for the load balancer"
ALL_ZONES = "all"
"""The zone of an address outside the VPC."""


@dataclass(frozen=True, slots=True)
class Unused:
    """Why a target is unused, in AWS's words."""

    reason: str
    description: str


def listeners_of(world: World, balancer: LoadBalancer) -> list[Listener]:
    """The listeners of a load balancer in creation order."""
    return [listener for listener in world.listeners.values() if listener.load_balancer_arn == balancer.arn]


def uses(listener: Listener, group_arn: str) -> bool:
    """Whether a rule of a listener forwards to a target group."""
    return any(f.target_group_arn == group_arn for rule in listener.rules for f in rule.forwards)


def balancer_of(world: World, group_arn: str) -> LoadBalancer | None:
    """The load balancer whose listener forwards to a target group; there is at most one (PN:L-52)."""
    for listener in world.listeners.values():
        if uses(listener, group_arn):
            return world.load_balancers[listener.load_balancer_arn]
    return None


def groups_of(world: World, balancer: LoadBalancer) -> list[TargetGroup]:
    """The target groups that a load balancer uses, in creation order."""
    listeners = listeners_of(world, balancer)
    return [g for g in world.target_groups.values() if any(uses(listener, g.arn) for listener in listeners)]


def unused(world: World, group: TargetGroup, target: Target) -> Unused | None:
    """Why a target gets neither probes nor requests, None when it gets them (PN:L-7, PN:L-30)."""
    balancer = balancer_of(world, group.arn)
    if balancer is None:
        return Unused(NOT_IN_USE, NO_LISTENER)
    if target.zone not in (*balancer.zones, ALL_ZONES):
        return Unused(NOT_IN_USE, NO_ZONE)
    machine = world.ec2_instances.get(target.id)
    if machine is not None and machine.state != "running":
        return Unused("Target.InvalidState", f"Target is in the {machine.state} state")
    return None

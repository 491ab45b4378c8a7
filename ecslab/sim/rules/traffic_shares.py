"""Keeping how load balancers share requests out, as it changes, for metrics that are worked out later (SS:M-11)."""

from __future__ import annotations

from collections.abc import Sequence

from ecslab.sim.changes import load_balancer_changes, traffic_changes
from ecslab.sim.changes.traffic_changes import SAMPLE_MS
from ecslab.sim.rules.load_balancing import attachment, probing, reaching, requests
from ecslab.sim.state.load_balancer import Forward, LoadBalancer, TargetGroup
from ecslab.sim.state.traffic import GroupPart, ShareSpan, TargetPart
from ecslab.sim.timers import SharesDue
from ecslab.sim.world import World


def shares_due(world: World, timer: SharesDue) -> None:
    """Look at every load balancer; while a target is in slow start again at the next sample (PN:L-46)."""
    if timer.at_ms != world.shares_due_ms:
        return
    for arn in [arn for arn in world.share_spans if arn not in world.load_balancers]:
        if world.share_spans[arn] and world.share_spans[arn][-1].until_ms is None:
            traffic_changes.shares_set(world, arn, None)
    for balancer in world.load_balancers.values():
        span = _span(world, balancer)
        spans = world.share_spans.get(balancer.arn, [])
        last = spans[-1] if spans else None
        if last is None or _shared(last) != _shared(span):
            traffic_changes.shares_set(world, balancer.arn, span)
    traffic_changes.shares_looked_at(world, _next_sample(world) if _any_slow(world) else None)


def look_again(world: World) -> None:
    """A security group changed: load balancers may let clients in that they did not (PN:N-52)."""
    if world.load_balancers:
        load_balancer_changes.shares_move(world)


def _shared(span: ShareSpan) -> tuple[object, ...]:
    return span.targets, span.groups, span.closed_port


def _any_slow(world: World) -> bool:
    return any(probing.is_slow(world, t) for group in world.target_groups.values() for t in group.targets.values())


def _next_sample(world: World) -> int:
    """The next last millisecond of 20 seconds."""
    return ((world.now_ms + 1) // SAMPLE_MS + 1) * SAMPLE_MS - 1


def _span(world: World, balancer: LoadBalancer) -> ShareSpan:
    """What clients send is for the path / of the first listener, whatever the host.

    Nobody gets anything while the load balancer's security groups drop what clients send there (PN:N-52).
    """
    listener = requests.listener_at(world, balancer, None)
    is_closed = listener is not None and not reaching.lets_clients_in(world, balancer, listener.port)
    shares = [] if is_closed else requests.shares(world, balancer)
    forwards = requests.rule_for(listener, "", "/").forwards if listener and not is_closed else ()
    targets = tuple(_target(world, share) for share in shares if share.part)
    groups = tuple(_group(group, targets, forwards) for group in attachment.groups_of(world, balancer))
    return ShareSpan(world.now_ms, targets, groups, closed_port=listener.port if listener and is_closed else None)


def _target(world: World, share: requests.Share) -> TargetPart:
    task = world.tasks.get(share.target.task_arn or "")
    service_arn = task.service_arn if task else None
    part = share.part
    return TargetPart(share.group.arn, share.target.task_arn, service_arn, part.numerator, part.denominator)


def _group(group: TargetGroup, targets: tuple[TargetPart, ...], forwards: Sequence[Forward]) -> GroupPart:
    whole = sum(forward.weight for forward in forwards)
    states = [target.state for target in group.targets.values()]
    return GroupPart(
        group_arn=group.arn,
        part=sum(forward.weight for forward in forwards if forward.target_group_arn == group.arn),
        whole=whole or 1,
        takers=sum(1 for target in targets if target.group_arn == group.arn),
        healthy=states.count("healthy"),
        unhealthy=states.count("unhealthy"),
        registered=len(requests.registered(group)),
    )

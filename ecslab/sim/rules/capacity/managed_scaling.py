"""Managed scaling: the metric is published, its alarms look, the group gets another desired capacity (SS:C-70 to C-81).

Nothing ticks: the metric is constant between changes of the provider's tasks and instances, so that only the whole
minute after a change, the end of a warm-up and the fifteenth datapoint of a row are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecslab.sim.changes import group_changes, provider_changes
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.rules import providers
from ecslab.sim.rules.capacity import reservation
from ecslab.sim.state.capacity import AutoScalingGroup, CapacityProvider, ProviderDecision, Reservation
from ecslab.sim.timers import ReservationDue
from ecslab.sim.world import World

LAUNCHED_FROM_NOTHING = 2
"""SS:C-62."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a datapoint asks for: the formula, its value, the value between the group's bounds, and its rule."""

    formula: str
    value: int
    clamped: int
    rule: str
    mark: str


@dataclass(frozen=True, slots=True)
class _Judged:
    """What comes of it: which result and why, and when the same datapoints are to be looked at again."""

    result: str
    reason: str | None
    after: int
    again_at_ms: int | None = None


def due(world: World, timer: ReservationDue) -> None:
    """Publish the metric, evaluate the alarms, act (SS:C-81)."""
    provider = providers.find(world, timer.provider)
    if provider is None or provider.due_at_ms != timer.at_ms:
        return
    group = world.auto_scaling_groups.get(provider.group_name)
    if group is None or group.is_deleting or not provider.scaling.is_on:
        provider_changes.reservation_dropped(world, provider)
        return
    found = reservation.measure(world, provider)
    wanted = _wanted(group, provider, found)
    side = _side(found, provider.scaling.target_capacity)
    provider_changes.reservation_published(world, provider, found, is_low=side < 0)
    judged = _judge(world, group, provider, wanted, side)
    _tell_steady(world, provider, found, wanted)
    _tell(world, group, provider, found, wanted, judged)
    if judged.again_at_ms is not None:
        provider_changes.reservation_queued_at(world, provider, judged.again_at_ms)
    if judged.after != group.desired:
        group_changes.group_set(world, group, desired=judged.after)
        group_changes.look_queued(world, group)


def _side(found: Reservation, target: int) -> int:
    """1 above the target, -1 below it, 0 on it (SS:C-71); nobody waits where there is nothing (SS:C-62)."""
    if found.running == 0 and found.needed == 0:
        return 0
    difference = found.numerator - target * found.denominator
    return (difference > 0) - (difference < 0)


def _wanted(group: AutoScalingGroup, provider: CapacityProvider, found: Reservation) -> _Wanted:
    """The new desired capacity: ceil(N * metric / target), two from nothing, in by half at most (SS:C-72, SS:C-75)."""
    target = provider.scaling.target_capacity
    if found.running == 0:
        value = LAUNCHED_FROM_NOTHING if found.needed else 0
        formula, rule = f"{value} from 0", ("SS:C-62", "D")
    else:
        value = -(-found.needed * 100 // target)
        percent = reservation.percent(found)
        formula, rule = f"ceil({found.running} x {percent} / {target})", ("SS:C-72", "I")
        half = -(-found.running // 2)
        if found.running > 1 and value < half:
            value, formula, rule = half, f"max({formula}, ceil({found.running} / 2))", ("SS:C-75", "C")
    return _Wanted(formula, value, min(max(value, group.min_size), group.max_size), *rule)


def _judge(world: World, group: AutoScalingGroup, provider: CapacityProvider, wanted: _Wanted, side: int) -> _Judged:
    if side > 0:
        return _grow(world, group, provider, wanted)
    if side < 0:
        return _shrink(world, group, provider, wanted)
    return _Judged("none", "TargetReached", group.desired)


def _grow(world: World, group: AutoScalingGroup, provider: CapacityProvider, wanted: _Wanted) -> _Judged:
    """One datapoint is enough, but not while an instance warms up (SS:C-71, SS:C-74)."""
    if wanted.clamped <= group.desired:
        reason = "AlreadyAtMaxCapacity" if group.desired >= group.max_size else "AlreadyAtDesiredCapacity"
        return _Judged("none", reason, group.desired)
    warm_at_ms = _warm_at_ms(world, group, provider)
    if warm_at_ms > world.now_ms:
        return _Judged("none", "Cooldown", group.desired, warm_at_ms)
    return _Judged("scaleOut", None, wanted.clamped)


def _warm_at_ms(world: World, group: AutoScalingGroup, provider: CapacityProvider) -> int:
    """When the newest instance of the group has warmed up (SS:C-74)."""
    launched = [world.ec2_instances[m.instance_id].launched_at_ms for m in group.staying]
    return max(launched, default=0) + provider.scaling.warmup_s * 1000 if launched else 0


def _shrink(world: World, group: AutoScalingGroup, provider: CapacityProvider, wanted: _Wanted) -> _Judged:
    """Fifteen datapoints in a row, then one step each minute (SS:C-71, SS:C-75)."""
    if wanted.clamped >= group.desired:
        reason = "AlreadyAtMinCapacity" if group.desired <= group.min_size else "TargetReached"
        return _Judged("none", reason, group.desired)
    since_ms = world.now_ms if provider.low_since_ms is None else provider.low_since_ms
    ready_ms = since_ms + TIMINGS["managed_scaling.low"]
    if world.now_ms < ready_ms:
        return _Judged("none", "InsufficientData", group.desired, ready_ms)
    return _Judged("scaleIn", None, wanted.clamped, world.now_ms + providers.MINUTE_MS)


def _tell_steady(world: World, provider: CapacityProvider, found: Reservation, wanted: _Wanted) -> None:
    """Metric and target agree: the group would stay as it is (SS:C-80)."""
    is_steady = not found.waiting and wanted.value == found.running
    if is_steady and not provider.is_steady:
        services = [
            s
            for s in world.services.values()
            if s.status == "ACTIVE" and any(i.provider == provider.name for i in s.strategy)
        ]
        provider_changes.provider_steady(world, provider, [(s.arn, s.cluster_name, s.name) for s in services])
    elif not is_steady and provider.is_steady:
        provider_changes.provider_unsteady(provider)


def _tell(
    world: World,
    group: AutoScalingGroup,
    provider: CapacityProvider,
    found: Reservation,
    wanted: _Wanted,
    judged: _Judged,
) -> None:
    clamped = None if wanted.clamped == wanted.value else wanted.clamped
    decision = ProviderDecision(
        reservation=found,
        formula=wanted.formula,
        value=wanted.value,
        clamped_to=clamped,
        before=group.desired,
        after=judged.after,
        result=judged.result,
        reason=judged.reason,
        rule=wanted.rule,
        mark=wanted.mark,
    )
    provider_changes.decided(world, provider, decision)

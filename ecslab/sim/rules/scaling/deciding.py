"""What comes of the policies that alarms call in one instant (SS:A-2 to SS:A-6, SS:A-26 to SS:A-29)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecslab.sim.changes import alarm_changes, scaling_changes
from ecslab.sim.rules.datapoints import MINUTE_MS
from ecslab.sim.rules.scaling.proposals import Proposal, bases, propose
from ecslab.sim.state.scaling import Activity, Cooldown, Direction, ScalableTarget
from ecslab.sim.state.service import Service
from ecslab.sim.timers import TargetDue
from ecslab.sim.world import World

NOT_SCALED = (
    "AutoScalingAnticipatedFlapping",
    "AlreadyAtMaxCapacity",
    "AlreadyAtMinCapacity",
    "AlreadyAtDesiredCapacity",
)
"""AWS's reasons for not scaling that activities tell of (SS:A-61); the others are the lab's words."""


def target_due(world: World, timer: TargetDue) -> None:
    """Scale out if any policy wants it, else scale in if they agree and nothing forbids it."""
    target = world.scalable_targets.get(timer.target)
    if target is None:
        return
    calls = {*scaling_changes.calls_taken(target), *_called_asleep(world, target)}
    service = world.services.get(target.service_arn)
    if service is None or service.status != "ACTIVE":
        scaling_changes.settled(target)
        return
    desired = service.desired_count
    running = sum(1 for task in world.tasks_of(service.arn) if task.is_running)
    proposals = [
        propose(world, target, policy, alarm, running)
        for policy in world.scaling_policies.values()
        for alarm in world.alarms.values()
        if (policy.arn, alarm.name) in calls
    ]
    unknown = [p for p in proposals if p.wanted is None]
    outward = [p for p in proposals if p.wanted is not None and p.direction == "out"]
    inward = [p for p in proposals if p.wanted is not None and p.direction == "in"]
    if outward:
        _scale_out(world, target, service, _largest(outward), running)
    elif inward:
        _scale_in(world, target, service, inward, running)
    elif unknown:
        _tell(world, target, service, unknown[0], None, "InsufficientData")
    if service.desired_count == desired and not _is_cooling(world, target):
        scaling_changes.settled(target)


def _called_asleep(world: World, target: ScalableTarget) -> list[tuple[str, str]]:
    """The calls of sleeping alarms: AWS's are looked at each minute, and would call the same again."""
    if world.now_ms % MINUTE_MS:
        return []
    policies = {arn for arn, policy in world.scaling_policies.items() if policy.resource_id == target.resource_id}
    found: list[tuple[str, str]] = []
    for alarm in world.alarms.values():
        arns = policies.intersection(alarm.wakes_policies)
        if alarm.due_ms is None and arns:
            alarm_changes.evaluated(world, alarm)
            found += [(arn, alarm.name) for arn in arns]
    return found


def _is_cooling(world: World, target: ScalableTarget) -> bool:
    return target.cooldown is not None and world.now_ms < target.cooldown.until_ms


def _largest(proposals: Sequence[Proposal]) -> Proposal:
    """The policy that gives the largest capacity wins, both ways (SS:A-6)."""
    return max(proposals, key=lambda p: p.wanted or 0)


def _scale_out(world: World, target: ScalableTarget, service: Service, best: Proposal, running: int) -> None:
    """More tasks, within the bounds; in a cooldown only what goes beyond its first step (SS:A-26)."""
    wanted, desired = best.wanted or 0, service.desired_count
    new = min(max(wanted, target.least), target.most)
    if target.is_out_suspended:
        _tell(world, target, service, best, None, "Suspended")
    elif new > desired:
        base = bases(target, world.now_ms, running)
        _set(world, target, service, best, new, base)
    elif desired >= target.most:
        _tell(world, target, service, best, None, "AlreadyAtMaxCapacity")
    else:
        reason = "Cooldown" if _is_cooling(world, target) else "AlreadyAtDesiredCapacity"
        _tell(world, target, service, best, None, reason)


def _scale_in(
    world: World, target: ScalableTarget, service: Service, proposals: Sequence[Proposal], running: int
) -> None:
    """Fewer tasks, if tracking agrees, no deployment goes on and no cooldown lasts (SS:A-5, SS:A-28, SS:A-29)."""
    free = [p for p in proposals if p.policy.type == "StepScaling"]
    if _tracking_agrees(world, target):
        free = list(proposals)
    best = _largest(free or proposals)
    new = min(max(best.wanted or 0, target.least), target.most)
    reason = None
    if target.is_in_suspended:
        reason = "Suspended"
    elif service.desired_count <= target.least:
        reason = "AlreadyAtMinCapacity"
    elif is_deploying(service):
        reason = "DeploymentInProgress"
    elif _is_cooling(world, target):
        reason = "Cooldown"
    elif not free:
        reason = "AutoScalingAnticipatedFlapping"
    elif new >= service.desired_count:
        reason = "AlreadyAtDesiredCapacity"
    if reason:
        _tell(world, target, service, best, None, reason)
    else:
        _set(world, target, service, best, new, running)


def is_deploying(service: Service) -> bool:
    """Whether a deployment of a service goes on, which forbids scale in (SS:A-5)."""
    return any(d.rollout_state == "IN_PROGRESS" for d in service.deployments)


def _tracking_agrees(world: World, target: ScalableTarget) -> bool:
    """Whether every target tracking policy that may scale in wants to (SS:A-6)."""
    policies = (p for p in world.scaling_policies.values() if p.resource_id == target.resource_id)
    tracking = [p for p in policies if p.type == "TargetTrackingScaling" and not p.is_scale_in_disabled]
    return all(
        any(
            world.alarms[name].state == "ALARM" and world.alarms[name].comparison.startswith("Less")
            for name in p.alarms
        )
        for p in tracking
    )


def _set(world: World, target: ScalableTarget, service: Service, best: Proposal, new: int, base: int) -> None:
    before = service.desired_count
    _tell(world, target, service, best, new, None)
    cause = f"monitor alarm {best.alarm.name} in state ALARM triggered policy {best.policy.name}"
    scaling_changes.capacity_set(world, target, service, new, cause)
    kind: Direction = "out" if new > before else "in"
    length = best.policy.out_cooldown_ms if kind == "out" else best.policy.in_cooldown_ms
    scaling_changes.cooldown_begun(target, Cooldown(kind, best.policy.name, world.now_ms + length, base))


def _tell(
    world: World,
    target: ScalableTarget,
    service: Service,
    best: Proposal,
    new: int | None,
    reason: str | None,
) -> None:
    before = service.desired_count
    result = "none" if new is None else "scaleOut" if new > before else "scaleIn"
    decision: dict[str, Any] = {
        "at": world.now_ms // 1000,
        "policy": best.policy.name,
        "alarm": _short(best.alarm.name),
        "datapoints": best.datapoints,
        "formula": best.formula,
        "clampedTo": new if new is not None and new != best.wanted else None,
        "from": before,
        "to": before if new is None else new,
        "result": result,
        "reason": reason,
        **_rule(best, reason),
    }
    is_first = scaling_changes.decided(target, decision)
    if is_first and reason in NOT_SCALED:
        cause = f"monitor alarm {best.alarm.name} in state ALARM triggered policy {best.policy.name}"
        description = "Attempting to scale due to alarm triggered"
        identity = world.ids.hex("scaling-activity")
        activity = Activity(identity, world.now_ms, description, cause, "Unfulfilled", "", reason)
        scaling_changes.activity_told(target, activity)


def _short(name: str) -> str:
    """AlarmHigh or AlarmLow of a target tracking policy, else the alarm's own name."""
    return next((kind for kind in ("AlarmHigh", "AlarmLow") if f"-{kind}-" in name), name)


_RULES = {
    "DeploymentInProgress": ("SS:A-5", "D"),
    "Suspended": ("SS:A-4", "D"),
    "InsufficientData": ("SS:A-15", "D"),
    "AlreadyAtMaxCapacity": ("SS:A-2", "D"),
    "AlreadyAtMinCapacity": ("SS:A-2", "D"),
    "AlreadyAtDesiredCapacity": ("SS:A-14", "D"),
    "AutoScalingAnticipatedFlapping": ("SS:A-6", "D"),
}


def _rule(best: Proposal, reason: str | None) -> dict[str, str]:
    """The rule that a decision rests on, and whether AWS documents it."""
    if reason == "Cooldown":
        rule = ("SS:A-27", "C") if best.direction == "out" else ("SS:A-28", "D")
    elif reason:
        rule = _RULES[reason]
    else:
        rule = ("SS:A-12", "I") if best.policy.type == "TargetTrackingScaling" else ("SS:A-36", "D")
    return {"rule": rule[0], "mark": rule[1]}

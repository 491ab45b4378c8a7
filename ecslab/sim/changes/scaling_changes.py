"""Scalable targets, their policies, and what they set."""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import alarm_changes, journal, service_changes, waking
from ecslab.sim.state.alarms import Alarm
from ecslab.sim.state.scaling import Activity, Cooldown, ScalableTarget, ScalingPolicy, ScheduledAction
from ecslab.sim.state.service import Service
from ecslab.sim.timers import ActionDue, TargetDue
from ecslab.sim.world import World

KEPT = 100


def target_put(world: World, target: ScalableTarget, **members: Any) -> None:
    """A scalable target exists, or has other members."""
    world.scalable_targets[target.resource_id] = target
    for member, value in members.items():
        setattr(target, member, value)
    waking.scaling_moves(world, target.service_arn)


def target_removed(world: World, target: ScalableTarget) -> None:
    """A scalable target is gone, and its policies and their alarms with it."""
    for policy in [p for p in world.scaling_policies.values() if p.resource_id == target.resource_id]:
        policy_removed(world, policy)
    for action in [a for a in world.scheduled_actions.values() if a.resource_id == target.resource_id]:
        action_removed(world, action)
    del world.scalable_targets[target.resource_id]


def policy_put(world: World, policy: ScalingPolicy, alarms: list[Alarm]) -> None:
    """A policy exists, in place of one of its name, with the alarms that it owns."""
    before = world.scaling_policies.pop(policy.arn, None)
    for name in before.alarms if before else []:
        if name not in [alarm.name for alarm in alarms]:
            alarm_changes.alarm_deleted(world, world.alarms[name])
    world.scaling_policies[policy.arn] = policy
    for alarm in alarms:
        alarm_changes.alarm_put(world, alarm)
    policy.alarms = [alarm.name for alarm in alarms]
    waking.scaling_moves(world, world.scalable_targets[policy.resource_id].service_arn)


def policy_removed(world: World, policy: ScalingPolicy) -> None:
    """A policy is gone, and the alarms that it owned."""
    del world.scaling_policies[policy.arn]
    for name in policy.alarms:
        alarm_changes.alarm_deleted(world, world.alarms[name])
    waking.scaling_moves(world, world.scalable_targets[policy.resource_id].service_arn)


def action_put(world: World, action: ScheduledAction, due_ms: int) -> None:
    """A scheduled action exists, or has been put again, and is due at a moment."""
    world.scheduled_actions[action.arn] = action
    action_waits(world, action, due_ms)


def action_waits(world: World, action: ScheduledAction, due_ms: int) -> None:
    """A scheduled action is due at a moment."""
    journal.timer_set(world, due_ms - world.now_ms, ActionDue(action.arn, action.since))


def action_removed(world: World, action: ScheduledAction) -> None:
    """A scheduled action is gone."""
    del world.scheduled_actions[action.arn]


def bounds_set(world: World, target: ScalableTarget, least: int, most: int, cause: str) -> None:
    """A scheduled action gives a target new bounds (SS:A-45)."""
    target.least, target.most = least, most
    words = f"min capacity to {least} and max capacity to {most}"
    identity = world.ids.hex("scaling-activity")
    done = f"Successfully set {words}"
    activity_told(target, Activity(identity, world.now_ms, f"Setting {words}", cause, "Successful", done))
    journal.record(world, "scalableTarget", target.arn, cause=cause, least=least, most=most)
    waking.scaling_moves(world, target.service_arn)


def policy_called(world: World, policy_arn: str, alarm_name: str) -> None:
    """An alarm calls a policy; its target is looked at once every alarm of this instant was (SS:K-2)."""
    policy = world.scaling_policies.get(policy_arn)
    if policy is None:
        return
    target = world.scalable_targets[policy.resource_id]
    if not target.called:
        journal.timer_set(world, 0, TargetDue(target.resource_id))
    if (policy_arn, alarm_name) not in target.called:
        target.called.append((policy_arn, alarm_name))


def calls_taken(target: ScalableTarget) -> list[tuple[str, str]]:
    """The calls of this instant are dealt with."""
    calls, target.called = target.called, []
    return calls


def settled(target: ScalableTarget) -> None:
    """Every later look would find that nothing is to be done, unless something that it depends on changes."""
    target.is_settled = True


def decided(target: ScalableTarget, decision: dict[str, Any]) -> bool:
    """A decision, kept once for a run of those that changed nothing for the same reason; whether it is the first."""
    before = target.decisions[0] if target.decisions else None
    if before is not None and decision["result"] == "none":
        same = ("policy", "alarm", "result", "reason")
        if all(before[name] == decision[name] for name in same):
            return False
    target.decisions.insert(0, decision)
    del target.decisions[KEPT:]
    return True


def cooldown_begun(target: ScalableTarget, cooldown: Cooldown) -> None:
    """A scaling begins its cooldown, in place of one that goes on (SS:A-26, SS:A-28)."""
    target.cooldown = cooldown


def activity_told(target: ScalableTarget, activity: Activity) -> None:
    """An activity, newest first."""
    target.activities.insert(0, activity)
    del target.activities[KEPT:]


def capacity_set(world: World, target: ScalableTarget, service: Service, count: int, cause: str) -> None:
    """Auto scaling sets the desired count of a service (SS:A-60).

    Model choice: an activity is Successful at once, because setting the count cannot fail.
    """
    before = service.desired_count
    service_changes.desired_count_set(world, service, count)
    service_changes.reconcile_queued(world, service)
    message = f"Successfully set desired count to {count}. Change successfully fulfilled by ecs."
    description = f"Setting desired count to {count}."
    identity = world.ids.hex("scaling-activity")
    activity_told(target, Activity(identity, world.now_ms, description, cause, "Successful", message))
    journal.record(
        world,
        "scaling",
        service.arn,
        cluster=service.cluster_name,
        service=service.name,
        cause=cause,
        **{"from": before, "to": count},
    )

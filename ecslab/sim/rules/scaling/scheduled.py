"""Scheduled actions: new bounds at their moments, whatever cooldowns last (SS:A-30, SS:A-45)."""

from __future__ import annotations

from ecslab.sim.changes import scaling_changes
from ecslab.sim.rules import schedules
from ecslab.sim.state.scaling import ScalableTarget, ScheduledAction
from ecslab.sim.timers import ActionDue
from ecslab.sim.world import World


def next_due(world: World, action: ScheduledAction, *, is_first: bool) -> int | None:
    """When an action is due next, None when never again.

    Model choice: a rate is due first at its start, like those of EventBridge Scheduler.
    """
    zone = action.time_zone or "UTC"
    due = schedules.next_due(world, action.expression, zone, action.start_ms, is_first=is_first)
    is_over = due is None or (action.end_ms is not None and due > action.end_ms)
    return None if is_over else due


def action_due(world: World, timer: ActionDue) -> None:
    """Set a target's bounds and move its service between them; one that is never due again is gone."""
    action = world.scheduled_actions.get(timer.action)
    if action is None or action.since != timer.since:
        return
    target = world.scalable_targets[action.resource_id]
    if not target.is_scheduled_suspended:
        _set(world, action, target)
    due = next_due(world, action, is_first=False)
    if due is None:
        scaling_changes.action_removed(world, action)
    else:
        scaling_changes.action_waits(world, action, due)


def _set(world: World, action: ScheduledAction, target: ScalableTarget) -> None:
    """Model choice: a bound that the action leaves out gives way when the other one passes it."""
    least = action.least if action.least is not None else min(target.least, action.most or 0)
    most = action.most if action.most is not None else max(target.most, least)
    scaling_changes.bounds_set(world, target, least, most, f"scheduled action name {action.name} was triggered")
    move_between_bounds(world, target)


def move_between_bounds(world: World, target: ScalableTarget) -> None:
    """The desired count goes to the nearer bound when it is outside them (SS:A-1)."""
    service = world.services.get(target.service_arn)
    if service is None or service.status != "ACTIVE":
        return
    if service.desired_count < target.least:
        bound = f"minimum capacity was set to {target.least}"
        scaling_changes.capacity_set(world, target, service, target.least, bound)
    elif service.desired_count > target.most:
        bound = f"maximum capacity was set to {target.most}"
        scaling_changes.capacity_set(world, target, service, target.most, bound)

"""When rules and schedules are due (SS:E-30 to SS:E-36)."""

from __future__ import annotations

from ecslab.sim import calendar, cron
from ecslab.sim.changes import event_changes
from ecslab.sim.cron import At, Expression, ExpressionWrong, Rate
from ecslab.sim.state.event_rules import EventRule, Schedule
from ecslab.sim.world import World


def read_checked(text: str, *, of_rule: bool = False) -> Expression:
    """An expression whose moment exists. Raises ExpressionWrong."""
    expression = cron.read(text, of_rule=of_rule)
    if isinstance(expression, At) and not calendar.is_moment(expression.moment):
        raise ExpressionWrong(f"{text!r} holds a moment that no calendar has; write at(2026-01-05T12:00:00).")
    return expression


def wait_for_rule(world: World, rule: EventRule) -> None:
    """Set the next timer of a rule that is enabled and has a schedule, in UTC.

    Model choice: a rate begins to count when the rule is put or enabled, and is due first one interval later (SS:E-34).
    """
    if rule.state != "ENABLED" or not rule.schedule_expression:
        return
    expression = cron.read(rule.schedule_expression, of_rule=True)
    if isinstance(expression, Rate):
        due: int | None = world.now_ms + expression.every_ms
    else:
        due = calendar.next_due(world.start.starts_at, expression, world.now_ms)
    if due is not None:
        event_changes.rule_timer_set(world, rule, due)


def wait_for_schedule(world: World, schedule: Schedule, *, is_first: bool) -> bool:
    """Set the next timer of a schedule; False when it is never due again (SS:E-35).

    A rate is due at once, or at its StartDate, and then every so often; `is_first` is true before it was due.
    """
    text, zone = schedule.expression, schedule.time_zone
    due = next_due(world, text, zone, schedule.start_at_ms, is_first=is_first)
    if due is None or (schedule.end_at_ms is not None and due > schedule.end_at_ms):
        return False
    if schedule.state == "ENABLED":
        event_changes.schedule_timer_set(world, schedule, due)
    return True


def next_due(world: World, text: str, zone: str, start_ms: int | None, *, is_first: bool) -> int | None:
    """When an expression is due next, not before its start; `is_first` is true before it was due. None: never."""
    expression = cron.read(text)
    start = start_ms if start_ms is not None else world.now_ms
    if isinstance(expression, Rate):
        if start >= world.now_ms and is_first:
            return start
        passed = max(world.now_ms - start, 0) // expression.every_ms
        return start + (passed + 1) * expression.every_ms
    after = max(world.now_ms, start - 1) if start_ms is not None else world.now_ms - (1 if is_first else 0)
    return calendar.next_due(world.start.starts_at, expression, after, zone)

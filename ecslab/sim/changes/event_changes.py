"""Changes of EventBridge: rules, targets, schedules and what they invoked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.state.event_rules import EventRule, RuleTarget, Schedule
from ecslab.sim.timers import EventDelivered, RuleDue, ScheduleDue
from ecslab.sim.world import World


def rule_put(world: World, rule: EventRule, **members: Any) -> None:
    """A rule exists, or has other members; timers of its schedule so far are stale."""
    world.event_rules[rule.name] = rule
    for member, value in members.items():
        setattr(rule, member, value)
    rule.since += 1


def rule_deleted(world: World, rule: EventRule) -> None:
    """A rule is gone."""
    del world.event_rules[rule.name]


def target_put(world: World, rule: EventRule, target: RuleTarget) -> None:
    """A rule has a target, in place of the one with its id."""
    rule.targets[target.id] = target


def target_removed(world: World, rule: EventRule, target_id: str) -> None:
    """A rule has lost a target."""
    rule.targets.pop(target_id, None)


def rule_timer_set(world: World, rule: EventRule, at_ms: int) -> None:
    """When a rule's schedule is due next."""
    journal.timer_set(world, at_ms - world.now_ms, RuleDue(rule.name, rule.since))


def schedule_put(world: World, schedule: Schedule) -> None:
    """A schedule exists, or has been replaced by one of the same name."""
    world.schedules[schedule.key] = schedule


def schedule_deleted(world: World, schedule: Schedule) -> None:
    """A schedule is gone."""
    del world.schedules[schedule.key]


def schedule_timer_set(world: World, schedule: Schedule, at_ms: int) -> None:
    """When a schedule is due next."""
    journal.timer_set(world, at_ms - world.now_ms, ScheduleDue(schedule.key, schedule.since))


def event_sent(world: World, event: Mapping[str, Any], *, is_told: bool) -> None:
    """An event is on its way to the rules of the default bus; the journal tells those that a person sent."""
    journal.timer_set(world, 0, EventDelivered(json.dumps(event, ensure_ascii=False, default=str)))
    if is_told:
        journal.record(
            world,
            "eventBridge",
            str(event["source"]),
            what="event",
            target=None,
            words=str(event["detail-type"]),
            cluster=None,
        )


def invoked(world: World, owner: EventRule | Schedule, target: str, made: str, cluster: str | None) -> None:
    """A target was invoked; `made` says what came of it."""
    owner.invocations += 1
    _told(world, owner, target, made, cluster, is_failure=False)


def invocation_failed(world: World, owner: EventRule | Schedule, target: str, why: str, cluster: str | None) -> None:
    """A target could not be invoked: nothing of it is seen in ECS, FailedInvocations rises (IC:I-54)."""
    owner.invocations += 1
    owner.failed_invocations += 1
    _told(world, owner, target, why, cluster, is_failure=True)


def _told(
    world: World, owner: EventRule | Schedule, target: str, words: str, cluster: str | None, *, is_failure: bool
) -> None:
    journal.record(
        world,
        "eventBridge",
        owner.arn,
        what="failed" if is_failure else "invoked",
        target=target,
        words=words,
        cluster=cluster,
    )

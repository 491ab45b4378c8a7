"""Changes of load balancers, listeners, target groups and targets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ecslab.sim.changes import journal, usage_changes
from ecslab.sim.state.load_balancer import (
    Listener,
    LoadBalancer,
    Rule,
    ServiceLoadBalancer,
    Target,
    TargetGroup,
    TargetNews,
    TargetState,
    TaskTarget,
)
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.timers import SharesDue, TargetDrained, TargetProbed, TargetTimedOut
from ecslab.sim.world import World


def load_balancer_added(world: World, balancer: LoadBalancer) -> None:
    """A load balancer exists."""
    world.load_balancers[balancer.arn] = balancer
    usage_changes.part_metered(world, balancer.arn, "loadBalancer", "elb.load-balancer-hours")
    _network(world, balancer.arn, "loadBalancer", balancer.name)


def shares_move(world: World) -> None:
    """How requests are shared out may have changed; it is looked at once everything of this instant is done."""
    if world.shares_due_ms != world.now_ms:
        world.shares_due_ms = world.now_ms
        journal.timer_set(world, 0, SharesDue(world.now_ms))


def _network(world: World, arn: str, what: str, name: str | None) -> None:
    shares_move(world)
    journal.record(world, "network", arn, what=what, name=name)


def load_balancer_deleted(world: World, balancer: LoadBalancer) -> None:
    """A load balancer is gone."""
    del world.load_balancers[balancer.arn]
    usage_changes.part_meter_stopped(world, balancer.arn, "loadBalancer")
    _network(world, balancer.arn, "loadBalancer", None)


def load_balancer_set(world: World, balancer: LoadBalancer, **members: Any) -> None:
    """Some members of a load balancer take new values."""
    for member, value in members.items():
        setattr(balancer, member, value)
    _network(world, balancer.arn, "loadBalancer", balancer.name)


def security_groups_set(world: World, balancer: LoadBalancer, groups: list[str]) -> None:
    """A load balancer and its network interfaces have these security groups."""
    for node in balancer.nodes:
        world.network_interfaces[node.interface_id].security_groups = list(groups)
    load_balancer_set(world, balancer, security_groups=list(groups))


def target_group_added(world: World, group: TargetGroup) -> None:
    """A target group exists."""
    world.target_groups[group.arn] = group
    _network(world, group.arn, "targetGroup", group.name)


def target_group_deleted(world: World, group: TargetGroup) -> None:
    """A target group is gone, and its targets with it."""
    del world.target_groups[group.arn]
    _network(world, group.arn, "targetGroup", None)


def target_group_set(world: World, group: TargetGroup, **check: Any) -> None:
    """Settings of a target group's health check take new values."""
    group.check = replace(group.check, **check)
    _network(world, group.arn, "targetGroup", group.name)


def attributes_set(world: World, thing: TargetGroup | LoadBalancer, attributes: dict[str, str]) -> None:
    """Attributes of a target group or a load balancer take new values."""
    thing.attributes.update(attributes)
    _network(world, thing.arn, "attributes", thing.name)


def listener_added(world: World, listener: Listener) -> None:
    """A listener exists."""
    world.listeners[listener.arn] = listener
    _network(world, listener.arn, "listener", str(listener.port))


def listener_deleted(world: World, listener: Listener) -> None:
    """A listener is gone, and its rules with it."""
    del world.listeners[listener.arn]
    _network(world, listener.arn, "listener", None)


def listener_set(world: World, listener: Listener, **members: Any) -> None:
    """Some members of a listener take new values."""
    for member, value in members.items():
        setattr(listener, member, value)
    _network(world, listener.arn, "listener", str(listener.port))


def rules_set(world: World, listener: Listener, rules: list[Rule]) -> None:
    """A listener has these rules, kept by ascending priority with the default rule last (PN:L-50)."""
    listener.rules = sorted(rules, key=lambda rule: (rule.priority is None, rule.priority or 0))
    _network(world, listener.arn, "rules", str(listener.port))


def rule_set(world: World, rule: Rule, **members: Any) -> None:
    """Some members of a rule take new values."""
    for member, value in members.items():
        setattr(rule, member, value)
    _network(world, rule.arn, "rule", None if rule.priority is None else str(rule.priority))


def target_registered(world: World, group: TargetGroup, target: Target) -> None:
    """A target is registered; one that was draining under the same key is forgotten."""
    before = group.targets.pop(target.key, None)
    target.serial = before.serial + 1 if before else 0
    group.targets[target.key] = target


def task_registered(world: World, task: Task, group: TargetGroup, target: Target) -> None:
    """A task is behind a target group now (PN:L-6)."""
    task.targets.append(TaskTarget(group.arn, target.key))


def target_removed(world: World, group: TargetGroup, target: Target) -> None:
    """A target is registered no longer."""
    del group.targets[target.key]
    _told(world, group, target, target.state, to="unused")


def target_moved(
    world: World, group: TargetGroup, target: Target, state: TargetState, reason: str | None, description: str | None
) -> None:
    """A target takes a state, with AWS's reason (PN:L-30); one that was just registered was unused without a reason."""
    before, is_new = target.state, target.state == "unused" and target.reason is None
    target.state, target.reason, target.description = state, reason, description
    if state == "healthy":
        target.is_told = False
    if before != state or is_new:
        _told(world, group, target, before)


def _told(world: World, group: TargetGroup, target: Target, before: str | None, to: str | None = None) -> None:
    shares_move(world)
    task = world.tasks.get(target.task_arn or "")
    service = world.services.get((task and task.service_arn) or "")
    journal.record(
        world,
        "targetHealth",
        group.arn,
        cluster=task.cluster_name if task else None,
        service=service.name if service else None,
        target=target.id,
        port=target.port,
        task=target.task_arn,
        reason="Target.NotRegistered" if to else target.reason,
        **{"from": before, "to": to or target.state},
    )


def probing_begun(world: World, target: Target) -> None:
    """Probes of a target are counted from now on (PN:L-33)."""
    target.probing_since_ms = world.now_ms
    target.probed_at_ms = None
    target.is_awaited = False
    target.passed = target.failed = 0
    target.is_given_up = False


def probe_set(world: World, group: TargetGroup, target: Target, at_ms: int) -> None:
    """The next probe that can tell something new is due at a moment; an earlier plan is stale."""
    target.serial += 1
    journal.timer_set(world, at_ms - world.now_ms, TargetProbed(group.arn, target.key, target.serial))


def probe_made(world: World, target: Target) -> None:
    """A target is probed."""
    target.probed_at_ms = world.now_ms


def verdict_awaited(world: World, group: TargetGroup, target: Target) -> None:
    """A probe has had no answer; its time-out is its verdict (PN:L-33)."""
    target.is_awaited = True
    target.serial += 1
    timer = TargetTimedOut(group.arn, target.key, target.serial)
    journal.timer_set(world, group.check.timeout_s * 1000, timer)


def verdict_counted(world: World, target: Target, *, passed: bool) -> None:
    """A probe has its verdict: one more in a row of its kind."""
    target.is_awaited = False
    target.passed = target.passed + 1 if passed else 0
    target.failed = 0 if passed else target.failed + 1


def target_given_up(world: World, target: Target) -> None:
    """ECS waits no longer for a target that is never probed (PN:L-7)."""
    target.is_given_up = True


def slow_start_begun(world: World, target: Target, duration_ms: int) -> None:
    """A target that turned healthy gets its share little by little (PN:L-46)."""
    target.slow_start_until_ms = world.now_ms + duration_ms
    target.slow_start_ms = duration_ms
    shares_move(world)


def slow_start_ended(world: World, target: Target) -> None:
    """A target that turned unhealthy is in slow start no longer (PN:L-46)."""
    target.slow_start_until_ms = None


def drain_begun(world: World, group: TargetGroup, target: Target, delay_ms: int) -> None:
    """A target gets no new requests until its deregistration delay is over (PN:L-43)."""
    target.serial += 1
    target.is_awaited = False
    journal.timer_set(world, delay_ms, TargetDrained(group.arn, target.key, target.serial))
    text = "Target deregistration is in progress"
    target_moved(world, group, target, "draining", "Target.DeregistrationInProgress", text)


def target_told(world: World, target: Target) -> None:
    """The service has said that a target is unhealthy."""
    target.is_told = True


def news_kept(world: World, service: Service, news: TargetNews) -> None:
    """Something about targets that a service will tell of when the scheduler looks (SS:S-41)."""
    service.target_news.append(news)


def news_told(world: World, service: Service) -> None:
    """A service has told of its targets."""
    service.target_news.clear()


def load_balancers_set(world: World, service: Service, entries: tuple[ServiceLoadBalancer, ...]) -> None:
    """New tasks of a service are registered in these target groups."""
    service.load_balancers = entries

"""How much a lab may hold and ask for: published on its page, and checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.world import World

MAX_COMMANDS = 500
MAX_INSTANCES = 100
MAX_TASKS = 1000
MAX_BRANCHES = 20
MAX_TIMERS = 20_000
"""Timers that one run of a request computes; the next request goes on from there."""
LONGEST_LOOK_S = 6.0
"""Seconds after which a run of a request stops likewise."""
MOST_DURING_UPDATES = 2 * MAX_TASKS
"""Tasks that services may have at once while they are updated (maximumPercent)."""
HORIZON_MS = 24 * 3600 * 1000
"""How far after its last command a lab can be looked at."""
PUBLISHED = {
    "commands": MAX_COMMANDS,
    "instances": MAX_INSTANCES,
    "tasks": MAX_TASKS,
    "branches": MAX_BRANCHES,
    "hours": HORIZON_MS // 3_600_000,
}


class TooMuch(Exception):
    """A request beyond a limit of the lab: one sentence that names the limit."""


_MORE_INSTANCES = {
    "lab:AddContainerInstances": ("count", 1),
    "lab:AddCapacity": ("max", 10),
    "ec2:RunInstances": ("MaxCount", 1),
    "autoscaling:CreateAutoScalingGroup": ("MaxSize", 0),
    "autoscaling:UpdateAutoScalingGroup": ("MaxSize", 0),
}
"""The requests after which a lab may have more instances: the member that says how many, and what it is by default."""
_SCALED = ("application-autoscaling:RegisterScalableTarget", "application-autoscaling:PutScheduledAction")
_MORE_TASKS = (
    "ecs:RunTask",
    "ecs:CreateService",
    "ecs:UpdateService",
    *_SCALED,
)


def judge(world: World, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
    """Compare what a request asks for with what a lab may hold. Raises TooMuch."""
    name = f"{service}:{operation}"
    if name in _MORE_INSTANCES:
        _judge(_instances_after(world, name, parameters), MAX_INSTANCES, "instances (groups at their MaxSize)")
    if name in _MORE_TASKS:
        wanted, most = _tasks_after(world, name, parameters)
        _judge(wanted, MAX_TASKS, "tasks")
        _judge(most, MOST_DURING_UPDATES, "tasks while services are updated (maximumPercent)")


def _judge(wanted: int, most: int, what: str) -> None:
    if wanted > most:
        raise TooMuch(
            f"That would make {wanted:,} {what} in this lab, which holds at most {most:,}; nothing was changed. "
            "Ask for fewer, or remove some first."
        )


def _instances_after(world: World, name: str, parameters: Mapping[str, Any]) -> int:
    """Instances with the request carried out, every Auto Scaling group at its largest."""
    alone = sum(1 for m in world.ec2_instances.values() if not m.is_gone and m.auto_scaling_group is None)
    groups = {group.name: group.max_size for group in world.auto_scaling_groups.values()}
    member, default = _MORE_INSTANCES[name]
    if not name.startswith("autoscaling:"):
        return alone + sum(groups.values()) + _whole(parameters, member, default)
    group = str(parameters.get("AutoScalingGroupName", ""))
    groups[group] = _whole(parameters, member, groups.get(group, default))
    return alone + sum(groups.values())


def _tasks_after(world: World, name: str, parameters: Mapping[str, Any]) -> tuple[int, int]:
    """Tasks wanted with the request carried out, by services and alone, and the most that there may be in updates."""
    percents = parameters.get("deploymentConfiguration") or {}
    scaled = {target.service_arn: target.most for target in world.scalable_targets.values()}
    wanted = {
        s.arn: (max(s.desired_count, scaled.get(s.arn, 0)), s.maximum_percent)
        for s in world.services.values()
        if s.status == "ACTIVE"
    }
    alone = sum(1 for t in world.tasks.values() if t.service_arn is None and t.last_status != "STOPPED")
    cluster = str(parameters.get("cluster", "default")).rpartition("/")[2]
    if name == "ecs:RunTask":
        alone += _whole(parameters, "count", 1)
    elif name == "ecs:CreateService":
        wanted["new"] = (_whole(parameters, "desiredCount", 0), _whole(percents, "maximumPercent", 200))
    elif name in _SCALED:
        arn = world.ids.arn("ecs", str(parameters.get("ResourceId", "")))
        if arn in wanted:
            count, most = wanted[arn]
            bounds = parameters.get("ScalableTargetAction") or parameters
            wanted[arn] = (max(count, _whole(bounds, "MaxCapacity", 0)), most)
    else:
        arn = world.ids.arn("ecs", f"service/{cluster}/{str(parameters.get('service', '')).rpartition('/')[2]}")
        if arn in wanted:
            count, most = wanted[arn]
            wanted[arn] = (_whole(parameters, "desiredCount", count), _whole(percents, "maximumPercent", most))
    total = sum(count for count, _ in wanted.values()) + alone
    return total, sum(max(count, count * percent // 100) for count, percent in wanted.values()) + alone


def _whole(parameters: Mapping[str, Any], name: str, default: int) -> int:
    value = parameters.get(name, default)
    return value if isinstance(value, int) else default

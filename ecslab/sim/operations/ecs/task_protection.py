"""UpdateTaskProtection and GetTaskProtection (SS:S-50 to SS:S-54)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs.shapes import moment, present
from ecslab.sim.rules import protection
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.task import Task
from ecslab.sim.world import World


def update_task_protection(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Protect up to ten service tasks, or end their protection; tasks that cannot are failures (SS:S-52)."""
    cluster = world.cluster(str(parameters["cluster"]))
    references = [str(reference) for reference in parameters["tasks"]]
    if not 1 <= len(references) <= LIMITS["protection.tasks"]:
        raise InvalidParameterException(
            f"tasks holds {len(references)} entries; 1 to {LIMITS['protection.tasks']} are needed."
        )
    enabling = bool(parameters["protectionEnabled"])
    minutes = int(parameters.get("expiresInMinutes", LIMITS["protection.default"]))
    shortest, longest = LIMITS["protection.shortest"], LIMITS["protection.longest"]
    if not shortest <= minutes <= longest:
        raise InvalidParameterException(f"expiresInMinutes is {minutes}; it needs to be {shortest} to {longest}.")
    found, failures = _found(world, cluster, references)
    done = []
    for task in found:
        reason = protection.obstacle(world, task, enabling=enabling)
        if reason:
            failures.append({"arn": task.arn, "reason": reason})
            continue
        if enabling:
            protection.protect(world, task, minutes)
        else:
            protection.unprotect(world, task)
        done.append(task)
    journal.call_made(world, "ecs:UpdateTaskProtection", cluster.arn, cluster.name, count=len(done), enabled=enabling)
    return {"protectedTasks": [_shape(world, task) for task in done], "failures": failures}


def get_task_protection(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The protection of service tasks, of all in the cluster when none is named."""
    cluster = world.cluster(str(parameters["cluster"]))
    if not parameters.get("tasks"):
        members = world.tasks.values()
        own = [t for t in members if t.cluster_name == cluster.name and t.service_arn and t.last_status != "STOPPED"]
        return {"protectedTasks": [_shape(world, task) for task in own], "failures": []}
    found, failures = _found(world, cluster, reading.asked(parameters, "tasks", "Tasks"))
    valid = [task for task in found if protection.obstacle(world, task, enabling=False) is None]
    failures += [{"arn": task.arn, "reason": "TASK_NOT_VALID"} for task in found if task not in valid]
    return {"protectedTasks": [_shape(world, task) for task in valid], "failures": failures}


def _found(world: World, cluster: Cluster, references: list[str]) -> tuple[list[Task], list[dict[str, str]]]:
    found, failures = [], []
    for reference in dict.fromkeys(references):
        task = world.find_task(cluster, reference)
        if task is None:
            failures.append(reading.missing(world, "task", cluster.name, reference))
        else:
            found.append(task)
    return found, failures


def _shape(world: World, task: Task) -> dict[str, Any]:
    return present(
        {
            "taskArn": task.arn,
            "protectionEnabled": task.is_protected,
            "expirationDate": moment(world, task.protected_until_ms),
        }
    )

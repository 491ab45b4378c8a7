"""RegisterTaskDefinition, DeregisterTaskDefinition, DeleteTaskDefinitions and their reads (PN:T-1 to PN:T-7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import account_changes, journal
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import ClientException
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs import including
from ecslab.sim.operations.ecs.shapes import task_definition_shape
from ecslab.sim.rules.task_definitions.build import build
from ecslab.sim.world import World

STILL_ACTIVE = "The specified task definition is still in ACTIVE status. Please deregister the target and try again."


def register_task_definition(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The next revision of a family; numbers are never used again (PN:T-2, IC:Q-12)."""
    family = str(parameters.get("family", ""))
    revision = world.ids.counters.get(f"revision/{family}", 0) + 1
    if revision > LIMITS["revisions_a_family"]:
        raise ClientException(f"The family {family} has {revision - 1} revisions and takes no more; use another one.")
    arn = world.ids.arn("ecs", f"task-definition/{family}:{revision}")
    definition = build(parameters, arn=arn, revision=revision, at_ms=world.now_ms)
    account_changes.task_definition_registered(world, definition)
    journal.call_made(world, "ecs:RegisterTaskDefinition", arn, None)
    return {
        "taskDefinition": task_definition_shape(world, definition),
        "tags": definition.tags,
    }


def _with_revision(reference: str) -> str:
    if ":" not in reference.rpartition("/")[2]:
        raise ClientException(f"Invalid revision number. Number: null. Name it, such as {reference}:1.")
    return reference


def deregister_task_definition(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A revision becomes INACTIVE; what runs with it goes on (PN:T-4, PN:T-5)."""
    reference = _with_revision(str(parameters["taskDefinition"]))
    definition = world.find_task_definition(reference)
    if definition is None:
        raise ClientException("Unable to describe task definition.")
    if definition.status != "ACTIVE":
        raise InvalidParameterException("TaskDefinition is inactive")
    account_changes.task_definition_deregistered(world, definition)
    journal.call_made(world, "ecs:DeregisterTaskDefinition", definition.arn, None)
    return {"taskDefinition": task_definition_shape(world, definition)}


def delete_task_definitions(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """INACTIVE revisions go away when nothing uses them any more; an ACTIVE one is a failure (PN:T-4)."""
    references = [_with_revision(str(reference)) for reference in parameters["taskDefinitions"]]
    most = LIMITS["deleted.taskDefinitions"]
    if not 1 <= len(references) <= most:
        raise InvalidParameterException(f"taskDefinitions holds {len(references)} entries; 1 to {most} are taken.")
    deleted: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    for reference in references:
        definition = world.find_task_definition(reference)
        if definition is None:
            name = reference.rpartition("/")[2]
            failures.append({"arn": world.ids.arn("ecs", f"task-definition/{name}"), "reason": "MISSING"})
        elif definition.status == "ACTIVE":
            failures.append({"arn": definition.arn, "reason": STILL_ACTIVE})
        else:
            account_changes.task_definition_deleted(world, definition)
            deleted.append(task_definition_shape(world, definition))
    journal.call_made(world, "ecs:DeleteTaskDefinitions", references[0], None)
    return {"taskDefinitions": deleted, "failures": failures}


def describe_task_definition(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """One revision; `family` alone means its latest ACTIVE one (PN:T-3, IC:X-37)."""
    words = including.asked(parameters)
    definition = world.find_task_definition(str(parameters["taskDefinition"]))
    if definition is None:
        raise ClientException("Unable to describe task definition.")
    shape = task_definition_shape(world, definition)
    return including.told({"taskDefinition": shape, "tags": definition.tags}, words)


def list_task_definitions(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """ARNs of revisions in registration order, ACTIVE ones unless `status` says otherwise."""
    status, prefix = parameters.get("status", "ACTIVE"), parameters.get("familyPrefix")
    arns = [
        d.arn
        for d in world.task_definitions.values()
        if d.status == status and (prefix is None or d.family == prefix) and not world.is_gone(d)
    ]
    if parameters.get("sort") == "DESC":
        arns.reverse()
    arns, token = reading.page(arns, parameters)
    return {"taskDefinitionArns": arns, **({"nextToken": token} if token else {})}


def list_task_definition_families(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Families in order of their first revision, those with ACTIVE revisions unless `status` says otherwise."""
    status = parameters.get("status", "ALL")
    prefix = str(parameters.get("familyPrefix", ""))
    statuses: dict[str, list[str]] = {}
    for definition in (d for d in world.task_definitions.values() if not world.is_gone(d)):
        statuses.setdefault(definition.family, []).append(definition.status)
    families = [
        family
        for family, found in statuses.items()
        if family.startswith(prefix) and (status == "ALL" or ("ACTIVE" in found) == (status == "ACTIVE"))
    ]
    families, token = reading.page(families, parameters)
    return {"families": families, **({"nextToken": token} if token else {})}

"""lab:TestAccess: may the program in a task, or a role, do an action on a resource, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules import programs
from ecslab.sim.rules.iam import documents, identities, roles
from ecslab.sim.rules.iam.evaluate import Answer, Call
from ecslab.sim.rules.iam.identities import Identity
from ecslab.sim.state.task import Task
from ecslab.sim.world import World

Parameters = Mapping[str, Any]


def test_access(world: World, parameters: Parameters) -> dict[str, Any]:
    """The decision, by which credentials, the statements that decided, and what else the program could get."""
    action, resource = str(parameters["action"]), str(parameters.get("resource", "*"))
    if ":" not in action:
        raise InvalidParameterException(f"action is {action[:64]!r}; write service:Action, such as s3:GetObject.")
    call = Call(action, resource, _context(parameters), _resource_policy(parameters))
    if ("task" in parameters) == ("role" in parameters):
        raise InvalidParameterException("TestAccess needs one of task and role.")
    if "role" in parameters:
        role = roles.role(world, str(parameters["role"]))
        asked = Identity("role", None, role.arn, None, "IC:I-59", "D")
        return _response(asked, programs.outcome(world, asked, call), call, [])
    task = _task(world, str(parameters["task"]))
    container = _container(task, parameters.get("container"))
    who = identities.program(world, task, container)
    beside = [dict(found) for found in programs.also_reachable(world, task, container, call)]
    return _response(who, programs.outcome(world, who, call), call, beside)


def _context(parameters: Parameters) -> dict[str, tuple[str, ...]]:
    given = parameters.get("context") or {}
    if not isinstance(given, Mapping):
        raise InvalidParameterException("context needs to be an object of condition keys and their values.")
    return {str(key): documents.texts_of(value) for key, value in given.items()}


def _resource_policy(parameters: Parameters) -> str | None:
    """The policy of the resource, as an object or as a text. Raises MalformedPolicyDocument."""
    given = parameters.get("resourcePolicy")
    if given is None:
        return None
    text = given if isinstance(given, str) else json.dumps(given)
    documents.check_resource(text)
    return text


def _task(world: World, reference: str) -> Task:
    found = next((t for t in world.tasks.values() if reference in (t.arn, t.id)), None)
    if found is None:
        raise InvalidParameterException("The referenced task was not found.")
    return found


def _container(task: Task, name: str | None) -> str:
    """A container of the task, its first essential one when none is named."""
    names = [c.name for c in task.containers]
    if name is not None and name not in names:
        raise InvalidParameterException(f"The task has no container {name}; it has {', '.join(names)}.")
    return name or next(c.name for c in task.containers if c.essential)


def _response(who: Identity, answer: Answer, call: Call, beside: list[dict[str, str | None]]) -> dict[str, Any]:
    return {
        "decision": answer.decision,
        "credentials": {
            "source": who.source,
            "via": who.via,
            "roleArn": who.role_arn,
            "principal": answer.principal or None,
        },
        "action": call.action,
        "resource": call.resource,
        "statements": [
            {
                "policyType": s.policy.kind,
                "policyName": s.policy.name,
                "policyArn": s.policy.arn,
                "index": s.index,
                "sid": s.sid,
                "effect": "Allow" if s.allows else "Deny",
            }
            for s in answer.statements
        ],
        "blockedBy": answer.blocked_by,
        "missingContext": list(answer.missing),
        "alsoReachable": beside,
        "message": programs.sentence(answer),
        "rule": who.rule,
        "mark": who.mark,
    }

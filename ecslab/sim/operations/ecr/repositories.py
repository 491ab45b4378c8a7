"""Private repositories (IC:R-1, IC:I-67). Images exist when first named; a deleted repository takes its own away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import journal, supply_changes
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecr import (
    RepositoryAlreadyExistsException,
    RepositoryNotFoundException,
    RepositoryPolicyNotFoundException,
)
from ecslab.sim.errors.iam import MalformedPolicyDocument
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.rules.iam import documents
from ecslab.sim.state.supplies import Repository
from ecslab.sim.world import World

_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*")
_LENGTHS = 2, 256

Parameters = Mapping[str, Any]


def create_repository(world: World, parameters: Parameters) -> dict[str, Any]:
    """A repository and the address of its images."""
    name = str(parameters["repositoryName"])
    if not _LENGTHS[0] <= len(name) <= _LENGTHS[1] or not _NAME.fullmatch(name):
        raise InvalidParameterException(
            f"Invalid parameter at 'repositoryName' failed to satisfy constraint: {name[:256]!r} needs 2 to 256 "
            "lowercase letters, digits and - _ . / between them."
        )
    found = world.repositories.get(name)
    if found and not found.is_deleted:
        raise RepositoryAlreadyExistsException(
            f"The repository with name '{name}' already exists in the registry with id '{ACCOUNT}'"
        )
    uri = f"{ACCOUNT}.dkr.ecr.{world.start.region}.amazonaws.com/{name}"
    tags = [dict(tag) for tag in parameters.get("tags") or []]
    made = Repository(name, world.ids.arn("ecr", f"repository/{name}"), uri, world.now_ms, tags=tags)
    supply_changes.repository_created(world, made)
    journal.call_made(world, "ecr:CreateRepository", made.arn, None)
    return {"repository": _shape(world, made)}


def _shape(world: World, repository: Repository) -> dict[str, Any]:
    return {
        "repositoryArn": repository.arn,
        "registryId": ACCOUNT,
        "repositoryName": repository.name,
        "repositoryUri": repository.uri,
        "createdAt": calendar.iso(world.start.starts_at, repository.created_at_ms),
    }


def _repository(world: World, name: str) -> Repository:
    found = world.repositories.get(name)
    if found is None or found.is_deleted:
        raise RepositoryNotFoundException(
            f"The repository with name '{name}' does not exist in the registry with id '{ACCOUNT}'"
        )
    return found


def describe_repositories(world: World, parameters: Parameters) -> dict[str, Any]:
    """Repositories in the order in which they were made, or those asked for."""
    names = parameters.get("repositoryNames") or [r.name for r in world.repositories.values() if not r.is_deleted]
    return {"repositories": [_shape(world, _repository(world, str(name))) for name in names]}


def delete_repository(world: World, parameters: Parameters) -> dict[str, Any]:
    """A repository goes with its images; those on instances stay there."""
    found = _repository(world, str(parameters["repositoryName"]))
    supply_changes.repository_deleted(world, found)
    journal.call_made(world, "ecr:DeleteRepository", found.arn, None)
    return {"repository": _shape(world, found)}


def set_repository_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """Who else may pull: within the account one side is enough (IC:I-60)."""
    found, text = _repository(world, str(parameters["repositoryName"])), str(parameters["policyText"])
    try:
        documents.check_resource(text)
    except MalformedPolicyDocument as error:
        raise InvalidParameterException(
            f"Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'. "
            f"{error.message}"
        ) from None
    supply_changes.repository_policy_set(world, found, text)
    journal.call_made(world, "ecr:SetRepositoryPolicy", found.arn, None)
    return _policy(found, text)


def _policy(repository: Repository, text: str) -> dict[str, Any]:
    return {"registryId": ACCOUNT, "repositoryName": repository.name, "policyText": text}


def _own_policy(repository: Repository) -> str:
    if repository.policy is None:
        raise RepositoryPolicyNotFoundException(
            f"Repository policy does not exist for the repository with name '{repository.name}' in the registry with "
            f"id '{ACCOUNT}'"
        )
    return repository.policy


def get_repository_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """A repository's policy as text."""
    found = _repository(world, str(parameters["repositoryName"]))
    return _policy(found, _own_policy(found))


def delete_repository_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """A repository has no policy any more."""
    found = _repository(world, str(parameters["repositoryName"]))
    text = _own_policy(found)
    supply_changes.repository_policy_set(world, found, None)
    journal.call_made(world, "ecr:DeleteRepositoryPolicy", found.arn, None)
    return _policy(found, text)

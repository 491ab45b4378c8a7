"""Secrets: that they exist, and under which key (IC:R-4). Their values are not kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import journal, supply_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException, ResourceNotFoundException
from ecslab.sim.errors.iam import MalformedPolicyDocument
from ecslab.sim.errors.secretsmanager import (
    InvalidRequestException,
    MalformedPolicyDocumentException,
    ResourceExistsException,
)
from ecslab.sim.rules.iam import documents
from ecslab.sim.rules.supplies import find_secret
from ecslab.sim.state.supplies import Secret
from ecslab.sim.world import World

_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
DAY_MS = 86_400_000

Parameters = Mapping[str, Any]


def create_secret(world: World, parameters: Parameters) -> dict[str, Any]:
    """A secret; its ARN ends in six characters that AWS chooses."""
    name = str(parameters["Name"])
    if not _NAME.fullmatch(name):
        raise InvalidParameterException(
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
        )
    if any(secret.name == name for secret in world.secrets.values()):
        raise ResourceExistsException(f"The operation failed because the secret {name} already exists.")
    serial = world.ids.serial("secret")
    made = Secret(
        name,
        world.ids.arn("secretsmanager", f"secret:{name}-{serial:06X}"),
        world.now_ms,
        key_id=parameters.get("KmsKeyId"),
        description=parameters.get("Description"),
        tags=[dict(tag) for tag in parameters.get("Tags") or []],
    )
    supply_changes.secret_created(world, made)
    journal.call_made(world, "secretsmanager:CreateSecret", made.arn, None)
    return {"ARN": made.arn, "Name": made.name, "VersionId": f"{serial:032x}"}


def _secret(world: World, parameters: Parameters) -> Secret:
    found = find_secret(world, str(parameters["SecretId"]))
    if found is None:
        raise ResourceNotFoundException("Secrets Manager can't find the specified secret.")
    return found


def _date(world: World, at_ms: int) -> str | None:
    return calendar.iso(world.start.starts_at, at_ms)


def _shape(world: World, secret: Secret) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "ARN": secret.arn,
        "Name": secret.name,
        "CreatedDate": _date(world, secret.created_at_ms),
        "LastChangedDate": _date(world, secret.created_at_ms),
        "Tags": secret.tags,
    }
    told = {"Description": secret.description, "KmsKeyId": secret.key_id}
    shape |= {member: value for member, value in told.items() if value is not None}
    if secret.deleted_at_ms is not None:
        shape["DeletedDate"] = _date(world, secret.deleted_at_ms)
    return shape


def describe_secret(world: World, parameters: Parameters) -> dict[str, Any]:
    """One secret, without its value."""
    return _shape(world, _secret(world, parameters))


def list_secrets(world: World, parameters: Parameters) -> dict[str, Any]:
    """Secrets in the order in which they were made; those marked for deletion when they are asked for."""
    everything = bool(parameters.get("IncludePlannedDeletion"))
    found = [s for s in world.secrets.values() if everything or s.deleted_at_ms is None]
    return {"SecretList": [_shape(world, secret) for secret in found]}


def delete_secret(world: World, parameters: Parameters) -> dict[str, Any]:
    """A secret cannot be read any more; it goes at once by force, else it can be restored.

    Model choice: a secret that is never restored stays in its recovery window.
    """
    found = _secret(world, parameters)
    by_force, days = bool(parameters.get("ForceDeleteWithoutRecovery")), parameters.get("RecoveryWindowInDays")
    if by_force and days is not None:
        raise InvalidParameterException(
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
        )
    low, high = LIMITS["secret.recovery.min"], LIMITS["secret.recovery.max"]
    if days is not None and not low <= days <= high:
        raise InvalidParameterException(
            f"RecoveryWindowInDays value must be between {low} and {high} days (inclusive)."
        )
    if found.deleted_at_ms is not None and not by_force:
        raise InvalidRequestException(
            "You can't perform this operation on the secret because it was already scheduled for deletion."
        )
    supply_changes.secret_deleted(world, found, for_good=by_force)
    journal.call_made(world, "secretsmanager:DeleteSecret", found.arn, None)
    window = 0 if by_force else (days or high) * DAY_MS
    return {"ARN": found.arn, "Name": found.name, "DeletionDate": _date(world, world.now_ms + window)}


def restore_secret(world: World, parameters: Parameters) -> dict[str, Any]:
    """A secret in its recovery window can be read again."""
    found = _secret(world, parameters)
    supply_changes.secret_restored(world, found)
    journal.call_made(world, "secretsmanager:RestoreSecret", found.arn, None)
    return {"ARN": found.arn, "Name": found.name}


def put_resource_policy(world: World, parameters: Parameters) -> dict[str, Any]:
    """Who else may read a secret (IC:I-60)."""
    found, text = _secret(world, parameters), str(parameters["ResourcePolicy"])
    try:
        documents.check_resource(text)
    except MalformedPolicyDocument as error:
        raise MalformedPolicyDocumentException(error.message) from None
    supply_changes.secret_policy_put(world, found, text)
    journal.call_made(world, "secretsmanager:PutResourcePolicy", found.arn, None)
    return {"ARN": found.arn, "Name": found.name}

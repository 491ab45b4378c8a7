"""Parameters of Parameter Store: that they exist, with value and key (IC:R-4, IC:R-6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import journal, supply_changes
from ecslab.sim.errors.common import ValidationException
from ecslab.sim.errors.ssm import ParameterAlreadyExists, ParameterNotFound
from ecslab.sim.state.supplies import Parameter
from ecslab.sim.world import World

_NAME = re.compile(r"/?[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
_LONGEST = 1011

Parameters = Mapping[str, Any]


def put_parameter(world: World, parameters: Parameters) -> dict[str, Any]:
    """A parameter, or with Overwrite its next version."""
    name = str(parameters["Name"])
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or re.match(r"/?(aws|ssm)", name, re.IGNORECASE):
        raise ValidationException(
            f'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive) and needs letters, digits and '
            f"_ . - / only: {name[:200]!r}."
        )
    before, overwrites = world.parameters.get(name), bool(parameters.get("Overwrite"))
    if before and not overwrites:
        raise ParameterAlreadyExists(
            "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."
        )
    kind = parameters.get("Type") or (before.type if before else None)
    if kind is None:
        raise ValidationException("A parameter type is required when you create a parameter.")
    if parameters.get("KeyId") and kind != "SecureString":
        raise ValidationException("KeyId is required for SecureString type parameter only.")
    made = Parameter(
        name=name,
        arn=world.ids.arn("ssm", f"parameter/{name.removeprefix('/')}"),
        type=str(kind),
        value=str(parameters["Value"]),
        version=before.version + 1 if before else 1,
        modified_at_ms=world.now_ms,
        key_id=parameters.get("KeyId") or (before.key_id if before else None),
        description=parameters.get("Description") or (before.description if before else None),
    )
    supply_changes.parameter_put(world, made)
    journal.call_made(world, "ssm:PutParameter", made.arn, None)
    return {"Version": made.version, "Tier": "Standard"}


def _shape(world: World, parameter: Parameter, *, decrypted: bool) -> dict[str, Any]:
    is_hidden = parameter.type == "SecureString" and not decrypted
    return {
        "Name": parameter.name,
        "Type": parameter.type,
        "Value": f"encrypted by {parameter.key_id or 'alias/aws/ssm'}" if is_hidden else parameter.value,
        "Version": parameter.version,
        "LastModifiedDate": calendar.iso(world.start.starts_at, parameter.modified_at_ms),
        "ARN": parameter.arn,
        "DataType": "text",
    }


def _find(world: World, reference: str) -> Parameter | None:
    return next((p for p in world.parameters.values() if reference in (p.name, p.arn)), None)


def get_parameter(world: World, parameters: Parameters) -> dict[str, Any]:
    """One parameter by name or ARN; the value of a SecureString only with WithDecryption."""
    found = _find(world, str(parameters["Name"]))
    if found is None:
        raise ParameterNotFound(f"Parameter {str(parameters['Name'])[:200]} not found.")
    return {"Parameter": _shape(world, found, decrypted=bool(parameters.get("WithDecryption")))}


def get_parameters(world: World, parameters: Parameters) -> dict[str, Any]:
    """Parameters by name or ARN in the order asked; the unknown ones by name."""
    decrypted = bool(parameters.get("WithDecryption"))
    asked = [(str(name), _find(world, str(name))) for name in parameters["Names"]]
    return {
        "Parameters": [_shape(world, p, decrypted=decrypted) for _, p in asked if p],
        "InvalidParameters": [name for name, p in asked if p is None],
    }


def describe_parameters(world: World, parameters: Parameters) -> dict[str, Any]:
    """Every parameter without its value."""
    found = [_shape(world, p, decrypted=False) for p in world.parameters.values()]
    return {"Parameters": [{k: v for k, v in shape.items() if k != "Value"} for shape in found]}


def delete_parameter(world: World, parameters: Parameters) -> dict[str, Any]:
    """A parameter goes."""
    found = world.parameters.get(str(parameters["Name"]))
    if found is None:
        raise ParameterNotFound(f"Parameter {str(parameters['Name'])[:200]} not found.")
    supply_changes.parameter_deleted(world, found)
    journal.call_made(world, "ssm:DeleteParameter", found.arn, None)
    return {}

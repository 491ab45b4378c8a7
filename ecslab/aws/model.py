"""AWS's service models: which operations there are, what a request looks like, and what is wrong with one.

The models of `ecs` and its neighbours are those that botocore ships; `lab` has a model of ours in the same form
(`lab-service.json`). Nothing is filled in and nothing is dropped here.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import botocore.loaders
import botocore.model

from ecslab.aws import shape_check
from ecslab.sim.operations.registry import EXPLAINED, READS, WRITES

SERVICES = (
    "ecs",
    "ec2",
    "lab",
    "autoscaling",
    "elbv2",
    "application-autoscaling",
    "cloudwatch",
    "events",
    "scheduler",
    "iam",
    "ecr",
    "efs",
    "logs",
    "secretsmanager",
    "ssm",
)
"""The services that a lab can be asked about, by the names of the AWS CLI and SDKs."""

READ_ONLY_PREFIXES = ("Describe", "List", "Get", "Explain", "Test")
_MAX_NAMES_IN_A_SENTENCE = 12


class RequestMalformed(Exception):
    """A request that is no request of AWS: `messages` has one plain sentence for each thing that is wrong."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


@cache
def service_model(service: str) -> Any:
    """The botocore ServiceModel of a service. Raises RequestMalformed for a service that nobody knows."""
    if service == "lab":
        text = Path(__file__).with_name("lab-service.json").read_text(encoding="utf-8")
        return botocore.model.ServiceModel(json.loads(text), "lab")
    if service not in SERVICES:
        raise RequestMalformed(
            f"There is no service {service[:80]!r} here.{_did_you_mean(service, SERVICES)} "
            f"Use one of {', '.join(SERVICES)}."
        )
    loaded = botocore.loaders.Loader().load_service_model(service, "service-2")
    return botocore.model.ServiceModel(loaded, service)


@cache
def input_shape(service: str, operation: str) -> Any:
    """The shape of an operation's request, None when it takes nothing. Raises RequestMalformed."""
    model = service_model(service)
    if operation not in model.operation_names:
        raise RequestMalformed(
            f"{service} has no operation {operation[:80]!r}."
            f"{_did_you_mean(operation, model.operation_names)} {_available(service)}"
        )
    return model.operation_model(operation).input_shape


@cache
def regions() -> tuple[str, ...]:
    """The Regions that AWS's tools know in its commercial partition, the one whose ARNs begin with arn:aws."""
    partitions = botocore.loaders.Loader().load_data("partitions")["partitions"]
    commercial = next(p for p in partitions if p["id"] == "aws")
    return tuple(sorted(name for name in commercial["regions"] if not name.endswith("-global")))


def output_members(service: str, operation: str, member: str) -> tuple[str, ...]:
    """Names inside one structure of an operation's response."""
    return tuple(service_model(service).operation_model(operation).output_shape.members[member].members)


def check(service: str, operation: str, parameters: Mapping[str, Any]) -> None:
    """Compare a request with AWS's model. Raises RequestMalformed with everything that is wrong with it."""
    shape = input_shape(service, operation)
    if shape is None:
        if parameters:
            raise RequestMalformed(f"{service}:{operation} takes no parameters; remove {', '.join(parameters)}.")
        return
    messages = tuple(shape_check.problems(shape, parameters))
    if messages:
        raise RequestMalformed(*messages)


def enum_refusal(service: str, operation: str, parameters: Mapping[str, Any]) -> tuple[str, str] | None:
    """Code and sentence for the first value outside its enumeration, None when there is none.

    AWS refuses such a value itself; `parameters` have passed `check`.
    """
    shape = input_shape(service, operation)
    if shape is None:
        return None
    for path, value, allowed in shape_check.outside_enumerations(shape, parameters):
        if (operation, path.partition("[")[0]) == ("RegisterTaskDefinition", "placementConstraints"):
            continue  # AWS has a sentence of its own for it (PN:T-79)
        code = "ClientException" if operation == "RegisterTaskDefinition" else "InvalidParameterException"
        return code, f"{path} is {value[:80]!r}; it needs to be one of {', '.join(allowed)}."
    return None


def is_read_only(service: str, operation: str) -> bool:
    """Whether an operation only looks: Describe, List, Get, Explain and Test operations do."""
    name = f"{service}:{operation}"
    return name in READS or name in EXPLAINED or operation.startswith(READ_ONLY_PREFIXES)


def supported(service: str, operation: str) -> bool:
    """Whether the lab simulates the operation."""
    name = f"{service}:{operation}"
    return name in WRITES or name in READS or name in EXPLAINED


def not_yet(service: str, operation: str) -> str | None:
    """Why an operation that exists cannot be called here and what to use instead, None when it can be called.

    It exists when AWS's model has it, or when it is one of ours that is still to come. Raises RequestMalformed when
    nobody knows it.
    """
    if supported(service, operation):
        return None
    name = f"{service}:{operation}"
    if name not in _instead():
        input_shape(service, operation)
    instead = _instead().get(name) or _instead()[f"{service}:*"]
    return f"{name} is an AWS operation that is not simulated yet. {instead}"


@cache
def _instead() -> dict[str, str]:
    """What to use in place of an operation, or of any other of a service (`elbv2:*`)."""
    with Path(__file__).with_name("not_yet.csv").open(encoding="utf-8", newline="") as file:
        return {row["call"]: row["instead"] for row in csv.DictReader(file)}


def supported_operations(service: str) -> list[str]:
    """Operations of a service that the lab simulates, in alphabetical order."""
    names = (*WRITES, *READS, *EXPLAINED)
    return sorted(name.partition(":")[2] for name in names if name.startswith(f"{service}:"))


def _available(service: str) -> str:
    names = supported_operations(service)
    if not names:
        return f"Nothing of {service} is simulated yet."
    if len(names) > _MAX_NAMES_IN_A_SENTENCE:
        names = [*names[:_MAX_NAMES_IN_A_SENTENCE], "and others"]
    return f"Simulated of {service}: {', '.join(names)}."


def _did_you_mean(word: str, known: Any) -> str:
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower()[:80], list(by_lower), n=1)
    return f" Did you mean {by_lower[close[0]]}?" if close else ""

"""Core law 10: every member that RegisterTaskDefinition takes has an effect in the lab or is named as having none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecslab.aws.model import input_shape
from ecslab.sim.data.tables import NOT_SIMULATED

CONTAINER = "containerDefinitions[]."
EFFECTIVE = {
    "family",
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "tags",
    "placementConstraints",
    "runtimePlatform",
    f"{CONTAINER}name",
    f"{CONTAINER}image",
    f"{CONTAINER}cpu",
    f"{CONTAINER}memory",
    f"{CONTAINER}memoryReservation",
    f"{CONTAINER}essential",
    f"{CONTAINER}stopTimeout",
    f"{CONTAINER}healthCheck",
    f"{CONTAINER}dockerLabels",
    f"{CONTAINER}logConfiguration.logDriver",
    f"{CONTAINER}portMappings[].containerPort",
    f"{CONTAINER}portMappings[].hostPort",
    f"{CONTAINER}portMappings[].protocol",
    f"{CONTAINER}portMappings[].name",
    f"{CONTAINER}portMappings[].containerPortRange",
    f"{CONTAINER}resourceRequirements[].type",
    f"{CONTAINER}resourceRequirements[].value",
}
WITHOUT_EFFECT = {row.member for row in NOT_SIMULATED if row.operation == "ecs:RegisterTaskDefinition"}


def members(shape: Any, path: str = "") -> Iterator[str]:
    """Paths that are told of somewhere, and the leaves that nobody tells of."""
    for name, member in shape.members.items():
        where = f"{path}{name}"
        if where in EFFECTIVE | WITHOUT_EFFECT:
            yield where
        elif member.type_name == "structure" and member.members:
            yield from members(member, f"{where}.")
        elif member.type_name == "list" and member.member.type_name == "structure":
            yield from members(member.member, f"{where}[].")
        else:
            yield where


def test_every_member_is_told_of() -> None:
    found = set(members(input_shape("ecs", "RegisterTaskDefinition")))
    assert found == EFFECTIVE | WITHOUT_EFFECT


def test_nothing_is_both() -> None:
    assert not EFFECTIVE & WITHOUT_EFFECT


def test_every_reason_is_a_sentence() -> None:
    assert all(row.reason.endswith(".") and row.since for row in NOT_SIMULATED)

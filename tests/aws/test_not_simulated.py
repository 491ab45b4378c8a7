"""Core law 10: every member that an operation takes has an effect in the lab or is named as having none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ecslab.aws.model import input_shape
from ecslab.sim.data.tables import NOT_SIMULATED

CONTAINER = "containerDefinitions[]."
REGISTERED = {
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
    f"{CONTAINER}resourceRequirements[].type",
    f"{CONTAINER}resourceRequirements[].value",
}
OVERRIDE = "overrides.containerOverrides[]."
STARTED = {
    "cluster",
    "taskDefinition",
    "networkConfiguration",
    "group",
    "startedBy",
    "tags",
    "overrides.cpu",
    "overrides.memory",
    "overrides.taskRoleArn",
    "overrides.executionRoleArn",
    f"{OVERRIDE}name",
    f"{OVERRIDE}cpu",
    f"{OVERRIDE}memory",
    f"{OVERRIDE}memoryReservation",
    f"{OVERRIDE}resourceRequirements",
}
RUN = {
    "count",
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "clientToken",
    "placementConstraints",
    "placementStrategy",
}
EFFECTIVE = {
    "ecs:RegisterTaskDefinition": REGISTERED,
    "ecs:CreateCluster": {"clusterName", "tags", "defaultCapacityProviderStrategy"},
    "ecs:RunTask": STARTED | RUN,
    "ecs:StartTask": STARTED | {"containerInstances"},
}
"""Members that change something, or are refused by name."""
WITHOUT_EFFECT = {name: {row.member for row in NOT_SIMULATED if row.operation == name} for name in EFFECTIVE}


def members(shape: Any, told: set[str], path: str = "") -> Iterator[str]:
    """Paths that are told of somewhere, and the leaves that nobody tells of."""
    for name, member in shape.members.items():
        where = f"{path}{name}"
        if where in told:
            yield where
        elif member.type_name == "structure" and member.members:
            yield from members(member, told, f"{where}.")
        elif member.type_name == "list" and member.member.type_name == "structure":
            yield from members(member.member, told, f"{where}[].")
        else:
            yield where


@pytest.mark.parametrize("operation", EFFECTIVE)
def test_every_member_is_told_of(operation: str) -> None:
    told = EFFECTIVE[operation] | WITHOUT_EFFECT[operation]
    assert set(members(input_shape(*operation.split(":")), told)) == told


@pytest.mark.parametrize("operation", EFFECTIVE)
def test_nothing_is_both(operation: str) -> None:
    assert not EFFECTIVE[operation] & WITHOUT_EFFECT[operation]


def test_every_reason_is_a_sentence() -> None:
    assert all(row.reason.endswith(".") and row.since for row in NOT_SIMULATED)

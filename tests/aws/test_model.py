"""Requests against AWS's service models: unknown members, wrong types, missing members, enumerations."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from ecslab.aws import model
from ecslab.aws.door import prepare, submit
from ecslab.aws.model import RequestMalformed
from ecslab.sim.operations.registry import EXPLAINED, READS, WRITES
from ecslab.sim.simulation import Outcome, Rejection, Simulation


@pytest.mark.parametrize("name", [*WRITES, *READS, *EXPLAINED])
def test_every_simulated_operation_has_a_model(name: str) -> None:
    service, operation = name.split(":")
    assert model.supported(service, operation)
    assert model.input_shape(service, operation) is not None
    assert model.is_read_only(service, operation) == (name not in WRITES)


@pytest.mark.parametrize(
    ("call", "parameters", "sentence"),
    [
        ("ecs:RunTask", {}, "taskDefinition is missing; it needs a text."),
        (
            "ecs:RunTask",
            {"taskDefinition": "web", "cont": 2},
            "cont is not known to AWS. Did you mean count?",
        ),
        (
            "ecs:RunTask",
            {"taskDefinition": "web", "count": "2"},
            "count is the text '2'; it needs a whole number, so write 2 without quotes.",
        ),
        ("ecs:RunTask", {"taskDefinition": "web", "count": True}, "count is true; it needs a whole number."),
        ("ecs:RunTask", {"taskDefinition": None}, "taskDefinition is null; it needs a text."),
        (
            "ecs:DescribeServices",
            {"services": "web"},
            "services is the text 'web'; it needs a list, such as [\"web\"].",
        ),
        (
            "ecs:RegisterTaskDefinition",
            {"family": "web", "containerDefinitions": [], "image": "web"},
            "image does not belong at the top level; move it into the entries of containerDefinitions.",
        ),
        ("lab:FailInstance", {}, "instance is missing; it needs a text."),
        (
            "ecs:RunTask",
            {"taskDefinition": "web", "count": 2**63},
            f"count is a whole number of more than 64 bits; write one from {-(2**63)} to {2**63 - 1}.",
        ),
        (
            "ecs:RegisterTaskDefinition",
            {"family": "web", "containerDefinitions": [{"image": "a\0b"}]},
            "containerDefinitions[0].image holds the character U+0000 (NUL), which cannot be kept; remove it.",
        ),
        (
            "ecs:CreateCluster",
            {"\udfff": 1},
            "The request has a member whose name holds half a character (U+DFFF); write the whole one.",
        ),
        (
            "ecs:CreateCluster",
            {"clusterName": "\ud800"},
            "clusterName holds half a character (U+D800); write the whole one.",
        ),
        ("lab:PutImage", {"image": "web", "sizeMib": 1}, "sizeMib is not known to AWS. Did you mean sizeMiB?"),
    ],
)
def test_malformed_requests(call: str, parameters: dict[str, Any], sentence: str) -> None:
    service, operation = call.split(":")
    with pytest.raises(RequestMalformed) as caught:
        model.check(service, operation, parameters)
    assert caught.value.messages == (sentence,)


def test_all_that_is_wrong_is_told() -> None:
    with pytest.raises(RequestMalformed) as caught:
        model.check("ecs", "CreateService", {"desiredCount": "x", "placementStrategy": [{"kind": "spread"}]})
    assert len(caught.value.messages) == 3


@pytest.mark.parametrize(
    ("service", "operation", "words"),
    [
        ("ecz", "RunTask", "Did you mean ecs"),
        ("s3", "GetObject", "There is no service 's3' here"),
        ("ecs", "RunTasks", "Did you mean RunTask"),
        ("lab", "AddContainerInstance", "Did you mean AddContainerInstances"),
        ("ecs", "", "has no operation"),
    ],
)
def test_unknown_names_say_what_there_is(service: str, operation: str, words: str) -> None:
    with pytest.raises(RequestMalformed, match=words):
        model.check(service, operation, {})


@pytest.mark.parametrize("healthy", [True, False, {"after": "20s"}, {"until": "5m"}])
def test_lab_members_that_take_several_shapes(healthy: object) -> None:
    model.check("lab", "PutImage", {"image": "web", "healthy": healthy, "exitAfter": 90})


def test_values_outside_an_enumeration_are_refused_as_aws_does() -> None:
    request = {"family": "web", "networkMode": "overlay", "containerDefinitions": []}
    assert model.enum_refusal("ecs", "RegisterTaskDefinition", request) == (
        "ClientException",
        "networkMode is 'overlay'; it needs to be one of bridge, host, awsvpc, none.",
    )
    refusal = model.enum_refusal("ecs", "RunTask", {"taskDefinition": "web", "launchType": "LAMBDA"})
    assert refusal is not None
    assert refusal[0] == "InvalidParameterException"


def test_the_door_refuses_an_enumeration_and_changes_nothing() -> None:
    simulation = Simulation.begin()
    before = simulation.digest()
    command = prepare(5, "ecs", "RunTask", {"taskDefinition": "web", "launchType": "LAMBDA"})
    assert isinstance(submit(simulation, command), Rejection)
    assert simulation.digest() == before


def test_the_door_hands_on_what_is_right() -> None:
    simulation = Simulation.begin()
    outcome = submit(simulation, prepare(0, "ecs", "CreateCluster", {"clusterName": "game"}))
    assert isinstance(outcome, Outcome)


def test_an_operation_of_aws_that_is_not_simulated_is_refused_by_name() -> None:
    rejection = submit(Simulation.begin(), prepare(0, "ecs", "CreateTaskSet", TASK_SET))
    assert isinstance(rejection, Rejection)
    assert rejection.code == "OperationNotSimulated"
    assert "ecs:CreateTaskSet" in rejection.message


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "ecs:ListServicesByNamespace",
            "ecs:ListServicesByNamespace is an AWS operation that is not simulated yet.",
        ),
        ("elbv2:DescribeTags", "not simulated yet. Use Application and Network Load Balancers"),
    ],
)
def test_what_does_not_exist_yet_is_refused_by_name_with_what_to_use(name: str, sentence: str) -> None:
    assert sentence in (model.not_yet(*name.split(":")) or "")


@pytest.mark.parametrize("name", ["ecs:Nothing", "lab:Nothing", "s3:GetObject"])
def test_what_nobody_knows_is_refused_differently(name: str) -> None:
    with pytest.raises(RequestMalformed):
        model.not_yet(*name.split(":"))


def test_every_operation_of_every_service_is_simulated_or_has_something_instead() -> None:
    for service in model.SERVICES:
        for operation in model.service_model(service).operation_names:
            refusal = model.not_yet(service, operation)
            assert (refusal is None) == model.supported(service, operation)


def test_what_to_use_instead_is_there() -> None:
    """The table names no operation that is simulated, and every operation it recommends is."""
    with (Path(model.__file__).parent / "not_yet.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert not model.supported(*row["call"].split(":"))
        for name in re.findall(r"\b(?:ecs|ec2|lab):[A-Z][A-Za-z]+", row["instead"]):
            assert model.supported(*name.split(":")), name


TASK_SET = {"service": "web", "cluster": "game", "taskDefinition": "web"}

"""PutAttributes, DeleteAttributes and ListAttributes (PN:R-34)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import Story

TARGET = {"targetType": "container-instance", "targetId": "0000000000000001"}


def put(told: Story, at: float, name: str, value: str | None = None, **more: Any) -> Any:
    item = {"name": name, **({} if value is None else {"value": value}), **TARGET, **more}
    return told.attempt("ecs:PutAttributes", at, cluster="game", attributes=[item])


def named(told: Story, **asked: Any) -> list[tuple[str, str | None]]:
    read = told.simulation.read(
        "ecs", "ListAttributes", {"cluster": "game", "targetType": "container-instance", **asked}
    )
    return [(item["name"], item.get("value")) for item in read["attributes"]]


@rule("PN:R-34")
def test_attributes_are_put_overwritten_listed_and_deleted() -> None:
    told = Story().on_instances(2)
    put(told, 1, "stack", "test")
    put(told, 2, "stack", "prod")
    assert named(told, attributeName="stack") == [("stack", "prod")]
    assert named(told, attributeName="stack", attributeValue="test") == []
    gone = told.call("ecs:DeleteAttributes", 3, cluster="game", attributes=[{"name": "stack", "value": "x", **TARGET}])
    assert gone == {"attributes": []}
    gone = told.call("ecs:DeleteAttributes", 4, cluster="game", attributes=[{"name": "stack", **TARGET}])
    assert [item["value"] for item in gone["attributes"]] == ["prod"]
    assert named(told, attributeName="stack") == []
    page = told.simulation.read(
        "ecs", "ListAttributes", {"cluster": "game", "targetType": "container-instance", "maxResults": 3}
    )
    assert (len(page["attributes"]), page["nextToken"]) == (3, "3")
    with pytest.raises(InvalidParameterException):
        named(told, attributeValue="prod")


@rule("PN:R-34", "PN:P-50", "SS:S-35")
def test_a_waiting_service_looks_again_when_an_attribute_comes() -> None:
    told = Story().on_instances(1)
    told.create(1, placementConstraints=[{"type": "memberOf", "expression": "attribute:stack == prod"}])
    assert told.until(5).total() == 0
    put(told, 10, "stack", "prod")
    assert told.until(10).total() == 1
    told.call("ecs:DeleteAttributes", 100, cluster="game", attributes=[{"name": "stack", **TARGET}])
    assert told.until(200).running() == 1


@rule("PN:R-34")
@pytest.mark.parametrize(
    ("name", "more", "code"),
    [
        ("st ack", {}, "InvalidParameterException"),
        ("stack", {"value": " x"}, "InvalidParameterException"),
        ("ecs.os-type", {"value": "x"}, "InvalidParameterException"),
        ("stack", {"targetId": "nobody"}, "TargetNotFoundException"),
        ("stack", {"targetType": "task"}, "InvalidParameterException"),
    ],
)
def test_refused(name: str, more: dict[str, Any], code: str) -> None:
    told = Story().on_instances(1)
    before = told.simulation.digest()
    refused = put(told, 0, name, **more)
    assert isinstance(refused, Rejection)
    assert refused.code == code
    assert told.simulation.digest() == before


@rule("PN:R-34")
def test_ten_are_the_most_and_a_bare_id_needs_its_type() -> None:
    told = Story().on_instances(1)
    for number in range(10):
        put(told, number, f"a{number}")
    refused = put(told, 20, "b")
    assert isinstance(refused, Rejection)
    assert refused.code == "AttributeLimitExceededException"
    for items in ([], [{"name": "c", "targetId": TARGET["targetId"]}]):
        refused = told.attempt("ecs:PutAttributes", 21, cluster="game", attributes=items)
        assert isinstance(refused, Rejection)
        assert refused.code == "InvalidParameterException"

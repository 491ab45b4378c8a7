"""How a strategy shares tasks out, as tables (SS:C-53 to SS:C-56, SS:W-12)."""

from __future__ import annotations

from collections import Counter

import pytest

from ecslab.sim.rules import shares
from ecslab.sim.state.capacity import StrategyItem
from tests.rules import rule

Items = list[tuple[str, int, int]]


def shared(items: Items, desired: int) -> list[str]:
    """The provider of each task, placed one by one."""
    strategy = [StrategyItem(*item) for item in items]
    order: list[str] = []
    for _ in range(desired):
        order.append(shares.next_provider(strategy, Counter(order)))
    return order


@rule("SS:W-12", "SS:C-53", "SS:C-55", "PN:F-13")
@pytest.mark.parametrize(
    ("items", "desired", "counts"),
    [
        ([("OD", 2, 1), ("SPOT", 0, 3)], 10, {"OD": 4, "SPOT": 6}),
        ([("FARGATE", 2, 1), ("FARGATE_SPOT", 0, 3)], 6, {"FARGATE": 3, "FARGATE_SPOT": 3}),
        ([("A", 0, 1), ("B", 0, 4)], 5, {"A": 1, "B": 4}),
        ([("A", 0, 1), ("B", 0, 1), ("C", 0, 1)], 10, {"A": 4, "B": 3, "C": 3}),
        ([("A", 5, 1), ("B", 0, 1)], 2, {"A": 2}),
        ([("A", 1, 0), ("B", 0, 1)], 4, {"A": 1, "B": 3}),
        ([("B", 0, 0)], 3, {"B": 3}),
    ],
    ids=[
        "base 2, 1 to 3",
        "the same for six on Fargate",
        "1 to 4",
        "equal weights",
        "all base",
        "weight 0 takes its base",
        "one item of weight 0",
    ],
)
def test_split(items: Items, desired: int, counts: dict[str, int]) -> None:
    assert Counter(shared(items, desired)) == counts


@rule("SS:C-55")
def test_largest_deficit_first_and_ties_by_order() -> None:
    assert shared([("A", 0, 1), ("B", 0, 4)], 5) == ["B", "B", "A", "B", "B"]
    assert shared([("A", 0, 1), ("B", 0, 1)], 3) == ["A", "B", "A"]


@rule("SS:C-56")
def test_surplus_is_that_of_the_same_formula() -> None:
    strategy = [StrategyItem("OD", 2, 1), StrategyItem("SPOT", 0, 3)]
    assert shares.surplus(strategy, {"OD": 4, "SPOT": 6}) == {"OD": 0, "SPOT": 0}
    above = shares.surplus(strategy, {"OD": 2, "SPOT": 5})
    assert above["SPOT"] > above["OD"], "base tasks go last"
    alone = shares.surplus([StrategyItem("OD", 2, 1)], {"OD": 2})
    assert alone["OD"] < 0

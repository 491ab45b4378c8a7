"""A choice that is only foreseen says that the run will draw (SS:K-5), and a pattern without quotes is told of."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim import timeline
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.placement import query_language
from ecslab.sim.world import Start
from tests.rules import rule
from tests.sim.stories import Story


@rule("SS:K-5")
@pytest.mark.parametrize(("tie_break", "by"), [("seeded", "seeded"), ("canonical", "canonical")])
def test_the_next_task_is_told_to_be_a_draw(tie_break: str, by: str) -> None:
    told = Story(Start(tie_break=tie_break)).on_instances(3)
    strategy: list[dict[str, Any]] = [{"type": "random"}]
    told.create(0, placementStrategy=strategy)
    answer = timeline.next_placement(told.simulation.world, told.service())
    assert (answer["tieBreak"]["among"], answer["tieBreak"]["by"], answer["tieBreak"]["drawn"]) == (3, by, False)


@pytest.mark.parametrize("pattern", ["(prod|test)", "[a-c]", "prod|test"])
def test_a_pattern_without_quotes_is_told_to_be_quoted(pattern: str) -> None:
    with pytest.raises(InvalidParameterException, match="Put a pattern in quotes"):
        query_language.parse(f"attribute:stack =~ {pattern}")
    query_language.parse(f"attribute:stack =~ '{pattern}'")


def test_another_mistake_has_no_such_hint() -> None:
    with pytest.raises(InvalidParameterException) as refused:
        query_language.parse("attribute:stack == prod )")
    assert "quotes" not in refused.value.message

"""The cluster query language beyond its worked example (PN section 5)."""

from __future__ import annotations

import pytest

from ecslab.sim.errors.common import InvalidParameterException
from tests.rules import rule
from tests.sim.stories import Story


@pytest.fixture(scope="module")
def story() -> Story:
    """Three t3.medium in zones a, b and c, registered on 2026-01-05."""
    return Story().on_instances(3)


def selected(story: Story, expression: str) -> str:
    read = story.simulation.read("ecs", "ListContainerInstances", {"cluster": "game", "filter": expression})
    return "".join("abc"[int(arn[-1]) - 1] for arn in read["containerInstanceArns"])


ZONE, TYPE = "attribute:ecs.availability-zone", "attribute:ecs.instance-type"
FOUND = [
    ("Q-1", f"{TYPE}=~t3.*", "abc"),
    ("Q-1", f"{TYPE} equals t3.medium", "abc"),
    ("Q-1", f"{TYPE} not_equals t3.medium", ""),
    ("Q-1", f"{ZONE} not_in ['us-east-1a', us-east-1b]", "c"),
    ("Q-1", f"{TYPE} not_matches 't3.*'", ""),
    ("Q-1", "attribute:stack not_exists", "abc"),
    ("Q-1", "runningTasksCount greater_than_equal 0", "abc"),
    ("Q-2", f"({ZONE} == us-east-1a || {ZONE} == us-east-1b) && !({ZONE} == us-east-1b)", "a"),
    ("Q-3", f"not {ZONE} == us-east-1a and {ZONE} == us-east-1b or {ZONE} == us-east-1c", "bc"),
    ("Q-5", "agentConnected == True", ""),
    ("Q-10", f"{ZONE} in [us-east-1a,us-east-1c]", "ac"),
    ("Q-10", f"{ZONE} =~ 'us-east-1(a|b)'", "ab"),
    ("Q-10", f"{ZONE} !~ '.*[ab]'", "c"),
    ("Q-11", f"{ZONE} =~ us-east", ""),
    ("Q-13", "attribute:stack !in [prod]", ""),
    ("Q-13", "attribute:stack !~ prod", ""),
    ("Q-13", "attribute:stack !exists or attribute:stack != prod", "abc"),
    ("Q-14", "agentVersion >= 1.104", "abc"),
    ("Q-14", "agentVersion < 1.99.9", ""),
    ("Q-14", "registeredAt == 2026-01-05", "abc"),
    ("Q-14", "registeredAt == 2026-01-05T00:00:00", "abc"),
    ("Q-14", "registeredAt == 2026-01-05T02:00:00+02:00", "abc"),
    ("Q-14", "registeredAt > 2026-01-05T00:00:00Z", ""),
    ("Q-16", "task:group != family:web", "abc"),
    ("Q-19", "attribute:ecs.capability.task-eni exists", "abc"),
    ("Q-19", "attribute:ecs.capability.task-eni == ''", ""),
    ("Q-19", "attribute:ecs.capability.task-eni != x", ""),
]


@rule("PN:Q-1", "PN:Q-2", "PN:Q-3", "PN:Q-5", "PN:Q-10", "PN:Q-11", "PN:Q-12", "PN:Q-13", "PN:Q-14", "PN:Q-16")
@rule("PN:Q-17", "PN:Q-19")
@pytest.mark.parametrize(("rule", "expression", "expected"), FOUND)
def test_selects(story: Story, rule: str, expression: str, expected: str) -> None:
    assert selected(story, expression) == expected, rule


WRONG = [
    ("Q-4", "attribute:a == " + "b" * 2000, "at most 2000 are allowed"),
    ("Q-5", f"{ZONE} == a AND {ZONE} == b", "and, or, or the end was needed"),
    ("Q-10", f"{ZONE} in us-east-1a", "a list such as [a, b]"),
    ("Q-10", "attribute:a =~ '(a)\\1'", "back-references are not taken"),
    ("Q-10", "attribute:a =~ '(a+)+'", "a repeat inside a repeat"),
    ("Q-10", "attribute:a =~ " + "a" * 129, "at most 128 are allowed"),
    ("Q-15", "agentVersion in [1.0]", "one of the operators ==, !=, >, >=, <, <="),
    ("Q-15", "agentConnected > false", "one of the operators ==, !=, in, !in, =~, !~"),
    ("Q-15", "task:group exists", "one of the operators ==, !=, in, !in, =~, !~"),
    ("Q-18", "zone == a", "attribute:NAME or one of agentConnected"),
    ("Q-18", f"({ZONE} exists", "a closing parenthesis"),
    ("Q-18", "runningTasksCount == one", "a whole number"),
    ("Q-18", "registeredAt > yesterday", "a date such as 2026-01-05"),
]


@rule("PN:Q-4", "PN:Q-5", "PN:Q-10", "PN:Q-15", "PN:Q-18")
@pytest.mark.parametrize(("rule", "expression", "words"), WRONG)
def test_refused(story: Story, rule: str, expression: str, words: str) -> None:
    with pytest.raises(InvalidParameterException) as caught:
        selected(story, expression)
    assert words in caught.value.message, rule

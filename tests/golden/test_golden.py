"""The same requests end in the same world as long as RULES_VERSION is the same (core law 7)."""

from __future__ import annotations

import re

import pytest

from ecslab.sim import RULES_VERSION
from tests.golden import stories
from tests.golden.stories import Ending


@pytest.mark.parametrize("name", list(stories.STORIES))
def test_a_story_ends_as_it_did(name: str) -> None:
    version, kept = stories.read_kept()
    now = stories.tell(stories.STORIES[name])
    how = "Run `make golden` and commit tests/golden/digests.json"
    assert version == RULES_VERSION, f"RULES_VERSION is {RULES_VERSION}, the endings are of {version}. {how}."
    assert name in kept, f"The ending of {name} is not kept yet. {how}."
    assert not stories.moved({name: kept[name]}, {name: now}), (
        f"The requests of {name} end in another world than they did. If that is meant, raise RULES_VERSION and say in "
        f"docs/rules-changes.md what changed. {how}."
    )
    assert kept[name] == now, f"{name} asks for other things than it did. {how}."


def test_every_kept_ending_has_its_story() -> None:
    assert sorted(stories.read_kept()[1]) == sorted(stories.STORIES)


def test_the_rules_version_is_explained() -> None:
    text = (stories.ROOT / "docs/rules-changes.md").read_text(encoding="utf-8")
    told = [int(number) for number in re.findall(r"^## (\d+)$", text, re.MULTILINE)]
    assert told == list(range(RULES_VERSION, 0, -1))


def test_only_the_same_requests_with_another_end_mean_that_the_rules_moved() -> None:
    kept = {"a": Ending("x", "1"), "b": Ending("x", "1"), "c": Ending("x", "1")}
    now = {"a": Ending("x", "1"), "b": Ending("x", "2"), "c": Ending("y", "2"), "d": Ending("z", "3")}
    assert stories.moved(kept, now) == ["b"]

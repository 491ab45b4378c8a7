"""A snapshot is JSON as it stands, and a world made of one is the world it was taken from, value by value."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from ecslab.scenario.load import load_file
from ecslab.scenario.run import run
from ecslab.sim import serialize, timers
from ecslab.sim.simulation import Simulation
from ecslab.sim.world import Start
from tests.golden.stories import STORIES


def plain(value: Any) -> Any:
    """A value member by member, with the types that tell a record, a list and a tuple apart."""
    if is_dataclass(value) and not isinstance(value, type):
        left_out = serialize.NOT_SAVED if type(value).__name__ == "World" else ()
        return type(value).__name__, {
            f.name: plain(getattr(value, f.name)) for f in fields(value) if f.name not in left_out
        }
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [plain(item) for item in value]
    return value


@pytest.mark.parametrize("name", list(STORIES))
def test_a_world_made_of_a_snapshot_is_the_same_value_by_value(name: str) -> None:
    world = run(load_file(STORIES[name])).simulation.world
    data = serialize.dump(world)
    text = json.dumps(data)
    assert json.dumps(json.loads(text)) == text
    copy = serialize.load(json.loads(text))
    world.agenda.entries.sort(key=lambda entry: entry[:3])
    assert plain(copy) == plain(world)
    assert serialize.digest(copy) == serialize.digest(world)


def test_a_snapshot_shares_nothing_with_its_world() -> None:
    simulation = Simulation.begin(Start())
    data = simulation.snapshot()
    before = json.dumps(data)
    simulation.world.zones.append("us-east-1z")
    simulation.world.account_settings["taskLongArnFormat"] = "disabled"
    assert json.dumps(data) == before


def test_types_are_coded_by_their_shape() -> None:
    """What is optional may be None; what may be of several types is written as it stands."""
    code, back = serialize.encoder(list[tuple[int, str]] | None), serialize.decoder(list[tuple[int, str]] | None)
    assert code(None) is None is back(None)
    assert code([(1, "a")]) == [[1, "a"]]
    assert back([[1, "a"]]) == [(1, "a")]
    assert serialize.encoder(int | str | None)("a") == "a"
    held = {"i-1": (timers.TaskStep("arn", "PENDING"),)}
    hint = dict[str, tuple[timers.Timer, ...]]
    written = serialize.encoder(hint)(held)
    assert written == {"i-1": [{"timer": "TaskStep", "task_arn": "arn", "status": "PENDING"}]}
    assert serialize.decoder(hint)(written) == held


def test_a_snapshot_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="snapshot schema 0"):
        serialize.load({"schema": 0, "world": {}})

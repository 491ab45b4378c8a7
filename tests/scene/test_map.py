"""The map: well-formed, to scale, the same bytes for the same world, and told again as a table."""

from __future__ import annotations

from xml.etree import ElementTree

from ecslab.scene import svg, table, words
from ecslab.scene.boxes import Stage
from ecslab.scene.stage import stage
from tests.sim.stories import Story

LINKS = svg.Links(lambda task: f"?task={task}", lambda i: f"?instance={i}", lambda c, z: f"?cluster={c}&zone={z}")


def busy() -> Stage:
    story = Story().on_instances(3)
    story.create(6)
    return stage(story.until(30).simulation.world)


def test_the_map_is_well_formed_and_names_every_thing_once() -> None:
    root = ElementTree.fromstring(svg.draw(busy(), LINKS))
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert sum(1 for i in ids if i and i.startswith("task-")) == 6


def test_equal_tasks_are_equally_high() -> None:
    [cluster] = busy().clusters
    heights = [block.box.height for zone in cluster.zones for card in zone.cards for block in card.blocks]
    assert len(heights) == 6
    assert max(heights) - min(heights) <= 1


def test_the_same_world_gives_the_same_bytes() -> None:
    assert svg.draw(busy(), LINKS) == svg.draw(busy(), LINKS)


def test_an_empty_place_in_each_zone_offers_an_instance() -> None:
    picture = svg.draw(busy(), LINKS)
    assert picture.count("cluster=game&amp;zone=us-east-1") == 3


def test_the_table_tells_every_task() -> None:
    rows = [row for row in table.table(busy()) if row.task]
    assert len(rows) == 6
    assert all(row.state for row in rows)


def test_words() -> None:
    assert words.mib(1024) == "1,024 MiB"
    assert words.moment(3_723_500) == "01:02:03.500"

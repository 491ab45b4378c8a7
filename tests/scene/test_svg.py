from __future__ import annotations

import re
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecslab.scene.sample import sample
from ecslab.scene.stage import stage
from ecslab.scene.svg import Links, draw
from ecslab.scene.table import table
from ecslab.sim.world import World
from tests.scene.worlds import Maker, busy

SVG = "{http://www.w3.org/2000/svg}"
LINKS = Links(
    task=lambda arn: "?" + urlencode({"task": arn}),
    instance=lambda arn: "?" + urlencode({"instance": arn}),
    add=lambda cluster, zone: "?" + urlencode({"add": cluster, "zone": zone}),
)
LOOK = Links(LINKS.task, LINKS.instance)
TAGS = {"svg", "defs", "pattern", "path", "rect", "circle", "g", "a", "text", "tspan", "title"}


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def tag(element: ET.Element) -> str:
    return element.tag.removeprefix(SVG)


def ids(root: ET.Element) -> list[str]:
    return [element.attrib["id"] for element in root.iter() if "id" in element.attrib]


def hostile(words: str) -> World:
    """A world in which every word that a person can choose is the same one."""
    make = Maker()
    make.cluster(words)
    definition = make.definition(words, 1, (words, words))
    service = make.service(words, definition, cluster=words)
    host = make.instance(0, words, role=words)
    host.instance_type = words
    make.task(definition, host, memory=2048, service=service, task_role_arn=words, execution_role_arn=words)
    make.task(definition, host, memory=512, group=words)
    make.task(definition, cluster=words, service=service)
    return make.world


@pytest.mark.parametrize("scale_by", ["memory", "cpu"])
def test_a_map_is_well_formed_and_its_ids_are_unique(scale_by: str) -> None:
    world = busy()
    found = ids(parsed(draw(stage(world, scale_by=scale_by), LINKS)))  # type: ignore[arg-type]
    assert len(found) == len(set(found))
    assert {f"task-{t.id}" for t in world.tasks.values()} <= set(found)
    assert {f"instance-{i.id}" for i in world.container_instances.values()} <= set(found)
    assert {f"zone-{c}-{z}" for c in world.clusters for z in world.zones} <= set(found)


def test_the_same_world_gives_the_same_bytes() -> None:
    assert draw(stage(busy()), LINKS) == draw(stage(busy()), LINKS)


def test_no_element_brings_its_own_style_or_script() -> None:
    for element in parsed(draw(stage(busy()), LINKS)).iter():
        assert tag(element) in TAGS
        assert not {"style", "onclick", "fill-opacity", "stroke"} & element.attrib.keys()
        assert element.attrib.get("fill", "url(#map-").startswith("url(#map-")


def test_every_pattern_that_is_used_is_defined_once() -> None:
    svg = draw(stage(busy()), LINKS)
    used = set(re.findall(r"url\(#([\w-]+)\)", svg))
    assert used
    assert all(svg.count(f'id="{name}"') == 1 for name in used)


def test_tasks_and_instances_and_empty_places_are_links_with_names() -> None:
    world = busy()
    links = list(parsed(draw(stage(world), LINKS)).iter(f"{SVG}a"))
    assert all(link.attrib["href"] and link.attrib["aria-label"] for link in links)
    targets = {link.attrib["href"] for link in links}
    assert {LINKS.task(arn) for arn in world.tasks} <= targets
    assert {LINKS.instance(arn) for arn in world.container_instances} <= targets
    places = [link for link in links if "data-zone" in link.attrib]
    assert [(p.attrib["data-cluster"], p.attrib["data-zone"]) for p in places] == [
        (cluster, zone) for cluster in world.clusters for zone in world.zones
    ]


def test_who_may_only_look_is_offered_nothing_to_add() -> None:
    assert "Add an instance" not in draw(stage(busy()), LOOK)


def test_state_is_told_by_shape_and_word() -> None:
    svg = draw(stage(busy()), LINKS)
    for shape, word in [("provisioning", "PROVISIONING"), ("pending", "PENDING"), ("stopping", "STOPPING")]:
        assert f'class="task task--{shape} ' in svg
        assert re.search(rf">{word}[^<]*</text>", svg)
    assert "UNHEALTHY" in svg


def test_the_selected_thing_is_marked_once() -> None:
    world = busy()
    arn = next(iter(world.tasks))
    current = [e for e in parsed(draw(stage(world, selected=arn), LINKS)).iter() if "aria-current" in e.attrib]
    assert [element.attrib["href"] for element in current] == [LINKS.task(arn)]


def test_containers_are_named_in_the_title_of_their_task() -> None:
    titles = [element.text or "" for element in parsed(draw(stage(busy()), LINKS)).iter(f"{SVG}title")]
    assert any("containers: app RUNNING, envoy RUNNING" in title for title in titles)
    assert any("task role: webTaskRole" in title for title in titles)


def test_the_sample_of_the_style_guide_shows_what_a_map_can_show() -> None:
    svg = draw(sample(), LINKS)
    found = ids(parsed(svg))
    assert len(found) == len(set(found))
    for name in ("pending", "provisioning", "running", "stopping", "unhealthy"):
        assert f"task--{name}" in svg
    for name in (
        "task__hatch",
        "task__leader",
        "task__segment",
        "instance--out",
        "map__lane",
        "map__add",
        "map__selected",
    ):
        assert name in svg


def test_the_legend_tells_the_task_role() -> None:
    assert "task role webTaskRole" in draw(stage(busy()), LINKS)


def test_every_figure_of_an_instance_is_in_the_table_too() -> None:
    rows = {row.instance for row in table(stage(busy())) if row.instance != "Fargate"}
    assert all("MiB" in instance or "t3.large" in instance for instance in rows)
    assert all("ENIs for awsvpc tasks" in instance for instance in rows)


def test_a_world_without_a_cluster_says_so() -> None:
    root = parsed(draw(stage(Maker().world), LINKS))
    assert "There is no cluster yet." in "".join(root.itertext())


def test_no_drawn_number_is_cut_short() -> None:
    """A number that has lost its end would be another number."""
    drawn = ["".join(e.itertext()) for e in parsed(draw(stage(busy()), LINKS)).iter(f"{SVG}text")]
    assert [words for words in drawn if re.search(r"\d,?\d* ?\.{3}|\d …|of .*…", words)] == []


@given(st.text(min_size=1, max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_word_is_escaped(words: str) -> None:
    root = parsed(draw(stage(hostile(words)), LINKS))
    assert {tag(element) for element in root.iter()} <= TAGS


@pytest.mark.parametrize("words", ['"><script>alert(1)</script>', "' onload='x", "&amp;<b>", "]]>", "\x00\x1b\ufffe"])
def test_markup_in_a_name_stays_text(words: str) -> None:
    svg = draw(stage(hostile(words)), LINKS)
    root = parsed(svg)
    assert "<script" not in svg
    assert {tag(element) for element in root.iter()} <= TAGS
    assert all(not name.startswith("on") for element in root.iter() for name in element.attrib)

from __future__ import annotations

from ecslab.scene.boxes import Box, InstanceCard, Stage, TaskBlock
from ecslab.scene.stage import stage
from ecslab.scene.table import HEADINGS, table
from ecslab.sim.changes import account_changes
from tests.rules import rule
from tests.scene.worlds import Maker, busy


def cards(drawn: Stage) -> list[InstanceCard]:
    return [card for cluster in drawn.clusters for zone in cluster.zones for card in zone.cards]


def blocks(drawn: Stage) -> list[TaskBlock]:
    lanes = [zone.lane for cluster in drawn.clusters for zone in cluster.zones if zone.lane]
    return [b for card in cards(drawn) for b in card.blocks] + [b for lane in lanes for b in lane.blocks]


def holds(outer: Box, inner: Box) -> bool:
    return outer.x <= inner.x and inner.right <= outer.right and outer.y <= inner.y and inner.bottom <= outer.bottom


def overlap(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def test_everything_stands_inside_what_holds_it_and_nothing_overlaps() -> None:
    for cluster in stage(busy()).clusters:
        for zone in cluster.zones:
            assert holds(cluster.box, zone.box)
            inside = [card.box for card in zone.cards] + [part.box for part in (zone.add, zone.lane) if part]
            assert all(holds(zone.box, box) for box in inside)
            assert not any(overlap(a, b) for n, a in enumerate(inside) for b in inside[n + 1 :])
            for card in zone.cards:
                assert holds(card.box, card.slot)
                piled = [block.box for block in card.blocks]
                assert all(holds(card.slot, box) for box in piled)
                assert not any(overlap(a, b) for n, a in enumerate(piled) for b in piled[n + 1 :])
            if zone.lane:
                lane = zone.lane.box
                assert all(holds(lane, block.box) for block in zone.lane.blocks)


def test_heights_are_to_scale_of_reserved_memory() -> None:
    make = Maker()
    make.cluster()
    definition, host = make.definition(), make.instance()
    make.task(definition, host, memory=1024)
    make.task(definition, host, memory=2048)
    (card,) = cards(stage(make.world))
    for block, memory in zip(card.blocks, (1024, 2048), strict=True):
        assert block.box.height == memory * card.slot.height // 3786


def small(count: int) -> InstanceCard:
    make = Maker()
    make.cluster()
    definition, host = make.definition(), make.instance()
    for _ in range(count):
        make.task(definition, host, memory=32, task_role_arn="arn:aws:iam::123456789012:role/webTaskRole")
    return cards(stage(make.world))[0]


def test_words_stand_beside_blocks_that_are_too_low_for_them() -> None:
    card = small(5)
    labels = [block.label.box for block in card.blocks if block.label]
    assert len(labels) == 5
    assert all(box.right < card.slot.x and holds(card.box, box) for box in labels)
    assert not any(overlap(a, b) for n, a in enumerate(labels) for b in labels[n + 1 :])


def test_tasks_that_are_alike_share_a_label_where_each_would_not_fit() -> None:
    card = small(40)
    (label,) = [block.label for block in card.blocks if block.label]
    assert label.count == 40


def test_a_stage_without_empty_places_keeps_no_room_for_them() -> None:
    (without,), (with_places,) = (
        stage(busy(), clusters=["game-binpack"], has_places=False).clusters,
        stage(busy(), clusters=["game-binpack"]).clusters,
    )
    assert all(zone.add is None for zone in without.zones)
    assert without.box.height < with_places.box.height


def test_an_instance_tells_the_room_that_is_left() -> None:
    assert small(5).free == "3,626 MiB free"


def test_heights_follow_cpu_when_asked() -> None:
    make = Maker()
    make.cluster()
    make.task(make.definition(), make.instance(), memory=64, cpu=1024)
    (card,) = cards(stage(make.world, scale_by="cpu"))
    assert card.blocks[0].box.height == card.slot.height // 2
    assert card.blocks[0].size == "1,024 CPU units"


def test_tasks_stand_on_the_floor_in_canonical_order() -> None:
    make = Maker()
    make.cluster()
    definition, host = make.definition(), make.instance()
    first, second = make.task(definition, host), make.task(definition, host)
    (card,) = cards(stage(make.world))
    assert [block.arn for block in card.blocks] == [first.arn, second.arn]
    assert card.blocks[0].box.bottom == card.slot.bottom
    assert card.blocks[1].box.bottom == card.blocks[0].box.y


@rule("PN:R-7")
def test_a_stopping_task_stands_beside_the_one_that_has_its_room() -> None:
    """STOPPING gives its resources back to placement (PN:R-7)."""
    make = Maker()
    make.cluster()
    definition, host = make.definition(), make.instance()
    make.task(definition, host, memory=3000, status="STOPPING", desired_status="STOPPED")
    make.task(definition, host, memory=3000)
    (card,) = cards(stage(make.world))
    staying, leaving = card.blocks
    assert (staying.shape, leaving.shape) == ("running", "stopping")
    assert staying.box.right == leaving.box.x


def test_every_zone_of_every_cluster_has_an_empty_place() -> None:
    make = Maker()
    make.cluster("one")
    make.cluster("two")
    places = [(z.add.cluster, z.add.zone) for c in stage(make.world).clusters for z in c.zones if z.add]
    assert places == [(cluster, zone) for cluster in ("one", "two") for zone in make.world.zones]


def test_only_the_clusters_asked_for_are_drawn_and_no_inactive_one() -> None:
    make = Maker()
    make.cluster("one")
    make.cluster("two")
    gone = make.cluster("gone")
    account_changes.cluster_deleted(make.world, gone)
    assert [c.name for c in stage(make.world).clusters] == ["one", "two"]
    assert [c.name for c in stage(make.world, clusters=["two", "gone"]).clusters] == ["two"]


def test_an_empty_world_has_an_empty_stage() -> None:
    assert stage(Maker().world).clusters == ()


def test_zones_tell_the_addresses_of_their_subnets() -> None:
    make = Maker()
    make.cluster()
    make.instance()
    zone = stage(make.world).clusters[0].zones[0]
    assert zone.subnets[0].free == "4,090 of 4,091 addresses free"


def test_a_service_keeps_its_colour_in_every_cluster() -> None:
    colours: dict[str, set[int]] = {}
    for block in blocks(stage(busy())):
        colours.setdefault(block.facts.group, set()).add(block.colour)
    assert all(len(used) == 1 for used in colours.values())
    assert len(set.union(*colours.values())) == len(colours)


def test_only_the_revision_that_a_deployment_brings_is_newer() -> None:
    newer = {block.facts.revision for block in blocks(stage(busy())) if block.is_newer}
    assert newer == {"web:2"}


def test_what_is_selected_is_one_thing() -> None:
    world = busy()
    task = list(world.tasks.values())[3]
    drawn = stage(world, selected=task.arn)
    assert [b.arn for b in blocks(drawn) if b.is_selected] == [task.arn]
    assert [card for card in cards(drawn) if card.is_selected] == []
    instance = next(iter(world.container_instances.values()))
    drawn = stage(world, selected=instance.ec2_instance_id)
    assert [card.arn for card in cards(drawn) if card.is_selected] == [instance.arn]
    assert [b for b in blocks(drawn) if b.is_selected] == []


def test_a_fargate_lane_shows_size_and_private_address() -> None:
    world = busy()
    lanes = [zone.lane for zone in stage(world).clusters[1].zones]
    assert all(lanes)
    notes = [note for lane in lanes if lane for block in lane.blocks for note in block.notes]
    assert "ENI 172.31.16.9" in notes
    assert "attaching ENI" in notes
    assert any("0.5 vCPU" in note for note in notes)


def test_an_instance_tells_what_is_wrong_with_it() -> None:
    states = {card.state for card in cards(stage(busy()))}
    assert {"DRAINING", "agent disconnected", ""} == states


def test_many_tasks_become_tiles_with_a_count() -> None:
    make = Maker()
    make.cluster()
    web, api, host = make.definition("web"), make.definition("api"), make.instance(kind="m5.4xlarge")
    for _ in range(400):
        make.task(web, host, memory=64, cpu=16)
    for _ in range(101):
        make.task(api, host, memory=64, cpu=16)
    (card,) = cards(stage(make.world))
    assert [(block.name, block.count) for block in card.blocks] == [("web:1 × 400", 400), ("api:1 × 101", 101)]
    assert card.blocks[0].size == "25,600 MiB"


def test_stopped_tasks_are_not_drawn() -> None:
    make = Maker()
    make.cluster()
    make.task(make.definition(), make.instance(), status="STOPPED", desired_status="STOPPED")
    assert blocks(stage(make.world)) == []


def test_the_table_tells_the_same_tasks_with_their_roles() -> None:
    drawn = stage(busy())
    rows = table(drawn)
    assert {row.element for row in rows if row.revision} == {block.id for block in blocks(drawn)}
    assert all(len(row.cells) == len(HEADINGS) for row in rows)
    first = rows[0]
    assert (first.task_role, first.execution_role) == ("webTaskRole", "none")
    assert first.ports == "32768 to app:8080/tcp"
    assert "instance role ecsInstanceRole" in first.instance
    empty = next(row for row in rows if row.task == "no task")
    assert empty.memory == "0 of 7,759 MiB"
    assert any("172.31.16.9 on eni-" in row.addresses for row in rows)

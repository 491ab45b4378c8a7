from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslab.scene import layout


def test_heights_are_to_scale() -> None:
    assert layout.stack([1024, 512, 2048], 4096, 200) == [50, 25, 100]


def test_a_tiny_task_can_still_be_seen_while_there_is_room() -> None:
    assert layout.stack([1024, 16], 4096, 200) == [50, layout.SEEN]


def test_what_is_tiny_gives_way_before_the_floor_does() -> None:
    assert sum(layout.stack([3900, *[16] * 12], 4096, 200)) <= 200


@given(st.lists(st.integers(0, 10_000), max_size=80), st.integers(1, 20_000), st.integers(40, 300))
def test_a_pile_never_leaves_its_slot(values: list[int], capacity: int, room: int) -> None:
    heights = layout.stack(values, capacity, room)
    assert sum(heights) <= room
    assert all(height >= 0 for height in heights)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=20))
def test_beyond_the_least_height_every_block_is_exact(values: list[int]) -> None:
    capacity, room = sum(values) + 1, 400
    heights = layout.stack(values, capacity, room)
    for value, height in zip(values, heights, strict=True):
        exact = value * room / capacity
        assert height == int(exact) or int(exact) < height <= layout.SEEN


def test_one_scale_holds_for_a_cluster() -> None:
    large, medium = layout.slot_height(8000, 8000, 200), layout.slot_height(4000, 8000, 200)
    assert (large, medium) == (200, 100)


def test_an_instance_too_small_for_the_scale_keeps_the_least_height() -> None:
    assert layout.slot_height(900, 64_000, 200) == layout.SLOT_HEIGHT_LEAST


@pytest.mark.parametrize(
    ("largest", "smallest", "columns", "expected"),
    [
        (4000, 0, 1, layout.SLOT_HEIGHT),
        (4000, 1000, 1, 133),  # two lines for the smallest task
        (4000, 500, 1, 145),  # one line
        (8000, 256, 1, 0),  # the words have to stand beside
        (8000, 256, 2, layout.SLOT_HEIGHT_MOST),
    ],
)
def test_slots_grow_until_the_smallest_task_can_be_read(
    largest: int, smallest: int, columns: int, expected: int
) -> None:
    assert layout.height_for(largest, smallest, columns) == expected


def test_many_rows_of_cards_keep_the_usual_height() -> None:
    assert layout.height_for(8000, 256, 2, layout.MANY_ROWS + 1) == layout.SLOT_HEIGHT


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from([14, 28])), max_size=7))
def test_labels_stand_in_order_without_overlap(wishes: list[tuple[int, int]]) -> None:
    wanted, heights = sorted((top for top, _ in wishes), reverse=True), [height for _, height in wishes]
    tops = layout.between(layout.apart(wanted, heights, 200), heights, 0)
    edges = [(top, top + height) for top, height in zip(tops, heights, strict=True)]
    assert all(top >= 0 and bottom <= 200 for top, bottom in edges)
    assert all(above[1] <= below[0] for below, above in pairwise(edges))


def test_a_label_with_room_stands_where_it_is_wanted() -> None:
    assert layout.apart([150, 80], [14, 14], 200) == [150, 80]


@given(st.text(max_size=60), st.integers(0, 200))
def test_what_fits_is_no_wider_than_the_room(words: str, width: int) -> None:
    fitted = layout.fit(words, width)
    assert layout.text_width(fitted) <= width or fitted == ""


@pytest.mark.parametrize(("most", "width", "expected"), [(0, 300, 1), (1, 300, 1), (5, 300, 2), (9, 100, 1)])
def test_cards_stand_side_by_side_as_far_as_they_fit(most: int, width: int, expected: int) -> None:
    assert layout.columns(most, width) == expected

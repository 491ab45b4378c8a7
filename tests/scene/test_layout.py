from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslab.scene import layout


def test_heights_are_to_scale() -> None:
    assert layout.stack([1024, 512, 2048], 4096, 200) == [50, 25, 100]


def test_a_small_task_is_as_tall_as_its_text_while_there_is_room() -> None:
    assert layout.stack([1024, 16], 4096, 200) == [50, layout.READABLE]


def test_text_gives_way_before_the_floor_does() -> None:
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
        assert height == int(exact) or int(exact) < height <= layout.READABLE


def test_one_scale_holds_for_a_cluster() -> None:
    large, medium = layout.slot_height(8000, 8000, 512), layout.slot_height(4000, 8000, 512)
    assert large == 2 * medium


def test_an_instance_too_small_for_the_scale_keeps_the_least_height() -> None:
    assert layout.slot_height(900, 64_000, 512) == layout.SLOT_HEIGHT_LEAST


@given(st.text(max_size=60), st.integers(0, 200))
def test_what_fits_is_no_wider_than_the_room(words: str, width: int) -> None:
    fitted = layout.fit(words, width)
    assert layout.text_width(fitted) <= width or fitted == ""


@pytest.mark.parametrize(("most", "width", "expected"), [(0, 300, 1), (1, 300, 1), (5, 300, 2), (9, 100, 1)])
def test_cards_stand_side_by_side_as_far_as_they_fit(most: int, width: int, expected: int) -> None:
    assert layout.columns(most, width) == expected

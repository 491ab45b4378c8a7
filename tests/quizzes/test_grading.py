"""Marking, and the order of the options."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.grading import mark, marked_options, order_seed, shown_order
from tests.quizzes.sample import MULTIPLE, SINGLE, read

ONE = read(SINGLE).question
SEVERAL = read(MULTIPLE).question


@pytest.mark.parametrize(("chosen", "correct"), [(["packs"], True), (["spreads"], False), (["packs", "rolls"], False)])
def test_a_single_choice_is_right_when_the_key_alone_is_chosen(chosen: list[str], correct: bool) -> None:
    assert mark(ONE, chosen).correct is correct


@pytest.mark.parametrize(
    ("chosen", "correct", "found"),
    [(["packs", "zones"], True, 2), (["packs", "rolls"], False, 1), (["rolls", "spreads"], False, 0)],
)
def test_a_multiple_response_is_all_or_nothing_and_says_how_many_were_found(
    chosen: list[str], correct: bool, found: int
) -> None:
    given_mark = mark(SEVERAL, chosen)
    assert (given_mark.correct, given_mark.found, given_mark.keys) == (correct, found, 2)


@given(st.integers(0, 2**63 - 1))
def test_every_seed_shows_each_option_once_and_always_in_the_same_order(seed: int) -> None:
    order = shown_order(SEVERAL, seed)
    assert {option.id for option in order} == set(SEVERAL.option_ids)
    assert order == shown_order(SEVERAL, seed)
    assert [item.option for item in marked_options(SEVERAL, seed, [])] == list(order)


def test_seeds_put_every_option_in_every_place() -> None:
    places = {(at, option.id) for seed in range(200) for at, option in enumerate(shown_order(ONE, seed))}
    assert len(places) == 9


def test_the_order_of_a_seed_is_for_ever() -> None:
    assert [option.id for option in shown_order(ONE, 1)] == ["rolls", "packs", "spreads"]
    assert order_seed("00" * 16, 1, 1) == 4651715469765236468


def test_numbers_are_shown_ascending() -> None:
    text = SINGLE
    for number, old in ((3, "`binpack` on the field `memory`"), (12, "`spread` on"), (1, "`random` without")):
        text = text.replace(f"The strategy {old}", f"{number} instances {old}")
    question = read(text).question
    assert {tuple(option.id for option in shown_order(question, seed)) for seed in range(20)} == {
        ("rolls", "packs", "spreads")
    }


def test_what_was_chosen_is_marked() -> None:
    assert {item.option.id: item.is_chosen for item in marked_options(ONE, 5, ["rolls"])} == {
        "packs": False,
        "spreads": False,
        "rolls": True,
    }


@given(st.text(max_size=40), st.integers(1, 2**31), st.integers(1, 2**31))
def test_a_seed_fits_its_column(key: str, version: int, attempt_no: int) -> None:
    assert 0 <= order_seed(key, version, attempt_no) < 2**63

"""Every rule of the three rulebooks has its row, once and in order."""

from __future__ import annotations

import re
from itertools import groupby

import pytest

from ecslab.rulebook.load import rules

COUNTS = {
    "PN": {
        "S": 6,
        "T": 62,
        "R": 26,
        "P": 39,
        "Q": 16,
        "K": 11,
        "B": 7,
        "E": 12,
        "N": 33,
        "L": 39,
        "F": 14,
        "V": 18,
        "X": 20,
    },
    "SS": {"K": 25, "T": 34, "S": 42, "D": 55, "C": 69, "A": 35, "M": 18, "E": 19, "W": 30},
    "IC": {"I": 72, "R": 26, "$": 33, "Q": 34, "X": 61, "W": 24},
}
"""Rules of each book by the letter of its section, worked examples among them, in the order of the book."""
ID = re.compile(r"(PN|SS|IC):([A-Z$])-(\d+)([a-z]?)")


def parts(rule: str) -> tuple[str, str, int, str]:
    """Book, section, number and letter of an id."""
    found = ID.fullmatch(rule)
    assert found, rule
    return found[1], found[2], int(found[3]), found[4]


@pytest.mark.parametrize("book", COUNTS)
def test_every_rule_of_the_book_has_a_row(book: str) -> None:
    sections = [parts(rule)[1] for rule in rules() if parts(rule)[0] == book]
    assert {section: len(list(run)) for section, run in groupby(sections)} == COUNTS[book]
    assert list(dict.fromkeys(sections)) == list(COUNTS[book])


def test_all_three_books_hold_880_rules() -> None:
    assert len(rules()) == sum(sum(book.values()) for book in COUNTS.values()) == 880


def test_the_rules_of_a_section_are_in_order() -> None:
    for (book, section), run in groupby((parts(rule) for rule in rules()), key=lambda rule: rule[:2]):
        numbers = [(number, letter) for _, _, number, letter in run]
        assert numbers == sorted(set(numbers)), f"{book}:{section}"


def test_a_rule_is_one_short_sentence_of_its_own() -> None:
    sentences = [rule.sentence for rule in rules().values()]
    assert [said for said in sentences if not said.endswith(".") or ". " in said or len(said) > 165] == []
    assert sorted(said for said in set(sentences) if sentences.count(said) > 1) == []

"""The ledger of fidelity: put together rightly, decided by people with a reason, and up to date with the tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecslab.rulebook.ledger import (
    BOOK_TITLES,
    DONE,
    LATER,
    LEFT_OUT,
    SECTION_TITLES,
    SIMPLIFIED,
    Entry,
    Share,
    entries_of,
    ledger,
    sections_of,
    table,
)
from ecslab.rulebook.load import Rule, rules
from tests.rulebook.shown import cited, shown_by_code, shown_by_scenario
from tests.rulebook.write import ROOT, page, written

DECIDED = table("standing.csv")


def a_rule(name: str, mark: str = "D") -> Rule:
    return Rule(name, "It is so.", mark, "https://example.org/", "2026-09-11")


BOOK = {name: a_rule(name, mark) for name, mark in (("PN:S-1", "D"), ("PN:S-2", "C"), ("SS:A-1", "A"), ("SS:A-2", "D"))}
ENTRIES = entries_of(
    BOOK,
    [
        {"id": "PN:S-2", "standing": "left out", "note": "Nobody needs it."},
        {"id": "SS:A-1", "standing": "simplified", "note": "Half of it."},
    ],
    [{"id": "PN:S-1", "place": "tests/a"}, {"id": "PN:S-1", "place": "tests/b"}, {"id": "SS:A-1", "place": "tests/a"}],
)


def test_the_three_tables_make_the_ledger() -> None:
    assert [(e.rule.id, e.standing, e.note, e.shown) for e in ENTRIES] == [
        ("PN:S-1", DONE, "", ("tests/a", "tests/b")),
        ("PN:S-2", LEFT_OUT, "Nobody needs it.", ()),
        ("SS:A-1", SIMPLIFIED, "Half of it.", ("tests/a",)),
        ("SS:A-2", LATER, "", ()),
    ]


def test_a_share_counts_what_is_followed() -> None:
    assert Share.of(ENTRIES) == Share(done=2, all=4, documented_done=2, documented=3)


@pytest.mark.parametrize(
    "row", [{"id": "PN:P-999", "place": "a"}, {"id": "PN:P-999", "standing": "later", "note": "So."}]
)
def test_a_line_for_no_rule_is_a_fault(row: dict[str, str]) -> None:
    with pytest.raises(KeyError, match="PN:P-999"):
        entries_of(BOOK, [row] if "note" in row else [], [] if "note" in row else [row])


def test_every_section_has_its_title() -> None:
    sections = sections_of(ledger())
    assert [section.name for section in sections] == list(SECTION_TITLES)
    assert list(dict.fromkeys(section.book for section in sections)) == list(BOOK_TITLES)
    assert all(section.title for section in sections)
    assert sum(section.share.all for section in sections) == len(rules()) == len(ledger())


def test_anchors_are_safe_and_one_to_a_rule() -> None:
    anchors = [entry.rule.anchor for entry in ledger()] + [section.anchor for section in sections_of(ledger())]
    assert len(set(anchors)) == len(anchors)
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", anchor) for anchor in anchors)
    assert (a_rule("PN:P-20").anchor, a_rule("IC:$-2").anchor) == ("PN-P-20", "IC-USD-2")


def test_decisions_are_about_rules_and_have_a_reason() -> None:
    ids = [row["id"] for row in DECIDED]
    assert ids == [name for name in rules() if name in set(ids)], "in the order of the books, once each"
    for row in DECIDED:
        assert row["standing"] in (SIMPLIFIED, LEFT_OUT, LATER), row
        assert row["note"].endswith("."), row


def test_no_decision_speaks_against_a_test() -> None:
    """A rule that is left out or comes later has no test that shows it; one done in a simpler way has."""
    for entry in ledger():
        assert not (entry.shown and entry.standing in (LEFT_OUT, LATER)), (entry.rule.id, entry.shown)
        assert entry.shown or entry.standing != SIMPLIFIED, (
            f"{entry.rule.id} is done in a simpler way, but no test shows how"
        )


@pytest.mark.parametrize("path", written(), ids=lambda path: path.name)
def test_the_ledger_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == written()[path], "run: make fidelity"


def test_the_product_needs_no_tests_to_know_what_they_show() -> None:
    assert any(entry.shown for entry in ledger())
    for entry in ledger():
        assert all((ROOT / place.partition("::")[0]).is_file() for place in entry.shown)


CODE = '''
pytestmark = [pytest.mark.django_db, rule("PN:S-1")]

TABLE = [pytest.param(1, marks=rule("PN:S-2"))]

@rule("PN:S-3", "PN:S-4")
@pytest.mark.parametrize("rule", [pytest.param(1, marks=rule("PN:S-5"))])
def test_one(rule): ...

@rule("PN:S-6")
class TestMore:
    @rule("PN:T-1")
    def test_two(self):
        """PN:T-2 is only spoken of."""
'''


def test_marks_are_found_wherever_they_stand() -> None:
    assert sorted(shown_by_code(CODE, "t.py")) == [
        ("PN:S-1", "t.py"),
        ("PN:S-2", "t.py"),
        ("PN:S-3", "t.py::test_one"),
        ("PN:S-4", "t.py::test_one"),
        ("PN:S-5", "t.py::test_one"),
        ("PN:S-6", "t.py::TestMore"),
        ("PN:T-1", "t.py::TestMore::test_two"),
    ]


SCENARIO = """
scenario: 1
name: The rule PN:S-1
about: >-
  First PN:S-2, then SS:E-30 to SS:E-32.
calls:
  - {at: 0s, call: "ecs:PN:S-3"}
expect:
  - {equals: "PN:S-4", why: as IC:$-2 says}
"""


def test_a_scenario_shows_what_its_words_name() -> None:
    found = [name for name, _ in shown_by_scenario(SCENARIO, "s.yaml")]
    assert found == ["PN:S-1", "PN:S-2", "SS:E-30", "SS:E-31", "SS:E-32", "IC:$-2"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SS:D-7b", ["SS:D-7b"]),
        ("PN:S-5 to 6", ["PN:S-5", "PN:S-6"]),
        ("PN:T-18 to PN:T-21", ["PN:T-18", "PN:T-20", "PN:T-21"]),
        ("PN:S-5 to PN:T-1", ["PN:S-5", "PN:T-1"]),
        ("SPN:S-5, PN:S5", []),
    ],
)
def test_ids_in_words(text: str, found: list[str]) -> None:
    assert list(cited(text)) == found


def test_the_page_of_the_docs_tells_shares_and_reasons() -> None:
    entry = Entry(rules()["PN:S-1"], LEFT_OUT, "It is | not needed.", ())
    text = page((entry,))
    assert "| PN:S Order and chance | 0 of 0 | 0 of 1 |" in text
    assert "| PN:S-1 | " in text
    assert "| the lab's choice | left out: It is \\| not needed. |  |" in text

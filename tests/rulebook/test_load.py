"""The rulebook reads, and every documented rule says where."""

from __future__ import annotations

from ecslab.rulebook.load import MARKS, rules


def test_every_rule_has_a_sentence_a_mark_and_a_date() -> None:
    for rule in rules().values():
        assert rule.sentence.endswith(".")
        assert rule.mark in MARKS
        assert rule.as_of


def test_what_aws_documents_has_an_address() -> None:
    missing = [rule.id for rule in rules().values() if rule.mark == "D" and not rule.source.startswith("https://")]
    assert missing == []

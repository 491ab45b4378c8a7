"""The page of the rules: every one with its place, found by words and filters, and named by links elsewhere."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from ecslab.rulebook.ledger import STANDINGS, ledger
from ecslab.rulebook.load import rules

ADDRESS = "/fidelity/"


def found(client: Client, **asked: str) -> list[str]:
    """The rules that the page shows, by id."""
    response = client.get(ADDRESS, asked)
    assert response.status_code == 200
    return [entry.rule.id for section in response.context["sections"] for entry in section.entries]


def test_every_rule_has_its_place_on_the_page(client: Client) -> None:
    page = client.get(ADDRESS).text
    places = re.findall(r'<li class="fidelity__rule" id="([A-Za-z0-9-]+)">', page)
    assert places == [rule.anchor for rule in rules().values()]
    assert len(set(re.findall(r'\bid="([^"]+)"', page))) == len(re.findall(r'\bid="([^"]+)"', page))


def test_a_rule_is_told_whole(client: Client) -> None:
    page = client.get(ADDRESS, {"q": "PN:P-27"}).text
    entry = next(entry for entry in ledger() if entry.rule.id == "PN:P-27")
    for said in (entry.rule.sentence, "AWS documents it", entry.rule.source, entry.rule.as_of, entry.stands):
        assert said in page
    assert entry.shown
    assert all(place in page for place in entry.shown)


@pytest.mark.parametrize(
    ("asked", "which"),
    [
        ({"q": "pn:p-27"}, lambda e: e.rule.id == "PN:P-27"),
        ({"q": "binpack  LEAST"}, lambda e: "binpack" in e.rule.sentence and "least" in e.rule.sentence),
        ({"book": "IC"}, lambda e: e.rule.book == "IC"),
        ({"section": "IC:$"}, lambda e: e.rule.id.startswith("IC:$-")),
        ({"mark": "A", "book": "PN"}, lambda e: e.rule.mark == "A" and e.rule.book == "PN"),
        ({"section": "SS:K", "mark": "C"}, lambda e: e.rule.section == "SS:K" and e.rule.mark == "C"),
        *(({"standing": name}, lambda e, name=name: e.standing == name) for name in STANDINGS),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_filters(client: Client, asked: dict[str, str], which: object) -> None:
    assert callable(which)
    assert found(client, **asked) == [entry.rule.id for entry in ledger() if which(entry)]


def test_the_count_is_told(client: Client) -> None:
    assert "880 rules, " in client.get(ADDRESS).text
    assert '<p role="status">1 rule, 1 of them done.</p>' in client.get(ADDRESS, {"q": "PN:P-27"}).text


def test_nothing_found_offers_every_rule(client: Client) -> None:
    page = client.get(ADDRESS, {"q": "nothing like this"}).text
    assert '<p role="status">0 rules.</p>' in page
    assert "No rule is like this." in page


@pytest.mark.parametrize("asked", [{"book": "XX"}, {"section": "PN:Z"}, {"mark": "?"}, {"q": "x" * 101}, {"q": "\0"}])
def test_a_filter_that_is_none_is_said_at_its_field(client: Client, asked: dict[str, str]) -> None:
    response = client.get(ADDRESS, asked)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == list(asked)
    assert "Nothing can be looked for like this" in response.text


def test_htmx_gets_the_list_alone(client: Client) -> None:
    text = client.get(ADDRESS, {"q": "PN:P-27"}, headers={"HX-Request": "true"}).text
    assert text.lstrip().startswith('<div class="stack" id="rules">')
    assert "<h1>" not in text
    assert 'id="PN-P-27"' in text


def test_words_of_the_reader_are_escaped(client: Client) -> None:
    assert "<b>bold" not in client.get(ADDRESS, {"q": "<b>bold"}).text


def drawn(source: str, **context: str) -> str:
    return Template("{% load rules %}" + source).render(Context(context))


def test_a_rule_named_elsewhere_is_a_link() -> None:
    link = '<a class="rule-link" href="/fidelity/#IC-USD-2">IC:$-2</a>'
    assert reverse("fidelity") == ADDRESS
    assert drawn("{% rule_link name %}", name="IC:$-2") == link
    assert drawn("{{ text|rule_links }}", text="so <b> (IC:$-2)") == f"so &lt;b&gt; ({link})"


def test_what_is_no_rule_stays_a_word() -> None:
    assert drawn("{% rule_link name %}", name="<PN:P-999>") == "&lt;PN:P-999&gt;"
    assert drawn("{{ text|rule_links }}", text="PN:P-999 & so on") == "PN:P-999 &amp; so on"

"""What the lab follows: every rule with how it is known, whether the lab follows it, and the tests that show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ecslab.rulebook.ledger import (
    BOOK_TITLES,
    SECTION_TITLES,
    STANDINGS,
    Entry,
    Section,
    Share,
    ledger,
    sections_of,
)
from ecslab.rulebook.load import MARKS
from ecslab.web.requests import HtmxRequest

_WHOLE = sections_of(ledger())


def _any(words: str, choices: dict[str, str]) -> list[tuple[str, str]]:
    return [("", words), *choices.items()]


def _sections() -> Iterator[tuple[str, Any]]:
    yield "", "Every section"
    for book, title in BOOK_TITLES.items():
        yield title, [(name, f"{name} {said}") for name, said in SECTION_TITLES.items() if name.startswith(f"{book}:")]


class SearchForm(forms.Form):
    """What to look for; a field left empty asks for nothing."""

    q = forms.CharField(label="Words or an id", max_length=100, required=False)
    book = forms.ChoiceField(label="Book", choices=_any("Every book", BOOK_TITLES), required=False)
    section = forms.ChoiceField(label="Section", choices=_sections, required=False)
    mark = forms.ChoiceField(label="How it is known", choices=_any("Any way", MARKS), required=False)
    standing = forms.ChoiceField(label="In the lab", choices=_any("Done or not", STANDINGS), required=False)

    def finds(self, entry: Entry) -> bool:
        """Whether a rule is what is looked for."""
        wanted, rule = self.cleaned_data, entry.rule
        words = f"{rule.id} {rule.sentence} {entry.note}".casefold()
        return (
            all(word in words for word in wanted["q"].casefold().split())
            and wanted["book"] in ("", rule.book)
            and wanted["section"] in ("", rule.section)
            and wanted["mark"] in ("", rule.mark)
            and wanted["standing"] in ("", entry.standing)
        )


@dataclass(frozen=True, slots=True)
class BookShares:
    """A book and its sections, with the share of each that the lab follows."""

    name: str
    title: str
    share: Share
    sections: tuple[Section, ...]

    @classmethod
    def of(cls, name: str) -> BookShares:
        """Count one book, whatever is looked for."""
        sections = tuple(section for section in _WHOLE if section.book == name)
        share = Share.of(entry for section in sections for entry in section.entries)
        return cls(name, BOOK_TITLES[name], share, sections)


@require_safe
def fidelity(request: HtmxRequest) -> HttpResponse:
    """Show the rules that are looked for, all of them at first; htmx gets the list alone."""
    form = SearchForm(request.GET)
    found = [entry for entry in ledger() if form.finds(entry)] if form.is_valid() else []
    context = {
        "form": form,
        "books": [BookShares.of(name) for name in BOOK_TITLES],
        "whole": Share.of(ledger()),
        "sections": sections_of(found),
        "share": Share.of(found),
    }
    template = "fidelity.html#rules" if request.htmx else "fidelity.html"
    return render(request, template, context)

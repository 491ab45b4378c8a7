"""Write the ledger of fidelity again: `make fidelity`. It comes from the books, the tests and standing.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from ecslab.rulebook.ledger import BOOK_TITLES, Entry, Section, Share, entries_of, sections_of, table
from ecslab.rulebook.load import rules
from tests.rulebook.shown import ROOT, Shown, collected

SHOWN = ROOT / "ecslab" / "rulebook" / "shown.csv"
PAGE = ROOT / "docs" / "fidelity.md"
HEAD = """# What the lab follows

ECS Lab follows three rulebooks: numbered rules about Amazon ECS in words of its own, each with the mark of how it is
known. This page says for every rule whether the lab follows it. It is written by `make fidelity` from the rulebooks
(`ecslab/rulebook/`), from the marks in the tests and from the scenario files in `tests/scenarios`; do not edit it. The
lab shows the same at [/fidelity/](http://127.0.0.1:8000/fidelity/), where it can be searched.

A rule is **done** when a test shows it. **Done in a simpler way** and **left out** are decisions, with their reason.
**Not yet** is everything else. A documented rule is one that AWS documents or that its agent shows.
"""


def shown_table(found: list[Shown]) -> str:
    """The text of shown.csv."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["id", "place"])
    lines.writerows(found)
    return text.getvalue()


def page(entries: tuple[Entry, ...]) -> str:
    """The text of docs/fidelity.md."""
    sections = sections_of(entries)
    return "\n".join([HEAD, *_shares(entries, sections), *(line for section in sections for line in _rules(section))])


def _shares(entries: tuple[Entry, ...], sections: tuple[Section, ...]) -> Iterator[str]:
    yield "| section | documented | all |"
    yield "| --- | ---: | ---: |"
    for book, title in BOOK_TITLES.items():
        yield _line(f"**{book}: {title}**", Share.of(entry for entry in entries if entry.rule.book == book))
        yield from (_line(f"{s.name} {s.title}", s.share) for s in sections if s.book == book)
    yield _line("**All**", Share.of(entries))
    yield ""


def _line(name: str, share: Share) -> str:
    return f"| {name} | {share.documented_done} of {share.documented} | {share.done} of {share.all} |"


def _rules(section: Section) -> Iterator[str]:
    yield f"## {section.name} {section.title}"
    yield ""
    yield "| rule | says | known | standing | shown by |"
    yield "| --- | --- | --- | --- | --- |"
    for entry in section.entries:
        rule = entry.rule
        known = f"[{rule.known}]({rule.source})" if rule.source else rule.known
        stands = f"{entry.stands}: {entry.note}" if entry.note else entry.stands
        yield f"| {rule.id} | {_plain(rule.sentence)} | {known} | {_plain(stands)} | {_places(entry.shown)} |"
    yield ""


def _places(shown: tuple[str, ...]) -> str:
    more = f" and {len(shown) - 2} more" if len(shown) > 2 else ""
    return ", ".join(f"`{place.removeprefix('tests/')}`" for place in shown[:2]) + more


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;")


def written() -> dict[Path, str]:
    """What the two files should hold."""
    found = collected()
    shown = [{"id": name, "place": place} for name, place in found]
    return {SHOWN: shown_table(found), PAGE: page(entries_of(rules(), table("standing.csv"), shown))}


def main() -> None:
    """Write them."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)} is written.")


if __name__ == "__main__":
    main()

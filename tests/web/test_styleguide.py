"""The style guide draws every component, as strictly valid HTML."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import html5lib
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"htmx-request"}  # htmx sets it while a request is under way


def test_it_is_strictly_valid_html_with_unique_ids(client: Client) -> None:
    page = client.get("/styleguide/").text
    html5lib.HTMLParser(strict=True).parse(page.strip())
    ids = Counter(re.findall(r'\sid="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []


def test_errors_are_tied_to_their_fields(client: Client) -> None:
    page = client.get("/styleguide/").text
    assert 'id="id_bad-desired_count_error"' in page
    control = re.search(r'<input[^>]*id="id_bad-desired_count"[^>]*>', page)
    assert control is not None
    assert "id_bad-desired_count_error" in control[0]
    assert 'aria-invalid="true"' in control[0]


def test_it_only_looks(client: Client) -> None:
    assert client.post("/styleguide/").status_code == 405


def test_every_class_of_a_component_is_shown(client: Client) -> None:
    page = client.get("/styleguide/").text
    shown = {name for group in re.findall(r'class="([^"]*)"', page) for name in group.split()}
    blocks = {
        block
        for file in (ROOT / "static/css/components").glob("*.css")
        for block in re.findall(
            r"^\.([a-z]+(?:-[a-z]+)*)(?:[ ,{:\[]|$)", file.read_text(encoding="utf-8"), re.MULTILINE
        )
        if "__" not in block
    }
    assert sorted(blocks - shown - NOT_OURS) == []

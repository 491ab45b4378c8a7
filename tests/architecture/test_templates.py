"""What every template keeps to, so that the content security policy never has to bend."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2] / "templates"
TEMPLATES = sorted(file.relative_to(ROOT).as_posix() for file in ROOT.rglob("*.html"))
WITH_EMPTY_STYLES = "components/chart_assets.html"


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(name: str) -> None:
    assert get_template(name) is not None


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_nothing_inline(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"\sstyle=|\son\w+=|\shx-on|javascript:", text) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    if name != WITH_EMPTY_STYLES:
        assert "<style" not in text
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//", text) == []


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.startswith("components/")])
def test_a_component_begins_with_a_list_of_its_variables(name: str) -> None:
    first = (ROOT / name).read_text(encoding="utf-8").split("\n", 1)[0]
    assert re.fullmatch(r"\{# .*[Vv]ariables.* #\}", first), first

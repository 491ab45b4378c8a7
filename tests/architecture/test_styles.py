"""The rules of the style sheets, and colours that can be read in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = sorted((ROOT / "static" / "css").rglob("*.css"))
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {name: (light, dark) for name, light, dark in PAIR.findall((ROOT / "static/css/tokens.css").read_text())}
WORDS_ON = [
    ("ink", "page"),
    ("ink", "card"),
    ("ink", "sunken"),
    ("ink", "hover"),
    ("muted", "page"),
    ("muted", "card"),
    ("muted", "sunken"),
    ("muted", "hover"),
    ("accent", "page"),
    ("accent", "card"),
    ("accent", "accent-tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("good", "good-tint"),
    ("good", "card"),
    ("warning", "warning-tint"),
    ("warning", "card"),
    ("bad", "bad-tint"),
    ("bad", "card"),
    ("ink", "good-tint"),
    ("ink", "warning-tint"),
    ("ink", "bad-tint"),
    *((f"service-{n}-text", surface) for n in range(1, 9) for surface in (f"service-{n}-tint", "card")),
]
LINES_ON = [
    ("line-strong", "card"),
    ("good-line", "card"),
    ("warning-line", "card"),
    ("bad-line", "card"),
    *((f"service-{n}", surface) for n in range(1, 9) for surface in (f"service-{n}-tint", "card")),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "surface"), WORDS_ON, ids=lambda name: str(name))
def test_words_stand_out_from_what_they_stand_on(words: str, surface: str, theme: int) -> None:
    assert contrast(TOKENS[words][theme], TOKENS[surface][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "surface"), LINES_ON, ids=lambda name: str(name))
def test_lines_that_mean_something_can_be_seen(line: str, surface: str, theme: int) -> None:
    assert contrast(TOKENS[line][theme], TOKENS[surface][theme]) >= 3.0


@pytest.mark.parametrize("file", CSS, ids=lambda file: file.name)
def test_a_style_sheet_keeps_the_rules(file: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert text.count("{") == text.count("}")
    assert re.findall(r"^(?:<{7}|={7}|>{7})", text, flags=re.MULTILINE) == [], "half a merge"
    assert "!important" not in text
    assert re.findall(r"(?:^|[\s,}])#[a-zA-Z][\w-]*[^;{}]*\{", text) == []
    assert re.findall(r"url\(|@import", text) == []
    if file.name != "tokens.css":
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", text) == [], "colours are named in tokens.css"


@pytest.mark.parametrize("file", CSS, ids=lambda file: file.name)
def test_every_custom_property_that_is_used_exists(file: Path) -> None:
    defined = {name for css in CSS for name in re.findall(r"(--[\w-]+)\s*:", css.read_text(encoding="utf-8"))}
    used = set(re.findall(r"var\((--[\w-]+)", file.read_text(encoding="utf-8")))
    assert sorted(used - defined) == []

"""Every module of rules says where its rules come from: a rulebook entry, or a choice of the model with its reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

RULES = Path(__file__).resolve().parents[2] / "ecslab" / "sim" / "rules"
MODULES = sorted(path for path in RULES.rglob("*.py") if path.name != "__init__.py")
SOURCE = re.compile(r"\b(?:PN|SS|IC):[A-Z$]+-?\w|Source: |# Model choice: ")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(RULES)))
def test_a_module_of_rules_names_a_source(path: Path) -> None:
    assert SOURCE.search(path.read_text(encoding="utf-8")), f"{path.name} cites no rule, source or model choice"

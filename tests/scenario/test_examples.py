"""Every scenario file of the project holds, and a wrong expectation is told with file, line, expected and found."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

SCENARIOS = Path(__file__).parents[1] / "scenarios"


def check(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit status and words of `simulate --check`."""
    try:
        call_command("simulate", str(path), "--check")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    else:
        code = 0
    printed = capsys.readouterr()
    return code, printed.out + printed.err


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda p: p.stem)
def test_a_scenario_holds(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(path, capsys)
    assert code == 0, said


def test_a_wrong_expectation_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (SCENARIOS / "sw01-rolling-100-200.yaml").read_text(encoding="utf-8")
    right = "equals: [4, 8, 8, 4]"
    line = text[: text.rindex("- at:", 0, text.index(right))].count("\n") + 1
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace(right, "equals: [4, 8, 8, 5]", 1), encoding="utf-8")
    code, said = check(wrong, capsys)
    assert code == 1
    assert f"wrong.yaml, line {line}" in said
    assert "expected equals [4, 8, 8, 5], found [4, 8, 8, 4]" in said

"""A machine that lacks something is told what, in one sentence, before anything is made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "requirements" / "install.py"


def run_install(setting: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script in a Python of its own after `setting` took something away from it."""
    program = f"import runpy, sys; {setting}; sys.argv = {['install.py', *arguments]!r}; " + (
        f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("sys.version_info = (3, 9, 2)", "ECS Lab needs Python 3.11 or newer"),
        ("sys.modules['venv'] = None", "comes without its venv module"),
        ("sys.modules['ensurepip'] = None", "apt-get install python3-venv"),
    ],
)
def test_what_is_missing_is_named(setting: str, sentence: str) -> None:
    done = run_install(setting, "runtime")
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_unknown_list_is_refused() -> None:
    done = run_install("pass", "everything")
    assert done.returncode == 1
    assert done.stderr.startswith("Usage: ")

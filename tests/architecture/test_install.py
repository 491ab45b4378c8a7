"""A machine that lacks something is told what, in one sentence, before anything is made."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

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


@pytest.fixture
def install(tmp_path: Path) -> SimpleNamespace:
    """The script with a folder of its own, in which nothing is downloaded: pip does what `pip` says."""
    (tmp_path / "requirements").mkdir()
    copy = tmp_path / "requirements" / "install.py"
    copy.write_bytes(SCRIPT.read_bytes())
    copy.with_name("runtime.txt").write_text("nothing==1\n")
    names = runpy.run_path(str(copy), run_name="install")
    shared = names["install"].__globals__
    made: list[str] = []

    def call(command: list[str]) -> int:
        kind = command[2]
        made.append(kind)
        if kind == "venv":
            (tmp_path / ".venv" / "bin").mkdir(parents=True)
            (tmp_path / ".venv" / "bin" / "python").touch()
            return 0
        return int(shared["pip_status"]())

    shared["subprocess"] = SimpleNamespace(call=call)
    shared["pip_status"] = lambda: 0
    return SimpleNamespace(run=lambda: names["install"]("runtime"), made=made, venv=tmp_path / ".venv", shared=shared)


def test_an_install_is_done_once(install: SimpleNamespace) -> None:
    install.run()
    install.run()
    assert install.made == ["venv", "pip"]


def test_a_changed_list_is_installed_into_the_same_environment(install: SimpleNamespace) -> None:
    install.run()
    (install.venv.parent / "requirements" / "runtime.txt").write_text("nothing==2\n")
    install.run()
    assert install.made == ["venv", "pip", "pip"]


def test_a_refusal_of_pip_is_told_and_tried_again(install: SimpleNamespace) -> None:
    install.shared["pip_status"] = lambda: 1
    with pytest.raises(SystemExit, match="could not be installed; what pip says about it stands above"):
        install.run()
    install.shared["pip_status"] = lambda: 0
    install.run()
    assert install.made == ["venv", "pip", "pip"]


def test_an_install_that_was_cut_off_begins_again(install: SimpleNamespace) -> None:
    def cut_off() -> int:
        raise KeyboardInterrupt

    install.shared["pip_status"] = cut_off
    with pytest.raises(KeyboardInterrupt):
        install.run()
    install.shared["pip_status"] = lambda: 0
    install.run()
    assert install.made == ["venv", "pip", "venv", "pip"]


def test_a_half_made_or_moved_environment_is_made_again(install: SimpleNamespace) -> None:
    (install.venv / "bin").mkdir(parents=True)
    install.run()
    (install.venv / "made-by").write_text("another folder")
    install.run()
    assert install.made == ["venv", "pip", "venv", "pip"]

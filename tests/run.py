"""Every check of the project, cheapest first: `python tests/run.py all|lint|audit`, with the Python of .venv."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import browser  # noqa: E402  (the project's root is on the path only now)

BIN = Path(sys.executable).parent
NO_TESTS = 5


@dataclass
class Tally:
    """What has run so far."""

    failed_steps: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0


def main() -> int:
    """Run what was asked for and return the exit status."""
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in {"all", "lint", "audit"}:
        sys.exit("Usage: python tests/run.py all|lint|audit")
    os.chdir(ROOT)
    browser.check_named()
    started = time.monotonic()
    tally = Tally()
    missing = ""
    if wanted in {"all", "lint"}:
        run_checks(tally)
    if wanted == "all":
        run_tests(tally, "fast tests", ["tests", "--ignore=tests/e2e"], dict(os.environ))
    if wanted in {"all", "audit"}:
        missing = run_browser_tests(tally, ["-m", "accessibility"] if wanted == "audit" else [])
    return close(tally, missing, time.monotonic() - started)


def run_checks(tally: Tally) -> None:
    """Run the static checks; one that fails does not hide the next."""
    templates = sorted(str(path) for path in Path("templates").rglob("*.html"))
    steps: list[tuple[str, list[str]]] = [
        ("ruff format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
        ("ruff check", [str(BIN / "ruff"), "check", "--quiet", "."]),
        ("djade", [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates]),
        ("import contracts", [str(BIN / "lint-imports")]),
        ("mypy --strict", [str(BIN / "mypy"), "--strict", "ecslab", "quizzes"]),
        ("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ]
    for name, command in steps:
        run_step(tally, name, command)


def run_step(tally: Tally, name: str, command: list[str]) -> None:
    """Run one check, silent about its words unless it fails."""
    started = time.monotonic()
    done = subprocess.run(
        command, check=False, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"== {name}: {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
        tally.failed_steps.append(name)


def run_tests(tally: Tally, name: str, arguments: list[str], environment: dict[str, str]) -> None:
    """Run pytest on two processes and add what it counted to the tally."""
    print(f"== {name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", f"--junitxml={report}", *arguments]
        status = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, env=environment).returncode
        failed = count(tally, report)
    if status not in {0, NO_TESTS} and not failed:
        tally.failed_steps.append(name)


def count(tally: Tally, report: Path) -> int:
    """Add the numbers of one report; return how many tests in it did not pass."""
    if not report.exists():
        return 0
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    failed = 0
    for suite in suites:
        bad = int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
        failed += bad
        tally.passed += int(suite.get("tests", "0")) - bad - int(suite.get("skipped", "0"))
    tally.failed += failed
    return failed


def run_browser_tests(tally: Tally, arguments: list[str]) -> str:
    """Run them when a browser can be had; otherwise return the sentence that says what was not run."""
    if os.environ.get("BROWSER") == "none":
        return "The browser tests were not run, as BROWSER=none asked."
    path = browser.get_browser()
    if path is None:
        return f"The browser tests (tests/e2e) were not run, because no browser could be had. {browser.HOW_TO_GET_ONE}"
    run_tests(tally, f"browser tests with {path}", ["tests/e2e", *arguments], {**os.environ, "ECSLAB_BROWSER": path})
    return ""


def close(tally: Tally, missing: str, seconds: float) -> int:
    """Print the closing lines and return the exit status."""
    for name in tally.failed_steps:
        print(f"Failed: {name}")
    print(f"{tally.passed} passed, {tally.failed} failed, {len(tally.failed_steps)} checks failed in {seconds:.0f} s")
    if missing:
        print(missing)
    is_refused = bool(missing) and os.environ.get("BROWSER") != "none"
    return 1 if tally.failed or tally.failed_steps or is_refused else 0


if __name__ == "__main__":
    sys.exit(main())

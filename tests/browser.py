"""Finding a Chromium for the browser tests, and getting one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET_ONE = (
    "Install Chromium with the package manager of this machine, or name one: make test BROWSER_PATH=/path/to/chrome"
)


def find_browser() -> str | None:
    """Return a browser that is on the machine already: the named one, one on PATH, or Playwright's own."""
    named = check_named()
    on_path = [path for path in map(shutil.which, NAMES) if path]
    return named or next((path for path in [*on_path, *_playwright_browser()] if _starts(path)), None)


def check_named() -> str:
    """Return the browser that BROWSER_PATH names, or nothing; stop with a sentence when it is no program."""
    named = os.environ.get("BROWSER_PATH", "")
    if named and shutil.which(named) is None:
        sys.exit(f"BROWSER_PATH must be a program that can be run, and {named!r} is none. Correct it or unset it.")
    return named


def get_browser() -> str | None:
    """Return a browser; without one, download Playwright's or install the system's package. None if neither works."""
    found = find_browser()
    if found:
        return found
    print("No browser found; asking Playwright for its own, which may take some minutes ...", flush=True)
    if _succeeds([sys.executable, "-m", "playwright", "install", "chromium"], quietly=True):
        found = find_browser()
    if not found:
        print("Playwright could not get one that starts here.", flush=True)
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing the system's chromium package ...", flush=True)
        if _succeeds(["apt-get", "update", "-q"]) and _succeeds(["apt-get", "install", "-y", "-q", "chromium"]):
            found = find_browser()
    return found


def launch_arguments() -> list[str]:
    """Return the switches for a browser that talks to nobody but us; as root Chromium runs without its sandbox only."""
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
    ]
    return [*arguments, "--no-sandbox"] if os.geteuid() == 0 else arguments


def _playwright_browser() -> list[str]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return [path] if path and Path(path).exists() else []


def _starts(path: str) -> bool:
    """Whether it is more than a stub, and its libraries are there."""
    return _succeeds([path, "--version"], quietly=True)


def _succeeds(command: list[str], *, quietly: bool = False) -> bool:
    """Run a command; what Playwright says about a failure is a traceback, which helps nobody."""
    output = subprocess.DEVNULL if quietly else None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            check=False,
            timeout=600,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0

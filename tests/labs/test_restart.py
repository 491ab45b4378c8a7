"""A lab is saved as it is built: the server may be stopped and started at any moment."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def served(port: int, data: Path) -> Iterator[str]:
    """The server as `make run` starts it, until the block ends."""
    environment = {**os.environ, "ECSLAB_DATA_DIR": str(data), "ECSLAB_DEBUG": "0"}
    environment.pop("ECSLAB_DATABASE_URL", None)
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert any("is ready" in line for line in process.stdout)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


class Browser:
    """A person without scripts: cookies, and forms sent with all that the page put into them."""

    def __init__(self) -> None:
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.address = ""
        self.page = ""

    def open(self, address: str, fields: dict[str, str] | None = None) -> None:
        """Open an address, or send fields to it."""
        data = urlencode(fields).encode() if fields is not None else None
        with self.opener.open(address, data, timeout=30) as answer:
            self.address, self.page = answer.url, answer.read().decode()

    def send(self, address: str, **fields: str) -> None:
        """Send a form from the page that stands open."""
        kept = {
            name: found.group(1)
            for name in ("csrfmiddlewaretoken", "looking", "base_seq")
            if (found := re.search(f'name="{name}" value="([^"]*)"', self.page))
        }
        self.open(address, {**kept, **fields})


def drawn(page: str) -> list[str]:
    """What the map and its table say."""
    return re.findall(r"<(?:text|td)[^>]*>([^<]*)<", page)


def test_a_lab_survives_a_restart(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    browser = Browser()
    with served(port, tmp_path) as site:
        browser.open(site)
        browser.send(f"{site}/labs/new/")
        lab = browser.address.split("?")[0]
        browser.send(f"{lab}do/create-cluster/", **{"create-cluster-cluster_name": "kept"})
        browser.send(
            f"{lab}do/add-instances/",
            **{"add-instances-cluster": "kept", "add-instances-instance_type": "t3.small", "add-instances-count": "2"},
        )
        before = drawn(browser.page)
        assert "kept" in before
    with served(port, tmp_path):
        browser.open(browser.address)
        assert drawn(browser.page) == before
        browser.send(f"{lab}do/create-cluster/", **{"create-cluster-cluster_name": "after"})
        assert "after" in drawn(browser.page)

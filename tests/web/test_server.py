"""The server as it is started by `make run`: it says when it is ready, serves, and stops at once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.core.management import CommandError

from ecslab.web.management.commands.serve import check_port

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_prepares_everything_says_when_it_is_ready_and_stops_at_ctrl_c(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "ECSLAB_DATA_DIR": str(tmp_path / "data"), "ECSLAB_DEBUG": "0"}
    environment.pop("ECSLAB_DATABASE_URL", None)
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "is ready" in line:
                break
        assert lines[-1] == f"ECS Lab is ready: http://127.0.0.1:{port}/ (Ctrl-C stops it)\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
        assert process.stdout.read() == ""
    finally:
        process.kill()
        process.wait()
    assert (tmp_path / "data" / "secret_key").exists()
    assert (tmp_path / "data" / "static" / "staticfiles.json").exists()


def test_a_busy_port_is_refused_with_another_one_to_try() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is in use by another program"):
            check_port(str(port))


def test_a_database_that_cannot_be_opened_is_refused_with_a_sentence(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/nowhere/lab.sqlite3"
    environment = {**os.environ, "ECSLAB_DATA_DIR": str(tmp_path), "ECSLAB_DATABASE_URL": address}
    command = [sys.executable, "manage.py", "serve", "--port", str(free_port())]
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "cannot be opened: unable to open database file. Check ECSLAB_DATABASE_URL" in done.stderr


@pytest.mark.parametrize("text", ["", "eighty", "0", "65536", "-1", "80.5"])
def test_a_malformed_port_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="PORT must be a number from 1 to 65535"):
        check_port(text)

"""How gunicorn serves ECS Lab: one process with threads on this machine only, and one last line when it listens.

One process, because what is computed is kept in its memory; threads, so that a long look does not hold up the next
page.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

PORT = os.environ.get("PORT", "8000")
ADDRESS = f"http://127.0.0.1:{PORT}/"

wsgi_app = "ecslab.wsgi:application"
bind = f"127.0.0.1:{PORT}"
workers = 1
threads = 8
worker_class = "gthread"
preload_app = True  # the application is loaded before the ready line is printed
timeout = 60
graceful_timeout = 2  # Ctrl-C should not wait for a browser that keeps its connection open
keepalive = 5
loglevel = "error"
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Say where to look; called when the socket accepts connections.

    A terminal that is closed sends SIGHUP, at which gunicorn would begin again with nobody left to stop it.
    """
    signal.signal(signal.SIGHUP, lambda *_: server.signal(signal.SIGTERM, None))
    sys.stdout.write(f"ECS Lab is ready: {ADDRESS} (Ctrl-C stops it)\n")
    sys.stdout.flush()


def worker_exit(server: Any, worker: Any) -> None:
    """Leave without waiting for threads that wait for a browser: one that keeps a connection open says nothing more.

    One that never got as far as serving keeps its exit status, by which gunicorn knows not to start it again.
    """
    if worker.booted:
        os._exit(0)

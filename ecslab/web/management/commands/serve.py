"""`manage.py serve`: bring everything up to date, then serve on this machine until Ctrl-C."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

_HIGHEST_PORT = 65535


class Command(BaseCommand):
    """Migrate, load the ready-made labs and questions, collect static files, and become the server."""

    help = "Prepare the database, labs, questions and static files, then serve on 127.0.0.1."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the port."""
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"), help="port on 127.0.0.1 (default 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse a port that cannot be had before anything is changed."""
        try:
            port = check_port(options["port"])
        except CommandError as refusal:
            sys.exit(str(refusal))  # the bare sentence, without the name of a class before it
        migrate()
        call_command("load_labs")
        call_command("load_questions")
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.flush()
        os.environ["PORT"] = str(port)
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", "python:ecslab.web.server"])


def migrate() -> None:
    """Bring the database up to date, or end with one sentence when it cannot be opened."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        said = str(error).strip().splitlines()[0]
        sys.exit(
            f"The database {connection.settings_dict['NAME']} cannot be opened: {said}. "
            "Check ECSLAB_DATABASE_URL and that the database is there and may be written, then start again."
        )


def check_port(text: str) -> int:
    """Return the port as a number, or say in one sentence why it cannot be used."""
    if not text.isdecimal() or not 0 < int(text) <= _HIGHEST_PORT:
        raise CommandError(f"PORT must be a number from 1 to {_HIGHEST_PORT}, and it is {text!r}.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise CommandError(
                f"Port {port} is reserved for the administrator of this machine. "
                "Choose one above 1023: make run PORT=8001"
            ) from error
        except OSError as error:
            raise CommandError(
                f"Port {port} is in use by another program, perhaps by an ECS Lab that is still running. "
                f"Stop that one, or choose another port: make run PORT={port % _HIGHEST_PORT + 1}"
            ) from error
    return port

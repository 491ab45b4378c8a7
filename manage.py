#!/usr/bin/env python
"""The project's command line: `python manage.py help` lists the commands."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one command; a malformed setting ends in its sentence instead of a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecslab.settings")
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed for this Python. Run `make install`, then use .venv/bin/python manage.py.")
    try:
        settings._setup()
    except ImproperlyConfigured as error:
        sys.exit(f"ECS Lab cannot start: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

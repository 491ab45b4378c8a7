"""`manage.py load_questions`: bring the bank's questions into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from quizzes.keep import keep_bank
from quizzes.load import BANK, BankError, load_bank


class Command(BaseCommand):
    """All questions are loaded, or none; a second run changes nothing."""

    help = "Load the questions of the bank; versions that were answered are kept for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("bank", nargs="?", type=Path, default=BANK, help="folder of the bank (default: our own)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and count."""
        try:
            count = keep_bank(load_bank(options["bank"]), timezone.now())
        except BankError as error:
            raise CommandError(f"No question was loaded.\n{error}") from error
        if options["verbosity"] > 0:
            total = count.added + count.unchanged
            self.stdout.write(f"Questions: {total} ready, {count.added} new, {count.withdrawn} withdrawn.")

"""`manage.py quiz_lint`: judge the bank by the question guide."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from ruamel.yaml import YAML

from ecslab.labs.management.commands.load_labs import LIST
from ecslab.labs.steps import READY
from ecslab.rulebook.load import rules
from quizzes.check import check_bank
from quizzes.finding import Context
from quizzes.load import BANK, BankError, load_bank


def ready_labs() -> frozenset[str]:
    """Return the slugs of the ready-made labs that a question may lead to."""
    listed = YAML(typ="safe", pure=True).load((READY / LIST).read_text(encoding="utf-8"))
    return frozenset(row["slug"] for row in listed)


class Command(BaseCommand):
    """Prints one line for each finding; the exit status is 1 when there is any that the file does not accept."""

    help = "Check the questions of the bank; errors and unanswered warnings end with status 1."
    requires_system_checks: list[str] = []  # noqa: RUF012  (Django declares it so)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("bank", nargs="?", type=Path, default=BANK, help="folder of the bank (default: our own)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything and count."""
        try:
            bank = load_bank(options["bank"])
        except BankError as error:
            raise CommandError(str(error)) from error
        findings = check_bank(Context(bank, rules(), ready_labs(), timezone.now().date()))
        for finding in findings:
            self.stdout.write(str(finding))
        errors = sum(finding.severity == "error" for finding in findings)
        self.stdout.write(f"{len(bank.entries)} questions, {errors} errors, {len(findings) - errors} warnings.")
        if findings:
            sys.exit(1)

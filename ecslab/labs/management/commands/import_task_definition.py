"""`manage.py import_task_definition FILE...`: say of each file whether AWS would register it, and why not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ecslab.aws.first_scenario import first_scenario
from ecslab.aws.importer import Imported, Judgement, judge, read_task_definition
from ecslab.aws.text_to_data import MAX_BYTES

ACCEPTED, REFUSED, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    """Exit status 0 when every file is accepted, 1 when one is refused, 2 when one cannot be read."""

    help = "Judge task definitions as people keep them: accepted with notes, or refused with AWS's code and the remedy."

    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files and what to print."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="a task definition, JSON or YAML; - reads input")
        parser.add_argument(
            "--scenario", action="store_true", help="print a scenario that registers it and runs it as a service"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge each file, print a paragraph or a scenario for each, and exit with the worst status."""
        tell = self._tell_scenario if options["scenario"] else self._tell
        statuses = [tell(judge(_read(name))) for name in options["files"]]
        self.stdout.flush()
        if worst := max(statuses):
            sys.exit(worst)

    def _tell(self, judgement: Judgement) -> int:
        if not judgement.is_accepted:
            return self._tell_refusal(judgement)
        self.stdout.write(f"{judgement.imported.source}: accepted")
        for note in judgement.notes:
            self.stdout.write(f"  note: {note}")
        if judgement.not_simulated:
            self.stdout.write(f"  kept without effect in the lab: {', '.join(judgement.not_simulated)}")
        return ACCEPTED

    def _tell_refusal(self, judgement: Judgement) -> int:
        if judgement.imported.error is not None:
            self.stderr.write(judgement.imported.error)
            return UNREADABLE
        self.stdout.write(f"{judgement.imported.source}: refused, {judgement.code}: {judgement.sentence}")
        for note in judgement.notes:
            self.stdout.write(f"  note: {note}")
        return REFUSED

    def _tell_scenario(self, judgement: Judgement) -> int:
        if judgement.definition is None:
            return self._tell_refusal(judgement)
        try:
            text = first_scenario(judgement.imported.parameters, judgement.definition)
        except LookupError as error:
            self.stderr.write(f"{judgement.imported.source}: {error.args[0]}")
            return REFUSED
        self.stdout.write(text, ending="")
        return ACCEPTED


def _read(name: str) -> Imported:
    """The file's text as a request; a file that cannot be read becomes a sentence."""
    try:
        if name == "-":
            return read_task_definition(sys.stdin.read(MAX_BYTES + 1), "input")
        with Path(name).open(encoding="utf-8-sig") as file:
            return read_task_definition(file.read(MAX_BYTES + 1), name)
    except UnicodeDecodeError:
        return Imported(name, error=f"{name}: this is not UTF-8 text; save it as UTF-8.")
    except OSError as error:
        return Imported(name, error=f"{name}: the file cannot be read ({error.strerror}); check its name.")

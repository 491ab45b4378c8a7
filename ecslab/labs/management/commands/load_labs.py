"""`manage.py load_labs`: read the ready-made labs and keep them; running it again changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from ruamel.yaml import YAML

from ecslab.labs import play
from ecslab.labs.models import Lab
from ecslab.sim.operations.lab import milliseconds

READY = Path(__file__).resolve().parents[2] / "ready"


class Command(BaseCommand):
    """Load every file of `ecslab/labs/ready`, in the order of its name."""

    help = "Load the ready-made labs into the database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Each lab in one piece."""
        for path in sorted(READY.glob("*.yaml")):
            with transaction.atomic():
                load(path)


def load(path: Path) -> Lab:
    """Make the ready-made lab of a file anew, keeping its address. Raises CommandError when a call is refused."""
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    slug = path.stem.partition("-")[2]
    old = Lab.objects.filter(owner="", ready_slug=slug).first()
    members = {"key": old.key} if old else {}
    if old:
        old.delete()
    lab = play.create(
        data["name"],
        "",
        about=data["about"],
        ready_slug=slug,
        look_at_ms=milliseconds(data["lookAt"], "lookAt"),
        tie_break="canonical",
        **members,
    )
    newest_ms = 0
    for seq, call in enumerate(data["calls"]):
        service, operation = call["call"].split(":")
        at_ms = max(milliseconds(call["at"], "at"), newest_ms)
        answer = play.submit(lab, (service, operation, call["with"]), at_ms=at_ms, base_seq=seq, via="script")
        if answer.code:
            raise CommandError(f"{path.name}: call {seq + 1}, {call['call']}, was refused: {answer.message}")
        newest_ms = answer.at_ms
    return lab

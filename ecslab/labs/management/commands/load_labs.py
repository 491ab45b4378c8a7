"""`manage.py load_labs`: read the ready-made labs and keep them; running it again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from ruamel.yaml import YAML

from ecslab.labs import play
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab
from ecslab.labs.steps import READY
from ecslab.scenario.load import load_file
from ecslab.scenario.model import Scenario
from ecslab.scenario.moments import parse
from ecslab.scenario.run import run
from ecslab.sim import RULES_VERSION
from ecslab.sim.command import Command as LabRequest

LIST = "ready.yaml"


class Command(BaseCommand):
    """Load every lab that `ready.yaml` lists, in its order."""

    help = "Load the ready-made labs into the database; labs that have not changed stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        """Each lab in one piece; those that are listed no more are deleted."""
        listed = YAML(typ="safe", pure=True).load((READY / LIST).read_text(encoding="utf-8"))
        with transaction.atomic():
            Lab.objects.filter(owner_token_hash="").exclude(ready_slug__in=[row["slug"] for row in listed]).delete()
        for place, row in enumerate(listed, start=1):
            scenario, commands = _read(row["slug"])
            members = {
                "watch": row["watch"],
                "look_at_ms": parse(row["look_at"]),
                "about": row["about"],
                "ready_place": place,
            }
            with transaction.atomic():
                keep(row["slug"], scenario, commands, members)


@cache
def _read(slug: str) -> tuple[Scenario, Sequence[LabRequest]]:
    """A ready-made lab's file and its requests, read once in the life of a program."""
    scenario = load_file(READY / f"{slug}.yaml")
    return scenario, _commands(scenario)


def _commands(scenario: Scenario) -> Sequence[LabRequest]:
    """The requests of a scenario, references replaced. Raises CommandError when one does not turn out as it says."""
    made = run(scenario)
    if made.failures:
        raise CommandError(f"{scenario.source}: {made.failures[0]}")
    return made.commands


def keep(slug: str, scenario: Scenario, commands: Sequence[LabRequest], members: dict[str, Any]) -> Lab:
    """Write a ready-made lab, or leave the one that says the same; its address stays."""
    start = scenario.start
    told = {
        **members,
        "name": scenario.name,
        "rules_version": RULES_VERSION,
        "seed": start.seed,
        "tie_break": start.tie_break,
        "zone_count": start.zone_count,
    }
    old = Lab.objects.filter(owner_token_hash="", ready_slug=slug).first()
    if old and all(getattr(old, name) == value for name, value in told.items()) and _same(old, commands):
        return old
    address = {"key": old.key} if old else {}
    if old:
        old.delete()
    lab = Lab(ready_slug=slug, **told, **address)
    lab.save(force_insert=True)
    lab.branches.create()
    play.write_log(lab, commands)
    return lab


def _same(lab: Lab, commands: Sequence[LabRequest]) -> bool:
    rows = log_of(lab).rows
    kept = [(row.at_ms, row.service, row.operation, row.parameters, row.caller or None) for row in rows]
    return kept == [(c.at_ms, c.service, c.operation, dict(c.parameters), c.caller) for c in commands]

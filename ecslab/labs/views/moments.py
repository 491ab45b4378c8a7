"""Which moment an address names."""

from __future__ import annotations

from django.http import HttpRequest

from ecslab.labs import play
from ecslab.labs.models import Lab, LabCommand


def moment_of(request: HttpRequest, lab: Lab, commands: list[LabCommand]) -> int:
    """The moment that the address names, inside the lab's horizon; else where the lab wants to be looked at."""
    last = play.last_at_ms(commands)
    text = request.GET.get("at", "")
    wanted = int(text) if text.isdecimal() and len(text) < 12 else max(lab.look_at_ms, last)
    return min(wanted, last + play.HORIZON_MS)

"""The errors of Amazon EventBridge."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class InvalidEventPatternException(SimError):
    """An event pattern that EventBridge cannot read (SS:E-37)."""

    code = "InvalidEventPatternException"

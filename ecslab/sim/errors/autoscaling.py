"""The errors of Amazon EC2 Auto Scaling."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class AlreadyExists(SimError):
    """An Auto Scaling group of that name is there."""

    code = "AlreadyExists"

"""The errors of Amazon CloudWatch."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class ResourceNotFound(SimError):
    """CloudWatch: no such alarm."""

    code = "ResourceNotFound"

"""The errors of Application Auto Scaling."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class ObjectNotFoundException(SimError):
    """Application Auto Scaling: no such target or policy."""

    code = "ObjectNotFoundException"

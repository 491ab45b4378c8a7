"""The errors of Amazon CloudWatch Logs."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class ResourceAlreadyExistsException(SimError):
    """CloudWatch Logs has a log group of that name already."""

    code = "ResourceAlreadyExistsException"

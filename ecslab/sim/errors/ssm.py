"""The errors of AWS Systems Manager."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class ParameterNotFound(SimError):
    """Parameter Store has no parameter of that name."""

    code = "ParameterNotFound"


class ParameterAlreadyExists(SimError):
    """Parameter Store has a parameter of that name already."""

    code = "ParameterAlreadyExists"

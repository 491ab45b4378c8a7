"""The errors of AWS Secrets Manager."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class ResourceExistsException(SimError):
    """Secrets Manager has a secret of that name already."""

    code = "ResourceExistsException"


class InvalidRequestException(SimError):
    """Secrets Manager does not do this to a secret in its present state."""

    code = "InvalidRequestException"


class MalformedPolicyDocumentException(SimError):
    """The policy of a secret is none."""

    code = "MalformedPolicyDocumentException"

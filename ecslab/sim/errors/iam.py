"""The errors of AWS IAM."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class NoSuchEntity(SimError):
    """IAM has no role, policy or instance profile of that name."""

    code = "NoSuchEntity"


class EntityAlreadyExists(SimError):
    """IAM has a role, policy or instance profile of that name already."""

    code = "EntityAlreadyExists"


class MalformedPolicyDocument(SimError):
    """A policy document that is none."""

    code = "MalformedPolicyDocument"


class DeleteConflict(SimError):
    """IAM deletes nothing that something else still needs."""

    code = "DeleteConflict"


class UnmodifiableEntity(SimError):
    """A service-linked role or a policy of AWS, which its owner alone changes."""

    code = "UnmodifiableEntity"


class LimitExceeded(SimError):
    """A quota of IAM is reached."""

    code = "LimitExceeded"


class InvalidInput(SimError):
    """A value that IAM does not take."""

    code = "InvalidInput"

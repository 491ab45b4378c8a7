"""The errors of Amazon ECR."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class RepositoryNotFoundException(SimError):
    """ECR has no repository of that name."""

    code = "RepositoryNotFoundException"


class RepositoryAlreadyExistsException(SimError):
    """ECR has a repository of that name already."""

    code = "RepositoryAlreadyExistsException"


class RepositoryPolicyNotFoundException(SimError):
    """A repository has no policy."""

    code = "RepositoryPolicyNotFoundException"

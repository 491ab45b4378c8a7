"""The errors of Amazon ECS."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class ClientException(SimError):
    """The request cannot be carried out by this client (IC:X-3)."""

    code = "ClientException"


class ClusterNotFoundException(SimError):
    """No such cluster (IC:X-12, IC:X-13)."""

    code = "ClusterNotFoundException"


class ServiceNotFoundException(SimError):
    """No such service (IC:X-44)."""

    code = "ServiceNotFoundException"


class ServiceDeploymentNotFoundException(SimError):
    """No such service deployment (SS:D-18)."""

    code = "ServiceDeploymentNotFoundException"


class TargetNotFoundException(SimError):
    """No such container instance to put attributes on (IC:X-53)."""

    code = "TargetNotFoundException"


class TargetNotConnectedException(SimError):
    """The agent of ECS Exec in a container does not reach Systems Manager (IC:X-46)."""

    code = "TargetNotConnectedException"


class ServiceNotActiveException(SimError):
    """The service is DRAINING or INACTIVE (IC:X-47)."""

    code = "ServiceNotActiveException"


class ClusterContainsServicesException(SimError):
    """Services are left in the cluster (IC:X-16)."""

    code = "ClusterContainsServicesException"


class ClusterContainsTasksException(SimError):
    """Tasks are left in the cluster (IC:X-17)."""

    code = "ClusterContainsTasksException"


class ClusterContainsContainerInstancesException(SimError):
    """Container instances are left in the cluster (IC:X-18)."""

    code = "ClusterContainsContainerInstancesException"


class AttributeLimitExceededException(SimError):
    """More custom attributes than an instance may have (IC:X-53, PN:R-34)."""

    code = "AttributeLimitExceededException"


class PlatformUnknownException(SimError):
    """No such Fargate platform version (PN:E-6)."""

    code = "PlatformUnknownException"


class NoUpdateAvailableException(SimError):
    """The agent is the newest one already (IC:X-54)."""

    code = "NoUpdateAvailableException"


class MissingVersionException(SimError):
    """Nobody knows which version an agent has (IC:X-54)."""

    code = "MissingVersionException"


class UpdateInProgressException(SimError):
    """The agent is being updated already (IC:X-54)."""

    code = "UpdateInProgressException"


class ResourceInUseException(SimError):
    """A capacity provider is in use (IC:X-21)."""

    code = "ResourceInUseException"


class UnsupportedFeatureException(SimError):
    """What is asked for is not supported here (IC section 5.2)."""

    code = "UnsupportedFeatureException"

"""The errors of Amazon EFS."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class BadRequest(SimError):
    """The request is malformed or has a value that EFS does not take."""

    code = "BadRequest"


class FileSystemAlreadyExists(SimError):
    """A file system with this creation token is there already."""

    code = "FileSystemAlreadyExists"


class FileSystemNotFound(SimError):
    """EFS has no such file system."""

    code = "FileSystemNotFound"


class FileSystemInUse(SimError):
    """The file system has mount targets."""

    code = "FileSystemInUse"


class FileSystemLimitExceeded(SimError):
    """The account has as many file systems as it may."""

    code = "FileSystemLimitExceeded"


class UnsupportedAvailabilityZone(SimError):
    """EFS is not in that Availability Zone."""

    code = "UnsupportedAvailabilityZone"


class AvailabilityZonesMismatch(SimError):
    """A One Zone file system is in another Availability Zone."""

    code = "AvailabilityZonesMismatch"


class MountTargetConflict(SimError):
    """The mount target does not fit those that the file system has."""

    code = "MountTargetConflict"


class MountTargetNotFound(SimError):
    """EFS has no such mount target."""

    code = "MountTargetNotFound"


class NoFreeAddressesInSubnet(SimError):
    """The subnet has no address left for a mount target."""

    code = "NoFreeAddressesInSubnet"


class SecurityGroupNotFound(SimError):
    """The VPC of the mount target has no such security group."""

    code = "SecurityGroupNotFound"


class SecurityGroupLimitExceeded(SimError):
    """A mount target has five security groups at most."""

    code = "SecurityGroupLimitExceeded"


class AccessPointAlreadyExists(SimError):
    """An access point with this client token is there already."""

    code = "AccessPointAlreadyExists"


class AccessPointNotFound(SimError):
    """EFS has no such access point."""

    code = "AccessPointNotFound"


class AccessPointLimitExceeded(SimError):
    """The file system has as many access points as it may."""

    code = "AccessPointLimitExceeded"

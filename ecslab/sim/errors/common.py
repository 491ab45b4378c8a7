"""The errors that several AWS services raise, and those of the simulation itself."""

from __future__ import annotations

from typing import ClassVar


class SimError(Exception):
    """A refused request: AWS code and one plain sentence."""

    code: ClassVar[str] = "ServerException"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidParameterException(SimError):
    """A parameter is not valid (IC:X-3)."""

    code = "InvalidParameterException"


class ConflictException(SimError):
    """A client token stands for another request (IC:X-42)."""

    code = "ConflictException"


class LimitExceededException(SimError):
    """A limit of the account or of the lab is reached."""

    code = "LimitExceededException"


class ResourceNotFoundException(SimError):
    """No such rule, schedule or other resource (SS:E-20, SS:E-35)."""

    code = "ResourceNotFoundException"


class ValidationException(SimError):
    """A member of a request is not valid."""

    code = "ValidationException"


class InvalidParameterValue(SimError):
    """EC2: a value that the parameter cannot have."""

    code = "InvalidParameterValue"


class MissingParameter(SimError):
    """EC2: a parameter that this call needs."""

    code = "MissingParameter"


class InvalidParameterCombination(SimError):
    """EC2: parameters that do not go together."""

    code = "InvalidParameterCombination"


class ResourceInUse(SimError):
    """An Auto Scaling group that has instances, or a target group that a listener uses."""

    code = "ResourceInUse"


class OperationNotSimulated(SimError):
    """AWS has the operation, the lab does not simulate it."""

    code = "OperationNotSimulated"


class RunTooLong(SimError):
    """A ceiling on timers was reached before the asked moment (core law 6)."""

    code = "RunTooLong"


class AccessDeniedException(SimError):
    """The caller may not do this, said as most services say it (IC:X-58)."""

    code = "AccessDeniedException"


class AccessDenied(SimError):
    """The caller may not do this, said as the services with the query protocol say it."""

    code = "AccessDenied"


class ValidationError(SimError):
    """A value that a service with the query protocol does not take."""

    code = "ValidationError"


class SubnetNotFound(SimError):
    """There is no such subnet for a mount target or a load balancer."""

    code = "SubnetNotFound"

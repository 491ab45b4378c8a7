"""The errors of Amazon EC2."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


class InvalidSubnetConflict(SimError):
    """The address block overlaps another subnet of the VPC."""

    code = "InvalidSubnet.Conflict"


class InvalidSubnetRange(SimError):
    """The address block is outside the VPC or of an impossible size."""

    code = "InvalidSubnet.Range"


class InvalidSubnetNotFound(SimError):
    """No such subnet."""

    code = "InvalidSubnetID.NotFound"


class InvalidVpcNotFound(SimError):
    """No such VPC."""

    code = "InvalidVpcID.NotFound"


class DependencyViolation(SimError):
    """EC2: something else still needs the resource."""

    code = "DependencyViolation"


class InvalidGroupNotFound(SimError):
    """No such security group."""

    code = "InvalidGroup.NotFound"


class InvalidGroupDuplicate(SimError):
    """The VPC has a security group of that name."""

    code = "InvalidGroup.Duplicate"


class CannotDelete(SimError):
    """The default security group stays as long as its VPC."""

    code = "CannotDelete"


class InvalidPermissionDuplicate(SimError):
    """The security group has that rule already."""

    code = "InvalidPermission.Duplicate"


class InvalidPermissionNotFound(SimError):
    """The security group has no such rule."""

    code = "InvalidPermission.NotFound"


class InvalidSecurityGroupRuleNotFound(SimError):
    """No such security group rule."""

    code = "InvalidSecurityGroupRuleId.NotFound"


class RulesPerSecurityGroupLimitExceeded(SimError):
    """A security group has no room for more rules."""

    code = "RulesPerSecurityGroupLimitExceeded"


class InvalidVpcRange(SimError):
    """The address block of a VPC is of an impossible size."""

    code = "InvalidVpc.Range"


class InvalidInternetGatewayNotFound(SimError):
    """No such internet gateway."""

    code = "InvalidInternetGatewayID.NotFound"


class ResourceAlreadyAssociated(SimError):
    """The resource is attached or associated already."""

    code = "Resource.AlreadyAssociated"


class GatewayNotAttached(SimError):
    """The internet gateway is not attached to that VPC."""

    code = "Gateway.NotAttached"


class InvalidRouteTableNotFound(SimError):
    """No such route table."""

    code = "InvalidRouteTableID.NotFound"


class InvalidRouteNotFound(SimError):
    """The route table has no such route."""

    code = "InvalidRoute.NotFound"


class RouteAlreadyExists(SimError):
    """The route table has a route for that destination."""

    code = "RouteAlreadyExists"


class InvalidAssociationNotFound(SimError):
    """No such association."""

    code = "InvalidAssociationID.NotFound"


class InvalidAllocationNotFound(SimError):
    """No such Elastic IP address."""

    code = "InvalidAllocationID.NotFound"


class InvalidAddressInUse(SimError):
    """The Elastic IP address is in use."""

    code = "InvalidIPAddress.InUse"


class AddressLimitExceeded(SimError):
    """The account has no more Elastic IP addresses."""

    code = "AddressLimitExceeded"


class InsufficientFreeAddressesInSubnet(SimError):
    """The subnet has no free address left."""

    code = "InsufficientFreeAddressesInSubnet"


class NatGatewayLimitExceeded(SimError):
    """The zone holds as many NAT gateways as the account may have there."""

    code = "NatGatewayLimitExceeded"


class NatGatewayNotFound(SimError):
    """No such NAT gateway."""

    code = "NatGatewayNotFound"


class InvalidGatewayNotFound(SimError):
    """No such gateway."""

    code = "InvalidGatewayID.NotFound"


class InvalidServiceName(SimError):
    """No such endpoint service."""

    code = "InvalidServiceName"


class InvalidEndpointNotFound(SimError):
    """No such VPC endpoint."""

    code = "InvalidVpcEndpointId.NotFound"


class InvalidInterfaceNotFound(SimError):
    """No such network interface."""

    code = "InvalidNetworkInterfaceID.NotFound"


class InvalidAMIIDNotFound(SimError):
    """No such machine image."""

    code = "InvalidAMIID.NotFound"


class InvalidLaunchTemplateId(SimError):
    """No launch template of that id."""

    code = "InvalidLaunchTemplateId.NotFound"


class InvalidLaunchTemplateName(SimError):
    """No launch template of that name."""

    code = "InvalidLaunchTemplateName.NotFoundException"


class InvalidLaunchTemplateVersion(SimError):
    """The launch template has no such version."""

    code = "InvalidLaunchTemplateId.VersionNotFound"


class LaunchTemplateAlreadyExists(SimError):
    """A launch template of that name is there."""

    code = "InvalidLaunchTemplateName.AlreadyExistsException"


class InsufficientInstanceCapacity(SimError):
    """AWS has no instance of the type left in the zone (SS:C-2)."""

    code = "InsufficientInstanceCapacity"


class VcpuLimitExceeded(SimError):
    """The account runs as many vCPUs as its quota allows (IC:Q-31)."""

    code = "VcpuLimitExceeded"


class IncorrectInstanceState(SimError):
    """The instance is in no state for the call."""

    code = "IncorrectInstanceState"


class UnauthorizedOperation(SimError):
    """The caller may not do this, said as Amazon EC2 says it."""

    code = "UnauthorizedOperation"


class InvalidInstanceNotFound(SimError):
    """EC2 has no instance of that id."""

    code = "InvalidInstanceID.NotFound"

"""The errors that a request to the simulation can end in; each class knows its AWS code.

A SimError is the learner's mistake, told as AWS tells it: `code` is the name an SDK prints, `message` the sentence.
Anything else that is raised is a fault of the program and is never caught in the core.
Source: IC:X-1 to IC:X-4 (shape), IC section 5.3 (what raises what).
"""

from __future__ import annotations

from typing import ClassVar


class SimError(Exception):
    """A refused request: AWS code and one plain sentence."""

    code: ClassVar[str] = "ServerException"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ClientException(SimError):
    """The request cannot be carried out by this client (IC:X-3)."""

    code = "ClientException"


class InvalidParameterException(SimError):
    """A parameter is not valid (IC:X-3)."""

    code = "InvalidParameterException"


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


class ConflictException(SimError):
    """A client token stands for another request (IC:X-42)."""

    code = "ConflictException"


class AttributeLimitExceededException(SimError):
    """More custom attributes than an instance may have (IC:X-53, PN:R-34)."""

    code = "AttributeLimitExceededException"


class PlatformUnknownException(SimError):
    """No such Fargate platform version (PN:E-6)."""

    code = "PlatformUnknownException"


class LimitExceededException(SimError):
    """A limit of the account or of the lab is reached."""

    code = "LimitExceededException"


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


class ResourceNotFoundException(SimError):
    """No such rule, schedule or other resource (SS:E-20, SS:E-35)."""

    code = "ResourceNotFoundException"


class ResourceNotFound(SimError):
    """CloudWatch: no such alarm."""

    code = "ResourceNotFound"


class ObjectNotFoundException(SimError):
    """Application Auto Scaling: no such target or policy."""

    code = "ObjectNotFoundException"


class ValidationException(SimError):
    """A member of a request is not valid."""

    code = "ValidationException"


class InvalidEventPatternException(SimError):
    """An event pattern that EventBridge cannot read (SS:E-37)."""

    code = "InvalidEventPatternException"


class InvalidParameterValue(SimError):
    """EC2: a value that the parameter cannot have."""

    code = "InvalidParameterValue"


class MissingParameter(SimError):
    """EC2: a parameter that this call needs."""

    code = "MissingParameter"


class InvalidParameterCombination(SimError):
    """EC2: parameters that do not go together."""

    code = "InvalidParameterCombination"


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


class NoUpdateAvailableException(SimError):
    """The agent is the newest one already (IC:X-54)."""

    code = "NoUpdateAvailableException"


class MissingVersionException(SimError):
    """Nobody knows which version an agent has (IC:X-54)."""

    code = "MissingVersionException"


class UpdateInProgressException(SimError):
    """The agent is being updated already (IC:X-54)."""

    code = "UpdateInProgressException"


class IncorrectInstanceState(SimError):
    """The instance is in no state for the call."""

    code = "IncorrectInstanceState"


class AlreadyExists(SimError):
    """An Auto Scaling group of that name is there."""

    code = "AlreadyExists"


class ResourceInUse(SimError):
    """An Auto Scaling group that has instances, or a target group that a listener uses."""

    code = "ResourceInUse"


class ResourceInUseException(SimError):
    """A capacity provider is in use (IC:X-21)."""

    code = "ResourceInUseException"


class UnsupportedFeatureException(SimError):
    """What is asked for is not supported here (IC section 5.2)."""

    code = "UnsupportedFeatureException"


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


class UnauthorizedOperation(SimError):
    """The caller may not do this, said as Amazon EC2 says it."""

    code = "UnauthorizedOperation"


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


class ValidationError(SimError):
    """A value that a service with the query protocol does not take."""

    code = "ValidationError"


class RepositoryNotFoundException(SimError):
    """ECR has no repository of that name."""

    code = "RepositoryNotFoundException"


class RepositoryAlreadyExistsException(SimError):
    """ECR has a repository of that name already."""

    code = "RepositoryAlreadyExistsException"


class RepositoryPolicyNotFoundException(SimError):
    """A repository has no policy."""

    code = "RepositoryPolicyNotFoundException"


class ResourceExistsException(SimError):
    """Secrets Manager has a secret of that name already."""

    code = "ResourceExistsException"


class InvalidRequestException(SimError):
    """Secrets Manager does not do this to a secret in its present state."""

    code = "InvalidRequestException"


class MalformedPolicyDocumentException(SimError):
    """The policy of a secret is none."""

    code = "MalformedPolicyDocumentException"


class ParameterNotFound(SimError):
    """Parameter Store has no parameter of that name."""

    code = "ParameterNotFound"


class ParameterAlreadyExists(SimError):
    """Parameter Store has a parameter of that name already."""

    code = "ParameterAlreadyExists"


class ResourceAlreadyExistsException(SimError):
    """CloudWatch Logs has a log group of that name already."""

    code = "ResourceAlreadyExistsException"


class InvalidInstanceNotFound(SimError):
    """EC2 has no instance of that id."""

    code = "InvalidInstanceID.NotFound"


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


class SubnetNotFound(SimError):
    """There is no such subnet for a mount target or a load balancer."""

    code = "SubnetNotFound"


class LoadBalancerNotFound(SimError):
    """No such load balancer."""

    code = "LoadBalancerNotFound"


class TargetGroupNotFound(SimError):
    """No such target group."""

    code = "TargetGroupNotFound"


class ListenerNotFound(SimError):
    """No such listener."""

    code = "ListenerNotFound"


class RuleNotFound(SimError):
    """No such rule of a listener."""

    code = "RuleNotFound"


class DuplicateLoadBalancerName(SimError):
    """A load balancer of that name exists, made otherwise."""

    code = "DuplicateLoadBalancerName"


class DuplicateTargetGroupName(SimError):
    """A target group of that name exists, made otherwise."""

    code = "DuplicateTargetGroupName"


class DuplicateListener(SimError):
    """The load balancer listens on that port already."""

    code = "DuplicateListener"


class PriorityInUse(SimError):
    """Another rule of the listener has that priority."""

    code = "PriorityInUse"


class TargetGroupAssociationLimit(SimError):
    """A target group belongs to one load balancer at most (PN:L-52)."""

    code = "TargetGroupAssociationLimit"


class TooManyLoadBalancers(SimError):
    """The quota of load balancers is reached."""

    code = "TooManyLoadBalancers"


class TooManyListeners(SimError):
    """A load balancer has no more listeners (PN:L-52)."""

    code = "TooManyListeners"


class TooManyRules(SimError):
    """A load balancer has no more rules (PN:L-52)."""

    code = "TooManyRules"


class TooManyTargets(SimError):
    """A target group has no more targets (PN:L-52)."""

    code = "TooManyTargets"


class TooManyActions(SimError):
    """A rule has no more actions."""

    code = "TooManyActions"


class TooManyUniqueTargetGroupsPerLoadBalancer(SimError):
    """A load balancer uses no more target groups (PN:L-52)."""

    code = "TooManyUniqueTargetGroupsPerLoadBalancer"


class OperationNotPermitted(SimError):
    """The load balancer or the rule is protected from that."""

    code = "OperationNotPermitted"


class InvalidTarget(SimError):
    """What cannot be a target of that group."""

    code = "InvalidTarget"


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


class InvalidSubnet(SimError):
    """A subnet that a load balancer cannot use."""

    code = "InvalidSubnet"


class InvalidSecurityGroup(SimError):
    """A security group that a load balancer cannot use."""

    code = "InvalidSecurityGroup"


class InvalidConfigurationRequest(SimError):
    """A configuration that Elastic Load Balancing does not take."""

    code = "InvalidConfigurationRequest"


class IncompatibleProtocols(SimError):
    """A target group whose protocol does not go with the listener."""

    code = "IncompatibleProtocols"


class UnsupportedProtocol(SimError):
    """A protocol that the load balancer or the listener does not have."""

    code = "UnsupportedProtocol"


class InvalidLoadBalancerAction(SimError):
    """An action that the listener cannot take."""

    code = "InvalidLoadBalancerAction"


class InvalidScheme(SimError):
    """A scheme that load balancers do not have."""

    code = "InvalidScheme"

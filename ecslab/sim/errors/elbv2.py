"""The errors of Elastic Load Balancing."""

from __future__ import annotations

from ecslab.sim.errors.common import SimError


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

"""Load balancers and their parts in the shapes that Elastic Load Balancing answers."""

from __future__ import annotations

from typing import Any

from ecslab.sim.operations.ecs.shapes import moment, present
from ecslab.sim.rules.load_balancing import attachment
from ecslab.sim.state.load_balancer import Listener, LoadBalancer, Rule, Target, TargetGroup
from ecslab.sim.world import World

ZONE_ID = "Z35SXDOTRQ7X7K"
"""The hosted zone of load balancers in us-east-1; the lab says it in every region."""


def load_balancer_shape(world: World, balancer: LoadBalancer) -> dict[str, Any]:
    """A load balancer."""
    prefix = "internal-" if balancer.scheme == "internal" else ""
    serial = balancer.path.rpartition("/")[2]
    middle = "elb" if balancer.is_application else "elb." + world.start.region
    domain = f"{world.start.region}.{middle}" if balancer.is_application else middle
    return {
        "LoadBalancerArn": balancer.arn,
        "DNSName": f"{prefix}{balancer.name}-{serial}.{domain}.amazonaws.com",
        "CanonicalHostedZoneId": ZONE_ID,
        "CreatedTime": moment(world, balancer.created_at_ms),
        "LoadBalancerName": balancer.name,
        "Scheme": balancer.scheme,
        "VpcId": balancer.vpc_id,
        "State": {"Code": "active"},
        "Type": balancer.type,
        "AvailabilityZones": [
            {"ZoneName": node.zone, "SubnetId": node.subnet_id, "LoadBalancerAddresses": []} for node in balancer.nodes
        ],
        "SecurityGroups": list(balancer.security_groups),
        "IpAddressType": "ipv4",
    }


def attributes_shape(thing: LoadBalancer | TargetGroup) -> list[dict[str, str]]:
    """The attributes of a load balancer or a target group."""
    return [{"Key": key, "Value": value} for key, value in thing.attributes.items()]


def target_group_shape(world: World, group: TargetGroup) -> dict[str, Any]:
    """A target group."""
    check = group.check
    balancer = attachment.balancer_of(world, group.arn)
    code = "GrpcCode" if group.protocol_version == "GRPC" else "HttpCode"
    return present(
        {
            "TargetGroupArn": group.arn,
            "TargetGroupName": group.name,
            "Protocol": group.protocol,
            "Port": group.port,
            "VpcId": group.vpc_id,
            "HealthCheckProtocol": check.protocol,
            "HealthCheckPort": check.port,
            "HealthCheckEnabled": True,
            "HealthCheckIntervalSeconds": check.interval_s,
            "HealthCheckTimeoutSeconds": check.timeout_s,
            "HealthyThresholdCount": check.healthy_threshold,
            "UnhealthyThresholdCount": check.unhealthy_threshold,
            "HealthCheckPath": check.path,
            "Matcher": {code: check.matcher} if check.matcher else None,
            "LoadBalancerArns": [balancer.arn] if balancer else [],
            "TargetType": group.target_type,
            "ProtocolVersion": group.protocol_version,
            "IpAddressType": "ipv4",
        }
    )


def listener_shape(listener: Listener) -> dict[str, Any]:
    """A listener; its default actions are those of its default rule."""
    request = listener.request
    return present(
        {
            "ListenerArn": listener.arn,
            "LoadBalancerArn": listener.load_balancer_arn,
            "Port": listener.port,
            "Protocol": listener.protocol,
            "Certificates": request.get("Certificates"),
            "SslPolicy": request.get("SslPolicy"),
            "AlpnPolicy": request.get("AlpnPolicy"),
            "DefaultActions": _actions(listener.rules[-1]),
        }
    )


def rule_shape(rule: Rule) -> dict[str, Any]:
    """A rule; the priority is a text, `default` for the default rule."""
    return {
        "RuleArn": rule.arn,
        "Priority": "default" if rule.priority is None else str(rule.priority),
        "Conditions": [condition.request for condition in rule.conditions],
        "Actions": _actions(rule),
        "IsDefault": rule.priority is None,
    }


def _actions(rule: Rule) -> list[dict[str, Any]]:
    """Actions as they were given; a forward action names its groups with their weights."""
    found = []
    for action in rule.actions:
        shape = dict(action.request)
        if action.forwards:
            groups = [{"TargetGroupArn": f.target_group_arn, "Weight": f.weight} for f in action.forwards]
            shape["ForwardConfig"] = {
                "TargetGroups": groups,
                "TargetGroupStickinessConfig": {"Enabled": False},
                **{k: v for k, v in (shape.get("ForwardConfig") or {}).items() if k != "TargetGroups"},
            }
            if len(groups) == 1:
                shape["TargetGroupArn"] = groups[0]["TargetGroupArn"]
        found.append(shape)
    return found


def target_health_shape(group: TargetGroup, target: Target) -> dict[str, Any]:
    """A target with its health (PN:L-30)."""
    health = {"State": target.state, "Reason": target.reason, "Description": target.description}
    place: dict[str, Any] = {"Id": target.id, "Port": target.port}
    if group.target_type == "ip":
        place["AvailabilityZone"] = target.zone
    port = str(target.port) if group.check.port == "traffic-port" else group.check.port
    return {"Target": place, "HealthCheckPort": port, "TargetHealth": present(health)}

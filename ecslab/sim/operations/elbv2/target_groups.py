"""Target groups (PN:L-3, PN:L-10 to PN:L-20).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal, load_balancer_changes
from ecslab.sim.errors.common import ResourceInUse, ValidationError
from ecslab.sim.errors.elbv2 import DuplicateTargetGroupName, TargetGroupNotFound
from ecslab.sim.operations.elbv2 import check_settings, finding, group_attributes
from ecslab.sim.operations.elbv2.shapes import attributes_shape, target_group_shape
from ecslab.sim.rules.load_balancing import attachment, probing
from ecslab.sim.rules.tasks import behind
from ecslab.sim.state.load_balancer import TargetCheck, TargetGroup
from ecslab.sim.world import World

PROTOCOLS = ("HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP")
VERSIONS = ("HTTP1", "HTTP2", "GRPC")


def create_target_group(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A target group of instances or addresses; the same request again answers the one that is there."""
    name = str(parameters["Name"])
    finding.check_name(name, "Target group")
    existing = next((g for g in world.target_groups.values() if g.name == name), None)
    if existing is not None:
        return _again(world, existing, parameters)
    target_type = str(parameters.get("TargetType", "instance"))
    if target_type not in ("instance", "ip"):
        raise ValidationError(f"Target type '{target_type}' is not simulated; use instance or ip")
    protocol, version = _protocol(parameters)
    port = finding.number(_needed(parameters, "Port", "A port"), "Port", 1, check_settings.HIGHEST_PORT)
    vpc_id = str(_needed(parameters, "VpcId", "A VPC ID"))
    if vpc_id not in world.vpcs:
        raise ValidationError(f"The VPC ID '{vpc_id}' is not found")
    check = TargetCheck(**check_settings.read(parameters, protocol, version))
    arn = world.ids.arn("elasticloadbalancing", f"targetgroup/{name}/{world.ids.hex('target-group')}")
    group = TargetGroup(
        arn=arn,
        name=name,
        target_type="ip" if target_type == "ip" else "instance",
        protocol=protocol,
        protocol_version=version,
        port=port,
        vpc_id=vpc_id,
        check=check,
        attributes=group_attributes.defaults(protocol, target_type),
        tags=finding.tags_of(parameters),
        request=dict(parameters),
    )
    load_balancer_changes.target_group_added(world, group)
    journal.call_made(world, "elbv2:CreateTargetGroup", arn, None)
    return {"TargetGroups": [target_group_shape(world, group)]}


def _again(world: World, existing: TargetGroup, parameters: Mapping[str, Any]) -> dict[str, Any]:
    if existing.request != dict(parameters):
        raise DuplicateTargetGroupName(
            f"A target group with the same name '{existing.name}' exists, but with different settings"
        )
    journal.call_made(world, "elbv2:CreateTargetGroup", existing.arn, None)
    return {"TargetGroups": [target_group_shape(world, existing)]}


def _needed(parameters: Mapping[str, Any], member: str, spoken: str) -> Any:
    if parameters.get(member) is None:
        raise ValidationError(f"{spoken} must be specified")
    return parameters[member]


def _protocol(parameters: Mapping[str, Any]) -> tuple[str, str | None]:
    """The protocol, and for HTTP its version."""
    protocol = str(_needed(parameters, "Protocol", "A protocol"))
    if protocol not in PROTOCOLS:
        raise ValidationError(f"Protocol '{protocol}' is not simulated; use one of {', '.join(PROTOCOLS)}")
    if protocol not in check_settings.HTTP:
        if "ProtocolVersion" in parameters:
            raise ValidationError(f"Protocol version is not supported for protocol '{protocol}'")
        return protocol, None
    version = str(parameters.get("ProtocolVersion", "HTTP1"))
    if version not in VERSIONS:
        raise ValidationError(f"Protocol version '{version[:64]}' must be one of {', '.join(VERSIONS)}")
    return protocol, version


def modify_target_group(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Other health check settings; they hold from the next probe on."""
    group = finding.target_group(world, str(parameters["TargetGroupArn"]))
    found = check_settings.read(parameters, group.protocol, group.protocol_version, group.check)
    load_balancer_changes.target_group_set(world, group, **found)
    for target in group.targets.values():
        probing.plan(world, group, target)
    journal.call_made(world, "elbv2:ModifyTargetGroup", group.arn, None)
    return {"TargetGroups": [target_group_shape(world, group)]}


def modify_attributes(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of a target group; a target that drains already keeps its delay, one that is healthy its share."""
    group = finding.target_group(world, str(parameters["TargetGroupArn"]))
    given = group_attributes.read(group.attributes, parameters["Attributes"])
    load_balancer_changes.attributes_set(world, group, given)
    journal.call_made(world, "elbv2:ModifyTargetGroupAttributes", group.arn, None)
    without = tuple(f"Attributes.{key}" for key in given if not key.startswith(group_attributes.ACTS))
    return {"Attributes": attributes_shape(group), "notSimulated": without}


def describe_attributes(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a target group."""
    return {"Attributes": attributes_shape(finding.target_group(world, str(parameters["TargetGroupArn"])))}


def describe_target_groups(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Target groups in creation order: all, those named, or those of a load balancer."""
    arns, names = finding.asked(parameters, "TargetGroupArns"), finding.asked(parameters, "Names")
    for arn in arns:
        finding.target_group(world, arn)
    every = list(world.target_groups.values())
    if "LoadBalancerArn" in parameters:
        every = attachment.groups_of(world, finding.load_balancer(world, str(parameters["LoadBalancerArn"])))
    for name in names:
        if all(g.name != name for g in every):
            raise TargetGroupNotFound("One or more target groups not found")
    found = [g for g in every if not (arns or names) or g.arn in arns or g.name in names]
    return {"TargetGroups": [target_group_shape(world, g) for g in found]}


def delete_target_group(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A target group that no rule uses; one that is gone is no error."""
    arn = str(parameters["TargetGroupArn"])
    finding.check_arn(arn, "targetgroup", "target group")
    group = world.target_groups.get(arn)
    if group is not None:
        if attachment.balancer_of(world, arn) is not None:
            raise ResourceInUse(f"Target group '{arn}' is currently in use by a listener or a rule")
        load_balancer_changes.target_group_deleted(world, group)
        behind.let_go(world, group.targets.values())
        behind.targets_changed(world, group.targets.values())
    journal.call_made(world, "elbv2:DeleteTargetGroup", arn, None)
    return {}

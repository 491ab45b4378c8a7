"""Security groups and their rules (PN:N-50 to PN:N-53).

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ecslab.sim.changes import journal, network_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterValue, MissingParameter
from ecslab.sim.errors.ec2 import (
    CannotDelete,
    DependencyViolation,
    InvalidGroupDuplicate,
    InvalidGroupNotFound,
    InvalidPermissionDuplicate,
    InvalidPermissionNotFound,
    InvalidSecurityGroupRuleNotFound,
    InvalidVpcNotFound,
    RulesPerSecurityGroupLimitExceeded,
)
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.operations.ec2 import permissions
from ecslab.sim.operations.ec2.filters import matching, tag_values, tags_of
from ecslab.sim.rules import network_watchers, vpcs
from ecslab.sim.state.network import Direction, SecurityGroup, SecurityGroupRule
from ecslab.sim.world import World


def create_security_group(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A security group that lets nothing in and everything out."""
    vpc_id = str(parameters.get("VpcId") or _default_vpc(world))
    name = str(parameters["GroupName"])
    tags = tags_of(parameters, "security-group")
    if vpc_id not in world.vpcs:
        raise InvalidVpcNotFound(f"The vpc ID '{vpc_id}' does not exist.")
    if name.lower() == "default":
        raise InvalidParameterValue(f"Cannot use reserved security group name: {name}")
    if name.startswith("sg-"):
        raise InvalidParameterValue("Invalid value for parameter groupName: it may not begin with sg-.")
    if permissions.group_named(world, vpc_id, name):
        raise InvalidGroupDuplicate(f"The security group '{name}' already exists for VPC '{vpc_id}'")
    group = SecurityGroup(world.ids.prefixed("sg"), name, vpc_id, str(parameters.get("Description", "")), tags=tags)
    network_changes.security_group_added(world, group)
    network_changes.rules_authorized(world, group, [vpcs.open_egress(world)])
    journal.call_made(world, "ec2:CreateSecurityGroup", group.id, None)
    return {"GroupId": group.id, "Tags": tags, "SecurityGroupArn": _arn(world, group)}


def _default_vpc(world: World) -> str:
    return next((vpc.id for vpc in world.vpcs.values() if vpc.is_default), "")


def _arn(world: World, group: SecurityGroup) -> str:
    return world.ids.arn("ec2", f"security-group/{group.id}")


def found_group(world: World, parameters: Mapping[str, Any]) -> SecurityGroup:
    """The group that a call names by GroupId, or by GroupName in the default VPC. Raises InvalidGroup.NotFound."""
    name = str(parameters.get("GroupId") or parameters.get("GroupName") or "")
    if not name:
        raise MissingParameter("The request must contain the parameter groupName or groupId")
    by_id = bool(parameters.get("GroupId"))
    group = world.security_groups.get(name) if by_id else permissions.group_named(world, _default_vpc(world), name)
    if group is None:
        raise InvalidGroupNotFound(f"The security group '{name}' does not exist")
    return group


def authorize_ingress(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Let more in."""
    return _authorize(world, parameters, "ingress", "ec2:AuthorizeSecurityGroupIngress")


def authorize_egress(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Let more out."""
    return _authorize(world, parameters, "egress", "ec2:AuthorizeSecurityGroupEgress")


def _authorize(world: World, parameters: Mapping[str, Any], direction: Direction, call: str) -> dict[str, Any]:
    group = found_group(world, parameters)
    rules = permissions.read(world, group, direction, parameters)
    known = {rule.key: rule for rule in group.rules}
    for rule in rules:
        if rule.key in known:
            quoted = permissions.peer_sentence(rule)
            raise InvalidPermissionDuplicate(f'the specified rule "{quoted}" already exists')
        known[rule.key] = rule
    most = LIMITS["security_group_rules"]
    if sum(1 for rule in known.values() if rule.direction == direction) > most:
        raise RulesPerSecurityGroupLimitExceeded(
            f"The maximum number of rules per security group has been reached: {most} for {direction}."
        )
    made = [replace(rule, id=world.ids.prefixed("sgr")) for rule in rules]
    network_changes.rules_authorized(world, group, made)
    network_watchers.network_changed(world)
    journal.call_made(world, call, group.id, None)
    return {"Return": True, "SecurityGroupRules": [permissions.rule_shape(world, group, rule) for rule in made]}


def revoke_ingress(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Let less in."""
    return _revoke(world, parameters, "ingress", "ec2:RevokeSecurityGroupIngress")


def revoke_egress(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Let less out."""
    return _revoke(world, parameters, "egress", "ec2:RevokeSecurityGroupEgress")


def _revoke(world: World, parameters: Mapping[str, Any], direction: Direction, call: str) -> dict[str, Any]:
    group = found_group(world, parameters)
    names = parameters.get("SecurityGroupRuleIds") or []
    gone = _named(group, direction, names) if names else _written_out(world, group, direction, parameters)
    network_changes.rules_revoked(world, group, gone)
    network_watchers.network_changed(world)
    journal.call_made(world, call, group.id, None)
    return {"Return": True, "RevokedSecurityGroupRules": [_revoked(group, rule) for rule in gone]}


def _named(group: SecurityGroup, direction: Direction, names: Sequence[str]) -> list[SecurityGroupRule]:
    """Rules of a group and a direction by id."""
    own = {rule.id: rule for rule in group.rules if rule.direction == direction}
    for name in names:
        if name not in own:
            raise InvalidSecurityGroupRuleNotFound(f"The security group rule ID '{name}' does not exist")
    return [own[name] for name in dict.fromkeys(names)]


def _written_out(
    world: World, group: SecurityGroup, direction: Direction, parameters: Mapping[str, Any]
) -> list[SecurityGroupRule]:
    """Rules of a group by what they say."""
    own = {rule.key: rule for rule in group.rules}
    wanted = [rule.key for rule in permissions.read(world, group, direction, parameters)]
    if any(key not in own for key in wanted):
        raise InvalidPermissionNotFound("The specified rule does not exist in this security group.")
    return [own[key] for key in dict.fromkeys(wanted)]


def _revoked(group: SecurityGroup, rule: SecurityGroupRule) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "SecurityGroupRuleId": rule.id,
        "GroupId": group.id,
        "IsEgress": rule.direction == "egress",
        "IpProtocol": rule.protocol,
        "FromPort": -1 if rule.from_port is None else rule.from_port,
        "ToPort": -1 if rule.to_port is None else rule.to_port,
    }
    peers = {"CidrIpv4": rule.cidr, "ReferencedGroupId": rule.group_id, "PrefixListId": rule.prefix_list_id}
    return {**shape, **{name: value for name, value in peers.items() if value}}


def delete_security_group(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a group that no interface, machine or rule of another group uses."""
    group = found_group(world, parameters)
    if group.is_default:
        raise CannotDelete(f'the specified group: "{group.id}" name: "default" cannot be deleted by a user')
    if vpcs.group_users(world, group.id):
        raise DependencyViolation(f"resource {group.id} has a dependent object")
    network_changes.security_group_deleted(world, group)
    journal.call_made(world, "ec2:DeleteSecurityGroup", group.id, None)
    return {"Return": True, "GroupId": group.id}


def describe_security_groups(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Security groups in creation order, chosen by id, by name and by filters."""
    wanted: Sequence[str] = parameters.get("GroupIds") or []
    names: Sequence[str] = parameters.get("GroupNames") or []
    for name in wanted:
        if name not in world.security_groups:
            raise InvalidGroupNotFound(f"The security group '{name}' does not exist")
    groups = [
        group
        for group in world.security_groups.values()
        if (not wanted or group.id in wanted) and (not names or group.name in names)
    ]
    return {"SecurityGroups": [_group_shape(world, g) for g in matching(groups, parameters, _group_values)]}


def _group_values(group: SecurityGroup) -> dict[str, list[str]]:
    values = {
        "group-id": [group.id],
        "group-name": [group.name],
        "vpc-id": [group.vpc_id],
        "description": [group.description],
        "ip-permission.group-id": [r.group_id or "" for r in group.rules if r.direction == "ingress"],
    }
    return {**values, **tag_values(group.tags)}


def _group_shape(world: World, group: SecurityGroup) -> dict[str, Any]:
    return {
        "GroupId": group.id,
        "GroupName": group.name,
        "Description": group.description,
        "VpcId": group.vpc_id,
        "OwnerId": ACCOUNT,
        "SecurityGroupArn": _arn(world, group),
        "IpPermissions": permissions.shapes(group.rules, "ingress"),
        "IpPermissionsEgress": permissions.shapes(group.rules, "egress"),
        "Tags": group.tags,
    }


def describe_security_group_rules(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Rules by group in creation order, chosen by id and by the filters `group-id` and `security-group-rule-id`."""
    wanted: Sequence[str] = parameters.get("SecurityGroupRuleIds") or []
    every = [(group, rule) for group in world.security_groups.values() for rule in group.rules]
    known = [rule.id for _, rule in every]
    for name in wanted:
        if name not in known:
            raise InvalidSecurityGroupRuleNotFound(f"The security group rule ID '{name}' does not exist")
    found = [pair for pair in every if not wanted or pair[1].id in wanted]
    chosen = matching(
        found, parameters, lambda pair: {"group-id": [pair[0].id], "security-group-rule-id": [pair[1].id]}
    )
    return {"SecurityGroupRules": [permissions.rule_shape(world, group, rule) for group, rule in chosen]}

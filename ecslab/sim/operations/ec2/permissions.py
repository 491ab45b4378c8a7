"""IpPermissions: security group rules as requests write them and as answers show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecslab.sim import written
from ecslab.sim.errors.common import InvalidParameterValue, MissingParameter
from ecslab.sim.errors.ec2 import InvalidGroupNotFound
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.rules.addresses import address_text, block_ends, read_block
from ecslab.sim.rules.vpcs import PREFIX_LISTS
from ecslab.sim.state.network import Direction, SecurityGroup, SecurityGroupRule
from ecslab.sim.world import World

HIGHEST_PORT = 65535
_NAMES = {"6": "tcp", "17": "udp", "1": "icmp"}
_PROTOCOLS = ("tcp", "udp", "icmp", "icmpv6")
_LISTS = {"cidr": "IpRanges", "group_id": "UserIdGroupPairs", "prefix_list_id": "PrefixListIds"}
_MEMBERS = {"cidr": "CidrIp", "group_id": "GroupId", "prefix_list_id": "PrefixListId"}


def read(
    world: World, group: SecurityGroup, direction: Direction, parameters: Mapping[str, Any]
) -> list[SecurityGroupRule]:
    """The rules that a request writes out, without ids. Raises MissingParameter or InvalidParameterValue."""
    permissions = [*(parameters.get("IpPermissions") or []), *_plain(parameters)]
    if not permissions:
        raise MissingParameter("The request must contain the parameter ipPermissions")
    return [rule for permission in permissions for rule in _rules(world, group, direction, permission)]


def _plain(parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The short form of one rule: IpProtocol, FromPort, ToPort and CidrIp beside the group."""
    if not parameters.get("IpProtocol") and not parameters.get("CidrIp"):
        return []
    named = {name: parameters[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in parameters}
    return [{**named, "IpRanges": [{"CidrIp": parameters["CidrIp"]}] if parameters.get("CidrIp") else []}]


def _rules(
    world: World, group: SecurityGroup, direction: Direction, permission: Mapping[str, Any]
) -> Iterator[SecurityGroupRule]:
    protocol = _protocol(str(permission.get("IpProtocol", "")))
    first, last = _ports(protocol, permission)
    found = False
    for pair in permission.get("UserIdGroupPairs") or []:
        peer = _peer_group(world, group, pair)
        yield SecurityGroupRule("", direction, protocol, first, last, group_id=peer, description=_words(pair))
        found = True
    for block in permission.get("IpRanges") or []:
        cidr = _cidr(str(block.get("CidrIp", "")))
        yield SecurityGroupRule("", direction, protocol, first, last, cidr=cidr, description=_words(block))
        found = True
    for item in permission.get("PrefixListIds") or []:
        name = _prefix_list(str(item.get("PrefixListId", "")))
        yield SecurityGroupRule("", direction, protocol, first, last, prefix_list_id=name, description=_words(item))
        found = True
    if not found:
        raise MissingParameter("Missing source specification: include source security group or CIDR information")


def _words(item: Mapping[str, Any]) -> str | None:
    return None if item.get("Description") is None else str(item["Description"])


def _protocol(given: str) -> str:
    protocol = _NAMES.get(given, given.lower())
    number = written.whole(protocol)
    if not given or (protocol not in (*_PROTOCOLS, "-1") and (number is None or number > 255)):
        raise InvalidParameterValue(f"Invalid value '{given[:64]}' for IP protocol. Unknown protocol.")
    return protocol


def _ports(protocol: str, permission: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The ports of TCP and UDP, the type and code of ICMP (-1: all), nothing for other protocols."""
    first, last = permission.get("FromPort"), permission.get("ToPort")
    if protocol == "icmp":
        return -1 if first is None else first, -1 if last is None else last
    if protocol not in ("tcp", "udp"):
        return None, None
    if first is None or last is None:
        raise InvalidParameterValue("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")
    if first == last == -1:
        return 0, HIGHEST_PORT
    if not 0 <= first <= last <= HIGHEST_PORT:
        raise InvalidParameterValue(f"Invalid {protocol.upper()} port range ({first},{last}); ports are 0 to 65535.")
    return first, last


def _cidr(given: str) -> str:
    """A block in its plain form: AWS keeps 10.0.0.5/8 as 10.0.0.0/8."""
    block = read_block(given)
    if block is None:
        raise InvalidParameterValue(f"CIDR block {given[:64]} is malformed")
    return f"{address_text(block_ends(given)[0])}/{block[1]}"


def _peer_group(world: World, group: SecurityGroup, pair: Mapping[str, Any]) -> str:
    """The group that a pair names by id, or by its name within the VPC."""
    name = str(pair.get("GroupId") or pair.get("GroupName") or "")
    found = world.security_groups.get(name) if pair.get("GroupId") else group_named(world, group.vpc_id, name)
    if found is None or pair.get("UserId", ACCOUNT) != ACCOUNT:
        raise InvalidGroupNotFound(f"The security group '{name}' does not exist")
    if found.vpc_id != group.vpc_id:
        raise InvalidGroupNotFound("You have specified two resources that belong to different networks.")
    return found.id


def group_named(world: World, vpc_id: str, name: str) -> SecurityGroup | None:
    """A VPC's security group by its name."""
    return next((g for g in world.security_groups.values() if g.vpc_id == vpc_id and g.name == name), None)


def _prefix_list(given: str) -> str:
    if given not in PREFIX_LISTS:
        raise InvalidParameterValue(
            f"The prefix list '{given[:64]}' does not exist; the lab has {', '.join(PREFIX_LISTS)}."
        )
    return given


def peer_sentence(rule: SecurityGroupRule) -> str:
    """A rule as AWS's refusals quote it."""
    if rule.protocol == "-1":
        return f"peer: {rule.peer}, ALL, ALLOW"
    ports = "" if rule.from_port is None else f" from port: {rule.from_port}, to port: {rule.to_port},"
    return f"peer: {rule.peer}, {rule.protocol.upper()},{ports} ALLOW"


def shapes(rules: Sequence[SecurityGroupRule], direction: Direction) -> list[dict[str, Any]]:
    """IpPermissions: the rules of one direction, those of the same protocol and ports in one entry."""
    entries: dict[tuple[str, int | None, int | None], dict[str, Any]] = {}
    for rule in rules:
        if rule.direction != direction:
            continue
        entry = entries.setdefault((rule.protocol, rule.from_port, rule.to_port), _entry(rule))
        kind = _kind(rule)
        item: dict[str, Any] = {_MEMBERS[kind]: rule.peer}
        if kind == "group_id":
            item["UserId"] = ACCOUNT
        if rule.description is not None:
            item["Description"] = rule.description
        entry[_LISTS[kind]].append(item)
    return list(entries.values())


def _entry(rule: SecurityGroupRule) -> dict[str, Any]:
    ports = {} if rule.from_port is None else {"FromPort": rule.from_port, "ToPort": rule.to_port}
    lists: dict[str, list[Any]] = {"UserIdGroupPairs": [], "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": []}
    return {"IpProtocol": rule.protocol, **ports, **lists}


def _kind(rule: SecurityGroupRule) -> str:
    return "cidr" if rule.cidr else "group_id" if rule.group_id else "prefix_list_id"


def rule_shape(world: World, group: SecurityGroup, rule: SecurityGroupRule) -> dict[str, Any]:
    """A rule as DescribeSecurityGroupRules shows it; ports that it has not are -1."""
    shape: dict[str, Any] = {
        "SecurityGroupRuleId": rule.id,
        "GroupId": group.id,
        "GroupOwnerId": ACCOUNT,
        "IsEgress": rule.direction == "egress",
        "IpProtocol": rule.protocol,
        "FromPort": -1 if rule.from_port is None else rule.from_port,
        "ToPort": -1 if rule.to_port is None else rule.to_port,
        "SecurityGroupRuleArn": world.ids.arn("ec2", f"security-group-rule/{rule.id}"),
        "Tags": [],
    }
    if rule.description is not None:
        shape["Description"] = rule.description
    kind = _kind(rule)
    if kind == "cidr":
        return {**shape, "CidrIpv4": rule.peer}
    if kind == "prefix_list_id":
        return {**shape, "PrefixListId": rule.peer}
    return {**shape, "ReferencedGroupInfo": {"GroupId": rule.peer, "UserId": ACCOUNT, "VpcId": group.vpc_id}}

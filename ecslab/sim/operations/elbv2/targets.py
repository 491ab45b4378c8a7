"""Targets: registered and deregistered by hand, and their health (PN:L-5, PN:L-30, PN:L-44, PN:L-45).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim import written
from ecslab.sim.changes import journal
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import ValidationError
from ecslab.sim.errors.elbv2 import InvalidTarget, TooManyTargets
from ecslab.sim.operations.elbv2 import finding
from ecslab.sim.operations.elbv2.check_settings import HIGHEST_PORT
from ecslab.sim.operations.elbv2.shapes import target_health_shape
from ecslab.sim.rules.addresses import is_inside
from ecslab.sim.rules.load_balancing import targets
from ecslab.sim.rules.tasks import behind
from ecslab.sim.state.load_balancer import Target, TargetGroup
from ecslab.sim.world import World

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
"""Addresses outside the VPC that may be targets."""
NOT_REGISTERED = {
    "State": "unused",
    "Reason": "Target.NotRegistered",
    "Description": "Target is not registered to the target group",
}


def register_targets(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Put instances or addresses into a target group; what is there already stays as it is."""
    group = finding.target_group(world, str(parameters["TargetGroupArn"]))
    places = [_place(group, item) for item in parameters["Targets"]]
    for item in parameters["Targets"]:
        _judge(world, group, item)
    wanted = [place for place in dict.fromkeys(places) if _is_free(group, *place)]
    replaced = [group.targets[key] for key in (f"{id_}:{port}" for id_, port in wanted) if key in group.targets]
    if len(group.targets) - len(replaced) + len(wanted) > LIMITS["elb.targets"]:
        raise TooManyTargets(f"A target group has at most {LIMITS['elb.targets']} targets")
    for id_, port in wanted:
        targets.register(world, group, id_, port)
    behind.let_go(world, replaced)
    journal.call_made(world, "elbv2:RegisterTargets", group.arn, None)
    return {}


def _place(group: TargetGroup, item: Mapping[str, Any]) -> tuple[str, int]:
    """Where a target is: its id or address, and the group's port where it names none."""
    return str(item["Id"]), finding.number(item.get("Port", group.port), "Port", 1, HIGHEST_PORT)


def _is_free(group: TargetGroup, id_: str, port: int) -> bool:
    """Whether a place is to be registered; an address that drains cannot be before its delay is over (PN:L-45)."""
    known = group.targets.get(f"{id_}:{port}")
    if known is not None and known.state == "draining" and group.target_type == "ip":
        raise InvalidTarget(f"The target '{id_}' is draining and cannot be registered until it is deregistered")
    return known is None or known.state == "draining"


def _judge(world: World, group: TargetGroup, item: Mapping[str, Any]) -> None:
    """A running instance of the group's VPC, or an address in it or in a private block with the zone `all`."""
    id_ = str(item["Id"])
    if group.target_type == "instance":
        machine = world.ec2_instances.get(id_)
        if machine is None:
            raise InvalidTarget(f"The following targets are not valid instance ids: '{id_[:64]}'")
        if machine.state != "running":
            raise InvalidTarget(f"The following targets are not in a running state and cannot be registered: '{id_}'")
        if world.subnets[machine.subnet_id].vpc_id != group.vpc_id:
            raise InvalidTarget(f"The following targets are not in the target group VPC '{group.vpc_id}': '{id_}'")
        return
    parts = [written.whole(part) for part in id_.split(".")]
    if len(parts) != 4 or any(part is None or part > 255 for part in parts):
        raise ValidationError(f"The IP address '{id_[:64]}' is not a valid IPv4 address")
    vpc = world.vpcs.get(group.vpc_id)
    if vpc is not None and is_inside(id_, vpc.cidr):
        return
    if item.get("AvailabilityZone") != "all" or not any(is_inside(id_, block) for block in PRIVATE):
        raise InvalidTarget(f"The IP address '{id_}' is not in the VPC; a private one outside needs the zone 'all'")


def deregister_targets(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take targets out: without a port, every port of an instance or address (PN:L-44)."""
    group = finding.target_group(world, str(parameters["TargetGroupArn"]))
    found: dict[str, Target] = {}
    for item in parameters["Targets"]:
        own = [t for t in group.targets.values() if t.id == item["Id"] and item.get("Port") in (None, t.port)]
        if not own:
            raise InvalidTarget(f"The following targets are not registered: '{item['Id']}'")
        found |= {target.key: target for target in own}
    for target in found.values():
        targets.deregister(world, group, target)
    behind.targets_changed(world, found.values())
    journal.call_made(world, "elbv2:DeregisterTargets", group.arn, None)
    return {}


def describe_target_health(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The health of a group's targets in registration order, or of those named."""
    group = finding.target_group(world, str(parameters["TargetGroupArn"]))
    asked = parameters.get("Targets")
    if not asked:
        return {"TargetHealthDescriptions": [target_health_shape(group, t) for t in group.targets.values()]}
    found = []
    for id_, port in (_place(group, item) for item in asked):
        target = group.targets.get(f"{id_}:{port}")
        unknown = {"Target": {"Id": id_, "Port": port}, "TargetHealth": dict(NOT_REGISTERED)}
        found.append(target_health_shape(group, target) if target else unknown)
    return {"TargetHealthDescriptions": found}

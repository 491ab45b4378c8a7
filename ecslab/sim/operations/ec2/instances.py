"""EC2 instances: run, start, stop, terminate and describe them (SS:C-20 to SS:C-24)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.errors.common import InvalidParameterValue, MissingParameter
from ecslab.sim.errors.ec2 import IncorrectInstanceState, InvalidInstanceNotFound, InvalidSubnetNotFound
from ecslab.sim.operations.ec2.metadata import metadata_shape
from ecslab.sim.operations.ecs.shapes import moment, present
from ecslab.sim.rules import stock
from ecslab.sim.rules.capacity import ending, images, machines, templates
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.state.network import Subnet
from ecslab.sim.world import World

MOST_AT_ONCE = 100
CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}
"""AWS's numbers of the states of an instance."""


def run_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Launch between MinCount and MaxCount instances; a launch template gives what the call does not say."""
    least, most = int(parameters["MinCount"]), int(parameters["MaxCount"])
    if not 1 <= least <= most <= MOST_AT_ONCE:
        raise InvalidParameterValue(
            f"MinCount is {least} and MaxCount is {most}; one call launches 1 to {MOST_AT_ONCE} instances."
        )
    data, template = _data(world, parameters)
    subnet = _subnet(world, data)
    order = templates.order(world, data, subnet, group=None, template=template)
    made: list[Ec2Instance] = []
    room = min(most, subnet.free_addresses)
    problem = machines.obstacle(world, order, subnet, least)
    if problem or room < least:
        raise problem or InvalidParameterValue(
            f"The subnet {subnet.id} has {subnet.free_addresses} free addresses and {least} are needed."
        )
    for _ in range(room):
        if machines.obstacle(world, order, subnet):
            break
        made.append(machines.launch(world, order, subnet))
    journal.call_made(world, "ec2:RunInstances", made[0].id, None, count=len(made))
    return {"Instances": [instance_shape(world, m) for m in made], "ReservationId": world.ids.prefixed("r")}


def _data(world: World, parameters: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, int] | None]:
    """The members of the call over those of the launch template."""
    reference = parameters.get("LaunchTemplate")
    if not reference:
        return dict(parameters), None
    template = templates.find(world, reference)
    found = templates.version(template, str(reference.get("Version", "$Default")))
    return {**found.data, **parameters}, (template.id, found.number)


def _subnet(world: World, data: Mapping[str, Any]) -> Subnet:
    """The subnet named, else the default subnet of the zone named or of the first zone."""
    if "SubnetId" in data:
        if str(data["SubnetId"]) not in world.subnets:
            raise InvalidSubnetNotFound(f"The subnet ID '{str(data['SubnetId'])[:64]}' does not exist")
        return world.subnets[str(data["SubnetId"])]
    zone = str((data.get("Placement") or {}).get("AvailabilityZone", world.zones[0]))
    found = next((s for s in world.subnets.values() if s.is_default and s.availability_zone == zone), None)
    if found is None:
        raise MissingParameter(f"The request must contain the parameter SubnetId; {zone} has no default subnet.")
    return found


def _named(world: World, parameters: Mapping[str, Any]) -> list[Ec2Instance]:
    """The instances that a call names, all of which must exist."""
    known = _known(world)
    names = [str(name) for name in parameters["InstanceIds"]]
    missing = [name for name in names if name not in known]
    if missing:
        raise InvalidInstanceNotFound(f"The instance ID '{missing[0][:64]}' does not exist")
    return [known[name] for name in dict.fromkeys(names)]


def _known(world: World) -> dict[str, Ec2Instance]:
    """The instances that EC2 tells of: a terminated one is forgotten after an hour."""
    return {
        machine.id: machine
        for machine in world.ec2_instances.values()
        if machine.terminated_at_ms is None or world.now_ms < machine.terminated_at_ms + TIMINGS["ec2.terminated_kept"]
    }


def terminate_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """End instances; an Auto Scaling group replaces its own (SS:C-11, SS:C-24). Ending an ended one changes nothing."""
    found = _named(world, parameters)
    before = {machine.id: machine.state for machine in found}
    for machine in found:
        ending.terminate(world, machine, ending.BY_USER)
    journal.call_made(world, "ec2:TerminateInstances", found[0].id if found else "", None, count=len(found))
    return {"TerminatingInstances": [_change(machine, before[machine.id]) for machine in found]}


def stop_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Stop running instances; they stay registered with their agents disconnected (SS:C-24)."""
    found = _named(world, parameters)
    for machine in found:
        if machine.state not in ("running", "stopping", "stopped"):
            raise _wrong_state(machine, "stopped")
        if machine.market == "spot":
            raise InvalidParameterValue(
                f"The instance {machine.id} is a one-time Spot Instance, which cannot be stopped; terminate it."
            )
    before = {machine.id: machine.state for machine in found}
    for machine in found:
        if machine.state == "running":
            ending.stop(world, machine)
    journal.call_made(world, "ec2:StopInstances", found[0].id if found else "", None, count=len(found))
    return {"StoppingInstances": [_change(machine, before[machine.id]) for machine in found]}


def start_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Start stopped instances; their agents connect again (SS:C-24)."""
    found = _named(world, parameters)
    for machine in found:
        if machine.state not in ("stopped", "pending", "running"):
            raise _wrong_state(machine, "started")
    before = {machine.id: machine.state for machine in found}
    stopped = [machine for machine in found if machine.state == "stopped"]
    for (kind, zone), count in Counter((m.instance_type, m.availability_zone) for m in stopped).items():
        if not stock.has_instances(world, kind, zone, count):
            raise machines.insufficient(kind, zone)
    for machine in stopped:
        machines.start_again(world, machine)
    journal.call_made(world, "ec2:StartInstances", found[0].id if found else "", None, count=len(found))
    return {"StartingInstances": [_change(machine, before[machine.id]) for machine in found]}


def _wrong_state(machine: Ec2Instance, what: str) -> IncorrectInstanceState:
    return IncorrectInstanceState(
        f"The instance '{machine.id}' is not in a state from which it can be {what}; it is {machine.state}."
    )


def _change(machine: Ec2Instance, before: str) -> dict[str, Any]:
    return {"InstanceId": machine.id, "CurrentState": _state(machine.state), "PreviousState": _state(before)}


def _state(name: str) -> dict[str, Any]:
    return {"Code": CODES[name], "Name": name}


def describe_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """EC2 instances in launch order, or as they are named; one reservation each."""
    found = _named(world, parameters) if parameters.get("InstanceIds") else list(_known(world).values())
    return {"Reservations": [{"Instances": [instance_shape(world, i)]} for i in found]}


def instance_shape(world: World, instance: Ec2Instance) -> dict[str, Any]:
    """An EC2 instance as AWS shows it; StateReason tells why it is on its way out."""
    reason = instance.state_reason
    tags = [*instance.tags]
    if instance.auto_scaling_group:
        tags.append({"Key": "aws:autoscaling:groupName", "Value": instance.auto_scaling_group})
    subnet = world.subnets.get(instance.subnet_id)
    return present(
        {
            "InstanceId": instance.id,
            "ImageId": instance.image_id,
            "InstanceType": instance.instance_type,
            "InstanceLifecycle": "spot" if instance.market == "spot" else None,
            "LaunchTime": moment(world, instance.launched_at_ms),
            "State": _state(instance.state),
            "StateReason": {"Code": reason.partition(":")[0], "Message": reason} if reason else None,
            "StateTransitionReason": reason or "",
            "SubnetId": instance.subnet_id,
            "VpcId": subnet.vpc_id if subnet else None,
            "PrivateIpAddress": instance.private_address,
            "PublicIpAddress": instance.public_address,
            "Placement": {"AvailabilityZone": instance.availability_zone},
            "Architecture": images.IMAGES[instance.image_id].architecture,
            "SecurityGroups": [
                {"GroupId": g, "GroupName": world.security_groups[g].name}
                for g in instance.security_groups
                if g in world.security_groups
            ],
            "MetadataOptions": metadata_shape(instance),
            "IamInstanceProfile": {"Arn": instance.instance_profile} if instance.instance_profile else None,
            "Tags": tags or None,
        }
    )

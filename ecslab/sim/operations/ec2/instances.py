"""EC2 instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.operations.ec2.metadata import metadata_shape
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.world import World


def describe_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """EC2 instances in launch order, one reservation each."""
    wanted: Sequence[str] = parameters.get("InstanceIds") or []
    found = [i for i in world.ec2_instances.values() if not wanted or i.id in wanted]
    return {"Reservations": [{"Instances": [_instance_shape(world, i)]} for i in found]}


def _instance_shape(world: World, instance: Ec2Instance) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "InstanceId": instance.id,
        "InstanceType": instance.instance_type,
        "State": {"Name": instance.state},
        "SubnetId": instance.subnet_id,
        "VpcId": world.subnets[instance.subnet_id].vpc_id,
        "PrivateIpAddress": instance.private_address,
        "Placement": {"AvailabilityZone": instance.availability_zone},
        "SecurityGroups": [
            {"GroupId": g, "GroupName": world.security_groups[g].name} for g in instance.security_groups
        ],
    }
    if instance.public_address:
        shape["PublicIpAddress"] = instance.public_address
    shape["MetadataOptions"] = metadata_shape(instance)
    if instance.instance_profile:
        shape["IamInstanceProfile"] = {"Arn": instance.instance_profile}
    return shape

"""ModifyInstanceMetadataOptions: how containers reach an instance's metadata, and with it its role (IC:I-39)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import instance_changes, journal
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ec2 import InvalidInstanceNotFound
from ecslab.sim.operations import reading
from ecslab.sim.rules import programs
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.world import World


def modify_instance_metadata_options(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """IMDSv2 alone, the hop limit of its answers, or no metadata at all; what is not named stays."""
    machine = world.ec2_instances.get(str(parameters["InstanceId"]))
    if machine is None:
        raise InvalidInstanceNotFound(f"The instance ID '{str(parameters['InstanceId'])[:64]}' does not exist")
    tokens = reading.one_of(parameters, "HttpTokens", ("optional", "required"), machine.metadata_tokens)
    default = "enabled" if machine.metadata_enabled else "disabled"
    endpoint = reading.one_of(parameters, "HttpEndpoint", ("enabled", "disabled"), default)
    hops, most = parameters.get("HttpPutResponseHopLimit", machine.metadata_hop_limit), LIMITS["metadata.hops"]
    if not 1 <= hops <= most:
        raise InvalidParameterException(f"HttpPutResponseHopLimit is {hops}; it needs to be from 1 to {most}.")
    instance_changes.metadata_options_put(world, machine, enabled=endpoint == "enabled", tokens=tokens, hop_limit=hops)
    programs.permissions_changed(world)
    journal.call_made(world, "ec2:ModifyInstanceMetadataOptions", machine.id, None)
    return {"InstanceId": machine.id, "InstanceMetadataOptions": metadata_shape(machine)}


def metadata_shape(machine: Ec2Instance) -> dict[str, Any]:
    """The options as DescribeInstances shows them."""
    return {
        "State": "applied",
        "HttpTokens": machine.metadata_tokens,
        "HttpPutResponseHopLimit": machine.metadata_hop_limit,
        "HttpEndpoint": "enabled" if machine.metadata_enabled else "disabled",
    }

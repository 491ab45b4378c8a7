"""An Auto Scaling group behind a cluster in one call, with a capacity provider if one is named (SS:C-20, SS:C-50)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.operations.autoscaling import groups
from ecslab.sim.operations.ec2 import launch_templates
from ecslab.sim.operations.ecs import capacity_providers
from ecslab.sim.operations.ecs.shapes import strategy_shape
from ecslab.sim.operations.lab import instances
from ecslab.sim.rules import agent_settings
from ecslab.sim.rules.capacity import groups as group_rules
from ecslab.sim.rules.capacity import images, registering, user_data
from ecslab.sim.rules.iam import roles
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.timers import GroupLooks
from ecslab.sim.world import World

Parameters = Mapping[str, Any]
OF_PROVIDER = ("managedScaling", "managedTerminationProtection", "managedDraining")
DEFAULT_DESIRED, DEFAULT_MOST = 1, 10


@dataclass(frozen=True, slots=True)
class _Wiring:
    """The requests that the call stands for; `provider` is None where none is named."""

    template: dict[str, Any]
    group: dict[str, Any]
    provider: dict[str, Any] | None


def add_capacity(world: World, parameters: Parameters) -> dict[str, Any]:
    """Launch template, Auto Scaling group, and where one is named the capacity provider with its association.

    Every part is judged before the first is made. The instances boot as those of any group (SS:K-24).
    """
    cluster = world.cluster(parameters.get("cluster"))
    settings = {str(k): str(v) for k, v in (parameters.get("agent") or {}).items()}
    wiring = _wiring(world, cluster, parameters, settings)
    template = launch_templates.create_launch_template(world, wiring.template)["LaunchTemplate"]
    groups.create_auto_scaling_group(world, wiring.group)
    group = world.auto_scaling_groups[str(wiring.group["AutoScalingGroupName"])]
    if wiring.provider:
        capacity_providers.create_capacity_provider(world, wiring.provider)
        capacity_providers.put_cluster_capacity_providers(
            world,
            {
                "cluster": cluster.name,
                "capacityProviders": [*cluster.capacity_providers, wiring.provider["name"]],
                "defaultCapacityProviderStrategy": strategy_shape(cluster.default_strategy),
            },
        )
    group_rules.look(world, GroupLooks(group.name))
    journal.call_made(world, "lab:AddCapacity", group.arn, cluster.name, group=group.name)
    return {
        "autoScalingGroupName": group.name,
        "launchTemplateId": template["LaunchTemplateId"],
        "capacityProvider": wiring.provider["name"] if wiring.provider else None,
        "instanceIds": list(group.members),
        "notSimulated": tuple(f"agent.{name}" for name in agent_settings.read(settings).unread),
    }


def _wiring(world: World, cluster: Cluster, parameters: Parameters, settings: Mapping[str, str]) -> _Wiring:
    """The requests, each of which will be accepted. Raises AWS's errors of the one that would not."""
    type_name = str(parameters["instanceType"])
    agent = registering.agent_of(settings)
    found = registering.registration(
        world, type_name, cpu=None, memory_mib=None, reserved_mib=agent.reserved_memory_mib
    )
    subnets = instances.subnets_of(world, parameters)
    profile = instances.profile_of(world, str(parameters.get("instanceProfile", roles.DEFAULT_PROFILE)))
    name = _free_name(world, f"{cluster.name}-{type_name}")
    data: dict[str, Any] = {
        "ImageId": images.optimized_for(found.architecture).id,
        "InstanceType": type_name,
        "SecurityGroupIds": instances.security_groups_of(world, parameters, subnets[0]),
        "UserData": user_data.script_of(cluster.name, settings),
    }
    if profile:
        data["IamInstanceProfile"] = {"Arn": profile}
    if parameters.get("market") == "spot":
        data["InstanceMarketOptions"] = {"MarketType": "spot"}
    group = {
        "AutoScalingGroupName": name,
        "LaunchTemplate": {"LaunchTemplateName": name},
        **_sizes(parameters),
        "VPCZoneIdentifier": ",".join(subnet.id for subnet in subnets),
        "NewInstancesProtectedFromScaleIn": parameters.get("managedTerminationProtection") == "ENABLED",
    }
    provider = _provider(world, cluster, parameters, name)
    return _Wiring({"LaunchTemplateName": name, "LaunchTemplateData": data}, group, provider)


def _free_name(world: World, lead: str) -> str:
    """A name that neither a launch template nor a group has."""
    taken = {*world.auto_scaling_groups, *(t.name for t in world.launch_templates.values())}
    number = 1
    while f"{lead}-{number}" in taken:
        number += 1
    return f"{lead}-{number}"


def _sizes(parameters: Parameters) -> dict[str, int]:
    """min, desired and max: what is not given is 0, 1 or min, and 10 or more."""
    least = int(parameters.get("min", 0))
    desired = int(parameters.get("desired", max(least, DEFAULT_DESIRED)))
    most = int(parameters.get("max", max(desired, DEFAULT_MOST)))
    sizes = {"MinSize": least, "MaxSize": most, "DesiredCapacity": desired}
    groups.sizes(sizes, least, most, None)
    return sizes


def _provider(world: World, cluster: Cluster, parameters: Parameters, group: str) -> dict[str, Any] | None:
    given = {member: parameters[member] for member in OF_PROVIDER if member in parameters}
    if "capacityProvider" not in parameters:
        if given:
            raise InvalidParameterException(f"{next(iter(given))} needs a capacityProvider; name the one to make.")
        return None
    name = str(parameters["capacityProvider"])
    capacity_providers.judge_name(world, name)
    capacity_providers.judge_count([*cluster.capacity_providers, name])
    protects = given.get("managedTerminationProtection") == "ENABLED"
    capacity_providers.judge_settings(given, protects_new=protects)
    return {"name": name, "autoScalingGroupProvider": {"autoScalingGroupArn": group, **given}}

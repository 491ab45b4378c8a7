"""What a launch template, with what a group says beside it, orders of EC2 (SS:C-2, SS:C-20)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.data.tables import instance_type
from ecslab.sim.errors.common import InvalidParameterValue, MissingParameter
from ecslab.sim.errors.ec2 import (
    InvalidGroupNotFound,
    InvalidLaunchTemplateId,
    InvalidLaunchTemplateName,
    InvalidLaunchTemplateVersion,
    InvalidSubnetNotFound,
)
from ecslab.sim.rules.capacity import images, user_data
from ecslab.sim.rules.capacity.machines import Order
from ecslab.sim.rules.iam import roles
from ecslab.sim.rules.vpcs import default_group
from ecslab.sim.state.capacity import AutoScalingGroup, LaunchTemplate, LaunchTemplateVersion, Mixture
from ecslab.sim.state.network import Subnet
from ecslab.sim.world import World

Data = Mapping[str, Any]


def find(world: World, reference: Data) -> LaunchTemplate:
    """A launch template by LaunchTemplateId or LaunchTemplateName. Raises AWS's two errors."""
    if identifier := reference.get("LaunchTemplateId"):
        if str(identifier) not in world.launch_templates:
            raise InvalidLaunchTemplateId(
                f"The specified launch template, with template ID {str(identifier)[:64]}, does not exist."
            )
        return world.launch_templates[str(identifier)]
    name = str(reference.get("LaunchTemplateName") or "")
    found = next((t for t in world.launch_templates.values() if t.name == name), None)
    if found is None:
        raise InvalidLaunchTemplateName(
            f"The specified launch template, with template name {name[:128]}, does not exist."
        )
    return found


def version(template: LaunchTemplate, reference: str) -> LaunchTemplateVersion:
    """A version by number, `$Latest` or `$Default`. Raises InvalidLaunchTemplateVersion."""
    number = {"$Latest": template.latest_version, "$Default": template.default_version}.get(reference, reference)
    if str(number) not in template.versions:
        raise InvalidLaunchTemplateVersion(
            f"Could not find launch template version {reference[:32]} for launch template {template.id}."
        )
    return template.versions[str(number)]


def template_of(world: World, group: AutoScalingGroup) -> LaunchTemplate:
    """The launch template of a group."""
    return world.launch_templates[group.template.id]


def order(world: World, data: Data, subnet: Subnet, *, group: str | None, template: tuple[str, int] | None) -> Order:
    """What the members of RunInstances or of a launch template's data ask for. Raises AWS's errors."""
    if "ImageId" not in data:
        raise MissingParameter("The request must contain the parameter ImageId")
    image = images.image(str(data["ImageId"]))
    type_name = str(data.get("InstanceType", "m1.small"))
    known = instance_type(type_name)
    if known is None:
        raise InvalidParameterValue(f"Invalid value '{type_name[:64]}' for InstanceType.")
    if known.architecture != image.architecture:
        raise InvalidParameterValue(
            f"The architecture '{known.architecture}' of the specified instance type does not match the architecture "
            f"'{image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching "
            "architectures, and try again."
        )
    market = "spot" if (data.get("InstanceMarketOptions") or {}).get("MarketType") == "spot" else "on-demand"
    options = data.get("MetadataOptions") or {}
    return Order(
        image.id,
        type_name,
        _profile(world, data.get("IamInstanceProfile") or {}),
        _groups(world, data, subnet),
        user_data.plain(str(data.get("UserData") or "")),
        market,
        _tags(data),
        (
            options.get("HttpEndpoint", "enabled") == "enabled",
            str(options.get("HttpTokens", "optional")),
            int(options.get("HttpPutResponseHopLimit", 2)),
        ),
        group,
        template,
    )


def _profile(world: World, given: Data) -> str | None:
    reference = given.get("Arn") or given.get("Name")
    if not reference:
        return None
    profile = world.instance_profiles.get(roles.name_of(str(reference)))
    if profile is None:
        raise InvalidParameterValue(
            f"Value ({str(reference)[:128]}) for parameter iamInstanceProfile.name is invalid. "
            "Invalid IAM Instance Profile name"
        )
    return profile.arn


def _groups(world: World, data: Data, subnet: Subnet) -> tuple[str, ...]:
    named = [str(group) for group in data.get("SecurityGroupIds") or []]
    for group in named:
        if group not in world.security_groups:
            raise InvalidGroupNotFound(f"The security group '{group[:64]}' does not exist")
        if world.security_groups[group].vpc_id != subnet.vpc_id:
            raise InvalidParameterValue(f"Security group {group} and subnet {subnet.id} belong to different networks.")
    return tuple(named) or (default_group(world, subnet.vpc_id).id,)


def _tags(data: Data) -> tuple[dict[str, str], ...]:
    found = [s for s in data.get("TagSpecifications") or [] if s.get("ResourceType") == "instance"]
    return tuple(
        {"Key": str(tag.get("Key", "")), "Value": str(tag.get("Value", ""))}
        for specification in found
        for tag in specification.get("Tags") or []
    )


def subnets_of(world: World, group: AutoScalingGroup) -> list[Subnet]:
    """The subnets that a group launches into: those of its own that have not been deleted."""
    return [world.subnets[name] for name in group.subnets if name in world.subnets]


def orders(world: World, group: AutoScalingGroup) -> list[Order]:
    """What the next instance of a group may be, in order of preference: each type of its mixture, of one market.

    Raises what EC2 says of a template that names what is gone.

    Model choice: of the types of a mixed instances policy the first with capacity is taken, whatever its price.
    """
    template = template_of(world, group)
    found = version(template, group.template.version)
    subnets = subnets_of(world, group)
    if not subnets:
        raise InvalidSubnetNotFound(f"The subnet ID '{', '.join(group.subnets)}' does not exist")
    mixture = group.mixture or Mixture()
    data = dict(found.data)
    if group.mixture is not None:
        data["InstanceMarketOptions"] = {"MarketType": "spot"} if _next_is_spot(world, group, mixture) else {}
    types = mixture.instance_types or (str(data.get("InstanceType", "")),)
    return [
        order(world, {**data, "InstanceType": name}, subnets[0], group=group.name, template=(template.id, found.number))
        for name in types
    ]


def _next_is_spot(world: World, group: AutoScalingGroup, mixture: Mixture) -> bool:
    """On-Demand up to the base, above it the percentage, rounded up."""
    markets = [world.ec2_instances[m.instance_id].market for m in group.staying]
    total = len(markets) + 1
    above = max(0, total - mixture.on_demand_base)
    wanted = min(total, mixture.on_demand_base) + -(-above * mixture.on_demand_percent // 100)
    return markets.count("on-demand") >= wanted


def types_of(world: World, group: AutoScalingGroup) -> tuple[str, ...]:
    """The instance types that a group may launch."""
    mixed = group.mixture.instance_types if group.mixture else ()
    return mixed or (str(data_of(world, group).get("InstanceType", "")),)


def data_of(world: World, group: AutoScalingGroup) -> Data:
    """What the version of its launch template says that a group launches from now."""
    return version(template_of(world, group), group.template.version).data

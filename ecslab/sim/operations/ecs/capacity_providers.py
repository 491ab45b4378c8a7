"""Capacity providers: make, change, delete, describe them and tie them to clusters (SS:C-50, SS:C-59, SS:C-70)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ecslab.sim.changes import group_changes, journal, provider_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import ClientException, ResourceInUseException, UnsupportedFeatureException
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs import including, strategies
from ecslab.sim.operations.ecs.shapes import cluster_shape, present
from ecslab.sim.rules import providers, tagging
from ecslab.sim.state.capacity import AutoScalingGroup, CapacityProvider, ManagedScaling, StrategyItem
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.world import World

Parameters = Mapping[str, Any]
NAME = re.compile(r"(?!(?i:aws|ecs|fargate))[A-Za-z0-9_-]{1,255}")
MANAGED_TAG = "AmazonECSManaged"
UNPROTECTED = (
    "The managed termination protection setting for the capacity provider is invalid. To enable managed termination "
    "protection for a capacity provider, the Auto Scaling group must have instance protection from scale in enabled."
)
STEPS = ("targetCapacity", "minimumScalingStepSize", "maximumScalingStepSize", "instanceWarmupPeriod")
FIELDS = ("target_capacity", "minimum_step", "maximum_step", "warmup_s")


def create_capacity_provider(world: World, parameters: Parameters) -> dict[str, Any]:
    """A provider of an Auto Scaling group."""
    name = str(parameters["name"])
    judge_name(world, name)
    _no_managed_instances(parameters)
    given = parameters["autoScalingGroupProvider"]
    group = _group(world, str(given["autoScalingGroupArn"]))
    arn = world.ids.arn("ecs", f"capacity-provider/{name}")
    provider = _with(CapacityProvider(name, arn, group.name), given, protects_new=group.protects_new)
    provider = replace(provider, tags=tagging.read(parameters))
    provider_changes.provider_made(world, provider)
    _tag_group(world, provider, group)
    journal.call_made(world, "ecs:CreateCapacityProvider", arn, None, name=name)
    return {"capacityProvider": provider_shape(world, provider)}


def judge_name(world: World, name: str) -> None:
    """A name that a new provider can have. Raises ClientException."""
    if not NAME.fullmatch(name):
        raise ClientException(
            f"The capacity provider name {name[:255]!r} is invalid. Up to 255 letters, digits, hyphens and underscores "
            'are allowed. The name can\'t be prefixed with "aws", "ecs", or "fargate".'
        )
    if providers.find(world, name):
        raise ClientException(
            "The specified capacity provider already exists. To change the configuration of an existing capacity "
            "provider, update the capacity provider."
        )


def _no_managed_instances(parameters: Parameters) -> None:
    if parameters.get("managedInstancesProvider") or "autoScalingGroupProvider" not in parameters:
        raise UnsupportedFeatureException(
            "Managed Instances are not simulated yet; give autoScalingGroupProvider, and no managedInstancesProvider."
        )


def _group(world: World, reference: str) -> AutoScalingGroup:
    """The group by ARN or name, which no other provider uses."""
    group = next((g for g in world.auto_scaling_groups.values() if reference in (g.arn, g.name)), None)
    if group is None or group.is_deleting:
        raise ClientException(
            "The specified Auto Scaling group ARN is invalid. Specify the ARN of an Auto Scaling group of the account."
        )
    if providers.of_group(world, group.name):
        raise ClientException(
            "The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique "
            "Auto Scaling group ARN and try again."
        )
    return group


def judge_settings(given: Parameters, *, protects_new: bool) -> None:
    """What a new provider of a group is given beside its name and its group. Raises AWS's errors."""
    _with(CapacityProvider("", "", ""), given, protects_new=protects_new)


def _with(provider: CapacityProvider, given: Parameters, *, protects_new: bool) -> CapacityProvider:
    """The provider with what a call says of it; what is not named stays (SS:C-35, SS:C-70, SS:C-77)."""
    scaling = _scaling(provider.scaling, given.get("managedScaling"))
    protects = _switch(given, "managedTerminationProtection", is_on=provider.protects_busy)
    if protects and not scaling.is_on:
        raise ClientException(
            "The managed termination protection setting for the capacity provider is invalid. To enable managed "
            "termination protection for a capacity provider, managed scaling must be enabled."
        )
    if protects and not protects_new:
        raise ClientException(UNPROTECTED)
    drains = _switch(given, "managedDraining", is_on=provider.drains)
    return replace(provider, scaling=scaling, protects_busy=protects, drains=drains)


def _switch(given: Parameters, member: str, *, is_on: bool) -> bool:
    return reading.one_of(given, member, ("ENABLED", "DISABLED"), "ENABLED" if is_on else "DISABLED") == "ENABLED"


def _scaling(before: ManagedScaling, given: Parameters | None) -> ManagedScaling:
    """managedScaling within its bounds (SS:C-70); given without a status it is on."""
    if given is None:
        return before
    values: dict[str, Any] = {}
    for member, field in zip(STEPS, FIELDS, strict=True):
        value = int(given.get(member, getattr(before, field)))
        low = 0 if member == "instanceWarmupPeriod" else 1
        high = 100 if member == "targetCapacity" else LIMITS["managed_scaling.most"]
        if not low <= value <= high:
            raise InvalidParameterException(f"{member} is {value}; it needs to be from {low} to {high}.")
        values[field] = value
    found = replace(before, is_on=_switch(given, "status", is_on=True), **values)
    if found.minimum_step > found.maximum_step:
        raise InvalidParameterException(
            f"minimumScalingStepSize is {found.minimum_step} and maximumScalingStepSize is {found.maximum_step}; the "
            "first must not be larger."
        )
    return found


def _tag_group(world: World, provider: CapacityProvider, group: AutoScalingGroup) -> None:
    """ECS tags the group that it scales (SS:C-79)."""
    if provider.scaling.is_on and not any(tag["Key"] == MANAGED_TAG for tag in group.tags):
        tag = {
            "ResourceId": group.name,
            "ResourceType": "auto-scaling-group",
            "Key": MANAGED_TAG,
            "Value": "",
            "PropagateAtLaunch": True,
        }
        group_changes.group_set(world, group, tags=[*group.tags, tag])


def _provider(world: World, reference: str) -> CapacityProvider:
    """The provider to change. Raises InvalidParameterException (IC:X-22)."""
    name = providers.name_of(reference)
    if name in providers.PREDEFINED:
        raise InvalidParameterException(
            f"The capacity provider {name} is reserved by AWS and can be neither changed nor deleted."
        )
    provider = providers.find(world, name)
    if provider is None:
        raise InvalidParameterException(strategies.NOT_FOUND)
    return provider


def update_capacity_provider(world: World, parameters: Parameters) -> dict[str, Any]:
    """Change how a provider scales, protects and drains; what is not named stays."""
    provider = _provider(world, str(parameters["name"]))
    _no_managed_instances(parameters)
    group = world.auto_scaling_groups.get(provider.group_name)
    if group is None:
        raise ClientException(f"The Auto Scaling group {provider.group_name} of the capacity provider was deleted.")
    changed = _with(provider, parameters["autoScalingGroupProvider"], protects_new=group.protects_new)
    if changed.scaling.is_on and len(providers.clusters_with(world, provider.name)) > 1:
        raise InvalidParameterException(_ONE_CLUSTER)
    provider_changes.provider_set(
        world,
        provider,
        scaling=changed.scaling,
        protects_busy=changed.protects_busy,
        drains=changed.drains,
        update_status="UPDATE_COMPLETE",
        update_reason=None,
    )
    _tag_group(world, provider, group)
    _look_at_all(world, provider, group)
    journal.call_made(world, "ecs:UpdateCapacityProvider", provider.arn, None, name=provider.name)
    return {"capacityProvider": provider_shape(world, provider)}


def _look_at_all(world: World, provider: CapacityProvider, group: AutoScalingGroup | None) -> None:
    """What a provider does with its instances, it does with those that it has already."""
    providers.changed(world, provider)
    for machine_id in group.members if group else ():
        providers.protect(world, provider, machine_id)


_ONE_CLUSTER = "A capacity provider with managed scaling can be associated with one cluster only."


def delete_capacity_provider(world: World, parameters: Parameters) -> dict[str, Any]:
    """A provider that no cluster has is deleted; the answer says why another one is not (SS:C-59)."""
    provider = _provider(world, str(parameters["capacityProvider"]))
    clusters = providers.clusters_with(world, provider.name)
    if clusters:
        names = ", ".join(c.name for c in clusters)
        reason = (
            f"The capacity provider cannot be deleted because it is associated with cluster: {names}. Remove the "
            "capacity provider from the cluster and try again."
        )
        provider_changes.provider_set(world, provider, update_status="DELETE_FAILED", update_reason=reason)
    else:
        provider_changes.provider_set(
            world, provider, status="INACTIVE", update_status="DELETE_COMPLETE", update_reason=None
        )
    journal.call_made(world, "ecs:DeleteCapacityProvider", provider.arn, None, name=provider.name)
    return {"capacityProvider": provider_shape(world, provider)}


def put_cluster_capacity_providers(world: World, parameters: Parameters) -> dict[str, Any]:
    """The providers of a cluster and its default strategy, both as the call says and nothing else (SS:C-50, IC:X-21).

    Model choice: it is done at once. AWS attaches providers in the background and refuses a second call meanwhile.
    """
    cluster = world.cluster(str(parameters["cluster"]))
    names, default = association(world, parameters, cluster)
    for name in cluster.capacity_providers:
        if name not in names and providers.is_in_use(world, cluster, name):
            raise ResourceInUseException("The specified capacity provider is in use and cannot be removed.")
    provider_changes.cluster_set(world, cluster, names, default)
    associated(world, names)
    journal.call_made(world, "ecs:PutClusterCapacityProviders", cluster.arn, cluster.name)
    return {"cluster": cluster_shape(world, cluster)}


def associated(world: World, names: Sequence[str]) -> None:
    """Providers that a cluster has begin their work."""
    for name in names:
        provider = providers.find(world, name)
        if provider:
            _look_at_all(world, provider, world.auto_scaling_groups.get(provider.group_name))


def association(
    world: World, parameters: Parameters, cluster: Cluster | None = None
) -> tuple[list[str], tuple[StrategyItem, ...]]:
    """The providers and the default strategy of a call. Raises InvalidParameterException."""
    given = [providers.name_of(str(name)) for name in parameters.get("capacityProviders") or []]
    names = list(dict.fromkeys(given))
    judge_count(names)
    for name in names:
        if not providers.exists(world, name):
            raise InvalidParameterException(strategies.NOT_FOUND)
        others = [c for c in providers.clusters_with(world, name) if c is not cluster]
        if others and providers.scales(world, name):
            raise InvalidParameterException(f"{_ONE_CLUSTER} {name} belongs to {others[0].name}.")
    return names, strategies.read(world, names, parameters.get("defaultCapacityProviderStrategy") or [])


def judge_count(names: Sequence[str]) -> None:
    """No more providers than a cluster may have (IC:Q-9). Raises InvalidParameterException."""
    most = LIMITS["cluster.capacity_providers"]
    if len(names) > most:
        raise InvalidParameterException(f"capacityProviders has {len(names)} names; a cluster has {most} at most.")


def describe_capacity_providers(world: World, parameters: Parameters) -> dict[str, Any]:
    """Providers by name or ARN, all when none is named; unknown ones are failures."""
    if "cluster" in parameters:
        world.cluster(str(parameters["cluster"]))
    words = including.asked(parameters)
    asked = [str(reference) for reference in parameters.get("capacityProviders") or []]
    known = {name: _predefined_shape(world, name) for name in providers.PREDEFINED}
    known |= {provider.name: provider_shape(world, provider) for provider in world.capacity_providers.values()}
    if not asked:
        active = [name for name, shape in known.items() if shape["status"] == "ACTIVE"]
        page, token = reading.page(active, parameters, LIMITS["page.capacity_providers"])
        found = [including.told(known[name], words) for name in page]
        return {"capacityProviders": found, "failures": [], **({"nextToken": token} if token else {})}
    found, failures = [], []
    for reference in asked:
        shape = known.get(providers.name_of(reference))
        if shape is None:
            is_arn = reference.startswith("arn:")
            arn = reference if is_arn else world.ids.arn("ecs", f"capacity-provider/{reference}")
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(including.told(shape, words))
    return {"capacityProviders": found, "failures": failures}


def _predefined_shape(world: World, name: str) -> dict[str, Any]:
    arn = world.ids.arn("ecs", f"capacity-provider/{name}")
    return {"capacityProviderArn": arn, "name": name, "status": "ACTIVE", "type": name, "tags": []}


def provider_shape(world: World, provider: CapacityProvider) -> dict[str, Any]:
    """A provider of an Auto Scaling group."""
    group = world.auto_scaling_groups.get(provider.group_name)
    scaling = provider.scaling
    return present(
        {
            "capacityProviderArn": provider.arn,
            "name": provider.name,
            "status": provider.status,
            "type": "EC2_AUTOSCALING",
            "autoScalingGroupProvider": {
                "autoScalingGroupArn": group.arn if group else None,
                "managedScaling": {
                    "status": _word(scaling.is_on),
                    **{m: getattr(scaling, f) for m, f in zip(STEPS, FIELDS, strict=True)},
                },
                "managedTerminationProtection": _word(provider.protects_busy),
                "managedDraining": _word(provider.drains),
            },
            "updateStatus": provider.update_status,
            "updateStatusReason": provider.update_reason,
            "tags": provider.tags,
        }
    )


def _word(is_on: bool) -> str:
    return "ENABLED" if is_on else "DISABLED"

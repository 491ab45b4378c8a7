"""What an instance must be and have to take a task: eligibility and requirements (PN:P-10, PN:P-11).

The checks are walked in the lab's order up to the first that fails; that one is the instance's reason. An instance that
is not ACTIVE is told as a candidate too, so that nobody wonders where it went; AWS names no reason for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.decisions import PlacementRequest, Verdict
from ecslab.sim.rules import providers
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.network import Subnet
from ecslab.sim.world import World

ARCHITECTURES = {"X86_64": "x86_64", "ARM64": "arm64"}


def candidates(world: World, request: PlacementRequest) -> list[ContainerInstance]:
    """The instances of the cluster that are not INACTIVE, or the one named, in canonical order (PN:S-1, PN:S-6)."""
    if request.named:
        named = world.container_instances.get(request.named)
        return [named] if named and is_candidate(request, named) else []
    found = world.instances_of(request.cluster_name)
    return sorted(found, key=lambda i: (i.registered_at_ms, i.serial))


def is_candidate(request: PlacementRequest, instance: ContainerInstance) -> bool:
    """Whether an instance is one of the request's cluster and not INACTIVE."""
    return instance.cluster_name == request.cluster_name and instance.status != "INACTIVE"


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement: whom it concerns, whether an instance passes, and what is told of it.

    A check that passes is told only when `is_told` says so: nobody asked for what it looked at otherwise.
    """

    step: Literal["eligibility", "requirement"]
    name: str
    rule: str
    passes: Callable[[World, PlacementRequest, ContainerInstance], bool]
    details: Callable[[World, PlacementRequest, ContainerInstance], dict[str, Any]]
    concerns: Callable[[PlacementRequest], bool] = lambda _request: True
    is_told: Callable[[PlacementRequest], bool] = lambda _request: True


def applicable(request: PlacementRequest) -> tuple[Check, ...]:
    """The checks that concern a request, in the lab's order."""
    return tuple(check for check in CHECKS if check.concerns(request))


def fits(world: World, checks: tuple[Check, ...], request: PlacementRequest, instance: ContainerInstance) -> bool:
    """Whether an instance passes every one of some checks."""
    return all(check.passes(world, request, instance) for check in checks)


def verdicts(world: World, request: PlacementRequest, instance: ContainerInstance) -> Iterator[Verdict]:
    """Every requirement's word, in order, ending after the first that fails."""
    for check in applicable(request):
        passed = check.passes(world, request, instance)
        if not passed or check.is_told(request):
            yield Verdict(check.step, check.name, passed, check.rule, "D", check.details(world, request, instance))
        if not passed:
            return


def _missing(world: World, request: PlacementRequest, instance: ContainerInstance) -> list[str]:
    """Required attributes, operating system and architecture, and the subnets' VPC (PN:R-32, PN:R-33, PN:N-35)."""
    missing = [name for name in request.required_attributes if name not in instance.attributes]
    architecture = ARCHITECTURES.get(request.cpu_architecture or "")
    if architecture and instance.attributes.get("ecs.cpu-architecture") != architecture:
        missing.append(f"ecs.cpu-architecture == {architecture}")
    system = "windows" if (request.operating_system_family or "").startswith("WINDOWS") else "linux"
    if request.operating_system_family and instance.attributes.get("ecs.os-type") != system:
        missing.append(f"ecs.os-type == {system}")
    vpcs = [subnet.vpc_id for subnet in _subnets(world, request)]
    own = world.subnets.get(instance.subnet_id)
    if vpcs and request.needs_eni and (own is None or own.vpc_id not in vpcs):
        missing.append(f"ecs.vpc-id == {vpcs[0]}")
    return missing


def _asks_for_attributes(request: PlacementRequest) -> bool:
    asks = request.required_attributes or request.cpu_architecture or request.operating_system_family
    return bool(asks or (request.subnets and request.needs_eni))


def _zones(world: World, request: PlacementRequest) -> list[str]:
    return list(dict.fromkeys(subnet.availability_zone for subnet in _subnets(world, request)))


def _subnets(world: World, request: PlacementRequest) -> list[Subnet]:
    """The subnets of a request that have not been deleted since it was made."""
    return [world.subnets[name] for name in request.subnets if name in world.subnets]


def _provider_name(world: World, instance: ContainerInstance) -> str | None:
    provider = providers.of_instance(world, instance)
    return provider.name if provider else None


def _amount(
    name: str, rule: str, need: Callable[[PlacementRequest], int], have: Callable[[ContainerInstance], int]
) -> Check:
    """A check of something that can be counted; one that is not needed is CPU and memory's alone to tell."""
    return Check(
        "requirement",
        name,
        rule,
        lambda _world, request, instance: need(request) <= have(instance),
        lambda _world, request, instance: {"need": need(request), "have": have(instance)},
        (lambda request: need(request) > 0) if name in ("RESOURCE:GPU", "RESOURCE:ENI") else (lambda _request: True),
    )


def _taken(request: PlacementRequest, instance: ContainerInstance) -> tuple[list[tuple[str, int]], int]:
    """The static host ports that are taken, and how many would be reserved (PN:N-21)."""
    used = {*instance.agent_ports, *instance.used_ports}
    return [port for port in request.host_ports if port in used], len(used) + len(request.host_ports)


def _has_ports(_world: World, request: PlacementRequest, instance: ContainerInstance) -> bool:
    """No static host port taken, and no more than 100 reserved (PN:N-21)."""
    taken, reserved = _taken(request, instance)
    return not taken and reserved <= LIMITS["reserved_ports"]


def _ports(_world: World, request: PlacementRequest, instance: ContainerInstance) -> dict[str, Any]:
    taken, _ = _taken(request, instance)
    return {
        "need": [{"protocol": protocol, "port": port} for protocol, port in request.host_ports],
        "have": [{"protocol": protocol, "port": port} for protocol, port in taken],
    }


CHECKS: tuple[Check, ...] = (
    Check(
        "eligibility",
        "CAPACITY_PROVIDER",
        "SS:C-57",
        lambda world, request, instance: _provider_name(world, instance) == request.capacity_provider,
        lambda world, request, instance: {
            "need": request.capacity_provider,
            "have": _provider_name(world, instance),
        },
        lambda request: request.capacity_provider is not None,
    ),
    Check(
        "eligibility",
        "STATUS",
        "PN:P-10",
        lambda _world, _request, instance: instance.status == "ACTIVE",
        lambda _world, _request, instance: {"need": "ACTIVE", "have": instance.status},
    ),
    Check(
        "requirement",
        "AGENT",
        "PN:R-21",
        lambda _world, _request, instance: instance.agent_connected,
        lambda _world, _request, instance: {"need": True, "have": instance.agent_connected},
    ),
    Check(
        "requirement",
        "ATTRIBUTE",
        "PN:R-32",
        lambda world, request, instance: not _missing(world, request, instance),
        lambda world, request, instance: {
            "need": list(request.required_attributes),
            "have": None,
            "missing": _missing(world, request, instance),
        },
        _asks_for_attributes,
        lambda request: bool(request.required_attributes),
    ),
    Check(
        "requirement",
        "LOCATION",
        "PN:N-35",
        lambda world, request, instance: instance.availability_zone in _zones(world, request),
        lambda world, request, instance: {"need": _zones(world, request), "have": instance.availability_zone},
        lambda request: request.needs_eni,
    ),
    _amount("RESOURCE:CPU", "PN:P-11", lambda r: r.cpu_units, lambda i: i.remaining_cpu_units),
    _amount("RESOURCE:MEMORY", "PN:P-11", lambda r: r.memory_mib, lambda i: i.remaining_memory_mib),
    _amount("RESOURCE:GPU", "PN:R-40", lambda r: r.gpus, lambda i: i.remaining_gpus),
    Check("requirement", "RESOURCE:PORTS", "PN:N-21", _has_ports, _ports, lambda request: bool(request.host_ports)),
    _amount("RESOURCE:ENI", "PN:N-30", lambda r: int(r.needs_eni), lambda i: i.remaining_task_enis),
)

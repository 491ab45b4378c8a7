"""What an instance must be and have to take a task: eligibility and requirements (PN:P-10, PN:P-11).

The checks are walked in the lab's order up to the first that fails; that one is the instance's reason. An instance that
is not ACTIVE is told as a candidate too, so that nobody wonders where it went; AWS names no reason for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.decisions import PlacementRequest, Verdict
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.world import World

ARCHITECTURES = {"X86_64": "x86_64", "ARM64": "arm64"}


def candidates(world: World, request: PlacementRequest) -> list[ContainerInstance]:
    """The instances of the cluster that are not INACTIVE, or the one named, in canonical order (PN:S-1, PN:S-6)."""
    found = [i for i in world.instances_of(request.cluster_name) if request.named in (None, i.arn)]
    return sorted(found, key=lambda i: (i.registered_at_ms, i.serial))


def verdicts(world: World, request: PlacementRequest, instance: ContainerInstance) -> Iterator[Verdict]:
    """Every requirement's word, in order, ending after the first that fails."""
    for check in _CHECKS:
        verdict = check(world, request, instance)
        if verdict is None:
            continue
        yield verdict
        if not verdict.passed:
            return


def _status(world: World, request: PlacementRequest, instance: ContainerInstance) -> Verdict:
    details = {"need": "ACTIVE", "have": instance.status}
    return Verdict("eligibility", "STATUS", instance.status == "ACTIVE", "PN:P-10", "D", details)


def _agent(world: World, request: PlacementRequest, instance: ContainerInstance) -> Verdict:
    details = {"need": True, "have": instance.agent_connected}
    return Verdict("requirement", "AGENT", instance.agent_connected, "PN:R-21", "D", details)


def _attributes(world: World, request: PlacementRequest, instance: ContainerInstance) -> Verdict | None:
    """Required attributes, operating system and architecture, and the subnets' VPC (PN:R-32, PN:R-33, PN:N-35)."""
    missing = [name for name in request.required_attributes if name not in instance.attributes]
    architecture = ARCHITECTURES.get(request.cpu_architecture or "")
    if architecture and instance.attributes.get("ecs.cpu-architecture") != architecture:
        missing.append(f"ecs.cpu-architecture == {architecture}")
    system = "windows" if (request.operating_system_family or "").startswith("WINDOWS") else "linux"
    if request.operating_system_family and instance.attributes.get("ecs.os-type") != system:
        missing.append(f"ecs.os-type == {system}")
    vpcs = [world.subnets[name].vpc_id for name in request.subnets]
    if vpcs and request.needs_eni and world.subnets[instance.subnet_id].vpc_id not in vpcs:
        missing.append(f"ecs.vpc-id == {vpcs[0]}")
    if not request.required_attributes and not missing:
        return None
    details = {"need": list(request.required_attributes), "have": None, "missing": missing}
    return Verdict("requirement", "ATTRIBUTE", not missing, "PN:R-32", "D", details)


def _location(world: World, request: PlacementRequest, instance: ContainerInstance) -> Verdict | None:
    if not request.needs_eni:
        return None
    zones = list(dict.fromkeys(world.subnets[name].availability_zone for name in request.subnets))
    details = {"need": zones, "have": instance.availability_zone}
    return Verdict("requirement", "LOCATION", instance.availability_zone in zones, "PN:N-35", "D", details)


def _amount(check: str, rule: str, need: int, have: int) -> Verdict:
    return Verdict("requirement", check, need <= have, rule, "D", {"need": need, "have": have})


def _cpu(world: World, request: PlacementRequest, instance: ContainerInstance) -> Verdict:
    return _amount("RESOURCE:CPU", "PN:P-11", request.cpu_units, instance.remaining_cpu_units)


def _memory(world: World, request: PlacementRequest, instance: ContainerInstance) -> Verdict:
    return _amount("RESOURCE:MEMORY", "PN:P-11", request.memory_mib, instance.remaining_memory_mib)


def _gpu(world: World, request: PlacementRequest, instance: ContainerInstance) -> Verdict | None:
    if not request.gpus:
        return None
    return _amount("RESOURCE:GPU", "PN:R-40", request.gpus, instance.remaining_gpus)


def _ports(world: World, request: PlacementRequest, instance: ContainerInstance) -> Verdict | None:
    """No static host port taken, and no more than 100 reserved (PN:N-21)."""
    if not request.host_ports:
        return None
    used = {*instance.agent_ports, *instance.used_ports}
    taken = [port for port in request.host_ports if port in used]
    passed = not taken and len(used) + len(request.host_ports) <= LIMITS["reserved_ports"]
    details = {
        "need": [{"protocol": protocol, "port": port} for protocol, port in request.host_ports],
        "have": [{"protocol": protocol, "port": port} for protocol, port in taken],
    }
    return Verdict("requirement", "RESOURCE:PORTS", passed, "PN:N-21", "D", details)


def _eni(world: World, request: PlacementRequest, instance: ContainerInstance) -> Verdict | None:
    return _amount("RESOURCE:ENI", "PN:N-30", 1, instance.remaining_task_enis) if request.needs_eni else None


_CHECKS: tuple[Callable[[World, PlacementRequest, ContainerInstance], Verdict | None], ...] = (
    _status,
    _agent,
    _attributes,
    _location,
    _cpu,
    _memory,
    _gpu,
    _ports,
    _eni,
)

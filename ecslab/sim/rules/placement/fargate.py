"""Which subnet a Fargate task goes to: the zone with the fewest tasks of its group (PN:F-10, PN:N-43)."""

from __future__ import annotations

from typing import Literal

from ecslab.sim.decisions import Candidate, Decision, Verdict
from ecslab.sim.state.network import Subnet
from ecslab.sim.world import World


def choose_subnet(world: World, cluster_name: str, group: str, subnets: list[str]) -> str:
    """The subnet of one task: zone balance first, then most free addresses, then list order."""
    counts = zone_counts(world, cluster_name, group)
    listed = [world.subnets[name] for name in subnets]
    zone = min((s.availability_zone for s in listed), key=lambda z: counts.get(z, 0))
    return max((s for s in listed if s.availability_zone == zone), key=lambda s: s.free_addresses).id


def zone_counts(world: World, cluster_name: str, group: str) -> dict[str, int]:
    """Fargate tasks of a group that are to run, by zone."""
    counts: dict[str, int] = {}
    for task in world.group_tasks(cluster_name, group):
        if task.launch_type == "FARGATE" and task.availability_zone:
            counts[task.availability_zone] = counts.get(task.availability_zone, 0) + 1
    return counts


def decide_subnet(world: World, cluster_name: str, group: str, subnets: list[str]) -> Decision:
    """The whole choice, the candidates being subnets."""
    chosen = choose_subnet(world, cluster_name, group, subnets)
    counts = zone_counts(world, cluster_name, group)
    listed = [world.subnets[name] for name in subnets]
    fewest = min(counts.get(s.availability_zone, 0) for s in listed)
    return Decision(
        kind="start",
        at_ms=world.now_ms,
        group=group,
        cluster_name=cluster_name,
        request=None,
        strategies=(),
        candidates=tuple(_candidate(s, counts.get(s.availability_zone, 0), fewest, chosen) for s in listed),
        chosen=chosen,
    )


def _candidate(subnet: Subnet, count: int, fewest: int, chosen: str) -> Candidate:
    details = {
        "index": 0,
        "field": "attribute:ecs.availability-zone",
        "value": subnet.availability_zone,
        "score": count,
        "kept": count == fewest,
    }
    verdict = Verdict("strategy", "spread", count == fewest, "PN:F-10", "D", details)
    facts = {"subnet": subnet.id, "zone": subnet.availability_zone, "freeAddresses": subnet.free_addresses}
    result: Literal["tied", "outranked"] = "tied" if count == fewest else "outranked"
    return Candidate(subnet.id, "chosen" if subnet.id == chosen else result, None, (verdict,), facts)

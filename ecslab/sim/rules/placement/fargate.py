"""Which subnet a Fargate task goes to: the zone with the fewest tasks of its group (PN:F-10).

Free addresses choose among the subnets of that zone and never the zone itself: there is no look-ahead (PN:N-43).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ecslab.sim.decisions import Candidate, Decision, Verdict
from ecslab.sim.rules import stock
from ecslab.sim.rules.placement.strategies import ZONE
from ecslab.sim.state.network import Subnet
from ecslab.sim.world import World


def choose_subnet(
    world: World, cluster_name: str, group: str, subnets: Sequence[str], need: stock.FargateNeed
) -> str | None:
    """The subnet of one task: zone balance first, then most free addresses, then list order; None without room."""
    counts = zone_counts(world, cluster_name, group, need.provider)
    listed = [world.subnets[name] for name in stock.open_subnets(world, need, subnets)]
    if not listed:
        return None
    zone = min((s.availability_zone for s in listed), key=lambda z: counts.get(z, 0))
    return max((s for s in listed if s.availability_zone == zone), key=lambda s: s.free_addresses).id


def zone_counts(world: World, cluster_name: str, group: str, provider: str) -> dict[str, int]:
    """Tasks of a group that are to run on FARGATE, or on FARGATE_SPOT, by zone; the two do not count together (B-7)."""
    counts: dict[str, int] = {}
    for task in world.group_tasks(cluster_name, group):
        is_of_it = task.launch_type == "FARGATE" and (task.capacity_provider or stock.FARGATE) == provider
        if is_of_it and task.availability_zone:
            counts[task.availability_zone] = counts.get(task.availability_zone, 0) + 1
    return counts


def decide_subnet(
    world: World, cluster_name: str, group: str, subnets: Sequence[str], need: stock.FargateNeed
) -> Decision:
    """The whole choice; the candidates are the subnets in the order of the request."""
    chosen = choose_subnet(world, cluster_name, group, subnets, need)
    counts = zone_counts(world, cluster_name, group, need.provider)
    candidates = tuple(_judged(world, world.subnets[name], counts, chosen, need) for name in dict.fromkeys(subnets))
    return Decision(
        kind="start",
        at_ms=world.now_ms,
        group=group,
        request=None,
        strategies=(),
        candidates=candidates,
        chosen=chosen,
        tie_among=sum(1 for c in candidates if c.result in ("chosen", "tied")),
        tie_by="canonical",
    )


def _judged(
    world: World, subnet: Subnet, counts: dict[str, int], chosen: str | None, need: stock.FargateNeed
) -> Candidate:
    """A subnet whose zone has no room (PN:E-7, IC:Q-33), or one with its place in the order."""
    short = stock.shortage(world, need, subnet.availability_zone)
    if short is None:
        return _candidate(subnet, counts, world.subnets[chosen or ""])
    details = {"need": need.cpu_units, "have": short.have}
    verdict = Verdict("requirement", "CAPACITY", False, short.rule, short.mark, details)
    return Candidate(subnet.id, "rejected", short.reason, (verdict,), _facts(subnet))


def _facts(subnet: Subnet) -> dict[str, Any]:
    return {"zone": subnet.availability_zone, "freeAddresses": subnet.free_addresses}


def _candidate(subnet: Subnet, counts: dict[str, int], chosen: Subnet) -> Candidate:
    """A subnet with its zone's count and, in the chosen zone, its free addresses."""
    zone, count = subnet.availability_zone, counts.get(subnet.availability_zone, 0)
    balanced = count == counts.get(chosen.availability_zone, 0)
    details = {"index": 0, "field": ZONE, "value": zone, "score": count}
    verdicts = [Verdict("strategy", "spread", balanced, "PN:F-10", "D", details)]
    result: Literal["chosen", "tied", "outranked"] = "tied" if balanced else "outranked"
    if zone == chosen.availability_zone:
        free = subnet.free_addresses
        most = free == chosen.free_addresses
        details = {"index": 1, "field": "freeAddresses", "value": free, "score": -free}
        verdicts.append(Verdict("strategy", "freeAddresses", most, "PN:F-10", "C", details))
        result = "chosen" if subnet is chosen else "tied" if most else "outranked"
    return Candidate(subnet.id, result, None, tuple(verdicts), _facts(subnet))

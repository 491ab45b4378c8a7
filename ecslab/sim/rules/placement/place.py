"""Place one task: requirements, constraints, strategies, then the tie-break (PN:P-10 to PN:P-15).

`decide` tells the whole choice, `choose` only its end; both walk the same checks. Naive on purpose: every instance is
looked at for every task.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Literal

from ecslab.sim.decisions import Candidate, Decision, PlacementRequest, Verdict
from ecslab.sim.rules.placement import constraints, filters, strategies
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.task_definition import PlacementStrategy
from ecslab.sim.world import World

Draw = Callable[[str, int], int]
STREAM = "placement.random"
Result = Literal["chosen", "rejected", "outranked", "tied"]


def choose(world: World, request: PlacementRequest, draw: Draw) -> str | None:
    """The ARN of the container instance for one task, None when nothing fits."""
    left = fitting(world, request)
    if not left:
        return None
    effective = strategies.effective(request)
    for strategy in effective:
        if strategy.type == "random":
            return left[draw(STREAM, len(left))].arn
        scored = strategies.scores(world, request, strategy, left)
        best = min(scored)
        left = [instance for instance, score in zip(left, scored, strict=True) if score == best]
    return left[0].arn


def fitting(world: World, request: PlacementRequest) -> list[ContainerInstance]:
    """The instances that could take the task, in canonical order (PN:P-10 to PN:P-12)."""
    checks = filters.applicable(request)
    found = [i for i in filters.candidates(world, request) if filters.fits(world, checks, request, i)]
    if not request.constraints:
        return found
    return [i for i in found if all(v.passed for v in constraints.verdicts(world, request, i))]


def _checks(world: World, request: PlacementRequest, instance: ContainerInstance) -> chain[Verdict]:
    return chain(filters.verdicts(world, request, instance), constraints.verdicts(world, request, instance))


def decide(world: World, request: PlacementRequest, draw: Draw) -> Decision:
    """The whole choice: every candidate in canonical order, with every verdict up to its first that fails."""
    instances = filters.candidates(world, request)
    words: dict[str, list[Verdict]] = {}
    left: list[ContainerInstance] = []
    for instance in instances:
        said = words[instance.arn] = _until_failure(world, request, instance)
        if all(v.passed for v in said):
            left.append(instance)
    passed = {i.arn for i in left}
    effective = strategies.effective(request)
    drawn: ContainerInstance | None = None
    for index, strategy in enumerate(effective):
        if drawn is not None or not left:
            break
        left, drawn = _narrow(world, request, (index, strategy), left, words, draw)
    chosen = drawn or (left[0] if left else None)
    tied = {i.arn for i in left}
    return Decision(
        kind="start",
        at_ms=world.now_ms,
        group=request.group,
        request=request,
        strategies=effective,
        candidates=tuple(_candidate(i, words[i.arn], passed, tied, chosen) for i in instances),
        chosen=chosen.arn if chosen else None,
        tie_among=len(left),
        tie_by=world.start.tie_break if drawn else "canonical",
    )


def _until_failure(world: World, request: PlacementRequest, instance: ContainerInstance) -> list[Verdict]:
    said: list[Verdict] = []
    for verdict in _checks(world, request, instance):
        said.append(verdict)
        if not verdict.passed:
            break
    return said


def _narrow(
    world: World,
    request: PlacementRequest,
    numbered: tuple[int, PlacementStrategy],
    left: list[ContainerInstance],
    words: dict[str, list[Verdict]],
    draw: Draw,
) -> tuple[list[ContainerInstance], ContainerInstance | None]:
    """What one strategy keeps, its word on each, and the instance drawn when it is `random`."""
    index, strategy = numbered
    scored = strategies.scores(world, request, strategy, left)
    best = min(scored)
    for instance, score in zip(left, scored, strict=True):
        details = {"index": index, "field": strategy.field or None, "score": score}
        if strategy.type == "spread":
            details["value"] = strategies.field_value(instance, strategy.field)
        words[instance.arn].append(
            Verdict("strategy", strategy.type, score == best, strategies.RULES[strategy.type], "D", details)
        )
    kept = [instance for instance, score in zip(left, scored, strict=True) if score == best]
    return kept, kept[draw(STREAM, len(kept))] if strategy.type == "random" else None


def _candidate(
    instance: ContainerInstance,
    said: list[Verdict],
    passed: set[str],
    tied: set[str],
    chosen: ContainerInstance | None,
) -> Candidate:
    result: Result = "outranked"
    if instance is chosen:
        result = "chosen"
    elif instance.arn not in passed:
        result = "rejected"
    elif instance.arn in tied:
        result = "tied"
    reason = None
    if result == "rejected" and said[-1].step != "eligibility":
        reason = constraints.REASONS.get(said[-1].check, said[-1].check)
    facts = {
        "ec2InstanceId": instance.ec2_instance_id,
        "zone": instance.availability_zone,
        "remaining": {"cpu": instance.remaining_cpu_units, "memory": instance.remaining_memory_mib},
    }
    return Candidate(instance.arn, result, reason, tuple(said), facts)


def failures(decision: Decision) -> list[tuple[str, str]]:
    """One failure for each ACTIVE instance, in canonical order; others have no reason (PN:E-5)."""
    return [(c.id, c.reason) for c in decision.candidates if c.reason]


def closest(decision: Decision) -> Candidate | None:
    """The rejected ACTIVE instance that passed the most checks, the first among equals (PN:E-21)."""
    rejected = [c for c in decision.candidates if c.result == "rejected" and c.reason]
    return max(rejected, key=_progress, default=None)


def _progress(candidate: Candidate) -> int:
    order = ("AGENT", "ATTRIBUTE", "LOCATION", "RESOURCE:CPU", "RESOURCE:MEMORY", "RESOURCE:GPU", "RESOURCE:PORTS")
    last = candidate.verdicts[-1]
    if last.step == "constraint":
        return len(order) + len(candidate.verdicts)
    return order.index(last.check) if last.check in order else len(order)


_TAILS = {
    "RESOURCE:CPU": "has insufficient CPU units available.",
    "RESOURCE:MEMORY": "has insufficient memory available.",
    "RESOURCE:PORTS": "is already using a port required by your task.",
    "ATTRIBUTE": "is missing an attribute required by your task.",
}
EMPTY_PROVIDER = "EMPTY CAPACITY PROVIDER"
"""What is said of a provider that has no container instance (PN:E-3)."""
TROUBLESHOOTING = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."


def unplaced_sentence(decision: Decision) -> str:
    """The service event of a failed placement, in ECS's words (SS:S-41 n, PN:E-20)."""
    lead = "was unable to place a task because no container instance met all of its"
    near = closest(decision)
    if near is None:
        where = "capacity provider" if decision.request and decision.request.capacity_provider else "cluster"
        return f"{lead} requirements. Reason: No Container Instances were found in your {where}. {TROUBLESHOOTING}"
    tail = _TAILS.get(near.reason or "", f'encountered error "{near.reason}".')
    name = near.id.rpartition("/")[2]
    return f"{lead} requirements. The closest matching (container-instance {name}) {tail} {TROUBLESHOOTING}"

"""The health of targets: probes, verdicts and states (PN:L-30 to PN:L-33).

Nothing ticks: a probe has a timer only when its verdict can change something, that is while verdicts are being counted
and when the way to the target or the image behind it turns.
Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html,
as of 2026-11-24.
"""

from __future__ import annotations

from ecslab.sim.changes import load_balancer_changes as changes
from ecslab.sim.rules.load_balancing import attachment, matching, reaching
from ecslab.sim.state.load_balancer import Target, TargetGroup
from ecslab.sim.timers import TargetProbed, TargetTimedOut
from ecslab.sim.world import World

OK = "200"
"""What a container answers."""
REGISTERING = "Elb.RegistrationInProgress", "Target registration is in progress"
CHECKING = "Elb.InitialHealthChecking", "Initial health checks in progress"
TIMED_OUT = "Target.Timeout", "Request timed out"
FAILED = "Target.FailedHealthChecks", "Health checks failed"


def begin(world: World, group: TargetGroup, target: Target) -> None:
    """Probe a target anew: it is initial, or unused (PN:L-30)."""
    changes.probing_begun(world, target)
    why = attachment.unused(world, group, target)
    if why is None:
        changes.target_moved(world, group, target, "initial", *REGISTERING)
    else:
        changes.target_moved(world, group, target, "unused", why.reason, why.description)
    plan(world, group, target)


def refresh(world: World, group: TargetGroup) -> list[Target]:
    """The group came into use or went out of it, or a zone did: the targets whose state that changed."""
    changed = []
    for target in group.targets.values():
        why = attachment.unused(world, group, target)
        before = (target.reason, target.description) if target.state == "unused" else None
        if target.state != "draining" and before != (None if why is None else (why.reason, why.description)):
            begin(world, group, target)
            changed.append(target)
    return changed


def look_again(world: World) -> None:
    """Ways through the network changed: every target may answer otherwise from its next probe on (PN:N-52)."""
    for group in world.target_groups.values():
        for target in group.targets.values():
            plan(world, group, target)


def machine_changed(world: World, machine_id: str) -> None:
    """A machine runs, or runs no longer: as a target it is unused in every other state (PN:L-30)."""
    for group in world.target_groups.values():
        if any(target.id == machine_id for target in group.targets.values()):
            refresh(world, group)


def look_again_at(world: World, id_: str, ports: list[int]) -> None:
    """What listens at an instance or an address changed."""
    keys = [f"{id_}:{port}" for port in ports]
    for group in world.target_groups.values():
        if group.check.port == "traffic-port":
            found = [group.targets[key] for key in keys if key in group.targets]
        else:
            found = [target for target in group.targets.values() if target.id == id_]
        for target in found:
            plan(world, group, target)


def plan(world: World, group: TargetGroup, target: Target) -> None:
    """Set the timer of the next probe that can tell something new, if there is one."""
    if target.state == "draining" or target.is_awaited or target.is_given_up:
        return
    if target.state == "unused" and target.description != attachment.NO_ZONE:
        return
    at_ms = world.now_ms
    if _is_settled(world, group, target):
        turn = _next_turn_ms(world, group, target)
        if turn is None:
            return
        at_ms = turn
    changes.probe_set(world, group, target, _probe_from(group, target, at_ms))


def _probe_from(group: TargetGroup, target: Target, at_ms: int) -> int:
    """The first probe at or after a moment that has not been made yet (PN:L-33)."""
    interval = group.check.interval_s * 1000
    number = max(1, -(-(at_ms - target.probing_since_ms) // interval))
    probe = target.probing_since_ms + number * interval
    return probe if target.probed_at_ms is None or probe > target.probed_at_ms else probe + interval


def _is_settled(world: World, group: TargetGroup, target: Target) -> bool:
    """Whether further probes would only confirm the state of a target."""
    if target.state == "healthy":
        return not target.failed and _answer(world, group, target) == "answered" and _matches(group)
    if target.state == "unhealthy":
        return not target.passed and not (_answer(world, group, target) == "answered" and _matches(group))
    return False


def _answer(world: World, group: TargetGroup, target: Target) -> reaching.Answer:
    balancer = attachment.balancer_of(world, group.arn)
    if balancer is None or target.state == "unused":
        return "silent"
    port = reaching.check_port(group, target)
    return reaching.answer(world, group, target, balancer, port, reaching.probe_peer(balancer, target))


def _matches(group: TargetGroup) -> bool:
    """Whether the answer of a container is among the codes that the check takes (PN:L-14)."""
    codes = group.check.matcher
    is_http = group.check.protocol in ("HTTP", "HTTPS") and group.protocol_version != "GRPC"
    return codes is None or not is_http or matching.has_code(codes, OK)


def _next_turn_ms(world: World, group: TargetGroup, target: Target) -> int | None:
    """When the container behind a target begins or ceases to be well by itself."""
    end = reaching.end_of(world, group, target)
    container = reaching.listener_on(end, reaching.check_port(group, target)) if end else None
    if container is None:
        return None
    turns = (container.well_from_ms, container.well_until_ms)
    return min((turn for turn in turns if turn is not None and turn > world.now_ms), default=None)


def probed(world: World, timer: TargetProbed) -> Target | None:
    """A probe is due: the target whose state its verdict changed, None when it changed none or is awaited."""
    found = _found(world, timer)
    if found is None:
        return None
    group, target = found
    changes.probe_made(world, target)
    if target.state == "unused":
        return _count_unused(world, group, target)
    answer = _answer(world, group, target)
    if answer == "silent":
        if target.state == "initial":
            changes.target_moved(world, group, target, "initial", *CHECKING)
        changes.verdict_awaited(world, group, target)
        return None
    if answer == "answered" and not _matches(group):
        mismatch = "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{OK}]"
        return _count(world, group, target, mismatch)
    return _count(world, group, target, None if answer == "answered" else FAILED)


def timed_out(world: World, timer: TargetTimedOut) -> Target | None:
    """A probe had no answer in time: the target whose state that changed."""
    found = _found(world, timer)
    return _count(world, *found, TIMED_OUT) if found else None


def _found(world: World, timer: TargetProbed | TargetTimedOut) -> tuple[TargetGroup, Target] | None:
    group = world.target_groups.get(timer.target_group_arn)
    target = group.targets.get(timer.target) if group else None
    if group is None or target is None or target.serial != timer.serial:
        return None
    return group, target


def _count_unused(world: World, group: TargetGroup, target: Target) -> Target | None:
    """A target in a zone that is not enabled is never probed and never passes (PN:L-7).

    Model choice: ECS gives it up when as much time has passed as the failing probes of another would have taken.
    """
    changes.verdict_counted(world, target, passed=False)
    if target.failed >= group.check.unhealthy_threshold:
        changes.target_given_up(world, target)
    plan(world, group, target)
    return target if target.is_given_up else None


def _count(world: World, group: TargetGroup, target: Target, why: tuple[str, str] | None) -> Target | None:
    """Count a verdict, `why` naming a failure, and take the state that it leads to (PN:L-31, PN:L-32)."""
    before = target.state
    changes.verdict_counted(world, target, passed=why is None)
    if why is None:
        if target.state == "initial" or target.passed >= group.check.healthy_threshold:
            _turn_healthy(world, group, target)
    elif target.state == "unhealthy" or target.failed >= group.check.unhealthy_threshold:
        changes.slow_start_ended(world, target)
        changes.target_moved(world, group, target, "unhealthy", *why)
    elif target.state == "initial":
        changes.target_moved(world, group, target, "initial", *CHECKING)
    plan(world, group, target)
    return target if target.state != before else None


def _turn_healthy(world: World, group: TargetGroup, target: Target) -> None:
    """A target is healthy; it starts slowly when another one carries the requests meanwhile (PN:L-46)."""
    if target.state == "healthy":
        return
    changes.target_moved(world, group, target, "healthy", None, None)
    duration = int(group.attributes.get("slow_start.duration_seconds", "0"))
    others = (t for t in group.targets.values() if t is not target and t.state == "healthy")
    if duration and any(not is_slow(world, other) for other in others):
        changes.slow_start_begun(world, target, duration * 1000)


def is_slow(world: World, target: Target) -> bool:
    """Whether a target is in slow start (PN:L-46)."""
    return target.slow_start_until_ms is not None and world.now_ms < target.slow_start_until_ms

"""What a step of the scheduler was and what held it back, in a sentence (lab-responses' ExplainDeployment)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecslab.sim.rules.deployments import rolling
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task


def values(service: Service, plan: rolling.Plan, *, started: Sequence[Task], stopped: Sequence[Task]) -> dict[str, Any]:
    """A step as the journal keeps it; `total`, `healthy` and the other counts are those before it."""
    rule, mark = _rule(service, plan)
    return {
        "deployment": service.primary.id,
        "starts": plan.starts + plan.restarts,
        "stops": plan.stops,
        "total": plan.total,
        "healthy": plan.healthy,
        "limit": rolling.limit(plan, len(started)),
        "started": [task.arn for task in started],
        "stopped": [task.arn for task in stopped],
        "sentence": _sentence(service, plan, len(started)),
        "rule": rule,
        "mark": mark,
    }


def _rule(service: Service, plan: rolling.Plan) -> tuple[str, str]:
    """Whose arithmetic decided: the deployment's, or that of replacing and scaling outside one."""
    if service.status == "DRAINING":
        return "SS:S-5", "D"
    if plan.restarts:
        return "SS:D-7b", "C"
    if service.primary.rollout_state == "IN_PROGRESS":
        return "SS:D-7", "I"
    if plan.unhealthy:
        return ("SS:S-22", "D") if plan.is_blocked else ("SS:S-21", "D")
    return ("SS:S-23", "D") if plan.surplus else ("SS:S-20", "D")


def _sentence(service: Service, plan: rolling.Plan, placed: int) -> str:
    clauses = [_start_clause(plan, placed)]
    if plan.restarts:
        clauses.append(f"{plan.restarts} of the revision before may start to keep the floor {plan.floor}")
    if plan.unhealthy:
        clauses.append(_unhealthy_clause(plan))
    if service.status == "DRAINING":
        clauses.append(f"{plan.stops} stop because the service is deleted")
    else:
        if plan.surplus:
            clauses.append(f"{plan.surplus} more than desired may stop (desired {plan.desired}, new {len(plan.new)})")
        if service.primary.rollout_state == "IN_PROGRESS":
            clauses.append(_stop_clause(plan))
    if plan.shielded:
        clauses.append(f"{plan.shielded} protected from scale-in {'stays' if plan.shielded == 1 else 'stay'}")
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}."


def _start_clause(plan: rolling.Plan, placed: int) -> str:
    if plan.starts:
        found = f", {placed} found a place" if placed < plan.starts + plan.restarts else ""
        return f"{plan.starts} may start (ceiling {plan.ceiling}, total {plan.total}){found}"
    if not plan.wanted:
        return f"none has to start (desired {plan.desired}, new {len(plan.new)})"
    if plan.has_failed:
        return f"none may start because the deployment has failed ({plan.wanted} missing)"
    if plan.waits:
        return f"none may start until the wait after failed starts is over ({plan.wanted} missing)"
    return f"none may start (ceiling {plan.ceiling}, total {plan.total})"


def _stop_clause(plan: rolling.Plan) -> str:
    stops, bounds = plan.old_stops + len(plan.free), f"(healthy {plan.healthy}, floor {plan.floor})"
    if plan.held:
        return f"{plan.held} old {'stays' if plan.held == 1 else 'stay'} until the bake time of the alarms is over"
    if not plan.old and not plan.free:
        return "no old task is left to stop"
    if plan.free:
        return f"{stops} may stop, {len(plan.free)} of them not healthy {bounds}"
    return f"{stops or 'none'} may stop {bounds}"


def _unhealthy_clause(plan: rolling.Plan) -> str:
    count, stops = len(plan.unhealthy), plan.unhealthy_stops
    if stops and plan.is_blocked:
        return f"{stops} of {count} unhealthy has to stop first (ceiling {plan.ceiling}, total {plan.total})"
    if stops:
        return f"{stops} of {count} unhealthy may stop (healthy {plan.healthy}, desired {plan.desired})"
    return f"{count} unhealthy {'waits' if count == 1 else 'wait'} for a healthy replacement"

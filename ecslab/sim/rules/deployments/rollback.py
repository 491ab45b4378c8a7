"""A deployment that fails, and going back to the last one that was completed (SS:D-27 to SS:D-30)."""

from __future__ import annotations

from dataclasses import dataclass

from ecslab.sim.changes import deployment_changes, service_changes, service_deployment_changes
from ecslab.sim.rules.deployments import records
from ecslab.sim.rules.service_events import say
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.world import World


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a deployment ends: in the message, in its rolloutStateReason, and in that of the one gone back to.

    `message` is None where ECS writes none; `rolling_back` ends before the id of the target.
    """

    message: str | None
    reason: str
    rolling_back: str


STOPPED = Failure(None, "ECS deployment was stopped.", "ECS deployment was stopped: rolling back to deploymentId")
"""Model choice: the words for StopServiceDeployment, which AWS does not publish."""


def target_of(service: Service) -> Deployment | None:
    """The most recent COMPLETED deployment before the PRIMARY one, None when there is none (SS:D-27, SS:D-29)."""
    completed = [d for d in service.deployments[1:] if d.rollout_state == "COMPLETED"]
    return max(completed, key=lambda d: d.finished_at_ms or 0, default=service.retired)


def fail(world: World, service: Service, failure: Failure, *, rolls_back: bool) -> None:
    """The PRIMARY deployment is FAILED; go back where that is wanted and possible, else nothing more is launched.

    Model choice: a rollback that fails itself is not followed by another.
    """
    record = records.current(world, service)
    counted = {} if record.breaker_failures is not None else records.counted(service)
    service_deployment_changes.moved(world, record, record.status, failure.reason, **counted)
    deployment_changes.deployment_failed(world, service, failure.reason)
    if failure.message:
        say(world, service, f"(deployment {service.primary.id}) deployment failed: {failure.message}.")
    if record.rollback_deployment_id is not None:
        records.end(world, service, record, "ROLLBACK_FAILED")
        return
    target = target_of(service) if rolls_back else None
    if target is None:
        records.stop(world, service, record, failure.reason)
        return
    _go_back(world, service, target, failure)


def carry_out(world: World, service: Service) -> None:
    """Go back when StopServiceDeployment has asked for it (SS:D-18)."""
    if records.current(world, service).status == "ROLLBACK_REQUESTED" and service.primary.rollout_state != "FAILED":
        fail(world, service, STOPPED, rolls_back=True)


def _go_back(world: World, service: Service, target: Deployment, failure: Failure) -> None:
    """The older deployment becomes PRIMARY again and runs as an ordinary rolling update (SS:D-28)."""
    record = records.current(world, service)
    service_deployment_changes.moved(
        world,
        record,
        "ROLLBACK_IN_PROGRESS",
        rollback_reason=failure.reason,
        rollback_at_ms=world.now_ms,
        rollback_revision_arn=target.revision_arn,
        rollback_deployment_id=target.id,
    )
    has_run = any(t.deployment_id == target.id and t.is_running for t in world.tasks_of(service.arn))
    reason = f"{failure.rolling_back} {target.id}."
    deployment_changes.rolled_back(world, service, target, reason, has_run=has_run)
    say(world, service, f"rolling back to deployment {target.id}.")
    service_changes.reconcile_queued(world, service)

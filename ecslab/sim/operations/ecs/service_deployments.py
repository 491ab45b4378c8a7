"""Service deployments and service revisions: listed, described, stopped (SS:D-16 to SS:D-18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import journal, service_changes, service_deployment_changes
from ecslab.sim.data.tables import LIMITS, TIMINGS
from ecslab.sim.errors.common import ConflictException, InvalidParameterException
from ecslab.sim.errors.ecs import ServiceDeploymentNotFoundException
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs.clusters import known_cluster
from ecslab.sim.operations.ecs.shapes import moment, platform_family, present
from ecslab.sim.state.service import Service
from ecslab.sim.state.service_deployment import GOING_ON, ServiceDeployment, ServiceRevision
from ecslab.sim.world import World

STATUSES = (*GOING_ON, "SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")


def list_service_deployments(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The service deployments of a service, newest first, twenty at a time (SS:D-16)."""
    cluster = known_cluster(world, parameters)
    service = world.service(cluster, str(parameters["service"]))
    wanted = parameters.get("status") or STATUSES
    for status in wanted:
        reading.one_of({"status": status}, "status", STATUSES, "PENDING")
    begin, end = (_bound(world, parameters, name) for name in ("after", "before"))
    found = [
        record
        for record in reversed(world.service_deployments.values())
        if _is_kept(world, record)
        and record.service_arn == service.arn
        and record.created_at_ms >= service.created_at_ms
        and record.status in wanted
        and (begin is None or record.created_at_ms >= begin)
        and (end is None or record.created_at_ms <= end)
    ]
    arns, token = reading.page([r.arn for r in found], parameters, LIMITS["page.service_deployments"])
    brief = [_brief(world, world.service_deployments[arn]) for arn in arns]
    return {"serviceDeployments": brief, **({"nextToken": token} if token else {})}


def _bound(world: World, parameters: Mapping[str, Any], name: str) -> int | None:
    text = (parameters.get("createdAt") or {}).get(name)
    if text is None:
        return None
    try:
        return calendar.milliseconds_since(world.start.starts_at, str(text))
    except (ValueError, OverflowError):
        raise InvalidParameterException(
            f"createdAt.{name} is {str(text)[:64]!r}; write a date such as 2026-01-05T00:00:00Z."
        ) from None


def _is_kept(world: World, record: ServiceDeployment) -> bool:
    """Service deployments are kept for 90 days (SS:D-16)."""
    return world.now_ms < record.created_at_ms + TIMINGS["service_deployment_kept"]


def _brief(world: World, record: ServiceDeployment) -> dict[str, Any]:
    return present(
        {
            "serviceDeploymentArn": record.arn,
            "serviceArn": record.service_arn,
            "clusterArn": world.ids.arn("ecs", f"cluster/{record.cluster_name}"),
            "startedAt": moment(world, record.started_at_ms),
            "createdAt": moment(world, record.created_at_ms),
            "finishedAt": moment(world, record.finished_at_ms),
            "targetServiceRevisionArn": record.target_revision_arn,
            "status": record.status,
            "statusReason": record.status_reason,
        }
    )


def describe_service_deployments(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Service deployments by ARN in the order asked; unknown ones are failures (IC:X-4)."""
    found, failures = [], []
    for arn in reading.asked(parameters, "serviceDeploymentArns", "Service deployment ARNs"):
        record = world.service_deployments.get(arn)
        if record is None or not _is_kept(world, record):
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(_whole(world, record))
    return {"serviceDeployments": found, "failures": failures}


def _whole(world: World, record: ServiceDeployment) -> dict[str, Any]:
    brief = _brief(world, record)
    target = brief.pop("targetServiceRevisionArn")
    return present(
        {
            **brief,
            "stoppedAt": moment(world, record.stopped_at_ms),
            "updatedAt": moment(world, record.updated_at_ms),
            "sourceServiceRevisions": [_counted(world, record, arn) for arn in record.source_revision_arns],
            "targetServiceRevision": _counted(world, record, target),
            "deploymentConfiguration": record.configuration,
            "rollback": _rollback(world, record),
            "deploymentCircuitBreaker": _breaker(world, record),
            "alarms": _alarms(world, record),
        }
    )


def _counted(world: World, record: ServiceDeployment, revision_arn: str) -> dict[str, Any]:
    """A revision with the tasks of its deployment; one that is not wanted any more asks for none."""
    service = world.services.get(record.service_arn)
    deployments = service.deployments if service else []
    own = next((d for d in deployments if d.revision_arn == revision_arn), None)
    tasks = [t for t in world.tasks_of(record.service_arn) if own and t.deployment_id == own.id]
    is_wanted = own is not None and own.status == "PRIMARY"
    return {
        "arn": revision_arn,
        "requestedTaskCount": service.desired_count if service and is_wanted else 0,
        "runningTaskCount": sum(1 for t in tasks if t.last_status == "RUNNING"),
        "pendingTaskCount": sum(1 for t in tasks if t.is_starting),
    }


def _rollback(world: World, record: ServiceDeployment) -> dict[str, Any] | None:
    if record.rollback_at_ms is None:
        return None
    return {
        "reason": record.rollback_reason,
        "startedAt": moment(world, record.rollback_at_ms),
        "serviceRevisionArn": record.rollback_revision_arn,
    }


def _breaker(world: World, record: ServiceDeployment) -> dict[str, Any] | None:
    """The circuit breaker: what it counts now, or counted when the deployment ended (SS:D-16)."""
    if not record.has_breaker:
        return {"status": "DISABLED", "failureCount": 0, "threshold": 0}
    failures, threshold = record.breaker_failures, record.breaker_threshold
    service = world.services.get(record.service_arn)
    if failures is None and service is not None:
        failures, threshold = service.primary.breaker_failures, service.breaker_threshold
    over = "TRIGGERED" if record.breaker_tripped else "MONITORING_COMPLETE"
    status = "MONITORING" if record.breaker_failures is None else over
    return {"status": status, "failureCount": failures or 0, "threshold": threshold or 0}


def _alarms(world: World, record: ServiceDeployment) -> dict[str, Any]:
    """The alarms that may fail a deployment; off when one of them was in ALARM as it began (SS:D-33)."""
    service = world.services.get(record.service_arn)
    own = service.deployment(record.deployment_id) if service else None
    if not record.alarm_names or (own is not None and own.ignores_alarms):
        return {"status": "DISABLED", "alarmNames": list(record.alarm_names), "triggeredAlarmNames": []}
    over = "TRIGGERED" if record.triggered_alarms else "MONITORING_COMPLETE"
    status = "MONITORING" if record.status in GOING_ON and not record.triggered_alarms else over
    return {
        "status": status,
        "alarmNames": list(record.alarm_names),
        "triggeredAlarmNames": list(record.triggered_alarms),
    }


def stop_service_deployment(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Go back to the last completed revision, whether or not that was configured (SS:D-18).

    One that is already stopping or going back goes on with it; one that is over is a ConflictException.
    """
    arn = str(parameters["serviceDeploymentArn"])
    record = world.service_deployments.get(arn)
    if record is None or not _is_kept(world, record):
        raise ServiceDeploymentNotFoundException("Service deployment not found.")
    kind = reading.one_of(parameters, "stopType", ("ROLLBACK", "ABORT"), "ROLLBACK")
    if kind == "ABORT":
        raise InvalidParameterException("The stopType ABORT is not supported; the valid value is ROLLBACK.")
    if record.status not in GOING_ON:
        raise ConflictException(f"The service deployment is {record.status}; only one that goes on can be stopped.")
    service: Service = world.services[record.service_arn]
    if record.status in ("PENDING", "IN_PROGRESS"):
        reason = "The service deployment was stopped by StopServiceDeployment."
        service_deployment_changes.moved(world, record, "ROLLBACK_REQUESTED", reason)
        service_changes.reconcile_queued(world, service)
    journal.call_made(world, "ecs:StopServiceDeployment", arn, service.cluster_name, service.name)
    return {"serviceDeploymentArn": arn}


def describe_service_revisions(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Service revisions by ARN in the order asked; unknown ones are failures (SS:D-17)."""
    found, failures = [], []
    for arn in reading.asked(parameters, "serviceRevisionArns", "Service revision ARNs"):
        revision = world.service_revisions.get(arn)
        if revision is None:
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(_revision(world, revision))
    return {"serviceRevisions": found, "failures": failures}


def _revision(world: World, revision: ServiceRevision) -> dict[str, Any]:
    definition = world.task_definitions[revision.task_definition_arn]
    is_fargate = revision.members["platformVersion"] is not None
    return present(
        {
            "serviceRevisionArn": revision.arn,
            "serviceArn": revision.service_arn,
            "clusterArn": world.ids.arn("ecs", f"cluster/{revision.service_arn.split('/')[-2]}"),
            "taskDefinition": revision.task_definition_arn,
            "platformFamily": platform_family(definition) if is_fargate else None,
            **revision.members,
            "containerImages": [{"containerName": c.name, "image": c.image} for c in definition.container_definitions],
            "createdAt": moment(world, revision.created_at_ms),
        }
    )

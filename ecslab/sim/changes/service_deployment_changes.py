"""Changes of service deployments and service revisions, the lasting records of deployments (SS:D-16, SS:D-17)."""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.state.service import Service
from ecslab.sim.state.service_deployment import ServiceDeployment, ServiceDeploymentStatus, ServiceRevision
from ecslab.sim.world import World


def service_deployment_made(
    world: World, service: Service, revision: ServiceRevision, record: ServiceDeployment
) -> None:
    """A service deployment waits to begin, with the revision that it brings about (SS:D-17)."""
    world.service_revisions[revision.arn] = revision
    world.service_deployments[record.arn] = record
    service.service_deployment_arn = record.arn
    _told(world, record)


def _told(world: World, record: ServiceDeployment) -> None:
    journal.record(world, "serviceDeployment", record.arn, cluster=record.cluster_name, status=record.status)


def moved(
    world: World,
    record: ServiceDeployment,
    status: ServiceDeploymentStatus,
    reason: str | None = None,
    **members: Any,
) -> None:
    """A service deployment takes its next status, with what else is known of it from now on (SS:D-16)."""
    record.status = status
    record.status_reason = reason or record.status_reason
    record.updated_at_ms = world.now_ms
    for member, value in members.items():
        setattr(record, member, value)
    _told(world, record)

"""Beginning and ending deployments, with the records that stay of them (SS:D-12 to SS:D-17)."""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import deployment_changes, service_changes, service_deployment_changes
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.state.service_deployment import GOING_ON, ServiceDeployment, ServiceDeploymentStatus, ServiceRevision
from ecslab.sim.world import World

SNAPSHOT = ("loadBalancers", "serviceRegistries", "serviceConnectConfiguration", "volumeConfigurations", "monitoring")
"""Members of a service's request that a revision keeps as they were given."""


def deploy(world: World, service: Service) -> None:
    """Begin a deployment of what the service wants now; one that goes on is stopped for it (SS:D-12, SS:D-17)."""
    deployment_id = f"ecs-svc/{world.ids.hex('ecs-svc')}"
    record, revision = _record(world, service, deployment_id)
    supersede(world, service)
    deployment = Deployment(
        deployment_id,
        service.task_definition_arn,
        service.desired_count,
        world.now_ms,
        world.now_ms,
        rollout_state_reason=f"ECS deployment {deployment_id} in progress.",
        launch_type=service.launch_type,
        platform_version=service.platform_version,
        network_configuration=service.network_configuration,
        volume_configuration=service.volume_configuration,
        load_balancers=service.load_balancers,
        strategy=service.strategy,
        revision_arn=revision.arn,
    )
    service_deployment_changes.service_deployment_made(world, service, revision, record)
    deployment_changes.deployment_started(world, service, deployment)
    service_changes.reconcile_queued(world, service)


def _record(world: World, service: Service, deployment_id: str) -> tuple[ServiceDeployment, ServiceRevision]:
    where = f"{service.cluster_name}/{service.name}"
    request = {**service.request, **service.updates}
    revision = ServiceRevision(
        arn=world.ids.arn("ecs", f"service-revision/{where}/{world.ids.hex('service-revision')}"),
        service_arn=service.arn,
        task_definition_arn=service.task_definition_arn,
        created_at_ms=world.now_ms,
        members={
            **_capacity(service),
            "platformVersion": service.platform_version,
            "networkConfiguration": service.network_configuration,
            **{name: request[name] for name in SNAPSHOT if name in request},
        },
    )
    record = ServiceDeployment(
        arn=world.ids.arn("ecs", f"service-deployment/{where}/{world.ids.hex('service-deployment')}"),
        service_arn=service.arn,
        cluster_name=service.cluster_name,
        deployment_id=deployment_id,
        target_revision_arn=revision.arn,
        source_revision_arns=tuple(d.revision_arn for d in service.deployments),
        configuration={
            **service.request.get("deploymentConfiguration", {}),
            **service.updates.get("deploymentConfiguration", {}),
            "minimumHealthyPercent": service.minimum_healthy_percent,
            "maximumPercent": service.maximum_percent,
            "strategy": "ROLLING",
        },
        created_at_ms=world.now_ms,
        has_breaker=service.circuit_breaker.is_on,
        alarm_names=service.alarms.names if service.alarms.is_on else (),
    )
    return record, revision


def _capacity(service: Service) -> dict[str, Any]:
    """Where the tasks of a revision run: a strategy, else a launch type (SS:C-51)."""
    if not service.strategy:
        return {"launchType": service.launch_type}
    items = [{"capacityProvider": i.provider, "weight": i.weight, "base": i.base} for i in service.strategy]
    return {"capacityProviderStrategy": items}


def current(world: World, service: Service) -> ServiceDeployment:
    """The record of the newest service deployment of a service."""
    return world.service_deployments[service.service_deployment_arn or ""]


def begin(world: World, service: Service) -> None:
    """The scheduler takes a new service deployment up (SS:D-16)."""
    record = current(world, service)
    if record.status == "PENDING":
        service_deployment_changes.moved(world, record, "IN_PROGRESS", started_at_ms=world.now_ms)


def supersede(world: World, service: Service) -> None:
    """A service deployment that goes on gives way to a newer one, or to the end of its service (SS:D-16)."""
    record = world.service_deployments.get(service.service_deployment_arn or "")
    if record is not None and record.status in GOING_ON:
        stop(world, service, record, "A newer service deployment was started or the service was deleted.")


def stop(world: World, service: Service, record: ServiceDeployment, reason: str) -> None:
    """A service deployment is asked to stop and stops, without going back (SS:D-16)."""
    service_deployment_changes.moved(world, record, "STOP_REQUESTED", reason)
    end(world, service, record, "STOPPED", stopped_at_ms=world.now_ms)


def end(
    world: World, service: Service, record: ServiceDeployment, status: ServiceDeploymentStatus, **members: Any
) -> None:
    """A service deployment is over; what its circuit breaker counted stays told."""
    if record.breaker_failures is None:
        members |= counted(service)
    service_deployment_changes.moved(world, record, status, finished_at_ms=world.now_ms, **members)


def counted(service: Service) -> dict[str, int]:
    """What the circuit breaker of the PRIMARY deployment has counted, and what would trip it (SS:D-16)."""
    return {"breaker_failures": service.primary.breaker_failures, "breaker_threshold": service.breaker_threshold}


def complete(world: World, service: Service) -> None:
    """The PRIMARY deployment is COMPLETED: a success, or a rollback that succeeded (SS:D-16)."""
    record = current(world, service)
    is_rollback = record.rollback_deployment_id is not None
    end(world, service, record, "ROLLBACK_SUCCESSFUL" if is_rollback else "SUCCESSFUL")

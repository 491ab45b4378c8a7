"""CreateService, UpdateService, DeleteService and their reads (SS sections S and D, IC:X-23 to IC:X-49)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.changes import journal, service_changes
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import ServiceNotActiveException, ServiceNotFoundException
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs import deployment_configuration, including, service_load_balancers
from ecslab.sim.operations.ecs import strategies as provider_strategies
from ecslab.sim.operations.ecs.clusters import known_cluster
from ecslab.sim.operations.ecs.shapes import service_shape
from ecslab.sim.rules import providers, quotas, rebalancing, tagging
from ecslab.sim.rules.deployments import records
from ecslab.sim.rules.placement import constraints
from ecslab.sim.rules.storage import ebs
from ecslab.sim.rules.tasks import health
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.load_balancer import ServiceLoadBalancer
from ecslab.sim.state.service import Service
from ecslab.sim.state.task_definition import PlacementConstraint, PlacementStrategy, TaskDefinition
from ecslab.sim.world import World

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
LONGEST_GRACE_S = 2_147_483_647
"""PN section 13."""


def create_service(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A REPLICA or DAEMON service; the same request again answers the service that is there (IC:X-23)."""
    cluster = world.cluster(parameters.get("cluster"))
    name = str(parameters["serviceName"])
    if not NAME.fullmatch(name):
        raise InvalidParameterException(
            f"serviceName is {name!r}; it needs 1 to 255 letters, digits, hyphens or underscores."
        )
    existing = world.find_service(cluster, name)
    if existing is not None and existing.status != "INACTIVE":
        return _again(world, existing, parameters)
    _judge_quota(world, cluster)
    _only_simulated(parameters)
    scheduling = reading.one_of(parameters, "schedulingStrategy", ("REPLICA", "DAEMON"), "REPLICA")
    definition = reading.usable_definition(world, str(parameters.get("taskDefinition", "")))
    on_instances = {"launchType": "EC2"} if scheduling == "DAEMON" else {}
    judge_scheduling(parameters, scheduling, str(parameters.get("launchType")))
    kind, strategy = provider_strategies.capacity(world, cluster, {**on_instances, **parameters}, definition)
    reading.no_placement_on_fargate(parameters, kind)
    strategies, wanted = reading.strategies(parameters), reading.constraints(parameters)
    constraints.check_constraints((*definition.placement_constraints, *wanted))
    constraints.check_strategies(strategies)
    configuration = deployment_configuration.read(parameters, scheduling=scheduling)
    count = desired_count(world, parameters, 0)
    version = reading.platform_version(parameters, definition) if kind == "FARGATE" else None
    network = reading.network(world, parameters, definition, kind)
    grace_s, tags = grace_period_s(parameters, 0), tagging.read(parameters)
    balancers = service_load_balancers.read(world, parameters.get("loadBalancers") or [], definition, network)
    service_load_balancers.judge_role(parameters, definition)
    volume = ebs.of_service(parameters.get("volumeConfigurations"), definition, kind, scheduling)
    service = Service(
        arn=world.ids.arn("ecs", f"service/{cluster.name}/{name}"),
        name=name,
        serial=world.ids.serial("service"),
        cluster_name=cluster.name,
        task_definition_arn=definition.arn,
        desired_count=count,
        launch_type=kind,
        created_at_ms=world.now_ms,
        scheduling_strategy=scheduling,
        platform_version=version,
        placement_strategies=strategies,
        placement_constraints=wanted,
        network_configuration=network,
        strategy=strategy,
        health_check_grace_period_s=grace_s,
        availability_zone_rebalancing=zone_rebalancing(
            parameters, strategies, (*definition.placement_constraints, *wanted), configuration["maximum_percent"]
        ),
        volume_configuration=volume,
        load_balancers=balancers,
        request=dict(parameters),
        tags=tags,
        **configuration,
    )
    service_changes.service_created(world, service)
    records.deploy(world, service)
    journal.call_made(world, "ecs:CreateService", service.arn, cluster.name, name)
    return {"service": service_shape(world, service)}


def _judge_quota(world: World, cluster: Cluster) -> None:
    """A cluster has room for one more service (IC:Q-3).

    Model choice: AWS's words for a full one are not published.
    """
    services = sum(1 for s in world.services.values() if s.cluster_name == cluster.name and s.status != "INACTIVE")
    if problem := quotas.exceeded(world, quotas.SERVICES, services + 1, "services in a cluster"):
        raise InvalidParameterException(problem)


def _again(world: World, existing: Service, parameters: Mapping[str, Any]) -> dict[str, Any]:
    if existing.status == "DRAINING":
        raise InvalidParameterException("Unable to Start a service that is still Draining.")
    if dict(parameters) != existing.request:
        raise InvalidParameterException("Creation of service was not idempotent.")
    journal.call_made(world, "ecs:CreateService", existing.arn, existing.cluster_name, existing.name)
    return {"service": service_shape(world, existing)}


def judge_scheduling(parameters: Mapping[str, Any], scheduling: str, kind: str) -> None:
    """What a DAEMON service cannot be given (PN:P-51, SS:S-2). Raises InvalidParameterException.

    Model choice: no capacity provider strategy, because a daemon is on every instance whoever provides it.
    """
    if scheduling != "DAEMON":
        return
    lead = "The daemon scheduling strategy does not support"
    if "desiredCount" in parameters:
        raise InvalidParameterException(
            f"{lead} a desired count for services. Remove the desired count value and try again"
        )
    if parameters.get("placementStrategy"):
        raise InvalidParameterException(f"{lead} placement strategies. Remove the placementStrategy and try again")
    if parameters.get("capacityProviderStrategy"):
        raise InvalidParameterException(f"{lead} a capacity provider strategy. Remove it and try again")
    if kind == "FARGATE":
        raise InvalidParameterException(f"{lead} the launch type FARGATE. Use EC2 and try again")


def _only_simulated(parameters: Mapping[str, Any]) -> None:
    """What any service can be asked for. Raises InvalidParameterException."""
    tagging.source(parameters, is_service=True)
    controller = (parameters.get("deploymentController") or {}).get("type", "ECS")
    if controller != "ECS":
        raise InvalidParameterException(f"The deployment controller {controller} is not simulated yet; use ECS.")


def zone_rebalancing(
    parameters: Mapping[str, Any],
    strategies: Sequence[PlacementStrategy],
    wanted: Sequence[PlacementConstraint],
    maximum_percent: int,
) -> str:
    """ENABLED unless something is said or the service is not eligible (SS:S-60, SS:S-61, PN:B-1).

    Raises InvalidParameterException when ENABLED is asked for, or stays, for a service that cannot be rebalanced.
    Model choice: AWS says that such a service is not eligible and not what it answers.
    """
    eligible = rebalancing.is_eligible(strategies, wanted, maximum_percent)
    words = ("ENABLED", "DISABLED")
    asked = reading.one_of(parameters, "availabilityZoneRebalancing", words, "ENABLED" if eligible else "DISABLED")
    if asked == "ENABLED" and not eligible:
        raise InvalidParameterException(
            "availabilityZoneRebalancing is ENABLED; it needs maximumPercent above 100, no constraint on "
            "attribute:ecs.availability-zone, and no placement strategy or a spread over it as the first. "
            "Make it DISABLED otherwise."
        )
    return asked


def desired_count(world: World, parameters: Mapping[str, Any], current: int) -> int:
    """desiredCount, from 0 to the quota of the account (IC:Q-4). Raises InvalidParameterException."""
    count, most = int(parameters.get("desiredCount", current)), quotas.value(world, quotas.TASKS)
    if "desiredCount" in parameters and not 0 <= count <= most:
        raise InvalidParameterException(f"desiredCount is {count}; a service has 0 to {most} tasks.")
    return count


def grace_period_s(parameters: Mapping[str, Any], current: int) -> int:
    """healthCheckGracePeriodSeconds (SS:S-25). Raises InvalidParameterException."""
    seconds = int(parameters.get("healthCheckGracePeriodSeconds", current))
    if not 0 <= seconds <= LONGEST_GRACE_S:
        raise InvalidParameterException(
            f"healthCheckGracePeriodSeconds is {seconds}; it needs 0 to {LONGEST_GRACE_S} seconds."
        )
    return seconds


DEPLOYED = (
    "task_definition_arn",
    "network_configuration",
    "platform_version",
    "load_balancers",
    "launch_type",
    "strategy",
    "volume_configuration",
)
"""What of a service a deployment brings to its tasks; a change of it begins one (SS:S-8)."""
ECHOED = (
    "deploymentConfiguration",
    "loadBalancers",
    "serviceRegistries",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "propagateTags",
)
"""Members of UpdateService that Describe shows as they were given last."""


def _updates(service: Service, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What UpdateService has set so far; members of deploymentConfiguration that are not named stay."""
    updates = {**service.updates, **{member: parameters[member] for member in ECHOED if member in parameters}}
    before, given = (r.get("deploymentConfiguration") for r in (service.updates, parameters))
    if before and given:
        updates["deploymentConfiguration"] = {**before, **given}
    return updates


def _active_service(world: World, cluster: Cluster, reference: str) -> Service:
    """The service to update (IC:X-44, IC:X-47)."""
    service = world.find_service(cluster, reference)
    if service is None:
        raise ServiceNotFoundException("Service not found.")
    if service.status != "ACTIVE":
        raise ServiceNotActiveException("Service was not ACTIVE.")
    return service


def _capacity(
    world: World, cluster: Cluster, service: Service, parameters: Mapping[str, Any]
) -> tuple[str, provider_strategies.Strategy]:
    """Where the tasks of a service are to run from now on; a change moves them by a new deployment (SS:C-58).

    Model choice: an empty strategy takes the service back to the launch type that it was created with.
    """
    if "capacityProviderStrategy" not in parameters:
        return service.launch_type, service.strategy
    items = parameters["capacityProviderStrategy"]
    if not items:
        return str(service.request.get("launchType", "EC2")), ()
    strategy = provider_strategies.read(world, cluster.capacity_providers, items)
    return "FARGATE" if providers.is_fargate(strategy) else "EC2", strategy


def update_service(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Change a service; some members begin a deployment, others do not (SS:S-8)."""
    cluster = world.cluster(parameters.get("cluster"))
    service = _active_service(world, cluster, str(parameters["service"]))
    _only_simulated(parameters)
    judge_scheduling(parameters, service.scheduling_strategy, service.launch_type)
    kind, strategy = _capacity(world, cluster, service, parameters)
    definition = world.task_definitions[service.task_definition_arn]
    if "taskDefinition" in parameters:
        definition = reading.usable_definition(world, str(parameters["taskDefinition"]), updating=True)
    reading.judge_kind(definition, kind)
    placed = {"placementStrategy": service.placement_strategies, "placementConstraints": service.placement_constraints}
    reading.no_placement_on_fargate({**placed, **parameters}, kind)
    network = {"networkConfiguration": service.network_configuration, **parameters}
    configuration = deployment_configuration.read(parameters, service)
    count = desired_count(world, parameters, service.desired_count)
    members: dict[str, Any] = {
        "task_definition_arn": definition.arn,
        **configuration,
        "launch_type": kind,
        "strategy": strategy,
        "network_configuration": reading.network(world, network, definition, kind),
        "health_check_grace_period_s": grace_period_s(parameters, service.health_check_grace_period_s),
    }
    members["load_balancers"] = _load_balancers(
        world, service, parameters, definition, members["network_configuration"]
    )
    members["volume_configuration"] = ebs.of_service(
        _volumes(service, parameters, definition), definition, service.launch_type, service.scheduling_strategy
    )
    members["updates"] = _updates(service, parameters)
    if "placementStrategy" in parameters:
        members["placement_strategies"] = reading.strategies(parameters)
        constraints.check_strategies(members["placement_strategies"])
    if "placementConstraints" in parameters:
        members["placement_constraints"] = reading.constraints(parameters)
    wanted = members.get("placement_constraints", service.placement_constraints)
    constraints.check_constraints((*definition.placement_constraints, *wanted))
    members["availability_zone_rebalancing"] = zone_rebalancing(
        {"availabilityZoneRebalancing": service.availability_zone_rebalancing, **parameters},
        members.get("placement_strategies", service.placement_strategies),
        (*definition.placement_constraints, *wanted),
        members["maximum_percent"],
    )
    if kind != service.launch_type or "platformVersion" in parameters:
        is_fargate = kind == "FARGATE"
        members["platform_version"] = reading.platform_version(parameters, definition) if is_fargate else None
    deploys = bool(parameters.get("forceNewDeployment")) or any(
        members.get(name, getattr(service, name)) != getattr(service, name) for name in DEPLOYED
    )
    service_changes.service_set(world, service, **members)
    if deploys:
        records.deploy(world, service)
    service_changes.desired_count_set(world, service, count)
    for task in world.tasks_of(service.arn):
        health.look_after_grace(world, task)
    service_changes.reconcile_queued(world, service)
    journal.call_made(world, "ecs:UpdateService", service.arn, cluster.name, service.name)
    return {"service": service_shape(world, service)}


def _volumes(service: Service, parameters: Mapping[str, Any], definition: TaskDefinition) -> Any:
    """What an update asks of the EBS volumes: what it says, else what was, as far as the revision has one (SS:S-8)."""
    if "volumeConfigurations" in parameters or service.volume_configuration is None:
        return parameters.get("volumeConfigurations")
    return [service.volume_configuration] if ebs.names(definition) else None


def _load_balancers(
    world: World,
    service: Service,
    parameters: Mapping[str, Any],
    definition: TaskDefinition,
    network: Mapping[str, Any] | None,
) -> tuple[ServiceLoadBalancer, ...]:
    """The target groups of an updated service; those that stay must go with a new revision too (PN:L-2)."""
    if "loadBalancers" in parameters:
        return service_load_balancers.read(world, parameters["loadBalancers"] or [], definition, network)
    if definition.arn != service.task_definition_arn:
        service_load_balancers.judge(world, service.load_balancers, definition, network)
    return service.load_balancers


def delete_service(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A service goes DRAINING, its tasks stop, then it is INACTIVE (IC:X-48, IC:X-49); a DAEMON one needs no force."""
    cluster = world.cluster(parameters.get("cluster"))
    service = world.service(cluster, str(parameters["service"]))
    if service.desired_count > 0 and not service.is_daemon and not parameters.get("force"):
        raise InvalidParameterException(
            "The service cannot be stopped while the primary deployment is scaled above 0. "
            "Set desiredCount to 0 first, or delete it with force."
        )
    if service.status == "ACTIVE":
        records.supersede(world, service)
        service_changes.service_set(world, service, status="DRAINING", deleted_at_ms=world.now_ms)
        service_changes.desired_count_set(world, service, 0)
        service_changes.reconcile_queued(world, service)
    journal.call_made(world, "ecs:DeleteService", service.arn, cluster.name, service.name)
    return {"service": service_shape(world, service)}


def describe_services(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Services by name or ARN in the order asked; unknown ones are failures (IC:X-59)."""
    cluster, words = known_cluster(world, parameters), including.asked(parameters)
    found, failures = [], []
    for reference in reading.asked(parameters, "services", "Services"):
        service = world.find_service(cluster, reference)
        if service is None:
            failures.append(reading.missing(world, "service", cluster.name, reference))
        else:
            found.append(including.told(service_shape(world, service), words))
    return {"services": found, "failures": failures}


def list_services(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """ARNs of the ACTIVE services of a cluster in creation order, ten at a time (SS:S-5, IC:Q-24)."""
    cluster = known_cluster(world, parameters)
    arns = [
        s.arn
        for s in world.services.values()
        if s.cluster_name == cluster.name
        and s.status == "ACTIVE"
        and parameters.get("launchType") in (None, s.launch_type)
        and parameters.get("schedulingStrategy") in (None, s.scheduling_strategy)
    ]
    arns, token = reading.page(arns, parameters, LIMITS["page.services"])
    return {"serviceArns": arns, **({"nextToken": token} if token else {})}

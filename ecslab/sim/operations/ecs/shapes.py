"""The world in the shapes that ECS's Describe operations answer; moments are ISO 8601 texts in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ecslab.sim.calendar import iso
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.operations.ecs import service_load_balancers
from ecslab.sim.rules import providers
from ecslab.sim.state.capacity import StrategyItem
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.state.task import Container, NetworkBinding, Task
from ecslab.sim.state.task_definition import ContainerDefinition, TaskDefinition
from ecslab.sim.world import World

INCLUDED_STORAGE_GIB = LIMITS["ephemeral_storage.included"]
"""Ephemeral storage of a Fargate task that asks for none (PN:F-7)."""


def moment(world: World, at_ms: int | None) -> str | None:
    """A moment of the run as AWS's timestamps are written here."""
    return iso(world.start.starts_at, at_ms)


def present(values: dict[str, Any]) -> dict[str, Any]:
    """An answer without the members that have nothing to say, as AWS leaves them out."""
    return {name: value for name, value in values.items() if value is not None}


def strategy_shape(strategy: Iterable[StrategyItem]) -> list[dict[str, Any]]:
    """A capacity provider strategy."""
    return [{"capacityProvider": i.provider, "weight": i.weight, "base": i.base} for i in strategy]


def cluster_shape(world: World, cluster: Cluster) -> dict[str, Any]:
    """A cluster."""
    tasks = [t for t in world.tasks.values() if t.cluster_name == cluster.name]
    active = [s for s in world.services.values() if s.cluster_name == cluster.name and s.status == "ACTIVE"]
    return {
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": cluster.status,
        "registeredContainerInstancesCount": len(world.instances_of(cluster.name)),
        "runningTasksCount": sum(1 for t in tasks if t.last_status == "RUNNING"),
        "pendingTasksCount": sum(1 for t in tasks if t.is_starting),
        "activeServicesCount": len(active),
        "settings": cluster.request.get("settings", []),
        "tags": cluster.tags,
        "statistics": [],
        "capacityProviders": list(cluster.capacity_providers),
        "defaultCapacityProviderStrategy": strategy_shape(cluster.default_strategy),
    }


def task_definition_shape(world: World, definition: TaskDefinition) -> dict[str, Any]:
    """A revision: the registration echoed, AWS's own members beside it."""
    request = {name: value for name, value in definition.request.items() if name != "tags"}
    containers = [
        {
            "cpu": 0,
            "essential": True,
            "portMappings": [],
            "environment": [],
            "mountPoints": [],
            "volumesFrom": [],
            "systemControls": [],
            **c,
        }
        for c in request.pop("containerDefinitions", [])
    ]
    return present(
        {
            **request,
            "taskDefinitionArn": definition.arn,
            "containerDefinitions": containers,
            "family": definition.family,
            "revision": definition.revision,
            "networkMode": definition.network_mode if "networkMode" in request else None,
            "volumes": request.get("volumes", []),
            "status": definition.status,
            "requiresAttributes": [{"name": name} for name in definition.requires_attributes],
            "placementConstraints": request.get("placementConstraints", []),
            "compatibilities": list(definition.compatibilities),
            "registeredAt": moment(world, definition.registered_at_ms),
            "deregisteredAt": moment(world, definition.deregistered_at_ms),
            "deleteRequestedAt": moment(world, definition.delete_requested_at_ms),
        }
    )


def task_shape(world: World, task: Task) -> dict[str, Any]:
    """A task."""
    definition = world.definition_of(task)
    pairs = zip(task.containers, definition.container_definitions, strict=True)
    cluster_arn = world.ids.arn("ecs", f"cluster/{task.cluster_name}")
    return present(
        {
            "attachments": [*_attachments(world, task), *_volume_attachments(world, task)],
            "attributes": [{"name": "ecs.cpu-architecture", "value": _architecture(world, task, definition)}],
            "availabilityZone": task.availability_zone,
            "capacityProviderName": task.capacity_provider,
            "clusterArn": cluster_arn,
            "connectivity": "CONNECTED" if task.pull_started_at_ms is not None else None,
            "connectivityAt": moment(world, task.pull_started_at_ms),
            "containerInstanceArn": task.container_instance_arn,
            "containers": [_container_shape(world, task, c, d) for c, d in pairs],
            "cpu": str(task.cpu_units),
            "createdAt": moment(world, task.created_at_ms),
            "desiredStatus": task.desired_status,
            "enableExecuteCommand": task.enables_execute_command,
            "executionStoppedAt": moment(world, task.execution_stopped_at_ms),
            "group": task.group,
            "healthStatus": task.health_status,
            "lastStatus": task.last_status,
            "launchType": task.launch_type,
            "memory": str(task.memory_mib),
            "overrides": _overrides(task),
            **_fargate_members(task, definition),
            "pullStartedAt": moment(world, task.pull_started_at_ms),
            "pullStoppedAt": moment(world, task.pull_stopped_at_ms),
            "startedAt": moment(world, task.started_at_ms),
            "startedBy": task.started_by,
            "stopCode": task.stop_code,
            "stoppedAt": moment(world, task.stopped_at_ms),
            "stoppedReason": task.stopped_reason,
            "stoppingAt": moment(world, task.stopping_at_ms),
            "tags": task.tags,
            "taskArn": task.arn,
            "taskDefinitionArn": task.task_definition_arn,
            "version": task.version,
        }
    )


_ATTACHMENT_STATUS = {"PROVISIONING": "ATTACHING", "DEPROVISIONING": "DETACHING", "STOPPED": "DELETED"}


def _attachments(world: World, task: Task) -> list[dict[str, Any]]:
    """The network interface of an awsvpc task, which stays told when it is gone (PN:N-40)."""
    if task.subnet_id is None:
        return []
    details = {"subnetId": task.subnet_id}
    if task.eni_id and task.private_address:
        details["networkInterfaceId"] = task.eni_id
        details["macAddress"] = _mac_address(task.private_address)
        details["privateDnsName"] = _private_dns_name(world, task.private_address)
        details["privateIPv4Address"] = task.private_address
    status = _ATTACHMENT_STATUS.get(task.last_status, "ATTACHED") if task.eni_id else "PRECREATED"
    if task.eni_id is None and task.last_status == "STOPPED":
        status = "DELETED"
    return [
        {
            "id": _attachment_id(task),
            "type": "ElasticNetworkInterface",
            "status": status,
            "details": [{"name": name, "value": value} for name, value in details.items()],
        }
    ]


def _volume_attachments(world: World, task: Task) -> list[dict[str, Any]]:
    """The EBS volume of a task (PN:V-5)."""
    if task.volume_configuration is None:
        return []
    volume = world.ebs_volumes.get(task.ebs_volume_id or "")
    details = {
        "roleArn": task.volume_configuration["managedEBSVolume"]["roleArn"],
        "volumeName": task.volume_configuration["name"],
        **({"volumeId": task.ebs_volume_id} if task.ebs_volume_id else {}),
        **(
            {"filesystemType": volume.file_system, "deleteOnTermination": str(volume.deletes).lower()} if volume else {}
        ),
    }
    status = "ATTACHED" if task.ebs_volume_id else "PRECREATED"
    return [
        {
            "id": f"{_attachment_id(task)}-ebs",
            "type": "AmazonElasticBlockStorage",
            "status": "DELETED" if task.last_status == "STOPPED" else status,
            "details": [{"name": name, "value": value} for name, value in details.items()],
        }
    ]


def _attachment_id(task: Task) -> str:
    return f"attachment-{task.id}"


def _mac_address(address: str) -> str:
    """A hardware address of its own for each private address; the lab's choice."""
    return ":".join(["0a", "ec", *(f"{int(part):02x}" for part in address.split("."))])


def _private_dns_name(world: World, address: str) -> str:
    region = world.start.region
    domain = "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
    return f"ip-{address.replace('.', '-')}.{domain}"


def _overrides(task: Task) -> dict[str, Any]:
    """The overrides of a call, with an entry for every container, as AWS has it."""
    given = {item.get("name"): item for item in task.overrides.get("containerOverrides") or ()}
    return {
        "inferenceAcceleratorOverrides": [],
        **task.overrides,
        "containerOverrides": [given.get(c.name, {"name": c.name}) for c in task.containers],
    }


def _architecture(world: World, task: Task, definition: TaskDefinition) -> str:
    """That of the instance; on Fargate what the revision asks for (PN:R-33)."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    asked = (definition.cpu_architecture or "X86_64").lower()
    return (instance.attributes.get("ecs.cpu-architecture") if instance else None) or asked


def _fargate_members(task: Task, definition: TaskDefinition) -> dict[str, Any]:
    """What only a task on Fargate tells: platform and ephemeral storage (PN:F-6, PN:F-7)."""
    if task.launch_type != "FARGATE":
        return {}
    storage = definition.request.get("ephemeralStorage", {"sizeInGiB": INCLUDED_STORAGE_GIB})
    return {
        "platformVersion": task.platform_version,
        "platformFamily": platform_family(definition),
        "ephemeralStorage": task.overrides.get("ephemeralStorage", storage),
    }


def platform_family(definition: TaskDefinition) -> str:
    """The operating system as Fargate names it: Linux, or Windows Server with its version and edition."""
    if not definition.is_windows:
        return "Linux"
    return (definition.operating_system_family or "").replace("_", " ").title()


def _binding_shape(binding: NetworkBinding) -> dict[str, Any]:
    """A pair of ports, or of ranges of them (PN:N-27)."""
    ports: dict[str, Any] = {"containerPort": binding.container_port, "hostPort": binding.host_port}
    if binding.length > 1:
        ports = {"containerPortRange": binding.container_ports, "hostPortRange": binding.host_ports}
    return {"bindIP": "0.0.0.0", **ports, "protocol": binding.protocol}


def _container_shape(world: World, task: Task, container: Container, definition: ContainerDefinition) -> dict[str, Any]:
    address = task.private_address
    interfaces = [{"attachmentId": _attachment_id(task), "privateIpv4Address": address}] if address else []
    bindings = [_binding_shape(binding) for binding in container.network_bindings]
    return present(
        {
            "containerArn": container.arn,
            "taskArn": task.arn,
            "name": container.name,
            "image": container.image,
            "lastStatus": container.last_status,
            "exitCode": container.exit_code,
            "reason": container.reason,
            "networkBindings": bindings if task.network_mode != "awsvpc" else [],
            "networkInterfaces": interfaces,
            "managedAgents": _managed_agents(world, task, container),
            "healthStatus": container.health_status,
            "cpu": str(definition.cpu_units),
            "memory": None if definition.memory_mib is None else str(definition.memory_mib),
            "memoryReservation": (
                None if definition.memory_reservation_mib is None else str(definition.memory_reservation_mib)
            ),
        }
    )


def _managed_agents(world: World, task: Task, container: Container) -> list[dict[str, Any]] | None:
    """The agent of ECS Exec in a container of a task that was started with it (IC:I-57)."""
    if not task.enables_execute_command:
        return None
    started = moment(world, container.started_at_ms)
    agent = {"name": "ExecuteCommandAgent", "lastStatus": container.last_status, "lastStartedAt": started}
    return [present(agent)]


def service_shape(world: World, service: Service) -> dict[str, Any]:
    """A service."""
    tasks = world.tasks_of(service.arn)
    request = {**service.request, **service.updates}
    configurations = (r.get("deploymentConfiguration", {}) for r in (service.request, service.updates))
    configuration = {name: value for given in configurations for name, value in given.items()}
    return present(
        {
            "serviceArn": service.arn,
            "serviceName": service.name,
            "clusterArn": world.ids.arn("ecs", f"cluster/{service.cluster_name}"),
            "loadBalancers": service_load_balancers.shape(service.load_balancers),
            "serviceRegistries": request.get("serviceRegistries", []),
            "status": service.status,
            "desiredCount": service.desired_count,
            "runningCount": sum(1 for t in tasks if t.last_status == "RUNNING"),
            "pendingCount": sum(1 for t in tasks if t.is_starting),
            **_capacity_shape(service),
            "platformVersion": service.platform_version,
            "platformFamily": (
                platform_family(world.task_definitions[service.task_definition_arn])
                if service.launch_type == "FARGATE"
                else None
            ),
            "taskDefinition": service.task_definition_arn,
            "deploymentConfiguration": {
                **configuration,
                "minimumHealthyPercent": service.minimum_healthy_percent,
                "maximumPercent": service.maximum_percent,
            },
            "deployments": [_deployment_shape(world, tasks, d) for d in service.deployments],
            "events": [
                {"id": event.id, "createdAt": moment(world, event.at_ms), "message": event.message}
                for event in service.events
            ],
            "createdAt": moment(world, service.created_at_ms),
            "placementConstraints": [
                present({"type": c.type, "expression": c.expression}) for c in service.placement_constraints
            ],
            "placementStrategy": [
                present({"type": s.type, "field": s.field or None}) for s in service.placement_strategies
            ],
            "networkConfiguration": service.network_configuration,
            "healthCheckGracePeriodSeconds": service.health_check_grace_period_s,
            "schedulingStrategy": service.scheduling_strategy,
            "deploymentController": {"type": "ECS"},
            "availabilityZoneRebalancing": service.availability_zone_rebalancing,
            "enableECSManagedTags": bool(request.get("enableECSManagedTags", False)),
            "propagateTags": request.get("propagateTags", "NONE"),
            "enableExecuteCommand": service.enables_execute_command,
            "tags": service.tags,
        }
    )


def _capacity_shape(of: Service | Deployment) -> dict[str, Any]:
    """A capacity provider strategy, else a launch type (SS:C-51)."""
    if of.strategy:
        return {"capacityProviderStrategy": strategy_shape(of.strategy)}
    return {"launchType": of.launch_type}


def _deployment_shape(world: World, tasks: list[Task], deployment: Deployment) -> dict[str, Any]:
    own = [t for t in tasks if t.deployment_id == deployment.id]
    return present(
        {
            "id": deployment.id,
            "status": deployment.status,
            "taskDefinition": deployment.task_definition_arn,
            "desiredCount": deployment.desired_count,
            "pendingCount": sum(1 for t in own if t.is_starting),
            "runningCount": sum(1 for t in own if t.last_status == "RUNNING"),
            "failedTasks": deployment.failed_tasks,
            "createdAt": moment(world, deployment.created_at_ms),
            "updatedAt": moment(world, deployment.updated_at_ms),
            **_capacity_shape(deployment),
            "platformVersion": deployment.platform_version,
            "networkConfiguration": deployment.network_configuration,
            "volumeConfigurations": [deployment.volume_configuration] if deployment.volume_configuration else None,
            "rolloutState": deployment.rollout_state,
            "rolloutStateReason": deployment.rollout_state_reason,
        }
    )


def container_instance_shape(world: World, instance: ContainerInstance) -> dict[str, Any]:
    """A container instance; remaining PORTS are the ports that are not free (PN:R-6)."""
    tasks = world.tasks_on(instance.arn)
    agent = list(instance.agent_ports)
    provider = providers.of_instance(world, instance)
    return {
        "containerInstanceArn": instance.arn,
        "ec2InstanceId": instance.ec2_instance_id,
        "version": 1,
        "versionInfo": {"agentVersion": instance.agent_version},
        **({"agentUpdateStatus": instance.agent_update} if instance.agent_update else {}),
        "remainingResources": [
            *_resources(instance.remaining_cpu_units, instance.remaining_memory_mib, agent + instance.used_ports),
            *_gpus(instance, instance.remaining_gpus),
        ],
        "registeredResources": [
            *_resources(instance.registered_cpu_units, instance.registered_memory_mib, agent),
            *_gpus(instance, instance.registered_gpus),
        ],
        "status": instance.status,
        **({"statusReason": instance.status_reason} if instance.status_reason else {}),
        **({"capacityProviderName": provider.name} if provider else {}),
        "agentConnected": instance.agent_connected,
        "runningTasksCount": sum(1 for t in tasks if t.desired_status == "RUNNING"),
        "pendingTasksCount": sum(1 for t in tasks if t.last_status == "PENDING"),
        "attributes": [present({"name": name, "value": value}) for name, value in instance.attributes.items()],
        "registeredAt": moment(world, instance.registered_at_ms),
        "attachments": [],
        "tags": instance.tags,
    }


def _gpus(instance: ContainerInstance, count: int) -> list[dict[str, Any]]:
    """GPUs by id, where the machine has any (PN:R-1); the lab counts them and gives them out from the front."""
    if not instance.registered_gpus:
        return []
    ids = [f"GPU-{instance.id}-{number}" for number in range(instance.registered_gpus)]
    return [{"name": "GPU", "type": "STRINGSET", "stringSetValue": ids[len(ids) - count :]}]


def _resources(cpu: int, memory: int, ports: list[tuple[str, int]]) -> list[dict[str, Any]]:
    tcp = [str(port) for protocol, port in ports if protocol == "tcp"]
    udp = [str(port) for protocol, port in ports if protocol == "udp"]
    return [
        {"name": "CPU", "type": "INTEGER", "integerValue": cpu},
        {"name": "MEMORY", "type": "INTEGER", "integerValue": memory},
        {"name": "PORTS", "type": "STRINGSET", "stringSetValue": tcp},
        {"name": "PORTS_UDP", "type": "STRINGSET", "stringSetValue": udp},
    ]

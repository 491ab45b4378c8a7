"""The world in the shapes that ECS's Describe operations answer; moments are ISO 8601 texts in UTC."""

from __future__ import annotations

from typing import Any

from ecslab.sim.calendar import iso
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.state.task import Container, Task
from ecslab.sim.state.task_definition import ContainerDefinition, TaskDefinition
from ecslab.sim.world import World


def moment(world: World, at_ms: int | None) -> str | None:
    """A moment of the run as AWS's timestamps are written here."""
    return iso(world.start.starts_at, at_ms)


def present(values: dict[str, Any]) -> dict[str, Any]:
    """An answer without the members that have nothing to say, as AWS leaves them out."""
    return {name: value for name, value in values.items() if value is not None}


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
        "tags": cluster.request.get("tags", []),
        "statistics": [],
        "capacityProviders": cluster.request.get("capacityProviders", []),
        "defaultCapacityProviderStrategy": cluster.request.get("defaultCapacityProviderStrategy", []),
    }


def task_definition_shape(world: World, definition: TaskDefinition) -> dict[str, Any]:
    """A revision: the registration echoed, AWS's own members beside it."""
    request = {name: value for name, value in definition.request.items() if name != "tags"}
    containers = [
        {"cpu": 0, "essential": True, "portMappings": [], "environment": [], "mountPoints": [], "volumesFrom": [], **c}
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
            "cpu": str(definition.cpu_units) if definition.cpu_units else None,
            "memory": str(definition.memory_mib) if definition.memory_mib else None,
            "registeredAt": moment(world, definition.registered_at_ms),
            "deregisteredAt": moment(world, definition.deregistered_at_ms),
        }
    )


def task_shape(world: World, task: Task) -> dict[str, Any]:
    """A task."""
    definition = world.definition_of(task)
    pairs = zip(task.containers, definition.container_definitions, strict=True)
    cluster_arn = world.ids.arn("ecs", f"cluster/{task.cluster_name}")
    return present(
        {
            "attachments": _attachments(world, task),
            "attributes": [{"name": "ecs.cpu-architecture", "value": definition.cpu_architecture or "x86_64"}],
            "availabilityZone": task.availability_zone,
            "clusterArn": cluster_arn,
            "connectivity": "CONNECTED" if task.pull_started_at_ms is not None else None,
            "connectivityAt": moment(world, task.pull_started_at_ms),
            "containerInstanceArn": task.container_instance_arn,
            "containers": [_container_shape(world, task, c, d) for c, d in pairs],
            "cpu": str(task.cpu_units),
            "createdAt": moment(world, task.created_at_ms),
            "desiredStatus": task.desired_status,
            "enableExecuteCommand": False,
            "executionStoppedAt": moment(world, task.execution_stopped_at_ms),
            "group": task.group,
            "healthStatus": task.health_status,
            "lastStatus": task.last_status,
            "launchType": task.launch_type,
            "memory": str(task.memory_mib),
            "overrides": {"containerOverrides": [], "inferenceAcceleratorOverrides": [], **task.overrides},
            "platformVersion": task.platform_version,
            "platformFamily": "Linux" if task.launch_type == "FARGATE" else None,
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


def _attachments(world: World, task: Task) -> list[dict[str, Any]]:
    interface = world.network_interfaces.get(task.eni_id or "")
    if interface is None:
        return []
    details = [
        {"name": "subnetId", "value": interface.subnet_id},
        {"name": "networkInterfaceId", "value": interface.id},
        {"name": "privateIPv4Address", "value": interface.private_address},
    ]
    status = "ATTACHING" if task.last_status == "PROVISIONING" else "ATTACHED"
    return [{"id": interface.id, "type": "ElasticNetworkInterface", "status": status, "details": details}]


def _container_shape(world: World, task: Task, container: Container, definition: ContainerDefinition) -> dict[str, Any]:
    interface = world.network_interfaces.get(task.eni_id or "")
    interfaces = [{"attachmentId": interface.id, "privateIpv4Address": interface.private_address}] if interface else []
    bindings = [
        {"bindIP": "0.0.0.0", "containerPort": b.container_port, "hostPort": b.host_port, "protocol": b.protocol}
        for b in container.network_bindings
    ]
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
            "healthStatus": container.health_status,
            "cpu": str(definition.cpu_units),
            "memory": None if definition.memory_mib is None else str(definition.memory_mib),
            "memoryReservation": (
                None if definition.memory_reservation_mib is None else str(definition.memory_reservation_mib)
            ),
        }
    )


def service_shape(world: World, service: Service) -> dict[str, Any]:
    """A service."""
    tasks = world.tasks_of(service.arn)
    configuration = service.request.get("deploymentConfiguration", {})
    return present(
        {
            "serviceArn": service.arn,
            "serviceName": service.name,
            "clusterArn": world.ids.arn("ecs", f"cluster/{service.cluster_name}"),
            "loadBalancers": service.request.get("loadBalancers", []),
            "serviceRegistries": service.request.get("serviceRegistries", []),
            "status": service.status,
            "desiredCount": service.desired_count,
            "runningCount": sum(1 for t in tasks if t.last_status == "RUNNING"),
            "pendingCount": sum(1 for t in tasks if t.is_starting),
            "launchType": service.launch_type,
            "platformVersion": service.platform_version,
            "platformFamily": "Linux" if service.launch_type == "FARGATE" else None,
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
            "enableECSManagedTags": bool(service.request.get("enableECSManagedTags", False)),
            "propagateTags": service.request.get("propagateTags", "NONE"),
            "enableExecuteCommand": bool(service.request.get("enableExecuteCommand", False)),
            "tags": service.tags,
        }
    )


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
            "launchType": deployment.launch_type,
            "platformVersion": deployment.platform_version,
            "networkConfiguration": deployment.network_configuration,
            "rolloutState": deployment.rollout_state,
            "rolloutStateReason": deployment.rollout_state_reason,
        }
    )


def container_instance_shape(world: World, instance: ContainerInstance) -> dict[str, Any]:
    """A container instance; remaining PORTS are the ports that are not free (PN:R-6)."""
    tasks = world.tasks_on(instance.arn)
    agent = list(instance.agent_ports)
    return {
        "containerInstanceArn": instance.arn,
        "ec2InstanceId": instance.ec2_instance_id,
        "version": 1,
        "versionInfo": {"agentVersion": instance.agent_version},
        "remainingResources": _resources(
            instance.remaining_cpu_units, instance.remaining_memory_mib, agent + instance.used_ports
        ),
        "registeredResources": _resources(instance.registered_cpu_units, instance.registered_memory_mib, agent),
        "status": instance.status,
        "agentConnected": instance.agent_connected,
        "runningTasksCount": sum(1 for t in tasks if t.desired_status == "RUNNING"),
        "pendingTasksCount": sum(1 for t in tasks if t.last_status == "PENDING"),
        "attributes": [present({"name": name, "value": value}) for name, value in instance.attributes.items()],
        "registeredAt": moment(world, instance.registered_at_ms),
        "attachments": [],
        "tags": [],
    }


def _resources(cpu: int, memory: int, ports: list[tuple[str, int]]) -> list[dict[str, Any]]:
    tcp = [str(port) for protocol, port in ports if protocol == "tcp"]
    udp = [str(port) for protocol, port in ports if protocol == "udp"]
    return [
        {"name": "CPU", "type": "INTEGER", "integerValue": cpu},
        {"name": "MEMORY", "type": "INTEGER", "integerValue": memory},
        {"name": "PORTS", "type": "STRINGSET", "stringSetValue": tcp},
        {"name": "PORTS_UDP", "type": "STRINGSET", "stringSetValue": udp},
    ]

"""From a RegisterTaskDefinition request to a revision: checked, sizes as numbers, AWS's defaults filled in.

Source: PN:T-1 to PN:T-89, PN:R-31, PN:R-32.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.rules import not_simulated, tagging
from ecslab.sim.rules.task_definitions import volumes
from ecslab.sim.rules.task_definitions.attributes import required
from ecslab.sim.rules.task_definitions.validate import Checked, check
from ecslab.sim.state.task_definition import (
    ContainerDefinition,
    ContainerDependency,
    HealthCheck,
    PlacementConstraint,
    PortMapping,
    RestartPolicy,
    TaskDefinition,
)

OPERATION = "ecs:RegisterTaskDefinition"

Parameters = Mapping[str, Any]

_DEFAULT = HealthCheck(())
_NAMED_DEFAULTS = {"interval": _DEFAULT.interval_s, "timeout": _DEFAULT.timeout_s, "retries": _DEFAULT.retries}


def build(parameters: Parameters, *, arn: str, revision: int, at_ms: int) -> TaskDefinition:
    """One revision from a request whose shape is right. Raises ClientException with AWS's words and the remedy."""
    checked = check(parameters)
    platform = parameters.get("runtimePlatform", {})
    return TaskDefinition(
        arn=arn,
        family=parameters["family"],
        revision=revision,
        network_mode=checked.network_mode,
        container_definitions=tuple(_container(c, parameters) for c in parameters["containerDefinitions"]),
        cpu_units=checked.cpu_units,
        memory_mib=checked.memory_mib,
        requires_compatibilities=tuple(parameters.get("requiresCompatibilities", ())),
        compatibilities=checked.compatibilities,
        requires_attributes=required(parameters, checked.network_mode),
        placement_constraints=tuple(
            PlacementConstraint(c["type"], c.get("expression")) for c in parameters.get("placementConstraints", ())
        ),
        volumes=volumes.volumes(parameters),
        ephemeral_storage_gib=parameters.get("ephemeralStorage", {}).get("sizeInGiB"),
        task_role_arn=parameters.get("taskRoleArn"),
        execution_role_arn=parameters.get("executionRoleArn"),
        operating_system_family=platform.get("operatingSystemFamily"),
        cpu_architecture=platform.get("cpuArchitecture"),
        registered_at_ms=at_ms,
        request=_normalised(parameters, checked),
        tags=tagging.read(parameters),
        not_simulated=not_simulated.kept(OPERATION, parameters),
    )


def _container(container: Parameters, parameters: Parameters) -> ContainerDefinition:
    return ContainerDefinition(
        name=container["name"],
        image=container["image"],
        cpu_units=container.get("cpu", 0),
        memory_mib=container.get("memory"),
        memory_reservation_mib=container.get("memoryReservation"),
        essential=container.get("essential", True),
        port_mappings=tuple(_port_mapping(m) for m in container.get("portMappings", ())),
        gpus=sum(int(r["value"]) for r in container.get("resourceRequirements", ()) if r["type"] == "GPU"),
        stop_timeout_s=container.get("stopTimeout"),
        start_timeout_s=container.get("startTimeout"),
        health_check=_health_check(container.get("healthCheck")),
        depends_on=tuple(
            ContainerDependency(d["containerName"], d["condition"]) for d in container.get("dependsOn", ())
        ),
        log_driver=container.get("logConfiguration", {}).get("logDriver"),
        mount_points=volumes.mount_points(container, parameters),
        restart_policy=_restart_policy(container.get("restartPolicy")),
    )


def _restart_policy(policy: Parameters | None) -> RestartPolicy | None:
    if not policy or not policy.get("enabled"):
        return None
    period = policy.get("restartAttemptPeriod", LIMITS["restart_attempt_period.default"])
    return RestartPolicy(period, tuple(policy.get("ignoredExitCodes", ())))


def _port_mapping(mapping: Parameters) -> PortMapping:
    return PortMapping(
        container_port=mapping.get("containerPort"),
        host_port=mapping.get("hostPort"),
        protocol=mapping.get("protocol", "tcp"),
        name=mapping.get("name"),
        container_port_range=mapping.get("containerPortRange"),
    )


def _health_check(check_of_container: Parameters | None) -> HealthCheck | None:
    if not check_of_container:
        return None
    return HealthCheck(
        command=tuple(check_of_container["command"]),
        interval_s=check_of_container.get("interval", _DEFAULT.interval_s),
        timeout_s=check_of_container.get("timeout", _DEFAULT.timeout_s),
        retries=check_of_container.get("retries", _DEFAULT.retries),
        start_period_s=check_of_container.get("startPeriod", _DEFAULT.start_period_s),
    )


def _normalised(parameters: Parameters, checked: Checked) -> dict[str, Any]:
    """The request as Describe echoes it: plain data, sizes as AWS writes them, AWS's own defaults named."""
    request: dict[str, Any] = _plain(parameters)
    for member, amount in (("cpu", checked.cpu_units), ("memory", checked.memory_mib)):
        if member in request and amount is not None:
            request[member] = str(amount)
    for container in request["containerDefinitions"]:
        for mapping in container.get("portMappings", ()):
            _name_port_defaults(mapping, checked.network_mode)
        if "healthCheck" in container:
            container["healthCheck"] = {**_NAMED_DEFAULTS, **container["healthCheck"]}
    return request


def _name_port_defaults(mapping: dict[str, Any], network_mode: str) -> None:
    mapping.setdefault("protocol", "tcp")
    if "containerPort" in mapping:
        mapping.setdefault("hostPort", mapping["containerPort"] if network_mode in ("awsvpc", "host") else 0)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value

"""The capabilities that a container instance must have to run a task definition (PN:R-31, PN:R-32, PN:V-6, PN:V-16)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecslab.sim.rules.task_definitions.fargate import ECR_HOST

OLD, NEW = "com.amazonaws.ecs.capability.", "ecs.capability."


def required(parameters: Mapping[str, Any], network_mode: str) -> tuple[str, ...]:
    """Attribute names without repeats, task-level ones first, then container by container."""
    names = [*_of_task(parameters, network_mode), *_of_volumes(parameters)]
    for container in parameters["containerDefinitions"]:
        names += _of_container(container, has_execution_role=bool(parameters.get("executionRoleArn")))
    return tuple(dict.fromkeys(names))


def _of_task(parameters: Mapping[str, Any], network_mode: str) -> Iterator[str]:
    if network_mode == "awsvpc":
        yield f"{NEW}task-eni"
    if "cpu" in parameters or "memory" in parameters:
        yield f"{NEW}task-cpu-mem-limit"
    if parameters.get("taskRoleArn"):
        yield f"{OLD}task-iam-role{'-network-host' if network_mode == 'host' else ''}"
    if "pidMode" in parameters or "ipcMode" in parameters:
        yield f"{NEW}pid-ipc-namespace-sharing"


def _of_volumes(parameters: Mapping[str, Any]) -> Iterator[str]:
    for volume in parameters.get("volumes", ()):
        if efs := volume.get("efsVolumeConfiguration"):
            yield f"{NEW}efs"
            if efs.get("authorizationConfig"):
                yield f"{NEW}efsAuth"
        if volume.get("s3filesVolumeConfiguration"):
            yield f"{NEW}storage.s3-files"
        if volume.get("fsxWindowsFileServerVolumeConfiguration"):
            yield f"{NEW}fsxWindowsFileServer"
        if volume.get("configuredAtLaunch"):
            yield f"{NEW}storage.ebs-task-volume-attach"
        driver = (volume.get("dockerVolumeConfiguration") or {}).get("driver", "local")
        if driver != "local":
            yield f"{NEW}docker-plugin.{driver}"


def _of_container(container: Mapping[str, Any], *, has_execution_role: bool) -> Iterator[str]:
    simple = {
        "privileged": f"{OLD}privileged-container",
        "dependsOn": f"{NEW}container-ordering",
        "healthCheck": f"{NEW}container-health-check",
        "environmentFiles": f"{NEW}env-files.s3",
    }
    for member, attribute in simple.items():
        if container.get(member):
            yield attribute
    if (container.get("restartPolicy") or {}).get("enabled"):
        yield f"{NEW}container-restart-policy"
    if any("containerPortRange" in mapping for mapping in container.get("portMappings", ())):
        yield f"{NEW}network.container-port-range"
    if firelens := container.get("firelensConfiguration"):
        yield f"{NEW}firelens.{firelens['type']}"
    if ECR_HOST in container["image"]:
        yield f"{OLD}ecr-auth"
        if has_execution_role:
            yield f"{NEW}execution-role-ecr-pull"
    yield from _of_logging(container, has_execution_role=has_execution_role)
    for secret in container.get("secrets", ()):
        store = "asm" if ":secretsmanager:" in secret["valueFrom"] else "ssm"
        yield f"{NEW}secrets.{store}.environment-variables"


def _of_logging(container: Mapping[str, Any], *, has_execution_role: bool) -> Iterator[str]:
    driver = container.get("logConfiguration", {}).get("logDriver")
    if driver:
        yield f"{OLD}logging-driver.{driver}"
    if driver == "awslogs" and has_execution_role:
        yield f"{NEW}execution-role-awslogs"

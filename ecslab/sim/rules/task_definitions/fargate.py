"""What Fargate cannot run: the reasons that keep a task definition off it, in the order AWS would meet them.

Source: PN:T-71 to PN:T-73, PN:T-80, PN:T-81, PN:F-1 to PN:F-7, PN:F-11, IC:X-29 to IC:X-34.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.rules.task_definitions.sizes import fargate_problem

ECR_HOST = ".dkr.ecr."
LOG_DRIVERS = ("awslogs", "splunk", "awsfirelens")
CONTAINER_MEMBERS = (
    "disableNetworking",
    "dnsSearchDomains",
    "dnsServers",
    "dockerSecurityOptions",
    "extraHosts",
    "links",
    "privileged",
)
LINUX_MEMBERS = ("maxSwap", "swappiness", "devices", "sharedMemorySize")

Parameters = Mapping[str, Any]


def problems(parameters: Parameters, cpu_units: int | None, memory_mib: int | None) -> Iterator[str]:
    """Each sentence says one thing that Fargate refuses; none means that Fargate can run the definition."""
    system = str(parameters.get("runtimePlatform", {}).get("operatingSystemFamily", "LINUX"))
    windows = system.startswith("WINDOWS")
    if size := fargate_problem(cpu_units, memory_mib, "WINDOWS" if windows else "LINUX"):
        yield size
    mode = parameters.get("networkMode", "bridge")
    if mode != "awsvpc":
        yield f"Fargate only supports network mode 'awsvpc'. It is '{mode}'; set networkMode to awsvpc."
    yield from _task_problems(parameters)
    if windows:
        yield from _windows_problems(parameters)
    for container in parameters["containerDefinitions"]:
        yield from _container_problems(container, has_execution_role=bool(parameters.get("executionRoleArn")))
    for volume in parameters.get("volumes", ()):
        yield from _volume_problems(volume)


def _task_problems(parameters: Parameters) -> Iterator[str]:
    if parameters.get("placementConstraints"):
        yield "placementConstraints are not supported on Fargate; remove them, there are no instances to choose from."
    if "ipcMode" in parameters:
        yield "ipcMode is not supported on Fargate; remove it."
    if parameters.get("pidMode") == "host":
        yield "pidMode host is not supported on Fargate; remove it or set it to task."
    if "inferenceAccelerators" in parameters:
        yield "inferenceAccelerators are not supported on Fargate; remove them."


def _windows_problems(parameters: Parameters) -> Iterator[str]:
    if parameters["runtimePlatform"].get("cpuArchitecture", "X86_64") != "X86_64":
        yield "Windows containers on Fargate need cpuArchitecture X86_64; change runtimePlatform."
    if "ephemeralStorage" in parameters:
        yield "ephemeralStorage cannot be set for Windows containers on Fargate; remove it."
    for volume in parameters.get("volumes", ()):
        if volume.get("efsVolumeConfiguration") or volume.get("configuredAtLaunch"):
            yield f"Windows containers on Fargate mount neither EFS nor EBS; remove the volume '{volume['name']}'."


def _container_problems(container: Mapping[str, Any], *, has_execution_role: bool) -> Iterator[str]:
    name = container["name"]
    driver = container.get("logConfiguration", {}).get("logDriver")
    if not has_execution_role:
        yield from _role_problems(container, driver)
    for member in CONTAINER_MEMBERS:
        if container.get(member):
            yield f"{member} is not supported on Fargate; remove it from container '{name}'."
    if container.get("resourceRequirements"):
        yield f"GPUs are not available on Fargate; remove resourceRequirements from container '{name}'."
    if driver is not None and driver not in LOG_DRIVERS:
        yield f"Fargate has no log driver '{driver}'; container '{name}' can use {', '.join(LOG_DRIVERS)}."
    yield from _linux_problems(container.get("linuxParameters", {}), name)
    for member in ("startTimeout", "stopTimeout"):
        low, high = LIMITS["fargate.timeout.min"], LIMITS["fargate.timeout.max"]
        if not low <= container.get(member, low) <= high:
            yield (
                f"{member} of container '{name}' is {container[member]} seconds; on Fargate it needs to be "
                f"from {low} to {high}."
            )


def _role_problems(container: Mapping[str, Any], driver: str | None) -> Iterator[str]:
    name, remedy = container["name"], "Add executionRoleArn, such as ecsTaskExecutionRole."
    if driver == "awslogs":
        yield (
            "Fargate requires task definition to have execution role ARN to support log driver awslogs. "
            f"Container '{name}' uses it. {remedy}"
        )
    if ECR_HOST in str(container.get("image", "")):
        yield (
            "Fargate requires task definition to have execution role ARN to support ECR images. "
            f"Container '{name}' uses one. {remedy}"
        )
    if container.get("repositoryCredentials"):
        yield f"Container '{name}' has repositoryCredentials, which the execution role reads. {remedy}"


def _linux_problems(linux: Mapping[str, Any], name: str) -> Iterator[str]:
    for member in LINUX_MEMBERS:
        if member in linux:
            yield f"linuxParameters.{member} is not supported on Fargate; remove it from container '{name}'."
    for capability in linux.get("capabilities", {}).get("add", ()):
        if capability != "SYS_PTRACE":
            yield f"Fargate can add the kernel capability SYS_PTRACE only; remove {capability} from container '{name}'."


def _volume_problems(volume: Mapping[str, Any]) -> Iterator[str]:
    name = volume.get("name")
    if (volume.get("host") or {}).get("sourcePath"):
        yield (
            "Fargate compatible task definitions do not support sourcePath. The volume "
            f"'{name}' has one; remove it, or use an EFS volume."
        )
    if volume.get("dockerVolumeConfiguration"):
        yield f"Docker volumes are not supported on Fargate; make the volume '{name}' an EFS volume or an empty one."
    if volume.get("fsxWindowsFileServerVolumeConfiguration"):
        yield f"FSx for Windows File Server volumes are not supported on Fargate; remove the volume '{name}'."

"""What a task must reach before its containers start: registries, secrets and logs (IC:R-12, IC:R-15 to IC:R-26).

On Fargate all of it goes through the task's interface; on EC2 agent and Docker go through the instance's, whatever the
network mode (PN:N-45). The first service without a way names the error, in the order of IC:R-25; a way that opens
before the retries are over still counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from ecslab.sim.rules.reachability import Path, service_path
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.state.task import Container, Task
from ecslab.sim.world import World

_PRIVATE_REPOSITORY = re.compile(r"\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/.+")
_FETCH = "unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve"
_HUB = "https://registry-1.docker.io/v2/"


def ecr_region(image: str) -> str | None:
    """The region of a private ECR repository, None for an image of any other registry."""
    found = _PRIVATE_REPOSITORY.fullmatch(image)
    return found.group(1) if found else None


def task_path(world: World, task: Task, service: str) -> Path:
    """The way from where a task is prepared: its own interface on Fargate, its instance's on EC2 (PN:N-45)."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance:
        return machine_path(world, world.ec2_instances[instance.ec2_instance_id], service)
    interface = world.network_interfaces[task.eni_id or ""]
    public = interface.public_address is not None
    return service_path(
        world, interface.subnet_id, interface.security_groups, public, service, interface.private_address
    )


def machine_path(world: World, machine: Ec2Instance, service: str) -> Path:
    """The way from an EC2 instance."""
    public = machine.public_address is not None
    return service_path(world, machine.subnet_id, machine.security_groups, public, service, machine.private_address)


def agent_path(world: World, machine: Ec2Instance) -> Path:
    """The way of an instance's agent to ECS: without it the instance never registers (IC:R-22, SS:C-21)."""
    paths = [machine_path(world, machine, service) for service in ("ecs", "ecs-agent", "ecs-telemetry")]
    return next((path for path in paths if not path.reached), paths[0])


def resources_out_of_reach(world: World, task: Task) -> str | None:
    """The stoppedReason of a task that cannot log in to its registry or fetch its secrets, None when it can (IC:R-25).

    On EC2 the login is part of each pull.
    """
    logins = _login(world, task, task.containers) if task.launch_type == "FARGATE" else ()
    return next(chain(logins, _secrets(world, task)), None)


def image_out_of_reach(world: World, task: Task, container: Container) -> str | None:
    """Why a container cannot have its image, or then its log stream; None when it can (IC:R-25)."""
    looks = (_login(world, task, [container]), _layers(world, task, container), _logs(world, task, container))
    return next(chain(*looks), None)


def tries_in_vain(world: World, task: Task, container: Container) -> bool:
    """Whether something that a container needs is out of reach now."""
    return bool(resources_out_of_reach(world, task) or image_out_of_reach(world, task, container))


def _reaches(world: World, task: Task, service: str, region: str | None = None) -> bool:
    """Endpoints serve their own region alone; another is over the internet (IC:R-23)."""
    return task_path(world, task, service if region in (None, world.start.region) else "internet").reached


def has(world: World, task: Task, container: Container) -> bool:
    """Whether the instance has the image: one that cannot pull falls back on what it has (PN:N-45)."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    return instance is not None and container.image in instance.cached_images


def _login(world: World, task: Task, containers: Sequence[Container]) -> Iterator[str]:
    """The registry's token, which Fargate fetches first of all (IC:R-15, IC:R-26)."""
    for container in containers:
        region = ecr_region(container.image)
        if region and not has(world, task, container) and not _reaches(world, task, "ecr.api", region):
            call = f"https://api.ecr.{region}.amazonaws.com/"
            yield _refused(task, f"ResourceInitializationError: {_FETCH} ecr registry auth: {_retried(call)}", call)


def _retried(address: str) -> str:
    return (
        f"service call has been retried 3 time(s): {_not_sent(address)}. Please check your task network configuration."
    )


def _timeout(address: str) -> str:
    return f"dial tcp {address.split('/')[2]}:443: i/o timeout"


def _not_sent(address: str) -> str:
    return f'RequestError: send request failed caused by: Post "{address}": {_timeout(address)}'


def _refused(task: Task, on_fargate: str, address: str) -> str:
    """What Fargate says, or what the agent of an instance says of any registry without a way (IC:R-12)."""
    if task.launch_type == "FARGATE":
        return on_fargate
    return (
        "CannotPullContainerError: The task can't pull the image. Check your network configuration. Error response "
        f'from daemon: Get "{address}": net/http: request canceled while waiting for connection '
        "(Client.Timeout exceeded while awaiting headers)"
    )


def _secrets(world: World, task: Task) -> Iterator[str]:
    """Secrets and parameters of containers, and the credentials of private registries (IC:R-19, IC:R-20)."""
    region = world.start.region
    for service in _secret_services(world, task):
        if _reaches(world, task, service):
            continue
        call = f"https://{service}.{region}.amazonaws.com/"
        source = "secret from asm" if service == "secretsmanager" else "secrets from ssm"
        named = "AWS Secrets Manager in region" if service == "secretsmanager" else "SSM Parameter Store in"
        if task.launch_type == "FARGATE":
            yield f"ResourceInitializationError: {_FETCH} {source}: {_retried(call)}"
        else:
            yield f"Fetching secret data from {named} {region}: {_not_sent(call)}"


def _secret_services(world: World, task: Task) -> list[str]:
    """`secretsmanager` and `ssm`, as far as the containers need them."""
    needed: dict[str, None] = {}
    for container in world.definition_of(task).request.get("containerDefinitions") or []:
        if container.get("repositoryCredentials"):
            needed["secretsmanager"] = None
        for secret in container.get("secrets") or []:
            is_secret = str(secret.get("valueFrom")).startswith("arn:aws:secretsmanager:")
            needed["secretsmanager" if is_secret else "ssm"] = None
    return list(needed)


def _layers(world: World, task: Task, container: Container) -> Iterator[str]:
    """Manifests and layers: ecr.dkr and S3 for ECR, the internet for other registries (IC:R-16, IC:R-17, IC:R-24)."""
    image = container.image
    region = ecr_region(image)
    if has(world, task, container):
        return
    if region is None:
        if not _reaches(world, task, "internet"):
            yield _not_pulled(task, image, manifest(image))
    elif not _reaches(world, task, "ecr.dkr", region):
        host, _, repository = image.partition("/")
        yield _not_pulled(task, image, f"https://{host}/v2/{repository.partition(':')[0]}/manifests/latest")
    elif not _reaches(world, task, "s3", region):
        yield _not_copied(task, f"https://prod-{region}-starport-layer-bucket.s3.{region}.amazonaws.com/")


def is_of_hub(image: str) -> bool:
    """Whether an image is one of Docker Hub: its name begins with no host."""
    host, slash, _ = image.partition("/")
    return not (slash and ("." in host or ":" in host))


def manifest(image: str) -> str:
    """Where the manifest of an image of a public registry is; a bare name is one of Docker Hub."""
    host, _, rest = image.partition("/")
    is_host = not is_of_hub(image)
    name, _, tag = (rest if is_host else image).partition(":")
    own = name if "/" in name or is_host else f"library/{name}"
    return f"{f'https://{host}/v2/' if is_host else _HUB}{own}/manifests/{tag or 'latest'}"


def _not_pulled(task: Task, image: str, address: str) -> str:
    return _refused(
        task,
        f"CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref {image}: "
        f'failed to do request: Head "{address}": {_timeout(address)}',
        address,
    )


def _not_copied(task: Task, address: str) -> str:
    return _refused(
        task,
        "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: "
        f'failed to do request: Get "{address}": {_timeout(address)}',
        address,
    )


def _logs(world: World, task: Task, container: Container) -> Iterator[str]:
    """The log stream of awslogs, made before a container starts (IC:R-18, IC:R-25)."""
    definitions = world.definition_of(task).request.get("containerDefinitions") or []
    own: dict[str, Any] = next((c for c in definitions if c.get("name") == container.name), {})
    if (own.get("logConfiguration") or {}).get("logDriver") != "awslogs" or _reaches(world, task, "logs"):
        return
    call = f"https://logs.{world.start.region}.amazonaws.com/"
    failed = f"failed to create Cloudwatch log stream: {_not_sent(call)}"
    if task.launch_type == "FARGATE":
        yield (
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
            f"{failed} : exit status 1"
        )
    else:
        yield f"CannotStartContainerError: Error response from daemon: failed to initialize logging driver: {failed}"

"""How often Docker Hub lets an address pull without an account (IC:R-11).

Source: https://docs.docker.com/docker-hub/usage/, as of 2026-11-24.
"""

from __future__ import annotations

from ecslab.sim.changes import supply_changes
from ecslab.sim.data.tables import LIMITS, TIMINGS
from ecslab.sim.rules import pulling
from ecslab.sim.state.task import Container, Task
from ecslab.sim.world import World

TOO_MANY = (
    "toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and "
    "upgrading: https://www.docker.com/increase-rate-limit"
)


def problem(world: World, task: Task, container: Container) -> str | None:
    """Why Docker Hub gives a container's image no more to the address that asks; None when it does."""
    address = _asking(world, task, container)
    if address is None or len(_recent(world, address)) < LIMITS["docker_hub.pulls"]:
        return None
    if task.launch_type != "FARGATE":
        return f"CannotPullContainerError: Error response from daemon: {TOO_MANY}"
    manifest = pulling.manifest(container.image)
    return (
        "CannotPullContainerError: inspect image has been retried 5 time(s): httpReadSeeker: failed open: unexpected "
        f"status code {manifest}: 429 Too Many Requests - Server message: {TOO_MANY}"
    )


def pulled(world: World, task: Task, container: Container) -> None:
    """An image was pulled; what comes from Docker Hub without an account counts for the address."""
    address = _asking(world, task, container)
    if address is not None:
        supply_changes.hub_pulled(world, address, _recent(world, address))


def _recent(world: World, address: str) -> list[int]:
    since_ms = world.now_ms - TIMINGS["docker_hub.window"]
    return [at_ms for at_ms in world.hub_pulls.get(address, []) if at_ms > since_ms]


def _asking(world: World, task: Task, container: Container) -> str | None:
    """The public address that a pull comes from: a NAT gateway's, or the own one of who pulls.

    None where nothing is pulled from Docker Hub, or with credentials.
    """
    defined = world.definition_of(task).request.get("containerDefinitions") or []
    has_account = any(c.get("name") == container.name and c.get("repositoryCredentials") for c in defined)
    if has_account or not pulling.is_of_hub(container.image) or pulling.has(world, task, container):
        return None
    for hop in pulling.task_path(world, task, "internet").hops:
        if hop.kind == "natGateway":
            return world.nat_gateways[hop.id].public_address
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance:
        return world.ec2_instances[instance.ec2_instance_id].public_address
    return world.network_interfaces[task.eni_id or ""].public_address

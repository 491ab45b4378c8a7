"""Faults: what breaks by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import instance_changes, journal
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.operations.ecs.shapes import container_instance_shape, task_shape
from ecslab.sim.rules import providers
from ecslab.sim.rules.capacity import ending, looks, spot, zones
from ecslab.sim.rules.tasks import looking, running, stopping
from ecslab.sim.state.container_instance import ContainerInstance, Ec2Instance
from ecslab.sim.state.task import Task
from ecslab.sim.world import World


def exit_container(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A container ends by itself (PN:T-31)."""
    reference = str(parameters["task"])
    task = next((t for t in world.tasks.values() if reference in (t.arn, t.id)), None)
    if task is None:
        raise InvalidParameterException("The referenced task was not found.")
    name = parameters.get("container") or next(c.name for c in task.containers if c.essential)
    container = next((c for c in task.containers if c.name == name), None)
    if container is None:
        names = ", ".join(c.name for c in task.containers)
        raise InvalidParameterException(f"The task has no container {name}; it has {names}.")
    if container.last_status != "RUNNING":
        raise InvalidParameterException(
            f"The container {name} is {container.last_status}; only a RUNNING container can exit."
        )
    if looking.is_cut_off(world, task):
        raise InvalidParameterException(_why_silent(world, task))
    running.container_exits(world, task, container, int(parameters.get("exitCode", 0)))
    journal.call_made(world, "lab:ExitContainer", task.arn, task.cluster_name, container=name)
    return {"task": task_shape(world, task)}


def _why_silent(world: World, task: Task) -> str:
    """Why ECS would hear nothing of a container that ends (SS:C-23, SS:C-44, SS:C-45)."""
    host = world.container_instances.get(task.container_instance_arn or "")
    if host is None:
        return f"The Availability Zone {task.availability_zone} of the task is lost; nothing runs in it any more."
    machine = world.ec2_instances[host.ec2_instance_id]
    if machine.failed_at_ms is None and machine.state == "running":
        return f"The agent of {machine.id} under the task is disconnected; reconnect it, or ECS hears of nothing there."
    return f"The instance {machine.id} under the task has failed; nothing runs on it any more."


def fail_instance(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The machine of a container instance dies (SS:C-44)."""
    machine = _machine(world, str(parameters["instance"]))
    if machine.failed_at_ms is not None:
        raise InvalidParameterException(f"The instance {machine.id} has failed already.")
    if machine.state not in ("pending", "running"):
        raise InvalidParameterException(f"The instance {machine.id} is {machine.state}; nothing is left to fail.")
    instance = world.instance_on(machine.id)
    ending.fail(world, machine)
    return _told(world, "lab:FailInstance", machine, instance)


def interrupt_spot(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """AWS wants the Spot capacity of an instance or a Fargate task back, in two minutes (SS:C-40, SS:C-42)."""
    if ("task" in parameters) == ("instance" in parameters):
        raise InvalidParameterException("InterruptSpot needs either an instance or a task.")
    if "task" in parameters:
        return _interrupt_task(world, str(parameters["task"]))
    machine = _machine(world, str(parameters["instance"]))
    if machine.market != "spot":
        raise InvalidParameterException(f"The instance {machine.id} is no Spot Instance; AWS does not take it back.")
    if machine.state not in ("pending", "running") or machine.doomed_at_ms is not None:
        raise InvalidParameterException(f"The instance {machine.id} is {machine.state} and has had its notice.")
    instance = world.instance_on(machine.id)
    spot.interrupt(world, machine)
    return _told(world, "lab:InterruptSpot", machine, instance)


def _interrupt_task(world: World, reference: str) -> dict[str, Any]:
    task = next((t for t in world.tasks.values() if reference in (t.arn, t.id)), None)
    if task is None:
        raise InvalidParameterException("The referenced task was not found.")
    if task.capacity_provider != providers.FARGATE_SPOT:
        raise InvalidParameterException(f"The task {task.id} does not run on FARGATE_SPOT; AWS does not interrupt it.")
    if task.desired_status == "STOPPED":
        raise InvalidParameterException(f"The task {task.id} is told to stop already.")
    stopping.interrupt(world, task)
    journal.call_made(world, "lab:InterruptSpot", task.arn, task.cluster_name)
    return {"task": task_shape(world, task)}


def recover_instance(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A dead machine returns, as long as nobody has given it up (SS:C-44)."""
    machine = _machine(world, str(parameters["instance"]))
    if machine.is_gone:
        raise InvalidParameterException(f"The instance {machine.id} is {machine.state}; it does not come back.")
    if machine.failed_at_ms is None:
        raise InvalidParameterException(f"The instance {machine.id} has not failed.")
    if machine.availability_zone in world.failed_zones:
        raise InvalidParameterException(f"The zone {machine.availability_zone} is lost; recover the zone.")
    ending.recover(world, machine)
    return _told(world, "lab:RecoverInstance", machine, world.instance_on(machine.id))


def disconnect_agent(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The agent of a container instance loses ECS; what runs on the machine goes on (SS:C-23, PN:R-21)."""
    instance = _container_instance(world, str(parameters["instance"]))
    if not instance.agent_connected:
        raise InvalidParameterException(f"The agent of {instance.ec2_instance_id} is disconnected already.")
    instance_changes.agent_disconnected(world, instance)
    machine = world.ec2_instances[instance.ec2_instance_id]
    looks.group_of_machine_changed(world, machine)
    return _told(world, "lab:DisconnectAgent", machine, instance)


def reconnect_agent(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The agent finds its way to ECS again, and tells what happened meanwhile (SS:C-23)."""
    instance = _container_instance(world, str(parameters["instance"]))
    machine = world.ec2_instances[instance.ec2_instance_id]
    if instance.agent_connected:
        raise InvalidParameterException(f"The agent of {machine.id} is connected.")
    if machine.failed_at_ms is not None or machine.state != "running":
        raise InvalidParameterException(f"The machine {machine.id} under the agent does not run.")
    ending.reconnect(world, instance)
    return _told(world, "lab:ReconnectAgent", machine, instance)


def fail_zone(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An Availability Zone is lost (SS:C-45)."""
    zone = _zone(world, parameters)
    if zone in world.failed_zones:
        raise InvalidParameterException(f"The Availability Zone {zone} is lost already.")
    zones.fail(world, zone)
    journal.call_made(world, "lab:FailZone", zone, None)
    return {"zone": zone}


def recover_zone(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A lost Availability Zone is back (SS:C-45)."""
    zone = _zone(world, parameters)
    if zone not in world.failed_zones:
        raise InvalidParameterException(f"The Availability Zone {zone} is not lost.")
    zones.recover(world, zone)
    journal.call_made(world, "lab:RecoverZone", zone, None)
    return {"zone": zone}


def _zone(world: World, parameters: Mapping[str, Any]) -> str:
    zone = str(parameters["zone"])
    if zone not in world.zones:
        raise InvalidParameterException(f"The Availability Zone {zone[:64]} is none of {', '.join(world.zones)}.")
    return zone


def _told(world: World, call: str, machine: Ec2Instance, instance: ContainerInstance | None) -> dict[str, Any]:
    cluster = instance.cluster_name if instance else None
    journal.call_made(world, call, instance.arn if instance else machine.id, cluster, ec2InstanceId=machine.id)
    return {
        "instanceId": machine.id,
        "containerInstance": container_instance_shape(world, instance) if instance else None,
    }


def _container_instance(world: World, reference: str) -> ContainerInstance:
    """A container instance that is not INACTIVE, by its id or ARN or the id of its machine."""
    found = world.find_instance(reference)
    instance = world.instance_on(found.ec2_instance_id) if found else None
    if instance is None:
        raise InvalidParameterException(f"There is no container instance {reference}.")
    return instance


def _machine(world: World, reference: str) -> Ec2Instance:
    """A machine by its id, or by the container instance that it is."""
    if reference in world.ec2_instances:
        return world.ec2_instances[reference]
    instance = world.find_instance(reference)
    if instance is None:
        raise InvalidParameterException(f"There is no container instance {reference}.")
    return world.ec2_instances[instance.ec2_instance_id]

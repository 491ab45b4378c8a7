"""Container instances: registered, drained, deregistered and described (PN section R, PN:Q-6, SS:C-20 to SS:C-34)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim import written
from ecslab.sim.changes import instance_changes, journal, tag_changes
from ecslab.sim.data.tables import LIMITS, instance_type
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import ClientException
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs import attributes, including
from ecslab.sim.operations.ecs.clusters import known_cluster
from ecslab.sim.operations.ecs.shapes import container_instance_shape
from ecslab.sim.rules import agent_settings, networking, tagging
from ecslab.sim.rules.capacity import agent_updates, draining, ending, images, machines, registering
from ecslab.sim.rules.iam import roles
from ecslab.sim.rules.placement import query_language
from ecslab.sim.rules.tasks import looking
from ecslab.sim.rules.vpcs import default_group
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import NEWEST_AGENT, ContainerInstance, Ec2Instance
from ecslab.sim.state.network import Subnet
from ecslab.sim.world import World


def describe_container_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Container instances by id or ARN in the order asked; unknown ones are failures."""
    cluster, words = known_cluster(world, parameters), including.asked(parameters, including.OF_INSTANCES)
    found, failures = [], []
    for reference in reading.asked(parameters, "containerInstances", "Container instances"):
        instance = world.find_instance(reference)
        if instance is None or instance.cluster_name != cluster.name:
            failures.append(reading.missing(world, "container-instance", cluster.name, reference))
        else:
            found.append(including.told(container_instance_shape(world, instance), words))
    return {"containerInstances": found, "failures": failures}


def list_container_instances(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """ARNs in canonical order; `filter` is a cluster query language expression (PN:Q-6)."""
    cluster = known_cluster(world, parameters)
    instances = world.instances_of(cluster.name)
    if parameters.get("status"):
        instances = [i for i in instances if i.status == parameters["status"]]
    if parameters.get("filter"):
        expression = query_language.parse(str(parameters["filter"]))
        instances = [i for i in instances if query_language.matches(expression, world, i)]
    arns, token = reading.page([i.arn for i in instances], parameters)
    return {"containerInstanceArns": arns, **({"nextToken": token} if token else {})}


def _instance(world: World, cluster: Cluster, reference: str) -> ContainerInstance | None:
    """A container instance of a cluster that is not INACTIVE, by its id, ARN or EC2 instance id."""
    short = reference.rpartition("/")[2]
    for instance in world.instances_of(cluster.name):
        if short in (instance.id, instance.ec2_instance_id):
            return instance
    return None


def update_container_instances_state(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Set instances to DRAINING or ACTIVE; what cannot be set is a failure (SS:C-30, PN:R-22, PN:R-24)."""
    cluster = world.cluster(parameters.get("cluster"))
    status = reading.one_of(parameters, "status", ("ACTIVE", "DRAINING"), "")
    names = [str(name) for name in parameters["containerInstances"]]
    most = LIMITS["updated.containerInstances"]
    if not 1 <= len(names) <= most:
        raise InvalidParameterException(f"containerInstances holds {len(names)} entries; one call takes 1 to {most}.")
    done, failures = [], []
    for name in names:
        instance = _instance(world, cluster, name)
        if instance is None:
            failures.append(reading.missing(world, "container-instance", cluster.name, name))
            continue
        if status == "DRAINING" and instance.status == "ACTIVE":
            draining.drain(world, instance)
        elif status == "ACTIVE" and instance.status == "DRAINING":
            draining.activate(world, instance)
        done.append(instance)
    resource = done[0].arn if done else cluster.arn
    journal.call_made(
        world, "ecs:UpdateContainerInstancesState", resource, cluster.name, status=status, count=len(done)
    )
    return {"containerInstances": [container_instance_shape(world, i) for i in done], "failures": failures}


def deregister_container_instance(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take an instance out of its cluster; tasks on it need `force` and end with it (SS:C-25, IC:X-50)."""
    cluster = world.cluster(parameters.get("cluster"))
    instance = _instance(world, cluster, str(parameters["containerInstance"]))
    if instance is None:
        raise InvalidParameterException("The referenced container instance was not found.")
    if world.tasks_on(instance.arn) and not parameters.get("force"):
        raise InvalidParameterException("Found running tasks on the instance.")
    ending.deregister(world, instance)
    journal.call_made(
        world,
        "ecs:DeregisterContainerInstance",
        instance.arn,
        cluster.name,
        ec2InstanceId=instance.ec2_instance_id,
    )
    return {"containerInstance": container_instance_shape(world, instance)}


def update_container_agent(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the agent of a container instance to the newest version (IC:X-54)."""
    cluster = world.cluster(parameters.get("cluster"))
    instance = _instance(world, cluster, str(parameters["containerInstance"]))
    if instance is None:
        raise InvalidParameterException("The referenced container instance was not found.")
    if problem := agent_updates.obstacle(instance):
        raise problem
    agent_updates.begin(world, instance)
    journal.call_made(
        world, "ecs:UpdateContainerAgent", instance.arn, cluster.name, ec2InstanceId=instance.ec2_instance_id
    )
    return {"containerInstance": container_instance_shape(world, instance)}


def register_container_instance(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An agent registers its machine by hand (SS:C-20, SS:C-26).

    A call that names the machine of a container instance registers that one anew. A machine that the account does not
    have is made: its zone and type come from the attributes, else from the identity document.
    """
    cluster = world.cluster(parameters.get("cluster"))
    told = _told(parameters)
    machine = _machine(world, told)
    resources = {str(r.get("name")): r for r in parameters.get("totalResources") or []}
    cpu = (resources.get("CPU") or {}).get("integerValue")
    memory = (resources.get("MEMORY") or {}).get("integerValue")
    found = registering.registration(world, told["type"], cpu=cpu, memory_mib=memory, reserved_mib=0)
    custom = {
        str(a["name"]): a.get("value")
        for a in parameters.get("attributes") or []
        if not str(a["name"]).startswith(attributes.OF_ECS)
    }
    attributes.judge_count(custom)
    for name, value in custom.items():
        attributes.judge(name, value)
    ports = [
        (protocol, int(port))
        for kind, protocol in (("PORTS", "tcp"), ("PORTS_UDP", "udp"))
        for port in (resources.get(kind) or {}).get("stringSetValue") or []
    ]
    tags = tagging.read(parameters)
    version = (parameters.get("versionInfo") or {}).get("agentVersion", NEWEST_AGENT)
    default = tuple(("tcp", port) for port in agent_settings.DEFAULT_PORTS)
    agent = registering.Agent(custom, tuple(ports) or default, networking.DYNAMIC_PORTS, version=str(version))
    is_new = machine is None or world.instance_on(machine.id) is None
    if is_new and (problem := registering.too_many(world, cluster.name)):
        raise ClientException(problem)
    if machine is None:
        machine = _made(world, told)
    before = world.instance_on(machine.id)
    if before:
        instance_changes.agent_reconnected(world, before)
    instance = before or registering.register(world, machine, cluster.name, found, agent)
    if instance is None:
        raise InvalidParameterException(f"The instance {machine.id} could not be registered: {machine.unregistered}")
    if tags:
        tag_changes.tags_set(instance, tagging.merged(instance.tags, tags))
    looking.capacity_freed(world, cluster.name)
    journal.call_made(world, "ecs:RegisterContainerInstance", instance.arn, cluster.name, count=1)
    return {"containerInstance": container_instance_shape(world, instance)}


def _told(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Which machine, of which type, in which zone: from the attributes, else from the identity document."""
    document = written.json_value(str(parameters.get("instanceIdentityDocument") or "{}"))
    document = document if isinstance(document, dict) else {}
    given = {str(a["name"]): str(a.get("value") or "") for a in parameters.get("attributes") or []}
    zone = given.get("ecs.availability-zone") or str(document.get("availabilityZone") or "")
    type_name = given.get("ecs.instance-type") or str(document.get("instanceType") or "")
    if not type_name:
        raise InvalidParameterException(
            "The instance type is not told; give the attribute ecs.instance-type or an instanceIdentityDocument."
        )
    return {"machine": str(document.get("instanceId") or ""), "zone": zone, "type": type_name}


def _machine(world: World, told: Mapping[str, str]) -> Ec2Instance | None:
    machine = world.ec2_instances.get(told["machine"])
    if machine is not None and machine.state != "running":
        raise InvalidParameterException(f"The instance {machine.id} is {machine.state}; it has to run.")
    return machine


def _subnet(world: World, zone: str) -> Subnet:
    zone = zone or world.zones[0]
    found = next((s for s in world.subnets.values() if s.is_default and s.availability_zone == zone), None)
    if found is None or found.free_addresses <= 0:
        raise InvalidParameterException(f"{zone[:64]} has no default subnet with a free address for the instance.")
    return found


def _made(world: World, told: Mapping[str, str]) -> Ec2Instance:
    """A machine under an instance that somebody registers by hand."""
    known = instance_type(told["type"])
    image = images.optimized_for(known.architecture if known else "x86_64")
    subnet = _subnet(world, told["zone"])
    profile = world.instance_profiles.get(roles.DEFAULT_PROFILE)
    group = default_group(world, subnet.vpc_id).id
    order = machines.Order(image.id, told["type"], profile.arn if profile else None, (group,))
    return machines.make(world, order, subnet)

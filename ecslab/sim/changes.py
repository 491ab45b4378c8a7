"""The only writer of the world (core law 9). Every change takes the world first, whether it needs it or not.

Each change writes the state, keeps the indexes and appends one journal entry (moment, serial, kind, id, values).
Map, charts and event views are made from the journal.
"""

from __future__ import annotations

from typing import Any

from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import ContainerInstance, Ec2Instance
from ecslab.sim.state.image import Image
from ecslab.sim.state.network import NetworkInterface, SecurityGroup, Subnet, Vpc
from ecslab.sim.state.service import Deployment, Service, ServiceEvent
from ecslab.sim.state.task import Container, LastStatus, Task
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.timers import Reconcile, Timer
from ecslab.sim.world import JournalEntry, World

KEPT_SERVICE_EVENTS = 100


def record(world: World, kind: str, id_: str, **values: Any) -> None:
    """Append one journal entry."""
    world.journal_serial += 1
    world.journal.append(JournalEntry(world.now_ms, world.journal_serial, kind, id_, values))


def call_made(
    world: World, call: str, resource: str, cluster: str | None, service: str | None = None, **told: Any
) -> None:
    """An accepted API call; `told` is what its sentence in the timeline needs beside the resource."""
    record(world, "call", resource, call=call, error=None, resource=resource, cluster=cluster, service=service, **told)


def call_put_first(world: World, mark: int) -> None:
    """A call stands in the journal before what it led to (SS:K-2); `mark` is where the journal was before it.

    A call that changed nothing, because it came before, has no entry.
    """
    if len(world.journal) > mark:
        world.journal.insert(mark, world.journal.pop())


def call_refused(world: World, call: str, code: str, message: str) -> None:
    """A refused API call: told in the journal, leaving no trace in the world (core law 1)."""
    values = {"call": call, "error": code, "message": message, "resource": None, "cluster": None}
    world.journal.append(JournalEntry(world.now_ms, world.journal_serial, "call", "", values))


def time_moved(world: World, at_ms: int) -> None:
    """The clock of the run."""
    world.now_ms = at_ms


def timer_set(world: World, delay_ms: int, timer: Timer) -> None:
    """Something will come due after a delay."""
    world.agenda.push(world.now_ms + delay_ms, timer)


def drawn(world: World, stream: str, n: int) -> int:
    """A choice that AWS calls random: the first in canonical order, or a draw (PN:S-3, SS:K-5)."""
    return world.draws.index(stream, n) if world.start.tie_break == "seeded" else 0


def decision_numbered(world: World) -> str:
    """The id of the decision about to be made."""
    return world.ids.prefixed("d")


def decision_seen(world: World, response: dict[str, Any]) -> None:
    """The decision that an explanation waited for, as its answer."""
    world.seen_decision = response


def cluster_created(world: World, cluster: Cluster) -> None:
    """A cluster exists; a deleted one of the same name is forgotten."""
    world.clusters.pop(cluster.name, None)
    world.clusters[cluster.name] = cluster
    record(world, "clusterState", cluster.arn, cluster=cluster.name, status=cluster.status)


def cluster_deleted(world: World, cluster: Cluster) -> None:
    """A cluster becomes INACTIVE (IC:X-13)."""
    cluster.status = "INACTIVE"
    record(world, "clusterState", cluster.arn, cluster=cluster.name, status=cluster.status)


def task_definition_registered(world: World, definition: TaskDefinition) -> None:
    """A new revision of a family (PN:T-2)."""
    world.ids.serial(f"revision/{definition.family}")
    world.task_definitions[definition.arn] = definition
    record(world, "taskDefinition", definition.arn, name=definition.name, status=definition.status)


def task_definition_deregistered(world: World, definition: TaskDefinition) -> None:
    """A revision becomes INACTIVE (PN:T-4)."""
    definition.status = "INACTIVE"
    definition.deregistered_at_ms = world.now_ms
    record(world, "taskDefinition", definition.arn, name=definition.name, status=definition.status)


def task_definition_deleted(world: World, definition: TaskDefinition) -> None:
    """A revision is being deleted; it is gone when nothing uses it any more (PN:T-4)."""
    definition.status = "DELETE_IN_PROGRESS"
    definition.delete_requested_at_ms = world.now_ms
    record(world, "taskDefinition", definition.arn, name=definition.name, status=definition.status)


def zones_opened(world: World, zones: list[str]) -> None:
    """The Availability Zones of the run."""
    world.zones.extend(zones)


def account_setting_put(world: World, name: str, value: str) -> None:
    """A setting of the account has a value from now on (PN:N-32)."""
    world.account_settings[name] = value
    record(world, "accountSetting", name, value=value)


def vpc_added(world: World, vpc: Vpc) -> None:
    """A VPC exists."""
    world.vpcs[vpc.id] = vpc
    record(world, "network", vpc.id, what="vpc", cidr=vpc.cidr)


def subnet_added(world: World, subnet: Subnet) -> None:
    """A subnet exists."""
    world.subnets[subnet.id] = subnet
    record(world, "network", subnet.id, what="subnet", cidr=subnet.cidr, zone=subnet.availability_zone)


def security_group_added(world: World, group: SecurityGroup) -> None:
    """A security group exists."""
    world.security_groups[group.id] = group
    record(world, "network", group.id, what="securityGroup", name=group.name)


def address_taken(world: World, subnet: Subnet, address: str, holder: str, next_host: int) -> None:
    """Somebody holds a private address of a subnet (PN:N-40)."""
    subnet.holders[address] = holder
    subnet.next_host = next_host
    record(world, "address", subnet.id, address=address, holder=holder, free=subnet.free_addresses)


def address_released(world: World, subnet: Subnet, address: str) -> None:
    """A private address is free again."""
    del subnet.holders[address]
    record(world, "address", subnet.id, address=address, holder=None, free=subnet.free_addresses)


def image_put(world: World, image: Image) -> None:
    """How containers of an image behave from now on."""
    world.images[image.name] = image
    record(world, "image", image.name, missing=image.is_missing)


def ec2_instance_launched(world: World, instance: Ec2Instance) -> None:
    """An EC2 instance runs."""
    world.ec2_instances[instance.id] = instance


def container_instance_registered(world: World, instance: ContainerInstance) -> None:
    """A container instance joins its cluster (SS:C-20)."""
    world.container_instances[instance.arn] = instance
    _instance_state(world, instance)


def agent_disconnected(world: World, instance: ContainerInstance) -> None:
    """The agent of an instance is gone; its tasks' last states stand (SS:C-23)."""
    instance.agent_connected = False
    _instance_state(world, instance)


def instance_deregistered(world: World, instance: ContainerInstance) -> None:
    """A container instance becomes INACTIVE and its machine is terminated (SS:C-44)."""
    instance.status = "INACTIVE"
    machine = world.ec2_instances[instance.ec2_instance_id]
    machine.state = "terminated"
    machine.terminated_at_ms = world.now_ms
    _instance_state(world, instance)


def _instance_state(world: World, instance: ContainerInstance) -> None:
    record(
        world,
        "instanceState",
        instance.arn,
        cluster=instance.cluster_name,
        status=instance.status,
        agentConnected=instance.agent_connected,
        ec2InstanceId=instance.ec2_instance_id,
        zone=instance.availability_zone,
    )


def task_created(world: World, task: Task) -> None:
    """A task exists and holds what it reserves on its instance from this moment (PN:R-9)."""
    world.tasks[task.arn] = task
    world.tasks_by_group.setdefault(task.group_key, {})[task.arn] = task
    if task.service_arn:
        world.tasks_by_service.setdefault(task.service_arn, {})[task.arn] = task
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance:
        world.tasks_by_instance.setdefault(instance.arn, {})[task.arn] = task
        instance.reserved_cpu_units += task.cpu_units
        instance.reserved_memory_mib += task.memory_mib
        instance.reserved_gpus += task.gpus
        instance.used_ports.extend(task.host_ports)
        instance.task_enis += 1 if task.network_mode == "awsvpc" else 0
    _task_state(world, task, None)


def _task_state(world: World, task: Task, before: str | None) -> None:
    service = world.services.get(task.service_arn or "")
    record(
        world,
        "taskState",
        task.arn,
        cluster=task.cluster_name,
        service=service.name if service else None,
        taskDefinition=world.definition_of(task).name,
        deployment=task.deployment_id,
        instance=task.container_instance_arn,
        decision=task.placement_decision if before is None else task.stop_decision,
        stopCode=task.stop_code,
        stoppedReason=task.stopped_reason,
        **{"from": before, "to": task.last_status},
    )


def task_moved(world: World, task: Task, status: LastStatus) -> None:
    """A task takes its next lastStatus; STOPPING frees resources for placement (PN:R-7), STOPPED the rest (PN:R-8)."""
    before = task.last_status
    task.last_status = status
    task.version += 1
    instance = world.container_instances.get(task.container_instance_arn or "")
    if status == "RUNNING":
        task.started_at_ms = world.now_ms
    elif status == "STOPPING":
        task.stopping_at_ms = world.now_ms
        if instance:
            _give_back(instance, task)
    elif status == "STOPPED":
        task.stopped_at_ms = world.now_ms
        world.tasks_by_group[task.group_key].pop(task.arn, None)
        if task.service_arn:
            world.tasks_by_service[task.service_arn].pop(task.arn, None)
        if instance:
            world.tasks_by_instance[instance.arn].pop(task.arn, None)
            instance.task_enis -= 1 if task.network_mode == "awsvpc" else 0
            _free_dynamic_ports(instance, task)
    _task_state(world, task, before)


def _give_back(instance: ContainerInstance, task: Task) -> None:
    instance.reserved_cpu_units -= task.cpu_units
    instance.reserved_memory_mib -= task.memory_mib
    instance.reserved_gpus -= task.gpus
    for port in task.host_ports:
        instance.used_ports.remove(port)


def _free_dynamic_ports(instance: ContainerInstance, task: Task) -> None:
    for container in task.containers:
        for binding in container.network_bindings:
            port = (binding.protocol, binding.host_port)
            if port in instance.dynamic_ports:
                instance.dynamic_ports.remove(port)


def task_stop_decided(world: World, task: Task, code: str, reason: str, decision: str | None) -> None:
    """ECS has decided to stop a task: its desiredStatus is STOPPED (SS:T-7)."""
    task.desired_status = "STOPPED"
    task.stop_code = code
    task.stopped_reason = reason
    task.stop_decision = decision
    task.counts_as_healthy = False
    record(world, "taskStopDecided", task.arn, cluster=task.cluster_name, reason=reason, code=code, decision=decision)


def execution_stopped(world: World, task: Task) -> None:
    """The last container of a task has ended."""
    if task.execution_stopped_at_ms is None:
        task.execution_stopped_at_ms = world.now_ms


def task_forgotten(world: World, task: Task) -> None:
    """A STOPPED task can no longer be described (SS:T-11)."""
    del world.tasks[task.arn]


def pull_started(world: World, task: Task) -> None:
    """The images of a task are being pulled."""
    task.pull_started_at_ms = world.now_ms


def pull_stopped(world: World, task: Task, cached: list[str]) -> None:
    """The pull has ended; `cached` are the images now on the instance."""
    task.pull_stopped_at_ms = world.now_ms
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance:
        instance.cached_images.extend(image for image in cached if image not in instance.cached_images)


def container_started(world: World, container: Container, *, handles_sigterm: bool) -> None:
    """A container runs; what its image does with SIGTERM now is what it will do."""
    container.last_status = "RUNNING"
    container.started_at_ms = world.now_ms
    container.handles_sigterm = handles_sigterm


def ports_bound(
    world: World, task: Task, container: Container, bindings: list[Any], picked: list[tuple[str, int]]
) -> None:
    """A container's ports are bound; those that the agent picked move its search for the next (PN:N-11, PN:N-26)."""
    container.network_bindings.extend(bindings)
    instance = world.container_instances.get(task.container_instance_arn or "")
    if instance and picked:
        instance.dynamic_ports.extend(picked)
        instance.next_dynamic_port = picked[-1][1] + 1


def container_exited(world: World, task: Task, container: Container, exit_code: int | None, reason: str | None) -> None:
    """A container has ended."""
    container.last_status = "STOPPED"
    container.exit_code = exit_code
    container.reason = reason
    record(world, "containerState", task.arn, cluster=task.cluster_name, container=container.name, exitCode=exit_code)


def container_health_changed(world: World, task: Task, container: Container, health: str, task_health: str) -> None:
    """A container's health check has a new verdict, and the task's with it (PN:T-63)."""
    container.health_status = health
    task.health_status = task_health
    record(world, "containerHealth", task.arn, cluster=task.cluster_name, container=container.name, health=health)


def task_counts_as_healthy(world: World, task: Task, healthy: bool) -> None:
    """A task begins or ceases to count as healthy for deployments (SS:D-6)."""
    if task.counts_as_healthy != healthy:
        task.counts_as_healthy = healthy
        record(world, "taskHealthy", task.arn, cluster=task.cluster_name, healthy=healthy)


def interface_attached(world: World, task: Task, interface: NetworkInterface) -> None:
    """A task has its network interface (PN:N-40)."""
    world.network_interfaces[interface.id] = interface
    task.eni_id = interface.id
    task.private_address = interface.private_address


def interface_deleted(world: World, interface: NetworkInterface) -> None:
    """A network interface is gone."""
    del world.network_interfaces[interface.id]


def service_created(world: World, service: Service) -> None:
    """A service exists; a deleted one of the same name is forgotten."""
    world.services.pop(service.arn, None)
    world.services[service.arn] = service
    service_told(world, service)


def service_told(world: World, service: Service) -> None:
    """What a service now wants, with the floor and ceiling of its deployments (SS:D-2)."""
    record(
        world,
        "serviceChanged",
        service.arn,
        cluster=service.cluster_name,
        service=service.name,
        desiredCount=service.desired_count,
        floor=service.floor,
        ceiling=service.ceiling,
        status=service.status,
    )


def service_set(world: World, service: Service, **members: Any) -> None:
    """Some members of a service take new values."""
    for member, value in members.items():
        setattr(service, member, value)
    service_told(world, service)


def desired_count_set(world: World, service: Service, count: int) -> None:
    """A service wants another number of tasks, and its PRIMARY deployment with it (SS:S-8, SS:S-9)."""
    if count != service.desired_count:
        service.told.pop("steady", None)
    service.desired_count = service.primary.desired_count = count
    service_told(world, service)


def service_inactive(world: World, service: Service) -> None:
    """The last task of a deleted service has stopped (SS:S-5)."""
    service.status = "INACTIVE"
    service_told(world, service)


def deployment_started(world: World, service: Service, deployment: Deployment) -> None:
    """A new PRIMARY deployment, with no failed start yet; the others become ACTIVE (SS:D-12, SS:S-33)."""
    for other in service.deployments:
        other.status = "ACTIVE"
    service.deployments.insert(0, deployment)
    service.told.clear()
    service.stuck_since_ms = None
    unplaced(world, service, 0, None, None)
    deployment_told(world, service, deployment, deployment.rollout_state)


def deployment_told(world: World, service: Service, deployment: Deployment, state: str) -> None:
    """What has become of a deployment: its rolloutState, or INACTIVE."""
    record(
        world,
        "deployment",
        service.arn,
        cluster=service.cluster_name,
        service=service.name,
        deployment=deployment.id,
        state=state,
        taskDefinition=world.task_definitions[deployment.task_definition_arn].name,
    )


def deployment_completed(world: World, service: Service) -> None:
    """The PRIMARY deployment is COMPLETED (SS:D-14)."""
    primary = service.primary
    primary.rollout_state = "COMPLETED"
    primary.rollout_state_reason = f"ECS deployment {primary.id} completed."
    primary.updated_at_ms = primary.finished_at_ms = world.now_ms
    deployment_told(world, service, primary, primary.rollout_state)


def deployment_replaced(world: World, service: Service, deployment: Deployment) -> None:
    """An older deployment without tasks is INACTIVE and no longer listed (SS:D-12)."""
    service.deployments.remove(deployment)
    deployment.status = "INACTIVE"
    deployment_told(world, service, deployment, "INACTIVE")


def tasks_failed(world: World, deployment: Deployment, count: int) -> None:
    """Tasks could not be launched, never ran or failed their health checks; no matter once one ran well (SS:D-15)."""
    if not deployment.has_run_well:
        deployment.failed_tasks += count
        deployment.updated_at_ms = world.now_ms


def deployment_ran_well(world: World, deployment: Deployment) -> None:
    """A task of a deployment counts as healthy: its failures before are forgotten (SS:D-15)."""
    if not deployment.has_run_well:
        deployment.has_run_well = True
        deployment.failed_tasks = 0
        deployment.updated_at_ms = world.now_ms


def start_failed(world: World, deployment: Deployment, attempt: int) -> None:
    """A task stopped before RUNNING: its attempt has failed, unless another task of it runs (SS:S-34)."""
    if attempt > deployment.throttle.well_attempt:
        deployment.throttle.failed_attempt = max(deployment.throttle.failed_attempt, attempt)
    tasks_failed(world, deployment, 1)


def start_succeeded(world: World, deployment: Deployment, attempt: int) -> None:
    """A task reached RUNNING: no wait any more (SS:S-33)."""
    deployment.throttle.well_attempt = max(deployment.throttle.well_attempt, attempt)
    throttle_reset(world, deployment)


def deployment_stepped(world: World, service: Service, step: dict[str, Any]) -> None:
    """One step of the scheduler's arithmetic (SS:D-7)."""
    record(world, "deploymentStep", service.arn, cluster=service.cluster_name, service=service.name, **step)


def service_event(world: World, service: Service, message: str) -> None:
    """A message in ECS's words, newest first, at most 100 kept (SS:S-40)."""
    service.events.insert(0, ServiceEvent(world.ids.hex("event"), world.now_ms, message))
    del service.events[KEPT_SERVICE_EVENTS:]
    record(world, "serviceEvent", service.arn, cluster=service.cluster_name, service=service.name, message=message)


def attempt_begun(world: World, deployment: Deployment) -> int:
    """A batch of starts begins; its number (SS:S-34)."""
    deployment.throttle.attempt += 1
    deployment.throttle.retry_at_ms = None
    return deployment.throttle.attempt


def attempt_failed(world: World, service: Service, deployment: Deployment, attempt: int, wait_ms: int) -> None:
    """An attempt failed: one more failure and a wait (SS:S-33)."""
    throttle = deployment.throttle
    throttle.failures += 1
    throttle.counted_attempt = attempt
    throttle.retry_at_ms = world.now_ms + wait_ms
    if throttle.since_ms is None:
        throttle.since_ms = world.now_ms
    record(world, "throttle", service.arn, cluster=service.cluster_name, failures=throttle.failures)


def throttle_reset(world: World, deployment: Deployment) -> None:
    """A start succeeded or capacity changed: no wait any more (SS:S-33, SS:S-35)."""
    throttle = deployment.throttle
    throttle.failures = 0
    throttle.since_ms = throttle.retry_at_ms = None
    throttle.counted_attempt = max(throttle.counted_attempt, throttle.failed_attempt)


def unplaced(world: World, service: Service, count: int, message: str | None, decision: str | None) -> None:
    """How many tasks of a service found no place, and why (PN:P-50)."""
    if not count:
        service.unplaced_since_ms = None
    elif not service.unplaced_count:
        service.unplaced_since_ms = world.now_ms
    service.unplaced_count = count
    service.unplaced_message = message
    service.unplaced_decision = decision
    if decision:
        record(
            world,
            "placementFailed",
            service.arn,
            cluster=service.cluster_name,
            service=service.name,
            decision=decision,
            count=count,
        )


def service_stuck(world: World, service: Service, since_ms: int | None) -> None:
    """Neither a start nor a stop is possible (SS:D-5), or no longer so."""
    service.stuck_since_ms = since_ms


def condition_told(world: World, service: Service, condition: str) -> None:
    """The message of a condition that holds has been written now (SS:S-40)."""
    service.told[condition] = world.now_ms


def condition_ended(world: World, service: Service, condition: str) -> None:
    """A condition no longer holds; its message may be written again (SS:S-40)."""
    service.told.pop(condition, None)


def reconcile_queued(world: World, service: Service) -> None:
    """The scheduler will look at a service in this instant (SS:K-3)."""
    if not service.reconcile_queued:
        service.reconcile_queued = True
        timer_set(world, 0, Reconcile(service.arn))


def reconcile_begun(world: World, service: Service) -> None:
    """The scheduler looks at a service."""
    service.reconcile_queued = False

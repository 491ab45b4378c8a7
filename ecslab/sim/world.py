"""The world at one moment: every thing by its id, the agenda, the draws, the ids, and lookups.

Operations and rules read it freely and change it only through `changes/` (core law 9). `tasks_by_*`,
`groups_on_instances` and `open_spans` are indexes, `rankings` is the placement index, `touched` the instances changed
since it was begun, `ways` the ways to services found since a network changed, `journal` a cache of what happened, with
its `past`, `recent_points` one of datapoints that alarms look at again and again, `watched_decision` what an
explanation waits for; none is in a snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from ecslab.sim.agenda import Agenda
from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.draws import Draws
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.errors.ecs import ClientException, ClusterNotFoundException, ServiceNotFoundException
from ecslab.sim.ids import Ids
from ecslab.sim.state.alarms import Alarm
from ecslab.sim.state.capacity import AutoScalingGroup, CapacityProvider, LaunchTemplate, SupplyLimit
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import ContainerInstance, Ec2Instance
from ecslab.sim.state.event_rules import EventRule, Schedule
from ecslab.sim.state.image import Image
from ecslab.sim.state.load_balancer import Listener, LoadBalancer, TargetGroup
from ecslab.sim.state.metrics import CustomMetric
from ecslab.sim.state.network import (
    ElasticAddress,
    InternetGateway,
    NatGateway,
    NetworkInterface,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from ecslab.sim.state.roles import InstanceProfile, Policy, Role
from ecslab.sim.state.scaling import ScalableTarget, ScalingPolicy, ScheduledAction
from ecslab.sim.state.service import Service
from ecslab.sim.state.service_deployment import ServiceDeployment, ServiceRevision
from ecslab.sim.state.storage import AccessPoint, EbsVolume, FileSystem, MountTarget, StoredData
from ecslab.sim.state.supplies import LogGroup, Parameter, Repository, Secret
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.state.traffic import CapacitySpan, RunningSpan, ShareSpan, Traffic
from ecslab.sim.timers import Timer


@dataclass(frozen=True, slots=True)
class Start:
    """What a run begins with. `starts_at` is the calendar date of moment 0, ISO 8601 in UTC."""

    seed: int = 1
    tie_break: str = "canonical"
    zone_count: int = 3
    region: str = "us-east-1"
    starts_at: str = "2026-01-05T00:00:00Z"


class JournalEntry(NamedTuple):
    """One thing that happened: moment, serial, kind, the id it happened to, and values.

    The order is that of the journal. A refused call leaves no trace in the world, so it bears the serial before it.
    """

    at_ms: int
    serial: int
    kind: str
    id: str
    values: Mapping[str, Any]


class Past(Protocol):
    """What happened before a world was restored, kept elsewhere until somebody asks."""

    def entries(self) -> Sequence[JournalEntry]:
        """The journal until then, oldest first."""


@dataclass(slots=True)
class World:
    """One lab's whole state; dicts are in creation order, which is canonical order (PN:S-1)."""

    start: Start
    draws: Draws
    ids: Ids
    now_ms: int = 0
    agenda: Agenda = field(default_factory=Agenda)
    zones: list[str] = field(default_factory=list)
    account_settings: dict[str, str] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    task_definitions: dict[str, TaskDefinition] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    service_deployments: dict[str, ServiceDeployment] = field(default_factory=dict)
    service_revisions: dict[str, ServiceRevision] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    container_instances: dict[str, ContainerInstance] = field(default_factory=dict)
    ec2_instances: dict[str, Ec2Instance] = field(default_factory=dict)
    launch_templates: dict[str, LaunchTemplate] = field(default_factory=dict)
    auto_scaling_groups: dict[str, AutoScalingGroup] = field(default_factory=dict)
    capacity_providers: dict[str, CapacityProvider] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    placing_queued: bool = False
    supply_limits: list[SupplyLimit] = field(default_factory=list)
    quotas: dict[str, int] = field(default_factory=dict)
    fargate_in_use: dict[str, int] = field(default_factory=dict)
    fargate_full_at_ms: int = 0
    failed_zones: dict[str, int] = field(default_factory=dict)
    held_back: dict[str, tuple[Timer, ...]] = field(default_factory=dict)
    vpcs: dict[str, Vpc] = field(default_factory=dict)
    subnets: dict[str, Subnet] = field(default_factory=dict)
    security_groups: dict[str, SecurityGroup] = field(default_factory=dict)
    network_interfaces: dict[str, NetworkInterface] = field(default_factory=dict)
    internet_gateways: dict[str, InternetGateway] = field(default_factory=dict)
    route_tables: dict[str, RouteTable] = field(default_factory=dict)
    elastic_addresses: dict[str, ElasticAddress] = field(default_factory=dict)
    nat_gateways: dict[str, NatGateway] = field(default_factory=dict)
    vpc_endpoints: dict[str, VpcEndpoint] = field(default_factory=dict)
    file_systems: dict[str, FileSystem] = field(default_factory=dict)
    mount_targets: dict[str, MountTarget] = field(default_factory=dict)
    access_points: dict[str, AccessPoint] = field(default_factory=dict)
    ebs_volumes: dict[str, EbsVolume] = field(default_factory=dict)
    stored_data: dict[str, StoredData] = field(default_factory=dict)
    load_balancers: dict[str, LoadBalancer] = field(default_factory=dict)
    listeners: dict[str, Listener] = field(default_factory=dict)
    target_groups: dict[str, TargetGroup] = field(default_factory=dict)
    hub_pulls: dict[str, list[int]] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    instance_profiles: dict[str, InstanceProfile] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    log_groups: dict[str, LogGroup] = field(default_factory=dict)
    event_rules: dict[str, EventRule] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    traffic: dict[str, list[Traffic]] = field(default_factory=dict)
    share_spans: dict[str, list[ShareSpan]] = field(default_factory=dict)
    shares_due_ms: int | None = None
    running_spans: dict[str, list[RunningSpan]] = field(default_factory=dict)
    capacity_spans: dict[str, list[CapacitySpan]] = field(default_factory=dict)
    custom_metrics: dict[str, CustomMetric] = field(default_factory=dict)
    alarms: dict[str, Alarm] = field(default_factory=dict)
    scalable_targets: dict[str, ScalableTarget] = field(default_factory=dict)
    scaling_policies: dict[str, ScalingPolicy] = field(default_factory=dict)
    scheduled_actions: dict[str, ScheduledAction] = field(default_factory=dict)
    journal_serial: int = 0
    journal: list[JournalEntry] = field(default_factory=list)
    past: Past | None = None
    recent_points: dict[str, dict[int, Any]] = field(default_factory=dict)
    watched_decision: str | None = None
    seen_decision: dict[str, Any] | None = None
    tasks_by_service: dict[str, dict[str, Task]] = field(default_factory=dict)
    tasks_by_instance: dict[str, dict[str, Task]] = field(default_factory=dict)
    tasks_by_group: dict[str, dict[str, Task]] = field(default_factory=dict)
    groups_on_instances: dict[str, dict[str, int]] = field(default_factory=dict)
    open_spans: dict[str, RunningSpan] = field(default_factory=dict)
    rankings: dict[PlacementRequest, Any] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    ways: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def history(self) -> list[JournalEntry]:
        """Everything that happened, oldest first, also before the world was restored where that is kept."""
        return [*self.past.entries(), *self.journal] if self.past else self.journal

    def cluster(self, name_or_arn: str | None) -> Cluster:
        """An ACTIVE cluster by name or ARN, `default` when None; else ClusterNotFoundException (IC:X-12, IC:X-13)."""
        name = (name_or_arn or "default").rpartition("/")[2]
        cluster = self.clusters.get(name)
        if cluster is None:
            raise ClusterNotFoundException("Cluster not found.")
        if cluster.status != "ACTIVE":
            raise ClusterNotFoundException("The referenced cluster was inactive.")
        return cluster

    def find_task_definition(self, reference: str) -> TaskDefinition | None:
        """A revision by ARN, `family:revision`, or `family` (its latest ACTIVE one, PN:T-3); None if there is none."""
        name = reference.rpartition("/")[2]
        family, colon, revision = name.partition(":")
        if colon:
            found = self.task_definitions.get(self.ids.arn("ecs", f"task-definition/{family}:{revision}"))
            return None if found is None or self.is_gone(found) else found
        revisions = [d for d in self.task_definitions.values() if d.family == family and d.status == "ACTIVE"]
        return revisions[-1] if revisions else None

    def is_gone(self, definition: TaskDefinition) -> bool:
        """Whether a revision that is being deleted has no task and no service left; nothing finds it then (PN:T-4)."""
        if definition.status != "DELETE_IN_PROGRESS":
            return False
        tasks = (t.task_definition_arn for t in self.tasks.values() if t.last_status != "STOPPED")
        services = (s for s in self.services.values() if s.status != "INACTIVE")
        deployed = (d.task_definition_arn for s in services for d in s.deployments)
        return definition.arn not in {*tasks, *deployed}

    def task_definition(self, reference: str) -> TaskDefinition:
        """A revision as `find_task_definition`, else ClientException (IC:X-38)."""
        found = self.find_task_definition(reference)
        if found is None:
            raise ClientException("TaskDefinition not found.")
        return found

    def find_service(self, cluster: Cluster, name_or_arn: str) -> Service | None:
        """A service of a cluster by name or ARN, deleted ones included."""
        name = name_or_arn.rpartition("/")[2]
        return self.services.get(self.ids.arn("ecs", f"service/{cluster.name}/{name}"))

    def service(self, cluster: Cluster, name_or_arn: str) -> Service:
        """A service of a cluster, else ServiceNotFoundException (IC:X-44)."""
        found = self.find_service(cluster, name_or_arn)
        if found is None or found.status == "INACTIVE":
            raise ServiceNotFoundException("Service not found.")
        return found

    def find_task(self, cluster: Cluster, id_or_arn: str) -> Task | None:
        """A task of a cluster by id or ARN."""
        return self.tasks.get(self.ids.arn("ecs", f"task/{cluster.name}/{id_or_arn.rpartition('/')[2]}"))

    def task(self, cluster: Cluster, id_or_arn: str) -> Task:
        """A task of a cluster, else InvalidParameterException."""
        found = self.find_task(cluster, id_or_arn)
        if found is None:
            raise InvalidParameterException("The referenced task was not found.")
        return found

    def find_instance(self, name: str) -> ContainerInstance | None:
        """A container instance by ARN, its id, or its EC2 instance id."""
        short = name.rpartition("/")[2]
        for instance in self.container_instances.values():
            if short in (instance.id, instance.ec2_instance_id):
                return instance
        return None

    def instance_on(self, machine_id: str) -> ContainerInstance | None:
        """The container instance that a machine is registered as, None when it is in no cluster (any more)."""
        for instance in reversed(self.container_instances.values()):
            if instance.ec2_instance_id == machine_id and instance.status != "INACTIVE":
                return instance
        return None

    def instances_of(self, cluster_name: str) -> list[ContainerInstance]:
        """The container instances of a cluster that are not INACTIVE, in the order in which they came."""
        return [
            i for i in self.container_instances.values() if i.cluster_name == cluster_name and i.status != "INACTIVE"
        ]

    def has_instances(self, cluster_name: str) -> bool:
        """Whether a cluster has any container instance that is not INACTIVE."""
        instances = self.container_instances.values()
        return any(i.cluster_name == cluster_name and i.status != "INACTIVE" for i in instances)

    def tasks_of(self, service_arn: str) -> list[Task]:
        """The tasks of a service that are not STOPPED, in canonical order."""
        return list(self.tasks_by_service.get(service_arn, {}).values())

    def tasks_on(self, container_instance_arn: str) -> list[Task]:
        """The tasks on an instance that are not STOPPED, in canonical order."""
        return list(self.tasks_by_instance.get(container_instance_arn, {}).values())

    def group_tasks(self, cluster_name: str, group: str) -> list[Task]:
        """The tasks of a task group whose desiredStatus is RUNNING, in canonical order (PN:P-24, PN:P-45)."""
        members = self.tasks_by_group.get(f"{cluster_name}/{group}", {})
        return [task for task in members.values() if task.desired_status == "RUNNING"]

    def group_on_instances(self, cluster_name: str, group: str) -> dict[str, int]:
        """How many tasks of a group each instance has whose desiredStatus is RUNNING (PN:P-24)."""
        return self.groups_on_instances.get(f"{cluster_name}/{group}", {})

    def definition_of(self, task: Task) -> TaskDefinition:
        """The revision that a task runs."""
        return self.task_definitions[task.task_definition_arn]

    def image(self, name: str) -> Image:
        """How an image behaves; one that nobody put exists, runs for ever and is healthy."""
        return self.images.get(name) or Image(name)

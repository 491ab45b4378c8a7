"""Worlds made by hand, so that the scene is tested without the rules that would make them."""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import account_changes, instance_changes, network_changes, service_changes, task_changes
from ecslab.sim.draws import Draws
from ecslab.sim.ids import Ids
from ecslab.sim.rules.account import open_account
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.container_instance import ContainerInstance, Ec2Instance
from ecslab.sim.state.network import NetworkInterface
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.state.task import Container, NetworkBinding, Task
from ecslab.sim.state.task_definition import ContainerDefinition, TaskDefinition
from ecslab.sim.world import Start, World

TYPES = {"t3.medium": (2048, 3786), "t3.large": (2048, 7759), "m5.4xlarge": (16384, 63000), "t3.micro": (2048, 904)}


class Maker:
    """Builds a world in AWS's words; every name can be given."""

    def __init__(self, zones: int = 3) -> None:
        start = Start(zone_count=zones)
        self.world = World(start=start, draws=Draws(1), ids=Ids(start.region))
        open_account(self.world)

    def cluster(self, name: str = "game") -> Cluster:
        ids = self.world.ids
        cluster = Cluster(ids.arn("ecs", f"cluster/{name}"), name, ids.serial("cluster"))
        account_changes.cluster_created(self.world, cluster)
        return cluster

    def instance(
        self, zone: int = 0, cluster: str = "game", kind: str = "t3.medium", role: str | None = "ecsInstanceRole"
    ) -> ContainerInstance:
        ids, name = self.world.ids, self.world.zones[zone]
        subnet = list(self.world.subnets.values())[zone]
        cpu, memory = TYPES[kind]
        profile = ids.global_arn("iam", f"instance-profile/{role}") if role else None
        ec2 = Ec2Instance(ids.prefixed("i"), kind, name, subnet.id, f"172.31.{16 * zone}.4", [], profile)
        instance_changes.ec2_instance_launched(self.world, ec2)
        network_changes.address_taken(self.world, subnet, f"172.31.{16 * zone}.{len(subnet.holders) + 4}", ec2.id, 5)
        short = ids.hex("container-instance")
        instance = ContainerInstance(
            arn=ids.arn("ecs", f"container-instance/{cluster}/{short}"),
            id=short,
            serial=len(self.world.container_instances) + 1,
            cluster_name=cluster,
            ec2_instance_id=ec2.id,
            instance_type=kind,
            availability_zone=name,
            subnet_id=subnet.id,
            registered_at_ms=0,
            registered_cpu_units=cpu,
            registered_memory_mib=memory,
            attributes={},
        )
        instance_changes.container_instance_registered(self.world, instance)
        return instance

    def definition(
        self, family: str = "web", revision: int = 1, containers: tuple[str, ...] = ("app",)
    ) -> TaskDefinition:
        arn = self.world.ids.arn("ecs", f"task-definition/{family}:{revision}")
        parts = tuple(ContainerDefinition(name, f"{name}:latest") for name in containers)
        definition = TaskDefinition(arn, family, revision, "bridge", parts)
        self.world.task_definitions[arn] = definition
        return definition

    def service(
        self, name: str, *definitions: TaskDefinition, cluster: str = "game", desired: int = 4, **members: Any
    ) -> Service:
        """A service; the last of its definitions is that of the PRIMARY deployment."""
        ids = self.world.ids
        service = Service(
            arn=ids.arn("ecs", f"service/{cluster}/{name}"),
            name=name,
            serial=ids.serial("service"),
            cluster_name=cluster,
            task_definition_arn=definitions[-1].arn,
            desired_count=desired,
            launch_type="EC2",
            created_at_ms=0,
        )
        for member, value in members.items():
            setattr(service, member, value)
        service.deployments = [
            Deployment(f"ecs-svc/{ids.hex('deployment')}", each.arn, desired, 0, 0) for each in definitions
        ][::-1]
        service_changes.service_created(self.world, service)
        return service

    def task(
        self,
        definition: TaskDefinition,
        instance: ContainerInstance | None = None,
        *,
        status: Any = "RUNNING",
        service: Service | None = None,
        **members: Any,
    ) -> Task:
        """A task on an instance, or on Fargate without one: `memory`, `cpu`, `zone`, `cluster` and members of Task."""
        cluster, zone = members.pop("cluster", "game"), members.pop("zone", 0)
        memory, cpu = members.pop("memory", 512), members.pop("cpu", 256)
        ids = self.world.ids
        short = ids.hex("task")
        deployment = service and next(d for d in service.deployments if d.task_definition_arn == definition.arn)
        task = Task(
            arn=ids.arn("ecs", f"task/{cluster}/{short}"),
            id=short,
            serial=len(self.world.tasks) + 1,
            cluster_name=instance.cluster_name if instance else cluster,
            group=f"service:{service.name}" if service else f"family:{definition.family}",
            task_definition_arn=definition.arn,
            launch_type="EC2" if instance else "FARGATE",
            network_mode="bridge" if instance else "awsvpc",
            cpu_units=cpu,
            memory_mib=memory,
            gpus=0,
            last_status="PENDING",
            created_at_ms=0,
            containers=[
                Container(f"{short}/{c.name}", c.name, c.image, number == 0, "RUNNING")
                for number, c in enumerate(definition.container_definitions)
            ],
            service_arn=service.arn if service else None,
            deployment_id=deployment.id if deployment else None,
            container_instance_arn=instance.arn if instance else None,
            availability_zone=instance.availability_zone if instance else self.world.zones[zone],
        )
        for member, value in members.items():
            setattr(task, member, value)
        task_changes.task_created(self.world, task)
        if status != "PENDING":
            task_changes.task_moved(self.world, task, status)
        return task

    def interface(self, task: Task, address: str) -> None:
        """A network interface for a task, with a private address."""
        eni = NetworkInterface(self.world.ids.prefixed("eni"), "subnet-1", address, [], task.arn)
        self.world.network_interfaces[eni.id] = eni
        task.eni_id = eni.id


def busy() -> World:
    """Four services on two clusters, a rolling update, every state, a draining instance, Fargate, a lone task."""
    make = Maker()
    for name in ("game-spread", "game-binpack"):
        make.cluster(name)
    web, web2 = make.definition("web", 1, ("app", "envoy")), make.definition("web", 2, ("app", "envoy"))
    game, chat, rank = make.definition("game"), make.definition("chat"), make.definition("matchmaking-rank", 12)
    job = make.definition("nightly-report")
    cluster = "game-spread"
    s_web = make.service("web", web, web2, cluster=cluster)
    s_game = make.service("game", game, cluster=cluster)
    s_chat = make.service("chat", chat, cluster=cluster, desired=3)
    s_rank = make.service("rank", rank, cluster=cluster, desired=2, unplaced_count=1)
    hosts = [make.instance(zone, cluster) for zone in (0, 0, 0, 1, 1, 2, 2)]
    role = "arn:aws:iam::123456789012:role/webTaskRole"
    bound = make.task(web, hosts[0], service=s_web, task_role_arn=role)
    bound.containers[0].network_bindings.append(NetworkBinding(8080, 32768, "tcp"))
    make.task(web2, hosts[0], service=s_web, task_role_arn=role)
    make.task(game, hosts[0], memory=1024, cpu=512, service=s_game)
    make.task(chat, hosts[0], memory=768, service=s_chat)
    make.task(web, hosts[1], service=s_web, status="STOPPING", desired_status="STOPPED")
    make.task(rank, hosts[1], memory=1536, cpu=512, service=s_rank)
    make.task(web2, hosts[2], service=s_web, status="PENDING")
    make.task(game, hosts[2], memory=1024, cpu=512, service=s_game, health_status="UNHEALTHY")
    make.task(web, hosts[3], service=s_web)
    make.task(game, hosts[3], memory=1024, cpu=512, service=s_game)
    make.task(chat, hosts[3], memory=768, service=s_chat)
    make.task(rank, hosts[3], memory=1482, cpu=512, service=s_rank)
    make.task(web, hosts[3], service=s_web, status="STOPPING", desired_status="STOPPED")
    make.task(game, hosts[4], memory=1024, service=s_game)
    make.task(web2, hosts[4], service=s_web, status="PROVISIONING")
    make.task(job, hosts[4], memory=256, cpu=128)
    make.task(chat, hosts[5], memory=768, service=s_chat)
    make.task(game, hosts[6], memory=1024, service=s_game)
    hosts[6].status = "DRAINING"
    hosts[5].agent_connected = False
    _binpacked(make)
    return make.world


def _binpacked(make: Maker) -> None:
    cluster = "game-binpack"
    family = {d.name: d for d in make.world.task_definitions.values()}
    web = make.service("web", family["web:1"], cluster=cluster)
    game = make.service("game", family["game:1"], cluster=cluster)
    rank = make.service("rank", family["matchmaking-rank:12"], cluster=cluster, desired=2, launch_type="FARGATE")
    host = make.instance(0, cluster)
    make.instance(1, cluster, "t3.large", None)
    for _ in range(4):
        make.task(family["web:1"], host, memory=128, service=web)
    for _ in range(3):
        make.task(family["game:1"], host, memory=1024, service=game)
    first = make.task(family["matchmaking-rank:12"], memory=1024, cpu=512, service=rank, zone=1, cluster=cluster)
    make.interface(first, "172.31.16.9")
    make.task(
        family["matchmaking-rank:12"],
        memory=2048,
        cpu=512,
        service=rank,
        zone=1,
        cluster=cluster,
        status="PROVISIONING",
    )

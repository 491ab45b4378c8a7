"""What Describe answers about one moment: all that the counts know of the core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecslab.sim.simulation import Simulation
from tests.sim.machine.opening import GAME, group_arns

Shape = dict[str, Any]
GONE = ("STOPPING", "DEPROVISIONING", "STOPPED")
"""A task in these states holds no CPU, memory or static port any more (PN:R-7)."""


@dataclass(frozen=True, slots=True)
class Told:
    """Tasks, container instances, services, targets by group name, machines, interfaces, gateways and groups."""

    now_ms: int
    tasks: list[Shape]
    instances: list[Shape]
    services: list[Shape]
    targets: dict[str, list[Shape]]
    machines: list[Shape]
    interfaces: list[Shape]
    gateways: list[Shape]
    balancers: list[Shape]
    subnets: list[Shape]
    groups: list[Shape]
    scalable: list[Shape]

    def on(self, instance: Shape) -> list[Shape]:
        """The tasks of a container instance."""
        arn = instance["containerInstanceArn"]
        return [task for task in self.tasks if task.get("containerInstanceArn") == arn]

    def behind(self, name: str) -> list[str]:
        """The services that have a target group, as their tasks name them."""
        arn = group_arns()[name]
        having = [s for s in self.services if any(e["targetGroupArn"] == arn for e in s["loadBalancers"])]
        return [f"service:{service['serviceName']}" for service in having]


def told(simulation: Simulation) -> Told:
    """Ask for everything."""

    def read(name: str, **parameters: Any) -> Shape:
        service, operation = name.split(":")
        return simulation.read(service, operation, parameters)

    def each(name: str, member: str, ids: list[str], most: int) -> list[Shape]:
        parts = (ids[begin : begin + most] for begin in range(0, len(ids), most))
        return [found for part in parts for found in read(name, cluster=GAME, **{member: part})[member]]

    world = simulation.world
    services = [service.arn for service in world.services.values()]
    return Told(
        now_ms=world.now_ms,
        tasks=each("ecs:DescribeTasks", "tasks", [task.arn for task in world.tasks.values()], 100),
        instances=each("ecs:DescribeContainerInstances", "containerInstances", list(world.container_instances), 100),
        services=each("ecs:DescribeServices", "services", services, 10),
        targets={
            name: read("elbv2:DescribeTargetHealth", TargetGroupArn=arn)["TargetHealthDescriptions"]
            for name, arn in group_arns().items()
        },
        machines=[i for r in read("ec2:DescribeInstances")["Reservations"] for i in r["Instances"]],
        interfaces=read("ec2:DescribeNetworkInterfaces")["NetworkInterfaces"],
        gateways=read("ec2:DescribeNatGateways")["NatGateways"],
        balancers=read("elbv2:DescribeLoadBalancers")["LoadBalancers"],
        subnets=read("ec2:DescribeSubnets")["Subnets"],
        groups=read("autoscaling:DescribeAutoScalingGroups")["AutoScalingGroups"],
        scalable=read("application-autoscaling:DescribeScalableTargets", ServiceNamespace="ecs")["ScalableTargets"],
    )


def details(task: Shape, kind: str = "ElasticNetworkInterface") -> Shape:
    """The attachment of a kind that a task has, its details by name."""
    for attachment in task.get("attachments", []):
        if attachment["type"] == kind:
            named = {detail["name"]: detail["value"] for detail in attachment["details"]}
            return {**named, "status": attachment["status"]}
    return {}

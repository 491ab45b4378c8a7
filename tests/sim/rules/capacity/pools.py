"""A cluster with one capacity provider of an Auto Scaling group, and short ways to fill and read it."""

from __future__ import annotations

from typing import Any

from ecslab.sim.rules.capacity import reservation
from ecslab.sim.state.capacity import AutoScalingGroup, CapacityProvider
from ecslab.sim.state.task import Task
from tests.sim.stories import Story

UNITS = 2048
"""CPU units of a t3.medium."""


class Pool(Story):
    """Instances of 2048 CPU units behind a provider with managed scaling, from the start on or not."""

    def __init__(self, instances: int = 0, **wishes: Any) -> None:
        """Wishes: most, least, types, scaling (managedScaling), protects, drains, market, agent (user data)."""
        super().__init__()
        self._make_group(instances, wishes)
        protects, drains = (self._word(wishes.get(name, name == "drains")) for name in ("protects", "drains"))
        self.call(
            "ecs:CreateCapacityProvider",
            name="game",
            autoScalingGroupProvider={
                "autoScalingGroupArn": "game",
                "managedScaling": {"status": "ENABLED", **wishes.get("scaling", {})},
                "managedTerminationProtection": protects,
                "managedDraining": drains,
            },
        )
        self.call(
            "ecs:CreateCluster",
            clusterName="game",
            capacityProviders=["game"],
            defaultCapacityProviderStrategy=[{"capacityProvider": "game", "weight": 1}],
        )

    @staticmethod
    def _word(is_on: bool) -> str:
        return "ENABLED" if is_on else "DISABLED"

    def _make_group(self, instances: int, wishes: dict[str, Any]) -> None:
        types = wishes.get("types", ("t3.medium",))
        data: dict[str, Any] = {
            "ImageId": "ami-0ec50000000000001",
            "InstanceType": types[0],
            "IamInstanceProfile": {"Name": "ecsInstanceRole"},
            "UserData": f"echo ECS_CLUSTER=game >> /etc/ecs/ecs.config\n{wishes.get('agent', '')}",
        }
        if "market" in wishes:
            data["InstanceMarketOptions"] = {"MarketType": wishes["market"]}
        self.call("ec2:CreateLaunchTemplate", LaunchTemplateName="game", LaunchTemplateData=data)
        template: dict[str, Any] = {"LaunchTemplateName": "game"}
        launch: dict[str, Any] = {"LaunchTemplate": template}
        if len(types) > 1:
            overrides = [{"InstanceType": name} for name in types]
            mixed = {"LaunchTemplateSpecification": template, "Overrides": overrides}
            launch = {"MixedInstancesPolicy": {"LaunchTemplate": mixed}}
        self.call(
            "autoscaling:CreateAutoScalingGroup",
            AutoScalingGroupName="game",
            MinSize=wishes.get("least", 0),
            MaxSize=wishes.get("most", 50),
            DesiredCapacity=instances,
            AvailabilityZones=wishes.get("zones", ["us-east-1a", "us-east-1b"]),
            NewInstancesProtectedFromScaleIn=wishes.get("protects", False),
            **launch,
        )

    def define(self, family: str, cpu: int, memory: int = 64, **members: Any) -> None:
        """A task definition of one container."""
        container = {"name": "web", "image": "web", "cpu": cpu, "memory": memory, **members.pop("container", {})}
        self.call("ecs:RegisterTaskDefinition", self.now, family=family, containerDefinitions=[container], **members)

    def run(self, family: str, count: int, at: float | None = None, **members: Any) -> list[Task]:
        """RunTask in as many calls as it needs; the tasks."""
        made: list[Task] = []
        while count:
            some = min(count, 10)
            response = self.call(
                "ecs:RunTask",
                self.now if at is None else at,
                cluster="game",
                taskDefinition=family,
                count=some,
                **members,
            )
            made += [self.simulation.world.tasks[task["taskArn"]] for task in response["tasks"]]
            count -= some
        return made

    @property
    def now(self) -> float:
        """The moment that the story has reached, in seconds."""
        return self.simulation.world.now_ms / 1000

    @property
    def group(self) -> AutoScalingGroup:
        """The group."""
        return self.simulation.world.auto_scaling_groups["game"]

    @property
    def provider(self) -> CapacityProvider:
        """The provider."""
        return self.simulation.world.capacity_providers["game"]

    def metric(self) -> tuple[int, int, int]:
        """M, N and the metric now, in percent rounded down."""
        found = reservation.measure(self.simulation.world, self.provider)
        return found.needed, found.running, found.numerator // found.denominator

    def desired_at(self, *moments: float) -> list[int]:
        """The desired capacity at some moments."""
        return [self.until(at).group.desired for at in moments]

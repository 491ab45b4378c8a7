"""Short ways to tell a story to a simulation, in AWS's words."""

from __future__ import annotations

from typing import Any

from ecslab.sim import timeline
from ecslab.sim.command import Command
from ecslab.sim.operations.registry import EXPLAINED
from ecslab.sim.simulation import Outcome, Rejection, Simulation
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.world import Start

WEB: dict[str, Any] = {
    "family": "web",
    "containerDefinitions": [
        {
            "name": "web",
            "image": "web",
            "cpu": 256,
            "memoryReservation": 512,
            "portMappings": [{"containerPort": 80, "hostPort": 0}],
        }
    ],
}
FARGATE_WEB: dict[str, Any] = {
    "family": "web",
    "cpu": "256",
    "memory": "512",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "containerDefinitions": [{"name": "web", "image": "web", "portMappings": [{"containerPort": 80}]}],
}


def _no_replay(_task: Task, decision: str) -> dict[str, Any]:
    raise AssertionError(f"a story does not replay {decision}")


class Story:
    """A simulation and the calls made in it; moments in seconds."""

    def __init__(self, start: Start | None = None) -> None:
        self.simulation = Simulation.begin(start)

    def call(self, name: str, at: float = 0, /, **parameters: Any) -> dict[str, Any]:
        """Make a call that is accepted and answer its response."""
        outcome = self.attempt(name, at, **parameters)
        assert isinstance(outcome, Outcome), outcome
        return outcome.response

    def attempt(self, name: str, at: float = 0, /, **parameters: Any) -> Outcome | Rejection:
        """Make a call."""
        service, operation = name.split(":")
        return self.simulation.apply(Command(round(at * 1000), service, operation, parameters))

    def read(self, name: str, /, **parameters: Any) -> dict[str, Any]:
        """Look at the moment that the story has reached."""
        service, operation = name.split(":")
        if name in EXPLAINED:
            return timeline.explained(self.simulation.world, operation, parameters, _no_replay)
        return self.simulation.read(service, operation, parameters)

    def until(self, at: float) -> Story:
        """Let everything due until a moment happen."""
        self.simulation.run_until(round(at * 1000))
        return self

    def service(self, name: str = "web") -> Service:
        """A service by name."""
        return next(s for s in self.simulation.world.services.values() if s.name == name)

    def running(self, name: str = "web") -> int:
        """runningCount of a service."""
        tasks = self.simulation.world.tasks_of(self.service(name).arn)
        return sum(1 for t in tasks if t.last_status == "RUNNING")

    def total(self, name: str = "web") -> int:
        """Tasks of a service that are not STOPPED."""
        return len(self.simulation.world.tasks_of(self.service(name).arn))

    def messages(self, name: str = "web") -> list[tuple[float, str]]:
        """A service's events, oldest first, with their moments."""
        return [(e.at_ms / 1000, e.message) for e in reversed(self.service(name).events)]

    def explain(self, at: float, name: str = "web") -> dict[str, Any]:
        """lab:ExplainDeployment of a service at a moment."""
        world = self.until(at).simulation.world
        return timeline.explain_deployment(world, {"cluster": "game", "service": name})

    def timeline(self, **parameters: Any) -> dict[str, Any]:
        """lab:GetTimeline until now."""
        return timeline.get_timeline(self.simulation.world, parameters)

    def on_instances(self, count: int = 3, **sizes: Any) -> Story:
        """A cluster `game` with container instances."""
        self.call("ecs:CreateCluster", clusterName="game")
        self.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", count=count, **sizes)
        self.call("ecs:RegisterTaskDefinition", **WEB)
        return self

    def on_fargate(self) -> Story:
        """A cluster `game` and a Fargate task definition."""
        self.call("ecs:CreateCluster", clusterName="game")
        self.call("ecs:RegisterTaskDefinition", **FARGATE_WEB)
        return self

    def create(self, desired: int, at: float = 0, /, **members: Any) -> dict[str, Any]:
        """A service `web`, on Fargate when the task definition says so."""
        definition = self.simulation.world.task_definition(members.get("taskDefinition", "web"))
        if definition.network_mode == "awsvpc":
            subnets = list(self.simulation.world.subnets)
            vpc = {"subnets": subnets, "assignPublicIp": "ENABLED"}
            members = {"launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration": vpc}, **members}
        members = {"taskDefinition": "web", "availabilityZoneRebalancing": "DISABLED", **members}
        return self.call("ecs:CreateService", at, cluster="game", serviceName="web", desiredCount=desired, **members)

    def update(self, at: float, /, **members: Any) -> dict[str, Any]:
        """Update the service `web`."""
        return self.call("ecs:UpdateService", at, cluster="game", service="web", **members)

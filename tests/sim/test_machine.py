"""Random legal and illegal calls and faults for long runs, against simple counts made of what Describe answers.

The counts know nothing of the core: what is free is what there is minus what the listed tasks hold; an address and a
host port have one holder; the bill of two stretches is the bill of both. `make fuzz` runs many more.
"""

from __future__ import annotations

import json
import os
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ecslab.aws.door import prepare, submit
from ecslab.aws.model import RequestMalformed
from ecslab.sim import timeline
from ecslab.sim.simulation import Rejection, Simulation
from ecslab.sim.world import Start
from tests.sim.rules.placement.test_index import assert_same_choices

FAMILIES = ("bridge", "fixed", "host", "vpc", "fargate", "sidecar")
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
IS_FUZZ = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
GONE = ("STOPPING", "DEPROVISIONING", "STOPPED")
"""A task in these states holds no CPU, memory or static port any more (PN:R-7)."""
CHECK = {"command": ["CMD", "true"], "interval": 10, "retries": 2}


def definitions() -> list[dict[str, Any]]:
    """A revision of each kind: network modes, ports, sidecars and health checks."""
    web = {"name": "web", "image": "web", "cpu": 128, "memory": 200}
    dynamic = {"portMappings": [{"containerPort": 80}]}
    static = {"portMappings": [{"containerPort": 80, "hostPort": 8080}]}
    size = {"cpu": "256", "memory": "512", "networkMode": "awsvpc"}
    sidecar = {"name": "log", "image": "log", "essential": False, "memory": 64}
    return [
        {"family": "bridge", "containerDefinitions": [web | dynamic]},
        {"family": "fixed", "containerDefinitions": [web | static]},
        {"family": "host", "networkMode": "host", "containerDefinitions": [web | dynamic]},
        {"family": "vpc", **size, "containerDefinitions": [web]},
        {"family": "fargate", **size, "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [web]},
        {"family": "sidecar", "containerDefinitions": [web | {"healthCheck": CHECK}, sidecar]},
    ]


class Account(RuleBasedStateMachine):
    """One account; each rule makes a call that may be refused, each invariant counts anew."""

    @initialize(seed=some.integers(0, 3), tie=some.sampled_from(["canonical", "seeded"]))
    def open(self, seed: int, tie: str) -> None:
        """A cluster with instances, an almost full subnet and a revision of each kind."""
        self.simulation = Simulation.begin(Start(seed=seed, tie_break=tie))
        self.refusals = 0
        self.call("ecs:CreateCluster", clusterName="game")
        vpc = self.simulation.read("ec2", "DescribeVpcs", {})["Vpcs"][0]["VpcId"]
        self.call("ec2:CreateSubnet", VpcId=vpc, CidrBlock="172.31.240.0/28", AvailabilityZone=ZONES[0])
        self.subnets = [s["SubnetId"] for s in self.simulation.read("ec2", "DescribeSubnets", {})["Subnets"]]
        for definition in definitions():
            self.call("ecs:RegisterTaskDefinition", **definition)
        self.call("lab:AddContainerInstances", cluster="game", instanceType="t3.small", count=3)

    def call(self, name: str, /, **parameters: Any) -> dict[str, Any]:
        """Make a call at this moment; a refused one leaves the world as it was (core law 1)."""
        service, operation = name.split(":")
        try:
            command = prepare(self.simulation.world.now_ms, service, operation, parameters)
        except RequestMalformed as malformed:
            raise AssertionError(f"{name}: {malformed}") from malformed
        before = self.simulation.digest()
        outcome = submit(self.simulation, command)
        if isinstance(outcome, Rejection):
            self.refusals += 1
            assert outcome.message.endswith((".", ")")) or " " in outcome.message
            assert self.simulation.digest() == before, name
            return {}
        return outcome.response

    def network(self, family: str, subnet: int) -> dict[str, Any]:
        """The networkConfiguration that a family needs."""
        if family not in ("vpc", "fargate"):
            return {}
        vpc: dict[str, Any] = {"subnets": [self.subnets[subnet % len(self.subnets)]]}
        if family == "fargate":
            vpc["assignPublicIp"] = "ENABLED"
        kind = {"launchType": "FARGATE"} if family == "fargate" else {}
        return {"networkConfiguration": {"awsvpcConfiguration": vpc}, **kind}

    def nth(self, things: Any, number: int) -> Any:
        """One of some things, or None when there is none."""
        listed = list(things)
        return listed[number % len(listed)] if listed else None

    @rule(ms=some.one_of(some.integers(0, 5_000), some.integers(0, 400_000)))
    def time_passes(self, ms: int) -> None:
        assert self.simulation.run_until(self.simulation.world.now_ms + ms)

    @rule(kind=some.sampled_from(["t3.micro", "c5.large", "none"]), count=some.integers(0, 2), zone=some.integers(0, 3))
    def add_instances(self, kind: str, count: int, zone: int) -> None:
        place = {"zones": [ZONES[zone]]} if zone < len(ZONES) else {"subnets": self.subnets[-1:]}
        self.call("lab:AddContainerInstances", cluster="game", instanceType=kind, count=count, **place)

    @rule(family=some.sampled_from((*FAMILIES, "none")), count=some.integers(0, 11), subnet=some.integers(0, 3))
    def run_task(self, family: str, count: int, subnet: int) -> None:
        network = self.network(family, subnet)
        self.call("ecs:RunTask", cluster="game", taskDefinition=family, count=count, **network)

    @rule(
        family=some.sampled_from(FAMILIES),
        desired=some.integers(-1, 6),
        percents=some.sampled_from([(0, 100), (50, 150), (100, 200), (100, 100), (150, 100)]),
        subnet=some.integers(0, 3),
        strategy=some.sampled_from([[], [{"type": "binpack", "field": "memory"}], [{"type": "random"}]]),
    )
    def create_service(
        self, family: str, desired: int, percents: tuple[int, int], subnet: int, strategy: list[dict[str, str]]
    ) -> None:
        placement = {"placementStrategy": strategy} if strategy and family != "fargate" else {}
        self.call(
            "ecs:CreateService",
            cluster="game",
            serviceName=f"{family}-service",
            taskDefinition=family,
            desiredCount=desired,
            deploymentConfiguration={"minimumHealthyPercent": percents[0], "maximumPercent": percents[1]},
            **self.network(family, subnet),
            **placement,
        )

    @rule(family=some.sampled_from(FAMILIES), desired=some.integers(0, 6), force=some.booleans())
    def update_service(self, family: str, desired: int, force: bool) -> None:
        name = f"{family}-service"
        self.call("ecs:UpdateService", cluster="game", service=name, desiredCount=desired, forceNewDeployment=force)

    @rule(family=some.sampled_from(FAMILIES), force=some.booleans())
    def delete_service(self, family: str, force: bool) -> None:
        self.call("ecs:DeleteService", cluster="game", service=f"{family}-service", force=force)

    @rule(family=some.sampled_from(FAMILIES))
    def register_again(self, family: str) -> None:
        definition = next(d for d in definitions() if d["family"] == family)
        self.call("ecs:RegisterTaskDefinition", **definition)

    @rule(number=some.integers(0, 30))
    def stop_task(self, number: int) -> None:
        task = self.nth(self.simulation.world.tasks, number)
        self.call("ecs:StopTask", cluster="game", task=task or "none")

    @rule(number=some.integers(0, 30), code=some.sampled_from([0, 1, 137]), name=some.sampled_from(["web", "log"]))
    def exit_container(self, number: int, code: int, name: str) -> None:
        task = self.nth(self.simulation.world.tasks, number)
        self.call("lab:ExitContainer", task=task or "none", exitCode=code, container=name)

    @rule(number=some.integers(0, 9))
    def fail_instance(self, number: int) -> None:
        instance = self.nth(self.simulation.world.container_instances, number)
        self.call("lab:FailInstance", instance=instance or "none")

    @rule(
        missing=some.booleans(),
        ends=some.sampled_from([None, "5s", "90s"]),
        healthy=some.sampled_from([True, False, {"after": "20s"}, {"until": "60s"}]),
        deaf=some.booleans(),
    )
    def put_image(self, missing: bool, ends: str | None, healthy: Any, deaf: bool) -> None:
        end = {"exitAfter": ends} if ends else {}
        self.call("lab:PutImage", image="web", missing=missing, healthy=healthy, handlesSigterm=not deaf, **end)

    @rule(minutes=some.integers(0, 6), count=some.integers(0, 3))
    def schedule(self, minutes: int, count: int) -> None:
        cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/game"
        unit = "minute" if minutes == 1 else "minutes"
        self.call("events:PutRule", Name="often", ScheduleExpression=f"rate({minutes} {unit})")
        ecs = {"TaskDefinitionArn": "bridge", "TaskCount": count}
        target = {"Id": "1", "Arn": cluster, "RoleArn": "arn:aws:iam::123456789012:role/r", "EcsParameters": ecs}
        self.call("events:PutTargets", Rule="often", Targets=[target])

    @rule(vanish=some.booleans())
    def save_and_load(self, vanish: bool) -> None:
        """A snapshot has the same future; from here on the run goes on from it, its journal kept."""
        snapshot = json.loads(json.dumps(self.simulation.snapshot()))
        copy = Simulation.restore(snapshot)
        assert copy.digest() == self.simulation.digest()
        if vanish:
            copy.world.journal.extend(self.simulation.world.journal)
            self.simulation = copy

    @rule(ms=some.integers(0, 100_000))
    def fork(self, ms: int) -> None:
        """A fork has the same future, and what happens in it is not seen here."""
        before = self.simulation.digest()
        twin, third = self.simulation.fork(), self.simulation.fork()
        assert twin.digest() == before
        for each in (twin, third):
            each.run_until(each.world.now_ms + ms)
        assert twin.digest() == third.digest()
        assert self.simulation.digest() == before
        self.simulation = third

    # --- The counts ---

    def described(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """All tasks and all container instances, as Describe answers them."""
        world = self.simulation.world
        tasks = [t.arn for t in world.tasks.values()]
        told: list[dict[str, Any]] = []
        for begin in range(0, len(tasks), 100):
            asked = {"cluster": "game", "tasks": tasks[begin : begin + 100]}
            told += self.simulation.read("ecs", "DescribeTasks", asked)["tasks"]
        instances = list(world.container_instances)
        asked = {"cluster": "game", "containerInstances": instances[:100]}
        found = self.simulation.read("ecs", "DescribeContainerInstances", asked)["containerInstances"]
        return told, found

    @invariant()
    def what_is_free_is_what_no_task_holds(self) -> None:
        if not hasattr(self, "simulation"):
            return
        tasks, instances = self.described()
        for instance in instances:
            on = [t for t in tasks if t.get("containerInstanceArn") == instance["containerInstanceArn"]]
            holding = [t for t in on if t["lastStatus"] not in GONE]
            registered, remaining = (_amounts(instance[name]) for name in ("registeredResources", "remainingResources"))
            for name, member in (("CPU", "cpu"), ("MEMORY", "memory")):
                assert registered[name] - remaining[name] == sum(int(t[member]) for t in holding)
                assert 0 <= remaining[name] <= registered[name]
            if instance["status"] == "ACTIVE" and instance["agentConnected"]:
                assert instance["runningTasksCount"] == sum(1 for t in on if t["desiredStatus"] == "RUNNING")

    @invariant()
    def a_host_port_has_one_holder(self) -> None:
        if not hasattr(self, "simulation"):
            return
        tasks, _ = self.described()
        held: set[tuple[str, str, int]] = set()
        for task in tasks:
            if task["lastStatus"] != "RUNNING" or "containerInstanceArn" not in task:
                continue
            if task.get("attachments"):
                continue
            for container in task["containers"]:
                for binding in container.get("networkBindings") or []:
                    key = (task["containerInstanceArn"], binding["protocol"], binding["hostPort"])
                    assert key not in held
                    held.add(key)

    @invariant()
    def an_address_has_one_holder(self) -> None:
        if not hasattr(self, "simulation"):
            return
        world = self.simulation.world
        holders: dict[str, set[str]] = {subnet: set() for subnet in world.subnets}
        things = [
            *((i.subnet_id, i.private_address) for i in world.network_interfaces.values()),
            *((m.subnet_id, m.private_address) for m in world.ec2_instances.values() if m.state != "terminated"),
        ]
        for subnet, address in things:
            assert address not in holders[subnet]
            holders[subnet].add(address)
        for told in self.simulation.read("ec2", "DescribeSubnets", {})["Subnets"]:
            size = 2 ** (32 - int(told["CidrBlock"].rpartition("/")[2])) - 5
            assert told["AvailableIpAddressCount"] == size - len(holders[told["SubnetId"]])

    @invariant()
    def interfaces_are_within_the_type(self) -> None:
        if not hasattr(self, "simulation"):
            return
        tasks, instances = self.described()
        for instance in instances:
            arn = instance["containerInstanceArn"]
            with_one = [
                t
                for t in tasks
                if t.get("containerInstanceArn") == arn and t.get("attachments") and t["lastStatus"] != "STOPPED"
            ]
            assert len(with_one) <= self.simulation.world.container_instances[arn].task_eni_limit

    @invariant()
    def services_stay_between_nothing_and_their_ceiling(self) -> None:
        if not hasattr(self, "simulation"):
            return
        for service in self.simulation.world.services.values():
            told = self.simulation.read("ecs", "DescribeServices", {"cluster": "game", "services": [service.name]})
            found = told["services"][0]
            assert found["runningCount"] >= 0
            assert found["pendingCount"] >= 0
            assert found["desiredCount"] >= 0

    @invariant()
    def the_index_chooses_as_the_rules_do(self) -> None:
        if hasattr(self, "simulation"):
            assert_same_choices(self.simulation.world)

    @invariant()
    def the_bill_adds_up(self) -> None:
        if not hasattr(self, "simulation"):
            return
        now = self.simulation.world.now_ms // 1000
        middle = now // 2
        whole, first, second = (
            _seconds(self.simulation, begin, end) for begin, end in ((0, now), (0, middle), (middle, now))
        )
        for key, seconds in whole.items():
            assert first.get(key, 0) + second.get(key, 0) == seconds >= 0
        cost = timeline.get_cost(self.simulation.world, {})
        assert Decimal(cost["total"]) == sum((Decimal(line["amount"]) for line in cost["lines"]), Decimal(0))


def _amounts(resources: list[dict[str, Any]]) -> dict[str, int]:
    return {each["name"]: each["integerValue"] for each in resources if "integerValue" in each}


def _seconds(simulation: Simulation, begin: int, end: int) -> dict[tuple[str, str], int]:
    cost = timeline.get_cost(simulation.world, {"from": begin, "to": end})
    return {(line["resource"], line["item"]): line["billedSeconds"] for line in cost["lines"]}


TestAccount = Account.TestCase
TestAccount.settings = settings(
    max_examples=max(200, settings().max_examples * 10 if IS_FUZZ else 0),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

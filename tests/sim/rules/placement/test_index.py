"""The placement index and the stop queue choose what the naive rules choose, at every step of random runs."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ecslab.sim.changes import journal
from ecslab.sim.command import Command
from ecslab.sim.fork import fork
from ecslab.sim.rules.placement import index, place, victims
from ecslab.sim.rules.placement.stop_queue import StopQueue, stoppable
from ecslab.sim.rules.tasks import stopping
from ecslab.sim.simulation import Simulation
from ecslab.sim.world import Start, World
from tests import rules
from tests.bench import runs
from tests.sim import machines
from tests.sim.stories import Story

CLUSTER = "game"
STRATEGIES = [
    {"type": "spread", "field": "attribute:ecs.availability-zone"},
    {"type": "spread", "field": "instanceId"},
    {"type": "spread", "field": "attribute:stack"},
    {"type": "binpack", "field": "memory"},
    {"type": "binpack", "field": "CPU"},
    {"type": "random"},
]
CONSTRAINTS = [
    {"type": "distinctInstance"},
    {"type": "memberOf", "expression": "attribute:stack == a"},
    {"type": "memberOf", "expression": "not(task:group == service:a)"},
    {"type": "memberOf", "expression": "runningTasksCount < 2"},
]


def _first(_stream: str, _n: int) -> int:
    return 0


def _last(_stream: str, n: int) -> int:
    return n - 1


def assert_same_choices(world: World) -> int:
    """For every kind of request that the index knows; how many were compared."""
    for request in list(world.rankings):
        for pick in (_first, _last):
            assert index.choose(world, request, pick) == place.choose(world, request, pick), request
    return len(world.rankings)


def assert_same_victims(world: World) -> int:
    """Stop the tasks of each service one by one in a copy of the world; how many choices were compared."""
    compared = 0
    for arn, pick in itertools.product(list(world.services), (_first, _last)):
        copy = fork(world)
        service = copy.services[arn]
        if not service.deployments:
            continue
        queue = StopQueue(copy, service, copy.tasks_of(arn))
        while tasks := stoppable(copy, service, queue.pool):
            naive = victims.choose_stop(copy, service, tasks, pick)
            assert queue.next(pick) is naive
            stopping.stop(copy, naive, "ServiceSchedulerInitiated", "")
            compared += 1
    return compared


class Places(RuleBasedStateMachine):
    """A cluster in which everything that placement looks at changes."""

    @initialize(seed=some.integers(0, 3))
    def open(self, seed: int) -> None:
        """Instances in three zones, and revisions that need different things."""
        self.simulation = Simulation.begin(Start(seed=seed, tie_break="seeded"))
        self.call("ecs:CreateCluster", clusterName=CLUSTER)
        port = {"portMappings": [{"containerPort": 80, "hostPort": 8080}]}
        for family, container in (("small", {}), ("large", {"memory": 900, "cpu": 700}), ("fixed", port)):
            web = {"name": "web", "image": "web", "cpu": 100, "memory": 128, **container}
            self.call("ecs:RegisterTaskDefinition", family=family, containerDefinitions=[web])
        size = {"cpu": "256", "memory": "512", "requiresCompatibilities": ["FARGATE"]}
        for family, sized in (("vpc", {}), ("fargate", size)):
            web = {"name": "web", "image": "web", "cpu": 100, "memory": 128}
            vpc = {"family": family, "networkMode": "awsvpc", "containerDefinitions": [web]}
            self.call("ecs:RegisterTaskDefinition", **vpc, **sized)
        subnet = next(iter(self.simulation.world.subnets))
        self.network = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet]}}}
        self.call("lab:AddContainerInstances", cluster=CLUSTER, instanceType="t3.small", count=4)

    def call(self, name: str, /, **parameters: Any) -> None:
        """Make a call that may be refused."""
        service, operation = name.split(":")
        self.simulation.apply(Command(self.simulation.world.now_ms, service, operation, parameters))

    def instance(self, number: int) -> str:
        """One of the container instances."""
        arns = list(self.simulation.world.container_instances)
        return arns[number % len(arns)]

    @rule(ms=some.sampled_from([0, 1_000, 30_000, 60_000, 600_000]))
    def time_passes(self, ms: int) -> None:
        self.simulation.run_until(self.simulation.world.now_ms + ms)

    @rule(stack=some.sampled_from([None, "a", "b"]), kind=some.sampled_from(["t3.micro", "t3.small"]))
    def add_instance(self, stack: str | None, kind: str) -> None:
        attributes = [{"name": "stack", "value": stack}] if stack else []
        self.call("lab:AddContainerInstances", cluster=CLUSTER, instanceType=kind, attributes=attributes)

    @rule(
        family=some.sampled_from(["small", "large", "fixed", "vpc"]),
        count=some.integers(1, 4),
        group=some.sampled_from(["service:a", "b"]),
        strategies=some.lists(some.sampled_from(STRATEGIES), max_size=3),
        constraints=some.lists(some.sampled_from(CONSTRAINTS), max_size=2),
    )
    def run_task(self, family: str, count: int, group: str, strategies: list[Any], constraints: list[Any]) -> None:
        placement = {"placementStrategy": strategies, "placementConstraints": constraints}
        placement |= self.network if family == "vpc" else {}
        self.call("ecs:RunTask", cluster=CLUSTER, taskDefinition=family, count=count, group=group, **placement)

    @rule(desired=some.integers(0, 5), strategies=some.lists(some.sampled_from(STRATEGIES), max_size=3))
    def service(self, desired: int, strategies: list[Any]) -> None:
        asked = {"cluster": CLUSTER, "taskDefinition": "small", "desiredCount": desired}
        self.call("ecs:CreateService", serviceName="a", placementStrategy=strategies, **asked)
        network = {"awsvpcConfiguration": {"subnets": list(self.simulation.world.subnets)}}
        fargate = {"taskDefinition": "fargate", "launchType": "FARGATE", "networkConfiguration": network}
        self.call("ecs:CreateService", serviceName="f", **asked | fargate)
        self.call("ecs:UpdateService", service="a", forceNewDeployment=True, **asked)

    @rule(number=some.integers(0, 20))
    def stop_task(self, number: int) -> None:
        tasks = list(self.simulation.world.tasks)
        if tasks:
            self.call("ecs:StopTask", cluster=CLUSTER, task=tasks[number % len(tasks)])

    @rule(number=some.integers(0, 9), status=some.sampled_from(["DRAINING", "ACTIVE"]))
    def drain(self, number: int, status: str) -> None:
        named = {"cluster": CLUSTER, "containerInstances": [self.instance(number)]}
        self.call("ecs:UpdateContainerInstancesState", status=status, **named)

    @rule(number=some.integers(0, 9), stack=some.sampled_from(["a", "b", None]))
    def attribute(self, number: int, stack: str | None) -> None:
        named = {"name": "stack", "targetId": self.instance(number)}
        given = [named | {"value": stack}] if stack else [named]
        self.call("ecs:PutAttributes" if stack else "ecs:DeleteAttributes", cluster=CLUSTER, attributes=given)

    @rule(number=some.integers(0, 9), fault=some.sampled_from(["FailInstance", "DisconnectAgent", "ReconnectAgent"]))
    def fault(self, number: int, fault: str) -> None:
        self.call(f"lab:{fault}", instance=self.instance(number))

    @rule(number=some.integers(0, 9))
    def deregister(self, number: int) -> None:
        named = {"cluster": CLUSTER, "containerInstance": self.instance(number)}
        self.call("ecs:DeregisterContainerInstance", force=True, **named)

    @rule()
    def save_and_load(self) -> None:
        self.simulation = Simulation.restore(self.simulation.snapshot())

    @invariant()
    def the_index_chooses_as_the_rules_do(self) -> None:
        if hasattr(self, "simulation"):
            assert_same_choices(self.simulation.world)

    @invariant()
    def the_queue_chooses_as_the_rules_do(self) -> None:
        if hasattr(self, "simulation"):
            assert_same_victims(self.simulation.world)


TestPlaces = Places.TestCase
TestPlaces.settings = settings(
    max_examples=settings().max_examples,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_the_index_chooses_as_the_rules_do_while_services_are_rolled() -> None:
    """After every other timer of an hour of deployments."""
    simulation, compared, victims_compared = Simulation.begin(runs.START), 0, 0
    for command in runs.afternoon(instances=9, services=3, tasks_each=6, hours=1):
        while not simulation.run_until(command.at_ms - 1, 2):
            compared += assert_same_choices(simulation.world)
            victims_compared += assert_same_victims(simulation.world) if compared % 5 == 0 else 0
        simulation.apply(command)
    assert compared > 100
    assert victims_compared > 100


@rules.rule("PN:P-14", "PN:P-23", "PN:P-27")
def test_the_index_follows_what_it_was_told_of() -> None:
    """Spread counts and room change with each task, so two calls of two tasks fill both zones alike."""
    story = Story().on_instances(4)
    strategies = [STRATEGIES[0], STRATEGIES[3]]
    call = {"cluster": CLUSTER, "taskDefinition": "web", "count": 2, "placementStrategy": strategies}
    answers = [story.call("ecs:RunTask", at, **call)["tasks"] for at in (0, 1)]
    world = story.simulation.world
    assert assert_same_choices(world) == 1
    zones = [world.tasks[t["taskArn"]].availability_zone for tasks in answers for t in tasks]
    assert [zone[-1] for zone in zones if zone] == ["a", "b", "c", "a"]


def test_the_index_is_begun_anew_before_it_grows_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LONGEST_TOUCHED", 3)
    monkeypatch.setattr(journal, "MOST_RANKINGS", 2)
    story = Story().on_instances(3)
    for at, group in enumerate(("a", "b", "c", "a", "b")):
        call = {"cluster": CLUSTER, "taskDefinition": "web", "group": group, "placementStrategy": STRATEGIES[:2]}
        story.call("ecs:RunTask", at, count=2, **call)
        assert_same_choices(story.simulation.world)
    world = story.simulation.world
    assert len(world.touched) <= 3
    assert len(world.rankings) <= 2


@rules.rule("PN:R-7", "PN:R-8", "PN:N-30")
def test_the_index_hears_of_an_interface_that_is_given_back_late() -> None:
    """A stopped awsvpc task gives its memory back at once and its interface when it is STOPPED."""
    story = Story().on_instances(1)
    web = {"name": "web", "image": "web", "cpu": 10, "memory": 16}
    story.call("ecs:RegisterTaskDefinition", family="vpc", networkMode="awsvpc", containerDefinitions=[web])
    network = {"awsvpcConfiguration": {"subnets": list(story.simulation.world.subnets)}}
    call = {"cluster": CLUSTER, "taskDefinition": "vpc", "networkConfiguration": network}
    limit = next(iter(story.simulation.world.container_instances.values())).task_eni_limit
    answer = story.call("ecs:RunTask", count=limit + 1, **call)
    assert [len(answer["tasks"]), len(answer["failures"])] == [limit, 1]
    story.call("ecs:StopTask", 60, cluster=CLUSTER, task=answer["tasks"][0]["taskArn"])
    free: list[bool] = []
    for second in range(60, 120):
        world = story.until(second).simulation.world
        assert assert_same_choices(world)
        free.append(index.choose(world, next(iter(world.rankings)), _first) is not None)
    assert free == sorted(free)
    assert free[0] is False
    assert free[-1] is True


@rules.rule("SS:C-57")
def test_the_index_hears_that_a_cluster_gave_its_provider_away() -> None:
    """The instances of a group are a provider's only where the cluster has the provider."""
    story = Story().on_instances(1)
    story.call("ec2:CreateLaunchTemplate", LaunchTemplateName="small", LaunchTemplateData=machines.DATA)
    group = {"AutoScalingGroupName": "group", "LaunchTemplate": machines.TEMPLATE, "DesiredCapacity": 1}
    story.call("autoscaling:CreateAutoScalingGroup", **machines.GROUP | group)
    story.call("ecs:CreateCapacityProvider", name="ours", autoScalingGroupProvider={"autoScalingGroupArn": "group"})
    has = {"capacityProviders": ["ours"], "defaultCapacityProviderStrategy": []}
    story.call("ecs:PutClusterCapacityProviders", cluster=CLUSTER, **has)
    strategy = [{"capacityProvider": "ours"}]
    call = {"cluster": CLUSTER, "taskDefinition": "web", "capacityProviderStrategy": strategy}
    first = story.call("ecs:RunTask", 120, **call)["tasks"][0]
    story.call("ecs:StopTask", 121, cluster=CLUSTER, task=first["taskArn"])
    world = story.until(300).simulation.world
    request = next(iter(world.rankings))
    assert request.capacity_provider == "ours"
    assert index.choose(world, request, _first) == first["containerInstanceArn"]
    none = {"capacityProviders": [], "defaultCapacityProviderStrategy": []}
    story.call("ecs:PutClusterCapacityProviders", 301, cluster=CLUSTER, **none)
    assert index.choose(world, request, _first) is None is place.choose(world, request, _first)

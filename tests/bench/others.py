"""What the simulation is measured against: a bare heap, SimPy, and moto's idea of RunTask."""

from __future__ import annotations

import heapq
import json
import time
from collections.abc import Iterator
from random import Random
from typing import Any

import boto3
import simpy
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.utils import generate_instance_identity_document
from moto.ecs.models import ecs_backends

from ecslab.sim.changes import journal
from ecslab.sim.simulation import Simulation, run_timer
from ecslab.sim.timers import RuleDue

HELD = 1_000
REGION = "us-east-1"


def per_second(events: int, seconds: float) -> float:
    """Events in a second."""
    return events / seconds


def first(_stream: str, _n: int) -> int:
    """No chance: the first of those that are alike."""
    return 0


def bare_heap(events: int) -> float:
    """Pop one and push one with a thousand pending: the least that any event-driven run does."""
    random = Random(1)
    pending = [(random.random(), n) for n in range(HELD)]
    heapq.heapify(pending)
    started = time.process_time()
    for n in range(events):
        at, _ = heapq.heappop(pending)
        heapq.heappush(pending, (at + 1, n))
    return per_second(events, time.process_time() - started)


def kernel(events: int) -> float:
    """The same with our agenda, its timers and a journal entry for each."""
    simulation = Simulation.begin()
    world, random = simulation.world, Random(1)
    for n in range(HELD):
        journal.timer_set(world, random.randrange(1000), RuleDue("none", n))
    started = time.process_time()
    for _ in range(events):
        at_ms, timer = world.agenda.pop()
        journal.time_moved(world, at_ms)
        run_timer(world, timer)
        journal.record(world, "bench", "none")
        journal.timer_set(world, 1000, timer)
    return per_second(events, time.process_time() - started)


def simpy_timeouts(events: int) -> float:
    """The same in SimPy: a thousand processes that wait a second again and again."""
    environment = simpy.Environment()

    def process(delay: float) -> Iterator[Any]:
        yield environment.timeout(delay)
        while True:
            yield environment.timeout(1)

    random = Random(1)
    for _ in range(HELD):
        environment.process(process(random.random()))
    started = time.process_time()
    for _ in range(events):
        environment.step()
    return per_second(events, time.process_time() - started)


def moto_run_task(instances: int, calls: int) -> tuple[float, float]:
    """RunTask in a second: through boto3, and on moto's backend itself, with so many container instances."""
    with mock_aws():
        ec2 = boto3.resource("ec2", region_name=REGION)
        client = boto3.client("ecs", region_name=REGION)
        client.create_cluster(clusterName="bench")
        made = ec2.create_instances(ImageId="ami-12c6146b", MinCount=instances, MaxCount=instances)
        for each in made:
            document = json.dumps(generate_instance_identity_document(each))
            client.register_container_instance(cluster="bench", instanceIdentityDocument=document)
        container = {"name": "web", "image": "web", "cpu": 1, "memory": 1}
        client.register_task_definition(family="web", containerDefinitions=[container])
        started = time.process_time()
        for _ in range(calls):
            client.run_task(cluster="bench", taskDefinition="web", count=1)
        through = per_second(calls, time.process_time() - started)
        backend = ecs_backends[DEFAULT_ACCOUNT_ID][REGION]
        started = time.process_time()
        for _ in range(calls):
            backend.run_task("bench", "web", 1, None, None, None, "EC2", None)
        return through, per_second(calls, time.process_time() - started)

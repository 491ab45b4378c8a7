"""Traffic, what tasks use for it, and the metrics of it (SS section M)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.rules.traffic import is_constant_after, rate_at
from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.rules.capacity.pools import UNITS, Pool
from tests.sim.stories import Story

HOUR = {"StartTime": "2026-01-05T00:00:00Z", "EndTime": "2026-01-05T01:00:00Z", "Period": 60}


def points(story: Story, name: str, *statistics: str, **where: str) -> list[dict[str, Any]]:
    dimensions = [{"Name": k, "Value": v} for k, v in where.items()]
    members = {"Namespace": "AWS/ECS", "MetricName": name, "Dimensions": dimensions, **HOUR}
    found = story.read("cloudwatch:GetMetricStatistics", **members, Statistics=list(statistics or ("Average",)))
    datapoints: list[dict[str, Any]] = found["Datapoints"]
    return datapoints


def web(desired: int = 4, **image: Any) -> Story:
    """A service of Fargate tasks of 256 CPU units and 512 MiB, each of which uses 1 CPU unit a request."""
    story = Story().on_fargate()
    story.call("lab:PutImage", image="web", **{"cpuUnitsPerRequestPerSecond": 1, **image})
    story.create(desired)
    return story


def traffic(story: Story, at: float = 0, /, **members: Any) -> None:
    story.call("lab:SetTraffic", at, cluster="game", service="web", **members)


@rule("SS:M-1", "SS:M-2", "SS:M-7", "SS:K-4", "SS:M-11")
def test_a_minute_is_the_mean_of_the_samples_in_which_tasks_ran() -> None:
    story = web(4, cpuUnits=20)
    traffic(story, requestsPerSecond="102.4")
    where = {"ClusterName": "game", "ServiceName": "web"}
    assert points(story.until(59), "CPUUtilization", **where) == []
    values = points(story.until(120), "CPUUtilization", "Average", "SampleCount", **where)
    percent = 100 * (20 + 102.4 / 4) / 256
    assert [v["Timestamp"] for v in values] == ["2026-01-05T00:00:00Z", "2026-01-05T00:01:00Z"]
    assert [v["SampleCount"] for v in values] == [4, 4]
    assert all(abs(v["Average"] - percent) < 1e-9 for v in values)
    story.update(120, desiredCount=0)
    assert len(points(story.until(600), "CPUUtilization", **where)) == 2


@rule("SS:M-3")
def test_a_task_level_size_caps_what_containers_may_use() -> None:
    story = web(1)
    traffic(story, requestsPerSecond=9999)
    assert points(story.until(120), "CPUUtilization", ClusterName="game", ServiceName="web")[-1]["Average"] == 100
    free = Story().on_instances(1)
    free.call("lab:PutImage", image="web", cpuUnitsPerRequestPerSecond=1, memoryKiBPerRequestPerSecond=1024)
    free.create(1)
    traffic(free, requestsPerSecond=768)
    where = {"ClusterName": "game", "ServiceName": "web"}
    assert points(free.until(120), "CPUUtilization", **where)[-1]["Average"] == 300
    assert points(free, "MemoryUtilization", **where)[-1]["Average"] == 150


@rule("SS:W-26", "SS:M-4", "SS:M-5", "SS:M-6")
def test_reservation_of_awss_example() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    for kind, cpu, memory in (("c4.4xlarge", 16384, 30158), ("c4.large", 2048, 3768)):
        story.call("lab:AddContainerInstances", cluster="game", instanceType=kind, cpu=cpu, memoryMiB=memory)
    container = {"name": "web", "image": "web", "cpu": 1024, "memory": 2048}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container])
    story.call("lab:PutImage", image="web", cpuUnits=512, memoryMiB=1024)
    for _ in range(10):
        constraint = {"type": "memberOf", "expression": "attribute:ecs.instance-type == c4.4xlarge"}
        call = {"cluster": "game", "taskDefinition": "web", "placementConstraints": [constraint]}
        assert story.call("ecs:RunTask", **call)["tasks"]
    story.until(120)
    cpu = points(story, "CPUReservation", ClusterName="game")[-1]["Average"]
    memory = points(story, "MemoryReservation", ClusterName="game")[-1]["Average"]
    assert (round(cpu, 1), round(memory, 1)) == (55.6, 60.4)
    assert (int(cpu), int(memory)) == (55, 60)
    used = points(story, "CPUUtilization", ClusterName="game")[-1]["Average"]
    assert round(used, 1) == 27.8
    small = story.read("ecs:ListContainerInstances", cluster="game")["containerInstanceArns"][1]
    machine = story.simulation.world.container_instances[small].ec2_instance_id
    story.call("lab:FailInstance", 120, instance=machine)
    story.until(600)
    cpu = points(story, "CPUReservation", ClusterName="game")[-1]["Average"]
    memory = points(story, "MemoryReservation", ClusterName="game")[-1]["Average"]
    assert (cpu, round(memory, 1)) == (62.5, 67.9)


def test_a_fargate_cluster_has_no_reservation() -> None:
    story = web(1).until(120)
    assert points(story, "CPUReservation", ClusterName="game") == []
    names = [m["MetricName"] for m in story.read("cloudwatch:ListMetrics", Namespace="AWS/ECS")["Metrics"]]
    assert names == ["CPUUtilization", "MemoryUtilization"]


@pytest.mark.parametrize(
    ("members", "rates"),
    [
        ({"requestsPerSecond": "0.5"}, {0: 500, 999: 500}),
        ({"pattern": "ramp", "requestsPerSecond": 10, "from": 10, "to": 30}, {5: 0, 20: 5000, 29: 9500, 30: 0}),
        ({"pattern": "spike", "requestsPerSecond": 10, "to": "20s"}, {5: 5000, 10: 10000, 15: 5000, 20: 0}),
        ({"pattern": "step", "requestsPerSecond": 3, "from": 10}, {9: 0, 10: 3000, 99: 3000}),
        ({"pattern": "step", "requestsPerSecond": 3, "period": 20}, {9: 3000, 10: 0, 20: 3000, 30: 0}),
        ({"pattern": "sine", "requestsPerSecond": 8, "period": 160}, {0: 4000, 40: 8000, 80: 4000, 120: 0, 160: 4000}),
        ({"pattern": "points", "points": [[0, 1], [60, 2]]}, {0: 1000, 59: 1000, 60: 2000, 999: 2000}),
        ({"pattern": "points", "points": [[5, 1], [10, 2]], "period": 20}, {4: 0, 5: 1000, 10: 2000, 24: 0, 30: 2000}),
    ],
)
def test_patterns(members: dict[str, Any], rates: dict[int, int]) -> None:
    story = web(1)
    traffic(story, **members)
    world, arn = story.simulation.world, story.service().arn
    assert {at: rate_at(world, arn, at * 1000) for at in rates} == rates


def test_a_later_call_counts_from_its_moment_on_and_only_in_its_time() -> None:
    story = web(1)
    traffic(story, requestsPerSecond=1)
    traffic(story, 100, requestsPerSecond=2, to=200)
    world, arn = story.simulation.world, story.service().arn
    assert [rate_at(world, arn, at * 1000) for at in (99, 100, 199, 200)] == [1000, 2000, 2000, 1000]
    assert not is_constant_after(world, arn, 199_999)
    assert is_constant_after(world, arn, 200_000)
    told = [e["text"] for e in story.timeline(kinds=["traffic"])["entries"]]
    assert told[1] == "Clients send service web constant traffic from 100 s on until 200 s."


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"requestsPerSecond": "many"},
        {"requestsPerSecond": 1, "from": 10, "to": 10},
        {"requestsPerSecond": 1, "pattern": "ramp"},
        {"requestsPerSecond": 1, "pattern": "sine"},
        {"requestsPerSecond": 1, "period": 10},
        {"requestsPerSecond": 1, "pattern": "step", "period": "0.5"},
        {"pattern": "points"},
        {"pattern": "points", "points": [[5, 1], [5, 2]]},
        {"pattern": "points", "points": [[5, 1], [50, 2]], "period": 20},
    ],
)
def test_traffic_that_makes_no_sense_is_refused(members: dict[str, Any]) -> None:
    story = web(1)
    before = story.simulation.digest()
    outcome = story.attempt("lab:SetTraffic", cluster="game", service="web", **members)
    assert isinstance(outcome, Rejection)
    assert outcome.code == "InvalidParameterException"
    assert story.simulation.digest() == before


def test_metrics_of_ones_own() -> None:
    story = Story()
    queue = {"MetricName": "Backlog", "Dimensions": [{"Name": "Queue", "Value": "jobs"}]}
    story.call("cloudwatch:PutMetricData", 5, Namespace="Game", MetricData=[{**queue, "Value": 10}])
    more = [{**queue, "Values": [20, 40], "Counts": [1, 2], "Timestamp": "2026-01-05T00:00:30Z"}]
    story.call("cloudwatch:PutMetricData", 70, Namespace="Game", MetricData=more)
    story.until(300)
    stat = {"Metric": {"Namespace": "Game", **queue}, "Period": 60, "Stat": "Sum"}
    queries = [{"Id": "a", "MetricStat": stat}, {"Id": "b", "MetricStat": {**stat, "Period": 300, "Stat": "Maximum"}}]
    found = story.read("cloudwatch:GetMetricData", MetricDataQueries=queries, **HOUR)["MetricDataResults"]
    assert [r["Values"] for r in found] == [[110], [40]]
    assert found[0]["Timestamps"] == ["2026-01-05T00:00:00Z"]
    assert story.read("cloudwatch:ListMetrics", Dimensions=[{"Name": "Queue"}])["Metrics"][0]["Namespace"] == "Game"
    assert story.read("cloudwatch:ListMetrics", Dimensions=[{"Name": "Other"}])["Metrics"] == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ([], "MissingParameter"),
        ([{"MetricName": "a"}], "MissingParameter"),
        ([{"MetricName": "a", "Value": "much"}], "InvalidParameterValue"),
        ([{"MetricName": "a", "Values": [1, 2], "Counts": [1]}], "InvalidParameterValue"),
        ([{"MetricName": "a", "Values": [1], "Counts": [0]}], "InvalidParameterValue"),
        ([{"MetricName": "a", "Value": 1, "Timestamp": "yesterday"}], "InvalidParameterValue"),
    ],
)
def test_values_that_make_no_sense_are_refused(data: list[Any], code: str) -> None:
    outcome = Story().attempt("cloudwatch:PutMetricData", Namespace="Game", MetricData=data)
    assert isinstance(outcome, Rejection)
    assert outcome.code == code


@rule("SS:M-9")
def test_what_capacity_providers_need_is_a_metric_of_its_own() -> None:
    pool = Pool(2, least=0)
    pool.define("full", UNITS)
    pool.until(200)
    pool.run("full", 2, 200)
    name = next(iter(pool.simulation.world.capacity_providers))
    cluster = next(iter(pool.simulation.world.clusters))
    where = {"CapacityProviderName": name, "ClusterName": cluster}
    dimensions = [{"Name": key, "Value": value} for key, value in where.items()]
    judged = {"Threshold": 120, "ComparisonOperator": "GreaterThanThreshold", "Period": 60, "EvaluationPeriods": 1}
    metric = {"Namespace": "AWS/ECS/ManagedScaling", "MetricName": "CapacityProviderReservation"}
    asked = {**metric, "Dimensions": dimensions, "Statistic": "Average", **judged}
    pool.call("cloudwatch:PutMetricAlarm", 200, AlarmName="tight", **asked)
    pool.until(3000)
    alarm = pool.simulation.world.alarms["tight"]
    assert (alarm.state, alarm.due_ms) == ("OK", None)
    pool.run("full", 1, 3010)
    pool.until(3060)
    assert alarm.state == "ALARM"
    members = {**metric, "Dimensions": dimensions, **HOUR, "Statistics": ["Average"]}
    found = pool.read("cloudwatch:GetMetricStatistics", **members)["Datapoints"]
    assert found[-1]["Average"] == 150
    named = pool.read("cloudwatch:ListMetrics", Namespace="AWS/ECS/ManagedScaling")["Metrics"]
    assert named == [{**metric, "Dimensions": dimensions}]
    elsewhere = [{"Name": "CapacityProviderName", "Value": name}, {"Name": "ClusterName", "Value": "other"}]
    assert pool.read("cloudwatch:GetMetricStatistics", **{**members, "Dimensions": elsewhere})["Datapoints"] == []


def insight(story: Story, name: str, **where: str) -> list[float]:
    dimensions = [{"Name": key, "Value": value} for key, value in {"ClusterName": "game", **where}.items()]
    metric = {"Namespace": "ECS/ContainerInsights", "MetricName": name, "Dimensions": dimensions}
    found = story.read("cloudwatch:GetMetricStatistics", **metric, **HOUR, Statistics=["Average"])["Datapoints"]
    return [point["Average"] for point in found]


@rule("SS:M-8")
def test_container_insights_are_off_at_first_and_add_counts_and_absolute_figures() -> None:
    assert insight(web(2).until(120), "RunningTaskCount", ServiceName="web") == []
    story = Story()
    insights = [{"name": "containerInsights", "value": "enabled"}]
    story.call("ecs:CreateCluster", clusterName="game", settings=insights)
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", count=3)
    container = {"name": "web", "image": "web", "cpu": 256, "memory": 512}
    story.call("ecs:RegisterTaskDefinition", family="web", containerDefinitions=[container])
    story.call("lab:PutImage", image="web", cpuUnits=10, memoryMiB=100, cpuUnitsPerRequestPerSecond=1)
    story.create(2)
    story.call("ecs:RunTask", cluster="game", taskDefinition="web")
    traffic(story, requestsPerSecond=100)
    story.until(120)
    service = {"ServiceName": "web"}
    figures = ("RunningTaskCount", "CpuUtilized", "CpuReserved", "MemoryUtilized", "MemoryReserved")
    assert [insight(story, name, **service)[-1] for name in figures] == [2, 120, 512, 200, 1024]
    assert [insight(story, name)[-1] for name in ("TaskCount", "CpuReserved", "MemoryUtilized")] == [3, 768, 300]
    assert insight(story, "ContainerInstanceCount")[-1] == len(
        {t.container_instance_arn for t in story.simulation.world.tasks.values()}
    )
    assert insight(story, "ServiceCount") == []
    named = story.read("cloudwatch:ListMetrics", Namespace="ECS/ContainerInsights")["Metrics"]
    assert len(named) == 11
    story.update(120, desiredCount=0)
    assert insight(story.until(240), "RunningTaskCount", **service)[-1] == 0


def test_a_cluster_has_one_setting() -> None:
    story = Story()
    for wrong in ({"name": "containerInsights", "value": "on"}, {"name": "insights", "value": "enabled"}):
        assert isinstance(story.attempt("ecs:CreateCluster", 0, clusterName="game", settings=[wrong]), Rejection)


def test_what_is_sent_stays_as_it_is_once_the_newest_call_has_no_end() -> None:
    """Waves that a constant rate replaced never come again; those that it only interrupts do."""
    story = web(1)
    traffic(story, requestsPerSecond=10, pattern="sine", period=600)
    traffic(story, 100, requestsPerSecond=5, to=200)
    world, arn = story.simulation.world, story.service().arn
    assert not is_constant_after(world, arn, 150_000)
    assert not is_constant_after(world, arn, 250_000)
    traffic(story, 300, requestsPerSecond=5)
    assert is_constant_after(world, arn, 300_000)
    assert not is_constant_after(world, arn, 299_999)

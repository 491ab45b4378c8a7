"""The metrics of Container Insights, where a cluster has it on: counts and absolute figures (SS:M-8).

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html,
as of 2026-11-24. Told are those that follow from running tasks and their use.
"""

from __future__ import annotations

from fractions import Fraction

from ecslab.sim.rules.datapoints import Datapoint, samples_of
from ecslab.sim.rules.traffic import cpu_used, memory_used, requests_at, running_at
from ecslab.sim.state.metrics import Metric
from ecslab.sim.state.traffic import RunningSpan
from ecslab.sim.world import World

NAMESPACE = "ECS/ContainerInsights"
SETTING, ON = "containerInsights", ("enabled", "enhanced")
FIGURES = ("CpuUtilized", "CpuReserved", "MemoryUtilized", "MemoryReserved")
OF_SERVICES = (*FIGURES, "RunningTaskCount")
OF_CLUSTERS = (*FIGURES, "TaskCount", "ContainerInstanceCount")


def is_on(world: World, cluster_name: str) -> bool:
    """Whether a cluster has Container Insights; without a setting it has not."""
    cluster = world.clusters.get(cluster_name)
    settings = cluster.request.get("settings") or [] if cluster else []
    return any(s.get("name") == SETTING and s.get("value") in ON for s in settings)


def minute(world: World, metric: Metric, at_ms: int) -> Datapoint | None:
    """The datapoint of the minute that ended at a moment; None while Container Insights is off."""
    dimensions = dict(metric.dimensions)
    cluster, service = dimensions.get("ClusterName", ""), dimensions.get("ServiceName")
    if metric.name not in (OF_SERVICES if service else OF_CLUSTERS) or not is_on(world, cluster):
        return None
    owners = [world.ids.arn("ecs", f"service/{cluster}/{service}")] if service else _owners(world, cluster)
    if not any(owner in world.running_spans for owner in owners):
        return None
    values = [_value(world, owners, metric.name, moment) for moment in samples_of(at_ms)]
    return Datapoint(at_ms, sum(values, Fraction(0)) / len(values), min(values), max(values), len(values))


def _owners(world: World, cluster: str) -> list[str]:
    return [owner for owner, spans in world.running_spans.items() if spans and spans[0].cluster_name == cluster]


def _value(world: World, owners: list[str], name: str, at_ms: int) -> Fraction:
    running = {owner: running_at(world, owner, at_ms) for owner in owners}
    if name == "ContainerInstanceCount":
        return Fraction(len(dict.fromkeys(s.instance_arn for own in running.values() for s in own if s.instance_arn)))
    return sum((_of_tasks(world, owner, own, name, at_ms) for owner, own in running.items()), Fraction(0))


def _of_tasks(world: World, owner: str, running: list[RunningSpan], name: str, at_ms: int) -> Fraction:
    """What the running tasks of a service come to: CPU units, MiB or their number."""
    if name.endswith("TaskCount"):
        return Fraction(len(running))
    if name.endswith("Reserved"):
        return Fraction(sum(s.cpu_units if name.startswith("Cpu") else s.memory_mib for s in running))
    requests = requests_at(world, owner, running, at_ms)
    used = cpu_used if name.startswith("Cpu") else memory_used
    return sum((used(span, requests[span.task_arn]) for span in running), Fraction(0))


def known(world: World) -> list[Metric]:
    """The metrics of the clusters that have Container Insights."""
    found: list[Metric] = []
    for cluster in (c.name for c in world.clusters.values() if is_on(world, c.name)):
        where = ("ClusterName", cluster)
        owners = _owners(world, cluster)
        found += [Metric(NAMESPACE, name, (where,)) for name in OF_CLUSTERS if owners]
        for owner in (o for o in owners if ":service/" in o):
            named = ("ServiceName", owner.rpartition("/")[2])
            found += [Metric(NAMESPACE, name, (where, named)) for name in OF_SERVICES]
    return found

"""The metrics of CloudWatch, worked out when somebody asks: nothing is published and nothing kept (SS section M).

A minute's value describes the minute that has just ended (SS:K-4) and is known from its end on. Percentages are exact
fractions; only who shows them rounds (SS:M-6).
"""

from __future__ import annotations

from fractions import Fraction

from ecslab.sim.rules import balancer_metrics, insights, providers
from ecslab.sim.rules.datapoints import MINUTE_MS, Datapoint, joined, samples_of
from ecslab.sim.rules.traffic import cpu_used, memory_used, requests_at, running_at
from ecslab.sim.state.metrics import Metric
from ecslab.sim.state.traffic import CapacitySpan, RunningSpan
from ecslab.sim.world import World

ECS = "AWS/ECS"
MANAGED_SCALING, RESERVATION = "AWS/ECS/ManagedScaling", "CapacityProviderReservation"
SERVICE_METRICS = ("CPUUtilization", "MemoryUtilization")
CLUSTER_METRICS = ("CPUReservation", "MemoryReservation", "CPUUtilization", "MemoryUtilization")
STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")


def minute(world: World, metric: Metric, at_ms: int) -> Datapoint | None:
    """The datapoint of the minute that ended at a moment; None when there is none, or not yet."""
    if at_ms > world.now_ms or at_ms <= 0:
        return None
    if metric.namespace in (balancer_metrics.APPLICATION, balancer_metrics.NETWORK):
        return balancer_metrics.minute(world, metric, at_ms)
    if metric.namespace == insights.NAMESPACE:
        return insights.minute(world, metric, at_ms)
    if metric.namespace == MANAGED_SCALING:
        return _of_provider(world, metric, at_ms)
    if metric.namespace != ECS:
        return _custom(world, metric, at_ms)
    dimensions = dict(metric.dimensions)
    cluster, service = dimensions.get("ClusterName", ""), dimensions.get("ServiceName")
    if metric.name not in (SERVICE_METRICS if service else CLUSTER_METRICS):
        return None
    if service:
        return _of_service(world, world.ids.arn("ecs", f"service/{cluster}/{service}"), metric.name, at_ms)
    return _of_cluster(world, cluster, metric.name, at_ms)


def period(world: World, metric: Metric, at_ms: int, period_ms: int) -> Datapoint | None:
    """The datapoint of a period of whole minutes that ended at a moment; None when every minute lacks one."""
    ends = range(at_ms - period_ms + MINUTE_MS, at_ms + 1, MINUTE_MS)
    return joined([p for p in (minute(world, metric, end) for end in ends) if p], at_ms)


def _of_provider(world: World, metric: Metric, at_ms: int) -> Datapoint | None:
    """What a capacity provider of a cluster needs of what it has, as it was published (SS:C-61, SS:M-9)."""
    dimensions = dict(metric.dimensions)
    provider = providers.find(world, dimensions.get("CapacityProviderName", ""))
    cluster = world.clusters.get(dimensions.get("ClusterName", ""))
    if metric.name != RESERVATION or provider is None or not provider.scaling.is_on:
        return None
    if cluster not in providers.clusters_with(world, provider.name):
        return None
    found = providers.published(provider, at_ms)
    if found is None or at_ms % MINUTE_MS:
        return None
    value = Fraction(found.numerator, found.denominator)
    return Datapoint(at_ms, value, value, value, 1)


def _of_service(world: World, arn: str, name: str, at_ms: int) -> Datapoint | None:
    """What a service's tasks use of their sizes; nothing at all while none is RUNNING (SS:M-1, SS:M-2, SS:M-7)."""
    averages: list[Fraction] = []
    extremes: list[Fraction] = []
    count = 0
    for moment in samples_of(at_ms):
        spans = running_at(world, arn, moment)
        requests = requests_at(world, arn, spans, moment)
        pairs = [p for p in (_use(s, name, requests[s.task_arn]) for s in spans) if p[1]]
        if pairs:
            count = len(pairs)
            averages.append(100 * sum((used for used, _ in pairs), Fraction(0)) / sum(size for _, size in pairs))
            extremes.extend(100 * used / size for used, size in pairs)
    if not averages:
        return None
    return Datapoint(at_ms, sum(averages, Fraction(0)) / len(averages), min(extremes), max(extremes), count)


def _use(span: RunningSpan, name: str, requests: Fraction) -> tuple[Fraction, int]:
    if name.startswith("CPU"):
        return cpu_used(span, requests), span.cpu_units
    return memory_used(span, requests), span.memory_mib


def _of_cluster(world: World, cluster: str, name: str, at_ms: int) -> Datapoint | None:
    """What the tasks on a cluster's instances reserve or use of what these register (SS:M-4, SS:M-5)."""
    values: list[Fraction] = []
    for moment in samples_of(at_ms):
        registered = sum(_size(name, s) for s in capacity_at(world, cluster, moment))
        if registered:
            values.append(100 * _on_instances(world, cluster, name, moment) / registered)
    if not values:
        return None
    return Datapoint(at_ms, sum(values, Fraction(0)) / len(values), min(values), max(values), len(values))


def _size(name: str, span: CapacitySpan | RunningSpan) -> int:
    return span.cpu_units if name.startswith("CPU") else span.memory_mib


def capacity_at(world: World, cluster: str, at_ms: int) -> list[CapacitySpan]:
    """The instances of a cluster that were ACTIVE or DRAINING at a moment."""
    spans = world.capacity_spans.get(cluster, [])
    return [s for s in spans if s.from_ms <= at_ms and (s.until_ms is None or at_ms < s.until_ms)]


def _on_instances(world: World, cluster: str, name: str, moment: int) -> Fraction:
    total = Fraction(0)
    for owner, spans in world.running_spans.items():
        if not spans or spans[0].cluster_name != cluster:
            continue
        running = running_at(world, owner, moment)
        if name.endswith("Reservation"):
            total += sum(_size(name, span) for span in running if span.instance_arn)
            continue
        requests = requests_at(world, owner, running, moment)
        total += sum((_use(s, name, requests[s.task_arn])[0] for s in running if s.instance_arn), Fraction(0))
    return total


def _custom(world: World, metric: Metric, at_ms: int) -> Datapoint | None:
    """What was put for a metric of one's own in the minute that ended at a moment."""
    series = world.custom_metrics.get(metric.key)
    found = [v for v in series.values if at_ms - MINUTE_MS <= v.at_ms < at_ms] if series else []
    if not found:
        return None
    count = sum(v.count for v in found)
    total = sum((Fraction(v.value) * v.count for v in found), Fraction(0))
    values = [Fraction(v.value) for v in found]
    return Datapoint(at_ms, total / count, min(values), max(values), count)


def known(world: World) -> list[Metric]:
    """Every metric that has had something to say, in canonical order."""
    found = [Metric(ECS, n, (("ClusterName", c),)) for c in world.capacity_spans for n in CLUSTER_METRICS]
    for spans in world.running_spans.values():
        service = spans[0].service_arn if spans else None
        if service:
            where = (("ClusterName", spans[0].cluster_name), ("ServiceName", service.rpartition("/")[2]))
            found += [Metric(ECS, name, where) for name in SERVICE_METRICS]
    for provider in world.capacity_providers.values():
        for each in providers.clusters_with(world, provider.name) if provider.datapoints else ():
            where = (("CapacityProviderName", provider.name), ("ClusterName", each.name))
            found.append(Metric(MANAGED_SCALING, RESERVATION, where))
    return [
        *found,
        *insights.known(world),
        *balancer_metrics.known(world),
        *(series.metric for series in world.custom_metrics.values()),
    ]

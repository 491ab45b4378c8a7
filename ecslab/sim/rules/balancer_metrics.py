"""The metrics of load balancers, from what clients send and how it is shared out (SS:M-10).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ecslab.sim.rules import traffic
from ecslab.sim.rules.datapoints import MINUTE_MS, Datapoint, samples_of
from ecslab.sim.rules.traffic import Answers
from ecslab.sim.state.metrics import Metric
from ecslab.sim.state.traffic import GroupPart, TargetPart
from ecslab.sim.world import World

APPLICATION, NETWORK = "AWS/ApplicationELB", "AWS/NetworkELB"
BY_GROUP = ("HealthyHostCount", "UnHealthyHostCount", "RequestCountPerTarget")
OF_BALANCERS = (
    "RequestCount",
    "TargetResponseTime",
    "HTTPCode_Target_2XX_Count",
    "HTTPCode_Target_5XX_Count",
    "HTTPCode_ELB_5XX_Count",
)
OF_NETWORK = ("HealthyHostCount", "UnHealthyHostCount")


@dataclass(frozen=True, slots=True)
class _Sample:
    """What a load balancer did at one moment: requests per second, and those of each target with how it answers."""

    groups: tuple[GroupPart, ...]
    rate: Fraction
    taken: tuple[tuple[TargetPart, Fraction, Answers], ...]


def minute(world: World, metric: Metric, at_ms: int) -> Datapoint | None:
    """The datapoint of the minute that ended at a moment; None when there is none."""
    dimensions = dict(metric.dimensions)
    balancer = _arn(world, "loadbalancer/" + dimensions.get("LoadBalancer", ""))
    label = dimensions.get("TargetGroup")
    group = None if label is None else _arn(world, label)
    samples = [s for s in (_sample(world, balancer, moment) for moment in samples_of(at_ms)) if s]
    if not samples or (metric.namespace == NETWORK and metric.name not in OF_NETWORK):
        return None
    if metric.name in BY_GROUP:
        return _of_group(metric.name, group, samples, at_ms)
    if metric.name == "TargetResponseTime":
        return _response_time(samples, group, at_ms)
    count = _COUNTS.get(metric.name)
    return None if count is None else _counted(metric.name, [count(s, group) for s in samples], at_ms)


def _arn(world: World, name: str) -> str:
    return world.ids.arn("elasticloadbalancing", name)


def label_of(arn: str) -> str:
    """How metrics name a load balancer or a target group: `app/front/0001`, `targetgroup/web/0002`."""
    resource = arn.rpartition(":")[2]
    return resource.removeprefix("loadbalancer/")


def _sample(world: World, balancer_arn: str, at_ms: int) -> _Sample | None:
    span = traffic.share_span_at(world, balancer_arn, at_ms)
    if span is None:
        return None
    rate = Fraction(traffic.rate_at(world, balancer_arn, at_ms), 1000)
    if not rate:
        return _Sample(span.groups, rate, ())
    services = dict.fromkeys(target.service_arn for target in span.targets if target.service_arn)
    answers = traffic.answers_at(world, services, at_ms)
    return _Sample(span.groups, rate, tuple(_taken_by(target, rate, answers) for target in span.targets))


def _taken_by(
    target: TargetPart, rate: Fraction, answers: Mapping[str, Answers]
) -> tuple[TargetPart, Fraction, Answers]:
    """Model choice: a target that is no RUNNING task of a service answers at once, without an error."""
    answer = answers.get(target.task_arn or "", Answers(Fraction(0), Fraction(0)))
    return target, rate * Fraction(target.part, target.whole), answer


def _of_group(name: str, group: str | None, samples: list[_Sample], at_ms: int) -> Datapoint | None:
    """What is told by target group."""
    parts = [(s, part) for s in samples for part in s.groups if part.group_arn == group]
    if not parts:
        return None
    if name == "RequestCountPerTarget":
        each = [s.rate * Fraction(p.part, p.whole) / max(p.takers, 1) for s, p in parts]
        value = sum(each, Fraction(0)) * MINUTE_MS / 1000 / len(samples)
        return Datapoint(at_ms, value, value, value, 1)
    counts = [Fraction(p.healthy if name == "HealthyHostCount" else p.unhealthy) for _, p in parts]
    return Datapoint(at_ms, sum(counts, Fraction(0)) / len(counts), min(counts), max(counts), len(counts))


def _response_time(samples: list[_Sample], group: str | None, at_ms: int) -> Datapoint | None:
    """Seconds, each request counted once; none without a request."""
    pairs = [
        (requests, answer.seconds)
        for sample in samples
        for target, requests, answer in sample.taken
        if group in (None, target.group_arn) and requests
    ]
    total = sum((requests for requests, _ in pairs), Fraction(0))
    if not total:
        return None
    average = sum((requests * seconds for requests, seconds in pairs), Fraction(0)) / total
    count = total * MINUTE_MS / 1000 / len(samples)
    return Datapoint(at_ms, average, min(s for _, s in pairs), max(s for _, s in pairs), count)


def _counted(name: str, rates: list[Fraction], at_ms: int) -> Datapoint | None:
    """A number of requests, each of which is a sample of 1; errors and successes are told when there are any."""
    count = sum(rates, Fraction(0)) * MINUTE_MS / 1000 / len(rates)
    if not count and name != "RequestCount":
        return None
    each = Fraction(1 if count else 0)
    return Datapoint(at_ms, each, each, each, count)


def _taken(sample: _Sample, group: str | None) -> Fraction:
    return sum((r for target, r, _ in sample.taken if group in (None, target.group_arn)), Fraction(0))


def _failed(sample: _Sample, group: str | None) -> Fraction:
    own = (r * answer.failed for target, r, answer in sample.taken if group in (None, target.group_arn))
    return sum(own, Fraction(0))


def _nobody(sample: _Sample, group: str | None) -> Fraction:
    """Requests that are meant for groups without a target: the load balancer answers 503 (PN:L-34)."""
    own = [p for p in sample.groups if group in (None, p.group_arn) and not p.takers]
    return sum((sample.rate * Fraction(p.part, p.whole) for p in own), Fraction(0))


_COUNTS: dict[str, Callable[[_Sample, str | None], Fraction]] = {
    "RequestCount": _taken,
    "HTTPCode_Target_2XX_Count": lambda sample, group: _taken(sample, group) - _failed(sample, group),
    "HTTPCode_Target_5XX_Count": _failed,
    "HTTPCode_ELB_5XX_Count": _nobody,
}


def known(world: World) -> list[Metric]:
    """The metrics of every load balancer that there has been."""
    found: list[Metric] = []
    for arn, spans in world.share_spans.items():
        own = ("LoadBalancer", label_of(arn))
        is_application = own[1].startswith("app/")
        namespace = APPLICATION if is_application else NETWORK
        found += [Metric(namespace, name, (own,)) for name in OF_BALANCERS if is_application]
        names = (*BY_GROUP, "RequestCount", "TargetResponseTime") if is_application else OF_NETWORK
        for group in dict.fromkeys(part.group_arn for span in spans for part in span.groups):
            found += [Metric(namespace, name, (own, ("TargetGroup", label_of(group)))) for name in names]
    return found

"""Metrics of one's own."""

from __future__ import annotations

from ecslab.sim.changes import journal
from ecslab.sim.state.metrics import CustomMetric, Metric, PutValue
from ecslab.sim.world import World


def value_put(world: World, metric: Metric, value: PutValue) -> None:
    """A metric of one's own has a value."""
    world.custom_metrics.setdefault(metric.key, CustomMetric(metric)).values.append(value)
    journal.record(world, "metricValue", metric.key, at=value.at_ms, value=value.value)

"""Metrics of one's own."""

from __future__ import annotations

from ecslab.sim.changes import alarm_changes, journal
from ecslab.sim.state.metrics import CustomMetric, Metric, PutValue
from ecslab.sim.world import World


def value_put(world: World, metric: Metric, value: PutValue) -> None:
    """A metric of one's own has a value."""
    world.custom_metrics.setdefault(metric.key, CustomMetric(metric)).values.append(value)
    alarm_changes.custom_metric_moves(world, metric)
    journal.record(world, "metricValue", metric.key, at=value.at_ms, value=value.value)

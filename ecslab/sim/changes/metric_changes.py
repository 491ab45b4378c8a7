"""Metrics of one's own."""

from __future__ import annotations

from typing import Any

from ecslab.sim.changes import journal, waking
from ecslab.sim.state.metrics import CustomMetric, Metric, PutValue
from ecslab.sim.world import World

KEPT_POINTS = 256


def point_remembered(world: World, key: str, at_ms: int, point: Any) -> None:
    """A datapoint that cannot change any more is remembered for a while, so that it is not worked out again."""
    known = world.recent_points.setdefault(key, {})
    known[at_ms] = point
    if len(known) > KEPT_POINTS:
        for moment in sorted(known)[: KEPT_POINTS // 2]:
            del known[moment]


def value_put(world: World, metric: Metric, value: PutValue) -> None:
    """A metric of one's own has a value."""
    world.custom_metrics.setdefault(metric.key, CustomMetric(metric)).values.append(value)
    waking.custom_metric_moves(world, metric)
    journal.record(world, "metricValue", metric.key, at=value.at_ms, value=value.value)

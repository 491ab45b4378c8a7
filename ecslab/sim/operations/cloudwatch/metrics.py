"""Reading metrics and putting one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim import calendar
from ecslab.sim.changes import journal, metric_changes
from ecslab.sim.errors.common import InvalidParameterValue, MissingParameter
from ecslab.sim.operations.cloudwatch import reading
from ecslab.sim.operations.pages import page
from ecslab.sim.rules import metrics
from ecslab.sim.rules.datapoints import Datapoint
from ecslab.sim.state.metrics import Metric, PutValue
from ecslab.sim.world import World

MOST_DATAPOINTS = 1440


def put_metric_data(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Values for metrics of one's own."""
    namespace = str(parameters["Namespace"])
    if namespace.startswith("AWS/"):
        raise InvalidParameterValue("The value AWS/ for parameter Namespace is invalid.")
    entries = parameters.get("MetricData") or []
    if not entries:
        raise MissingParameter("The parameter MetricData is required.")
    found = [
        (reading.metric({"Namespace": namespace, **entry}), value)
        for entry in entries
        for value in _values(world, entry)
    ]
    for metric, value in found:
        metric_changes.value_put(world, metric, value)
    journal.call_made(world, "cloudwatch:PutMetricData", namespace, None)
    return {}


def _values(world: World, entry: Mapping[str, Any]) -> list[PutValue]:
    at_ms = reading.moment(world, entry["Timestamp"], "Timestamp") if "Timestamp" in entry else world.now_ms
    values = entry.get("Values") or ([entry["Value"]] if "Value" in entry else [])
    counts = entry.get("Counts") or [1] * len(values)
    if not values:
        raise MissingParameter("At least one of the parameters Value or Values must be specified.")
    if len(counts) != len(values):
        raise InvalidParameterValue("Counts and Values need to be of the same length.")
    if not all(int(count) >= 1 for count in counts):
        raise InvalidParameterValue("Counts needs whole numbers of at least 1.")
    numbers = (reading.number(v, "Value") for v in values)
    return [PutValue(at_ms, text, int(count)) for text, count in zip(numbers, counts, strict=True)]


def list_metrics(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The metrics that have had something to say."""
    found = [m for m in metrics.known(world) if _matches(m, parameters)]
    shown, rest = page(found, parameters, size="MaxResults", token="NextToken")
    return {"Metrics": [_metric_shape(m) for m in shown], **rest}


def _matches(metric: Metric, parameters: Mapping[str, Any]) -> bool:
    if metric.namespace != parameters.get("Namespace", metric.namespace):
        return False
    if metric.name != parameters.get("MetricName", metric.name):
        return False
    has = dict(metric.dimensions)
    wanted = parameters.get("Dimensions") or []
    return all(d["Name"] in has and d.get("Value", has[d["Name"]]) == has[d["Name"]] for d in wanted)


def _metric_shape(metric: Metric) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    return {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}


def get_metric_statistics(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A metric's statistics, period by period, oldest first; periods without data are left out (SS:M-1)."""
    metric = reading.metric(parameters)
    period = reading.period(parameters["Period"])
    names = [reading.statistic(name, "Statistics") for name in parameters.get("Statistics") or []]
    if not names:
        raise MissingParameter("The parameter Statistics is required.")
    return {
        "Label": metric.name,
        "Datapoints": [
            {
                "Timestamp": _begin(world, point, period),
                **{name: reading.shown(point.statistic(name)) for name in names},
                "Unit": _unit(metric),
            }
            for point in _points(world, parameters, metric, period)
        ],
    }


def _unit(metric: Metric) -> str:
    return "Percent" if metric.namespace in (metrics.ECS, metrics.MANAGED_SCALING) else "None"


def _begin(world: World, point: Datapoint, period: int) -> str | None:
    """CloudWatch stamps a datapoint with the begin of its period."""
    return calendar.iso(world.start.starts_at, point.at_ms - period)


def _points(world: World, parameters: Mapping[str, Any], metric: Metric, period: int) -> list[Datapoint]:
    """The datapoints of the periods that begin between StartTime and before EndTime; periods begin at whole ones."""
    begin = max(reading.moment(world, parameters["StartTime"], "StartTime"), 0)
    end = reading.moment(world, parameters["EndTime"], "EndTime")
    if end <= begin:
        raise InvalidParameterValue("The parameter StartTime must be less than the parameter EndTime.")
    end = min(end, world.now_ms)
    first = -(-begin // period) * period
    if (end - first) // period > MOST_DATAPOINTS:
        raise InvalidParameterValue(
            f"You have requested more than {MOST_DATAPOINTS} datapoints; ask for a shorter time or a longer Period."
        )
    found = (metrics.period(world, metric, at + period, period) for at in range(first, end, period))
    return [point for point in found if point]


def get_metric_data(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Values of several metrics, newest first unless ScanBy says otherwise."""
    return {
        "MetricDataResults": [_result(world, parameters, query) for query in parameters["MetricDataQueries"]],
        "Messages": [],
    }


def _result(world: World, parameters: Mapping[str, Any], query: Mapping[str, Any]) -> dict[str, Any]:
    stat = query.get("MetricStat")
    if not stat:
        raise MissingParameter(f"The query {query['Id']} needs MetricStat; expressions are not simulated.")
    metric, period = reading.metric(stat["Metric"]), reading.period(stat["Period"])
    name = reading.statistic(stat["Stat"], "Stat")
    points = _points(world, parameters, metric, period)
    if parameters.get("ScanBy", "TimestampDescending") == "TimestampDescending":
        points.reverse()
    return {
        "Id": query["Id"],
        "Label": query.get("Label", metric.name),
        "Timestamps": [_begin(world, point, period) for point in points],
        "Values": [reading.shown(point.statistic(name)) for point in points],
        "StatusCode": "Complete",
    }

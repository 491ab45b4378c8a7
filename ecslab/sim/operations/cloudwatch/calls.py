"""The simulated operations of `cloudwatch`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.cloudwatch import alarms, metrics
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "cloudwatch:PutMetricData": metrics.put_metric_data,
    "cloudwatch:PutMetricAlarm": alarms.put_metric_alarm,
    "cloudwatch:DeleteAlarms": alarms.delete_alarms,
    "cloudwatch:SetAlarmState": alarms.set_alarm_state,
}

READS: dict[str, Operation] = {
    "cloudwatch:GetMetricData": metrics.get_metric_data,
    "cloudwatch:GetMetricStatistics": metrics.get_metric_statistics,
    "cloudwatch:ListMetrics": metrics.list_metrics,
    "cloudwatch:DescribeAlarms": alarms.describe_alarms,
}

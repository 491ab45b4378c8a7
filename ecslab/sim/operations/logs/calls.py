"""The simulated operations of `logs`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.logs import groups
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "logs:CreateLogGroup": groups.create_log_group,
    "logs:DeleteLogGroup": groups.delete_log_group,
    "logs:PutRetentionPolicy": groups.put_retention_policy,
}

READS: dict[str, Operation] = {
    "logs:DescribeLogGroups": groups.describe_log_groups,
    "logs:DescribeLogStreams": groups.describe_log_streams,
}

"""The simulated operations of `ssm`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.operation import Operation
from ecslab.sim.operations.ssm import parameters

WRITES: dict[str, Operation] = {
    "ssm:PutParameter": parameters.put_parameter,
    "ssm:DeleteParameter": parameters.delete_parameter,
}

READS: dict[str, Operation] = {
    "ssm:GetParameter": parameters.get_parameter,
    "ssm:GetParameters": parameters.get_parameters,
    "ssm:DescribeParameters": parameters.describe_parameters,
}

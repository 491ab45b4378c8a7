"""The simulated operations of `scheduler`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.operation import Operation
from ecslab.sim.operations.scheduler import schedules

WRITES: dict[str, Operation] = {
    "scheduler:CreateSchedule": schedules.create_schedule,
    "scheduler:UpdateSchedule": schedules.update_schedule,
    "scheduler:DeleteSchedule": schedules.delete_schedule,
}

READS: dict[str, Operation] = {
    "scheduler:GetSchedule": schedules.get_schedule,
    "scheduler:ListSchedules": schedules.list_schedules,
}

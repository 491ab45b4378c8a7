"""Which operations are simulated: the tables of every service together."""

from __future__ import annotations

from ecslab.sim.operations.applicationautoscaling import calls as application_autoscaling
from ecslab.sim.operations.autoscaling import calls as autoscaling
from ecslab.sim.operations.cloudwatch import calls as cloudwatch
from ecslab.sim.operations.ec2 import calls as ec2
from ecslab.sim.operations.ecr import calls as ecr
from ecslab.sim.operations.ecs import calls as ecs
from ecslab.sim.operations.efs import calls as efs
from ecslab.sim.operations.elbv2 import calls as elbv2
from ecslab.sim.operations.events import calls as events
from ecslab.sim.operations.iam import calls as iam
from ecslab.sim.operations.lab import calls as lab
from ecslab.sim.operations.logs import calls as logs
from ecslab.sim.operations.operation import Operation
from ecslab.sim.operations.scheduler import calls as scheduler
from ecslab.sim.operations.secretsmanager import calls as secretsmanager
from ecslab.sim.operations.ssm import calls as ssm

SERVICES = (
    ecs,
    ec2,
    elbv2,
    autoscaling,
    iam,
    ecr,
    secretsmanager,
    ssm,
    logs,
    events,
    scheduler,
    efs,
    cloudwatch,
    application_autoscaling,
    lab,
)

WRITES: dict[str, Operation] = {name: call for service in SERVICES for name, call in service.WRITES.items()}
READS: dict[str, Operation] = {name: call for service in SERVICES for name, call in service.READS.items()}

EXPLAINED = ("lab:ExplainPlacement", "lab:ExplainDeployment", "lab:GetTimeline", "lab:GetCost", "lab:GetUtilization")
"""Reads that the timeline answers, because they need what happened before."""

"""The simulated operations of `secretsmanager`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.operation import Operation
from ecslab.sim.operations.secretsmanager import secrets

WRITES: dict[str, Operation] = {
    "secretsmanager:CreateSecret": secrets.create_secret,
    "secretsmanager:DeleteSecret": secrets.delete_secret,
    "secretsmanager:RestoreSecret": secrets.restore_secret,
    "secretsmanager:PutResourcePolicy": secrets.put_resource_policy,
}

READS: dict[str, Operation] = {
    "secretsmanager:DescribeSecret": secrets.describe_secret,
    "secretsmanager:ListSecrets": secrets.list_secrets,
}

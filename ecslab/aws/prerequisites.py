"""What a task definition needs of the account before its tasks can run: roles, log groups, secrets, parameters.

Each is one call; the execution role gets AWS's own policy and the right to read what the definition names
(IC:I-15, IC:I-43, IC:R-4, IC:R-7).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
_READS = ["secretsmanager:GetSecretValue", "ssm:GetParameters", "kms:Decrypt", "s3:GetObject", "s3:GetBucketLocation"]
_RANDOM_END = re.compile(r"-[A-Za-z0-9]{6}$")

Prepared = tuple[str, dict[str, Any]]


def prerequisites(parameters: Mapping[str, Any]) -> Iterator[Prepared]:
    """The calls, name and request, in an order in which they are accepted."""
    named = {
        member: str(parameters[member]) for member in ("taskRoleArn", "executionRoleArn") if parameters.get(member)
    }
    trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    for arn in dict.fromkeys(named.values()):
        path, _, name = arn.rpartition(":role")[2].rpartition("/")
        where = {"Path": f"{path}/"} if path else {}
        yield "iam:CreateRole", {"RoleName": name, **where, "AssumeRolePolicyDocument": _document(trust)}
    if execution := named.get("executionRoleArn"):
        name = execution.rpartition("/")[2]
        yield "iam:AttachRolePolicy", {"RoleName": name, "PolicyArn": EXECUTION_POLICY}
        reads = {"Effect": "Allow", "Action": _READS, "Resource": "*"}
        yield "iam:PutRolePolicy", {"RoleName": name, "PolicyName": "reads", "PolicyDocument": _document(reads)}
    if named.get("taskRoleArn") and any(_asks_iam(volume) for volume in parameters.get("volumes", ())):
        mounts = {"Effect": "Allow", "Action": "elasticfilesystem:Client*", "Resource": "*"}
        name = named["taskRoleArn"].rpartition("/")[2]
        yield "iam:PutRolePolicy", {"RoleName": name, "PolicyName": "mounts", "PolicyDocument": _document(mounts)}
    made: list[Prepared] = []
    for container in parameters["containerDefinitions"]:
        made += [call for call in _of_container(container) if call not in made]
    yield from made


def _asks_iam(volume: Mapping[str, Any]) -> bool:
    """Whether the task role is asked when the volume is mounted (IC:I-56)."""
    efs = volume.get("efsVolumeConfiguration") or {}
    return bool((efs.get("authorizationConfig") or {}).get("iam") == "ENABLED")


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _of_container(container: Mapping[str, Any]) -> Iterator[Prepared]:
    logging = container.get("logConfiguration") or {}
    group = (logging.get("options") or {}).get("awslogs-group")
    if logging.get("logDriver") == "awslogs" and group:
        yield "logs:CreateLogGroup", {"logGroupName": group}
    for secret in (*(container.get("secrets") or ()), *(logging.get("secretOptions") or ())):
        yield _value(str(secret["valueFrom"]))
    if credentials := (container.get("repositoryCredentials") or {}).get("credentialsParameter"):
        yield _value(str(credentials))


def _value(reference: str) -> Prepared:
    if ":secretsmanager:" in reference:
        name = reference.split(":")[6]
        return "secretsmanager:CreateSecret", {"Name": _RANDOM_END.sub("", name)}
    name = reference.split(":", 5)[-1].removeprefix("parameter") if reference.startswith("arn:") else reference
    return "ssm:PutParameter", {"Name": name, "Value": "secret", "Type": "SecureString"}

"""A command as the AWS CLI line that would do the same: the next step outside the lab."""

from __future__ import annotations

import json
import shlex
from typing import Any

from botocore import xform_name

from ecslab.sim.command import Command

WIDTH = 100
_BREAK = " \\\n    "

_NO_SINGLE_CALL = {
    "AddCapacity": (
        "AWS has no single call for it: create-launch-template, create-auto-scaling-group, create-capacity-provider "
        "and put-cluster-capacity-providers."
    ),
    "AddContainerInstances": "AWS has no single call for it: launch EC2 instances whose user data names the cluster.",
    "PutImage": "AWS has no call for it: it says how containers of an image behave in the lab.",
    "SetTraffic": "AWS has no call for it: it says what clients send.",
    "EmitEvent": "AWS has no call for it: another service of AWS sends the event by itself.",
    "ExitContainer": "AWS has no call for it: the program in the container ends by itself.",
    "InterruptSpot": "AWS has no call for it: EC2 or Fargate takes Spot capacity back.",
    "FailInstance": "AWS has no call for it: the machine dies.",
    "RecoverInstance": "AWS has no call for it: the machine returns.",
    "DisconnectAgent": "AWS has no call for it: the ECS agent loses its way to ECS.",
    "ReconnectAgent": "AWS has no call for it: the ECS agent finds its way back.",
    "FailZone": "AWS has no call for it: an Availability Zone is lost.",
    "RecoverZone": "AWS has no call for it: an Availability Zone is back.",
    "SetQuota": "AWS raises quotas on request, in the Service Quotas console.",
    "LimitCapacity": "AWS has no call for it: it says how much capacity AWS has left.",
}


def cli_line(command: Command) -> str:
    """One shell command, broken with backslashes when it is longer than 100 characters.

    A role that makes the call is a profile of that name, which a learner sets up to assume it.
    """
    if command.service == "lab":
        return _lab_line(command)
    words = [f"aws {command.service} {xform_name(command.operation, '-')}"]
    words += [_option(name, value) for name, value in command.parameters.items()]
    if command.caller:
        words.append(f"--profile {shlex.quote(command.caller.rpartition('/')[2])}")
    line = " ".join(words)
    return line if len(line) <= WIDTH else _BREAK.join(words)


def _lab_line(command: Command) -> str:
    comment = _NO_SINGLE_CALL.get(command.operation, "AWS has no call for it: the lab explains itself.")
    return f"# {comment}\nlab {command.operation} {shlex.quote(_json(dict(command.parameters)))}"


def _option(name: str, value: Any) -> str:
    option = xform_name(name, "-")
    if isinstance(value, bool):
        return f"--{option}" if value else f"--no-{option}"
    if isinstance(value, list | tuple) and value and all(isinstance(item, str | int) for item in value):
        return f"--{option} {' '.join(shlex.quote(str(item)) for item in value)}"
    text = str(value) if isinstance(value, str | int | float) else _json(value)
    return f"--{option}={shlex.quote(text)}" if text.startswith("-") else f"--{option} {shlex.quote(text)}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

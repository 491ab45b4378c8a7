"""What an instance's start script tells its ECS agent: the lines that end in `/etc/ecs/ecs.config` (SS:C-20).

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_container_instance.html, as of 2026-11-24.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from ecslab.sim.rules.agent_settings import SPOT_DRAINING

CLUSTER = "ECS_CLUSTER"
DEFAULT_CLUSTER = "default"
_SETTING = re.compile(r"(ECS_[A-Z0-9_]+)=(.*)", re.ASCII)
_REDIRECTION = re.compile(r"\s*>>?\s*\S+\s*$")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*", re.ASCII)


def plain(text: str) -> str:
    """The script itself, which may come as base64."""
    if not _BASE64.fullmatch(text):
        return text
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text


def agent_settings(script: str) -> dict[str, str]:
    """The agent's settings that a script writes; the last word on each counts.

    Model choice: every line that sets a variable of the agent is taken to reach its configuration, whatever the shell
    around it does.
    """
    found: dict[str, str] = {}
    for written in script.replace("\\n", "\n").splitlines():
        line = _REDIRECTION.sub("", written.strip()).strip()
        line = re.sub(r"^(?:echo\s+(?:-\w+\s+)?|export\s+)", "", line)
        if len(line) > 1 and line[0] == line[-1] and line[0] in "\"'":
            line = line[1:-1]
        match = _SETTING.fullmatch(line.strip("\"'") if line.count('"') == 1 else line)
        if match:
            found[match[1]] = _unquoted(match[2])
    return found


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def script_of(cluster_name: str, settings: Mapping[str, str]) -> str:
    """The script that joins a cluster with these settings, as people write it."""
    lines = [f"{CLUSTER}={cluster_name}", *(f"{name}={value}" for name, value in settings.items())]
    return "\n".join(("#!/bin/bash", "cat <<'EOF' >> /etc/ecs/ecs.config", *lines, "EOF", ""))


def drains_on_notice(settings: Mapping[str, str]) -> bool:
    """Whether the agent sets its instance to DRAINING at a Spot notice (SS:C-40)."""
    return settings.get(SPOT_DRAINING, "").lower() in ("true", "1", "t")

"""The policies that AWS manages, as far as a lab about ECS meets them, read once at import (IC:I-16 to IC:I-23).

Each entry of the table has its rule, source and date. Of the broad ones that are no matter of ECS the statements that
act on the services of the lab are there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A policy of AWS: its ARN, its version and the text of its document."""

    name: str
    arn: str
    path: str
    version: str
    document: str


def _policies() -> Mapping[str, ManagedPolicy]:
    rows = json.loads(Path(__file__).with_name("managed_policies.json").read_text(encoding="utf-8"))
    found = {}
    for row in rows:
        arn = f"arn:aws:iam::aws:policy{row['path']}{row['name']}"
        found[arn] = ManagedPolicy(row["name"], arn, row["path"], row["version"], json.dumps(row["document"]))
    return MappingProxyType(found)


MANAGED_POLICIES: Mapping[str, ManagedPolicy] = _policies()
"""AWS-managed policies by ARN, in the order of the table."""

"""Deterministic ids and ARNs: one counter for each kind (PN:S-1)."""

from __future__ import annotations

from dataclasses import dataclass, field

ACCOUNT = "123456789012"


@dataclass(slots=True)
class Ids:
    """Counters that name things; the same commands give the same names."""

    region: str
    counters: dict[str, int] = field(default_factory=dict)

    def serial(self, kind: str) -> int:
        """The next serial number of a kind, from 1."""
        value = self.counters.get(kind, 0) + 1
        self.counters[kind] = value
        return value

    def hex(self, kind: str) -> str:
        """The next id of a kind, sixteen hexadecimal digits."""
        return f"{self.serial(kind):016x}"

    def prefixed(self, prefix: str) -> str:
        """The next id of an EC2 resource, `i-0000000000000001`."""
        return f"{prefix}-{self.hex(prefix)}"

    def arn(self, service: str, path: str) -> str:
        """An ARN of this account and region."""
        return f"arn:aws:{service}:{self.region}:{ACCOUNT}:{path}"

    def global_arn(self, service: str, path: str) -> str:
        """An ARN of a service that has no region, such as IAM."""
        return f"arn:aws:{service}::{ACCOUNT}:{path}"
